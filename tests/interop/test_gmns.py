"""GMNS road networks: hand-computed equilibria, units, zones, and faults told all at once."""

from __future__ import annotations

import codecs
from pathlib import Path

import pytest

from infraplan.models.errors import InstanceError, Severity
from infraplan.models.instance import Instance
from infraplan.models.network import FlowLaw, NodeRole
from infraplan.optimizer.benchmark import benchmark_of
from infraplan.optimizer.interop.faults import Imported
from infraplan.optimizer.interop.gmns import import_gmns
from infraplan.optimizer.interop.gmns_out import write_gmns
from infraplan.optimizer.interop.gmns_units import is_degrees, length_km, points_of
from infraplan.optimizer.interop.tntp import import_tntp
from infraplan.optimizer.solve import solve
from infraplan.optimizer.solve_result import SolveOptions
from infraplan.optimizer.storage import read_instance, write_instance
from tests.assertions import assert_bilingual

NODES = "node_id,x_coord,y_coord,zone_id,name\n1,108.4,31.2,1,East\n2,108.5,31.1,2,开州\n"
# Way 10: 10 km at 60 km/h are 10 minutes; capacity 2 lanes x 50, so 10 (1 + v/100) minutes.
# Way 11: 15 km at 60 km/h, 15 minutes whatever happens.
LINKS = (
    "link_id,from_node_id,to_node_id,directed,length,free_speed,capacity,lanes,vdf_alpha,vdf_beta\n"
    "10,1,2,1,10,60,50,2,1,1\n"
    "11,1,2,true,15,60,,1,,\n"
)
DEMAND = "o_zone_id,d_zone_id,volume\n1,2,100\n"
METRIC = "dataset_name,long_length,speed,crs\nTwo ways,kilometer,km/h,EPSG:4326\n"


def folder(tmp_path: Path, **files: str | bytes) -> Path:
    """A folder with the two ways; `files` replace or add tables, an empty one is left out."""
    tables: dict[str, str | bytes] = {
        "node": NODES,
        "link": LINKS,
        "demand": DEMAND,
        "config": METRIC,
    }
    path = tmp_path / "两条路"
    path.mkdir(parents=True)
    for name, content in (tables | files).items():
        if content:
            data = content if isinstance(content, bytes) else content.encode()
            (path / f"{name}.csv").write_bytes(data)
    return path


def total_time(instance: Instance) -> float:
    """Total travel time at equilibrium, vehicle-minutes."""
    result = solve(instance, SolveOptions())
    found = benchmark_of(instance, result.plan, result.objective, result.bound)
    assert found is not None
    return float(found["value"])


def faults_of(path: Path) -> set[tuple[str | None, int | None, str | None, str]]:
    """File, row, column and rule of every error of an import that must fail."""
    with pytest.raises(InstanceError) as caught:
        import_gmns(path)
    assert caught.value.exit_code == 3
    errors = [f for f in caught.value.findings if f.severity is Severity.ERROR]
    for finding in errors:
        assert_bilingual(finding.message, finding.message.zh)
    return {(f.file, f.row, f.column, f.rule) for f in errors}


def notes_of(made: Imported) -> set[str]:
    return {finding.rule for finding in made.findings}


def test_two_ways_share_the_trips(tmp_path: Path) -> None:
    # 10 + v/10 = 15 at v = 50: all 100 trips take 15 minutes.
    made = import_gmns(folder(tmp_path))
    assert made.findings == ()
    instance = made.instance
    assert total_time(instance) == pytest.approx(1500.0, rel=1e-9)
    assert instance.settings.networks[0].law is FlowLaw.EQUILIBRIUM
    assert [link.capacity for link in instance.network_links] == [100.0, None]
    assert [link.length for link in instance.network_links] == [10.0, 15.0]
    assert [(p.id, p.lon, p.lat) for p in instance.places] == [
        ("1", 108.4, 31.2),
        ("2", 108.5, 31.1),
    ]
    assert [(n.name_en, n.name_zh) for n in instance.network_nodes] == [("East", ""), ("", "开州")]
    assert all(node.role is NodeRole.ZONE for node in instance.network_nodes)
    assert instance.settings.title.en == "Two ways"
    write_instance(instance, tmp_path / "out")
    assert read_instance(tmp_path / "out") == instance


