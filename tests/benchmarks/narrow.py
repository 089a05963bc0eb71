"""Of the projects that finished runs leave out: how many losses are known as closely as asked.

`python -m tests.benchmarks.narrow RUN_FOLDER ...` reads rejected.csv of each run. Narrow is a loss
of which the interval is no wider than the larger of twice the proven gap and 2 % of the project's
cost, as `tests.benchmarks.reasons` counts; a project that cannot be forced in has none to know.
"""

from __future__ import annotations

import argparse
import csv
from pathlib import Path

from tests.benchmarks.plans import Solved, solved
from tests.benchmarks.reasons import narrow_width

NOT_FOUND = "not_found"


def is_narrow(known: Solved, row: dict[str, str]) -> bool:
    """Whether the loss that `row` states is known as closely as asked."""
    if row["can_be_forced"] == "no":
        return True
    if not row["loss_low"] or not row["loss_high"]:
        return False
    width = float(row["loss_high"]) - float(row["loss_low"])
    return width <= narrow_width(known, row["project"])


def main() -> None:
    """Print a row for each run folder named."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("runs", nargs="+", type=Path, metavar="RUN")
    print("| plan | left out | with a reason | narrow |")
    print("|---" * 4 + "|")
    for run in parser.parse_args().runs:
        known = solved(str(run))
        with (run / "rejected.csv").open(encoding="utf-8-sig", newline="") as stream:
            rows = list(csv.DictReader(stream))
        told = sum(row["rule"] != NOT_FOUND for row in rows)
        narrow = sum(is_narrow(known, row) for row in rows)
        print(f"| {known.name} | {len(rows)} | {told} | {narrow} |", flush=True)


if __name__ == "__main__":
    main()
