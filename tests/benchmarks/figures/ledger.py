"""The ledger of figures, and the tables of docs/status.md made from it.

docs/figures.json has one row for each figure, its latest. A row was `read` out of the output of its
commands, or `typed` from an earlier measurement by hand: then it has the words of that time.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from tests.architecture.sources import ROOT
from tests.benchmarks.figures.record import Figure, Group, Values
from tests.benchmarks.plans import INSTANCES

LEDGER = ROOT / "docs" / "figures.json"
PAGE = ROOT / "docs" / "status.md"
BEGIN, END = "<!-- figures: begin -->", "<!-- figures: end -->"
IDLE = 0.2
"""Processors that others use at most while a machine counts as idle."""
HEAD = (
    "| figure | command | date | machine | took | note |",
    "|---|---|---|---|---|---|",
)
TITLES = {
    Group.PLANS: "The five plans",
    Group.LARGE: "Large instances",
    Group.KNOWN: "Published problems",
    Group.SHELL: "The shell",
    Group.SUITES: "Tests and installing",
}


@dataclass(frozen=True)
class Row:
    """One measurement.

    Attributes
    ----------
    date
        Day on which it ended; of a typed row the day by which it was made.
    commit
        Of the tree that was measured, with `+` where files differed from it; empty: not known.
    load
        Load average of the last minute before it began (this counts what ran just before).
    others
        Processors that others used while it ran; None: not known.
    typed
        The words of a row that was not read; `machine` those about the machine.
    """

    name: str
    date: str
    command: str
    commit: str = ""
    load: float | None = None
    others: float | None = None
    seconds: float | None = None
    cpu_s: float | None = None
    peak_mb: float | None = None
    values: Values = field(default_factory=dict)
    typed: str = ""
    machine: str = ""
    note: str = ""

    @property
    def on_machine(self) -> str:
        """Whether the machine was idle, in words."""
        if self.others is None or self.load is None:
            return self.machine or "not stated"
        if self.others <= IDLE:
            return f"idle (load {self.load:.1f} before)"
        return f"shared: others used {self.others:.1f} processors (load {self.load:.1f} before)"

    @property
    def took(self) -> str:
        """Seconds by the clock, of CPU, and memory of all commands."""
        if self.seconds is None or self.cpu_s is None or self.peak_mb is None:
            return ""
        return f"{_seconds(self.seconds)}, {_seconds(self.cpu_s)} of CPU, {self.peak_mb:.0f} MB"


def _seconds(value: float) -> str:
    if value >= 600.0:
        return f"{value / 60.0:.0f} min"
    return f"{value:.0f} s" if value >= 10.0 else f"{value:.1f} s"


def read_ledger(path: Path = LEDGER) -> dict[str, Row]:
    """All rows by name."""
    if not path.exists():
        return {}
    return {row["name"]: Row(**row) for row in json.loads(path.read_text(encoding="utf-8"))}


def write_ledger(rows: Mapping[str, Row], path: Path = LEDGER) -> None:
    """Write all rows, by name, without what they do not state."""
    stated = [
        {key: value for key, value in asdict(rows[name]).items() if value not in (None, "", {})}
        for name in sorted(rows)
    ]
    text = json.dumps(stated, indent=1, ensure_ascii=False)
    path.write_text(text + "\n", encoding="utf-8")


def _escaped(text: str) -> str:
    return text.replace("|", "\\|")


def shown(command: str) -> str:
    """`command` for reading: what is done alike for several instances stands there once."""
    every = " ".join(f"RUNS/{name}" for name in INSTANCES)
    found: dict[str, list[str]] = {}
    for part in command.replace(every, "RUNS/*").split("; "):
        names = [name for name in INSTANCES if name in part]
        alike = part.replace(names[0], "NAME") if len(names) == 1 else part
        found.setdefault(alike, []).extend(names[:1])
    lines = []
    for alike, names in found.items():
        if len(names) > 1:
            whose = "each" if len(names) == len(INSTANCES) else ", ".join(names)
            lines.append(f"`{alike}` for {whose}")
        else:
            lines.append(f"`{alike.replace('NAME', names[0]) if names else alike}`")
    return "; ".join(lines)


def line(figure: Figure, row: Row) -> str:
    """The line of a figure."""
    told = row.typed or figure.text_of(row.values)
    date = row.date if not row.typed else f"{row.date} or before, typed"
    if row.commit:
        date += f" ({row.commit})"
    note = "; ".join(filter(None, (figure.note, row.note)))
    if row.command != figure.command:
        note = "; ".join(filter(None, (note, "the command has changed since")))
    cells = (f"{figure.what}: {told}", shown(row.command), date, row.on_machine, row.took, note)
    return "| " + " | ".join(_escaped(cell) for cell in cells) + " |"


def tables(figures: Sequence[Figure], rows: Mapping[str, Row]) -> list[str]:
    """The lines between the markers: a table for each group, by issue."""
    lines = [BEGIN]
    for group in Group:
        of_group = sorted((f for f in figures if f.group is group), key=lambda f: f.issue)
        measured = [line(figure, rows[figure.name]) for figure in of_group if figure.name in rows]
        if measured:
            lines += [f"### {TITLES[group]}", "", *HEAD, *measured, ""]
    missing = [f"`{figure.name}`" for figure in figures if figure.name not in rows]
    if missing:
        lines += [f"Not measured yet: {', '.join(missing)}.", ""]
    return [*lines, END]


def written(page: str, figures: Sequence[Figure], rows: Mapping[str, Row]) -> str:
    """`page` with the tables in the place of what stands between the markers.

    Raises
    ------
    ValueError
        If the markers are not there, once each.
    """
    if page.count(BEGIN) != 1 or page.count(END) != 1:
        raise ValueError(f"the page needs {BEGIN} and {END} once each")
    before, rest = page.split(BEGIN)
    return before + "\n".join(tables(figures, rows)) + rest.split(END)[1]
