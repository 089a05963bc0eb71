"""TNTP and DNDP files: what is read, and every fault in one report."""

from __future__ import annotations

from pathlib import Path

import pytest

from infraplan.models.errors import InstanceFormatError
from infraplan.optimizer.interop.dndp import import_dndp, read_dndp
from infraplan.optimizer.interop.tntp import import_tntp
from tests.assertions import assert_bilingual
from tests.interop.told import told_of

NET = """<NUMBER OF ZONES> 2
<NUMBER OF NODES> 3
<FIRST THRU NODE> 3
<NUMBER OF LINKS> 3
<END OF METADATA>

~ \tInit node \tTerm node \tCapacity \tLength \tFree Flow Time \tB\tPower\tSpeed limit \t;
\t1\t3\t10\t1\t2\t0.15\t4\t0\t0\t1\t;
\t3\t2\t10\t1\t3\t0.15\t4\t0\t0\t1\t;
\t1\t2\t0\t1\t9\t0\t0\t0\t0\t1\t;
"""
TRIPS = """<NUMBER OF ZONES> 2
<TOTAL OD FLOW> 5.0
<END OF METADATA>

Origin \t1
    1 :      0.0;     2 :    5.0;

Origin  2
    1 :      0.0;
"""


def write(folder: Path, net: str = NET, trips: str = TRIPS) -> Path:
    (folder / "X_net.tntp").write_text(net, encoding="utf-8")
    (folder / "X_trips.tntp").write_text(trips, encoding="utf-8")
    return folder


def faults(folder: Path) -> list[tuple[str, int | None, str]]:
    with pytest.raises(InstanceFormatError) as caught:
        import_tntp(folder)
    for finding in caught.value.findings:
        assert_bilingual(finding.message, finding.message.zh)
    return [(Path(f.file or "").name, f.row, f.message) for f in caught.value.findings]


def test_links_trips_and_closed_zones(tmp_path: Path) -> None:
    instance = import_tntp(write(tmp_path)).instance
    assert [(row.from_node, row.to_node, row.time) for row in instance.network_links] == [
        ("n1", "n3", 2.0),
        ("n3", "n2", 3.0),
        ("n1", "n2", 9.0),
    ]
    # No capacity is no congestion, not a closed road.
    assert [row.capacity for row in instance.network_links] == [10.0, 10.0, None]
    assert [(row.node, row.to_node, row.amount) for row in instance.demands] == [("n1", "n2", 5.0)]
    assert instance.settings.networks[0].no_through == ("n1", "n2")


def test_a_byte_order_mark_a_heading_without_tilde_and_no_metadata(tmp_path: Path) -> None:
    lines = NET.splitlines()
    plain = "\ufeff" + "init_node\tterm_node\tcapacity\n" + "\n".join(lines[7:]) + "\n"
    assert len(import_tntp(write(tmp_path, plain)).instance.network_links) == 3


def test_all_faults_of_both_files_are_told(tmp_path: Path) -> None:
    net = NET.replace("\t3\t2\t10\t", "\t3\t2\t-10\t").replace("\t1\t2\t0\t1\t9", "\t1\t2\t0\t1\tx")
    trips = TRIPS.replace("2 :    5.0;", "2 :    5,0; 7 : 1.0; 2") + "Origin\n 1 : 4;\n"
    assert faults(write(tmp_path, net, trips)) == [
        ("X_net.tntp", 9, "capacity is '-10', not a number from 0 on"),
        ("X_net.tntp", 10, "free flow time is 'x', not a number from 0 on"),
        ("X_trips.tntp", 6, "'5,0' is not a number of trips from 0 on"),
        ("X_trips.tntp", 6, "no link touches node 7, where trips begin or end"),
        ("X_trips.tntp", 6, "not trips to a node: '2'"),
        ("X_trips.tntp", 10, "'' is not the number of a node"),
    ]


