"""Value and time, each number derived in a comment."""

from __future__ import annotations

from typing import Any

import pytest

from infraplan.models.horizon import RateStep
from infraplan.models.instance import Instance
from infraplan.models.place import Place
from infraplan.models.plan import Plan
from infraplan.optimizer.verify import recompute_plan, verify_plan
from infraplan.optimizer.verify.problem_data import ProblemData, standard_profile
from tests.assertions import assert_breaks, assert_verified, broken_laws
from tests.builders import (
    REGION,
    edit,
    make_instance,
    make_jurisdictions,
    make_option,
    make_payment,
    make_plan,
    make_policy,
    make_project,
    make_relation,
    make_resource,
    make_start,
    make_stream,
    make_target,
)


def _terms(instance: Instance, **starts: int) -> dict[tuple[str, str], float]:
    plan = make_plan(instance, [make_start(instance, name, year) for name, year in starts.items()])
    return {(row.term, row.subject): row.value for row in plan.objective_terms}


def _one(settings: dict[str, Any] | None = None, **values: Any) -> Instance:
    return make_instance([make_project("a", **values)], settings=settings)


def test_standard_profile_of_short_works_is_the_page_s() -> None:
    assert standard_profile(1) == [1.0]
    assert standard_profile(4) == [0.12, 0.30, 0.36, 0.22]


def test_standard_profile_of_twelve_years_halves_each_sixth() -> None:
    # Straight between the points of six years: each year's share falls in two equal halves.
    halves = [share / 2 for share in (0.06, 0.15, 0.24, 0.26, 0.19, 0.10) for _ in range(2)]
    assert standard_profile(12) == pytest.approx(halves)


def test_standard_profile_of_nine_years() -> None:
    # A year takes two thirds of a sixth: .06 x 2/3; .06 x 1/3 + .15 x 1/3; .15 x 2/3; ...
    shares = standard_profile(9)
    assert shares[:3] == pytest.approx([0.04, 0.07, 0.10])
    assert sum(shares) == pytest.approx(1.0)


def test_discount_steps_apply_from_their_year_on() -> None:
    # 10 % in the first year, 25 % from two years after the base year on: 1/1.1/1.25 = .727272...
    steps = (RateStep(from_offset=2, rate=0.25),)
    reading = ProblemData(_one({"discount_rate": 0.1, "discount_steps": steps}))
    assert [reading.discount(year) for year in (2021, 2022, 2023)] == pytest.approx(
        [1.0, 1 / 1.1, 1 / 1.1 / 1.25]
    )


def test_escalation_and_uplift_raise_cost_in_the_objective_only() -> None:
    # Cost 100 at 2019 prices, 10 % a year dearer: 2021 costs 121; bias 32 % net of 10 %
    # contingency: x 1.32 / 1.1 = 1.2.
    instance = _one(
        {
            "price_year": 2019,
            "cost_escalation": 0.1,
            "contingency": 0.1,
            "optimism_bias": {"transport": 0.32},
        },
        cost=100.0,
    )
    assert _terms(instance, a=2021) == {("construction", "a"): pytest.approx(-145.2)}
    assert_verified(
        instance,
        make_plan(instance, [make_start(instance, "a", 2021)], [make_payment("a", 2021, 121.0)]),
    )


def test_a_project_s_own_bias_replaces_its_sector_s() -> None:
    instance = _one({"optimism_bias": {"transport": 0.32}}, optimism_bias=0.0)
    assert _terms(instance, a=2021)["construction", "a"] == pytest.approx(-10.0)


def test_benefits_grow_from_the_first_year_and_ramp_from_the_opening() -> None:
    # 8 a year growing 50 %: 12 in 2022 (half of it: 6), 18 in 2023, 27 in 2024.
    instance = _one(benefit=8.0, benefit_growth=0.5, ramp_up=(0.5,))
    assert _terms(instance, a=2021)["benefit", "a"] == pytest.approx(6.0 + 18.0 + 27.0)


def test_streams_have_their_own_growth_and_option() -> None:
    options = (make_option("base", 10.0), make_option("large", 10.0))
    streams = [
        make_stream("a", 4.0, growth=1.0, stream="x"),  # 8, 16, 32 in 2022-2024
        make_stream("a", 100.0, option="large", stream="y"),
    ]
    instance = make_instance([make_project("a", options=options)], benefits=streams)
    assert _terms(instance, a=2021)["benefit", "a"] == pytest.approx(56.0)


