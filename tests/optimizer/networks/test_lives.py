"""What a project adds to a network ends with its asset: small networks, solved by hand.

Where nothing else is said the plan is 2021-2022, the appraisal ends in 2026 and nothing is
discounted. What starts in 2021 opens in 2022; with a life of n years it serves 2022 and the n - 1
years after: `W` is min(n, 5).
"""

from __future__ import annotations

from itertools import pairwise

import pytest

from infraplan.models.instance import Instance
from infraplan.models.network import LoadBlock, NetworkSettings
from infraplan.optimizer.analysis.service_value import changing_starts, project_worths
from infraplan.optimizer.report.frames import make_run
from infraplan.optimizer.report.network_drawing import draw_network
from infraplan.optimizer.report.network_tables import loading_table
from infraplan.optimizer.verify import recompute_plan
from tests.assertions import assert_breaks, assert_verified
from tests.builders import (
    edit,
    make_change,
    make_demand,
    make_instance,
    make_link,
    make_node,
    make_payment,
    make_plan,
    make_project,
    make_service,
    make_settings,
    make_start,
    make_target,
)
from tests.optimizer.engine import best
from tests.optimizer.networks.mini import blocks, network, service

TOWN = make_node("town", "zone")
WELL = make_node("well", "source", capacity=8.0)
TAPS = make_demand("taps", "town", 8.0, unserved_price=3.0)
MAIN = make_link("main", "well", "town", exists=False)


def weight(life: int) -> float:
    return float(min(life, 5))


def lasting(projects, nodes, links, demands, changes, **values) -> Instance:
    values.setdefault("end_year", 2026)
    settings = make_settings((2021, 2022), **values)
    return network(projects, nodes, links, demands, changes, settings=settings)


def must(name: str, cost: float, life: int, **values):
    fixed = {"mandatory": "must", "latest_start": 2021}
    return make_project(name, cost, lifetime=life, **(fixed | values))


# ------------------------------------------------------------- one link that works for some years


def pipe(*, life: int, start: int, cost: float, column: bool = False, **values) -> Instance:
    """A pipe of ten a year, as a link or as a benefit in a column."""
    years = (2026, 2035)
    settings = make_settings(years, end_year=2065, discount_rate=0.05)
    fixed = {"lead_time": 0, "lifetime": life, "earliest_start": start, "latest_start": start}
    if column:
        return make_instance([make_project("p", cost, 10.0, **fixed, **values)], settings=settings)
    return network(
        [make_project("p", cost, **fixed, **values)],
        [make_node("src", "source", capacity=100.0), make_node("z", "zone")],
        [make_link("pipe", "src", "z", exists=False, capacity=100.0)],
        [make_demand("dz", "z", 10.0, unserved_price=1.0)],
        [make_change("p", "pipe")],
        settings=settings,
    )


@pytest.mark.parametrize("column", [False, True])
def test_a_year_of_service_does_not_pay_for_a_link(column: bool) -> None:
    # Worth 10 / 1.05^9 = 6.446, for 100 / 1.05^9 = 64.461.
    free = best(pipe(life=1, start=2035, cost=100.0, column=column))
    assert free.starts == {}
    assert free.objective == 0.0
    forced = best(pipe(life=1, start=2035, cost=100.0, column=column, mandatory="must"))
    assert forced.objective == pytest.approx((10.0 - 100.0) / 1.05**9)
    assert forced.objective == pytest.approx(6.446 - 64.461, abs=1e-3)


@pytest.mark.parametrize("life", [1, 2, 7, 30, 31, 40, 60])
@pytest.mark.parametrize("start", [2026, 2031, 2035])
def test_service_is_worth_what_the_same_benefit_in_a_column_is(life: int, start: int) -> None:
    values = [
        best(pipe(life=life, start=start, cost=60.0, column=column, mandatory="must")).objective
        for column in (False, True)
    ]
    assert values[0] == pytest.approx(values[1], rel=1e-9)


def test_an_asset_that_dies_within_the_plan_serves_in_its_years() -> None:
    # Opened in 2022 for two years: 2022 and 2023, whatever years a search begins with.
    settings = make_settings((2021, 2025), end_year=2027, representative_years=[2022, 2025])
    changes = [make_change("pipe", "main")]
    found = best(
        network([must("pipe", 5.0, 2)], [WELL, TOWN], [MAIN], [TAPS], changes, settings=settings)
    )
    assert found.objective == pytest.approx(24.0 * 2.0 - 5.0)
    years = [row.year for row in found.plan.service if row.measure == "cost"]
    assert years == [2021, 2022, 2023, 2024, 2025]


