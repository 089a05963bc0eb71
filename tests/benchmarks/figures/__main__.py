"""The figures of docs/status.md: measured by commands, kept in a ledger, written from it.

    python -m tests.benchmarks.figures list
    python -m tests.benchmarks.figures run NAME ...|all [--group GROUP] [--data FOLDER]
        [--census FOLDER] [--cases FOLDER] [--runs FOLDER] [--work FOLDER] [--ledger FILE]
    python -m tests.benchmarks.figures write

`run` executes the commands of each figure one after the other, on a machine where nothing else
should run, and puts the numbers read out of what they print into docs/figures.json, with date,
commit, load, seconds, CPU seconds and memory. A figure whose command fails, or whose data is not
there, is told; its earlier row stays as it is, and the exit code is 1. Runs of the five plans are
solved once and read by every figure that needs them. `write` writes the tables of docs/status.md.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.architecture.sources import ROOT
from tests.benchmarks.figures.ledger import LEDGER, PAGE, Row, read_ledger, written
from tests.benchmarks.figures.record import Figure, Group
from tests.benchmarks.figures.records import FIGURES, PLAN_OF
from tests.benchmarks.figures.running import Session

ALL = "all"
STOPPED = 130
"""Exit code after Ctrl-C."""


def listed(figures: Sequence[Figure], rows: dict[str, Row]) -> list[str]:
    """A line for each figure: group, name, seconds it takes, and the row that is kept."""
    lines = []
    for figure in figures:
        row = rows.get(figure.name)
        kept = "not measured" if row is None else f"{'typed' if row.typed else 'read'} {row.date}"
        if row is not None and not row.typed and row.command != figure.command:
            kept += ", its command has changed since"
        lines.append(
            f"{figure.group:<13}{figure.name:<28}{figure.seconds:>6.0f} s  {kept}\n"
            + "\n".join(f"    {command}" for command in figure.commands)
        )
    for group in Group:
        seconds = sum(figure.seconds for figure in figures if figure.group is group)
        lines.append(f"{group:<13}about {seconds / 60.0:.0f} min in all")
    return lines


def chosen(names: Sequence[str], groups: Sequence[str], figures: Sequence[Figure]) -> list[Figure]:
    """The figures named, or all of the groups; in the order of the list.

    Raises
    ------
    SystemExit
        If a name is unknown, or nothing is named.
    """
    by_name = {figure.name: figure for figure in figures}
    unknown = [name for name in names if name != ALL and name not in by_name]
    if unknown:
        raise SystemExit(f"no such figure: {', '.join(unknown)}; see `list`")
    if not names and not groups:
        raise SystemExit("name figures, `all`, or a --group; see `list`")
    wanted = set(by_name) if ALL in names else set(names)
    wanted |= {figure.name for figure in figures if figure.group in groups}
    return [figure for figure in figures if figure.name in wanted]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    todo = parser.add_subparsers(dest="todo", required=True)
    todo.add_parser("list", help="all figures with their commands")
    run = todo.add_parser("run", help="measure figures")
    run.add_argument("names", nargs="*", metavar=f"NAME|{ALL}")
    run.add_argument("--group", action="append", default=[], choices=[*Group])
    run.add_argument("--data", type=Path, help="folder of published problems (BENCH)")
    run.add_argument("--census", type=Path, help="default: `census` beside --data")
    run.add_argument("--cases", type=Path, help="default: `cases` beside --data")
    run.add_argument("--runs", type=Path, help="runs made before, read in the place of solving")
    run.add_argument("--work", type=Path, default=ROOT / "results" / "figures")
    run.add_argument("--ledger", type=Path, default=LEDGER, help="another file, for a trial")
    todo.add_parser("write", help="write the tables of docs/status.md from the ledger")
    return parser


def _session(asked: argparse.Namespace) -> Session:
    def beside(given: Path | None, name: str) -> Path | None:
        if given is None and asked.data is not None:
            given = asked.data.resolve().parent / name
        return given.resolve() if given is not None and given.is_dir() else None

    return Session(
        folder=asked.work.resolve(),
        tell=lambda told: print(told, flush=True),
        by_run=PLAN_OF,
        bench=asked.data.resolve() if asked.data is not None else None,
        census=beside(asked.census, "census"),
        cases=beside(asked.cases, "cases"),
        given=asked.runs.resolve() if asked.runs is not None else None,
        ledger=asked.ledger,
    )


def main(arguments: Sequence[str]) -> int:
    """Entry; the exit code."""
    asked = _parser().parse_args(arguments)
    if asked.todo == "list":
        print("\n".join(listed(FIGURES, read_ledger())))
    elif asked.todo == "write":
        page = written(PAGE.read_text(encoding="utf-8"), FIGURES, read_ledger())
        PAGE.write_text(page, encoding="utf-8")
        print(f"wrote {PAGE.relative_to(ROOT)} from {LEDGER.relative_to(ROOT)}")
    else:
        try:
            failed = _session(asked).measure_all(chosen(asked.names, asked.group, FIGURES))
        except KeyboardInterrupt:
            print("stopped; what was measured is kept", file=sys.stderr)
            return STOPPED
        print("now: python -m tests.benchmarks.figures write")
        if failed:
            print(f"without a figure of today: {', '.join(failed)}", file=sys.stderr)
        return int(bool(failed))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
