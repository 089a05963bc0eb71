"""Works that go on after the plan's last year: who pays for them, worked out by hand.

Plan 2021-2022. No discounting, no inflation unless said; a project costs 10, half in its start year
and half in the next, opens in the year after and brings 9 a year until the appraisal ends in 2025.
"""

from __future__ import annotations

from typing import Any

import pytest

from infraplan.models.debt_rule import CapitalRatio
from infraplan.models.errors import InstanceError
from infraplan.models.funding import Inflow
from infraplan.models.instance import Instance
from infraplan.models.project import Project
from infraplan.optimizer.analysis.conflicts import conflict_lines, find_conflict
from infraplan.optimizer.analysis.rejections import find_rejections
from infraplan.optimizer.program import build_formulation
from infraplan.optimizer.solve import solve
from infraplan.optimizer.solve_result import SolveOptions
from infraplan.optimizer.verify import verify_plan
from tests.builders import (
    make_agreement,
    make_bond,
    make_debt,
    make_fund,
    make_instance,
    make_jurisdictions,
    make_payment,
    make_plan,
    make_pool,
    make_project,
    make_receipt,
    make_relation,
    make_resource,
    make_share,
    make_start,
)
from tests.optimizer.engine import best

YEARS = (2021, 2022)
END = 2025


def works(name: str = "a", **values: Any) -> Project:
    fixed: dict[str, Any] = {"lead_time": 2, "spending_profile": (0.5, 0.5), "benefit": 9.0}
    return make_project(name, **(fixed | values))


def asked(*projects: Project, settings: dict[str, Any] | None = None, **tables: Any) -> Instance:
    """Instance whose works may go on after the plan, unless `settings` says otherwise."""
    fixed = {"spending_after_plan": True, "end_year": END}
    return make_instance(
        projects or (works(),), years=YEARS, settings=fixed | (settings or {}), **tables
    )


def yearly(fund: str, amounts: dict[int, float]) -> list[Inflow]:
    """Inflows of `fund` by year."""
    return [Inflow(fund=fund, year=year, value=value) for year, value in amounts.items()]


def paid_by(instance: Instance) -> dict[tuple[str, int], float]:
    """Payments of the best plan by source and year."""
    plan = best(instance).plan
    assert plan is not None
    found: dict[tuple[str, int], float] = {}
    for row in plan.payments:
        key = (row.source, row.year)
        found[key] = found.get(key, 0.0) + row.amount
    return found


LATE = {"earliest_start": 2022}
"""In 2022, so that 5 of 10 is spent in 2023, after the plan."""


def test_what_must_end_within_the_plan_begins_a_year_earlier_or_not_at_all() -> None:
    late = works(**LATE)
    assert best(asked(late, settings={"spending_after_plan": False})).starts == {}
    assert best(asked(late)).starts == {"a": 2022}


@pytest.mark.parametrize(
    ("setting", "word", "starts"),
    [(True, None, 1), (True, False, 0), (False, None, 0), (False, True, 1)],
)
def test_the_project_s_word_overrules_the_setting(
    setting: bool, word: bool | None, starts: int
) -> None:
    project = works(spending_after_plan=word, **LATE)
    found = best(asked(project, settings={"spending_after_plan": setting}))
    assert len(found.starts) == starts


def test_construction_and_benefits_count_in_the_years_after_the_plan() -> None:
    # Discount 10 %, escalation 2 %, bias 20 %: 5 x 1.02 / 1.1 + 5 x 1.02^2 / 1.21, times 1.2;
    # operates in 2024 and 2025: 9 / 1.1^3 + 9 / 1.1^4.
    instance = asked(
        works(optimism_bias=0.2, **LATE), settings={"discount_rate": 0.1, "cost_escalation": 0.02}
    )
    cost = 1.2 * (5 * 1.02 / 1.1 + 5 * 1.02**2 / 1.21)
    assert best(instance).objective == pytest.approx(9 / 1.1**3 + 9 / 1.1**4 - cost)


def test_what_the_appraisal_does_not_reach_is_not_begun() -> None:
    # Three years' works begun in 2022 spend until 2024.
    long = works(spending_profile=(0.4, 0.3, 0.3), lead_time=1, **LATE)
    assert best(asked(long, settings={"end_year": 2024})).starts == {"a": 2022}
    assert best(asked(long, settings={"end_year": 2023})).starts == {}