# ------------------------------------------------------------- every kind of element and change


@pytest.mark.parametrize("life", [1, 2, 4, 5, 30])
def test_an_upgrade_dies_while_its_link_lives(life: int) -> None:
    # The main carries 5 of 8; the upgrade 3 more at 3 each. Afterwards the main still carries 5.
    found = best(
        lasting(
            [must("wider", 1.0, life)],
            [WELL, TOWN],
            [make_link("main", "well", "town", capacity=5.0)],
            [TAPS],
            [make_change("wider", "main", "add_capacity", 3.0)],
        )
    )
    assert found.objective == pytest.approx(9.0 * weight(life) - 1.0)
    if life < 5:
        end = 2022 + life
        assert service(found.plan, "taps", "served", year=end) == pytest.approx(5.0)
        assert service(found.plan, "main", "loading", year=end) == pytest.approx(1.0)


def test_two_changes_of_one_link_have_lives_of_their_own() -> None:
    # 3 a year more for two years, 2 a year more for four, of 8 that are wanted and 2 that come.
    found = best(
        lasting(
            [must("one", 1.0, 2), must("two", 1.0, 4)],
            [WELL, TOWN],
            [make_link("main", "well", "town", capacity=2.0)],
            [TAPS],
            [
                make_change("one", "main", "add_capacity", 3.0),
                make_change("two", "main", "add_capacity", 2.0),
            ],
        )
    )
    assert found.objective == pytest.approx(9.0 * weight(2) + 6.0 * weight(4) - 2.0)
    years = {row.year for row in found.plan.service if row.measure == "cost"}
    assert years == {2021, 2022, 2024, 2026}


def test_a_link_that_two_projects_open_lives_as_long_as_one_of_them() -> None:
    changes = [make_change("one", "main"), make_change("two", "main")]
    projects = [must("one", 1.0, 2), must("two", 1.0, 4)]
    found = best(lasting(projects, [WELL, TOWN], [MAIN], [TAPS], changes))
    assert found.objective == pytest.approx(24.0 * weight(4) - 2.0)


def test_a_mended_leak_leaks_again() -> None:
    found = best(
        lasting(
            [must("leaks", 4.0, 3)],
            [WELL, TOWN],
            [make_link("main", "well", "town", loss=0.25)],
            [TAPS],
            [make_change("leaks", "main", "set_loss", 0.0)],
        )
    )
    assert found.objective == pytest.approx(6.0 * weight(3) - 4.0)
    assert service(found.plan, "taps", "served", year=2025) == pytest.approx(6.0)


def test_a_plant_dies() -> None:
    # 6 a year at 1 instead of unserved at 20.
    found = best(
        lasting(
            [must("g", 5.0, 3)],
            [
                make_node("g", "plant", "p", capacity=6.0, cost=1.0, exists=False),
                make_node("z", "zone", "p"),
            ],
            [make_link("gz", "g", "z", "p")],
            [make_demand("load", "z", 6.0, "p", unserved_price=20.0)],
            [make_change("g", "g")],
        )
    )
    assert found.objective == pytest.approx(6.0 * 19.0 * weight(3) - 5.0)


def test_a_storage_dies() -> None:
    # As in test_minis: 120 a year while it lives.
    both = blocks(
        "p", LoadBlock(id="peak", weight=2.0), LoadBlock(id="base", weight=2.0, demand_factor=0.2)
    )
    found = best(
        lasting(
            [must("pumped", 5.0, 2)],
            [
                make_node("g", "plant", "p", capacity=6.0, cost=1.0),
                make_node("s", "storage", "p", capacity=4.0, efficiency=0.8, exists=False),
                make_node("z", "zone", "p"),
            ],
            [make_link("gz", "g", "z", "p"), make_link("sz", "s", "z", "p", both_ways=True)],
            [make_demand("load", "z", 10.0, "p", unserved_price=20.0)],
            [make_change("pumped", "s")],
            networks=[both],
        )
    )
    assert found.objective == pytest.approx(120.0 * weight(2) - 5.0)
    assert service(found.plan, "s", "discharge", "peak") == pytest.approx(3.2)
    assert service(found.plan, "s", "discharge", "peak", 2024) == 0.0


