"""Pipe sizes under pressure: minis solved by hand, every design tried, tampered plans, refusals."""

from __future__ import annotations

import numpy as np
import pytest

from infraplan.models.errors import InstanceError
from infraplan.models.horizon import Horizon, Phase
from infraplan.models.instance import Instance
from infraplan.models.network import LoadBlock, NetworkAction
from infraplan.optimizer.benchmark import benchmark_of
from infraplan.optimizer.engines.contract import EngineRefusalError
from infraplan.optimizer.engines.registry import ENGINES, engine_for
from infraplan.optimizer.solve import solve
from infraplan.optimizer.solve_result import SolveOptions
from infraplan.optimizer.status import Termination
from infraplan.optimizer.verify import verify_plan
from infraplan.optimizer.waterdesign.hydraulics import Hydraulics, Pipes, resistance
from tests.assertions import assert_bilingual, assert_verified
from tests.builders import edit, make_fund, make_inflows
from tests.markers import first_quick
from tests.optimizer.engines.waters import (
    best_cost,
    heads_of,
    laying,
    node,
    pipe,
    random_water,
    two_loop,
    water,
)

EXACT = SolveOptions(gap=0.0)
PRICES = {100.0: 10.0, 150.0: 20.0, 200.0: 30.0}


def single(head: float = 50.0, **more) -> Instance:
    """One pipe of 1 km for 20 L/s. By hand, r = 10.6668 x 1000 / (130^1.852 d^4.871) is 96,380 for
    100 mm, 13,375 for 150 mm and 3,294 for 200 mm; with 0.02^1.852 = 7.135e-4 it loses 68.77, 9.54
    and 2.35 m."""
    return water(
        [node("s", head), node("a", 0.0, 30.0)],
        [pipe("p", "s", "a")],
        {"a": 20.0},
        [laying("p", PRICES)],
        **more,
    )


@pytest.mark.parametrize(
    ("head", "cost"),
    [(100.0, 10.0), (98.7, 20.0), (39.6, 20.0), (39.5, 30.0), (32.4, 30.0), (32.3, None)],
)
def test_one_pipe_is_as_wide_as_its_head_asks(head: float, cost: float | None) -> None:
    found = solve(single(head), EXACT)
    assert found.engine == "water_design"
    if cost is None:
        assert found.plan is None
        assert found.termination is Termination.INFEASIBLE
        return
    assert_verified(single(head), found.require_plan())
    assert found.objective == found.bound == -cost
    lost = {10.0: 68.77, 20.0: 9.54, 30.0: 2.35}[cost]
    rows = {(row.element, row.measure): row.value for row in found.require_plan().service}
    assert rows["a", "pressure"] == pytest.approx(head - lost, abs=0.05)
    assert rows["p", "flow"] == pytest.approx(20.0)


def test_a_pipe_beside_one_that_stands_takes_its_part() -> None:
    """150 mm loses 9.54 m for 20 L/s. Two alike carry half each and lose 9.54 / 2^1.852 = 2.64 m;
    one of 200 mm beside it carries the share 1 / (1 + (3,294 / 13,375)^0.54) = 0.68, which loses
    2.35 x 0.68^1.852 = 1.15 m."""
    prices = {150.0: 20.0, 200.0: 30.0}
    links = [pipe("old", "s", "a", diameter=150.0), pipe("new", "s", "a")]
    for asked, cost in ((40.4, 0.0), (42.0, 20.0), (47.3, 20.0), (47.4, 30.0), (48.8, 30.0)):
        instance = water(
            [node("s", 50.0), node("a", 0.0, asked)],
            links,
            {"a": 20.0},
            [laying("new", prices, must=False)],
        )
        found = solve(instance, EXACT)
        assert_verified(instance, found.require_plan())
        assert found.objective == pytest.approx(-cost), asked
        assert found.bound == pytest.approx(-cost), asked


def test_a_pipe_that_stands_may_be_replaced() -> None:
    instance = water(
        [node("s", 50.0), node("a", 0.0, 45.0)],
        [pipe("p", "s", "a", diameter=100.0)],
        {"a": 20.0},
        [laying("p", PRICES, must=False)],
    )
    found = solve(instance, EXACT)
    assert found.objective == found.bound == -30.0
    assert_verified(instance, found.require_plan())


