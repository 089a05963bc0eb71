"""Water networks: import, and pressures as EPANET computes them.

The two-loop network of Alperovits and Shamir (Water Resources Research 13, 1977): eight pipes of
1,000 m, roughness 130, 30 m of pressure wanted. Its optimal design costs 419,000 with diameters of
18, 10, 16, 4, 16, 10, 10 and 1 inches (Savic and Walters, 1997).
"""

from __future__ import annotations

import json
from importlib import import_module
from pathlib import Path

import pytest
from typer.testing import CliRunner

from infraplan.models.catalogue import entries
from infraplan.models.errors import InstanceFormatError
from infraplan.optimizer.cli.main import app
from infraplan.optimizer.interop.epanet import import_epanet
from infraplan.optimizer.interop.hydraulics import check_pressures, open_network, read_diameters
from tests.assertions import assert_bilingual
from tests.interop.told import told_of
from tests.optimizer.engine import best

pytestmark = pytest.mark.filterwarnings("default")

JUNCTIONS = {
    2: (150, 100),
    3: (160, 100),
    4: (155, 120),
    5: (150, 270),
    6: (165, 330),
    7: (160, 200),
}
PIPES = {1: (1, 2), 2: (2, 3), 3: (2, 4), 4: (4, 5), 5: (4, 6), 6: (6, 7), 7: (3, 5), 8: (5, 7)}
OPTIMUM = {1: 18, 2: 10, 3: 16, 4: 4, 5: 16, 6: 10, 7: 10, 8: 1}
SMALLER = {18: 16, 16: 14, 10: 8, 4: 3}


def two_loop(folder: Path, inches: dict[int, float]) -> Path:
    rows = ["[JUNCTIONS]"]
    rows += [f"{name} {level} {demand}" for name, (level, demand) in JUNCTIONS.items()]
    rows += ["[RESERVOIRS]", "1 210", "[PIPES]"]
    rows += [
        f"{name} {tail} {head} 1000 {25.4 * inches[name]} 130 0 Open"
        for name, (tail, head) in PIPES.items()
    ]
    rows += ["[OPTIONS]", "Units CMH", "Headloss H-W", "[TIMES]", "Duration 0", "[END]"]
    path = folder / "two_loop.inp"
    path.write_text("\n".join(rows) + "\n")
    return path


def epanet_pressures(path: Path, folder: Path) -> dict[str, float]:
    """Pressures by EPANET's own toolkit, one steady state."""
    import wntr  # here: to load it takes more than a second

    engine = wntr.epanet.toolkit.ENepanet()
    engine.ENopen(str(path), str(folder / "report.rpt"), str(folder / "out.bin"))
    engine.ENopenH()
    engine.ENinitH(0)
    engine.ENrunH()
    pressure = wntr.epanet.util.EN.PRESSURE
    found = {
        str(name): float(engine.ENgetnodevalue(engine.ENgetnodeindex(str(name)), pressure))
        for name in JUNCTIONS
    }
    engine.ENcloseH()
    engine.ENclose()
    return found


def test_the_optimal_design_is_feasible_and_no_pipe_may_be_smaller(tmp_path):
    path = two_loop(tmp_path, OPTIMUM)
    whole = check_pressures(path, 30.0)
    assert whole.is_feasible
    for pipe, inches in OPTIMUM.items():
        if inches in SMALLER:
            changed = check_pressures(path, 30.0, {str(pipe): 25.4 * SMALLER[inches]})
            truth = epanet_pressures(
                two_loop(tmp_path, OPTIMUM | {pipe: SMALLER[inches]}), tmp_path
            )
            assert changed.is_feasible == (min(truth.values()) >= 30.0)
            assert not changed.is_feasible
            path = two_loop(tmp_path, OPTIMUM)


def test_pressures_are_those_of_epanet(tmp_path):
    path = two_loop(tmp_path, OPTIMUM)
    truth = epanet_pressures(path, tmp_path)
    found = {node.node: node.pressure for node in check_pressures(path, 30.0).nodes}
    assert found == pytest.approx(truth, rel=1e-4)


def test_import_serves_every_demand(tmp_path):
    instance = import_epanet(two_loop(tmp_path, OPTIMUM)).instance
    found = best(instance)
    served = sum(row.value for row in found.plan.service if row.measure == "served")
    assert served == pytest.approx(1120 / 3.6)  # 1,120 m3/h in litres a second
    assert len(instance.network_links) == 8


def test_command_line(tmp_path):
    path = two_loop(tmp_path, OPTIMUM)
    design = tmp_path / "design.csv"
    design.write_text("pipe,diameter_in\n2,8\n")
    runner = CliRunner()
    good = runner.invoke(app, ["hydraulics", str(path), "--json"])
    assert json.loads(good.stdout)["feasible"] is True
    assert good.exit_code == 0
    bad = runner.invoke(app, ["hydraulics", str(path), "--diameters", str(design), "--json"])
    told = json.loads(bad.stdout)
    assert told["feasible"] is False
    assert bad.exit_code == 4
    assert told["worst_node"] == "3"
    done = runner.invoke(app, ["import", "epanet", str(path), str(tmp_path / "out"), "--json"])
    assert json.loads(done.stdout)["num_links"] == 8


