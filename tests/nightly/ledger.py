"""The ledger of what was tried at night, and docs/reliability.md made from it.

docs/ledger.json has one row for each session of a part: its seed, how many trials it made, what
failed. Rows are only added, so that the figures of the page are sums over all seeds ever tried.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from tests.architecture.sources import ROOT

LEDGER = ROOT / "docs" / "ledger.json"
PAGE = ROOT / "docs" / "reliability.md"
BEGIN, END = "<!-- ledger: begin -->", "<!-- ledger: end -->"
AIMS = {
    "edits": 2000,
    "differential": 5000,
    "readers": 20000,
    "requests": 20000,
    "numbers": 2000,
    "cents": 3000,
    "faults": 300,
    "mutants": 900,
}
"""Trials by part until which the ledger is filled."""
WHAT = {
    "edits": "single edits of run folders, each tried twice",
    "differential": "random instances solved in every way",
    "readers": "hostile inputs given to readers",
    "requests": "requests of any make given to the workbench",
    "numbers": "plans with money from 1 to 1e13 checked in exact arithmetic",
    "cents": "instances of projects a cent apart, all choices against exact flows",
    "faults": "commands disturbed at random moments",
    "mutants": "lines of the laws turned; open: those that no test noticed, less the explained",
}


@dataclass(frozen=True)
class Session:
    """One session of one part.

    Attributes
    ----------
    failed
        Trials that came out otherwise than they must; what they were stands in `told`.
    mended
        How many of those are mended by now, each with a case of its own in the tests.
    """

    part: str
    date: str
    seed: int
    minutes: float
    trials: int
    failed: int
    mended: int = 0
    told: tuple[str, ...] = ()

    @property
    def command(self) -> str:
        """What makes the same trials again."""
        return f"make nightly PART={self.part} SEED={self.seed} MINUTES={self.minutes:g}"


def read_ledger(path: Path = LEDGER) -> list[Session]:
    """All sessions, in the order in which they were made."""
    if not path.exists():
        return []
    rows = json.loads(path.read_text(encoding="utf-8"))
    return [Session(**{**row, "told": tuple(row["told"])}) for row in rows]


def add(sessions: Sequence[Session], path: Path = LEDGER) -> None:
    """Write the ledger with more sessions at its end."""
    rows = [asdict(row) for row in (*read_ledger(path), *sessions)]
    path.write_text(json.dumps(rows, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def next_seed(part: str, path: Path = LEDGER) -> int:
    """The first seed that no session of the part had."""
    return max((row.seed for row in read_ledger(path) if row.part == part), default=-1) + 1


def table(sessions: Sequence[Session]) -> str:
    """The table of docs/reliability.md: one row a part, all its sessions together."""
    lines = [
        "| part | tried | aim | failed | mended | open | seeds | last session | date |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for part, aim in AIMS.items():
        mine = [row for row in sessions if row.part == part]
        if not mine:
            lines.append(f"| {WHAT[part]} | 0 | {aim:,} | - | - | - | - | not yet run | - |")
            continue
        trials, failed = sum(row.trials for row in mine), sum(row.failed for row in mine)
        mended, last = sum(row.mended for row in mine), mine[-1]
        seeds = sorted({row.seed for row in mine})
        span = str(seeds[0]) if len(seeds) == 1 else f"{seeds[0]} to {seeds[-1]}"
        lines.append(
            f"| {WHAT[part]} | {trials:,} | {aim:,} | {failed} | {mended} | {failed - mended} "
            f"| {span} | `{last.command}` | {last.date} |"
        )
    return "\n".join(lines)


def written(page: str, sessions: Sequence[Session]) -> str:
    """The page with the table of these sessions between its marks."""
    head, _, rest = page.partition(BEGIN)
    return f"{head}{BEGIN}\n\n{table(sessions)}\n\n{END}{rest.partition(END)[2]}"


def write_page(path: Path = LEDGER) -> None:
    """Write docs/reliability.md anew."""
    PAGE.write_text(written(PAGE.read_text("utf-8"), read_ledger(path)), encoding="utf-8")