def test_a_loop_of_equal_pipes_carries_half_each_way() -> None:
    """s-a-c and s-b-c alike, all demand at c: each way carries 10 L/s, r of 2 km of 150 mm is
    26,750, and 0.01^1.852 = 1.977e-4: 5.29 m are lost. Without one way it is 2 x 9.54 m."""
    pipes = Pipes(
        tails=np.array([0, 1, 0, 2]),
        heads=np.array([1, 3, 2, 3]),
        demand=np.array([0.0, 0.0, 0.0, 0.02]),
        source_head=np.array([50.0, np.nan, np.nan, np.nan]),
        least_head=np.array([-np.inf, -np.inf, -np.inf, 40.0]),
        steady=np.ones(4, dtype=np.bool_),
    )
    r = np.full((3, 4), resistance(1000.0, 130.0, 150.0))
    r[1, 0] = np.inf
    r[2, [0, 3]] = np.inf
    states = Hydraulics(pipes).solve(r)
    assert states.head[0, 3] == pytest.approx(50.0 - 2 * 2.6435, abs=0.01)
    assert states.flow[0] == pytest.approx([0.01] * 4)
    assert states.head[1, 3] == pytest.approx(50.0 - 2 * 9.54, abs=0.02)
    assert states.margin[0] == pytest.approx(4.71, abs=0.01)
    assert states.margin[2] == -np.inf


@pytest.mark.parametrize("seed", first_quick(range(24), quick=4))
def test_the_best_of_all_designs_is_found_and_proven(seed: int) -> None:
    instance = random_water(seed)
    expected = best_cost(instance)
    found = solve(instance, EXACT)
    if expected is None:
        assert found.plan is None
        assert found.termination is Termination.INFEASIBLE
        return
    plan = found.require_plan()
    assert_verified(instance, plan)
    assert found.objective == pytest.approx(-expected, abs=1e-6)
    assert found.bound == pytest.approx(-expected, rel=1e-6)
    laid = {one.id: one.diameter for one in instance.network_links if one.exists}
    chosen = {(start.project, start.option) for start in plan.starts}
    for row in instance.project_network:
        if (row.project, row.option) in chosen:
            laid[row.element] = row.value
    heads = heads_of(instance, laid)
    assert heads is not None
    stated = {row.element: row.value for row in plan.service if row.measure == "head"}
    assert stated == pytest.approx(heads, abs=1e-3)


@pytest.mark.slow
@pytest.mark.more_cases
def test_two_loop_of_few_sizes_is_proven() -> None:
    """The sizes of the best design known (419,000), and 14 inches."""
    found = solve(two_loop((1, 4, 10, 14, 16, 18)), SolveOptions(gap=1e-4))
    assert found.objective == -419000.0
    assert found.bound == pytest.approx(-419000.0, rel=1e-4)


def _tampered(plan, measure: str, element: str, by: float):
    rows = tuple(
        row.model_copy(update={"value": row.value + by})
        if (row.measure, row.element) == (measure, element)
        else row
        for row in plan.service
    )
    return plan.model_copy(update={"service": rows})


@pytest.mark.parametrize(
    ("measure", "element", "by"),
    [
        ("head", "a", 1.0),
        ("head", "s", 0.5),
        ("flow", "p", 1.0),
        ("flow", "p", -20.0),
        ("pressure", "a", 1.0),
    ],
)
def test_a_plan_with_another_flow_or_head_is_found_out(
    measure: str, element: str, by: float
) -> None:
    instance = single()
    plan = solve(instance, EXACT).require_plan()
    assert verify_plan(instance, plan).ok
    assert not verify_plan(instance, _tampered(plan, measure, element, by)).ok


def test_a_smaller_pipe_with_the_same_heads_is_found_out() -> None:
    instance = single()
    plan = solve(instance, EXACT).require_plan()
    thin = tuple(
        edit(row, value=row.value - 30.0) if row.option == "d150" else row
        for row in instance.project_network
    )
    wrong = verify_plan(edit(instance, project_network=thin), plan)
    assert {violation.law for violation in wrong.violations} == {"pressure"}
    for violation in wrong.violations:
        assert_bilingual(violation.message, violation.message.zh)


