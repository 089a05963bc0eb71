"""User equilibrium and network design at equilibrium: textbook networks, and published ones."""

from __future__ import annotations

import itertools
import re
from pathlib import Path

import numpy as np
import pytest

from infraplan.models.network import FlowLaw, NetworkSettings
from infraplan.optimizer.assignment import UnreachableDemandError, system_optimum, user_equilibrium
from infraplan.optimizer.assignment.road_network import Arcs, road_network
from infraplan.optimizer.benchmark import benchmark_of
from infraplan.optimizer.engines.contract import EngineRefusalError
from infraplan.optimizer.interop.dndp import import_dndp
from infraplan.optimizer.interop.tntp import import_tntp
from infraplan.optimizer.solve import solve
from infraplan.optimizer.solve_result import SolveOptions, SolveResult
from infraplan.optimizer.status import Termination
from infraplan.optimizer.verify import verify_plan
from tests.assertions import assert_verified, broken_laws
from tests.builders import (
    edit,
    make_change,
    make_demand,
    make_fund,
    make_inflows,
    make_instance,
    make_link,
    make_node,
    make_project,
    make_resource,
    make_settings,
)


def arcs(rows: list[tuple[str, str, float, float, float, float]]) -> Arcs:
    """Arcs by tail, head, free time, capacity, alpha, beta."""
    tail, head, time, capacity, alpha, beta = zip(*rows, strict=True)
    names = [f"{a}{b}{n}" for n, (a, b) in enumerate(zip(tail, head, strict=True))]
    return Arcs(names, tail, head, time, capacity, alpha, beta)


# Braess, "Über ein Paradoxon aus der Verkehrsplanung" (1968), in the numbers of most textbooks:
# times 10 v, 50 + v, 50 + v, 10 v and, on the new road, 10 + v, for 6 trips. `f (1 + a v/c)` with
# f = 1e-8 stands for 10 v.
TINY = 1e-8
BRAESS = [
    ("s", "a", TINY, 1.0, 10.0 / TINY, 1.0),
    ("s", "b", 50.0, 1.0, 1.0 / 50.0, 1.0),
    ("a", "t", 50.0, 1.0, 1.0 / 50.0, 1.0),
    ("b", "t", TINY, 1.0, 10.0 / TINY, 1.0),
    ("a", "b", 10.0, 1.0, 1.0 / 10.0, 1.0),
]


def test_what_has_no_time_left_is_an_equilibrium_but_a_less_sharp_one() -> None:
    rng = np.random.default_rng(7)
    names = [f"n{k}" for k in range(12)]
    pairs = [(a, b) for a in names for b in names if a != b and rng.random() < 0.4]
    pairs += [(a, b) for a, b in zip(names, names[1:] + names[:1], strict=True)]
    table = [(a, b, float(rng.uniform(1.0, 9.0)), 20.0, 0.15, 4.0) for a, b in pairs]
    trips = {(a, b): 9.0 for a in names[:5] for b in names[6:]}
    network = road_network(arcs(table), trips)
    sharp = user_equilibrium(network, relative_gap=1e-12)
    hurried = user_equilibrium(network, relative_gap=1e-12, is_over=lambda: True)
    assert sharp.relative_gap <= 1e-12 < hurried.relative_gap <= 1e-6
    assert hurried.rounds < sharp.rounds
    assert hurried.total_travel_time == pytest.approx(sharp.total_travel_time, rel=1e-5)


def test_braess_is_slower_with_the_new_road() -> None:
    trips = {("s", "t"): 6.0}
    without = user_equilibrium(road_network(arcs(BRAESS[:4]), trips), relative_gap=1e-10)
    assert without.total_travel_time == pytest.approx(6 * 83.0, rel=1e-6)
    with_road = user_equilibrium(road_network(arcs(BRAESS), trips), relative_gap=1e-10)
    assert with_road.total_travel_time == pytest.approx(6 * 92.0, rel=1e-6)
    # Directed for the good of all, nobody takes the new road.
    best = system_optimum(road_network(arcs(BRAESS), trips), relative_gap=1e-8)
    assert best.total_travel_time == pytest.approx(6 * 83.0, rel=1e-5)


def test_pigou() -> None:
    # One unit of trips, times 1 and v: all take the second at equilibrium (1 in all), half of
    # them at the optimum (3/4).
    network = road_network(
        arcs([("s", "t", 1.0, 1.0, 0.0, 1.0), ("s", "t", TINY, 1.0, 1.0 / TINY, 1.0)]),
        {("s", "t"): 1.0},
    )
    assert user_equilibrium(network).total_travel_time == pytest.approx(1.0, rel=1e-6)
    assert system_optimum(network).total_travel_time == pytest.approx(0.75, rel=1e-6)


