"""A first plan far from given ones: differences taken over a few at a time while all rows hold.

A solver that is asked for distance alone finds hardly any plan where money is short. Here the plan
of the run is changed towards what the relaxation would change, some projects at a time; what
breaks a row is halved until the rest holds. Every step is a small program of the money and flows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from infraplan.models.plan import Plan
from infraplan.optimizer.analysis.plan_distance import time_of
from infraplan.optimizer.analysis.varied_program import VariedProgram
from infraplan.optimizer.engines.deadline import Deadline
from infraplan.optimizer.engines.plan_starts import start_values
from infraplan.optimizer.mip import FloatArray, IntArray, Mip
from infraplan.optimizer.primal import Completion

PARTS = 8
"""Parts of all differences that are tried at first, each at once."""
STEP_S = 20.0
"""Seconds at most for the money and flows of one plan."""

Manner = tuple[int, int] | None
"""Option by its position and year of start as an offset; None: not built."""


def far_start(
    program: VariedProgram,
    mip: Mip,
    references: Sequence[Plan],
    guide: FloatArray | None,
    deadline: Deadline,
) -> FloatArray | None:
    """All columns of a plan of `mip`, far from `references`; None where not even the first is one.

    `mip` is a variation of `program` whose rows hold whatever the plan must keep. `guide` holds
    values of its relaxation (shape: columns); without it differences are tried by their size.
    """
    grown = _Grown(program, mip, references, deadline)
    if not grown.begin():
        return None
    for order in grown.orders(guide):
        for part in _parts(order):
            grown.take(part)
    return grown.values


def _parts(order: Sequence[tuple[int, Manner]]) -> list[Sequence[tuple[int, Manner]]]:
    size = max(1, len(order) // PARTS)
    return [order[at : at + size] for at in range(0, len(order), size)]


@dataclass
class _Grown:
    """A plan that is changed step by step; `manners` is how each open project is built."""

    program: VariedProgram
    mip: Mip
    references: Sequence[Plan]
    deadline: Deadline
    values: FloatArray | None = None
    manners: dict[int, Manner] = field(default_factory=dict)
    _columns: IntArray = field(init=False)
    _completion: Completion = field(init=False)
    _theirs: list[dict[int, Manner]] = field(init=False)

    def __post_init__(self) -> None:
        """Lay the columns apart, and read how the references are built."""
        self._columns = self.mip.columns("started").index.ravel()
        self._completion = Completion.of(self.mip, self._columns)
        self._theirs = [_manners_of(self.program, plan) for plan in self.references]
        self.manners = dict(self._theirs[0])

    def begin(self) -> bool:
        """Begin with the first reference; whether it is a plan of the model."""
        starts = start_values(self.program.own, self.references[0])[self._columns]
        self.values = self._completion.solve(starts, self._seconds())
        return self.values is not None

    def _seconds(self) -> float:
        return self.deadline.share_s(0.5, STEP_S)

    def orders(self, guide: FloatArray | None) -> list[list[tuple[int, Manner]]]:
        """Differences to try: what the relaxation changes, surest first; then all, smallest first.

        The size of a difference is what it changes of the value of the starts alone.
        """
        led: list[tuple[float, float, int, Manner]] = []
        free: list[tuple[float, int, Manner]] = []
        for project, now in self.manners.items():
            shares = self._shares(project, guide)
            for manner in self._choices(project):
                if not self._differs(project, manner):
                    continue
                size = abs(self._worth(manner) - self._worth(now))
                if shares.get(manner, 0.0) > 0.5:
                    led.append((-round(shares[manner], 3), size, project, manner))
                free.append((size, project, manner))
        led.sort(key=lambda row: row[:3])
        first = [(project, manner) for _, _, project, manner in led]
        smallest: dict[int, Manner] = {}
        for _, project, manner in sorted(free, key=lambda row: row[:2]):
            smallest.setdefault(project, manner)
        return [first, list(smallest.items())]

    def _worth(self, manner: Manner) -> float:
        """Present value of the start alone."""
        return 0.0 if manner is None else float(self.program.own.coefficients.value[manner])

    def _choices(self, project: int) -> list[Manner]:
        """Every way to build a project, and not to."""
        sets = self.program.own.sets
        found: list[Manner] = [None]
        for number in sets.options_of[project]:
            flat = sets.options[number]
            if flat.is_open:
                found += [(number, t) for t in range(flat.first, flat.last + 1)]
        return found

    def _shares(self, project: int, guide: FloatArray | None) -> Mapping[Manner, float]:
        """How much of each way the relaxation chooses."""
        if guide is None:
            return {}
        sets, started = self.program.own.sets, self.program.own.started
        found: dict[Manner, float] = {}
        for manner in self._choices(project):
            if manner is not None:
                number, t = manner
                before = guide[started[number, t - 1]] if t > sets.options[number].first else 0.0
                found[manner] = float(guide[started[number, t]] - before)
        found[None] = 1.0 - sum(found.values())
        return found

    def _differs(self, project: int, manner: Manner) -> bool:
        """Whether a project built so differs from all references."""
        mine = self._told(manner)
        return all(self._told(theirs[project]) != mine for theirs in self._theirs)

    def _told(self, manner: Manner) -> tuple[object, ...]:
        """What of a manner makes a difference: option and phase."""
        if manner is None:
            return ()
        sets = self.program.own.sets
        return manner[0], time_of(self.program.instance, sets.first_year + manner[1])

    def take(self, part: Sequence[tuple[int, Manner]]) -> None:
        """Take over what of `part` can be: all of it, or of each half what can be."""
        wanted = [(p, m) for p, m in part if not self._differs(p, self.manners[p])]
        if not wanted or self.deadline.is_over(1.0):
            return
        manners = self.manners | dict(wanted)
        found = self._completion.solve(self._starts(manners), self._seconds())
        if found is not None:
            self.values, self.manners = found, manners
        elif len(wanted) > 1:
            half = len(wanted) // 2
            self.take(wanted[:half])
            self.take(wanted[half:])

    def _starts(self, manners: Mapping[int, Manner]) -> FloatArray:
        sets, started = self.program.own.sets, self.program.own.started
        values = np.zeros(self.mip.num_columns)
        for manner in manners.values():
            if manner is not None:
                number, t = manner
                values[started[number, t : sets.options[number].last + 1]] = 1.0
        return values[self._columns]


def _manners_of(program: VariedProgram, plan: Plan) -> dict[int, Manner]:
    """How `plan` builds each project that may start."""
    sets = program.own.sets
    wanted = {(row.project, row.option): row.start - sets.first_year for row in plan.starts}
    found: dict[int, Manner] = {}
    for number, flat in enumerate(sets.options):
        if flat.is_open:
            project = int(sets.project_of[number])
            found.setdefault(project, None)
            year = wanted.get((flat.project.id, flat.option.option))
            if year is not None and flat.first <= year <= flat.last:
                found[project] = (number, year)
    return found
