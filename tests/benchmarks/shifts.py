"""No project of the plans gains by opening a year earlier or later, beyond the proven gap.

`python -m tests.benchmarks.shifts [INSTANCE | RUN FOLDER ...] [--count N] [--seconds S]
[--free N] [--free-seconds S] [--patience S] [--journal FILE] [--json FILE]` draws N projects (with
a fixed seed) among those that a plan builds and that change a network, and forces each to start a
year earlier and a year later. The verdict of each is told as it comes; with a journal those of the
same plan and seconds that it holds are not asked again.

- The relaxation with cuts and the shift forced bounds what any plan with it is worth: where that
  is no more than the plan, the shift is proven to lose whatever else changes.
- The best plan with it is searched for: first with all other starts as they are (money and flows
  free); then, where that has no plan or the shift is not proven to lose, with every other start
  free within a year, S seconds; for N shifts spread over the list with everything free. What is
  undecided after all is bounded by its parts at prices of money of its own, and where that proves
  nothing searched for once more, `--patience` seconds each.

A plan found is extracted, so that its value is that of every year, and one that gains is verified
against the laws. It is compared with the stated objective and its bound: a gain beyond the bound
would mean that one of both lies.
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np

from infraplan.models.instance import Instance
from infraplan.models.plan import Plan
from infraplan.optimizer.analysis.window_rows import Row as ForcedRow
from infraplan.optimizer.analysis.window_rows import with_named_rows
from infraplan.optimizer.backends import SolverOptions, solve_mip
from infraplan.optimizer.backends.forced import forced_relaxations
from infraplan.optimizer.backends.quick_relaxation import quick_search
from infraplan.optimizer.engines.neighbourhood import near_plan
from infraplan.optimizer.errors import SolverError
from infraplan.optimizer.mip import FloatArray, IntArray, Mip
from tests.benchmarks.around import SAME, Around
from tests.benchmarks.plans import Solved, solved
from tests.benchmarks.table import tell

SEED = 11
HELD_S = 30.0
"""Seconds for money and flows of one shift at most."""
RELAX_S = 90.0
"""Seconds for the relaxations of all shifts of a plan at most."""
HELD, NEAR, FREE = "held", "near", "free"
"""How widely the other starts may move."""


@dataclass(frozen=True)
class Move:
    """One shift: by how many years, the project's columns `started`, their values after it."""

    project: str
    years: int
    columns: IntArray
    moved: FloatArray

    @property
    def row(self) -> ForcedRow:
        """A row that is 1 where the project starts in the year to which it is moved."""
        at = int(np.argmax(self.moved))
        before = (int(self.columns[at - 1]),) if at else ()
        values = (1.0,) + (-1.0,) * len(before)
        return ForcedRow("mandate", (self.project,), (int(self.columns[at]), *before), values, 0.0)


@dataclass(frozen=True)
class Shift:
    """What is known of a shift.

    Attributes
    ----------
    value
        Of the best plan found with it; None: none was.
    bound
        Of every plan with it, by the relaxation; None: not found.
    is_out
        Whether no plan has the shift.
    searched
        How widely the other starts could move.
    is_settled
        Whether a plan was found, or it is proven that there is none that widely.
    """

    project: str
    years: int
    value: float | None
    bound: float | None
    is_out: bool
    searched: str
    is_settled: bool

    def is_under(self, most: float) -> bool:
        """Whether the relaxation proves that no plan with the shift is worth more than `most`."""
        return self.is_out or (self.bound is not None and self.bound <= most)

    def is_undecided(self, most: float) -> bool:
        """Whether there is neither a plan nor a proof, of none near or of none worth `most`."""
        return not self.is_settled and not self.is_under(most)


@dataclass(frozen=True)
class Row:
    """What was found for one plan; `gain` is the largest over its objective, `room` its gap.

    `undecided` are shifts with neither a plan, nor a proof that there is none near, nor one that
    all are within the gap; `losing` those of which no plan is worth more than the plan.
    """

    drawn: int
    asked: int
    with_plan: int
    infeasible: int
    undecided: int
    losing: int
    freely: int
    gain: float
    room: float
    beyond: tuple[Shift, ...]
    shifts: tuple[Shift, ...]


def drawn(instance: Instance, plan: Plan, count: int) -> list[str]:
    """At most `count` projects that the plan builds and that change a network."""
    changing = {row.project for row in instance.project_network}
    built = sorted(start.project for start in plan.starts if start.project in changing)
    return sorted(random.Random(SEED).sample(built, min(count, len(built))))


