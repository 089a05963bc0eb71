"""What a partner gives up of its own for a joint project, by hand."""

from __future__ import annotations

import pytest

from infraplan.models.instance import Instance
from infraplan.optimizer.analysis.cost_allocation import (
    best_starts,
    joint_projects,
    make_proposals,
)
from infraplan.optimizer.analysis.stand_alone_value import own_projects
from tests.builders import (
    make_fund,
    make_inflows,
    make_instance,
    make_jurisdictions,
    make_project,
    make_share,
)
from tests.optimizer.engine import best


def two(budget: float) -> Instance:
    """Bridge of 10, worth 30 a year: all of it to j, a tenth to k, each pays half; k's own road.

    Works in 2021, benefits in 2022 to 2024: the bridge is worth 90, the road of 5 is worth 15.
    """
    return make_instance(
        [
            make_project("bridge", 10, 30, jurisdiction="j", latest_start=2021),
            make_project("road", 5, 5, jurisdiction="k", latest_start=2021),
        ],
        jurisdictions=make_jurisdictions("j", "k"),
        shares=[make_share("bridge", "k", 0.5, benefit_share=0.1)],
        funds=[make_fund("of-j", jurisdiction="j"), make_fund("of-k", jurisdiction="k")],
        inflows=make_inflows("of-j", 2021, 5.0) + make_inflows("of-k", 2021, budget),
    )


@pytest.mark.parametrize(
    ("budget", "beside", "is_no_worse"),
    [
        # 5 pay for the bridge alone: k gains 9 - 5 = 4 by it and gives up 15 - 5 = 10.
        (5.0, 0.0, False),
        # 10 pay for both.
        (10.0, 10.0, True),
    ],
)
def test_what_a_partner_gives_up(budget: float, beside: float, is_no_worse: bool) -> None:
    instance = two(budget)
    plan = best(instance).plan
    assert plan is not None
    joint = joint_projects(instance, plan.starts)
    own = own_projects(instance, plan.starts, joint)
    assert own is not None
    rows = {row.jurisdiction: row for row in own}
    assert (rows["j"].alone, rows["j"].beside) == (0.0, 0.0)
    assert rows["k"].alone == pytest.approx(10.0)
    assert rows["k"].beside == pytest.approx(beside)
    current = make_proposals(instance, joint, plan, "")[0]
    share = {row.jurisdiction: row for row in current.partners}["k"]
    assert share.net == pytest.approx(4.0)
    assert share.is_no_worse  # by the bridge itself
    assert rows["k"].is_no_worse(share) is is_no_worse


def test_of_an_instance_the_best_plan_with_the_joint_ones_is_sought() -> None:
    """Without a plan nothing but the bridge was counted beside it, and k gave up its road."""
    instance = two(10.0)
    joint = joint_projects(instance, best_starts(instance, ()))
    own = own_projects(instance, None, joint)
    assert own is not None
    rows = {row.jurisdiction: row for row in own}
    assert rows["k"].beside == pytest.approx(10.0, rel=1e-4)
    assert rows["k"].given_up == pytest.approx(0.0, abs=1e-3)
    poor = own_projects(two(5.0), None, joint)
    assert poor is not None
    assert {row.jurisdiction: row.beside for row in poor} == {"j": 0.0, "k": 0.0}