RULES = """\
[JUNCTIONS]
;id level demand pattern
J1 10 50 ; first
J2 10 99

[DEMANDS]
J2 30 PT
J2 20
W1 -5
[RESERVOIRS]
R1 100
[PIPES]
P1 R1 J1 1000 300 100 0 Open
P2 J1 J2 500 200 100
P3 J1 J2 500 200 100 0 Closed
P4 R1 J2 500 200 100 0 CV
P5 W1 J1 500 200 100
[PUMPS]
U1 J1 J2 POWER 5
U2 J1 J2 POWER 5
U3 J1 J2 POWER 5
[STATUS]
U1 Closed
U2 Closed
U3 Closed
[CONTROLS]
LINK U1 OPEN AT CLOCKTIME 6 AM
LINK U3 CLOSED AT TIME 6
[RULES]
RULE 1
IF SYSTEM CLOCKTIME >= 6 AM
THEN PUMP U2 STATUS IS OPEN
[PATTERNS]
PT 0.5 1.5 2.5
[TIMES]
Duration 1 DAY
Hydraulic Timestep 30 MIN
Start ClockTime 6 PM
[OPTIONS]
Units GPM
Headloss H-W
Demand Multiplier 2
[END]
"""
GPM = 0.0630902
"""Litres a second in a US gallon a minute."""


