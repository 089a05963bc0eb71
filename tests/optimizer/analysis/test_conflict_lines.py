"""Years and amounts of a conflict are those that a planner finds by hand."""

from __future__ import annotations

from typing import Any

import pytest

from infraplan.models.debt_rule import Band
from infraplan.models.instance import Instance
from infraplan.models.plan import Rejection
from infraplan.optimizer import work_clock
from infraplan.optimizer.analysis import conflicts
from infraplan.optimizer.analysis.conflicts import (
    Conflict,
    conflict_line,
    conflict_lines,
    find_conflict,
)
from infraplan.optimizer.analysis.elastic import search
from infraplan.optimizer.analysis.rejections import find_rejections
from infraplan.optimizer.backends import SolverOptions
from infraplan.optimizer.mip import FloatArray, Mip
from infraplan.optimizer.program import build_formulation
from infraplan.optimizer.report.loss_text import amount_text
from infraplan.optimizer.status import Termination
from tests.assertions import assert_bilingual
from tests.builders import (
    edit,
    make_bond,
    make_date,
    make_debt,
    make_fiscal,
    make_fund,
    make_inflows,
    make_instance,
    make_jurisdictions,
    make_policy,
    make_pool,
    make_project,
    make_relation,
    make_rule,
    make_settings,
)
from tests.optimizer.engine import best

MUST: dict[str, Any] = {"mandatory": "must"}


def funded(projects: list[Any], *inflows: float, **more: Any) -> Instance:
    fund = more.pop("fund", {})
    return make_instance(
        projects,
        funds=[make_fund(**fund)],
        inflows=make_inflows("budget", 2021, *inflows),
        jurisdictions=make_jurisdictions("region"),
        **more,
    )