def test_without_a_config_lengths_are_miles(tmp_path: Path) -> None:
    made = import_gmns(folder(tmp_path, config=""))
    assert notes_of(made) == {"assumed-unit"}
    link = made.instance.network_links[0]
    assert link.length == pytest.approx(16.09344)
    assert link.time == pytest.approx(10.0)  # miles at miles per hour: the same minutes


@pytest.mark.parametrize(
    ("length", "speed", "minutes", "km"),
    [
        ("meter", "m/s", 10.0 / 60.0 / 60.0, 0.01),  # 10 m at 60 m/s: a sixth of a second
        ("mile", "kph", 16.09344, 16.09344),
        ("km", "mph", 10.0 / 1.609344, 10.0),
        ("foot", "", 10.0, 0.003048),  # feet at feet per hour
        ("", "kph", 10.0, 10.0),
    ],
)
def test_units(tmp_path: Path, length: str, speed: str, minutes: float, km: float) -> None:
    config = f"long_length,speed\n{length},{speed}\n"
    link = import_gmns(folder(tmp_path, config=config)).instance.network_links[0]
    assert link.time == pytest.approx(minutes)
    assert link.length == pytest.approx(km)


@pytest.mark.parametrize(
    ("speed", "english", "chinese"),
    [
        ("", "speeds as miles per hour", "速度按英里/小时计"),
        ("kph", "speeds as kph", "速度按kph计"),
    ],
)
def test_units_that_are_assumed_are_told(
    tmp_path: Path, speed: str, english: str, chinese: str
) -> None:
    read = import_gmns(folder(tmp_path, config=f"dataset_name,speed\nx,{speed}\n"))
    (told,) = [one.message for one in read.findings if one.rule == "assumed-unit"]
    assert english in told
    assert chinese in told.zh


def test_headings_in_any_case_in_gbk_and_with_a_mark(tmp_path: Path) -> None:
    links = (
        "Link_ID,From_Node_ID,To_Node_ID,Directed,VDF_fftt1,VDF_alpha1,VDF_beta1,Capacity,Lanes\n"
        "10.0,1,2.0,TRUE,10,1,1,50,2\n11,1,2,1,15,,,,\n"
    )
    path = folder(
        tmp_path,
        node=NODES.upper().encode("gbk"),
        link=codecs.BOM_UTF8 + links.encode(),
        demand="O_ZONE_ID;D_ZONE_ID;VOLUME\n1;2;60\n1;2;40\n2;2;7\n",
    )
    made = import_gmns(path)
    assert total_time(made.instance) == pytest.approx(1500.0, rel=1e-9)
    assert made.instance.network_nodes[1].name_zh == "开州"
    assert notes_of(made) == {"inside-zone"}


def test_a_road_of_both_ways_has_its_capacity_in_each(tmp_path: Path) -> None:
    # 100 trips each way at 10 (1 + 100/100) = 20 minutes, apart from one another.
    links = LINKS.splitlines()[0] + "\n10,1,2,0,10,60,50,2,1,1\n"
    path = folder(tmp_path, link=links, demand=DEMAND + "2,1,100\n")
    instance = import_gmns(path).instance
    assert instance.network_links[0].both_ways
    assert total_time(instance) == pytest.approx(4000.0, rel=1e-9)


def test_without_parameters_trips_take_the_free_flow_way(tmp_path: Path) -> None:
    links = "link_id,from_node_id,to_node_id,directed,length,free_speed,capacity\na,1,2,1,10,60,5\n"
    assert total_time(import_gmns(folder(tmp_path, link=links)).instance) == pytest.approx(1000.0)


def test_without_trips_it_is_a_network_to_build_on(tmp_path: Path) -> None:
    links = LINKS.replace("vdf_beta\n", "vdf_beta,toll\n").replace("1,1\n", "1,1,5\n")
    instance = import_gmns(folder(tmp_path, demand="", link=links)).instance
    assert instance.settings.networks[0].law is FlowLaw.FLOW
    assert instance.demands == ()
    assert instance.network_links[0].cost == 5.0


