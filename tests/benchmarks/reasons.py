"""Reasons, losses and conflicts of the five instances: how narrow, and true when asked anew.

`python -m tests.benchmarks.reasons [INSTANCE | RUN FOLDER ...] [--again N] [--seconds S]
[--each S] [--together S] [--exact 1] [--conflicts S] [--json FILE]` prints a row per instance (a
run folder is not solved anew): projects left out, reasons found, intervals as narrow as asked
(twice the proven gap, or 2 % of the project's cost), exact losses, seconds by the clock and of CPU.
With `--seconds 0` the reasons are those that the run folder states. N projects (of every kind of
reason as many) are forced in and searched for again, `--each` seconds each: confirmed where that is
decided and agrees with what is stated, false where it contradicts it, else not decided. Before, all
lower ends are asked at once, `--together` seconds (0: not at all). So are the rules of two
conflicts, each looked for in the seconds of `--conflicts` (0: none).
"""

from __future__ import annotations

import os
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from infraplan.models.plan import Rejection
from infraplan.optimizer.analysis.conflicts import find_conflict
from infraplan.optimizer.analysis.rejections import NARROW_COST, NARROW_GAPS, find_rejections
from infraplan.optimizer.program import build_formulation
from tests.benchmarks.around import Around, Found
from tests.benchmarks.plans import Solved, solved
from tests.benchmarks.questions import questions
from tests.benchmarks.table import tell
from tests.oracle.reasons import UNDECIDED, faults_of_conflict, forced_in

PRICED_TIMES = 4.0
"""The same that the program at prices of money may have; it ends by itself long before."""


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
    """What was found for one instance.

    `again_s` are the seconds of asking anew; `least` and `none_can` those of `Ends`.
    """

    left_out: int
    with_reason: int
    narrow: int
    exact: int
    seconds: float
    cpu: float
    again_s: float
    least: float | None
    none_can: bool
    again: Verdicts
    conflicts: Verdicts
    wide: tuple[str, ...]


def measure(
    name: str,
    again: int,
    seconds: float,
    each: float,
    exact: int = 0,
    conflicts: float = 45.0,
    together: float = 135.0,
) -> Row:
    """Explain the plan of `name` in `seconds`, and ask anew; see the top of the module."""
    known = solved(name)
    around = Around.of(known)
    begin, cpu = time.perf_counter(), _cpu_s()
    rows = known.rejections
    if seconds > 0.0:
        rows = find_rejections(
            around.formulation,
            known.plan,
            bound=known.bound,
            time_limit_s=seconds,
            exact=bool(exact),
        )
    took, cpu = time.perf_counter() - begin, _cpu_s() - cpu
    begin = time.perf_counter()
    ends = Ends(None, (), none_can=False)
    if again and together > 0.0:
        ends = ends_of(around, rows, together)
    asked = Counter(ends.false)
    for row in chosen(rows, again):
        asked[verdict := verdict_of(around, row, ends, each)] += 1
        took_s = time.perf_counter() - begin
        print(
            f"{name}: {took_s:.0f} s, {row.project} ({row.rule}): {verdict}",
            file=sys.stderr,
            flush=True,
        )
    again_s = time.perf_counter() - begin
    return Row(
        len(rows),
        sum(row.rule != "not_found" for row in rows),
        sum(is_narrow(known, row) for row in rows),
        sum(row.loss is not None or row.can_be_forced is False for row in rows),
        took,
        cpu,
        again_s,
        ends.least,
        ends.none_can,
        Verdicts(asked.pop(CONFIRMED, 0), asked.pop(UNDECIDED, 0), tuple(sorted(asked.elements()))),
        conflicts_of(known, conflicts, each) if conflicts else Verdicts(),
        tuple(
            f"{row.project} ({row.rule}): {row.loss_low} to {row.loss_high}"
            for row in rows
            if not is_narrow(known, row)
        ),
    )


def conflicts_of(known: Solved, seconds: float, each: float) -> Verdicts:
    """Whether the conflicts of two questions without a plan are true and minimal.

    Each is looked for in so many `seconds`; `each` are those of a check of it.
    """
    found = Verdicts()
    for asked, impossible in questions(known.instance):
        report = find_conflict(build_formulation(impossible), time_limit_s=seconds)
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


@dataclass(frozen=True)
class Ends:
    """What one search over all projects left out says of what they are said to lose at least.

    Attributes
    ----------
    least
        No project left out loses less than it is said to at least by more than this; None: unknown.
    false
        What a plan contradicts.
    none_can
        Whether it is proven that no plan holds any of those that are said not to be possible.
    """

    least: float | None
    false: tuple[str, ...]
    none_can: bool


def ends_of(around: Around, rows: Sequence[Rejection], seconds: float) -> Ends:
    """Ask of all `rows` at once, in so many `seconds` for each of two searches.

    Each project is wished to be worth more by what it loses at least, and a plan with one of them
    is sought: were an interval too high, its plan would be worth more than the plan.
    """
    known = around.known
    can = [r for r in rows if r.can_be_forced is not False and r.loss_low is not None]
    lows = {row.project: float(row.loss_low or 0.0) for row in can}
    found = around.one_of(list(lows), list(lows.values()), seconds)
    false = []
    for start in () if found.plan is None else found.plan.starts:
        most = known.objective - (found.plan.objective if found.plan else 0.0)
        if lows.get(start.project, -np.inf) > most + around.size:
            false.append(lost_less(start.project, most, lows[start.project]))
    least = None if found.bound is None else max(0.0, found.bound - known.objective)
    out = [row.project for row in rows if row.can_be_forced is False]
    none = around.one_of(out, [0.0] * len(out), seconds) if out else Found(is_out=True)
    for start in () if none.plan is None else none.plan.starts:
        if start.project in out:
            false.append(f"{start.project} is in a plan, said to be in none")
    return Ends(0.0 if found.is_out else least, tuple(false), none.is_out)


