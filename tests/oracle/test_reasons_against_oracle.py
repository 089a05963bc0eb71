"""Every reason, loss and conflict that is told about random instances is true."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from itertools import count

import pytest

from infraplan.models.catalogue import phrase
from infraplan.models.instance import Instance
from infraplan.models.project import Mandate
from infraplan.optimizer.analysis import binding, rejections
from infraplan.optimizer.analysis.conflicts import find_conflict
from infraplan.optimizer.analysis.rejections import find_rejections
from infraplan.optimizer.analysis.wished import one_wished_for
from infraplan.optimizer.backends import SolverOptions
from infraplan.optimizer.backends.forced import ForcedRelaxations, forced_relaxations
from infraplan.optimizer.errors import SolverFailedError
from infraplan.optimizer.mip import FloatArray, IntArray, Mip
from infraplan.optimizer.program import build_formulation
from tests.builders import make_fund, make_inflows, make_instance, make_project
from tests.optimizer.engine import best
from tests.oracle.generate import random_instance
from tests.oracle.oracle import Oracle
from tests.oracle.reasons import (
    changed,
    faults_of_conflict,
    faults_of_loss,
    faults_of_rejection,
    forced_in,
)


def check(
    rejected: int, conflicts: int, first: int, exact: bool, slack: float = 0.0
) -> Counter[str]:
    """Check at least so many rejected projects and conflicts; count reasons by their rule.

    The bound that is known is `slack` above the best plan.
    """
    told: Counter[str] = Counter()
    for seed in count(first):
        if told["rejected"] >= rejected and told["conflicts"] >= conflicts:
            return told
        instance = random_instance(seed)
        found = best(instance)
        if found.plan is None:
            report = find_conflict(build_formulation(instance))
            assert not list(faults_of_conflict(instance, report)), seed
            told["conflicts"] += 1
            told.update(f"conflict {rule.family}" for rule in report.rules)
            continue
        starts = {s.project: (s.option, s.start) for s in found.plan.starts}
        bound = found.plan.objective + slack
        for row in find_rejections(found.formulation, found.plan, bound=bound, exact=exact):
            faults = list(faults_of_rejection(instance, starts, found.plan.objective, row))
            assert not faults, (seed, row, faults)
            told["rejected"] += 1
            told[row.rule.partition(":")[0]] += 1
            told["cannot be forced in"] += row.can_be_forced is False
            told["exact"] += row.loss is not None
    raise AssertionError


def short_of_money(seed: int) -> Instance:
    """Works of up to three years paid by one fund that carries its cash over, most of them late."""
    chance = random.Random(seed)
    projects = []
    for number in range(chance.randint(2, 3)):
        years = chance.randint(1, 3)
        cost = float(chance.randint(3, 18))
        works = make_project(
            f"p{number}",
            cost,
            cost * chance.choice([0.6, 1.0, 1.5]),
            lead_time=years,
            spending_profile=(1.0 / years,) * years,
            latest_start=chance.randint(2021, 2022),
            mandatory=chance.choice(["must", "no", "no"]),
        )
        projects.append(works)
    lapse = chance.choice([None, None, None, 2])
    return make_instance(
        projects,
        years=(2021, 2025),
        funds=[make_fund(lapse_years=lapse)],
        inflows=make_inflows("budget", 2021, *(chance.randint(0, 9) for _ in range(5))),
    )


def test_money_that_is_short_is_told_by_year() -> None:
    """Each year and amount of a fund that is short: with them the project fits, with less not."""
    told: Counter[str] = Counter()
    for seed in range(40):
        instance = short_of_money(seed)
        found = best(instance)
        if found.plan is None:
            continue
        starts = {s.project: (s.option, s.start) for s in found.plan.starts}
        for row in find_rejections(found.formulation, found.plan, bound=found.plan.objective):
            faults = list(faults_of_rejection(instance, starts, found.plan.objective, row))
            assert not faults, (seed, row, faults)
            is_money = row.rule == "fund_balance:budget"
            several = is_money and len(row.years) > 1
            told["several years"] += several
            told["several years, no plan"] += several and row.can_be_forced is False
            told["one year"] += is_money and not row.years
    assert min(told.values()) >= 3, told


def test_reasons_and_conflicts_hold() -> None:
    told = check(rejected=40, conflicts=15, first=0, exact=False)
    assert told["cannot be forced in"] >= 3
    assert told["value"] >= 5


def test_reasons_hold_where_the_model_counts_as_large(monkeypatch: pytest.MonkeyPatch) -> None:
    """The way of large models: cuts, relaxations with each project forced in, plans nearby."""
    asked: list[int] = []

    def counted(
        mip: Mip,
        rows: IntArray,
        options: SolverOptions,
        wish: FloatArray | None = None,
        should_stop: Callable[[], bool] | None = None,
    ) -> ForcedRelaxations:
        found = forced_relaxations(mip, rows, options, wish, should_stop)
        asked.append(sum(one.bound is not None for one in found.by_row.values()))
        return found

    monkeypatch.setattr(binding, "SMALL", 0)
    monkeypatch.setattr(rejections, "forced_relaxations", counted)
    told = check(rejected=8, conflicts=0, first=300, exact=True)
    assert sum(asked) >= 5, "relaxations were solved"
    assert told["exact"] >= 3


@pytest.mark.parametrize("has_room", [True, False])
def test_losses_hold_where_one_of_several_is_wished_for(
    monkeypatch: pytest.MonkeyPatch, has_room: bool
) -> None:
    """Without relaxations and a bound, one program bounds the losses of many, or two beside."""
    wished: list[int] = []

    def wished_for(mip: Mip, rows: IntArray, wishes: FloatArray) -> Mip:
        wished.append(rows.size)
        return one_wished_for(mip, rows, wishes)

    def fails(*_: object, **__: object) -> None:
        raise SolverFailedError(phrase("the-schedule-breaks-the-rows"))

    monkeypatch.setattr(binding, "SMALL", 0)
    monkeypatch.setattr(rejections, "forced_relaxations", fails)
    monkeypatch.setattr(rejections, "one_wished_for", wished_for)
    monkeypatch.setattr(rejections, "has_room", lambda options: has_room)
    monkeypatch.setattr(rejections, "LEAST_WISHED", 1)
    monkeypatch.setattr(rejections, "LOOSE", 1e9)
    monkeypatch.setattr(rejections, "NARROW_GAPS", 0.0)
    monkeypatch.setattr(rejections, "NARROW_COST", 0.0)
    check(rejected=24, conflicts=0, first=325, exact=False, slack=3.0)
    assert len(wished) >= 3


def test_losses_hold_beside_a_plan_that_is_not_the_best() -> None:
    """Within its gap a plan may be beaten by one with a project it left out: a loss below 0."""
    checked = gains = 0
    for seed in range(500, 560):
        instance = random_instance(seed)
        whole = best(instance)
        if whole.plan is None or not whole.plan.starts:
            continue
        name = whole.plan.starts[0].project
        if instance.project_by_id[name].mandatory is not Mandate.FREE:
            continue
        projects = tuple(
            row.model_copy(update={"mandatory": Mandate.MUST_NOT}) if row.id == name else row
            for row in instance.projects
        )
        worse = best(changed(instance, projects=projects)).plan
        if worse is None or worse.objective > whole.plan.objective - 1e-3:
            continue
        rows = find_rejections(whole.formulation, worse, bound=whole.plan.objective)
        for row in rows:
            if row.can_be_forced is False:
                continue
            forced = forced_in(instance, row.project)
            assert forced is not None
            loss = worse.objective - Oracle(forced).solve().objective
            faults = list(faults_of_loss(row, loss, 1e-6 * (1.0 + abs(worse.objective))))
            assert not faults, (seed, row, faults)
            checked += 1
            gains += loss < -1e-3
        if checked >= 16 and gains >= 6:
            return
    raise AssertionError((checked, gains))


@pytest.mark.slow
@pytest.mark.reasons
def test_more_reasons_and_conflicts_hold() -> None:
    told = check(rejected=200, conflicts=60, first=1000, exact=True)
    print(sorted(told.items()))
    # Every project left out that can be forced in has its exact loss.
    windows = told["window"] + told["forbidden"]
    assert told["exact"] >= told["rejected"] - told["cannot be forced in"] - windows