def test_a_zone_of_several_nodes_begins_at_any_of_them(tmp_path: Path) -> None:
    # Zone 7 holds nodes 1 and 3; from each a way to 2. The trips split as over the two ways.
    nodes = "node_id,x_coord,y_coord,zone_id\n1,108,31,7\n3,109,32,7\n2,109,31,\n"
    links = LINKS.replace("11,1,2", "11,3,2")
    path = folder(tmp_path, node=nodes, link=links, demand="o_zone_id,d_zone_id,volume\n7,2,100\n",
                  zone="zone_id,name\n7,云枫\n")  # fmt: skip
    instance = import_gmns(path).instance
    assert total_time(instance) == pytest.approx(1500.0, rel=1e-9)
    zone = instance.network_nodes[-1]
    assert (zone.id, zone.name_zh, zone.place) == ("zone:7", "云枫", "zone:7")
    assert (instance.places[-1].lon, instance.places[-1].lat) == (108.5, 31.5)
    assert instance.settings.networks[0].no_through == ("zone:7",)
    assert len(instance.network_links) == 4


def test_no_trip_passes_a_centroid(tmp_path: Path) -> None:
    # Over node 3 it would be 2 minutes; it is a centroid, so all take the 10 minutes of link 10.
    nodes = "node_id,x_coord,y_coord,node_type\n1,0,0,\n2,1,1,\n3,2,2,Centroid\n"
    links = "link_id,from_node_id,to_node_id,directed,vdf_fftt\na,1,3,1,1\nb,3,2,1,1\nc,1,2,1,10\n"
    path = folder(tmp_path, node=nodes, link=links)
    assert total_time(import_gmns(path).instance) == pytest.approx(1000.0)
    (path / "link.csv").write_text(links.replace("c,1,2,1,10\n", ""), encoding="utf-8")
    assert faults_of(path) == {("demand.csv", 2, "d_zone_id", "no-way")}


def test_links_closed_to_cars_and_files_without_a_place_are_told(tmp_path: Path) -> None:
    links = LINKS.replace("vdf_beta\n", "vdf_beta,allowed_uses,toll,width\n")
    links += '12,1,2,1,1,60,50,1,1,1,"walk,bike",,9\n13,1,2,1,1,60,50,0,1,1,auto,,9\n'
    links += "14,1,2,1,99,60,50,1,1,1,auto,3,9\n"
    path = folder(tmp_path, link=links, link_tod="link_tod_id\n1\n", movement="mvmt_id\n1\n")
    made = import_gmns(path)
    assert {link.id for link in made.instance.network_links} == {"10", "11", "14"}
    assert notes_of(made) == {"left-out", "unread-column", "unread-file"}
    told = " ".join(str(finding) for finding in made.findings)
    for text in ("allowed_uses", "no lanes", "toll", "width", "link_tod.csv", "movement.csv"):
        assert text in told


def test_a_pavement_needs_no_speed(tmp_path: Path) -> None:
    # As in the examples of the specification: sidewalks beside the roads, no speed, UTM, no config.
    links = LINKS.replace("vdf_beta\n", "vdf_beta,facility_type,parent_link_id\n")
    links += "211,2,1,0,560,,,,,,SIDEWALK,NULL\n"
    nodes = "node_id,x_coord,y_coord\n1,322754,4698346\n2,322992,4698276\n"
    made = import_gmns(folder(tmp_path, node=nodes, link=links, config=""))
    assert [link.id for link in made.instance.network_links] == ["10", "11"]
    assert notes_of(made) == {"left-out", "unread-column", "assumed-unit", "unknown-crs"}


def test_coordinates_of_another_system_are_left_out(tmp_path: Path) -> None:
    nodes = NODES.replace("108.4,31.2", "443000,3452000")
    made = import_gmns(folder(tmp_path / "a", node=nodes, config=METRIC.replace("4326", "32649")))
    assert made.instance.places == ()
    assert notes_of(made) == {"unknown-crs"}
    assert faults_of(folder(tmp_path / "b", node=nodes)) == {
        ("node.csv", 2, "x_coord", "out-of-range")
    }
    assert is_degrees("CGCS2000")
    assert not is_degrees("WGS 84 / UTM zone 49N")