class TestFunds:
    def fund(self, **values: Any) -> dict[str, Any]:
        """Budget with 10 in 2022 and, carried on, 4 a year after the plan (10 x 0.4)."""
        return {
            "funds": [make_fund("budget", **values)],
            "inflows": yearly("budget", {2022: 10.0, 2023: 4.0}),
        }

    def test_cash_kept_and_the_inflow_of_the_year_pay(self) -> None:
        # 2022: 10 - 5 = 5 kept; 2023: 5 + 4 >= 5.
        assert paid_by(asked(works(**LATE), **self.fund())) == {
            ("budget", 2022): 5.0,
            ("budget", 2023): 5.0,
        }

    def test_what_carries_nothing_over_has_the_inflow_of_the_year_alone(self) -> None:
        assert best(asked(works(**LATE), **self.fund(carry_over=False))).starts == {}
        assert best(asked(works(**LATE), **self.fund(lapse_years=1))).starts == {}

    def test_a_minimum_balance_stays(self) -> None:
        # 8 + 10 - 5 = 13 at the plan's end, 13 + 0 - 5 = 8 after it; with 9.9 it would be 7.9.
        for inflow, starts in ((10.0, 1), (9.9, 0)):
            tables = {
                "funds": [make_fund("budget", opening_balance=8.0, minimum_balance=8.0)],
                "inflows": yearly("budget", {2022: inflow, 2023: 0.0}),
            }
            assert len(best(asked(works(**LATE), **tables)).starts) == starts

    def test_inflow_is_carried_on_with_growth_interest_and_certainty(self) -> None:
        # 2022: certain 0.5 x 12 = 6, 5 paid, 1 kept. 2023: 1 x 1.1 + 0.5 x 12 x 0.7 = 5.3.
        tables = {
            "funds": [make_fund("budget", certainty=0.5, interest_rate=0.1)],
            "inflows": yearly("budget", {2022: 12.0}),
        }
        money = {"tail_growth": -0.3}
        assert best(asked(works(**LATE), settings=money, **tables)).starts == {"a": 2022}
        tighter = {"tail_growth": -0.36}  # 1.1 + 6 x 0.64 = 4.94 < 5
        assert best(asked(works(**LATE), settings=tighter, **tables)).starts == {}

    def test_receipts_of_projects_pay_too(self) -> None:
        tables = {
            "funds": [make_fund("budget")],
            "inflows": yearly("budget", {2022: 5.0, 2023: 0.0}),
        }
        assert best(asked(works(**LATE), **tables)).starts == {}
        toll = make_receipt("a", 5.0, event="start", delay=1, years=1)
        assert best(asked(works(**LATE), receipts=[toll], **tables)).starts == {"a": 2022}

    def test_debt_is_served_first(self) -> None:
        # Old debt of 5 is due in 2023: 5 kept + 4 - 5 = 4 < 5 for works.
        old = {
            "pools": [make_pool("debt", region="budget")],
            "debt": [
                make_debt(2021, pool="debt", opening_balance=5.0),
                make_debt(2023, pool="debt", principal_due=5.0),
            ],
        }
        assert best(asked(works(**LATE), **self.fund(), **old)).starts == {}
        free = {**old, "pools": [make_pool("debt")]}
        assert best(asked(works(**LATE), **self.fund(), **free)).starts == {"a": 2022}

    def test_shares_of_a_source_envelopes_and_matching_hold_after_the_plan(self) -> None:
        grant = {
            "inflows": [
                *yearly("grant", {2022: 5.0, 2023: 5.0}),
                *yearly("own", {2022: 1.0, 2023: 1.0}),
            ]
        }

        def starts(**values: Any) -> int:
            funds = [make_fund("grant", kind="grant", **values), make_fund("own")]
            return len(best(asked(works(**LATE), funds=funds, **grant)).starts)

        assert starts() == 1
        assert (starts(max_share=0.9), starts(max_share=0.7)) == (1, 0)
        assert (starts(envelope=8.0), starts(envelope=7.9)) == (1, 0)
        assert (starts(matching=0.25), starts(matching=0.26)) == (1, 0)

    def test_what_is_reinvested_is_paid_within_the_plan(self) -> None:
        # Half of 12 received in 2022 is to be invested in the plan: only 5 are.
        tables = {
            "funds": [make_fund("budget", reinvest=0.5)],
            "inflows": yearly("budget", {2021: 0.0}),
        }
        sale = make_receipt("a", 12.0, event="start", years=1)
        assert best(asked(works(**LATE), receipts=[sale], **tables)).starts == {}
        less = make_receipt("a", 10.0, event="start", years=1)
        assert best(asked(works(**LATE), receipts=[less], **tables)).starts == {"a": 2022}