def test_trips_do_not_pass_a_closed_node() -> None:
    rows = [("s", "m", 1.0, 1.0, 0.0, 1.0), ("m", "t", 1.0, 1.0, 0.0, 1.0)]
    slow = ("s", "t", 9.0, 1.0, 0.0, 1.0)
    network = road_network(arcs([*rows, slow]), {("s", "t"): 1.0}, no_through=frozenset("m"))
    assert user_equilibrium(network).total_travel_time == pytest.approx(9.0)
    with pytest.raises(UnreachableDemandError):
        user_equilibrium(road_network(arcs(rows), {("s", "t"): 1.0}, no_through=frozenset("m")))


def braess_instance(**tables):
    """Braess's network; the new road (time 1 + v: a good one here) is a project."""
    numbers = [*BRAESS[:4], ("a", "b", 1.0, 1.0, 1.0, 1.0)]
    projects = tables.pop("projects", [make_project("road", 0.0, lead_time=0)])
    return make_instance(
        projects,
        years=(2021, 2021),
        network_nodes=[make_node(name, network="t") for name in "sabt"],
        network_links=[
            make_link(
                f"l{number}",
                tail,
                head,
                "t",
                time=time,
                capacity=capacity,
                bpr_alpha=alpha,
                bpr_beta=beta,
                exists=number < 4,
            )
            for number, (tail, head, time, capacity, alpha, beta) in enumerate(numbers)
        ],
        demands=[make_demand("trip", "s", 6.0, "t", to_node="t", value_of_time=2.0)],
        project_network=[make_change("road", "l4")] if projects else [],
        settings=make_settings(
            (2021, 2021),
            networks=[NetworkSettings(id="t", law=FlowLaw.EQUILIBRIUM)],
            benchmark_metric="total_travel_time",
        ),
        **tables,
    )


def test_a_road_that_harms_is_not_built() -> None:
    result = solve(braess_instance(), SolveOptions(gap=0.0))
    assert result.termination is Termination.OPTIMAL
    assert result.plan.starts == ()
    assert result.objective == pytest.approx(0.0, abs=1e-6)
    assert result.verification.ok
    found = benchmark_of(result.instance, result.plan, result.objective, result.bound)
    assert found["value"] == pytest.approx(6 * 83.0, rel=1e-6)
    assert found["bound"] == pytest.approx(6 * 83.0, rel=1e-6)


def test_a_forced_road_costs_what_it_costs() -> None:
    # All by s-a-b-t and the two others: x on s-a-t = s-b-t, y on the middle way, 2x + y = 6.
    # 10(x+y) + 50 + x = 20(x+y) + 1 + y and x = (6-y)/2:  49 = 10(x+y) + y - x ... 49 = 9x + 11y,
    # 49 = 27 + 6.5 y, y = 44/13, x = 17/13. Time 10(x+y) + 50 + x = 50 + 627/13 = 98.2307692.
    projects = [make_project("road", 7.0, lead_time=0, mandatory="must")]
    funds = {"funds": [make_fund()], "inflows": make_inflows("budget", 2021, 7.0)}
    result = solve(braess_instance(projects=projects, **funds), SolveOptions(gap=0.0))
    assert result.verification.ok
    saved = 6 * (83.0 - (50.0 + 627.0 / 13.0))
    assert result.objective == pytest.approx(2.0 * saved - 7.0, rel=1e-6)
    assert sum(payment.amount for payment in result.plan.payments) == pytest.approx(7.0)
    times = {row.measure: row.value for row in result.plan.service if row.element == "trip"}
    assert times["travel_time"] == pytest.approx(50.0 + 627.0 / 13.0, rel=1e-6)
    assert times["travel_time_before"] == pytest.approx(83.0, rel=1e-6)


def test_a_budget_that_is_too_small_for_what_must_be_built() -> None:
    projects = [make_project("road", 7.0, lead_time=0, mandatory="must")]
    funds = {"funds": [make_fund()], "inflows": make_inflows("budget", 2021, 6.0)}
    result = solve(braess_instance(projects=projects, **funds))
    assert result.plan is None
    assert result.termination is Termination.INFEASIBLE


