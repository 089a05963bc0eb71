"""Reasons, losses and conflicts of the five instances: how narrow, and true when asked anew.

`python -m tests.benchmarks.reasons [INSTANCE | RUN FOLDER ...] [--again N] [--seconds S]
[--each S] [--exact 1] [--conflicts 0] [--json FILE]` prints a row per instance (a run folder is not
solved anew): projects left out, reasons found, intervals as narrow as asked (twice the proven gap,
or 2 % of the project's cost), exact losses, seconds by the clock and of CPU. N projects (spread
over the list) are forced in by the instance itself and solved again, `--each` seconds each:
confirmed where that is decided (no plan; or a plan within the asked gap) and agrees with what is
stated, false where it contradicts it, else not decided. So are the rules of two conflicts.
"""

from __future__ import annotations

import os
import time
from collections import Counter
from dataclasses import dataclass

from infraplan.models.plan import Rejection
from infraplan.optimizer.analysis.conflicts import find_conflict
from infraplan.optimizer.analysis.rejections import NARROW_COST, NARROW_GAPS, find_rejections
from infraplan.optimizer.program import build_formulation
from infraplan.optimizer.solve import solve
from infraplan.optimizer.solve_result import SolveOptions
from tests.benchmarks.plans import GAP, Solved, solved
from tests.benchmarks.questions import questions
from tests.benchmarks.table import tell
from tests.oracle.reasons import UNDECIDED, faults_of_conflict, forced_in

CONFLICT_S = 45.0
"""Seconds in which one conflict is looked for."""


@dataclass(frozen=True)
class Verdicts:
    """How many statements were confirmed, not decided, and false (with what is wrong)."""

    confirmed: int = 0
    undecided: int = 0
    false: tuple[str, ...] = ()

    def __add__(self, other: Verdicts) -> Verdicts:
        """Both together."""
        return Verdicts(
            self.confirmed + other.confirmed,
            self.undecided + other.undecided,
            self.false + other.false,
        )


@dataclass(frozen=True)
class Row:
    """What was found for one instance."""

    left_out: int
    with_reason: int
    narrow: int
    exact: int
    seconds: float
    cpu: float
    again: Verdicts
    conflicts: Verdicts
    wide: tuple[str, ...]


def measure(
    name: str, again: int, seconds: float, each: float, exact: int = 0, conflicts: int = 1
) -> Row:
    """Explain the plan of `name` in `seconds`, and ask anew; see the top of the module."""
    known = solved(name)
    formulation = build_formulation(known.instance)
    begin, cpu = time.perf_counter(), _cpu_s()
    rows = find_rejections(
        formulation, known.plan, bound=known.bound, time_limit_s=seconds, exact=bool(exact)
    )
    took, cpu = time.perf_counter() - begin, _cpu_s() - cpu
    chosen = rows[:: max(1, len(rows) // again)][:again] if again else ()
    asked = Counter(verdict_of(known, row, each) for row in chosen)
    return Row(
        len(rows),
        sum(row.rule != "not_found" for row in rows),
        sum(is_narrow(known, row) for row in rows),
        sum(row.loss is not None or row.can_be_forced is False for row in rows),
        took,
        cpu,
        Verdicts(asked.pop(CONFIRMED, 0), asked.pop(UNDECIDED, 0), tuple(sorted(asked.elements()))),
        conflicts_of(known, each) if conflicts else Verdicts(),
        tuple(
            f"{row.project} ({row.rule}): {row.loss_low} to {row.loss_high}"
            for row in rows
            if not is_narrow(known, row)
        ),
    )


def conflicts_of(known: Solved, each: float) -> Verdicts:
    """Whether the conflicts of two questions without a plan are true and minimal."""
    found = Verdicts()
    for asked, impossible in questions(known.instance):
        report = find_conflict(build_formulation(impossible), time_limit_s=CONFLICT_S)
        if not report.is_minimal:  # it says itself that time was short
            found += Verdicts(undecided=1)
            continue
        faults = list(faults_of_conflict(impossible, report, each))
        false = tuple(f"{asked}: {what}" for what in faults if not what.startswith(UNDECIDED))
        decided = not faults
        found += Verdicts(int(decided), int(not decided and not false), false)
    return found


def _cpu_s() -> float:
    """Seconds of CPU of this process and of the guests that have ended."""
    spent = os.times()
    return spent.user + spent.system + spent.children_user + spent.children_system


def is_narrow(known: Solved, row: Rejection) -> bool:
    """Whether the loss is known as closely as asked; what cannot be forced in has none."""
    if row.can_be_forced is False:
        return True
    if row.loss_low is None or row.loss_high is None:
        return False
    return row.loss_high - row.loss_low <= narrow_width(known, row.project)


def narrow_width(known: Solved, project: str) -> float:
    """Widest interval of the loss by leaving out `project` that counts as narrow."""
    cost = min(o.overnight_cost for o in known.instance.project_by_id[project].options)
    most = max(NARROW_GAPS * (known.bound - known.objective), NARROW_COST * cost)
    return most + 1e-6 * abs(known.objective)


CONFIRMED = "confirmed"


def verdict_of(known: Solved, row: Rejection, seconds: float) -> str:
    """`CONFIRMED`, `UNDECIDED`, or what is false, by solving with the project forced in."""
    forced = forced_in(known.instance, row.project)
    if forced is None:
        return CONFIRMED if row.can_be_forced is False else f"{row.project} has no window"
    found = solve(forced, SolveOptions(gap=GAP, time_limit_s=seconds, canonical=False))
    if found.termination.is_proof_of_no_plan:
        is_wrong = row.can_be_forced is True
        return f"{row.project} cannot be forced in" if is_wrong else CONFIRMED
    size = 1e-6 * abs(known.objective)
    if found.objective is not None:
        most = known.objective - found.objective
        if row.can_be_forced is False or (row.loss_low is not None and row.loss_low > most + size):
            return f"{row.project} loses {most:.6f} at most, stated {row.loss_low} at least"
    if found.bound is not None and row.loss_high is not None:
        least = known.objective - found.bound
        if row.loss_high < least - size:
            return f"{row.project} loses {least:.6f} at least, stated {row.loss_high} at most"
    is_decided = found.gap is not None and found.gap <= GAP and row.loss_low is not None
    return CONFIRMED if is_decided else UNDECIDED


COLUMNS = (
    "left out",
    "with a reason",
    "narrow",
    "exact",
    "seconds",
    "CPU",
    "asked anew: confirmed / not decided / false",
    "conflicts: confirmed / not decided / false",
)


def cells(row: Row) -> tuple[str, ...]:
    """The figures of a plan, under `COLUMNS`."""

    def three(found: Verdicts) -> str:
        return f"{found.confirmed} / {found.undecided} / {len(found.false)}"

    counts = (row.left_out, row.with_reason, row.narrow, row.exact)
    times = (f"{row.seconds:.0f}", f"{row.cpu:.0f}")
    return (*map(str, counts), *times, three(row.again), three(row.conflicts))


def main() -> None:
    """Print the figures of the instances or run folders named, of all five where none is."""
    numbers: dict[str, tuple[type, float]] = {
        "again": (int, 2),
        "seconds": (float, 60.0),
        "each": (float, 45.0),
        "exact": (int, 0),
        "conflicts": (int, 1),
    }
    tell(__doc__, numbers, COLUMNS, measure, cells)


if __name__ == "__main__":
    main()