class Shifter:
    """One plan, and the program around it with one start moved."""

    def __init__(self, known: Solved) -> None:
        self._around = Around.of(known)
        formulation, scale = self._around.formulation, self._around.scale
        self._near: Mip = near_plan(replace(formulation, mip=scale.mip), self._around.values)
        self.size = self._around.size

    def moves(self, project: str) -> Iterator[Move]:
        """Each shift that the window allows."""
        formulation = self._around.formulation
        sets = formulation.sets
        start = next(s for s in self._around.known.plan.starts if s.project == project)
        index = sets.project_index[project]
        for number in sets.options_of[index]:
            flat = sets.options[number]
            if flat.option.option != start.option or not flat.is_open:
                continue
            columns = formulation.started[number, flat.first : flat.last + 1]
            now = start.start - sets.first_year
            for years in (-1, 1):
                if flat.first <= now + years <= flat.last:
                    at = np.arange(flat.first, flat.last + 1)
                    yield Move(project, years, columns, (at >= now + years).astype(np.float64))

    def bounds(self, moves: list[Move]) -> list[tuple[float | None, bool]]:
        """Bound of every plan with each of `moves`, and whether there is none."""
        nothing: list[tuple[float | None, bool]] = [(None, False)] * len(moves)
        if not moves:
            return nothing
        scale = self._around.scale
        first = scale.mip.num_rows
        mip = with_named_rows(scale.mip, [move.row for move in moves])
        rows = np.arange(first, first + len(moves))
        try:
            found = forced_relaxations(mip, rows, SolverOptions(time_limit_s=RELAX_S)).by_row
        except SolverError:
            return nothing
        told = nothing
        for place, row in enumerate(rows.tolist()):
            if row in found:
                bound = found[row].bound
                told[place] = (None if bound is None else bound / scale.factor, found[row].is_out)
        return told

    def look(
        self, move: Move, bound: tuple[float | None, bool], seconds: float, free_s: float
    ) -> Shift:
        """Search for the best plan with `move`: held, near, and for `free_s` seconds free."""
        most, is_out = bound
        told = Shift(move.project, move.years, None, most, is_out, HELD, is_out)
        if is_out:
            return told
        whole = self._around.scale.mip
        best = quick_search(self._fixed(whole, move, hold=True), HELD_S, SAME).values
        shift = told
        if best is not None:
            shift = replace(told, value=self._around.worth(best), is_settled=True)
        objective = self._around.known.objective
        if best is None or not shift.is_under(objective + self.size) or free_s > 0.0:
            shift, best = self._wider(shift, move, self._near, NEAR, seconds, best)
        if free_s > 0.0:
            shift, best = self._wider(shift, move, whole, FREE, free_s, best)
        return shift

    def look_again(self, move: Move, shift: Shift, seconds: float, most: float) -> Shift:
        """A bound of the plans with `move` by its parts, where one is worth `most` at most.

        Else a plan of which none was found, all other starts within a year or free, or neither.
        """
        bound = self._around.bound_of_parts(
            self._fixed(self._around.scale.mip, move, hold=False), seconds
        )
        if bound is not None:
            shift = replace(shift, bound=bound if shift.bound is None else min(shift.bound, bound))
        if not shift.is_undecided(most):
            return shift
        shift, _ = self._wider(shift, move, self._near, NEAR, seconds, None)
        if shift.value is None and not shift.is_settled:
            shift, _ = self._wider(shift, move, self._around.scale.mip, FREE, seconds, None)
        return shift

    def _wider(
        self,
        shift: Shift,
        move: Move,
        mip: Mip,
        searched: str,
        seconds: float,
        best: FloatArray | None,
    ) -> tuple[Shift, FloatArray | None]:
        """`shift` after a search with `mip`, from the plan `best`; the better plan of both."""
        options = SolverOptions(gap=1e-5, time_limit_s=seconds)
        shift = replace(shift, searched=searched)
        try:
            reply = solve_mip(self._fixed(mip, move, hold=False), options, start=best)
        except SolverError:
            return shift, best
        if reply.values is None:
            is_none = shift.value is None and reply.termination.is_proof_of_no_plan
            return replace(shift, is_settled=shift.is_settled or is_none), best
        value = self._around.worth(reply.values)
        if shift.value is not None and value <= shift.value:
            return shift, best
        return replace(shift, value=value, is_settled=True), reply.values

    def _fixed(self, mip: Mip, move: Move, *, hold: bool) -> Mip:
        lower, upper = mip.col_lower.copy(), mip.col_upper.copy()
        if hold:
            starts = mip.columns("started").index.ravel()
            lower[starts] = upper[starts] = self._around.values[starts]
        lower[move.columns] = upper[move.columns] = move.moved
        return replace(mip, col_lower=lower, col_upper=upper)


class Journal:
    """Verdicts of shifts in a file, a line each; those of one plan and its seconds are read back.

    Without a file nothing is kept. A line that a stop left unfinished is asked again. `patience`
    are the seconds of a second look, 0 of the first: a longer one is a question of its own.
    """

    def __init__(self, file: str, question: list[object]) -> None:
        self._file = Path(file) if file else None
        self._question = question
        self._known: dict[tuple[str, int, float], Shift] = {}
        if self._file is None or not self._file.exists():
            return
        text = self._file.read_text(encoding="utf-8")
        whole = text[: text.rfind("\n") + 1]
        if whole != text:
            self._file.write_text(whole, encoding="utf-8")
        for line in whole.splitlines():
            told = json.loads(line)
            if told["question"] == question:
                shift = Shift(**told["shift"])
                self._known[shift.project, shift.years, told.get("patience", -1.0)] = shift

    def of(self, move: Move, patience: float = 0.0) -> Shift | None:
        """What is known of `move` after a look of `patience`."""
        return self._known.get((move.project, move.years, patience))

    def add(self, shift: Shift, patience: float = 0.0) -> None:
        """Keep `shift` on the disk."""
        if self._file is None:
            return
        line = {"question": self._question, "patience": patience, "shift": asdict(shift)}
        with self._file.open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(line) + "\n")