def test_nothing_counts_after_the_appraisal_but_the_residual() -> None:
    # Opens 2022, lives 10 years; the appraisal ends 2024: 3 of 10 years counted, benefit 5, cost 1.
    values: dict[str, Any] = {"cost": 10.0, "benefit": 5.0, "fixed_om_cost": 1.0, "lifetime": 10}
    none = _terms(_one(**values), a=2021)
    assert none["benefit", "a"] == pytest.approx(15.0)
    assert none["om", "a"] == pytest.approx(-3.0)
    assert ("residual", "a") not in none
    # Straight line: 10 x 7/10. Net benefits: 7 x (5 - 1).
    for method, left in (("straight_line", 7.0), ("pv_of_remaining_net_benefits", 28.0)):
        terms = _terms(_one({"residual_value": method}, **values), a=2021)
        assert terms["residual", "a"] == pytest.approx(left)


def test_a_project_that_opens_after_the_appraisal_keeps_all_its_life() -> None:
    # Opens 2026, after 2024: the whole cost is left, nothing else but the cost counts.
    terms = _terms(_one({"residual_value": "straight_line"}, lead_time=5), a=2021)
    assert terms == {("construction", "a"): -10.0, ("residual", "a"): 10.0}


def test_outputs_are_valued_without_ramp_or_growth() -> None:
    # 2 km at .5 in 2022, 2023, 2024.
    instance = _one(
        {"metric_prices": {"km": 0.5}}, outputs={"km": 2.0}, ramp_up=(0.0,), benefit_growth=1.0
    )
    assert _terms(instance, a=2021)["metric_value", "a"] == pytest.approx(3.0)


@pytest.mark.parametrize(
    ("kind", "count", "lag", "starts", "value"),
    [
        # Openings a year after the start; years counted to 2024.
        ("synergy", None, 0, {"a": 2021, "b": 2022, "c": 2021}, 4.0),  # all open 2023: 2 years
        ("synergy", 2, 0, {"a": 2021, "b": 2022}, 4.0),
        ("synergy", None, 0, {"a": 2021, "b": 2022}, 0.0),
        ("substitute", None, 0, {"a": 2021, "b": 2023}, -2.0),  # two are open in 2024
        ("substitute", 3, 0, {"a": 2021, "b": 2023}, 0.0),
        ("substitute", 3, 0, {"a": 2021, "b": 2021, "c": 2021}, -6.0),
        ("shared_works", None, 1, {"a": 2021, "b": 2022, "c": 2022}, 2.0),
        ("shared_works", None, 1, {"a": 2021, "b": 2023, "c": 2022}, 0.0),
        ("shared_works", None, 1, {"a": 2021, "b": 2022}, 0.0),
    ],
)
def test_value_of_relations(
    kind: str, count: int | None, lag: int, starts: dict[str, int], value: float
) -> None:
    relation = make_relation(kind, ["a", "b"], ["c"], count=count, lag=lag, value=2.0, id="r")
    instance = make_instance([make_project(name) for name in "abc"], relations=[relation])
    assert _terms(instance, **starts).get((kind, "r"), 0.0) == pytest.approx(value)


def test_shared_works_are_discounted_to_the_last_start() -> None:
    relation = make_relation("shared_works", ["a", "b"], value=5.0, lag=3, id="r")
    instance = make_instance(
        [make_project(name) for name in "ab"],
        relations=[relation],
        settings={"discount_rate": 0.25},
    )
    assert _terms(instance, a=2021, b=2023)["shared_works", "r"] == pytest.approx(5.0 * 0.64)


def test_inferred_relations_are_not_enforced() -> None:
    relations = [
        make_relation("exclusive", ["a", "b"], confidence="inferred"),
        make_relation("synergy", ["a", "b"], value=2.0, confidence="inferred"),
        make_relation("complement", ["a", "b"]),
    ]
    instance = make_instance([make_project(name) for name in "ab"], relations=relations)
    plan = make_plan(
        instance,
        [make_start(instance, name, 2021) for name in "ab"],
        [make_payment(name, 2021, 10.0) for name in "ab"],
    )
    assert_verified(instance, plan)
    assert not [row for row in plan.objective_terms if row.term == "synergy"]