def test_less_pressure_than_asked_is_found_out() -> None:
    instance = single()
    plan = solve(instance, EXACT).require_plan()
    nodes = tuple(
        edit(one, least_pressure=41.0) if one.id == "a" else one for one in instance.network_nodes
    )
    wrong = verify_plan(edit(instance, network_nodes=nodes), plan)
    assert [violation.law for violation in wrong.violations] == ["pressure"]


def test_heads_that_are_not_stated_are_missed() -> None:
    instance = single()
    plan = solve(instance, EXACT).require_plan()
    bare = plan.model_copy(update={"service": ()})
    laws = {violation.law for violation in verify_plan(instance, bare).violations}
    assert "pressure" in laws


def test_money_is_obeyed() -> None:
    """The wide pipe is too dear for the budget of 25: with 39.5 m of head there is no plan."""
    money = {"funds": [make_fund()], "inflows": make_inflows("budget", 2021, 25.0)}
    assert solve(single(39.6, **money), EXACT).objective == -20.0
    assert solve(single(39.5, **money), EXACT).termination is Termination.INFEASIBLE


@pytest.mark.parametrize(("budget", "is_paid"), [(519_780_130.52, True), (519_780_130.50, False)])
def test_money_is_held_to_the_cent(budget: float, is_paid: bool) -> None:
    """Pipes of 150 mm cost 519,780,130.52: two cents less pay for none, though solvers think so."""
    cost = 519_780_130.52
    sizes = {100.0: 0.1 * cost, 150.0: cost, 200.0: 2.0 * cost}
    instance = water(
        [node("s", 50.0), node("a", 0.0, 30.0)],
        [pipe("p", "s", "a")],
        {"a": 20.0},
        [laying("p", sizes)],
        funds=[make_fund()],
        inflows=make_inflows("budget", 2021, budget),
    )
    found = solve(instance, EXACT)
    assert (found.plan is not None) is is_paid
    if is_paid:
        assert_verified(instance, found.require_plan())
        assert found.objective == pytest.approx(-cost, abs=1e-6)


@pytest.mark.parametrize("name", ["exact", "decomposition", "equilibrium"])
def test_other_engines_refuse_it_by_name(name: str) -> None:
    with pytest.raises(EngineRefusalError) as caught:
        ENGINES[name].solve(single(), EXACT)
    assert "networks.law" in str(caught.value)


def _with_network(**values):
    instance = single()
    own = edit(instance.settings.networks[0], **values)
    return edit(instance, settings=edit(instance.settings, networks=(own,)))


def test_what_it_cannot_do_is_refused_by_name() -> None:
    peak = (LoadBlock(id="all"), LoadBlock(id="peak", demand_factor=2.0))
    phases = (
        Phase(id="one", first_year=2021, last_year=2022),
        Phase(id="two", first_year=2023, last_year=2024),
    )
    later = edit(single().settings, horizon=Horizon(phases=phases))
    cases = {
        "horizon.phases": edit(single(), settings=later),
        "networks.blocks": _with_network(blocks=peak),
        "networks.blocks.dry": _with_network(blocks=(LoadBlock(id="all", dry=True),)),
        "both_ways": edit(
            single(),
            network_links=(edit(single().network_links[0], both_ways=False),),
        ),
        "capacity": edit(single(), network_links=(edit(single().network_links[0], capacity=1.0),)),
    }
    for field, instance in cases.items():
        engine = engine_for(instance)
        assert engine.name == "water_design"
        assert field in {refusal.field for refusal in engine.supports(instance)}
        for refusal in engine.supports(instance):
            assert_bilingual(refusal.text("en"), refusal.text("zh"))


def _filled(table: str, **values):
    """The mini with values in every row of a table that holds the named fields."""
    instance = single()
    return edit(instance, **{table: tuple(edit(row, **values) for row in getattr(instance, table))})


def _opened(value: float):
    """The mini in which projects open the pipe, of 200 mm, with a value beside it."""
    instance = _filled("network_links", diameter=200.0)
    row = edit(instance.project_network[0], option="", action=NetworkAction.OPEN, value=value)
    return edit(instance, project_network=(row,))