def test_nothing_is_issued_after_the_plan() -> None:
    bond = {"instruments": [make_bond("bond", tenor=3)], "debt": [make_debt(2021, ceiling=100.0)]}
    assert best(asked(works(**LATE), **bond)).starts == {}
    tables = {**bond, "funds": [make_fund("budget")]}
    tables["inflows"] = yearly("budget", {2022: 0.0, 2023: 5.0})
    assert paid_by(asked(works(**LATE), **tables)) == {("bond", 2022): 5.0, ("budget", 2023): 5.0}


def test_least_capital_counts_what_is_paid_after_the_plan() -> None:
    # Half of 10 is borrowed in the plan, half is own money after it: capital of 50 %, not of 60 %.
    tables = {
        "instruments": [make_bond("bond", tenor=3)],
        "funds": [make_fund("budget")],
        "inflows": yearly("budget", {2022: 0.0, 2023: 5.0}),
    }
    for ratio, starts in ((0.5, 1), (0.6, 0)):
        rule = [CapitalRatio(id="least", ratio=ratio)]
        instance = asked(works(**LATE), settings={"capital_ratios": rule}, **tables)
        assert len(best(instance).starts) == starts


def test_chosen_shares_hold_over_all_years() -> None:
    # The neighbour has money in 2023 alone; it may bear half of the 10 at most.
    towns = make_jurisdictions("east", "west")
    for most, starts in ((0.5, 1), (0.4, 0)):
        instance = asked(
            works(jurisdiction="east", **LATE),
            jurisdictions=towns,
            shares=[make_share("a", "west", None, max_share=most)],
            agreements=[make_agreement("a", shares="chosen")],
            funds=[make_fund("e", jurisdiction="east"), make_fund("w", jurisdiction="west")],
            inflows=[
                *yearly("e", {2022: 5.0, 2023: 0.0}),
                *yearly("w", {2023: 5.0}),
            ],
        )
        assert len(best(instance).starts) == starts


def test_conflicts_and_resources_speak_of_the_plan() -> None:
    pair = [works("a", **LATE), works("b", **LATE)]
    clash = [make_relation("works_conflict", ["a", "b"])]
    assert len(best(asked(*pair)).starts) == 2
    assert len(best(asked(*pair, relations=clash)).starts) == 1
    # 2 crews a year in works: those of 2023 count in no quota.
    crews = works(resources={"crew": 2.0}, **LATE)
    quota = make_resource("crew", 2.0, timing="construction", per_year=False)
    assert best(asked(crews, resources=[quota])).starts == {"a": 2022}


def test_committed_works_begun_before_the_plan_end_after_it() -> None:
    """Six years' works of 100 begun in 2020, 40 spent: 60 over the five years that are left."""
    profile = (0.1, 0.1, 0.2, 0.2, 0.2, 0.2)
    project = make_project(
        "line",
        100.0,
        50.0,
        stage="under_construction",
        started=2020,
        spent_to_date=40.0,
        lead_time=6,
        spending_profile=profile,
    )
    instance = asked(project, settings={"end_year": 2030})
    found = best(instance)
    assert found.plan is not None
    assert [(s.start, s.finish, s.opening) for s in found.plan.starts] == [(2021, 2025, 2026)]
    rest = [60 * share / 0.9 for share in profile[1:]]
    assert [row.amount for row in found.plan.payments] == pytest.approx(rest)
    assert found.objective == pytest.approx(5 * 50 - 60)


