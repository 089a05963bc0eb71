"""Losses and turning points that `explain` states, asked again by solves of their own.

`python -m tests.benchmarks.turning RUN... [--rejected N] [--selected N] [--seed S] [--tries N]
[--seconds S] [--each S] [--folder DIR] [--json FILE]` draws N projects left out and N built ones of
each run, explains them as `explain` does (`--seconds` each solve), and asks anew (`--each`
seconds): with the project forced in (forbidden) the loss must lie in its interval; with a stated
change the best plan that has turned must be worth more than any that has not, by the bounds of two
solves, with 2 % less of it the reverse. Changes are made here from the stated table, row, column
and value, by code that `explain` does not use, and solved from nothing with another seed.
What is not decided within the time, or told as open by `explain`, is counted as undecided.
In `--folder` every project is kept as soon as it is done, and not asked again.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import random
import tempfile
from collections import Counter
from dataclasses import asdict, dataclass, field
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
from infraplan.optimizer.sweeps.explained import Asker
from infraplan.optimizer.sweeps.runner import Runner
from infraplan.optimizer.sweeps.stated_reasons import (
    FEASIBLE,
    INFEASIBLE,
    OUT,
    Explanation,
    found_since,
    stated,
)
from infraplan.optimizer.sweeps.turning_points import SmallestChange

CONFIRMED, UNDECIDED, FALSE = "confirmed", "undecided", "false"
FINE = 1e-7
"""Least relative gap of the solves that ask again."""
CLOSE = 0.2
"""Part of what they are to tell apart that they may leave open."""
PART = 0.98
"""Part of a change that must not turn the decision."""
OTHER_SEED = 7919


@dataclass
class Asked:
    """What became of the statements on one project: verdicts, and what is false word by word.

    `pairs` are the pairs of solves that the changes took `explain`; `cpu` all CPU seconds.
    """

    project: str
    state: str
    reason: str
    loss: str
    changes: list[tuple[str, str]] = field(default_factory=list)
    not_found: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    pairs: int = 0
    cpu: float = 0.0


@dataclass
class Verdicts:
    """What became of the statements on one run; `faults` says which are false."""

    run: str
    rows: list[Asked] = field(default_factory=list)

    @property
    def losses(self) -> Counter[str]:
        """Verdicts on losses."""
        return Counter(row.loss for row in self.rows)

    @property
    def changes(self) -> dict[str, Counter[str]]:
        """Verdicts on changes by kind of figure."""
        found: dict[str, Counter[str]] = {}
        for kind, verdict in (pair for row in self.rows for pair in row.changes):
            found.setdefault(kind, Counter())[verdict] += 1
        return found

    @property
    def undecided_share(self) -> float:
        """Share of all statements, on losses and changes, that is not decided."""
        counts = self.losses + sum(self.changes.values(), Counter())
        return counts[UNDECIDED] / max(1, sum(counts.values()))

    @property
    def turned(self) -> Counter[str]:
        """Projects by the best verdict on any change of theirs; `none`: none is stated."""
        found: Counter[str] = Counter()
        for row in self.rows:
            words = {word for _, word in row.changes}
            order = (FALSE, CONFIRMED, UNDECIDED)
            found[next((word for word in order if word in words), "none")] += 1
        return found

    def data(self) -> dict[str, Any]:
        """All figures."""
        return {
            "run": self.run,
            "projects": len(self.rows),
            "losses": dict(self.losses),
            "changes": {kind: dict(found) for kind, found in self.changes.items()},
            "turned": dict(self.turned),
            "undecided_share": self.undecided_share,
            "without_a_change": [row.project for row in self.rows if not row.changes],
            "false": [text for row in self.rows for text in row.faults],
            "cpu_s": sum(row.cpu for row in self.rows),
        }


def measure(run: Path, asked: argparse.Namespace, folder: Path) -> Verdicts:
    """Explain projects of `run` drawn by the seed, and ask anew; what is in `folder` is kept."""
    files = read_run(run)
    assert files.plan is not None
    found = Verdicts(run.name)
    note = folder / f"{run.name}.jsonl"
    lines = note.read_text("utf-8").splitlines() if note.exists() else []
    done = {row["project"]: Asked(**row) for row in map(json.loads, lines)}
    options = SolveOptions(
        gap=float((files.manifest.get("options") or {}).get("gap", 1e-4)),
        time_limit_s=asked.seconds,
    )
    runner = Runner(folder / run.name, solve=partial(starting_from, run.resolve()))
    runner.prepare(resume=(folder / run.name).exists())
    asker = Asker(files.instance, files.plan, files.manifest["bound"], options, runner, asked.tries)
    for name in _drawn(files, asked):
        if name not in done:
            begin = _cpu_s()
            since = found_since(files, [name], options, asked.seconds)
            told = asker.explained(stated(files, name, since))
            done[name] = _asked_anew(files, told, asked.each)
            done[name].cpu = _cpu_s() - begin
            with note.open("a", encoding="utf-8") as stream:
                stream.write(json.dumps(asdict(done[name]), ensure_ascii=False) + "\n")
        found.rows.append(done[name])
        print(f"  {done[name]}", flush=True)
    return found


def _asked_anew(files: RunFiles, told: Explanation, seconds: float) -> Asked:
    verdict, fault = _ask_loss(files, told, seconds)
    row = Asked(told.project, told.state, told.reason, verdict, not_found=list(told.not_found))
    row.faults += [fault] if verdict == FALSE else []
    known: dict[bool, SolveResult] = {}
    for change in told.smallest_change:
        verdict = _ask_change(files, told, change, seconds, known)
        row.changes.append((change.kind, verdict))
        row.pairs += change.solves
        row.faults += [f"{told.project}: {change}"] if verdict == FALSE else []
    return row


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


def _ask_loss(files: RunFiles, told: Explanation, seconds: float) -> tuple[str, str]:
    """Whether the loss lies in its interval, as far as another solve tells."""
    assert files.plan is not None
    worth, low, high = files.plan.objective, told.loss_low, told.loss_high
    if duty_of(files.instance.project_by_id[told.project]) is Mandate.COMMITTED:
        return UNDECIDED, ""
    width = 0.0 if low is None or high is None else high - low
    again = _solve(_decided(files.instance, told, is_turned=True), seconds, _gap(files, width))
    if again.termination.is_proof_of_no_plan:
        verdict = CONFIRMED if told.forced == INFEASIBLE else FALSE
    elif low is None or high is None or again.objective is None:
        verdict = UNDECIDED
    else:
        size = 1e-6 * abs(worth)
        loss = worth - again.objective
        is_wrong = loss < low - size or told.forced != FEASIBLE
        is_wrong |= again.bound is not None and worth - again.bound > high + size
        verdict = FALSE if is_wrong else CONFIRMED if loss <= high + size else UNDECIDED
    return verdict, f"{told.project}: loss {low} to {high}, asked anew {again.objective}"


def _ask_change(
    files: RunFiles,
    told: Explanation,
    change: SmallestChange,
    seconds: float,
    known: dict[bool, SolveResult],
) -> str:
    """Whether every best plan turns with the change and none with less of it.

    Without the project nothing hangs on its own figures: that solve is kept in `known`, by whether
    it decides the other way.
    """
    if not change.is_confirmed:
        return UNDECIDED
    verdicts = []
    # Where nothing else has a plan, whatever plan there is tells.
    apart = math.inf if told.loss is None else (1.0 - PART) * told.loss
    gap = _gap(files, apart)
    for part, is_to_turn in ((1.0, True), (PART, False)):
        asked = files.instance
        for cell, after in ((change.cell, change.after), *change.also):
            value = cell.before + part * (after - cell.before)
            asked = _with_cell(asked, cell.table, cell.row, cell.column, cell.before, value)
        is_own, without = change.cell.table in ("projects", "options"), told.state != OUT
        both = {}
        for is_turned in (True, False):
            is_kept = is_own and is_turned == without
            found = known.get(is_turned) if is_kept else None
            if found is None:
                found = _solve(_decided(asked, told, is_turned=is_turned), seconds, gap)
            both[is_turned] = found
            if is_kept:
                known[is_turned] = found
        turned, stays = both[True], both[False]
        better, other = (turned, stays) if is_to_turn else (stays, turned)
        if _is_above(better, other):
            verdicts.append(CONFIRMED)
        else:
            verdicts.append(FALSE if _is_above(other, better) else UNDECIDED)
    return next((word for word in (FALSE, UNDECIDED) if word in verdicts), CONFIRMED)


def _is_above(better: SolveResult, other: SolveResult) -> bool:
    """Whether a plan of the one is surely worth more than any of the other."""
    if better.objective is None:
        return False
    if other.termination.is_proof_of_no_plan:
        return True
    return other.bound is not None and better.objective > other.bound


def _decided(instance: Instance, told: Explanation, *, is_turned: bool) -> Instance:
    """`instance` with the project decided as in the run, or the other way."""
    word = Mandate.MUST if is_turned == (told.state == OUT) else Mandate.MUST_NOT
    return _changed(instance, "projects", told.project, "mandatory", word)


def _gap(files: RunFiles, apart: float) -> float:
    """Relative gap of a solve that tells values apart."""
    assert files.plan is not None
    return min(1e-3, max(FINE, CLOSE * apart / max(1e-9, abs(files.plan.objective))))


def _with_cell(
    instance: Instance, table: str, row: str, column: str, before: float, value: float
) -> Instance:
    """`instance` with another value in a cell, as a planner would type it."""
    if table not in ("projects", "options"):
        return _changed(instance, table, row, column, value)
    factor, row = value / before, row.partition("/")[0]
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


def _solve(instance: Instance, seconds: float, gap: float) -> SolveResult:
    options = SolveOptions(gap=gap, time_limit_s=seconds, canonical=False, seed=OTHER_SEED)
    return solve(instance, options)


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
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        rows = [measure(run, asked, asked.folder or Path(folder)) for run in asked.runs]
    for row in rows:
        print(f"{row.run}: {json.dumps(row.data(), ensure_ascii=False)}")
    if asked.json is not None:
        asked.json.write_text(json.dumps([row.data() for row in rows], indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