@pytest.mark.parametrize(
    ("old", "new", "row", "message"),
    [
        ("\t1\t3\t10\t1\t2\t0.15\t4\t0\t0\t1\t;", "\t1\t3\t10\t;", 8, "a link with 3 columns"),
        ("\t1\t3\t10", '\t1\tn"3\t10', 8, "'n\"3' is not the number of a node"),
        ("\t1\t3\t10", "\t1\t3\t1e999", 8, "capacity is '1e999'"),
        ("<FIRST THRU NODE> 3", "<FIRST THRU NODE> three", 3, "FIRST THRU NODE is 'three'"),
        ("<NUMBER OF LINKS> 3", "<NUMBER OF LINKS 3", 4, "not a line <NAME> value"),
        ("<NUMBER OF LINKS> 3", "<NUMBER OF LINKS> 2", None, "has 3 links and says that there"),
    ],
)
def test_faults_of_the_network(
    tmp_path: Path, old: str, new: str, row: int | None, message: str
) -> None:
    assert old in NET
    (found,) = faults(write(tmp_path, NET.replace(old, new)))
    assert found[1] == row
    assert message in found[2]


def test_trips_that_stand_twice(tmp_path: Path) -> None:
    ((_, row, message),) = faults(write(tmp_path, trips=TRIPS + "Origin 1\n 2 : 1;\n"))
    assert (row, message) == (11, "trips from 1 to 2 stand twice")


def test_missing_files_are_told_together(tmp_path: Path) -> None:
    assert len(faults(tmp_path)) == 2


def test_links_beyond_the_stated_number_are_candidates(tmp_path: Path) -> None:
    lines = NET.replace("<NUMBER OF LINKS> 3", "<NUMBER OF LINKS> 2\n<NUMBER OF NEW LINKS> 1")
    new = lines.replace(
        "\t1\t2\t0\t1\t9\t0\t0\t0\t0\t1\t;", "\t1\t2\t5\t1\t4\t0.15\t4\t0\t0\t1\t8\t;"
    )
    write(tmp_path)
    (tmp_path / "P.txt").write_text(new, encoding="utf-8")
    instance = import_dndp(tmp_path, Path("P.txt"), 0.5)
    (project,) = instance.projects
    assert project.options[0].resources == {"budget": 8.0}
    assert instance.resources[0].limit == 4.0
    with pytest.raises(InstanceFormatError, match="no candidates"):
        import_dndp(tmp_path, Path("X_net.tntp"), 0.5)
    short = new.rstrip().rsplit("\n", 1)[0]
    (tmp_path / "P.txt").write_text(short, encoding="utf-8")
    with pytest.raises(InstanceFormatError, match="has 2 links and says that there are 3"):
        import_dndp(tmp_path, Path("P.txt"), 0.5)


def told(folder: Path, **factors: float) -> list[tuple[str, str]]:
    imported = import_tntp(folder, **factors)
    for finding in imported.findings:
        assert_bilingual(finding.message, finding.message.zh)
        assert_bilingual(finding.advice, finding.advice.zh)
    return [(finding.rule, str(finding.message)) for finding in imported.findings]


def test_what_a_file_says_of_itself_is_held_against_it(tmp_path: Path) -> None:
    assert told(write(tmp_path)) == []
    # 5 trips; the link 1 - 2 has no delay function, so that its capacity says nothing
    trips = TRIPS.replace("<TOTAL OD FLOW> 5.0", "<total od flow> 99")
    ((rule, message),) = told(write(tmp_path, trips=trips))
    assert rule == "other-total"
    assert "add up to 5 and the file says that they are 99" in message
    net = NET.replace("<NUMBER OF NODES> 3", "<NUMBER OF NODES> 4")
    assert told(write(tmp_path, net))[0][0] == "other-count"


def test_a_capacity_of_0_with_a_delay_function_is_told(tmp_path: Path) -> None:
    net = NET.replace("\t1\t3\t10\t1\t2\t0.15", "\t1\t3\t0\t1\t2\t0.15")
    ((rule, message),) = told(write(tmp_path, net))
    assert rule == "no-capacity"
    assert message.endswith(": 1-3")


def test_tolls_and_lengths_count_by_their_factors(tmp_path: Path) -> None:
    # Link 1 - 3: length 1, time 2, b 0.15, toll 50. With 0.02 and 0.5: 1.0 + 0.5 come on top, at
    # any volume: 2 (1 + 0.15 r) + 1.5 = 3.5 (1 + 0.15 x 2 / 3.5 r).
    net = NET.replace("\t1\t3\t10\t1\t2\t0.15\t4\t0\t0\t1", "\t1\t3\t10\t1\t2\t0.15\t4\t0\t50\t1")
    folder = write(tmp_path, net)
    assert [rule for rule, _ in told(folder)] == ["toll-not-read"]
    imported = import_tntp(folder, toll_factor=0.02, distance_factor=0.5)
    assert imported.findings == ()
    first, second, third = imported.instance.network_links
    assert first.time == pytest.approx(3.5)
    assert first.bpr_alpha == pytest.approx(0.15 * 2.0 / 3.5)
    assert (second.time, third.time) == (3.5, 9.5)
    bad = NET.replace("\t1\t3\t10\t1\t2\t0.15\t4\t0\t0\t1", "\t1\t3\t10\t1\t2\t0.15\t4\t0\tx\t1")
    assert faults(write(tmp_path, bad)) == [
        ("X_net.tntp", 8, "toll is 'x', not a number from 0 on")
    ]


