"""Money that a plan leaves, and what one more unit is worth: by hand, and against the verifier.

The fund of these tests has 10 at the start and 20 in each of 2021 to 2024.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from infraplan.models.instance import Instance
from infraplan.models.plan import Plan
from infraplan.models.project import Project
from infraplan.optimizer.accounts.money_left import LeftKind, LeftRow, came_in, money_left
from infraplan.optimizer.analysis.money_record import money_record
from infraplan.optimizer.analysis.money_worth import (
    ESTIMATE,
    NO_MONEY_COUNTS,
    NO_TIME,
    money_worth,
)
from infraplan.optimizer.solve import solve
from infraplan.optimizer.solve_result import SolveOptions
from infraplan.optimizer.verify import verify_manifest
from tests.builders import (
    REGION,
    edit,
    make_bond,
    make_debt,
    make_fund,
    make_inflows,
    make_instance,
    make_policy,
    make_pool,
    make_project,
)
from tests.oracle.generate import random_instance


def one_fund(*costs: float, benefit: float = 5.0, **fund: float) -> Instance:
    """Projects that must be built in the first year, and one fund."""
    projects = [
        make_project(f"p{k}", cost, benefit, mandatory="must", latest_start=2021)
        for k, cost in enumerate(costs)
    ]
    return make_instance(
        projects,
        funds=[make_fund(opening_balance=10.0, **fund)],
        inflows=make_inflows("budget", 2021, 20.0, 20.0, 20.0, 20.0),
    )


def solved(instance: Instance) -> Plan:
    plan = solve(instance, SolveOptions(gap=0.0)).plan
    assert plan is not None
    return plan


def rows(instance: Instance) -> dict[tuple[str, int], float]:
    """Amounts by kind and year."""
    return {
        (row.kind.value, row.year): pytest.approx(row.amount)
        for row in money_left(instance, solved(instance))
    }


def test_what_nothing_needs_is_left_since_the_year_in_which_it_came() -> None:
    # 25 of the 30 of 2021 are spent: 5 stay from 2021 on, and the 20 of every later year.
    instance = one_fund(25.0)
    assert rows(instance) == {
        ("fund", 2021): 5.0,
        ("fund", 2022): 20.0,
        ("fund", 2023): 20.0,
        ("fund", 2024): 20.0,
    }
    assert came_in(solved(instance)) == pytest.approx(90.0)


def test_what_a_later_year_needs_is_not_left_before_it() -> None:
    # 5 are spent in 2021 and 65 in 2023: of the 70 that came by 2023 nothing stays before 2024.
    late = make_project("late", 65.0, 5.0, mandatory="must", earliest_start=2023, latest_start=2023)
    first = one_fund(5.0)
    instance = make_instance([*first.projects, late], funds=first.funds, inflows=first.inflows)
    assert rows(instance) == {("fund", 2024): 20.0}


def test_what_must_remain_is_not_left() -> None:
    assert rows(one_fund(25.0, minimum_balance=5.0)) == {
        ("fund", 2022): 20.0,
        ("fund", 2023): 20.0,
        ("fund", 2024): 20.0,
    }


def test_what_lapses_is_left_in_the_year_in_which_it_is_lost() -> None:
    # Nothing carries over: 5 of 2021 and all of the later years are lost at once.
    assert rows(one_fund(25.0, carry_over=False)) == {
        ("lapsed", 2021): 5.0,
        ("lapsed", 2022): 20.0,
        ("lapsed", 2023): 20.0,
        ("lapsed", 2024): 20.0,
    }
    # Money lapses a year after it came: what 2021 leaves in 2022, and what 2024 brings stays.
    assert rows(one_fund(25.0, lapse_years=1)) == {
        ("lapsed", 2022): 5.0,
        ("lapsed", 2023): 20.0,
        ("lapsed", 2024): 20.0,
        ("fund", 2024): 20.0,
    }


def test_interest_counts_in_the_year_that_earns_it() -> None:
    # Cash of 2021: (10 + 1) + 20 - 25 = 6, which grows by itself and is told once.
    instance = one_fund(25.0, interest_rate=0.1)
    assert rows(instance) == {
        ("fund", 2021): 6.0,
        ("fund", 2022): 20.0,
        ("fund", 2023): 20.0,
        ("fund", 2024): 20.0,
    }


def test_debt_after_the_plan_keeps_the_money_that_serves_it() -> None:
    # A bond of 15 repaid in 2026, after the plan, by a fund without any inflow then: 15 of the 25
    # that are left at the end are not free.
    instance = make_instance(
        [make_project("p", 20.0, 5.0, mandatory="must", latest_start=2021)],
        funds=[make_fund(opening_balance=5.0)],
        inflows=[
            *make_inflows("budget", 2021, 0.0, 0.0, 0.0, 25.0),
            *make_inflows("budget", 2025, 0.0),
        ],
        instruments=[make_bond()],
        pools=[make_pool(**{REGION: "budget"})],
        debt=[make_debt(2021, new_quota=40.0, ceiling=30.0)],
    )
    assert rows(instance) == {("fund", 2024): 10.0, ("quota", 2021): 15.0}
    record = money_record(instance, solved(instance))
    assert record["quota_left"] == pytest.approx(15.0)  # the ceiling leaves no more of 25
    assert record["left"] == pytest.approx(10.0)
    assert record["share"] == pytest.approx(10.0 / 30.0)


def test_caps_on_spending_leave_their_room() -> None:
    instance = make_instance(
        [make_project("p", 20.0, 5.0, mandatory="must", latest_start=2021)],
        policies=[
            make_policy("spend_cap", 50.0, id="all"),
            make_policy("spend_cap", 20.0, id="each", per_year=True, to_year=2022),
        ],
    )
    found = money_left(instance, solved(instance))
    assert found == (
        LeftRow(LeftKind.CAP, "all", "", 2024, pytest.approx(30.0)),
        LeftRow(LeftKind.CAP, "each", "", 2022, pytest.approx(20.0)),
    )


def two_roads(*others: Project) -> Instance:
    """Two roads of 60 that 80 cannot pay for, with a present value of 0.4 for each unit."""
    roads = [
        make_project(name, 60.0, 0.84, lifetime=100, earliest_start=2024) for name in ("a", "b")
    ]
    return make_instance(
        [*roads, *others],
        settings={"discount_rate": 0.0, "end_year": 2124},
        funds=[make_fund()],
        inflows=make_inflows("budget", 2021, 20.0, 20.0, 20.0, 20.0),
    )


def worth_of(instance: Instance) -> dict[tuple[str, int], float]:
    worth = money_worth(solve(instance, SolveOptions(gap=0.0)), 10.0)
    assert worth.status == ESTIMATE
    return {(key[1], key[3]): value for key, value in worth.by_source.items()}


def test_the_worth_of_money_is_the_gain_of_the_relaxation() -> None:
    # A share of a road brings 4 for 10 in price-year money, without discounting: each unit 0.4 of
    # net value, wherever the money comes in by 2024.
    result = solve(two_roads(), SolveOptions(gap=0.0))
    worth = money_worth(result, 10.0)
    assert worth.status == ESTIMATE
    assert worth.by_source == {
        (LeftKind.FUND, "budget", REGION, year): pytest.approx(0.4) for year in range(2021, 2025)
    }
    assert money_worth(result, 0.0).status == NO_TIME


def test_the_worth_of_money_is_not_begun_with_less_time_than_building_took() -> None:
    by_seconds = SolveOptions(gap=0.0, deterministic=False)
    result = replace(solve(two_roads(), SolveOptions(gap=0.0)), options=by_seconds, build_s=8.0)
    assert money_worth(result, 7.9).status == NO_TIME
    assert money_worth(result, 20.0).status == ESTIMATE
    by_work = replace(result, options=replace(by_seconds, deterministic=True))
    assert money_worth(by_work, 7.9).status == ESTIMATE


def test_what_can_never_be_paid_makes_money_no_dearer() -> None:
    # 100 is more than the fund ever has, whatever shares of it the relaxation would build.
    palace = make_project("palace", 100.0, 50.0, lifetime=100, earliest_start=2024)
    assert worth_of(two_roads(palace)) == worth_of(two_roads())
    alone = make_instance(
        [palace],
        settings={"discount_rate": 0.0, "end_year": 2124},
        funds=[make_fund()],
        inflows=make_inflows("budget", 2021, 20.0, 20.0, 20.0, 20.0),
    )
    assert worth_of(alone) == {}


def test_what_its_own_fund_cannot_pay_makes_that_money_no_dearer() -> None:
    # The payer has 120 in all, of which the palace may use the grant of 40 alone.
    palace = make_project("palace", 50.0, 50.0, lifetime=100, earliest_start=2024)
    grant = make_fund("grant", projects=("palace",))
    kept = make_fund("budget", projects=("a", "b"))
    instance = two_roads(palace)
    given = edit(
        instance,
        funds=(kept, grant),
        inflows=(*instance.inflows, *make_inflows("grant", 2021, 40.0)),
    )
    assert {source for source, _ in worth_of(given)} == {"budget"}


def test_money_that_nothing_asks_for_is_worth_nothing() -> None:
    worth = money_worth(solve(one_fund(25.0), SolveOptions(gap=0.0)), 10.0)
    assert (worth.status, dict(worth.by_source)) == (ESTIMATE, {})


def test_money_counts_for_nothing_where_years_do() -> None:
    instance = one_fund(25.0)
    settings = instance.settings.model_copy(update={"objective": "makespan"})
    counted = instance.model_copy(update={"settings": settings})
    result = replace(solve(instance, SolveOptions(gap=0.0)), instance=counted)
    assert money_worth(result, 10.0).status == NO_MONEY_COUNTS


def test_the_verifier_reads_the_same_of_random_plans() -> None:
    """The record of a run is recomputed from the plan by code that shares nothing with it."""
    left = lapsed = quotas = 0
    for seed in range(24):
        instance = random_instance(seed)
        result = solve(instance, SolveOptions(gap=0.0))
        if result.plan is None:
            continue
        record = money_record(instance, result.plan)
        manifest = {"money": record}
        assert not _of_money(instance, result.plan, manifest), seed
        kinds = {row["kind"] for row in record["rows"]}
        left, lapsed = left + ("fund" in kinds), lapsed + ("lapsed" in kinds)
        quotas += "quota" in kinds
        for row in record["rows"]:
            forged = record | {
                "rows": [
                    other | {"left": other["left"] + 1.0} if other is row else other
                    for other in record["rows"]
                ]
            }
            assert _of_money(instance, result.plan, {"money": forged})
            break
    assert min(left, lapsed, quotas) > 2, (left, lapsed, quotas)


def test_what_is_rounding_beside_all_money_is_in_neither_record() -> None:
    # 1e9 come in, of which 600 are left in 2021 and 5,000 in 2024: a millionth is 1,000.
    instance = make_instance(
        [
            make_project("a", 1e8 - 600.0, 1e7, mandatory="must", latest_start=2021),
            make_project(
                "b", 9e8 - 5_000.0, 1e8, mandatory="must", earliest_start=2024, latest_start=2024
            ),
        ],
        funds=[make_fund()],
        inflows=make_inflows("budget", 2021, 1e8, 0.0, 0.0, 9e8),
    )
    plan = solved(instance)
    record = money_record(instance, plan)
    assert record["left"] == pytest.approx(5_000.0, rel=1e-3)
    assert not _of_money(instance, plan, {"money": record})


def _of_money(instance: Instance, plan: Plan, manifest: dict[str, object]) -> list[str]:
    """Violations about the key `money`; the other keys of such a manifest are missing."""
    others = {"instance_hash", "instance", "objective", "num_projects", "num_selected"}
    others |= {"gap", "solution_state", "bound", "certified_gap"}
    found = verify_manifest(instance, plan, manifest, "")
    return [str(row) for row in found if row.subject not in others]


@pytest.mark.parametrize(
    ("key", "value"), [("left", 1.0), ("came_in", 0.0), ("lapsed", 2.0), ("quota_left", 1.0)]
)
def test_a_forged_sum_is_found(key: str, value: float) -> None:
    instance = one_fund(25.0)
    plan = solved(instance)
    record = dict(money_record(instance, plan))
    assert not _of_money(instance, plan, {"money": record})
    assert _of_money(instance, plan, {"money": record | {key: value}})
    assert _of_money(instance, plan, {"money": {"rows": 3}})