def test_what_the_engine_cannot_take_is_named_all_at_once() -> None:
    instance = braess_instance()
    instance = edit(
        instance,
        network_links=tuple(
            edit(link, cost=3.0) if link.id in ("l0", "l1") else link
            for link in instance.network_links
        ),
        demands=(edit(instance.demands[0], elasticity=0.5),),
        project_network=(make_change("road", "l0", "set_time", 1.0),),
    )
    with pytest.raises(EngineRefusalError) as caught:
        solve(instance)
    told = {f"{refusal.table}.{refusal.field}": refusal for refusal in caught.value.refusals}
    assert set(told) == {"network_links.cost", "demands.elasticity", "project_network.action"}
    assert told["network_links.cost"].value == "3.0 (l0), 3.0 (l1)"
    assert told["demands.elasticity"].value == "0.5 (trip)"
    assert told["project_network.action"].value == "set_time (road)"
    for refusal in told.values():
        assert refusal.text("en") in str(caught.value)
        assert refusal.text("zh") in caught.value.message.zh
        assert re.search("[\u4e00-\u9fff]", refusal.chinese)


# Six trips at 83 minutes without the road, at 50 + 627/13 with it (above); a minute is worth 2. A
# cost of 10 in prices of 2020 is 15 in the money of 2021 at 50 % inflation.
WORTH = 1000.0 - 10.0 - 2.0 * 6 * (50.0 + 627.0 / 13.0 - 83.0)


@pytest.mark.parametrize(
    ("fund", "inflow", "benefit_is_had"),
    [
        (make_fund(), 15.0, True),
        (make_fund(), 14.9, False),
        (make_fund(basis="real"), 10.0, True),
        (make_fund(opening_balance=10.0, interest_rate=0.5), 0.0, True),
        (make_fund(opening_balance=10.0, interest_rate=0.4), 0.0, False),
        (make_fund(certainty=0.5), 15.0, False),
        (make_fund(certainty=0.5), 30.0, True),
        (make_fund(envelope=5.0), 15.0, False),
        (make_fund(max_share=0.5), 15.0, False),
    ],
)
def test_a_road_is_built_where_the_law_of_funds_allows_it(
    fund, inflow: float, benefit_is_had: bool
) -> None:
    instance = edit(
        braess_instance(
            projects=[make_project("road", 10.0, 1000.0, lead_time=0)],
            funds=[fund],
            inflows=make_inflows("budget", 2021, inflow),
        ),
    )
    instance = edit(instance, settings=edit(instance.settings, inflation=0.5, price_year=2020))
    result = solve(instance, SolveOptions(gap=0.0))
    assert result.verification.ok
    assert result.termination is Termination.OPTIMAL
    assert [start.project for start in result.plan.starts] == ["road"] * benefit_is_had
    assert pytest.approx(807.2307692, abs=1e-6) == WORTH
    assert result.objective == pytest.approx(WORTH * benefit_is_had, abs=1e-5)


def test_a_road_saves_nothing_after_its_life() -> None:
    """It opens in 2021 and lives 30 years: what it costs trips to 2050 it costs to 2051 as well."""
    projects = [make_project("road", 10.0, 1000.0, lead_time=0, mandatory="must")]
    base = braess_instance(
        projects=projects, funds=[make_fund()], inflows=make_inflows("budget", 2021, 15.0)
    )

    def until(end: int) -> SolveResult:
        appraisal = edit(base.settings.appraisal, end_year=end)
        return solve(edit(base, settings=edit(base.settings, appraisal=appraisal)))

    living, ended = until(2050), until(2051)
    assert living.plan is not None
    assert ended.plan is not None
    assert_verified(ended.instance, ended.plan)
    assert ended.plan.starts == living.plan.starts
    saved = [
        term.value
        for plan in (living.plan, ended.plan)
        for term in plan.objective_terms
        if term.term == "service"
    ]
    assert abs(saved[0]) > 1.0
    assert saved[1] == pytest.approx(saved[0])
    closed = {row.element for row in ended.plan.service if row.year == 2051}
    opened = {row.element for row in ended.plan.service if row.year < 2051}
    assert opened - closed == {"l4"}


def test_flows_that_are_no_equilibrium_are_refused() -> None:
    instance = braess_instance()
    plan = solve(instance).plan
    assert_verified(instance, plan)
    # Three trips a side; two and four balance as well, but the longer side is slower.
    moved = {"l0": 2.0, "l2": 2.0, "l1": 4.0, "l3": 4.0}
    rows = tuple(
        edit(row, value=moved[row.element]) if row.measure == "flow" else row
        for row in plan.service
    )
    assert "equilibrium" in broken_laws(verify_plan(instance, edit(plan, service=rows)).violations)


