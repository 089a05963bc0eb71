"""Every constraint family: it binds, it is slack, it is absent; values derived by hand.

Plan 2021-2024, no discounting, the appraisal ends in 2024: a project with benefit b that starts in
s with lead time 1 operates 2024 - s years, so it is worth b (2024 - s) - cost.

Rules: `choose_one`, `mandate`, `forbidden`, `earliest_start`, `latest_start`, `open_by`,
`precedence`, `exclusive`, `at_most`, `all_or_none`, `synergy`, `substitute`, `shared_works`,
`works_conflict`, `resource`, `policy`, `target`, `sources_uses`, `fund_balance`,
`minimum_balance`, `lapse`, `max_share`, `issue_use`, `tail_service`, `ceiling`, `quota`,
`refinancing`, `debt_rule`, `band`, `band_limit`, `start_ban`, `coverage`.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from infraplan.models.debt_rule import Band
from infraplan.models.instance import Instance
from infraplan.models.project import Mandate
from infraplan.optimizer.backends.quick_relaxation import quick_relaxation
from infraplan.optimizer.program import build_formulation
from tests.builders import (
    edit,
    make_bond,
    make_debt,
    make_fiscal,
    make_fund,
    make_inflows,
    make_instance,
    make_jurisdictions,
    make_option,
    make_policy,
    make_pool,
    make_project,
    make_relation,
    make_resource,
    make_rule,
    make_share,
    make_stream,
    make_target,
)
from tests.optimizer.engine import best


def two(**tables: object) -> Instance:
    """A: cost 10, benefit 10 a year; B: cost 10, benefit 8. Best alone: both in 2021, 20 + 14."""
    return make_instance([make_project("a", 10, 10), make_project("b", 10, 8)], **tables)


def test_no_rule_builds_all_that_pays_at_once() -> None:
    found = best(two())
    assert found.objective == pytest.approx(34.0)  # (30 - 10) + (24 - 10)
    assert found.starts == {"a": 2021, "b": 2021}


def test_a_project_that_does_not_pay_is_left_out() -> None:
    # 3 years x 3 = 9 < 10.
    assert best(make_instance([make_project("a", 10, 3)])).objective == pytest.approx(0.0)


def test_must_is_built_at_a_loss_and_must_not_is_not_built_at_a_gain() -> None:
    lossy = make_instance([make_project("a", 10, 3, mandatory=Mandate.MUST)])
    assert best(lossy).objective == pytest.approx(-1.0)
    barred = make_instance([make_project("a", 10, 10, mandatory=Mandate.MUST_NOT)])
    assert best(barred).objective == pytest.approx(0.0)


def test_committed_starts_in_the_first_year_whatever_its_window_says() -> None:
    project = make_project("a", 10, 3, mandatory=Mandate.COMMITTED, stage="study")
    found = best(make_instance([project], settings={"stage_gates": {"study": 2}}))
    assert found.starts == {"a": 2021}


@pytest.mark.parametrize(
    ("fields", "year"),
    [
        ({"earliest_start": 2023}, 2023),
        ({"ready_years": {"land": 2022, "eia": 2023}}, 2023),
        ({"latest_start": 2021}, 2021),
        ({}, 2021),
    ],
)
def test_window_gates_move_the_start(fields: dict[str, object], year: int) -> None:
    assert best(make_instance([make_project("a", 1, 10, **fields)])).starts == {"a": year}


@pytest.mark.parametrize(("open_by", "starts"), [(2024, {"a": 2022}), (2023, {})])
def test_open_by_shuts_starts_that_open_later(open_by: int, starts: dict[str, int]) -> None:
    project = make_project("a", 5, 10, lead_time=2, earliest_start=2022, open_by=open_by)
    assert best(make_instance([project])).starts == starts


def test_spending_must_end_inside_the_plan() -> None:
    # Four years of works fit only when started in 2021; five never fit.
    four = make_project("a", 1, 10, lead_time=1, spending_profile=(0.25,) * 4)
    assert best(make_instance([four])).starts == {"a": 2021}
    five = make_project("a", 1, 10, lead_time=1, spending_profile=(0.2,) * 5)
    assert best(make_instance([five])).starts == {}


def test_zeros_at_the_end_of_a_profile_close_no_window() -> None:
    """Two years of spending and four zeros fit in a plan of three years."""
    works = {"lead_time": 2, "spending_profile": (0.5, 0.5, 0.0, 0.0, 0.0, 0.0)}
    found = best(make_instance([make_project("a", 10, 30, **works)], years=(2021, 2023)))
    assert found.starts == {"a": 2021}


def test_choose_one_takes_the_better_option() -> None:
    options = [make_option("small", 10, 10), make_option("large", 20, 15)]
    found = best(make_instance([make_project("a", options=options)]))
    assert found.objective == pytest.approx(25.0)  # 3 x 15 - 20 beats 3 x 10 - 10
    assert found.plan is not None
    assert [s.option for s in found.plan.starts] == ["large"]
    assert found.rows("choose_one") == 1


@pytest.mark.parametrize(
    ("kind", "lag", "starts", "objective"),
    [
        # a opens 2022 when started 2021, so b starts 2022: (30-10) + (16-10).
        ("finish_to_start", 0, {"a": 2021, "b": 2022}, 26.0),
        # one more year: b would earn 8 < 10, so it is left out.
        ("finish_to_start", 1, {"a": 2021}, 20.0),
        ("start_to_start", 0, {"a": 2021, "b": 2021}, 34.0),
        ("start_to_start", 1, {"a": 2021, "b": 2022}, 26.0),
        ("finish_to_finish", 0, {"a": 2021, "b": 2021}, 34.0),
        ("finish_to_finish", 1, {"a": 2021, "b": 2022}, 26.0),
        ("requires", 0, {"a": 2021, "b": 2021}, 34.0),
    ],
)
def test_precedence(kind: str, lag: int, starts: dict[str, int], objective: float) -> None:
    found = best(two(relations=[make_relation(kind, ["a"], ["b"], lag=lag)]))
    assert found.starts == starts
    assert found.objective == pytest.approx(objective)


def test_requires_pulls_in_a_predecessor_that_does_not_pay_alone() -> None:
    # a loses 1 (9 - 10), b gains 14: together 13, and without the rule 14.
    projects = [make_project("a", 10, 3), make_project("b", 10, 8)]
    relations = [make_relation("requires", ["a"], ["b"])]
    assert best(make_instance(projects, relations=relations)).objective == pytest.approx(13.0)
    assert best(make_instance(projects)).objective == pytest.approx(14.0)


def test_any_one_of_two_predecessors_is_enough() -> None:
    projects = [make_project("a", 10, 3), make_project("c", 10, 2), make_project("b", 10, 8)]
    one = make_relation("requires", ["a", "c"], ["b"], count=1)
    # the cheaper loss is a's (-1); both would cost -1 - 4.
    assert best(make_instance(projects, relations=[one])).objective == pytest.approx(13.0)
    all_ = make_relation("requires", ["a", "c"], ["b"])
    assert best(make_instance(projects, relations=[all_])).objective == pytest.approx(9.0)


def test_an_inferred_relation_is_never_enforced() -> None:
    relation = make_relation("exclusive", ["a"], ["b"], confidence="inferred")
    found = best(two(relations=[relation]))
    assert found.objective == pytest.approx(34.0)
    assert found.rows("exclusive") == 0


def test_exclusive_at_most_and_all_or_none() -> None:
    assert best(two(relations=[make_relation("exclusive", ["a"], ["b"])])).starts == {"a": 2021}
    at_most = make_relation("at_most", ["a"], ["b"], count=2)
    assert best(two(relations=[at_most])).objective == pytest.approx(34.0)
    projects = [make_project("a", 10, 10), make_project("b", 10, -1)]
    both = [make_relation("all_or_none", ["a"], ["b"])]
    # a gains 20; b, put off to 2024, never operates and loses its cost of 10.
    assert best(make_instance(projects, relations=both)).objective == pytest.approx(10.0)


def test_synergy_counts_every_year_in_which_all_have_opened() -> None:
    # both open 2022: 3 years x 5 on top of 34.
    relation = make_relation("synergy", ["a"], ["b"], value=5.0)
    assert best(two(relations=[relation])).objective == pytest.approx(49.0)


def test_synergy_of_enough_members() -> None:
    projects = [make_project(name, 10, 10) for name in "abc"]
    relation = make_relation("synergy", ["a", "b", "c"], value=5.0, count=2)
    cap = make_policy("starts_cap", 2)
    found = best(make_instance(projects, relations=[relation], policies=[cap]))
    assert found.objective == pytest.approx(55.0)  # 2 x 20 + 3 x 5


def test_substitute_loses_value_while_both_operate() -> None:
    # both: 34 - 3 x 6 = 16 < a alone 20.
    relation = make_relation("substitute", ["a"], ["b"], value=6.0)
    assert best(two(relations=[relation])).objective == pytest.approx(20.0)
    mild = make_relation("substitute", ["a"], ["b"], value=1.0)
    assert best(two(relations=[mild])).objective == pytest.approx(31.0)


def test_substitute_of_three_counts_from_two_on() -> None:
    projects = [make_project(name, 10, 10) for name in "abc"]
    relation = make_relation("substitute", ["a", "b", "c"], value=2.0)
    # all three: 60 - 3 x 2 once a year, not twice.
    assert best(make_instance(projects, relations=[relation])).objective == pytest.approx(54.0)


def test_shared_works_needs_starts_close_together() -> None:
    near = make_relation("shared_works", ["a"], ["b"], value=4.0, lag=0)
    assert best(two(relations=[near])).objective == pytest.approx(38.0)
    late = [
        make_project("a", 10, 10, latest_start=2021),
        make_project("b", 1, 8, earliest_start=2023),
    ]
    apart = best(make_instance(late, relations=[near]))
    assert apart.objective == pytest.approx(27.0)  # 20 + (8 - 1), no saving: two years apart
    wide = make_relation("shared_works", ["a"], ["b"], value=4.0, lag=2)
    assert best(make_instance(late, relations=[wide])).objective == pytest.approx(31.0)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        # In 2021 both, in 2022 only what started in 2021: it counted there.
        ((0.5, 0.5, 0.5, 0.5), (0.5, 0.5, 0.5, 0.5)),
        # a by half in 2021, too early for b, and by half in 2023; b by half in 2023 and in 2024.
        ((0.5, 0.5, 1.0, 1.0), (0.0, 0.0, 0.5, 1.0)),
    ],
)
def test_half_a_start_shares_half_of_its_works_once(
    first: tuple[float, ...], second: tuple[float, ...]
) -> None:
    relation = make_relation("shared_works", ["a"], ["b"], value=4.0, lag=1)
    mip = build_formulation(two(relations=[relation])).mip
    started, by_year = mip.columns("started").index, np.array([*first, *second])
    assert started.shape == by_year.shape
    low, high = mip.col_lower.copy(), mip.col_upper.copy()
    low[started] = high[started] = by_year
    relaxed = quick_relaxation(replace(mip, col_lower=low, col_upper=high), 60.0)
    assert relaxed.values is not None
    shared = relaxed.values[mip.columns("shared_works[0]").index]
    assert float(shared.sum()) == pytest.approx(0.5)


def test_works_conflict_puts_works_one_after_the_other() -> None:
    found = best(two(relations=[make_relation("works_conflict", ["a"], ["b"])]))
    assert found.starts == {"a": 2021, "b": 2022}
    assert found.objective == pytest.approx(26.0)


@pytest.mark.parametrize(
    ("timing", "limit", "objective"),
    [
        ("start", 2.0, 34.0),  # slack: two units, one each
        ("start", 1.0, 26.0),  # one start a year: b in 2022
        ("construction", 1.0, 26.0),
        ("spending", 1.0, 26.0),
        ("operation", 1.0, 20.0),  # only one may ever operate: a
    ],
)
def test_resource(timing: str, limit: float, objective: float) -> None:
    projects = [
        make_project("a", 10, 10, resources={"land": 1.0}),
        make_project("b", 10, 8, resources={"land": 1.0}),
    ]
    quota = make_resource("land", limit, timing=timing)
    found = best(make_instance(projects, resources=[quota]))
    assert found.objective == pytest.approx(objective)


def test_resource_over_the_whole_span() -> None:
    projects = [make_project(n, 10, b, resources={"land": 1.0}) for n, b in (("a", 10), ("b", 8))]
    quota = make_resource("land", 1.0, per_year=False)
    assert best(make_instance(projects, resources=[quota])).objective == pytest.approx(20.0)


@pytest.mark.parametrize(
    ("policy", "objective"),
    [
        (make_policy("spend_cap", 20.0), 34.0),
        (make_policy("spend_cap", 19.9), 20.0),
        (make_policy("spend_cap", 10.0, per_year=True), 26.0),
        (make_policy("starts_cap", 1.0), 20.0),
        (make_policy("starts_cap", 1.0, per_year=True), 26.0),
        # a alone would be all of the spending, with b one half: only b is left, 24 - 10.
        (make_policy("spend_share_cap", 0.4, projects=("a",)), 14.0),
        (make_policy("spend_share_cap", 0.5, projects=("a",)), 34.0),
    ],
)
def test_policy_caps(policy: object, objective: float) -> None:
    assert best(two(policies=[policy])).objective == pytest.approx(objective)


@pytest.mark.parametrize(
    "policy",
    [
        make_policy("spend_floor", 10.0, projects=("b",)),
        make_policy("starts_floor", 1.0, projects=("b",)),
        make_policy("spend_share_floor", 0.5, projects=("b",)),
        make_policy("benefit_floor", 9.0, projects=("b",)),
    ],
)
def test_policy_floors(policy: object) -> None:
    # a gains 20 and b loses 1 (9 - 10): each floor costs that 1.
    projects = [make_project("a", 10, 10), make_project("b", 10, 3)]
    assert best(make_instance(projects, policies=[policy])).objective == pytest.approx(19.0)
    assert best(make_instance(projects)).objective == pytest.approx(20.0)


def test_hard_target_forces_a_loss_and_soft_target_has_a_price() -> None:
    project = make_project("a", 10, 3, outputs={"km": 5.0})
    hard = make_target("t", "km", 5.0, 2024, hard=True)
    assert best(make_instance([project], targets=[hard])).objective == pytest.approx(-1.0)
    dear = make_target("t", "km", 5.0, 2024, shortfall_price=0.3)  # missing 5 costs 1.5 > 1
    assert best(make_instance([project], targets=[dear])).objective == pytest.approx(-1.0)
    cheap = make_target("t", "km", 5.0, 2024, shortfall_price=0.1)  # missing 5 costs 0.5 < 1
    assert best(make_instance([project], targets=[cheap])).objective == pytest.approx(-0.5)
    free = best(make_instance([project], targets=[make_target("t", "km", 5.0, 2024)]))
    assert free.objective == pytest.approx(0.0)
    assert free.rows("target") == 0


@pytest.mark.parametrize(
    ("metric", "value"), [("investment", 10.0), ("projects_started", 1.0), ("projects_opened", 1.0)]
)
def test_built_in_metrics(metric: str, value: float) -> None:
    target = make_target("t", metric, value, 2024, hard=True)
    instance = make_instance([make_project("a", 10, 3)], targets=[target])
    assert best(instance).objective == pytest.approx(-1.0)


def test_a_cap_as_a_target() -> None:
    projects = [make_project(n, 10, b, outputs={"co2": 1.0}) for n, b in (("a", 10), ("b", 8))]
    target = make_target("t", "co2", 1.0, 2024, sense="<=", hard=True)
    assert best(make_instance(projects, targets=[target])).objective == pytest.approx(20.0)


def test_money_binds_by_year_and_is_carried_over() -> None:
    fund, flows = make_fund(), make_inflows("budget", 2021, 10, 10, 0, 0)
    assert best(two(funds=[fund], inflows=flows)).starts == {"a": 2021, "b": 2022}
    late = make_inflows("budget", 2021, 5, 5, 0, 0)  # 10 only by 2022: a then, and 20 - 10
    assert best(two(funds=[fund], inflows=late)).objective == pytest.approx(10.0)
    closed = edit(fund, carry_over=False)  # 5 a year never pays 10 at once
    assert best(two(funds=[closed], inflows=late)).objective == pytest.approx(0.0)


def test_minimum_balance_interest_and_lapse() -> None:
    flows = make_inflows("budget", 2021, 10)
    kept = make_fund(minimum_balance=1.0)
    assert best(two(funds=[kept], inflows=flows)).objective == pytest.approx(0.0)
    # 9 in 2021 grows to 9.9 in 2022 and to 10.89 in 2023: a starts in 2023 and earns 10 - 10 = 0.
    earning = make_fund(interest_rate=0.1)
    project = [make_project("a", 10, 11)]
    few = make_inflows("budget", 2021, 9)
    found = best(make_instance(project, funds=[earning], inflows=few))
    assert found.objective == pytest.approx(1.0)  # 11 - 10 in 2023
    assert found.starts == {"a": 2023}
    # Money that lapses after a year cannot wait until a gate opens two years on.
    gated = [make_project("a", 10, 30, earliest_start=2023)]
    kept_long = best(make_instance(gated, funds=[make_fund()], inflows=flows))
    assert kept_long.objective == pytest.approx(20.0)
    lapsing = best(make_instance(gated, funds=[make_fund(lapse_years=1)], inflows=flows))
    assert lapsing.objective == pytest.approx(0.0)


def test_earmark_and_max_share() -> None:
    flows = make_inflows("budget", 2021, 20)
    only_b = make_fund(projects=("b",))
    other = make_fund("other")
    found = best(two(funds=[only_b, other], inflows=flows))
    assert found.starts == {"b": 2021}
    half = make_fund(max_share=0.5)
    more = [*flows, *make_inflows("other", 2021, 5)]
    # 20 at half a share and 5 beside it pay for one project of 10.
    assert best(two(funds=[half, other], inflows=more)).starts == {"a": 2021}


def test_payers_with_fixed_shares() -> None:
    tables = {
        "jurisdictions": make_jurisdictions("j", "k"),
        "shares": [make_share("a", "k", 0.4), make_share("b", "k", 0.4)],
        "funds": [make_fund("fj", jurisdiction="j"), make_fund("fk", jurisdiction="k")],
    }
    rich = [*make_inflows("fj", 2021, 12), *make_inflows("fk", 2021, 8)]
    assert best(two(**tables, inflows=rich)).objective == pytest.approx(34.0)
    poor = [*make_inflows("fj", 2021, 12), *make_inflows("fk", 2021, 7.9)]
    assert best(two(**tables, inflows=poor)).objective == pytest.approx(20.0)
    outside = two(**(tables | {"funds": tables["funds"][:1]}), inflows=make_inflows("fj", 2021, 12))
    assert best(outside).objective == pytest.approx(34.0)  # k pays outside the plan


def test_borrowing_under_ceiling_and_quota() -> None:
    bond = make_bond(tenor=10)
    assert best(two(instruments=[bond])).objective == pytest.approx(34.0)
    ceiling = [make_debt(2021, ceiling=10.0)]
    assert best(two(instruments=[bond], debt=ceiling)).objective == pytest.approx(20.0)
    quota = [make_debt(y, new_quota=10.0) for y in (2021, 2022, 2023, 2024)]
    assert best(two(instruments=[bond], debt=quota)).objective == pytest.approx(26.0)
    limited = edit(bond, annual_limit=10.0)
    assert best(two(instruments=[limited])).objective == pytest.approx(26.0)
    closed = edit(bond, first_year=2022)
    # from 2022 on: 20 - 10 and 16 - 10.
    assert best(two(instruments=[closed])).objective == pytest.approx(16.0)


def test_debt_service_is_paid_inside_the_plan_and_in_its_tail() -> None:
    pools, fund = [make_pool(region="budget")], make_fund()
    bond = make_bond(tenor=1)
    project = [make_project("a", 10, 10)]
    # Borrow 10 in 2021, repay 10 in 2022: the fund must have them then.
    rich = make_inflows("budget", 2021, 0, 10, 0, 0)
    args = {"pools": pools, "funds": [fund], "instruments": [bond]}
    assert best(make_instance(project, **args, inflows=rich)).objective == pytest.approx(20.0)
    poor = make_inflows("budget", 2021, 0, 9, 0, 0)
    assert best(make_instance(project, **args, inflows=poor)).objective == pytest.approx(0.0)


@pytest.mark.parametrize(
    ("flows", "fund", "value"),
    [
        # A bullet of 10 in 2029, five years after the plan: the last row's inflow, carried on.
        ((0, 0, 0, 10), {"carry_over": False}, 20.0),
        ((0, 0, 0, 9), {"carry_over": False}, 0.0),
        # Nothing comes in after the plan: cash kept in 2024 serves it, all of it or not.
        ((0, 0, 0, 10, 0), {}, 20.0),
        ((0, 0, 0, 9, 0), {}, 0.0),
        ((0, 0, 0, 10, 0), {"minimum_balance": 0.5}, 0.0),
        # 8 grow by 5 % for five years to 10.21, 7.8 to 9.95.
        ((0, 0, 0, 8, 0), {"interest_rate": 0.05}, 20.0),
        ((0, 0, 0, 7.8, 0), {"interest_rate": 0.05}, 0.0),
        # A sinking fund of 2 a year from 2025 to 2029, or of 1.9.
        ((0, 0, 0, 0, 2), {}, 20.0),
        ((0, 0, 0, 0, 1.9), {}, 0.0),
        # What lapses is not kept beyond the plan.
        ((0, 0, 0, 10, 0), {"lapse_years": 4}, 0.0),
        ((0, 0, 0, 10, 0), {"carry_over": False}, 0.0),
    ],
)
def test_debt_after_the_plan_is_served_from_cash_and_inflow(flows, fund, value) -> None:
    problem = make_instance(
        [make_project("a", 10, 10, latest_start=2021)],
        pools=[make_pool(region="budget")],
        funds=[make_fund(**{"opening_balance": fund.get("minimum_balance", 0.0), **fund})],
        instruments=[make_bond(tenor=8)],
        inflows=make_inflows("budget", 2021, *flows),
    )
    if fund.get("minimum_balance"):
        # The half that is there from the start must stay; 10 more are enough.
        assert best(problem).objective == pytest.approx(20.0)
        less = [*problem.inflows[:3], problem.inflows[3].model_copy(update={"value": 9.9})]
        problem = problem.model_copy(update={"inflows": (*less, problem.inflows[4])})
    assert best(problem).objective == pytest.approx(value)
    assert best(problem).rows("tail_service") == 8


def test_refinancing_moves_the_repayment() -> None:
    pools, fund = [make_pool(region="budget")], make_fund()
    again = make_bond("again", tenor=2, refinancing=True, uses_quota=False)
    bond = make_bond(tenor=1, last_year=2021)
    flows = make_inflows("budget", 2021, 0, 0, 0, 10)
    project = [make_project("a", 10, 10)]
    args = {"pools": pools, "funds": [fund], "inflows": flows}
    without = best(make_instance(project, **args, instruments=[bond]))
    assert without.objective == pytest.approx(0.0)
    # 2021 borrow, 2022 refinance for two years, 2024 repay out of the inflow.
    found = best(make_instance(project, **args, instruments=[bond, again]))
    assert found.objective == pytest.approx(20.0)
    part = edit(again, refinancing_share=0.9)
    assert best(
        make_instance(project, **args, instruments=[bond, part])
    ).objective == pytest.approx(0.0)


def test_debt_ratio_limit_binds_and_is_slack() -> None:
    bond = make_bond(tenor=10)
    capacity = make_fiscal("capacity", 2021, 20.0)
    tight = {"rules": [make_rule(ratio=0.5)]}  # 10 of 20
    found = best(two(instruments=[bond], fiscal=capacity, settings=tight))
    assert found.objective == pytest.approx(20.0)
    slack = {"rules": [make_rule(ratio=1.0)]}
    found = best(two(instruments=[bond], fiscal=capacity, settings=slack))
    assert found.objective == pytest.approx(34.0)
    untested = best(two(instruments=[bond], settings=tight))
    assert untested.rows("debt_rule") == 0


def test_interest_share_is_tested_through_the_last_maturity() -> None:
    # 10 at 10 %: interest 1 a year from 2022 on. Revenue falls to 5 in 2026: 20 % > 15 %.
    bond = make_bond(tenor=8, rate=0.10)
    revenue = [*make_fiscal("capacity", 2021, 10.0), *make_fiscal("capacity", 2026, 5.0)]
    project = [make_project("a", 10, 10)]
    rule = make_rule(ratio=0.15, quantity="interest")
    args = {"instruments": [bond], "fiscal": revenue}
    tail = best(make_instance(project, settings={"rules": [rule]}, **args))
    assert tail.objective == pytest.approx(0.0)
    inside = edit(rule, through="horizon")
    found = best(make_instance(project, settings={"rules": [inside]}, **args))
    assert found.objective == pytest.approx(20.0)


def test_bands_ban_starts_and_scale_the_quota() -> None:
    bond = make_bond(tenor=10)
    capacity = make_fiscal("capacity", 2021, 10.0)
    ban = make_rule(bands=[Band(id="green", upper=0.5), Band(id="red", starts_banned=True)])
    gated = [make_project("a", 10, 10), make_project("b", 10, 8, earliest_start=2022)]
    args = {"instruments": [bond], "fiscal": capacity}
    # a in 2021 makes the ratio 1.0 > 0.5: red, so b may not start in 2022 (it would add 16 - 10).
    found = best(make_instance(gated, settings={"rules": [ban]}, **args))
    assert found.objective == pytest.approx(20.0)
    for words, objective in (
        ({"start_ban_exempt": ("transport",)}, 26.0),
        ({"start_banned": ("water",)}, 26.0),
        ({"start_banned": ("transport",)}, 20.0),
    ):
        rule = edit(ban, **words)
        found = best(make_instance(gated, settings={"rules": [rule]}, **args))
        assert found.objective == pytest.approx(objective), words
    # Approved from above; or wholly paid by somebody else, so that no money of the budget starts.
    approved = [gated[0], edit(gated[1], start_approved=True)]
    found = best(make_instance(approved, settings={"rules": [ban]}, **args))
    assert found.objective == pytest.approx(26.0)
    shares = [make_share("b", "firms", 1.0)]
    others = make_jurisdictions("region", "firms")
    found = best(
        make_instance(gated, settings={"rules": [ban]}, shares=shares, jurisdictions=others, **args)
    )
    assert found.objective == pytest.approx(26.0)
    shares = [make_share("b", "firms", 0.9)]
    found = best(
        make_instance(gated, settings={"rules": [ban]}, shares=shares, jurisdictions=others, **args)
    )
    assert found.objective == pytest.approx(20.0)
    # Quota 10 a year, none left after a red year.
    brake = make_rule(bands=[Band(id="green", upper=0.5), Band(id="red", quota_share=0.0)])
    quota = [make_debt(y, new_quota=10.0) for y in (2021, 2022, 2023, 2024)]
    found = best(make_instance(gated, settings={"rules": [brake]}, debt=quota, **args))
    assert found.objective == pytest.approx(20.0)


def test_a_red_opening_band_bans_the_first_year() -> None:
    ban = make_rule(bands=[Band(id="green", upper=0.5), Band(id="red", starts_banned=True)])
    capacity = make_fiscal("capacity", 2021, 10.0)
    old = [make_debt(2021, opening_balance=8.0, principal_due=8.0)]
    instance = make_instance(
        [make_project("a", 1, 10)],
        settings={"rules": [ban]},
        funds=[make_fund(opening_balance=20.0)],
        fiscal=capacity,
        debt=old,
    )
    assert best(instance).starts == {"a": 2022}


def test_coverage_ties_tagged_debt_to_net_revenue() -> None:
    # Bond of 3 years at 10 %: service 1.3 per unit, at coverage 1.2 a unit needs 1.56 of revenue.
    # Revenue 5 a year from 2022 to 2024 (start + 3): 15, so at most 15 / 1.56 = 9.615 < 10.
    bond = make_bond(tenor=3, rate=0.10, tagged=True, coverage=1.2)
    poor = make_instance([make_project("a", 10, 10, revenue=5.0)], instruments=[bond])
    assert best(poor).objective == pytest.approx(0.0)
    rich = make_instance([make_project("a", 10, 10, revenue=5.3)], instruments=[bond])
    assert best(rich).objective == pytest.approx(20.0)  # 15.9 / 1.56 = 10.19


def test_value_terms_of_discounting_residual_streams_and_prices() -> None:
    # One project: cost 8 in 2021 at 10 %; benefit 11 in 2022 (ramp 0.5), 2023, 2024, growth 0.
    settings = {"discount_rate": 0.1, "residual_value": "straight_line", "end_year": 2024}
    project = make_project(
        "a", 8, 11, ramp_up=(0.5,), lifetime=6, fixed_om_cost=1.1, outputs={"km": 2.0}
    )
    instance = make_instance(
        [project],
        settings=settings | {"metric_prices": {"km": 0.55}, "optimism_bias": {"transport": 0.5}},
        benefits=[make_stream("a", 1.1)],
    )
    factors = [1 / 1.1, 1 / 1.21, 1 / 1.331]
    value = (
        11 * (0.5 * factors[0] + factors[1] + factors[2])  # benefit
        + 1.1 * sum(factors)  # further stream
        + 1.1 * sum(factors)  # 2 km at 0.55
        - 1.1 * sum(factors)  # operation
        - 8 * 1.5  # construction with bias 50 %
        + 8 * (3 / 6) * factors[2]  # opened 2022 for 6 years: 3 of 6 left after 2024
    )
    assert best(instance).objective == pytest.approx(value)


def test_inflation_touches_money_but_not_value() -> None:
    # 10 % inflation from 2021: b in 2022 costs 11 nominal; a budget of 10 + 10.9 is not enough.
    settings = {"inflation": 0.1}
    fund = make_fund()
    flows = make_inflows("budget", 2021, 10, 10.9)
    found = best(two(settings=settings, funds=[fund], inflows=flows))
    assert found.starts == {"a": 2021}
    assert found.objective == pytest.approx(20.0)
    real = make_fund(basis="real")
    found = best(two(settings=settings, funds=[real], inflows=make_inflows("budget", 2021, 10, 10)))
    assert found.objective == pytest.approx(26.0)


def test_an_empty_instance_has_an_empty_plan() -> None:
    assert best(make_instance([])).objective == pytest.approx(0.0)