def test_two_relations_of_one_label_have_a_term_each() -> None:
    relations = [make_relation("synergy", ["a", "b"], value=value) for value in (2.0, 3.0)]
    instance = make_instance([make_project(name) for name in "ab"], relations=relations)
    plan = make_plan(
        instance,
        [make_start(instance, name, 2021) for name in "ab"],
        [make_payment(name, 2021, 10.0) for name in "ab"],
    )
    assert_verified(instance, plan)
    turned = edit(plan, objective_terms=tuple(reversed(plan.objective_terms)))
    assert_verified(instance, turned)
    once = edit(plan, objective_terms=plan.objective_terms[:-1])
    assert_breaks(instance, once, "synergy")


def _outside(instance: Instance, **starts: int) -> Plan:
    return make_plan(
        instance,
        [make_start(instance, name, year) for name, year in starts.items()],
        [
            make_payment(name, year + k, 10.0 * share)
            for name, year in starts.items()
            for k, share in enumerate(instance.project_by_id[name].options[0].spending_profile)
        ],
    )


WINDOWS: list[tuple[dict[str, Any], int, int]] = [
    ({}, 2021, 2024),
    ({"spending_profile": (0.5, 0.5)}, 2021, 2023),  # paid for inside the plan
    ({"earliest_start": 2022, "latest_start": 2023}, 2022, 2023),
    ({"ready_years": {"land": 2022, "eia": 2023}}, 2023, 2024),
    ({"stage": "study"}, 2023, 2024),  # gate of two years
    ({"open_by": 2024, "lead_time": 2}, 2021, 2022),
    ({"mandatory": "committed", "earliest_start": 2023}, 2021, 2021),
]


@pytest.mark.parametrize(("values", "first", "last"), WINDOWS)
@pytest.mark.parametrize("year", range(2020, 2026))
def test_windows(values: dict[str, Any], first: int, last: int, year: int) -> None:
    instance = make_instance([make_project("a", **values)], settings={"stage_gates": {"study": 2}})
    plan = _outside(instance, a=year)
    if first <= year <= last:
        assert_verified(instance, plan)
    else:
        # A start outside the plan is left out of the accounts: its payments are for nothing.
        found = broken_laws(verify_plan(instance, plan).violations)
        assert "window" in found
        assert found <= {"window", "sources_uses", "mandate"}


ORDERS: list[tuple[str, int, int, int]] = [
    # type, lag, start of a (opens two years later), first lawful start of b (opens a year later)
    ("finish_to_start", 0, 2021, 2023),
    ("finish_to_start", 1, 2021, 2024),
    ("finish_to_start", -1, 2021, 2022),
    ("start_to_start", 0, 2022, 2022),
    ("start_to_start", 2, 2021, 2023),
    ("finish_to_finish", 0, 2021, 2022),
    ("finish_to_finish", 1, 2021, 2023),
    ("requires", 0, 2024, 2021),
]


@pytest.mark.parametrize(("kind", "lag", "before", "first"), ORDERS)
@pytest.mark.parametrize("year", range(2021, 2025))
def test_order_in_time(kind: str, lag: int, before: int, first: int, year: int) -> None:
    instance = make_instance(
        [make_project("a", lead_time=2), make_project("b")],
        relations=[make_relation(kind, ["a"], ["b"], lag=lag)],
    )
    plan = _outside(instance, a=before, b=year)
    if year >= first:
        assert_verified(instance, plan)
    else:
        assert_breaks(instance, plan, "precedence")
    assert_breaks(instance, _outside(instance, b=year), "precedence")
    assert_verified(instance, _outside(instance, a=before))


def test_count_of_predecessors() -> None:
    relation = make_relation("finish_to_start", ["a", "b", "c"], ["d"], count=2)
    instance = make_instance([make_project(name) for name in "abcd"], relations=[relation])
    assert_verified(instance, _outside(instance, a=2021, c=2021, d=2022))
    assert_breaks(instance, _outside(instance, a=2021, b=2022, d=2022), "precedence")


def test_works_last_as_long_as_spending_or_lead_time() -> None:
    # Lead time 3 with all spent in the first year: works 2021-2023.
    instance = make_instance(
        [make_project("a", lead_time=3), make_project("b")],
        relations=[make_relation("works_conflict", ["a", "b"])],
    )
    assert_breaks(instance, _outside(instance, a=2021, b=2023), "works_conflict")
    assert_verified(instance, _outside(instance, a=2021, b=2024))