@pytest.mark.parametrize(
    ("old", "new", "row", "message"),
    [
        ("\t1\t3\t10", "\t1\t3\t1_0", 8, "capacity is '1_0'"),
        ("\t1\t3\t10", "\t1\t3\t\u0661\u0660", 8, "capacity is"),
        ("\t1\t3\t10", "\t1\t3\t1e30", 8, "1e+30 is beyond"),
        ("\t1\t3\t10", "\t1\t3\tinf", 8, "capacity is 'inf'"),
        ("\t1\t3\t10", "\t1\t3\tnan", 8, "capacity is 'nan'"),
        ("<NUMBER OF ZONES> 2", "<NUMBER OF ZONES> 2_0", 1, "NUMBER OF ZONES is '2_0'"),
        ("9\t0\t0\t0\t0\t1\t;\n", "9\t0\t0\t0", 10, "middle of a line"),
        (NET, "", None, "the file is empty"),
    ],
)
def test_damage_of_the_network_is_told_once(
    tmp_path: Path, old: str, new: str, row: int | None, message: str
) -> None:
    assert old in NET
    (found,) = faults(write(tmp_path, NET.replace(old, new)))
    assert found[1] == row
    assert message in found[2]


@pytest.mark.parametrize(
    ("old", "new", "row", "message"),
    [
        ("<TOTAL OD FLOW> 5.0", "<TOTAL OD FLOW> 5_0", 2, "'5_0' is no number"),
        ("<NUMBER OF ZONES> 2", "<NUMBER OF ZONES> two", 1, "NUMBER OF ZONES is 'two'"),
        ("2 :    5.0;", "2 :    5_0;", 6, "'5_0' is not a number of trips"),
        ("    1 :      0.0;\n", "    1 :      0", 9, "middle of a line"),
        (TRIPS, "", None, "the file is empty"),
    ],
)
def test_damage_of_the_trips_is_told_once(
    tmp_path: Path, old: str, new: str, row: int | None, message: str
) -> None:
    assert old in TRIPS
    at = TRIPS.rindex(old)
    (found,) = faults(write(tmp_path, trips=TRIPS[:at] + new + TRIPS[at + len(old) :]))
    assert found[1] == row
    assert message in found[2]


def test_zones_are_held_against_both_files(tmp_path: Path) -> None:
    trips = TRIPS.replace("ZONES> 2", "ZONES> 1")
    assert told(write(tmp_path, trips=trips)) == [
        ("other-count", "the file states 1 zone, that of the network 2"),
        ("other-count", "trips begin or end beyond the 1 zone that the file states: 2"),
    ]
    write(tmp_path, trips=TRIPS.replace("FLOW> 5.0", "FLOW> 50"))
    text = NET.replace("LINKS> 3", "LINKS> 2")
    (tmp_path / "P.txt").write_text(text)
    (finding,) = told_of(lambda: read_dndp(tmp_path, Path("P.txt"), 0.5))
    assert (finding.message, finding.row) == (
        "a candidate link has no cost, its eleventh column",
        10,
    )
    (tmp_path / "P.txt").write_text(text.replace("9\t0\t0\t0\t0\t1\t;", "9\t0\t0\t0\t0\t1\t8\t;"))
    (finding,) = read_dndp(tmp_path, Path("P.txt"), 0.5).findings
    assert "add up to 5 and the file says that they are 50" in finding.message


def test_encodings_and_ends_of_lines_do_not_matter(tmp_path: Path) -> None:
    asked = import_tntp(write(tmp_path)).instance
    for encoding in ("utf-8-sig", "utf-16"):
        (tmp_path / "X_net.tntp").write_bytes(NET.replace("\n", "\r\n").encode(encoding))
        (tmp_path / "X_trips.tntp").write_bytes(TRIPS.replace("\n", "\r\n").encode(encoding))
        assert import_tntp(tmp_path).instance == asked