def grid(seed: int):
    """A random 3 x 3 grid of roads with four candidates and a quota on their sizes."""
    chance = np.random.default_rng(seed)
    nodes = [f"n{x}{y}" for x in range(3) for y in range(3)]
    pairs = [(a, b) for a in nodes for b in nodes if _near(a, b)]
    links = [
        make_link(
            f"l{number}",
            a,
            b,
            "t",
            time=float(chance.integers(2, 9)),
            capacity=float(chance.integers(5, 20)),
            bpr_alpha=0.15,
            bpr_beta=4.0,
        )
        for number, (a, b) in enumerate(pairs)
    ]
    new = []
    for number in range(4):
        a, b = chance.choice(nodes, 2, replace=False)
        new.append(
            make_link(
                f"new{number}",
                str(a),
                str(b),
                "t",
                time=float(chance.integers(1, 4)),
                capacity=float(chance.integers(5, 20)),
                bpr_alpha=0.15,
                exists=False,
            )
        )
    ends = list(itertools.permutations(["n00", "n22", "n02", "n20"], 2))
    return make_instance(
        [
            make_project(
                f"p{number}",
                float(chance.integers(0, 200)),
                lead_time=0,
                resources={"crew": float(chance.integers(1, 5))},
            )
            for number in range(4)
        ],
        years=(2021, 2021),
        network_nodes=[make_node(name, network="t") for name in nodes],
        network_links=[*links, *new],
        demands=[
            make_demand(
                f"d{a}{b}", a, float(chance.integers(3, 12)), "t", to_node=b, value_of_time=1.0
            )
            for a, b in ends
        ],
        project_network=[make_change(f"p{number}", f"new{number}") for number in range(4)],
        resources=[make_resource("crew", 7.0)],
        settings=make_settings(
            (2021, 2021), networks=[NetworkSettings(id="t", law=FlowLaw.EQUILIBRIUM)]
        ),
    )


def _near(a: str, b: str) -> bool:
    return abs(int(a[1]) - int(b[1])) + abs(int(a[2]) - int(b[2])) == 1


@pytest.mark.parametrize("seed", range(12))
def test_search_agrees_with_all_designs(seed: int) -> None:
    instance = grid(seed)
    result = solve(instance, SolveOptions(gap=0.0))
    assert result.verification.ok
    best = -np.inf
    for chosen in itertools.product([False, True], repeat=4):
        forced = [
            edit(project, mandatory="must" if take else "must_not")
            for project, take in zip(instance.projects, chosen, strict=True)
        ]
        one = solve(edit(instance, projects=tuple(forced)))
        if one.plan is not None:
            best = max(best, one.objective)
    assert result.objective == pytest.approx(best, rel=1e-6, abs=1e-4)


@pytest.mark.parametrize(
    ("name", "total"), [("SiouxFalls", 7_480_225.345), ("Anaheim", 1_419_913.851)]
)
def test_published_equilibria(name: str, total: float, bench_dir: Path) -> None:
    # Total travel time at the best-known flows of the TNTP collection, to six digits.
    instance = import_tntp(bench_dir / "tntp" / name).instance
    result = solve(instance)
    assert result.verification.ok
    found = benchmark_of(instance, result.plan, result.objective, result.bound)
    assert found["value"] == pytest.approx(total, rel=5e-7)


@pytest.mark.parametrize(
    ("number", "share", "total"),
    [
        (number, share, total)
        for number, totals in enumerate(
            [
                (6227.5, 5678.0, 5293.4),
                (6509.9, 5756.2, 5088.2),
                (6227.4, 5447.8, 5071.9),
                (6058.9, 5625.7, 5504.0),
                (5900.2, 5359.0, 5112.1),
            ],
            start=1,
        )
        for share, total in zip((0.25, 0.5, 0.75), totals, strict=True)
    ],
)
def test_enumerated_network_designs(
    number: int, share: float, total: float, bench_dir: Path
) -> None:
    # All 1,024 designs enumerated at an equilibrium gap of 2e-5 (thousands of trip-minutes).
    folder = bench_dir / "dndp"
    instance = import_dndp(folder, Path(f"SF_DNDP_10_{number}"), share)
    result = solve(instance, SolveOptions(gap=0.0))
    assert result.termination is Termination.OPTIMAL
    found = benchmark_of(instance, result.plan, result.objective, result.bound)
    assert found["value"] / 1e3 == pytest.approx(total, rel=2e-4)
    assert found["bound"] == pytest.approx(found["value"], rel=1e-7)