def test_must_not_is_not_built() -> None:
    instance = make_instance([make_project("a", mandatory="must_not")])
    assert_breaks(instance, _outside(instance, a=2021), "mandate")


RESOURCES: list[tuple[dict[str, Any], bool]] = [
    # A project of 8 t, started 2022: works 2022-2023 (spent 3/4 and 1/4), operates 2024 and on.
    ({"timing": "start", "limit": 8.0}, True),
    ({"timing": "start", "limit": 7.9}, False),
    ({"timing": "start", "limit": 0.0, "from_year": 2023}, True),
    ({"timing": "construction", "limit": 8.0}, True),
    ({"timing": "construction", "limit": 15.9, "per_year": False}, False),
    ({"timing": "spending", "limit": 6.0}, True),
    ({"timing": "spending", "limit": 5.9}, False),
    ({"timing": "spending", "limit": 2.0, "from_year": 2023}, True),
    ({"timing": "operation", "limit": 7.9}, False),
    ({"timing": "operation", "limit": 0.0, "to_year": 2023}, True),
    # Years after the plan are not looked at: one operating year of the plan is left.
    ({"timing": "operation", "limit": 8.0, "per_year": False, "to_year": 2030}, True),
    ({"timing": "start", "limit": 0.0, "jurisdictions": ("elsewhere",)}, True),
]


@pytest.mark.parametrize(("values", "obeyed"), RESOURCES)
def test_resources(values: dict[str, Any], obeyed: bool) -> None:
    project = make_project(
        "a", lead_time=2, spending_profile=(0.75, 0.25), resources={"steel": 8.0}
    )
    instance = make_instance(
        [project],
        jurisdictions=make_jurisdictions(REGION, "elsewhere"),
        resources=[make_resource("steel", **values)],
    )
    plan = _outside(instance, a=2022)
    if obeyed:
        assert_verified(instance, plan)
    else:
        assert_breaks(instance, plan, "resource")


POLICIES: list[tuple[str, float, dict[str, Any], bool]] = [
    # a (road) spends 10 in 2021, b (water) 5 in 2022 and 5 in 2023; benefits 2 a year to 2024:
    # a opens 2022: 6; b opens 2023: 4, and 1 km at .5 each: 1.5 and 1.
    ("spend_cap", 20.0, {}, True),
    ("spend_cap", 19.9, {}, False),
    ("spend_cap", 10.0, {"per_year": True}, True),
    ("spend_cap", 9.9, {"per_year": True}, False),
    ("spend_cap", 5.0, {"from_year": 2022, "to_year": 2022}, True),
    ("spend_cap", 0.0, {"projects": ("b",), "to_year": 2021}, True),
    ("spend_floor", 10.0, {"sectors": ("road",)}, True),
    ("spend_floor", 10.1, {"sectors": ("road",)}, False),
    ("spend_floor", 5.0, {"per_year": True, "to_year": 2023}, True),
    ("spend_floor", 5.0, {"per_year": True}, False),  # nothing in 2024
    ("spend_share_cap", 0.5, {"sectors": ("road",)}, True),
    ("spend_share_cap", 0.4, {"sectors": ("road",)}, False),
    ("spend_share_floor", 0.5, {"subsectors": ("main",)}, True),
    ("spend_share_floor", 0.6, {"subsectors": ("main",)}, False),
    ("starts_cap", 2.0, {}, True),
    ("starts_cap", 1.0, {}, False),
    ("starts_cap", 1.0, {"per_year": True}, True),
    ("starts_floor", 1.0, {"from_year": 2022}, True),
    ("starts_floor", 2.0, {"from_year": 2022}, False),
    ("benefit_floor", 12.5, {}, True),
    ("benefit_floor", 12.6, {}, False),
    ("benefit_floor", 5.0, {"from_year": 2022}, True),
    ("benefit_floor", 5.1, {"from_year": 2022}, False),
    # 4 people live in the region: 20 spent are 5 by head, 12.5 of benefits 3.125.
    ("spend_per_head_floor", 5.0, {}, True),
    ("spend_per_head_floor", 5.1, {}, False),
    ("spend_per_head_floor", 2.5, {"sectors": ("road",), "jurisdictions": (REGION,)}, True),
    ("spend_per_head_floor", 2.6, {"sectors": ("road",), "jurisdictions": (REGION,)}, False),
    ("benefit_per_head_floor", 3.12, {}, True),
    ("benefit_per_head_floor", 3.13, {}, False),
    ("starts_floor", 5.0, {"from_year": 2030}, True),  # no year of the plan: no test
    ("starts_floor", 1.0, {"places": ("town",)}, True),
    ("starts_floor", 2.0, {"places": ("town",)}, False),
]