def test_a_supplier_dies_and_with_it_what_it_supplies() -> None:
    # The pump lives, its power line does not: water ends with the power.
    nodes = [
        make_node("g", "plant", "p", capacity=1.0),
        make_node("bus", "zone", "p"),
        WELL,
        make_node("pump", capacity=10.0, supplier="bus"),
        TOWN,
    ]
    links = [
        make_link("line", "g", "bus", "p", exists=False),
        make_link("a", "well", "pump"),
        make_link("b", "pump", "town"),
    ]
    demands = [TAPS, make_demand("motor", "bus", 1.0, "p", unserved_price=0.0)]
    found = best(
        lasting([must("line", 5.0, 2)], nodes, links, demands, [make_change("line", "line")])
    )
    assert found.objective == pytest.approx(24.0 * weight(2) - 5.0)
    # Both networks tell of the year after.
    told = [(row.network, row.year) for row in found.plan.service if row.measure == "cost"]
    assert sorted(told) == [(name, year) for name in "pw" for year in (2021, 2022, 2024)]
    assert service(found.plan, "taps", "served", year=2024) == 0.0


def test_a_line_that_obeys_angles_dies() -> None:
    # Two equal lines share 4; after the second one is gone the first carries its 2.
    found = best(
        lasting(
            [must("second", 1.0, 2)],
            [make_node("g", "plant", "p", capacity=4.0), make_node("z", "zone", "p")],
            [
                make_link("one", "g", "z", "p", capacity=2.0, reactance=0.1),
                make_link("two", "g", "z", "p", capacity=2.0, reactance=0.1, exists=False),
            ],
            [make_demand("load", "z", 4.0, "p", unserved_price=5.0)],
            [make_change("second", "two")],
        )
    )
    assert found.objective == pytest.approx(10.0 * weight(2) - 1.0)
    assert service(found.plan, "one", "flow", year=2024) == pytest.approx(2.0)


@pytest.mark.parametrize("alpha", [0.0, 1.0])
def test_an_opened_road_closes_again(alpha: float) -> None:
    # 4 trips: 10 minutes on the old road, 4 on the new one, which may be slow: 4 (1 + 4/4).
    slow = {"bpr_alpha": alpha, "bpr_beta": 1.0, "capacity": 4.0} if alpha else {}
    found = best(
        lasting(
            [must("road", 1.0, 2)],
            [make_node(name, network="t") for name in "ab"],
            [
                make_link("old", "a", "b", "t", time=10.0),
                make_link("new", "a", "b", "t", time=4.0, exists=False, **slow),
            ],
            [make_demand("trip", "a", 4.0, "t", to_node="b", value_of_time=1.0, must_serve=True)],
            [make_change("road", "new")],
        )
    )
    # Slow: the last of v trips on the new road costs 4 + 2 v, so v = 3 there and 1 on the old one.
    saved = 4 * 6.0 if not alpha else 3 * (10.0 - 7.0)
    assert found.objective == pytest.approx(saved * weight(2) - 1.0, rel=1e-6)


def test_a_from_year_after_the_plan_counts_from_then_on() -> None:
    changes = [
        make_change("wider", "main", "close_during_works", 0.5),
        make_change("wider", "main", "add_capacity", 3.0, from_year=2023),
    ]
    link = make_link("main", "well", "town", capacity=5.0)
    found = best(lasting([must("wider", 1.0, 2)], [WELL, TOWN], [link], [TAPS], changes))
    # Half of the main is closed in 2021: 2.5 at 3 are lost. What is added serves in 2023 alone,
    # the last year of its life: 3 at 3.
    assert found.objective == pytest.approx(-1.0 - 7.5 + 9.0)


def test_what_opens_after_the_plan_serves_from_then_on() -> None:
    # Begun in 2022, open in 2024 for two years, at 24 a year.
    late = must("pipe", 5.0, 2, lead_time=2, earliest_start=2022, latest_start=2022)
    found = best(lasting([late], [WELL, TOWN], [MAIN], [TAPS], [make_change("pipe", "main")]))
    assert found.objective == pytest.approx(2 * 24.0 - 5.0)
    rows = {row.year: row.value for row in found.plan.service if row.measure == "cost"}
    assert rows[2022] == pytest.approx(24.0)
    assert rows.get(2024, 0.0) == pytest.approx(0.0)
    assert rows[2026] == pytest.approx(24.0)


def test_works_of_the_last_year_close_nothing_after_they_have_ended() -> None:
    # The main of 8 is closed by half in 2022 and 2023; from 2024 to 2026 it serves all again.
    link = make_link("main", "well", "town", capacity=8.0)
    change = make_change("repair", "main", "close_during_works", 0.5)
    late = must("repair", 1.0, 30, lead_time=2, earliest_start=2022, latest_start=2022)
    found = best(lasting([late], [WELL, TOWN], [link], [TAPS], [change]))
    assert found.objective == pytest.approx(-1.0 - 2 * 12.0)


