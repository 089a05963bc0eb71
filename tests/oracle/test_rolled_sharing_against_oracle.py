"""Joint works over rolls: what is left of the best plan is the best plan of what is left.

What partners gained, gave and paid in compensation before a roll is in the shares of the rolled
instance; its optimum is that of brute force, and no other than the rest of the unrolled plan.
"""

from __future__ import annotations

import random
from typing import Any

import pytest

from infraplan.models.agreement import Consent
from infraplan.models.instance import Instance
from infraplan.models.plan import Plan
from infraplan.models.project import Stage
from infraplan.optimizer.analysis.actuals import Actual
from infraplan.optimizer.analysis.rolling import roll
from infraplan.optimizer.verify import verify_plan
from tests.builders import (
    make_agreement,
    make_fund,
    make_inflows,
    make_instance,
    make_jurisdictions,
    make_project,
    make_share,
)
from tests.markers import first_quick
from tests.optimizer.analysis.test_rolling import assert_same_accounts, cut
from tests.optimizer.engine import best
from tests.oracle.sharing_oracle import JointOracle

CASES = 105


def _money(rng: random.Random, ids: list[str], *, rich: bool) -> dict[str, Any]:
    funds = [
        make_fund(f"f{name}", jurisdiction=name, carry_over=rich or rng.random() < 0.7)
        for name in ids
        if name != "l"
    ]
    inflows = [
        row
        for fund in funds
        for row in make_inflows(
            fund.id, 2021, *((rich * 20.0 + rng.uniform(2.0, 7.0)) for _ in range(4))
        )
    ]
    return {"funds": funds, "inflows": inflows}


def joint_programme(seed: int, *, rich: bool = False) -> Instance:
    """Works of two or three years that begin at once, others later; partners who gain unequally."""
    rng = random.Random(f"programme/{seed}")
    ids = ["j", "k"] if rng.random() < 0.7 else ["j", "k", "l"]
    projects, shares, agreements = [], [], []
    for number in range(3):
        cost, years = rng.uniform(6.0, 14.0), rng.choice([1, 2, 3])
        begin = 2021 if number == 0 else rng.choice([2021, 2022, 2022, 2023, 2023, 2024])
        years = min(years, 2025 - begin)
        profile = [rng.uniform(0.2, 1.0) for _ in range(years)]
        name = f"p{number}"
        leader = rng.choice(ids)
        projects.append(
            make_project(
                name,
                cost,
                cost * rng.uniform(0.2, 0.6),
                jurisdiction=leader,
                lead_time=years,
                lifetime=rng.choice([3, 8]),
                spending_profile=tuple(part / sum(profile) for part in profile),
                earliest_start=begin,
                latest_start=begin + rng.choice([0, 0, 1]),
                fixed_om_cost=rng.choice([0.0, 0.3]),
            )
        )
        chosen = rng.random() < 0.3 and not rich
        # Who pays and who gains are seldom the same.
        pays, gains = rng.choice([(0.0, 0.8), (0.1, 0.7), (0.8, 0.2), (1.0, 0.4), (0.5, 0.5)])
        for other in ids:
            if other != leader:
                part = 1.0 / (len(ids) - 1)
                share = None if chosen else pays * part
                shares.append(make_share(name, other, share, benefit_share=gains * part))
        agreements.append(
            make_agreement(
                name,
                shares="chosen" if chosen else "fixed",
                consent=rng.choice(["project", "package", "package", "package"]),
                compensation=rng.random() < 0.8,
            )
        )
    money = _money(rng, ids, rich=rich)
    return make_instance(
        projects,
        years=(2021, 2024),
        settings={
            "discount_rate": rng.choice([0.0, 0.06]),
            "inflation": rng.choice([0.0, 0.03]),
            "end_year": rng.choice([2028, 2035]),
        },
        jurisdictions=make_jurisdictions(*ids),
        shares=shares,
        agreements=agreements,
        **money,
    )


def without_before(instance: Instance) -> Instance:
    """The instance as if nothing had been gained or given before it."""
    none = {"gained_before": 0.0, "given_before": 0.0, "compensation_before": 0.0}
    rows = tuple(row.model_copy(update=none) for row in instance.shares)
    return instance.model_copy(update={"shares": rows})


def kept(plan: Plan, first: int) -> Plan:
    rows = tuple(row for row in plan.compensations if row.year >= first)
    return plan.model_copy(update={"compensations": rows})


@pytest.mark.parametrize("part", first_quick(range(3)))
def test_the_rest_of_the_best_plan_is_the_best_plan_of_the_rest(part: int) -> None:
    bites = stood = 0
    for seed in range(part, CASES, 3):
        question, answer = joint_programme(seed), best(joint_programme(seed)).plan
        if answer is None:
            continue
        for year in (2022, 2023, 2024):
            rolled = roll(question, answer, year)
            left = cut(question, kept(answer, year), rolled)
            assert verify_plan(rolled.instance, left).violations == (), (seed, year)
            assert_same_accounts(answer, left, year)
            found = best(rolled.instance)
            brute = JointOracle(rolled.instance).solve()
            same = pytest.approx(left.objective, rel=1e-6, abs=1e-6)
            assert found.objective == same, (seed, year)
            assert brute.objective == same, (seed, year)
            bare = best(without_before(rolled.instance)).objective
            bites += bare != same
            stood += any(
                rolled.instance.project_by_id[row.project].stage is Stage.COMPLETE
                for row in left.compensations
            )
            question, answer = rolled.instance, left
    assert bites >= 3
    assert stood >= 1


@pytest.mark.parametrize("part", first_quick(range(2)))
def test_late_works_to_which_partners_agreed_go_on(part: int) -> None:
    """What happened binds who consented: a plan exists wherever one does without any consent.

    All have money: who lacks what it was to pay leaves more to others than these agreed to, where
    shares are chosen or partners compensate one another, and then there is none.
    """
    borne = cases = 0
    for seed in range(part, 100, 2):
        question = joint_programme(seed, rich=True)
        answer = best(question).plan
        if answer is None:
            continue
        rng = random.Random(seed)
        year = rng.choice([2022, 2023, 2024])
        rows = [
            Actual(project=start.project, year=year - 1, **_delay(rng, start.start, year))
            for start in answer.starts
            if start.start < year and rng.random() < 0.6
        ]
        rolled = roll(question, answer, year, rows)
        free = tuple(
            row.model_copy(update={"consent": Consent.NONE}) for row in rolled.instance.agreements
        )
        able = best(rolled.instance.model_copy(update={"agreements": free})).objective is not None
        assert (best(rolled.instance).objective is not None) == able, seed
        cases += able
        borne += any("is its own" in str(note) for note in rolled.notes)
    assert cases >= 30
    assert borne >= 3


def _delay(rng: random.Random, start: int, year: int) -> dict[str, Any]:
    """What a row of actuals says of works begun in `start`."""
    word = rng.random()
    if word < 0.5:
        return {"spent": 0.0 if start < year - 1 else 0.5}
    return {"opened": year + rng.choice([2, 4])} if word < 0.85 else {"cancelled": True}