def lost_less(project: str, most: float, stated: float | None) -> str:
    """What is false of a project that loses `most` at most."""
    return f"{project} loses {most:.6f} at most, stated {stated} at least"


def verdict_of(around: Around, row: Rejection, ends: Ends, seconds: float) -> str:
    """`CONFIRMED`, `UNDECIDED`, or what is false, of a project forced in.

    An interval is confirmed where a verified plan with the project loses no more than it says at
    most, and none loses less than it says at least, within the asked gap: by `ends`, else by a
    search of its own.
    """
    known = around.known
    if forced_in(known.instance, row.project) is None:
        return CONFIRMED if row.can_be_forced is False else f"{row.project} has no window"
    if row.can_be_forced is False and ends.none_can:
        return CONFIRMED
    enough = np.inf if row.loss_high is None else known.objective - row.loss_high - around.size
    most = -np.inf if row.loss_low is None else known.objective - row.loss_low
    beside = around.beside(row.project, seconds)
    plan = None if beside is None else around.plan_at(beside)
    # What is true of every plan is true of those with the project.
    bound = known.bound if ends.least is None else min(known.bound, most + ends.least)
    if (verdict := told(around, row, Found(plan, bound))) != UNDECIDED:
        return verdict
    if row.can_be_forced is None and (row.loss_low is None or row.loss_high is None):
        return UNDECIDED  # nothing is stated that a search could confirm
    if bound > most + around.width:
        priced = around.bound_at_prices(row.project, PRICED_TIMES * seconds)
        bound = bound if priced is None else min(bound, priced)
        if (verdict := told(around, row, Found(plan, bound))) != UNDECIDED:
            return verdict
    if plan is None or plan.objective < enough:
        near = around.plan_at_prices(row.project, PRICED_TIMES * seconds, beside)
        plan, bound = near.plan or plan, bound if near.bound is None else min(bound, near.bound)
        if (verdict := told(around, row, Found(plan, bound))) != UNDECIDED:
            return verdict
    found = around.forced(row.project, enough, most + around.width, seconds, beside, bound)
    return told(around, row, replace(found, plan=found.plan or plan))


def told(around: Around, row: Rejection, found: Found) -> str:
    """The verdict by what was found with the project forced in."""
    known, size = around.known, around.size
    if found.is_out:
        is_wrong = row.can_be_forced is True
        return f"{row.project} cannot be forced in" if is_wrong else CONFIRMED
    low, high = row.loss_low, row.loss_high
    most = np.inf if found.plan is None else known.objective - found.plan.objective
    least = -np.inf if found.bound is None else known.objective - found.bound
    if (row.can_be_forced is False and found.plan is not None) or (
        low is not None and low > most + size
    ):
        return lost_less(row.project, most, low)
    if high is not None and high < least - size:
        return f"{row.project} loses {least:.6f} at least, stated {high} at most"
    if low is None or high is None:
        return UNDECIDED
    return CONFIRMED if most <= high + size and least >= low - around.width else UNDECIDED


def chosen(rows: Sequence[Rejection], count: int) -> list[Rejection]:
    """At most `count` of `rows`: of every kind of reason as many, each spread over its list."""
    kinds: dict[tuple[str, bool | None], list[Rejection]] = {}
    for row in rows:
        kinds.setdefault((row.rule.partition(":")[0], row.can_be_forced), []).append(row)
    found: list[Rejection] = []
    for place, kind in enumerate(smallest := sorted(kinds.values(), key=len)):
        share = min(len(kind), (count - len(found)) // (len(smallest) - place))
        found += [kind[number * len(kind) // share] for number in range(share)]
    return found


COLUMNS = (
    "left out",
    "with a reason",
    "narrow",
    "exact",
    "seconds",
    "CPU",
    "lower ends hold within",
    "asked anew: confirmed / not decided / false",
    "conflicts: confirmed / not decided / false",
)


def cells(row: Row) -> tuple[str, ...]:
    """The figures of a plan, under `COLUMNS`."""

    def three(found: Verdicts) -> str:
        return f"{found.confirmed} / {found.undecided} / {len(found.false)}"

    counts = (row.left_out, row.with_reason, row.narrow, row.exact)
    times = (f"{row.seconds:.0f}", f"{row.cpu:.0f}")
    least = "unknown" if row.least is None else f"{row.least:.4f}"
    return (*map(str, counts), *times, least, three(row.again), three(row.conflicts))


def main() -> None:
    """Print the figures of the instances or run folders named, of all five where none is."""
    numbers: dict[str, tuple[type, float | str]] = {
        "again": (int, 2),
        "seconds": (float, 60.0),
        "each": (float, 45.0),
        "exact": (int, 0),
        "conflicts": (float, 45.0),
        "together": (float, 135.0),
    }
    tell(__doc__, numbers, COLUMNS, measure, cells)


if __name__ == "__main__":
    main()