# ------------------------------------------------------------------------- what must be served


def test_a_plan_is_one_though_what_must_be_served_dies_after_it() -> None:
    must_serve = make_demand("taps", "town", 8.0, must_serve=True)
    well = edit(WELL, cost=0.5, minimum_output=2.0)
    pipes = [make_change("pipe", "main")]
    found = best(lasting([must("pipe", 1.0, 2)], [well, TOWN], [MAIN], [must_serve], pipes))
    # Without projects nothing obeys the laws and the baseline is 0; service costs 4 a year.
    assert found.objective == pytest.approx(-4.0 * weight(2) - 1.0)
    assert service(found.plan, "taps", "unserved", year=2024) == pytest.approx(8.0)


def test_what_could_be_served_without_projects_must_be_after_them() -> None:
    # The old well serves at 2 a unit, the new one at 0.5; when it is gone the old one must.
    must_serve = make_demand("taps", "town", 8.0, must_serve=True)
    old = make_node("old", "source", capacity=8.0, cost=2.0)
    found = best(
        lasting(
            [must("pipe", 1.0, 2)],
            [old, edit(WELL, cost=0.5), TOWN],
            [make_link("old_main", "old", "town"), MAIN],
            [must_serve],
            [make_change("pipe", "main")],
        )
    )
    assert found.objective == pytest.approx(12.0 * weight(2) - 1.0)
    assert service(found.plan, "taps", "served", year=2024) == pytest.approx(8.0)


# ---------------------------------------------------------------------------- what reads networks


@pytest.mark.parametrize(("life", "reached"), [(1, 0.0), (2, 8.0)])
def test_a_target_reads_what_lives(life: int, reached: float) -> None:
    settings = make_settings((2021, 2023), representative_years=[2022, 2023])
    found = best(
        network(
            [must("pipe", 1.0, life)],
            [WELL, TOWN],
            [MAIN],
            [TAPS],
            [make_change("pipe", "main")],
            settings=settings,
            targets=[make_target("water", "served:taps", 8.0, 2023)],
        )
    )
    (row,) = found.plan.targets
    assert row.achieved == pytest.approx(reached)


def test_the_worth_of_one_project_ends_with_it() -> None:
    projects = [must("one", 1.0, 2), must("two", 1.0, 4)]
    changes = [
        make_change("one", "main", "add_capacity", 3.0),
        make_change("two", "main", "add_capacity", 2.0),
    ]
    link = make_link("main", "well", "town", capacity=2.0)
    instance = lasting(projects, [WELL, TOWN], [link], [TAPS], changes)
    worths = project_worths(instance, best(instance).plan)
    assert {row.project: row.worth for row in worths} == {
        "one": pytest.approx(9.0 * weight(2)),
        "two": pytest.approx(6.0 * weight(4)),
    }


def test_at_equilibrium_no_program_of_directed_flows_values_projects() -> None:
    changes = [make_change("one", "main", "add_capacity", 3.0)]
    link = make_link("main", "well", "town", capacity=2.0)
    instance = lasting([must("one", 1.0, 2)], [WELL, TOWN], [link], [TAPS], changes)
    plan = best(instance).plan
    assert [start.project for start in changing_starts(instance, plan)] == ["one"]
    row = instance.network_settings("w")
    roads = edit(instance.settings, networks=(edit(row, law="equilibrium"),))
    assert changing_starts(instance.model_copy(update={"settings": roads}), plan) == ()


@pytest.mark.parametrize(
    ("left", "known"),
    [
        # Before anything is built, then before and after each project: the first takes 4 s.
        ([9.0, 9.0, 5.0, 5.0, 1.0], {"one", "two"}),
        ([9.0, 9.0, 5.0, 3.9], {"one"}),
        ([9.0, 0.0], set()),
        ([0.0], set()),
    ],
)
def test_worths_end_with_their_time(left: list[float], known: set[str]) -> None:
    """Nothing is begun that would take longer than is left, as far as those before it tell."""
    instance = lasting(
        [must("one", 1.0, 2), must("two", 1.0, 4)],
        [WELL, TOWN],
        [make_link("main", "well", "town", capacity=2.0)],
        [TAPS],
        [
            make_change("one", "main", "add_capacity", 3.0),
            make_change("two", "main", "add_capacity", 2.0),
        ],
    )
    told = iter(left)
    worths = project_worths(instance, best(instance).plan, lambda: next(told))
    assert {row.project for row in worths} == known
    assert next(told, None) is None


