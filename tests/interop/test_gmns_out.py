"""GMNS export: what is open in the plan's last year, and what projects made of it."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest

from infraplan.models.instance import Instance
from infraplan.models.network import LoadBlock, NetworkNode, NetworkSettings
from infraplan.models.place import Place
from infraplan.models.plan import Plan, ProjectStart
from infraplan.models.project import Option
from infraplan.optimizer.benchmark import benchmark_of
from infraplan.optimizer.interop.gmns import import_gmns
from infraplan.optimizer.interop.gmns_out import write_gmns
from infraplan.optimizer.solve import solve
from infraplan.optimizer.solve_result import SolveOptions
from infraplan.optimizer.storage import OutputError
from tests.builders import (
    make_change,
    make_demand,
    make_instance,
    make_link,
    make_node,
    make_option,
    make_plan,
    make_project,
    make_service,
)


def roads(**values: object) -> Instance:
    """Years 2021-2024. a - b exists; `new` opens node c and link bc, `wide` adds room, `fast` time;
    `never` is not built and opens bd.
    """
    tables = {
        "places": [Place(id="pa", lon=108.4, lat=31.2)],
        "network_nodes": [
            make_node("a", "zone", "t", place="pa", name_en="East", name_zh="东"),
            make_node("b", network="t", name_zh="=乙"),
            make_node("c", "zone", "t", exists=False),
            make_node("d", network="t"),
        ],
        "network_links": [
            make_link("ab", "a", "b", "t", capacity=100.0, time=30.0, length=20.0, both_ways=True),
            make_link("bc", "b", "c", "t", exists=False, time=10.0, cost=2.0),
            make_link("bd", "b", "d", "t", exists=False, time=5.0),
        ],
        "demands": [make_demand("trip", "a", 10.0, "t", to_node="c", growth=0.1)],
        "project_network": [
            make_change("new", "c"),
            make_change("new", "bc"),
            make_change("wide", "ab", "add_capacity", 50.0, from_year=2024),
            make_change("wide", "ab", "add_capacity", 7.0, option="huge"),
            make_change("fast", "ab", "set_time", 24.0),
            make_change("short", "ab", "add_capacity", 1000.0),
            make_change("late", "ab", "set_time", 1.0),
            make_change("never", "bd"),
        ],
    }
    short = Option(overnight_cost=1.0, lifetime=2, lead_time=1)
    sizes = [make_option(cost=1.0), make_option("huge", 1.0)]
    return make_instance(
        [
            *(make_project(name, 1) for name in ("new", "fast", "late", "never")),
            make_project("wide", options=sizes),
            make_project("short", options=[short]),
        ],
        **(tables | values),  # type: ignore[arg-type]
    )


def plan_of(instance: Instance) -> Plan:
    """Everything but `never` is built; `short` is worn out by 2024, `late` opens after it."""
    starts = {"new": 2021, "wide": 2021, "fast": 2022, "short": 2021, "late": 2024}
    return Plan(
        instance=instance.settings.id,
        objective=0.0,
        starts=tuple(
            ProjectStart(project=name, option="base", start=y, finish=y, opening=y + 1)
            for name, y in starts.items()
        ),
        service=(
            make_service("t", "ab", "flow", 2024, 9.0, commodity="a"),
            make_service("t", "ab", "flow", 2024, 3.0, commodity="b"),
            make_service("t", "ab", "flow_back", 2024, 15.0),
            make_service("t", "ab", "flow", 2024, 99.0, block="night"),
            make_service("t", "bc", "flow", 2024, 12.0),
            make_service("t", "trip", "served", 2024, 13.0),
        ),
    )


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_links_stand_as_projects_made_them(tmp_path: Path) -> None:
    instance = roads()
    assert write_gmns(tmp_path / "out", instance, plan_of(instance)) == (tmp_path / "out",)
    rows = {row["link_id"]: row for row in table(tmp_path / "out" / "link.csv")}
    assert set(rows) == {"ab", "bc"}  # bd is a candidate that was not built
    ab = rows["ab"]
    # 100 + 50 (wide); 24 minutes (fast) over 20 km are 50 km/h; load 15 / 150.
    told = ("capacity", "lanes", "vdf_fftt", "free_speed", "flow", "flow_back", "load")
    assert [float(ab[name]) for name in told] == [150.0, 1.0, 24.0, 50.0, 12.0, 15.0, 0.1]
    assert (ab["project"], ab["action"]) == ("wide;fast", "add_capacity;set_time")
    assert (ab["opening_year"], ab["flow_year"], ab["directed"]) == ("2024;2023", "2024", "0")
    bc = rows["bc"]
    assert (bc["project"], bc["action"], bc["opening_year"]) == ("new", "open", "2022")
    assert (bc["capacity"], bc["load"], bc["flow_back"], bc["directed"]) == ("", "", "", "1")
    assert float(bc["toll"]) == 2.0


def test_a_length_in_another_unit_gives_no_speed(tmp_path: Path) -> None:
    # 5280 feet in a minute, read as kilometres: no speed that the format takes.
    link = make_link("ab", "a", "b", "t", time=1.0, length=5280.0)
    write_gmns(tmp_path, roads(network_links=[link], project_network=[], demands=[]), None)
    (row,) = table(tmp_path / "link.csv")
    assert (row["free_speed"], row["vdf_fftt"], row["length"]) == ("", "1.0", "5280.0")
    assert import_gmns(tmp_path).instance.network_links[0].time == 1.0


def test_nodes_zones_and_trips(tmp_path: Path) -> None:
    instance = roads()
    write_gmns(tmp_path, instance, plan_of(instance), "zh")
    nodes = {row["node_id"]: row for row in table(tmp_path / "node.csv")}
    assert set(nodes) == {"a", "b", "c", "d"}
    assert (nodes["a"]["name"], nodes["a"]["x_coord"], nodes["a"]["zone_id"]) == (
        "东",
        "108.4",
        "a",
    )
    assert (nodes["b"]["name"], nodes["b"]["x_coord"], nodes["b"]["zone_id"]) == ("'=乙", "", "")
    assert (nodes["c"]["project"], nodes["c"]["opening_year"]) == ("new", "2022")
    (trip,) = table(tmp_path / "demand.csv")
    assert (trip["o_zone_id"], trip["d_zone_id"], trip["served"]) == ("a", "c", "13.0")
    assert float(trip["volume"]) == pytest.approx(10.0 * 1.1**3)
    (config,) = table(tmp_path / "config.csv")
    assert (config["long_length"], config["speed"], config["crs"]) == (
        "kilometer",
        "kph",
        "EPSG:4326",
    )
    assert config["state_year"] == "2024"
    back = import_gmns(tmp_path).instance
    assert [node.name_zh for node in back.network_nodes] == ["东", "=乙", "", ""]
    assert back.network_links[0].capacity == 150.0


def test_roads_that_a_plan_opened_carry_its_equilibrium(tmp_path: Path) -> None:
    # 10 (1 + v/100) against 15 minutes are 1500 in all; `new` opens a way of 5 minutes for
    # nothing and takes all 100 trips: 500. `dear` opens one of 1 minute and costs 5000.
    ways = [
        make_link("slow", "a", "b", "t", time=10.0, capacity=100.0, bpr_alpha=1.0, bpr_beta=1.0),
        make_link("long", "a", "b", "t", time=15.0),
        make_link("five", "a", "b", "t", time=5.0, exists=False),
        make_link("one", "a", "b", "t", time=1.0, exists=False),
    ]
    free: dict[str, Any] = {"lead_time": 0, "spending_profile": (1.0,)}
    instance = make_instance(
        [make_project("new", 0.0, **free), make_project("dear", 5000.0, **free)],
        years=(2021, 2021),
        settings={"networks": (NetworkSettings(id="t", law="equilibrium"),)},
        network_nodes=[make_node("a", "zone", "t"), make_node("b", "zone", "t")],
        network_links=ways,
        demands=[make_demand("d", "a", 100.0, "t", to_node="b", must_serve=True, value_of_time=1)],
        project_network=[make_change("new", "five"), make_change("dear", "one")],
    )
    plan = solve(instance, SolveOptions()).plan
    assert plan is not None
    assert [start.project for start in plan.starts] == ["new"]
    write_gmns(tmp_path, instance, plan)
    rows = {row["link_id"]: row for row in table(tmp_path / "link.csv")}
    assert {name: (row["project"], row["flow"]) for name, row in rows.items()} == {
        "slow": ("", "0.0"),
        "long": ("", "0.0"),
        "five": ("new", "100.0"),
    }
    back = import_gmns(tmp_path).instance
    found = benchmark_of(back, solve(back, SolveOptions()).plan, 0.0, 0.0)
    assert found is not None
    assert found["value"] == pytest.approx(500.0)


def test_without_a_plan_it_is_the_network_as_it_stands(tmp_path: Path) -> None:
    write_gmns(tmp_path, roads(), None)
    (ab,) = table(tmp_path / "link.csv")
    assert (ab["capacity"], ab["vdf_fftt"], ab["project"], ab["flow"]) == ("100.0", "30.0", "", "")
    assert {row["node_id"] for row in table(tmp_path / "node.csv")} == {"a", "b", "d"}
    assert not (tmp_path / "demand.csv").exists()  # the trip ends at a node that is not there


@pytest.mark.parametrize(("lifetime", "is_there"), [(30, True), (3, False)])
def test_what_stands_opened_its_links(tmp_path: Path, lifetime: int, is_there: bool) -> None:
    """With and without a plan, while it lives: from 2020 on, for three years or thirty."""
    stood = make_project("new", 1.0, stage="complete", opened=2020, lifetime=lifetime)
    plain = roads()
    projects = tuple(stood if row.id == "new" else row for row in plain.projects)
    instance = plain.with_tables(projects=projects)
    for plan in (None, make_plan(instance)):
        write_gmns(tmp_path, instance, plan)
        found = {row["link_id"]: row["project"] for row in table(tmp_path / "link.csv")}
        assert ("bc" in found) is is_there
        assert found.get("bc", "new") == "new"


def test_several_networks_go_into_a_folder_each(tmp_path: Path) -> None:
    def node(id: str, network: str, kind: str = "transport") -> NetworkNode:
        return NetworkNode(id=id, network=network, kind=kind)

    names = ["/rail", "..rail", "铁路"]
    instance = make_instance(
        network_nodes=[
            *(node(f"{end}{number}", name) for number, name in enumerate(names) for end in "xy"),
            node("w", "water", "water"),
        ],
        network_links=[
            make_link(f"l{number}", f"x{number}", f"y{number}", name)
            for number, name in enumerate(names)
        ],
        settings={
            "networks": (
                NetworkSettings(
                    id="铁路", blocks=(LoadBlock(id="peak", demand_factor=2.0),), no_through=("x2",)
                ),
            )
        },
        demands=[make_demand("d", "x2", 4.0, "铁路", to_node="y2")],
    )
    parts = write_gmns(tmp_path / "out", instance, None)
    assert [part.name for part in parts] == ["rail", "rail-2", "铁路"]
    assert all(part.parent == tmp_path / "out" for part in parts)
    rail = tmp_path / "out" / "铁路"
    assert table(rail / "node.csv")[0]["node_type"] == "centroid"
    assert table(rail / "demand.csv")[0]["volume"] == "8.0"  # the first block: peak
    assert not (tmp_path / "out" / "water").exists()


def test_where_it_cannot_be_written_it_says_so(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="no transport network"):
        write_gmns(tmp_path / "out", make_instance(), None)
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(OutputError, match="is a file"):
        write_gmns(tmp_path / "file", roads(), None)