def test_length_from_the_geometry(tmp_path: Path) -> None:
    # A degree of latitude on a sphere of 6371.0088 km: 111.195 km, at 60 km/h 111.195 minutes.
    assert length_km([(108.0, 30.0), (108.0, 31.0)]) == pytest.approx(111.19508)
    links = (
        "link_id,from_node_id,to_node_id,directed,free_speed,geometry\n"
        'a,1,2,1,60,"LINESTRING (108 30, 108 31)"\n'
    )
    link = import_gmns(folder(tmp_path, link=links)).instance.network_links[0]
    assert (link.length, link.time) == pytest.approx((111.19508, 111.19508))
    assert points_of("POINT (1 2)") is None
    for word in ("x", "1_0", "nan", "inf", "\u0661"):
        assert points_of(f"LINESTRING (1 {word}, 2 3)") is None


def test_ids_with_blanks_blank_directed_and_shapes_of_their_own(tmp_path: Path) -> None:
    # One degree of latitude: 111.195 km, at 60 km/h as many minutes.
    path = folder(
        tmp_path,
        node="node_id,x_coord,y_coord\n1 A,108,30\n2,108,31\n",
        link=(
            "link_id,from_node_id,to_node_id,directed,length,free_speed,geometry_id\n"
            "a,1 A,2,,,60,g1\nb,1 A,2,0,,60,g1\n"
        ),
        config="long_length,speed\nkm,kph\n",
    )
    (path / "demand.csv").unlink(missing_ok=True)
    (path / "geometry.csv").write_text('geometry_id,geometry\ng1,"LINESTRING (108 30, 108 31)"\n')
    imported = import_gmns(path)
    first, second = imported.instance.network_links
    assert (first.both_ways, second.both_ways) == (False, True)
    assert first.from_node.endswith("1_A")
    assert (first.length, first.time) == pytest.approx((111.19508, 111.19508))
    told = [str(finding.message) for finding in imported.findings]
    assert any("1 link(s) do not say whether they are directed" in message for message in told)
    assert not any("geometry" in message for message in told)


def test_a_last_row_cut_short_is_told(tmp_path: Path) -> None:
    path = folder(tmp_path, node=f"{NODES}3,108.5,31.2,3")
    assert faults_of(path) == {("node.csv", 4, None, "cut-file")}
    (path / "node.csv").write_text(f"{NODES}3,108.5,31.2,3,West", encoding="utf-8")
    assert len(import_gmns(path).instance.network_nodes) >= 3


def test_every_fault_is_told_at_once(tmp_path: Path) -> None:
    path = folder(
        tmp_path,
        node="node_id,x_coord,y_coord\n1,108,31\n2,abc,31\n2,109,31\n3,108,95\n",
        link=(
            "link_id,from_node_id,to_node_id,directed,length,free_speed,capacity,lanes,vdf_alpha\n"
            "a,1,2,1,10,60,-5,1,0.15\n"
            "a,1,9,1,10,60,50,1,0.15\n"
            "b,2,1,maybe,10,60,50,1.5,0.15\n"
            "c,1,1,1,10,60,x,1,0.15\n"
            "d,1,2,1,,60,50,1,-1\n"
            "e,1,2,1,5,,50,1,\n"
            "f,1,2,1,5,0,50,1,\n"
            "g;h,1,2,1,5,60,50,1,\n"
        ),
        demand="o_zone_id,d_zone_id,volume\n1,2,-4\n1,8,5\n,2,\n",
        config="long_length,speed\nfurlong,kph\nkm,kph\n",
    )
    link, demand = "link.csv", "demand.csv"
    assert faults_of(path) == {
        ("config.csv", 2, "long_length", "unknown-unit"),
        ("config.csv", 3, "dataset_name", "extra-row"),
        ("node.csv", 3, "x_coord", "bad-number"),
        ("node.csv", 4, "node_id", "duplicate-id"),
        (link, 2, "capacity", "out-of-range"),
        (link, 3, "to_node_id", "unknown-id"),
        (link, 4, "directed", "bad-word"),
        (link, 4, "lanes", "bad-number"),
        (link, 5, "to_node_id", "loop"),
        (link, 5, "capacity", "bad-number"),
        (link, 6, "vdf_alpha", "out-of-range"),
        (link, 6, "length", "missing-cell"),
        (link, 7, "free_speed", "missing-cell"),
        (link, 8, "free_speed", "out-of-range"),
        (link, 9, "link_id", "bad-id"),
        (demand, 2, "volume", "out-of-range"),
        (demand, 3, "d_zone_id", "unknown-id"),
        (demand, 4, "o_zone_id", "missing-cell"),
        (demand, 4, "volume", "missing-cell"),
    }


