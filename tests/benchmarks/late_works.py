"""What really happened, made up: every second of the works under way is a year late.

`python -m tests.benchmarks.late_works RUN_FOLDER FILE --year Y` writes a table for `infraplan roll
--actuals`: of the works that the plan has begun by the end of Y and not open by then, in the order
of their ids, every second spent nothing in Y. Where Y is the year of its start it has not begun.
"""

from __future__ import annotations

import argparse
import csv
from pathlib import Path

from infraplan.optimizer.storage.run_reading import read_run


def main() -> None:
    """Write the table, and print how many works it holds back."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("run", type=Path)
    parser.add_argument("file", type=Path)
    parser.add_argument("--year", type=int, required=True)
    asked = parser.parse_args()
    plan = read_run(asked.run).plan
    assert plan is not None
    under_way = sorted(
        (row for row in plan.starts if row.start <= asked.year < row.opening),
        key=lambda row: row.project,
    )
    late = under_way[1::2]
    with asked.file.open("w", encoding="utf-8", newline="") as stream:
        table = csv.writer(stream)
        table.writerow(("project", "year", "spent"))
        table.writerows((row.project, asked.year, 0) for row in late)
    not_begun = sum(row.start == asked.year for row in late)
    print(
        f"{len(under_way)} under way, {len(late)} late: {not_begun} not begun, "
        f"{len(late) - not_begun} stood still"
    )


if __name__ == "__main__":
    main()