UNREAD = {
    "network_links.diameter": lambda: _filled("network_links", diameter=200.0),
    "demands.unserved_price": lambda: _filled("demands", unserved_price=5.0),
    "demands.priority": lambda: _filled("demands", priority=2),
    "project_network.value": lambda: _opened(150.0),
    "instance.networks.unit": lambda: _with_network(unit="m3/h"),
    "instance.networks.no_through": lambda: _with_network(no_through=("a",)),
    "instance.networks.blocks.weight": lambda: _with_network(
        blocks=(LoadBlock(id="all", weight=8760.0),)
    ),
    "instance.representative_years": lambda: edit(
        single(), settings=edit(single().settings, representative_years=(2021,))
    ),
}


@pytest.mark.parametrize("place", UNREAD)
def test_a_filled_column_that_is_not_read_is_refused_by_name(place: str) -> None:
    (refusal,) = ENGINES["water_design"].supports(UNREAD[place]())
    assert f"{refusal.table}.{refusal.field}" == place
    assert_bilingual(refusal.text("en"), refusal.text("zh"))


@pytest.mark.parametrize("unit", ["", "L/s", " l/s ", "升/秒"])
def test_litres_a_second_have_several_names(unit: str) -> None:
    assert ENGINES["water_design"].supports(_with_network(unit=unit)) == ()


def test_an_opened_pipe_has_its_own_diameter() -> None:
    """200 mm lose 2.35 m of 50 m for 20 L/s; the project opens the pipe, and says no diameter."""
    instance = _opened(0.0)
    assert ENGINES["water_design"].supports(instance) == ()
    plan = solve(instance, EXACT).require_plan()
    heads = {row.element: row.value for row in plan.service if row.measure == "head"}
    assert heads["a"] == pytest.approx(47.65, abs=0.01)


def test_a_metric_of_travel_says_nothing_of_water() -> None:
    instance = single()
    settings = edit(instance.settings, benchmark_metric="total_travel_time")
    found = solve(edit(instance, settings=settings), EXACT)
    told = benchmark_of(found.instance, found.plan, found.objective, found.bound)
    assert told == {"metric": "total_travel_time", "value": None, "bound": None}


def test_heads_of_random_designs_balance() -> None:
    """Grids of pipes with many loops: flows add up, and losses are those of the heads."""
    rng = np.random.default_rng(3)
    side = 5
    at = np.arange(side * side).reshape(side, side)
    tails = np.concatenate([at[:, :-1].ravel(), at[:-1].ravel()])
    heads = np.concatenate([at[:, 1:].ravel(), at[1:].ravel()])
    source = np.full(side * side, np.nan)
    source[[0, 24]] = 60.0, 55.0
    demand = rng.uniform(0.0, 0.01, side * side)
    least = np.full(side * side, -np.inf)
    steady = np.ones(tails.size, dtype=np.bool_)
    pipes = Pipes(tails, heads, demand, source, least, steady)
    sizes = rng.choice([50.0, 100.0, 200.0, 300.0], (50, tails.size))
    r = np.array([[resistance(500.0, 130.0, size) for size in row] for row in sizes])
    states = Hydraulics(pipes).solve(r)
    assert np.isfinite(states.margin).all() or (states.margin == np.inf).all()
    fall = states.head[:, tails] - states.head[:, heads]
    assert fall == pytest.approx(r * states.flow * np.abs(states.flow) ** 0.852, abs=1e-6)
    net = np.zeros((50, side * side))
    for pipe_at, (tail, head) in enumerate(zip(tails, heads, strict=True)):
        net[:, tail] -= states.flow[:, pipe_at]
        net[:, head] += states.flow[:, pipe_at]
    inner = np.isnan(source)
    assert net[:, inner] == pytest.approx(np.tile(demand[inner], (50, 1)), abs=1e-9)


FAULTS = {
    "no head": (lambda: [node("s", None, role="source"), node("a", 0.0, 30.0)], "has no head"),
    "no pressure": (lambda: [node("s", 50.0), node("a", 0.0, None, role="zone")], "no pressure"),
    "no source": (lambda: [node("s", 50.0, 0.0), node("a", 0.0, 30.0)], "no source"),
}


