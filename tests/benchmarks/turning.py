"""Losses and turning points that `explain` states, asked again by solves of their own.

`python -m tests.benchmarks.turning RUN... [--rejected N] [--selected N] [--seed S] [--tries N]
[--seconds S] [--each S] [--json FILE]` draws N projects left out and N built ones of each run,
explains them as `explain` does (`--seconds` each solve), and asks anew (`--each` seconds): with the
project forced in (forbidden) the loss must lie in its interval; with a stated change a plan that is
free to choose must have turned, with 2 % less of it not. Changes are made here from the stated
table, row, column and value, by code that `explain` does not use, and solved with another seed.
What is not decided within the time, or told as open by `explain`, is counted as undecided.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from infraplan.models.instance import Instance
from infraplan.models.progress import duty_of
from infraplan.models.project import Mandate
from infraplan.optimizer.solve import solve
from infraplan.optimizer.solve_result import SolveOptions, SolveResult
from infraplan.optimizer.storage import read_run
from infraplan.optimizer.storage.run_folder import RunFiles
from infraplan.optimizer.sweeps.asking import starting_from
from infraplan.optimizer.sweeps.explained import (
    FEASIBLE,
    INFEASIBLE,
    OUT,
    Asker,
    Explanation,
    found_since,
    stated,
)
from infraplan.optimizer.sweeps.runner import Runner
from infraplan.optimizer.sweeps.turning_points import SmallestChange

CONFIRMED, UNDECIDED, FALSE = "confirmed", "undecided", "false"
FINE = 1e-7
"""Relative gap of the solves that ask again."""
PART = 0.98
"""Part of a change that must not turn the decision."""
OTHER_SEED = 7919


@dataclass
class Verdicts:
    """What became of the statements on one run; `faults` says which are false."""

    run: str
    losses: Counter[str] = field(default_factory=Counter)
    changes: dict[str, Counter[str]] = field(default_factory=dict)
    open_projects: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    seconds: float = 0.0
    cpu: float = 0.0

    @property
    def undecided_share(self) -> float:
        """Share of all statements, on losses and changes, that is not decided."""
        counts = self.losses + sum(self.changes.values(), Counter())
        return counts[UNDECIDED] / max(1, sum(counts.values()))

    def note(self, kind: str, verdict: str, what: str) -> None:
        """Count a verdict on a loss, or on a change of `kind`."""
        counts = self.losses if kind == "loss" else self.changes.setdefault(kind, Counter())
        counts[verdict] += 1
        if verdict == FALSE:
            self.faults.append(what)

    def data(self) -> dict[str, Any]:
        """All figures."""
        return {
            "run": self.run,
            "losses": dict(self.losses),
            "changes": {kind: dict(found) for kind, found in self.changes.items()},
            "undecided_share": self.undecided_share,
            "without_a_change": self.open_projects,
            "false": self.faults,
            "seconds": self.seconds,
            "cpu_s": self.cpu,
        }


def measure(run: Path, asked: argparse.Namespace) -> Verdicts:
    """Explain projects of `run` drawn by the seed, and ask anew."""
    begin, cpu = time.perf_counter(), _cpu_s()
    files = read_run(run)
    assert files.plan is not None
    found = Verdicts(run.name)
    names = _drawn(files, asked)
    options = SolveOptions(
        gap=float((files.manifest.get("options") or {}).get("gap", 1e-4)),
        time_limit_s=asked.seconds,
    )
    with tempfile.TemporaryDirectory() as folder:
        runner = Runner(Path(folder) / "asked", solve=partial(starting_from, run.resolve()))
        runner.prepare(resume=False)
        asker = Asker(
            files.instance, files.plan, files.manifest["bound"], options, runner, asked.tries
        )
        since = found_since(files, names, options, asked.seconds)
        for name in names:
            told = asker.turned(asker.forced(stated(files, name, since)))
            _ask_loss(files, told, found, asked.each)
            if not told.smallest_change:
                found.open_projects.append(name)
            for change in told.smallest_change:
                verdict = _ask_change(files.instance, told, change, asked.each)
                found.note(change.kind, verdict, f"{name}: {change}")
            print(f"  {name}: {told.state}, {told.reason}, {found.data()}", flush=True)
    found.seconds, found.cpu = time.perf_counter() - begin, _cpu_s() - cpu
    return found


def _drawn(files: RunFiles, asked: argparse.Namespace) -> list[str]:
    """Projects left out, then built ones that a plan may leave."""
    assert files.plan is not None
    draw = random.Random(asked.seed)
    built = {row.project for row in files.plan.starts}
    out = [row.project for row in files.tables.rejected]
    free = [
        row.id
        for row in files.instance.projects
        if row.id in built and duty_of(row) is Mandate.FREE
    ]
    return [
        *draw.sample(out, min(asked.rejected, len(out))),
        *draw.sample(free, min(asked.selected, len(free))),
    ]


def _ask_loss(files: RunFiles, told: Explanation, found: Verdicts, seconds: float) -> None:
    """Whether the loss lies in its interval, as far as another solve tells."""
    assert files.plan is not None
    word = Mandate.MUST if told.state == OUT else Mandate.MUST_NOT
    again = _solve(_changed(files.instance, "projects", told.project, "mandatory", word), seconds)
    if again.termination.is_proof_of_no_plan:
        verdict = CONFIRMED if told.forced == INFEASIBLE else FALSE
    elif told.loss_low is None or told.loss_high is None or again.objective is None:
        verdict = UNDECIDED
    else:
        worth = files.plan.objective
        size = 1e-6 * abs(worth)
        is_wrong = worth - again.objective < told.loss_low - size
        is_wrong |= again.bound is not None and worth - again.bound > told.loss_high + size
        verdict = FALSE if is_wrong or told.forced != FEASIBLE else CONFIRMED
    what = f"{told.project}: loss {told.loss_low} to {told.loss_high}, asked anew {again.objective}"
    found.note("loss", verdict, what)


def _ask_change(
    instance: Instance, told: Explanation, change: SmallestChange, seconds: float
) -> str:
    """Whether a free plan turns with the change and not with less of it."""
    if not change.is_confirmed:
        return UNDECIDED
    verdicts = []
    for part, is_to_turn in ((1.0, True), (PART, False)):
        asked = instance
        for cell, after in ((change.cell, change.after), *change.also):
            value = cell.before + part * (after - cell.before)
            asked = _with_cell(asked, cell.table, cell.row, cell.column, cell.before, value)
        again = _solve(asked, seconds)
        if again.plan is None:
            return UNDECIDED
        is_in = any(row.project == told.project for row in again.plan.starts)
        if (is_in != (told.state != OUT)) == is_to_turn:
            verdicts.append(CONFIRMED)
        else:
            is_closed = again.gap is not None and again.gap <= FINE
            verdicts.append(FALSE if is_closed else UNDECIDED)
    return next((word for word in (FALSE, UNDECIDED) if word in verdicts), CONFIRMED)


def _with_cell(
    instance: Instance, table: str, row: str, column: str, before: float, value: float
) -> Instance:
    """`instance` with another value in a cell, as a planner would type it."""
    if table != "projects":
        return _changed(instance, table, row, column, value)
    factor = value / before
    data = instance.model_dump(mode="python")
    names = [column, f"{column}_low", f"{column}_high"]
    for project in data["projects"]:
        for option in project["options"] if project["id"] == row else ():
            for name in names:
                old = option[name]
                if isinstance(old, dict):
                    option[name] = {key: factor * figure for key, figure in old.items()}
                elif old is not None:
                    option[name] = factor * old
    if column == "benefits":
        for stream in data["benefits"]:
            if stream["project"] == row:
                stream["value"] *= factor
    return Instance.model_validate(data)


KEYS = {"projects": ("id",), "inflows": ("fund", "year"), "debt": ("jurisdiction", "pool", "year")}


def _changed(instance: Instance, table: str, row: str, column: str, value: object) -> Instance:
    data = instance.model_dump(mode="python")
    keys, parts = KEYS[table], row.split("/")
    rows = [line for line in data[table] if [str(line[key]) for key in keys] == parts]
    if not rows:
        assert table == "inflows"
        rows = [{"fund": parts[0], "year": int(parts[1])}]
        data[table] = [*data[table], *rows]
    rows[0][column] = value
    return Instance.model_validate(data)


def _solve(instance: Instance, seconds: float) -> SolveResult:
    return solve(
        instance,
        SolveOptions(gap=FINE, time_limit_s=seconds, canonical=False, seed=OTHER_SEED),
    )


def _cpu_s() -> float:
    spent = os.times()
    return spent.user + spent.system + spent.children_user + spent.children_system


def main() -> None:
    """Print what became of the statements on each run, and write all figures."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("runs", nargs="+", type=Path, metavar="RUN")
    parser.add_argument("--rejected", type=int, default=4)
    parser.add_argument("--selected", type=int, default=4)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--tries", type=int, default=12)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--each", type=float, default=60.0)
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    rows = [measure(run, asked) for run in asked.runs]
    for row in rows:
        print(f"{row.run}: {json.dumps(row.data(), ensure_ascii=False)}")
    if asked.json is not None:
        asked.json.write_text(json.dumps([row.data() for row in rows], indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