@pytest.mark.parametrize(("kind", "value", "values", "obeyed"), POLICIES)
def test_policies(kind: str, value: float, values: dict[str, Any], obeyed: bool) -> None:
    instance = make_instance(
        [
            make_project("a", 10.0, 2.0, sector="road", outputs={"km": 1.0}, to_place="town"),
            make_project(
                "b",
                10.0,
                2.0,
                sector="water",
                subsector="main",
                spending_profile=(0.5, 0.5),
                outputs={"km": 1.0},
            ),
        ],
        settings={"metric_prices": {"km": 0.5}},
        places=[Place(id="town")],
        jurisdictions=make_jurisdictions(REGION, population=4.0),
        policies=[make_policy(kind, value, **values)],
    )
    plan = _outside(instance, a=2021, b=2022)
    if obeyed:
        assert_verified(instance, plan)
    else:
        assert_breaks(instance, plan, "policy")


TARGETS: list[tuple[str, int, dict[str, Any], float]] = [
    # a: 10 spent in 2021, opens 2022, lives 2 years, 3 km. b: 5 + 5 in 2022-2023, opens 2023, 4 km.
    ("km", 2021, {}, 0.0),
    ("km", 2022, {}, 3.0),
    ("km", 2023, {}, 7.0),
    ("km", 2024, {}, 4.0),  # a's life has ended
    ("km", 2023, {"existing": 100.0}, 107.0),
    ("km", 2023, {"sectors": ("water",)}, 4.0),
    ("investment", 2022, {}, 15.0),
    ("investment", 2024, {"from_year": 2022}, 10.0),
    ("projects_started", 2021, {}, 1.0),
    ("projects_started", 2024, {"from_year": 2022}, 1.0),
    ("projects_opened", 2022, {"existing": 2.0}, 3.0),
    ("projects_opened", 2023, {"from_year": 2023}, 1.0),
    ("unheard_of", 2024, {}, 0.0),
]


@pytest.mark.parametrize(("metric", "year", "values", "reached"), TARGETS)
def test_targets(metric: str, year: int, values: dict[str, Any], reached: float) -> None:
    targets = [
        make_target(
            f"{side}{off}", metric, reached + off, year, sense=sense, shortfall_price=1.5, **values
        )
        for side, sense in (("low", ">="), ("high", "<="))
        for off in (-1.0, 0.0, 1.0)
    ]
    instance = make_instance(
        [
            make_project("a", outputs={"km": 3.0}, lifetime=2),
            make_project("b", outputs={"km": 4.0}, spending_profile=(0.5, 0.5), sector="water"),
        ],
        targets=targets,
        settings={"discount_rate": 0.25},
    )
    plan = _outside(instance, a=2021, b=2022)
    assert_verified(instance, plan)
    short = {row.target: (row.achieved, row.shortfall) for row in plan.targets}
    assert short == {
        "low-1.0": (reached, 0.0),
        "low0.0": (reached, 0.0),
        "low1.0": (reached, 1.0),
        "high-1.0": (reached, 1.0),
        "high0.0": (reached, 0.0),
        "high1.0": (reached, 0.0),
    }
    factor = 0.8 ** (year - 2021)
    penalties = {row.target: row.penalty for row in plan.targets}
    assert penalties["low1.0"] == pytest.approx(1.5 * factor)


def test_a_hard_cap_is_obeyed() -> None:
    goal = make_target("t", "projects_started", 1.0, 2024, sense="<=", hard=True)
    instance = make_instance([make_project(name) for name in "ab"], targets=[goal])
    assert_verified(instance, _outside(instance, a=2021))
    assert_breaks(instance, _outside(instance, a=2021, b=2021), "target")


def test_recomputing_keeps_the_decisions() -> None:
    instance = make_instance([make_project("a")])
    plan = _outside(instance, a=2021)
    assert recompute_plan(instance, edit(plan, objective=5.0, objective_terms=())) == plan