class Asking:
    """The shifts of one plan, each looked at once, told and kept."""

    def __init__(self, known: Solved, journal: Journal) -> None:
        self._known, self._journal = known, journal
        self.shifter = Shifter(known)
        self.most = known.bound + self.shifter.size

    def first(self, moves: list[Move], seconds: float, every: int, free_s: float) -> list[Shift]:
        """Each of `moves`, every so many of them with all starts free for `free_s` seconds."""
        todo = [move for move in moves if self._journal.of(move) is None]
        bounds = iter(self.shifter.bounds(todo))
        found = []
        for number, move in enumerate(moves):
            shift = self._journal.of(move)
            if shift is None:
                free = free_s if number % every == 0 else 0.0
                shift = self.shifter.look(move, next(bounds), seconds, free)
                self._journal.add(shift)
            self._tell(f"{number + 1} of {len(moves)}", shift)
            found.append(shift)
        return found

    def last(self, moves: list[Move], shifts: list[Shift], seconds: float) -> Iterator[Shift]:
        """`shifts`, those that are undecided after a second look of so many `seconds`."""
        for move, before in zip(moves, shifts, strict=True):
            if not before.is_undecided(self.most):
                yield before
                continue
            shift = self._journal.of(move, seconds)
            if shift is None:
                shift = self.shifter.look_again(move, before, seconds, self.most)
                self._journal.add(shift, seconds)
            self._tell("again", shift)
            yield shift

    def _tell(self, place: str, shift: Shift) -> None:
        objective = self._known.objective
        if shift.value is not None:
            verdict = f"{shift.value - objective:+.4f} at best, {shift.searched}"
        elif shift.is_out:
            verdict = "in no plan"
        else:
            verdict = f"no plan, {shift.searched}" if shift.is_settled else "no plan found"
        if shift.is_under(objective + self.shifter.size):
            verdict += ", proven to lose"
        elif shift.is_undecided(self.most):
            verdict += ", undecided"
        print(
            f"{self._known.name}: shift {place}: {shift.project} {shift.years:+d} year: {verdict}",
            file=sys.stderr,
            flush=True,
        )


def measure(
    name: str,
    count: int,
    seconds: float,
    free: int,
    free_seconds: float,
    patience: float = 0.0,
    journal: str = "",
) -> Row:
    """Shift `count` projects of the plan `name` both ways; see the top of the module."""
    known = solved(name)
    question: list[object] = [known.name, known.objective, seconds, free, free_seconds]
    asking = Asking(known, Journal(journal, question))
    shifter, most = asking.shifter, asking.most
    projects = drawn(known.instance, known.plan, count)
    moves = [move for project in projects for move in shifter.moves(project)]
    every = max(1, len(moves) // free) if free else len(moves) + 1
    found = asking.first(moves, seconds, every, free_seconds if free else 0.0)
    if patience > 0.0:
        found = list(asking.last(moves, found, patience))
    objective = known.plan.objective
    values = [shift.value for shift in found if shift.value is not None]
    return Row(
        drawn=len(projects),
        asked=len(found),
        with_plan=len(values),
        infeasible=sum(s.value is None and s.is_settled for s in found),
        undecided=sum(s.is_undecided(most) for s in found),
        losing=sum(s.is_under(objective + shifter.size) for s in found),
        freely=sum(s.searched == FREE for s in found),
        gain=max(values, default=objective) - objective,
        room=known.bound - objective,
        beyond=tuple(s for s in found if s.value is not None and s.value > most),
        shifts=tuple(found),
    )


COLUMNS = (
    "projects",
    "shifts",
    "with a plan",
    "no plan near",
    "undecided",
    "proven to lose",
    "all free",
    "largest gain",
    "proven gap",
    "beyond it",
)


def cells(row: Row) -> tuple[str, ...]:
    """The figures of a plan, under `COLUMNS`."""
    counts = (row.drawn, row.asked, row.with_plan, row.infeasible, row.undecided, row.losing)
    return (
        *map(str, counts),
        str(row.freely),
        f"{row.gain:.4f}",
        f"{row.room:.4f}",
        str(len(row.beyond)),
    )


def main() -> None:
    """Print the figures of the instances or run folders named, of all five where none is."""
    numbers: dict[str, tuple[type, float | str]] = {
        "count": (int, 30),
        "seconds": (float, 10.0),
        "free": (int, 3),
        "free_seconds": (float, 40.0),
        "patience": (float, 20.0),
        "journal": (str, ""),
    }
    tell(__doc__, numbers, COLUMNS, measure, cells)


if __name__ == "__main__":
    main()
