"""Tables that benchmarks over plans print, a row per plan as soon as it is known, and as JSON."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, is_dataclass
from pathlib import Path
from typing import Any

from tests.benchmarks.plans import INSTANCES


def tell(
    description: str | None,
    numbers: Mapping[str, tuple[type, float | str]],
    columns: tuple[str, ...],
    row_of: Callable[..., Any],
    cells: Callable[[Any], tuple[str, ...]],
) -> None:
    """Print a table with a row per instance or run folder named on the command line.

    `numbers` are options with their type and default, passed on to `row_of` with the name; `cells`
    writes its answer, a dataclass, under `columns`. With `--json FILE` the answers go there too.
    """
    parser = argparse.ArgumentParser(description=(description or "").split("\n")[0])
    parser.add_argument("names", nargs="*", default=INSTANCES, metavar="INSTANCE | RUN FOLDER")
    parser.add_argument("--json", type=Path, help="file into which all figures go")
    for name, (kind, default) in numbers.items():
        parser.add_argument(f"--{name.replace('_', '-')}", type=kind, default=default)
    asked = parser.parse_args()
    print("| plan | " + " | ".join(columns) + " |")
    print("|---" * (len(columns) + 1) + "|", flush=True)
    found: dict[str, object] = {}
    for name in asked.names:
        row = row_of(name, **{key: getattr(asked, key) for key in numbers})
        print(f"| {Path(name).name} | " + " | ".join(cells(row)) + " |", flush=True)
        is_row = is_dataclass(row) and not isinstance(row, type)
        found[Path(name).name] = asdict(row) if is_row else row
        if asked.json is not None:
            asked.json.write_text(json.dumps(found, indent=1), encoding="utf-8")
