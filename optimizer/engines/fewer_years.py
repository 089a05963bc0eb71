"""A search that begins with fewer years of the networks than count.

A program that looks at networks in `representative_years` only is smaller, but neither its value
nor its bound is that of the laws, and its best plan opens in just these years. Its starts are
therefore completed in the program of every year: that gives the plan its value by the year, or
says that it is no plan. Then years are added, those first in which service lies farthest from the
straight line between the years around, and the rest is the search in the program of every year,
which begins at the best plan found and gives the only bound. A program of every year that is small
enough is that search from the start.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from infraplan.models.catalogue import phrase
from infraplan.models.instance import Instance
from infraplan.models.network import SERVED, TRAVEL_TIME, FlowLaw
from infraplan.optimizer import work_clock
from infraplan.optimizer.backends import Note, SolverReply
from infraplan.optimizer.engines.claims import Answer, ask
from infraplan.optimizer.engines.deadline import Deadline
from infraplan.optimizer.engines.known import Known
from infraplan.optimizer.errors import SolverFailedError
from infraplan.optimizer.extract import starts_of
from infraplan.optimizer.formulation.money_scale import Conditioning, scale_money
from infraplan.optimizer.formulation.networks.flow_costs import year_costs
from infraplan.optimizer.formulation.networks.tightening import tightened
from infraplan.optimizer.mip import FloatArray, Mip
from infraplan.optimizer.primal import Completion
from infraplan.optimizer.program import Formulation, build_formulation
from infraplan.optimizer.solve_result import SolveOptions
from infraplan.optimizer.status import relative_gap

ROUND_SHARE, ROUND_S = 0.2, 120.0
"""Share of the time left, and seconds at most, that one smaller program may take."""
COMPLETION_SHARE, COMPLETION_S = 0.1, 60.0
"""The same for the value by the year of what it found."""
SMALL_COLUMNS = 100_000
"""Columns of the program of every year up to which it is solved at once: the rounds then cost
several times what it takes to prove its plan."""


@dataclass(frozen=True)
class Narrow:
    """What the rounds ask: the program of every year, scaled, and the money unit it is in."""

    full: Formulation
    conditioning: Conditioning
    factor: float
    columns: FloatArray


def is_small(mip: Mip) -> bool:
    """Whether the program of every year is small enough to begin with."""
    return mip.num_columns <= SMALL_COLUMNS


def first_years(instance: Instance) -> tuple[int, ...]:
    """Years that a search begins with, ascending: all that count, or the stated ones.

    Years of targets on networks are among them.
    """
    given = instance.settings.representative_years
    laws = {row.law for row in instance.settings.networks}
    if not given or FlowLaw.EQUILIBRIUM in laws:
        return instance.service_years
    asked = {t.year for t in instance.targets if t.metric.startswith((SERVED, TRAVEL_TIME))}
    return tuple(sorted((set(given) | asked) & set(instance.service_years)))


def search_fewer_years(
    narrow: Narrow,
    known: Known,
    options: SolveOptions,
    deadline: Deadline,
    should_stop: Callable[[], bool] | None = None,
) -> tuple[Known, tuple[Note, ...]]:
    """The best plan, valued by the year, that programs with fewer years lead to; what to tell.

    `known` is of the program of every year, and so is what comes back.
    """
    counted = narrow.full.instance.service_years
    years = first_years(narrow.full.instance)
    notes: list[Note] = []
    while len(years) < len(counted):
        if deadline.is_over(1.0) or (should_stop is not None and should_stop()):
            break
        gap = relative_gap(known.worth, known.bound)
        if gap is not None and gap <= options.gap:
            break
        answer = _ask_with(narrow, years, options, deadline, should_stop)
        notes += () if answer is None else answer.notes
        reply = None if answer is None else answer.reply
        whole = None if reply is None else _by_year(narrow, reply, deadline)
        if reply is not None and reply.objective is not None:
            notes.append(_told(narrow, years, reply.objective, whole))
        known = known.with_plan(narrow.full.mip, whole)
        years = _more_years(narrow, years, whole)
    return known, tuple(notes)


def _ask_with(
    narrow: Narrow,
    years: tuple[int, ...],
    options: SolveOptions,
    deadline: Deadline,
    should_stop: Callable[[], bool] | None,
) -> Answer | None:
    """Solve the program that looks at `years`; its columns before the networks are the same.

    None where the solver failed.
    """
    small = build_formulation(narrow.full.instance, years)
    scaled = tightened(scale_money(small.mip, narrow.conditioning).mip, small.networks)
    share = Deadline(work_clock.now(), deadline.share_s(ROUND_SHARE, ROUND_S))
    try:
        return ask(scaled, options, Known(), share, should_stop=should_stop)
    except SolverFailedError:  # the program of every year is asked all the same, and tells it
        return None


def _by_year(narrow: Narrow, reply: SolverReply, deadline: Deadline) -> FloatArray | None:
    """All columns of the program of every year with the starts of `reply`; None: no such plan."""
    if reply.values is None:
        return None
    mip = narrow.full.mip
    columns = mip.columns("started").index.ravel()
    seconds = deadline.share_s(COMPLETION_SHARE, COMPLETION_S)
    return Completion.of(mip, columns).solve(np.round(reply.values[columns]), seconds, 1e-9)


def _told(narrow: Narrow, years: tuple[int, ...], said: float, whole: FloatArray | None) -> Note:
    named, said = ", ".join(str(year) for year in years), said / narrow.factor
    if whole is None:
        return Note("by_year", *phrase("no-plan-by-the-year", years=named).both)
    value = narrow.full.mip.value(whole) / narrow.factor
    text = phrase("value-by-the-year", years=named, said=said, value=value, more=value - said)
    return Note("by_year", *text.both)


def _more_years(
    narrow: Narrow, years: tuple[int, ...], whole: FloatArray | None
) -> tuple[int, ...]:
    """`years` with half of those that are missing, the farthest from the line first.

    All of them where nothing is known of any year.
    """
    full = narrow.full
    counted = full.instance.service_years
    missing = [year for year in counted if year not in years]
    if whole is None:
        return counted
    networks, x = full.networks, whole / narrow.columns
    costs = year_costs(full.instance, networks.slices, x, starts_of(full, x), networks.trip_costs)
    marks = [counted[0] - 1, *years]
    off = dict.fromkeys(missing, 0.0)
    for view in networks.views:
        saved = {y: networks.baseline[view.id, y] - costs[view.id, y] for y in counted}
        line = np.interp(missing, marks, [0.0, *(saved[year] for year in years)])
        for year, straight in zip(missing, line, strict=True):
            df = float(full.coefficients.discount[year - counted[0]])
            off[year] += df * abs(saved[year] - float(straight))
    farthest = sorted(missing, key=lambda year: (-off[year], year))[: (len(missing) + 1) // 2]
    return tuple(sorted({*years, *farthest}))