def test_the_verifier_sees_service_after_an_end_of_life() -> None:
    """A plan made with a longer life claims flows and a worth that the asset does not give."""
    instances = [
        lasting(
            [must("pipe", 5.0, life)], [WELL, TOWN], [MAIN], [TAPS], [make_change("pipe", "main")]
        )
        for life in (2, 3, 30)
    ]
    plans = [best(instance).plan for instance in instances]
    for instance, plan in zip(instances, plans, strict=True):
        assert_verified(instance, plan)
    for short, long in pairwise(range(3)):
        assert_breaks(instances[short], plans[long], "network", "objective")
    # Flows in the year after the end are no way round it: nothing is open there.
    plan = plans[0]
    wet = [row for row in plan.service if row.year == 2022 and row.block]
    moved = [edit(row, year=2024) for row in wet if row.measure in ("flow", "output", "served")]
    rest = [row for row in plan.service if not (row.year == 2024 and row.block)]
    forged = recompute_plan(instances[0], edit(plan, service=(*rest, *moved)))
    assert_breaks(instances[0], forged, "link_capacity")


def test_a_report_shows_what_lives_in_the_years_that_it_shows() -> None:
    settings = make_settings((2021, 2024), end_year=2026, representative_years=[2022, 2024])
    changes = [make_change("pipe", "main")]
    link = edit(MAIN, capacity=8.0)
    instance = network(
        [must("pipe", 5.0, 1)], [WELL, TOWN], [link], [TAPS], changes, settings=settings
    )
    plan = best(instance).plan
    run = make_run(instance, plan, {})
    absent = 'stroke-dasharray="5 4"'
    assert absent not in draw_network(run, "w", 2022)
    assert absent in draw_network(run, "w", 2024)
    # Every year is in the plan's service; tables speak of the representative ones.
    assert {row.year for row in plan.service} == {2021, 2022, 2023, 2024}
    assert list(loading_table(run).frame["year"]) == [2022]


def test_a_drawing_shows_what_stands_in_the_years_that_it_lives() -> None:
    """Opened in 2020 for three years; it is none of what the plan opened."""
    stood = make_project("pipe", 5.0, stage="complete", opened=2020, lifetime=3)
    link = edit(MAIN, capacity=8.0)
    settings = make_settings((2021, 2024), representative_years=[2022, 2024])
    changes = [make_change("pipe", "main")]
    instance = network([stood], [WELL, TOWN], [link], [TAPS], changes, settings=settings)
    run = make_run(instance, best(instance).plan, {})
    absent = 'stroke-dasharray="5 4"'
    assert absent not in draw_network(run, "w", None)
    assert absent not in draw_network(run, "w", 2022)
    assert absent in draw_network(run, "w", 2024)


# -------------------------------------------------------------------------- roads at equilibrium


def roads(life: int) -> Instance:
    """4 trips: the old road takes 10 minutes at any volume, the new one 4 (1 + v/4)."""
    return lasting(
        [must("road", 1.0, life)],
        [make_node(name, network="t") for name in "ab"],
        [
            make_link("old", "a", "b", "t", time=10.0),
            make_link(
                "new",
                "a",
                "b",
                "t",
                time=4.0,
                capacity=4.0,
                bpr_alpha=1.0,
                bpr_beta=1.0,
                exists=False,
            ),
        ],
        [make_demand("trip", "a", 4.0, "t", to_node="b", value_of_time=1.0)],
        [make_change("road", "new")],
        networks=[NetworkSettings(id="t", law="equilibrium")],
    )


def test_a_road_at_equilibrium_closes_again() -> None:
    # All 4 take the new road: 8 minutes each instead of 10. From 2024 on it is closed.
    instance = roads(life=2)
    start = [make_start(instance, "road", 2021)]
    payment = [make_payment("road", 2021, 1.0)]
    flows = [
        make_service("t", "old", "flow_before", 2021, 4.0),
        make_service("t", "old", "flow", 2021, 4.0),
        make_service("t", "old", "flow_before", 2022, 4.0),
        make_service("t", "new", "flow", 2022, 4.0),
        make_service("t", "old", "flow", 2024, 4.0),
    ]
    plan = make_plan(instance, start, payment, service=flows)
    assert_verified(instance, plan)
    assert plan.objective == pytest.approx(8.0 * weight(2) - 1.0)
    still = [*flows[:4], make_service("t", "new", "flow", 2024, 4.0)]
    plan = make_plan(instance, start, payment, service=still)
    assert_breaks(instance, plan, "equilibrium")
    longer = roads(life=5)
    plan = make_plan(longer, start, payment, service=flows[:4])
    assert_verified(longer, plan)
    assert plan.objective == pytest.approx(8.0 * weight(5) - 1.0)