class TestVerifier:
    """Plans that break one thing after the plan."""

    def instance(self) -> Instance:
        return asked(
            works(**LATE),
            funds=[make_fund("budget")],
            inflows=yearly("budget", {2022: 5.0, 2023: 5.0}),
            instruments=[make_bond("bond", tenor=3)],
        )

    def laws(self, instance: Instance, *late: tuple[str, int, float]) -> set[str]:
        payments = [make_payment("a", 2022, 5.0, source="budget")]
        payments += [make_payment("a", year, amount, source=name) for name, year, amount in late]
        plan = make_plan(instance, [make_start(instance, "a", 2022)], payments)
        return {violation.law for violation in verify_plan(instance, plan).violations}

    def test_it_holds(self) -> None:
        assert self.laws(self.instance(), ("budget", 2023, 5.0)) == set()

    def test_what_is_not_paid_is_seen(self) -> None:
        assert self.laws(self.instance()) == {"sources_uses"}
        assert self.laws(self.instance(), ("budget", 2024, 5.0)) == {"sources_uses"}

    def test_debt_pays_nothing_then(self) -> None:
        found = self.laws(self.instance(), ("bond", 2023, 5.0))
        assert "sources_uses" in found

    def test_money_that_is_not_there_is_seen(self) -> None:
        poor = self.instance()
        rows = yearly("budget", {2022: 5.0, 2023: 4.0})
        tables = {name: getattr(poor, name) for name in Instance.model_fields}
        short = Instance(**(tables | {"inflows": tuple(rows)}))
        assert self.laws(short, ("budget", 2023, 5.0)) == {"service"}

    def test_a_plan_that_may_not_go_on_breaks_the_window(self) -> None:
        closed = asked(works(**LATE), settings={"spending_after_plan": False})
        plan = make_plan(closed, [make_start(closed, "a", 2022)], [make_payment("a", 2022, 5.0)])
        assert {v.law for v in verify_plan(closed, plan).violations} == {"window"}


class TestWindowsThatTheEndShuts:
    """What cannot be paid for in time is told with its years, and with what would be right."""

    def fault(self, project: Project, **settings: Any) -> InstanceError:
        with pytest.raises(InstanceError) as caught:
            asked(project, settings=settings)
        return caught.value

    @pytest.mark.parametrize("begun", [None, *range(2012, 2021)])
    def test_committed_works_with_any_begun_year(self, begun: int | None) -> None:
        """Nine years' works: those begun in 2014 or before end in the plan, the others after it."""
        project = make_project(
            "line",
            90.0,
            20.0,
            stage="under_construction",
            started=begun,
            lead_time=9,
            spending_profile=(1 / 9,) * 9,
        )
        left = 9 if begun is None else max(1, 9 - (2021 - begun))
        found = best(asked(project, settings={"end_year": 2031}))
        assert found.plan is not None
        assert found.plan.starts[0].finish == 2020 + left
        assert sum(row.amount for row in found.plan.payments) == pytest.approx(
            10.0 * left if begun is None or begun > 2012 else 0.0
        )
        if left <= 2:
            inside = best(asked(project, settings={"spending_after_plan": False, "end_year": 2031}))
            assert inside.objective == found.objective
        else:
            (problem,) = self.fault(project, spending_after_plan=False).findings
            assert f"{left} years from 2021 on, until {2020 + left}" in str(problem.message)
            assert "spending_after_plan" in str(problem.advice)
            assert f"{2020 + left}年" in problem.message.zh

    def test_the_appraisal_s_end_is_named_where_it_shuts_the_window(self) -> None:
        project = works(mandatory="must", spending_profile=(0.25,) * 4)
        (problem,) = self.fault(project, end_year=2023).findings
        assert "the appraisal ends in 2023" in str(problem.message)
        assert "end_year to 2024" in str(problem.advice)

    def test_a_window_that_something_else_shuts_says_so(self) -> None:
        project = works(mandatory="must", spending_profile=(0.25,) * 4, open_by=2021)
        (problem,) = self.fault(project, spending_after_plan=False).findings
        assert "its window is empty" in str(problem.message)


class TestReasons:
    """Why there is no plan, and why a project is left out, where the money after the plan lacks."""

    def poor(self, mandate: str = "no") -> Instance:
        """5 come in 2022 and 4 in 2023: 1 is short after the plan."""
        return asked(
            works(mandatory=mandate, **LATE),
            funds=[make_fund()],
            inflows=yearly("budget", {2022: 5.0, 2023: 4.0}),
        )

    def test_a_conflict_names_the_year_after_the_plan_and_what_is_short(self) -> None:
        report = find_conflict(build_formulation(self.poor("must")))
        found = {rule.rule: (rule.amount, rule.years) for rule in report.rules}
        assert report.is_minimal
        assert found["tail_service:budget"] == (pytest.approx(1.0), (2023,))
        chinese = conflict_lines(report.rules, "zh")
        assert "规划期后偿债和续建投资不超过budget的结余与收入：差额约1（2023年）" in chinese

    def test_whom_nobody_lends_after_the_plan_is_the_reason(self) -> None:
        instance = asked(works(**LATE), instruments=[make_bond("bond", tenor=3)])
        result = solve(instance, SolveOptions())
        plan = result.require_plan()
        (row,) = find_rejections(result.formulation, plan, bound=result.bound)
        assert (row.rule, row.year, row.amount) == ("sources_uses:region", 2023, pytest.approx(5.0))