def written(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "x.inp"
    path.write_bytes(text.replace("J2 10 99", "J2 10 99\nW1 10", 1).encode(encoding))
    return path


def test_demands_are_categories_times_patterns_times_the_multiplier(tmp_path):
    """J1: 50 x 2. J2: the rows of [DEMANDS] alone, 30 x mean(.5, 1.5, 2.5) + 20 = 65, x 2."""
    made = import_epanet(written(tmp_path, RULES))
    amounts = {row.node: row.amount for row in made.instance.demands}
    assert amounts == pytest.approx({"n-J1": 100 * GPM, "n-J2": 130 * GPM}, rel=1e-5)
    capacities = {node.id: node.capacity for node in made.instance.network_nodes}
    assert capacities["n-W1"] == pytest.approx(10 * GPM, rel=1e-5)  # -5 x 2: it feeds in
    told = {finding.rule: finding.message for finding in made.findings}
    # at most 100 + 2 x (30 x 2.5 + 20) = 290 for 230 on average
    assert "1.26 times" in told["averaged-pattern"]
    assert "no capacity" in told["no-capacity"]
    assert told["opened-later"].endswith("U1, U2")
    assert "1 junction(s)" in told["negative-demand"]
    for finding in made.findings:
        assert_bilingual(finding.text(), finding.text("zh"))


def test_what_is_closed_for_good_carries_nothing(tmp_path):
    links = {
        link.id: link for link in import_epanet(written(tmp_path, RULES)).instance.network_links
    }
    closed = {name for name, link in links.items() if link.capacity == 0.0}
    assert closed == {"l-P3", "l-U3"}
    assert not links["l-P4"].both_ways
    assert links["l-P2"].both_ways


def test_times_are_those_of_epanet(tmp_path):
    """By EPANET's own toolkit: a day in steps of half an hour from six in the evening."""
    import wntr

    path = written(tmp_path, RULES)
    network = open_network(path)
    times = network.options.time
    engine = wntr.epanet.toolkit.ENepanet()
    engine.ENopen(str(path), str(tmp_path / "r.rpt"), str(tmp_path / "o.bin"))
    code = wntr.epanet.util.EN
    assert times.duration == engine.ENgettimeparam(code.DURATION) == 86400
    assert times.hydraulic_timestep == engine.ENgettimeparam(code.HYDSTEP) == 1800
    assert times.start_clocktime == engine.ENgettimeparam(code.STARTTIME) == 18 * 3600
    engine.ENclose()


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8-sig", "utf-16"])
def test_any_encoding_is_read(tmp_path, encoding):
    path = written(tmp_path, RULES.replace("; first", "; 第一个用水节点"), encoding)
    assert len(import_epanet(path).instance.demands) == 2


@pytest.mark.parametrize("options", ["[OPTIONS]\nHeadloss H-W\n", ""])
def test_without_units_flows_are_gallons_a_minute(tmp_path, options):
    head = RULES.split("[OPTIONS]")[0]
    made = import_epanet(written(tmp_path, f"{head}{options}[END]\n"))
    amounts = {row.node: row.amount for row in made.instance.demands}
    assert amounts["n-J1"] == pytest.approx(50 * GPM, rel=1e-5)


@pytest.mark.parametrize("length", ["1e19", "nan"])
def test_a_length_out_of_range_is_placed(tmp_path, length):
    text = RULES.replace("P2 J1 J2 500", f"P2 J1 J2 {length}")
    with pytest.raises(InstanceFormatError, match="P2 has a length of") as caught:
        import_epanet(written(tmp_path, text))
    (finding,) = caught.value.findings
    assert finding.row == text.splitlines().index(f"P2 J1 J2 {length} 200 100") + 2
    assert_bilingual(finding.message, finding.message.zh)


def test_faults_are_told(tmp_path):
    with pytest.raises(InstanceFormatError, match="no such file"):
        import_epanet(tmp_path / "missing.inp")
    wrong = tmp_path / "wrong.inp"
    wrong.write_text("[JUNCTIONS]\n1 2 3\n[FOO]\nbar\n")
    with pytest.raises(InstanceFormatError, match="no EPANET input file"):
        import_epanet(wrong)
    with pytest.raises(InstanceFormatError, match="no pipe '99'"):
        check_pressures(two_loop(tmp_path, OPTIMUM), 30.0, {"99": 100.0})
    table = tmp_path / "d.csv"
    table.write_text("pipe,diameter_mm\n1,wide\n")
    with pytest.raises(InstanceFormatError, match="'wide' is not a diameter"):
        read_diameters(table)


PLAIN = (
    "[JUNCTIONS]\nJ1 0 1\n[RESERVOIRS]\nR1 10\n[PIPES]\nP1 R1 J1 10 100 100 0 Open\n"
    "[OPTIONS]\nUnits LPS\n[END]\n"
)


@pytest.mark.parametrize(
    ("old", "new", "english", "chinese"),
    [
        ("J1 10", "J1 abc", "(Error 211) illegal link", "管段属性值无效“abc”（错误211），第6行"),
        ("[PIPES]", "[FOO]", "(Error 201) syntax error, at", "语法错误“FOO”（错误201），第5行"),
        ("R1 J1", "R1 J9", "(Error 203) undefined node", "节点未定义“J9”（错误203），第6行"),
    ],
)
def test_what_its_reader_says_is_told_in_chinese_too(tmp_path, old, new, english, chinese):
    path = tmp_path / "plain.inp"
    path.write_text(PLAIN.replace(old, new))
    (told,) = told_of(lambda: import_epanet(path))
    assert english in told.message
    assert "%s" not in told.message
    assert told.message.zh.endswith(chinese)


def test_every_error_of_its_reader_has_chinese_words():
    exceptions = import_module("wntr.epanet.exceptions")  # slow to load: not for every run
    known = entries("epanet")
    asked = [code for code in exceptions.EN_ERROR_CODES if 200 <= code < 300]
    assert len(asked) > 40
    assert not [code for code in asked if str(code) not in known]


def test_numbers_are_those_that_epanet_reads(tmp_path):
    path = two_loop(tmp_path, OPTIMUM)
    text = path.read_text().replace("2 150 100\n", "2 150 1_00\n").replace(" 130 0", " \u0661 0", 1)
    path.write_text(text)
    told = told_of(lambda: import_epanet(path))
    assert [(str(one.message), one.row) for one in told] == [
        ("'1_00' is no number", 2),
        ("'\u0661' is no number", 11),
    ]


def test_a_file_without_its_end_is_told(tmp_path):
    path = two_loop(tmp_path, OPTIMUM)
    assert "no-end" not in [one.rule for one in import_epanet(path).findings]
    path.write_text(path.read_text().replace("[END]\n", ""))
    (found,) = [one for one in import_epanet(path).findings if one.rule == "no-end"]
    assert_bilingual(found.message, found.message.zh)


def test_all_faults_of_a_design_are_told(tmp_path):
    table = tmp_path / "d.csv"
    table.write_text("pipe,diameter_mm\n1,1_0\n2,nan\n3,100\n3,200\n,5\n")
    assert [one.row for one in told_of(lambda: read_diameters(table))] == [2, 3, 5, 6]
    table.write_bytes("pipe,diameter_mm\r\n1,100\r\n".encode("utf-8-sig"))
    assert read_diameters(table) == {"1": 100.0}


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("\npipe,width\n1,2\n", [2]),
        ("pipe,diameter_mm,diameter_in\n1,100,4\n", [1]),
        ("pipe,diameter_mm\n1,1,500\n2,0\n\n3,-1\n", [2, 3, 5]),
        (f"pipe,diameter_mm\n1,{200_000 * '5'}\n", [2]),
    ],
)
def test_no_table_of_a_design_is_half_read(tmp_path, text, rows):
    table = tmp_path / "d.csv"
    table.write_text(text)
    found = told_of(lambda: read_diameters(table))
    assert [one.row for one in found] == rows
    for one in found:
        assert_bilingual(one.message, one.message.zh)
    table.write_text("pipe;diameter_in\n a ;2\n")
    assert read_diameters(table) == {"a": 50.8}