CASES = {
    # What came in 2021 and 2022 has lapsed: in 2024 there are 5 + 6 for 20; of the 10 of 2021
    # the 9 that lack would have to outlive 2022 and 2023.
    "lapse": (
        funded(
            [make_project("a", 20, earliest_start=2024, **MUST)],
            10.0, 0.0, 5.0, 6.0, fund={"lapse_years": 1},
        ),
        {
            "a must be built",
            "budget may not pay more than it has: short by about 9 (2024)",
            "unspent money of budget lapses: short by about 9 in each year (2022-2023)",
        },
    ),
    # 15 in 2021 and 15 in 2022, with 10 in each.
    "in each year": (
        funded(
            [make_project("a", 30, open_by=2023, lead_time=2, spending_profile=(0.5, 0.5), **MUST)],
            10.0, 10.0, 40.0, 0.0,
        ),
        {
            "a must be built",
            "budget may not pay more than it has: short by about 5 in each year (2021-2022)",
            "a must be open by its date: short by about 1 year (2023)",
        },
    ),
    # Debt of 4 in 2022 and 5 in 2023; 1 in 2021 repays 1, then 1 a year comes in: 3 and 4 short.
    "two years": (
        funded(
            [make_project("a", 3)], 1.0, 1.0, 1.0, 1.0,
            pools=[make_pool(region="budget")],
            debt=[
                make_debt(2021, opening_balance=10.0, principal_due=1.0),
                make_debt(2022, principal_due=4.0),
                make_debt(2023, principal_due=5.0),
            ],
        ),
        {"budget may not pay more than it has: short by about 3 (2022), 4 (2023)"},
    ),
    # 2 must be spent more, or 1 less may be refused; over all years, so no year is named.
    "over the plan": (
        make_instance(
            [make_project("a", 5), make_project("b", 6)],
            policies=[make_policy("spend_floor", 8.0), make_policy("spend_cap", 10.0)],
        ),
        {"policy spend_floor: short by about 2", "policy spend_cap: short by about 1"},
    ),
    # Yes or no: how far a choice would have to give says nothing.
    "choices": (
        make_instance(
            [make_project(name, 1, **MUST) for name in "bc"],
            relations=[make_relation("exclusive", ["b", "c"])],
        ),
        {"b must be built", "c must be built", "only one may be built: exclusive:b+c>"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_a_conflict_names_what_can_be_reckoned(case: str) -> None:
    instance, lines = CASES[case]
    report = find_conflict(build_formulation(instance), time_limit_s=60.0)
    assert report.is_minimal
    assert set(conflict_lines(report.rules, "en")) == lines
    for english, chinese in zip(
        *(conflict_lines(report.rules, lang) for lang in ("en", "zh")), strict=True
    ):
        assert_bilingual(english, chinese)
    for rule in report.rules:
        assert len(rule.amounts) == len(rule.years)


def test_many_years_are_told_by_their_sum_and_the_worst() -> None:
    amounts = (1.0, 2.0, 4.0, 3.0)
    rule = Conflict("fund_balance", ("b",), "money", "钱", 10.0, (2021, 2022, 2023, 2025), amounts)
    line = conflict_line(rule)
    assert line == "money: short by about 10 in all (2021-2025), 4 of it in 2023"
    assert line.zh == "钱：差额合计约10（2021—2025年），其中2023年4"


def test_a_rejection_states_the_amount_of_the_year_that_it_names() -> None:
    """15 a year for two years, with 10 and then 8: 5 are short in 2021; the 7 of 2022 add not."""
    works = make_project(
        "a", 30, 30, lead_time=2, spending_profile=(0.5, 0.5), latest_start=2021
    )  # fmt: skip
    instance = funded([works], 10.0, 8.0, 40.0, 0.0)
    plan = best(instance).plan
    assert plan is not None
    (row,) = find_rejections(build_formulation(instance), plan, time_limit_s=60.0)
    assert row.can_be_forced is False
    assert (row.rule, row.year) == ("fund_balance:budget", 2021)
    assert row.amount == pytest.approx(5.0, abs=1e-3)
    assert (row.years, row.amounts) == ((2021, 2022), pytest.approx((5.0, 7.0), abs=1e-3))
    assert amount_text(row) == (
        "short by 5.00 in 2021, short by 7.00 in 2022",
        "2021年差额5.00，2022年差额7.00",
    )
    # True by solving again: with these amounts it is built, with a hundredth less in any it is not.
    for less, is_built in (((0, 0), True), ((0.05, 0), False), ((0, 0.07), False)):
        more = zip((10.0, 8.0, 40.0, 0.0), (*row.amounts, 0, 0), (*less, 0, 0), strict=True)
        solved = best(funded([works], *(had + gets - lack for had, gets, lack in more))).plan
        assert bool(solved is not None and solved.starts) is is_built
    report = find_conflict(build_formulation(edit(instance, projects=(edit(works, **MUST),))))
    (short,) = [rule for rule in report.rules if rule.family == "fund_balance"]
    assert short.years == (2021, 2022)
    assert short.amounts == pytest.approx((5.0, 7.0), abs=1e-3)


def test_amounts_have_time_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where looking for what is needed takes all its time, each rule still says by how much."""
    limit, proofs = 100.0, 0

    def slow(mip: Mip, options: SolverOptions) -> tuple[Termination, FloatArray | None]:
        nonlocal proofs
        found = search(mip, options)
        if found[0].is_proof_of_no_plan:
            proofs += 1
            work_clock.spend(0.9 * limit if proofs == 1 else 0.0)
        return found

    monkeypatch.setattr(conflicts, "search", slow)
    instance, _ = CASES["lapse"]
    with work_clock.counting(None):
        report = find_conflict(build_formulation(instance), time_limit_s=limit)
    assert not report.is_minimal
    assert len(report.rules) >= 3
    assert all(rule.amount > 0.0 for rule in report.rules)
    assert all(rule.years for rule in report.rules if rule.family in {"fund_balance", "lapse"})


def test_a_conflict_is_found_in_the_time_kept_for_its_amounts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Where most of the time is over before it is proven, the rules are told all the same."""
    limit, calls = 100.0, 0

    def slow(mip: Mip, options: SolverOptions) -> tuple[Termination, FloatArray | None]:
        nonlocal calls
        calls += 1
        found = search(mip, options)
        work_clock.spend(0.8 * limit if calls == 1 else 0.0)
        return found

    monkeypatch.setattr(conflicts, "search", slow)
    instance, _ = CASES["lapse"]
    with work_clock.counting(None):
        report = find_conflict(build_formulation(instance), time_limit_s=limit)
    assert len(report.rules) >= 3
    assert not report.is_minimal


def test_a_ban_of_starts_names_the_first_year_in_which_a_start_would_do() -> None:
    # 8 of debt, due in 2030, are above 0.2 x 20 in every year: a, from 2022 on, may start in none.
    instance = make_instance(
        [make_project("a", 2.0, 9.0, earliest_start=2022, latest_start=2024, **MUST)],
        funds=[make_fund()],
        inflows=make_inflows("budget", 2021, 5.0, 5.0, 5.0, 5.0),
        jurisdictions=make_jurisdictions("region"),
        instruments=[make_bond(tenor=9)],
        pools=[make_pool()],
        debt=[make_debt(2021, opening_balance=8.0)],
        fiscal=make_fiscal("capacity", 2021, 20.0, 20.0, 20.0, 20.0),
        settings=make_settings(
            (2021, 2024),
            rules=[
                make_rule(bands=[Band(id="green", upper=0.2), Band(id="red", starts_banned=True)])
            ],
        ),
        years=(2021, 2024),
    )
    rules = {rule.family: rule for rule in find_conflict(build_formulation(instance)).rules}
    assert rules["start_ban"].years == (2022,)


def test_money_of_several_years_is_short_in_the_years_in_which_it_is_needed() -> None:
    """Beside a, which takes all of 2021 to 2023, b lacks 4 a year; what is left of 2024 is late.

    The fund carries its cash over: 12 more in 2021 would do as well, but it is needed year by year.
    """
    spread = (1 / 3, 1 / 3, 1 / 3)
    first = make_project("a", 30, 40, lead_time=3, spending_profile=spread, latest_start=2021)
    works = make_project("b", 12, 14, lead_time=3, spending_profile=spread, latest_start=2021)
    flows = (10.0, 10.0, 10.0, 50.0)
    plan = best(funded([first, works], *flows)).plan
    assert plan is not None
    assert [start.project for start in plan.starts] == ["a"]
    instance = funded([first, works], *flows)
    (row,) = find_rejections(build_formulation(instance), plan, bound=plan.objective)
    assert row.can_be_forced is True
    assert (row.rule, row.year, row.amount) == ("fund_balance:budget", 2021, pytest.approx(4.0))
    assert row.years == (2021, 2022, 2023)
    assert row.amounts == pytest.approx((4.0, 4.0, 4.0))
    assert amount_text(row) == (
        "short by 4.00 in each year (2021-2023)",
        "每年差额4.00（2021—2023年）",
    )
    # True by solving again: with these amounts both are built, with less in any of them one is.
    for lacking in range(-1, 3):
        given = [had + 4.0 - 0.05 * (year == lacking) for year, had in enumerate(flows[:3])]
        found = best(funded([first, works], *given, flows[3])).plan
        assert found is not None
        assert len(found.starts) == (2 if lacking < 0 else 1)


def test_of_many_years_the_sum_and_the_worst_are_told() -> None:
    years, amounts = (2021, 2022, 2023, 2024), (1.0, 2.0, 4.0, 3.0)
    row = Rejection(
        project="b", best_npv=1.0, rule="fund_balance:budget", year=2021, amount=1.0,
        years=years, amounts=amounts,
    )  # fmt: skip
    assert amount_text(row) == (
        "short by 10.00 in all (2021-2024), 4.00 of it in 2023",
        "差额合计10.00（2021—2024年），其中2023年4.00",
    )


def test_of_several_prerequisites_the_cheapest_that_would_do_are_priced() -> None:
    """Two of three must come before; one stands in the plan, of the two that are out 5 is least."""
    relation = make_relation("requires", ["x", "y", "z"], ["b"], id="two", count=2)
    costs = {"x": 3.0, "y": 5.0, "z": 8.0}
    before = [make_project(name, cost, 0.1) for name, cost in costs.items()]
    before[0] = edit(before[0], **MUST)
    instance = make_instance([*before, make_project("b", 1, 1)], relations=[relation])
    plan = best(instance).plan
    assert plan is not None
    rows = {r.project: r for r in find_rejections(build_formulation(instance), plan)}
    assert rows["b"].rule == "precedence:two:b:x+y+z"
    assert (rows["b"].others, rows["b"].amount, rows["b"].year) == (("y", "z"), 5.0, None)


@pytest.mark.parametrize(
    ("window", "year"),
    [({"earliest_start": 2026, "latest_start": 2026}, 2026), ({"latest_start": 2027}, 2027)],
)
def test_money_is_short_in_a_year_in_which_the_works_may_start(
    window: dict[str, int], year: int
) -> None:
    """Were its window open money could come as late as 2030; that helps nobody."""

    def instance(late: float) -> Instance:
        inflows = [late if y == year else 50.0 if y == 2026 else 0.0 for y in range(2026, 2031)]
        return make_instance(
            [make_project("m", 100.0, 20.0, mandatory="must", **window)],
            years=(2026, 2030),
            funds=[make_fund()],
            inflows=make_inflows("budget", 2026, *inflows),
        )

    at_once = 50.0 if year == 2026 else 0.0
    report = find_conflict(build_formulation(instance(at_once)))
    (told,) = [line for line in conflict_lines(report.rules, "en") if "short" in line]
    assert f"short by about 50 ({year})" in told
    assert best(instance(at_once + 50.0)).plan is not None


def test_a_start_that_an_order_shuts_is_none_that_money_is_short_for() -> None:
    """After p1, begun in 2026, p0 may open in 2028 at the soonest: there 0.41 is missing."""
    instance = make_instance(
        [
            make_project("p0", 5.76, 1.934, lead_time=0, lifetime=2),
            make_project("p1", 3.09, 1.386, lead_time=2, latest_start=2027),
        ],
        years=(2026, 2029),
        relations=[make_relation("finish_to_start", ["p1"], ["p0"])],
        stated_dates=[make_date("p0", "open_by", 2028, 1.5)],
        funds=[make_fund()],
        inflows=make_inflows("budget", 2026, 3.13, 1.05, 4.26, 3.5),
        settings={"discount_rate": 0.0, "end_year": 2034},
    )
    plan = best(instance).plan
    assert plan is not None
    found = find_rejections(build_formulation(instance), plan, bound=plan.objective)
    (told,) = [row for row in found if row.project == "p0"]
    assert told.rule == "fund_balance:budget"
    assert (told.year, told.amount) == (2028, pytest.approx(0.41))
    assert told.loss == pytest.approx(0.392)


def test_a_relation_without_an_id_is_named_in_chinese() -> None:
    projects = [
        make_project("b", 1, name_zh="乙路", **MUST),
        make_project("c", 1, name_zh="丙路", **MUST),
    ]
    for relation in (
        make_relation("exclusive", ["b", "c"]),
        make_relation("exclusive", ["b"], ["c"]),
    ):
        instance = make_instance(
            projects,
            relations=[relation],
        )
        report = find_conflict(build_formulation(instance), time_limit_s=60.0)
        assert any(line.endswith("：乙路、丙路") for line in conflict_lines(report.rules, "zh"))
