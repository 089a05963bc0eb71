"""What a plan's works are worth by type, and which lose most: an appraiser's table of a run.

    python -m tools.worth_by_type RUN_FOLDER [RUN_FOLDER ...] [--works N] [--zh]

Present values in the run's money, of works that the plan builds. `own` is what a work's own benefit,
cost, running cost and residual value come to: what networks gain is nobody's alone and stands in the
last line, so a work of a network (`net`) loses its cost here. `due` are works committed or that must
be built: they stand in every plan, whatever they lose. Types are those of the estimating library that
the maker of a shipped instance gave its works (tools/data); of others the subsector.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from infraplan.models.plan import Plan
from infraplan.models.progress import duty_of
from infraplan.models.project import Mandate
from infraplan.optimizer.storage import read_run
from infraplan.optimizer.storage.run_folder import RunFiles
from tools.census import read
from tools.document import DATA

OWN = ("benefit", "construction", "om", "residual")
COLUMNS = ("works", "due", "net", *OWN, "own")


@dataclass(frozen=True)
class Worth:
    """A work of the plan: its own terms of the value."""

    project: str
    name: str
    type: str
    due: bool
    net: bool
    terms: dict[str, float]

    @property
    def own(self) -> float:
        """What the work is worth by itself."""
        return sum(self.terms.values())


def worths(files: RunFiles, *, zh: bool = False) -> list[Worth]:
    """Every work of the plan, what loses most first."""
    plan, instance = _plan(files), files.instance
    works = read(DATA / instance.settings.id / "works.csv")
    types = {row["census_id"]: row["type"] for row in works}
    terms: dict[str, dict[str, float]] = defaultdict(lambda: dict.fromkeys(OWN, 0.0))
    for term in plan.objective_terms:
        if term.term in OWN:
            terms[term.subject][term.term] += term.value
    of_networks = {row.project for row in instance.project_network}
    built = [instance.project_by_id[row.project] for row in plan.starts]
    found = [
        Worth(
            row.id,
            (row.name_zh if zh else row.name_en) or row.id,
            types.get(row.id, row.subsector),
            duty_of(row) is not Mandate.FREE,
            row.id in of_networks,
            terms[row.id],
        )
        for row in built
    ]
    return sorted(found, key=lambda worth: (worth.own, worth.project))


def _plan(files: RunFiles) -> Plan:
    if files.plan is None:
        message = f"{files.instance.settings.id}: no plan"
        raise SystemExit(message)
    return files.plan


def by_type(rows: list[Worth]) -> list[tuple[str, list[float]]]:
    """Sums by type in the order of `COLUMNS`, the type that loses most first; the whole last."""
    sums: dict[str, list[float]] = defaultdict(lambda: [0.0] * len(COLUMNS))
    whole = "all"
    for row in rows:
        figures = [1.0, row.due, row.net, *row.terms.values(), row.own]
        for key in (row.type, whole):
            sums[key] = [a + b for a, b in zip(sums[key], figures, strict=True)]
    types = sorted((key for key in sums if key != whole), key=lambda key: sums[key][-1])
    return [(key, sums[key]) for key in (*types, whole) if key in sums]


def table(files: RunFiles, most: int, *, zh: bool = False) -> list[str]:
    """Lines of the two tables of a run."""
    rows, plan = worths(files, zh=zh), _plan(files)
    lines = [f"{files.instance.settings.id}: value {plan.objective:.1f}", ""]
    lines += ["| type | " + " | ".join(COLUMNS) + " |", "|---" * (len(COLUMNS) + 1) + "|"]
    for key, sums in by_type(rows):
        counts = [f"{value:.0f}" for value in sums[:3]]
        lines.append(f"| {' | '.join([key, *counts, *(f'{value:.1f}' for value in sums[3:])])} |")
    others: dict[str, float] = defaultdict(float)
    for term in plan.objective_terms:
        if term.term not in OWN:
            name = f"{term.term} {term.subject}" if term.term == "service" else term.term
            others[name] += term.value
    lines += ["", "; ".join(f"{name} {value:+.1f}" for name, value in sorted(others.items())), ""]
    if most:
        lines += ["| work | type | due | net | benefit | own |", "|---|---|---|---|---|---|"]
    for row in rows[:most]:
        marks = ["yes" if mark else "" for mark in (row.due, row.net)]
        figures = [f"{row.terms['benefit']:.1f}", f"{row.own:.1f}"]
        lines.append(f"| {' | '.join([row.name, row.type, *marks, *figures])} |")
    return lines


def main(arguments: list[str] | None = None) -> int:
    """Print the tables of each run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("runs", nargs="+", type=Path)
    parser.add_argument("--works", type=int, default=10, help="works that lose most; 0: none")
    parser.add_argument("--zh", action="store_true", help="names of works in Chinese")
    options = parser.parse_args(arguments)
    for run in options.runs:
        print("\n".join(table(read_run(run), options.works, zh=options.zh)))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
