"""The contract of engines: every field is declared; what is not read is refused by name."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from infraplan.models.base import DomainModel
from infraplan.models.funding import Fund
from infraplan.models.horizon import Objective
from infraplan.models.instance import Instance, Settings
from infraplan.models.network import FlowLaw, NetworkSettings
from infraplan.optimizer.analysis.conflicts import find_conflict
from infraplan.optimizer.engines.contract import (
    Declaration,
    Engine,
    EngineRefusalError,
    model_classes,
)
from infraplan.optimizer.engines.declared import EQUILIBRIUM_READS, EXACT_READS, SCHEDULE_READS
from infraplan.optimizer.engines.registry import (
    ENGINE_NAMES,
    ENGINES,
    engine_for,
    engine_named,
)
from infraplan.optimizer.errors import UnsupportedFeatureError
from infraplan.optimizer.solve import solve
from infraplan.optimizer.solve_result import SolveOptions
from infraplan.optimizer.status import Termination
from tests.assertions import assert_bilingual
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
    make_target,
)
from tests.optimizer.engines.roads import with_roads

CHINESE = re.compile("[\u4e00-\u9fff]")
PAGE = Path(__file__).parents[3] / "docs" / "networks.md"


@pytest.mark.parametrize("engine", ENGINES.values(), ids=list(ENGINES))
def test_every_field_of_every_table_is_declared_once(engine: Engine) -> None:
    assert engine.declaration.undeclared() == []
    assert engine.declaration.unknown() == []


def test_the_page_lists_what_a_schedule_refuses() -> None:
    page = PAGE.read_text("utf-8")
    begin = page.index("## What the engine for schedules refuses")
    told = page[begin : page.index("\n## ", begin + 1)]
    networks = {"network_nodes", "network_links", "demands", "project_network"}
    for model in (Instance, Settings):
        for name in SCHEDULE_READS.refuses[model]:
            words = "networks" if name in networks else f"`{name}`"
            assert words in told, f"docs/networks.md does not say that a schedule refuses {name}"


def test_a_field_that_is_left_out_is_named() -> None:
    reads = {**EXACT_READS.reads, Fund: EXACT_READS.reads[Fund] - {"certainty", "basis"}}
    forgetful = Declaration(reads, {})
    assert forgetful.undeclared() == ["Fund.certainty", "Fund.basis"]
    assert Declaration({**EXACT_READS.reads, Fund: frozenset({"gold"})}, {}).unknown() == [
        "Fund.gold"
    ]


def test_a_field_that_nobody_declared_is_refused_where_it_says_something() -> None:
    reads = {
        **EXACT_READS.reads,
        Fund: EXACT_READS.reads[Fund] - {"certainty"},
        Instance: EXACT_READS.reads[Instance] - {"inflows"},
    }
    forgetful = Declaration(reads, {})
    plain = make_instance([make_project("a")], funds=[make_fund()])
    assert forgetful.refusals(plain) == ()
    filled = make_instance(
        [make_project("a")],
        funds=[make_fund(certainty=0.5), make_fund("other", certainty=0.25)],
        inflows=make_inflows("budget", 2021, 1.0, 2.0),
    )
    found = {(row.table, row.field): row.value for row in forgetful.refusals(filled)}
    assert found == {
        ("funds", "certainty"): "0.5 (budget), 0.25 (other)",
        ("inflows", ""): "2 rows",
    }


def test_classes_inside_settings_are_found() -> None:
    names = {model.__name__ for model in model_classes()}
    assert {"Instance", "Fund", "Appraisal", "RateStep", "Band", "LoadBlock", "Change"} <= names


def roads(**tables) -> Instance:
    """Roads at equilibrium that one project may change."""
    return edit(
        with_roads(
            make_instance([make_project("a", 1.0, lead_time=0)]), changes=[("a", "bridge", {})]
        ),
        **tables,
    )


OFF_DEFAULT = {
    "base": 100.0,
    "dry": True,
    "out": ("sa",),
    "exists": False,
    "supplier": "s",
    "angle_limit": 30.0,
    "objective": Objective.MAKESPAN,
}


def _off(model: type[DomainModel], name: str) -> object:
    default = model.model_fields[name].get_default()
    return OFF_DEFAULT.get(name, 0.5 if default != 0.5 else 0.25)


REFUSED = [(model, name) for model, names in EQUILIBRIUM_READS.refuses.items() for name in names]
HOLDERS = {"NetworkNode": "network_nodes", "NetworkLink": "network_links", "Demand": "demands"}


@pytest.mark.parametrize(
    ("model", "name"), REFUSED, ids=[f"{model.__name__}.{name}" for model, name in REFUSED]
)
def test_each_refused_field_is_refused_by_name(model: type[DomainModel], name: str) -> None:
    instance, value = roads(), _off(model, name)
    own = instance.settings.networks[0]
    if model.__name__ in HOLDERS:
        table = HOLDERS[model.__name__]
        first, *others = getattr(instance, table)
        changed = edit(instance, **{table: (edit(first, **{name: value}), *others)})
        field = name
    elif model is Settings:
        table, field = "instance", name
        changed = edit(instance, settings=edit(instance.settings, **{name: value}))
    else:
        table = "instance"
        block = model is not NetworkSettings
        new = {"blocks": (edit(own.blocks[0], **{name: value}),)} if block else {name: value}
        settings = edit(instance.settings, networks=(edit(own, **new),))
        changed = edit(instance, settings=settings)
        field = f"networks.blocks.{name}" if block else f"networks.{name}"
    engine = engine_for(changed)
    assert engine.name == "equilibrium"
    assert engine.supports(instance) == ()
    (refusal,) = engine.supports(changed)
    assert (refusal.table, refusal.field) == (table, field)
    assert str(value) in refusal.value
    assert CHINESE.search(refusal.chinese)
    assert not CHINESE.search(refusal.english)
    with pytest.raises(EngineRefusalError, match=re.escape(f"{table}.{field}")) as caught:
        engine.solve(changed, SolveOptions())
    assert_bilingual(caught.value.message, caught.value.message.zh)


def _with_settings(**values) -> Instance:
    instance = roads()
    own = edit(instance.settings.networks[0], **values)
    return edit(instance, settings=edit(instance.settings, networks=(own,)))


def _blocks() -> Instance:
    block = roads().settings.networks[0].blocks[0]
    return _with_settings(blocks=(block, edit(block, id="night")))


def _demands(*rows) -> Instance:
    return roads(demands=tuple(rows))


def _trip(id: str = "trip", to: str = "t", **values):
    return make_demand(id, "s", 6.0, "t", to_node=to, **({"value_of_time": 1.0} | values))


LAWS = {
    "law": (lambda: _with_settings(law=FlowLaw.FLOW), "instance.networks.law"),
    "network": (
        lambda: roads(network_nodes=(*roads().network_nodes, make_node("well", network="w"))),
        "network_nodes.network",
    ),
    "kind": (
        lambda: roads(
            network_nodes=tuple(edit(node, kind="water") for node in roads().network_nodes)
        ),
        "network_nodes.kind",
    ),
    "blocks": (_blocks, "instance.networks.blocks"),
    "no trips": (_demands, "demands"),
    "values": (
        lambda: _demands(_trip(), _trip("more", "a", value_of_time=2.0)),
        "demands.value_of_time",
    ),
    "no value": (lambda: _demands(_trip(value_of_time=0.0)), "demands.value_of_time"),
    "twice": (lambda: _demands(_trip(), _trip("again")), "demands.to_node"),
    "apart": (lambda: _demands(_trip(), _trip("far", "moon")), "demands.node"),
    "capacity": (
        lambda: roads(
            network_links=tuple(
                edit(link, capacity=0.0) if link.id == "sa" else link
                for link in roads().network_links
            )
        ),
        "network_links.capacity",
    ),
    "action": (
        lambda: roads(project_network=(make_change("a", "sa", "set_time", 0.5),)),
        "project_network.action",
    ),
    "value": (
        lambda: roads(project_network=(make_change("a", "sa", "open", 500.0),)),
        "project_network.value",
    ),
    "target": (
        lambda: roads(targets=(make_target("far", "travel_time:trip", 10.0, 2024),)),
        "targets.metric",
    ),
}


@pytest.mark.parametrize("case", LAWS)
def test_each_law_of_networks_that_the_search_lacks_is_refused_by_name(case: str) -> None:
    make, place = LAWS[case]
    refusals = ENGINES["equilibrium"].supports(make())
    (refusal,) = (one for one in refusals if f"{one.table}.{one.field}".rstrip(".") == place)
    assert refusal.text("en").startswith(place)
    assert_bilingual(refusal.text("en"), refusal.text("zh"))


def test_the_page_on_networks_lists_what_the_search_refuses() -> None:
    page = PAGE.read_text("utf-8")
    begin = page.index("## What the search over roads at equilibrium refuses")
    section = page[begin : page.index("\n## ", begin)]
    missing = [name for _, name in REFUSED if f"`{name}`" not in section]
    places = {place for _, place in LAWS.values()}
    missing += [place for place in places if f"`{place.removeprefix('instance.')}`" not in section]
    assert missing == []


def test_the_search_refuses_what_the_page_on_networks_lists_and_nothing_else_is_listed() -> None:
    page = PAGE.read_text("utf-8")
    begin = page.index("## What the search over roads at equilibrium refuses")
    section = page[begin : page.index("\n## ", begin)]
    rows = [line.split("|")[2] for line in section.splitlines() if line.startswith("|")][2:]
    listed = {name for row in rows for name in re.findall(r"`([^`]+)`", row)}
    fields = {name for _, name in REFUSED}
    places = {place.removeprefix("instance.") for _, place in LAWS.values()}
    known = fields | places | {f"networks.{name}" for name in fields}
    assert listed
    assert listed <= known, sorted(listed - known)


def test_the_integer_program_refuses_an_equilibrium_by_name() -> None:
    (refusal,) = ENGINES["exact"].supports(roads())
    assert (refusal.table, refusal.field) == ("instance", "networks.law")
    with pytest.raises(EngineRefusalError, match=r"networks\.law = equilibrium \(t\)"):
        solve(roads(), SolveOptions(engine="exact"))


def test_engines_are_picked_by_name() -> None:
    assert ENGINE_NAMES == (
        "auto",
        "exact",
        "equilibrium",
        "water_design",
        "scheduling",
        "decomposition",
    )
    plain = make_instance([make_project("a")])
    assert engine_for(plain).name == "exact"
    assert engine_for(roads()).name == "equilibrium"
    assert solve(plain, SolveOptions(engine="exact")).engine == "exact"
    assert solve(roads(), SolveOptions(engine="equilibrium")).engine == "equilibrium"
    with pytest.raises(EngineRefusalError, match="no network is at equilibrium"):
        solve(plain, SolveOptions(engine="equilibrium"))
    assert engine_named("decomposition").name == "decomposition"
    assert solve(plain, SolveOptions(engine="decomposition")).engine == "decomposition"
    with pytest.raises(UnsupportedFeatureError, match="there is no engine 'magic'"):
        engine_for(plain, "magic")


def test_why_there_is_no_plan_is_explained_by_money() -> None:
    instance = edit(
        roads(),
        projects=(make_project("a", 10.0, lead_time=0, mandatory="must"),),
        funds=(make_fund(),),
        inflows=make_inflows("budget", 2021, 4.0),
    )
    found = solve(instance)
    assert found.termination is Termination.INFEASIBLE
    assert ENGINES[found.engine].explains_conflicts
    rules = {rule.family for rule in find_conflict(found.formulation).rules}
    assert rules == {"mandate", "fund_balance"}


@pytest.mark.parametrize("years", [(2021, 2021), (2021, 2023)])
def test_why_there_is_no_plan_is_explained_by_a_trip_without_a_way(years: tuple[int, int]) -> None:
    """Only the project opens a way, and it must not be built."""
    instance = make_instance(
        [
            make_project("a", 10.0, lead_time=0, mandatory="must_not"),
            make_project("b", lead_time=0),
        ],
        years=years,
        settings={"networks": [NetworkSettings(id="t", law=FlowLaw.EQUILIBRIUM)]},
        network_nodes=[make_node("s", network="t"), make_node("t", network="t")],
        network_links=[make_link("road", "s", "t", "t", time=1.0, exists=False)],
        demands=[_trip()],
        project_network=[make_change("a", "road")],
    )
    found = solve(instance)
    assert found.termination is Termination.INFEASIBLE
    rules = find_conflict(found.formulation).rules
    assert [rule.family for rule in rules] == ["must_serve"]
    assert "trip" in rules[0].text_en
    opened = edit(instance, projects=(edit(instance.projects[0], mandatory="no"),))
    assert [start.project for start in solve(opened).require_plan().starts] == ["a"]
