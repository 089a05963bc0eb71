"""Water networks: import, and pressures as EPANET computes them.

The two-loop network of Alperovits and Shamir (Water Resources Research 13, 1977): eight pipes of
1,000 m, roughness 130, 30 m of pressure wanted. Its optimal design costs 419,000 with diameters of
18, 10, 16, 4, 16, 10, 10 and 1 inches (Savic and Walters, 1997).
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from infraplan.models.errors import InstanceFormatError
from infraplan.optimizer.cli.main import app
from infraplan.optimizer.interop.epanet import import_epanet
from infraplan.optimizer.interop.hydraulics import check_pressures, read_diameters
from tests.optimizer.engine import best

wntr = pytest.importorskip("wntr", reason="the optional package wntr is not installed")
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
    instance = import_epanet(two_loop(tmp_path, OPTIMUM))
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