@pytest.mark.parametrize("case", FAULTS)
def test_faults_of_nodes_are_told(case: str) -> None:
    make, told = FAULTS[case]
    with pytest.raises(InstanceError, match=told) as caught:
        water(make(), [pipe("p", "s", "a")], {"a": 20.0}, [laying("p", PRICES)])
    for finding in caught.value.findings:
        assert_bilingual(finding.message, finding.message.zh)


def test_more_may_flow_between_two_sources_than_is_taken() -> None:
    """By hand: 200 mm lose 10 m from a at 60 m to the lower source at 50 m for 44 L/s, and 1 L/s is
    taken at a; 200 mm from the source at 100 m bring that, 100 mm do not."""
    instance = water(
        [node("s", 100.0), node("t", 50.0), node("a", 0.0, 60.0)],
        [pipe("p", "s", "a"), pipe("q", "a", "t", diameter=200.0)],
        {"a": 1.0},
        [laying("p", PRICES)],
    )
    expected = best_cost(instance)
    found = solve(instance, EXACT)
    assert found.termination is Termination.OPTIMAL
    assert expected is not None
    assert found.objective == found.bound == -expected
    assert_verified(instance, found.require_plan())


def test_a_budget_between_two_sources_is_no_reason_to_find_no_plan() -> None:
    """The search over sizes alone begins beyond the budget; the program must not miss the plan."""
    instance = water(
        [node("s", 100.0), node("t", 50.0), node("a", 0.0, 60.0), node("b", 0.0, 20.0)],
        [
            pipe("p", "s", "a"),
            pipe("q", "a", "t", diameter=200.0),
            pipe("r", "a", "b"),
            pipe("z", "t", "b"),
        ],
        {"a": 1.0, "b": 1.0},
        [laying("p", PRICES), laying("r", PRICES, must=False), laying("z", PRICES, must=False)],
        funds=[make_fund()],
        inflows=make_inflows("budget", 2021, 40.0),
    )
    expected = best_cost(instance)
    assert expected is not None
    assert expected <= 40.0
    found = solve(instance, EXACT)
    assert found.objective == found.bound == -expected


def test_pipes_that_stand_and_miss_a_pressure_leave_no_plan() -> None:
    """Nobody has a choice, and tangents alone do not see that a centimetre is missing."""
    links = [
        pipe("p", "s", "a", diameter=100.0),
        pipe("q", "s", "a", diameter=150.0),
        pipe("z", "a", "b", diameter=100.0),
    ]

    def asking(least: float) -> Instance:
        nodes = [node("s", 100.0), node("a", 0.0, least), node("b", 0.0, 3.0)]
        return water(nodes, links, {"a": 20.0, "b": 1.0}, [])

    heads = heads_of(asking(0.0), {"p": 100.0, "q": 150.0, "z": 100.0})
    assert heads is not None
    assert solve(asking(heads["a"] - 0.01), EXACT).termination is Termination.OPTIMAL
    assert solve(asking(heads["a"] + 0.01), EXACT).termination is Termination.INFEASIBLE


def test_a_node_at_the_level_of_its_source_is_served_for_nothing_taken() -> None:
    """0.1 + 0.2 is more than 0.3 by rounding alone."""
    nodes = [node("s", 0.3), node("a", 0.1, 0.2)]
    instance = water(nodes, [pipe("p", "s", "a")], {"a": 0.0}, [laying("p", PRICES)])
    found = solve(instance, EXACT)
    assert found.objective == found.bound == -10.0
    assert_verified(instance, found.require_plan())


def test_a_source_that_asks_for_more_than_its_own_level_has_no_plan() -> None:
    instance = water(
        [node("s", 30.0, 5.0, role="source"), node("a", 0.0, 10.0)],
        [pipe("p", "s", "a")],
        {"a": 1.0, "s": 5.0},
        [laying("p", PRICES)],
    )
    assert solve(instance, EXACT).termination is Termination.INFEASIBLE


@pytest.mark.filterwarnings("error")
def test_where_no_pressure_is_asked_the_cheapest_is_laid() -> None:
    nodes = [node("s", 50.0), node("a", 0.0, None, role="junction")]
    instance = water(nodes, [pipe("p", "s", "a")], {}, [laying("p", PRICES)])
    assert solve(instance, EXACT).objective == -10.0