def test_duplicate_links_and_ways_that_are_not_there(tmp_path: Path) -> None:
    path = folder(tmp_path, link=LINKS + "11,1,2,1,5,60,,1,,\n", demand=DEMAND + "2,1,5\n2,1,5\n")
    assert faults_of(path) == {
        ("link.csv", 4, "link_id", "duplicate-id"),
        ("demand.csv", 3, "d_zone_id", "no-way"),
    }


def test_missing_files_and_columns(tmp_path: Path) -> None:
    assert {rule for *_, rule in faults_of(tmp_path / "nowhere")} == {"missing-file"}
    both = faults_of(folder(tmp_path / "a", node="", link=""))
    assert both == {(f"{t}.csv", None, None, "missing-file") for t in ("node", "link")}
    path = folder(tmp_path / "b", node="node_id,x_coord\n1,2\n", link="link_id,to_node_id\n1,2\n")
    assert faults_of(path) == {
        ("node.csv", 1, "y_coord", "missing-column"),
        ("link.csv", 1, "from_node_id", "missing-column"),
    }
    empty = folder(tmp_path / "c", node="node_id,x_coord,y_coord\n", link=LINKS.splitlines()[0])
    assert {("node.csv", "no-rows"), ("link.csv", "no-rows")} <= {
        (file, rule) for file, _, _, rule in faults_of(empty)
    }


@pytest.mark.parametrize("name", ["node", "link", "demand", "config"])
def test_no_cell_ends_in_a_traceback(tmp_path: Path, name: str) -> None:
    text = {"node": NODES, "link": LINKS, "demand": DEMAND, "config": METRIC}[name]
    lines = [line.split(",") for line in text.splitlines()]
    count = 0
    for row in (0, 1):
        for column in range(len(lines[row])):
            for junk in ("", "abc", "-5", "1e400", "NaN", "9" * 99, '"', "\x00", "=1+1", "1e14"):
                changed = [list(line) for line in lines]
                changed[row][column] = junk
                content = "\n".join(",".join(line) for line in changed) + "\n"
                count += 1
                path = folder(tmp_path / str(count), **{name: content})
                try:
                    made = import_gmns(path)
                except InstanceError:
                    continue
                assert made.instance.network_nodes


def test_a_round_trip_leaves_the_equilibrium_as_it_is(tmp_path: Path) -> None:
    nodes = (
        "node_id,x_coord,y_coord,zone_id,node_type\n1,108,31,7,\n3,108,31,7,\n2,109,31,,centroid\n"
    )
    path = folder(tmp_path, node=nodes, link=LINKS.replace("11,1,2", "11,3,2"),
                  demand="o_zone_id,d_zone_id,volume\n7,2,100\n")  # fmt: skip
    first = import_gmns(path).instance
    plan = solve(first, SolveOptions()).plan
    write_gmns(tmp_path / "once", first, plan)
    again = import_gmns(tmp_path / "once")
    assert again.findings == ()
    assert total_time(again.instance) == pytest.approx(total_time(first), rel=1e-12)
    assert again.instance.network_links[:2] == tuple(
        link.model_copy(update={"source": "once, GMNS"}) for link in first.network_links[:2]
    )
    assert again.instance.settings.networks == first.settings.networks
    write_gmns(tmp_path / "once", again.instance, solve(again.instance, SolveOptions()).plan)
    third = import_gmns(tmp_path / "once").instance
    assert third.network_links == again.instance.network_links
    assert third.demands == again.instance.demands


def test_sioux_falls_goes_through_gmns_unchanged(tmp_path: Path, bench_dir: Path) -> None:
    # Best known total travel time of Transportation Networks for Research: 7,480,225.
    roads = import_tntp(bench_dir / "tntp" / "SiouxFalls").instance
    write_gmns(tmp_path / "sf", roads, None)
    made = import_gmns(tmp_path / "sf")
    assert notes_of(made) == {"no-coordinates"}
    assert total_time(made.instance) == pytest.approx(7_480_225.0, rel=1e-6)
