"""Sizes of pipes: an EPANET file and a table of sizes as an instance, and heads beside EPANET's."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from infraplan.models.errors import InstanceFormatError
from infraplan.optimizer.cli.main import app
from infraplan.optimizer.interop.pipe_sizes import import_pipe_sizes, read_sizes
from infraplan.optimizer.program import build_formulation
from infraplan.optimizer.waterdesign.hydraulics import Hydraulics
from infraplan.optimizer.waterdesign.pipes import laid_choice, read_pipes
from tests.assertions import assert_bilingual
from tests.interop.test_epanet import JUNCTIONS, OPTIMUM, epanet_pressures, two_loop
from tests.optimizer.engines.waters import PRICES

pytestmark = pytest.mark.filterwarnings("default")
pytest.importorskip("wntr")


def sizes_file(folder: Path, heading: str = "diameter_in,unit_cost") -> Path:
    path = folder / "sizes.csv"
    rows = [f"{size},{price}" for size, price in PRICES.items()]
    path.write_text("\n".join([heading, *rows]) + "\n", "utf-8")
    return path


def test_every_pipe_is_a_project_and_every_size_an_option(tmp_path: Path) -> None:
    sizes = read_sizes(sizes_file(tmp_path))
    instance = import_pipe_sizes(two_loop(tmp_path, OPTIMUM), sizes, 30.0).instance
    assert len(instance.projects) == len(instance.network_links) == 8
    costs = [option.overnight_cost for option in instance.projects[0].options]
    assert costs == [1000.0 * price for price in PRICES.values()]
    assert {project.mandatory for project in instance.projects} == {"must"}
    nodes = {node.id: node for node in instance.network_nodes}
    assert (nodes["n-1"].role, nodes["n-1"].elevation) == ("source", 210.0)
    assert (nodes["n-6"].elevation, nodes["n-6"].least_pressure) == (165.0, 30.0)
    taken = {demand.node: demand.amount for demand in instance.demands}
    assert taken["n-6"] == pytest.approx(330 / 3.6)


def test_heads_are_those_of_epanet(tmp_path: Path) -> None:
    """EPANET ends at an accuracy of 0.001 of the flows, which is some millimetres here."""
    path = two_loop(tmp_path, OPTIMUM)
    instance = import_pipe_sizes(path, read_sizes(sizes_file(tmp_path)), 30.0).instance
    formulation = build_formulation(instance)
    state = read_pipes(formulation)
    laid = laid_choice(formulation, state)
    design = np.array([list(PRICES).index(OPTIMUM[pipe]) for pipe in sorted(OPTIMUM)])
    assert laid.choice.cost(design) == 419000.0
    columns = laid.columns(design, formulation.mip.num_columns)
    found = Hydraulics(state.pipes).solve(state.resistances(columns)[None])
    assert found.margin[0] > 0.0
    truth = epanet_pressures(path, tmp_path)
    heads = {node.id: head for node, head in zip(state.network.nodes, found.head[0], strict=True)}
    for name, pressure in truth.items():
        level = JUNCTIONS[int(name)][0]
        assert heads[f"n-{name}"] - level == pytest.approx(pressure, abs=0.01)


def test_pipes_may_be_laid_beside_those_that_stay(tmp_path: Path) -> None:
    sizes = read_sizes(sizes_file(tmp_path, "diameter_mm,unit_cost"))
    instance = import_pipe_sizes(two_loop(tmp_path, OPTIMUM), sizes, 30.0, beside=True).instance
    assert len(instance.network_links) == 16
    assert sum(link.exists for link in instance.network_links) == 8
    assert {project.mandatory for project in instance.projects} == {"no"}
    diameters = {link.id: link.diameter for link in instance.network_links}
    assert diameters["l-1"] == pytest.approx(18 * 25.4)
    assert diameters["l-1-beside"] is None


def test_what_no_network_under_pressure_has_is_refused_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "net.inp"
    path.write_text(
        "[JUNCTIONS]\nJ1 10 5\nJ2 10 -5\n[RESERVOIRS]\nR1 100\n[TANKS]\nT1 10 1 0 5 10 0\n"
        "[PIPES]\nP1 R1 J1 100 300 100 0 CV\nP2 J1 J2 100 300 100 0 Closed\nP3 J1 T1 9 300 100\n"
        "[PUMPS]\nU1 R1 J2 POWER 5\n[OPTIONS]\nUnits LPS\nHeadloss D-W\n[END]\n",
        "utf-8",
    )
    with pytest.raises(InstanceFormatError) as caught:
        import_pipe_sizes(path, read_sizes(sizes_file(tmp_path)), 30.0)
    found = {finding.row for finding in caught.value.findings}
    assert found == {None, 3, 7, 9, 10, 13}
    for finding in caught.value.findings:
        assert_bilingual(finding.message, finding.message.zh)


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("diameter_mm,unit_cost\n100,x\n0,5\n", {2, 3}),
        ("diameter_mm,unit_cost\n100,1\n100,2\n", {3}),
        ("diameter_mm,unit_cost\n", {None}),
        ("size,price\n100,2\n", {1}),
        ("\nsize,price\n100,2\n", {2}),
        ("diameter_mm,unit_cost\n\n\n100,x\n", {4}),
        ("diameter_mm,unit_cost,unit_cost\n100,1,2\n", {1}),
        ("diameter_mm,diameter_in,unit_cost\n100,4,2\n", {1}),
        ("diameter_mm,unit_cost\n100,1,500\n", {2}),  # no price of 1
        (f"diameter_mm,unit_cost\n100,{200_000 * '5'}\n", {2}),
        ('diameter_mm,unit_cost\n"100,5\n', {2}),
        ("diameter_mm,unit_cost\n1e200,5\n100,1e300\n", {2, 3}),
    ],
)
def test_faults_of_sizes_are_told_with_their_line(tmp_path: Path, text: str, rows: set) -> None:
    path = tmp_path / "sizes.csv"
    path.write_text(text, "utf-8")
    with pytest.raises(InstanceFormatError) as caught:
        read_sizes(path)
    assert {finding.row for finding in caught.value.findings} == rows
    for finding in caught.value.findings:
        assert_bilingual(finding.message, finding.message.zh)


@pytest.mark.parametrize(
    "text",
    [
        "\ufeffdiameter_mm;unit_cost\n100.5;3\n",
        "\ndiameter_mm\tunit_cost\r\n100.5\t3\t\r\n",
        "unit_cost,diameter_mm,\n3,100.5,,\n",
    ],
)
def test_sizes_are_read_as_other_tables_are(tmp_path: Path, text: str) -> None:
    path = tmp_path / "sizes.csv"
    path.write_text(text, "utf-8")
    (size,) = read_sizes(path)
    assert (size.id, size.diameter, size.unit_cost) == ("d100_5", 100.5, 3.0)


def test_sizes_a_hair_apart_are_two_options(tmp_path: Path) -> None:
    path = tmp_path / "sizes.csv"
    path.write_text("diameter_mm,unit_cost\n100.000001,5\n100.000002,6\n1234567,7\n", "utf-8")
    sizes = read_sizes(path)
    assert [size.id for size in sizes] == ["d100_000001", "d100_000002", "d1234567"]
    assert len(import_pipe_sizes(two_loop(tmp_path, OPTIMUM), sizes, 30.0).instance.projects) == 8


def test_a_pipe_that_costs_more_than_an_instance_takes_is_told(tmp_path: Path) -> None:
    path = tmp_path / "sizes.csv"
    path.write_text("diameter_mm,unit_cost\n100,1e14\n", "utf-8")
    with pytest.raises(InstanceFormatError) as caught:
        import_pipe_sizes(two_loop(tmp_path, OPTIMUM), read_sizes(path), 30.0)
    assert len(caught.value.findings) == 8
    assert all(finding.row for finding in caught.value.findings)


def test_heights_beyond_what_an_instance_takes_are_told(tmp_path: Path) -> None:
    path = tmp_path / "net.inp"
    path.write_text(
        "[JUNCTIONS]\nJ1 1e16 5\nJ2 10 1e16\n[RESERVOIRS]\nR1 1e16\n[PIPES]\n"
        "P1 R1 J1 100 300 100 0\nP2 J1 J2 100 300 100 0\n[OPTIONS]\nUnits LPS\n[END]\n",
        "utf-8",
    )
    with pytest.raises(InstanceFormatError) as caught:
        import_pipe_sizes(path, read_sizes(sizes_file(tmp_path)), 30.0)
    assert [finding.row for finding in caught.value.findings] == [2, 3, 5]


def test_the_command_takes_no_pressure_beyond_what_an_instance_takes(tmp_path: Path) -> None:
    path, sizes = two_loop(tmp_path, OPTIMUM), sizes_file(tmp_path)
    words = ["import", "epanet", str(path), str(tmp_path / "out"), "--sizes", str(sizes)]
    done = CliRunner().invoke(app, [*words, "--least-pressure", "1e300"])
    assert done.exit_code == 3
    assert "1e+300 is beyond what an instance takes" in done.output


def test_the_command_takes_sizes(tmp_path: Path) -> None:
    path, sizes = two_loop(tmp_path, OPTIMUM), sizes_file(tmp_path)
    words = ["import", "epanet", str(path), str(tmp_path / "out"), "--sizes", str(sizes), "--json"]
    done = CliRunner().invoke(app, words)
    assert done.exit_code == 0
    told = json.loads(done.stdout)
    assert (told["num_projects"], told["benchmark_metric"]) == (8, "cost")


def test_a_table_of_sizes_without_its_columns_names_them(tmp_path: Path) -> None:
    path = tmp_path / "sizes.csv"
    path.write_text("dia,price\n100,20\n200,40\n", "utf-8")
    with pytest.raises(InstanceFormatError) as refused:
        read_sizes(path)
    told = {str(finding.message): str(finding.advice) for finding in refused.value.findings}
    assert set(told) == {
        "there is no column diameter_mm (diameter_in)",
        "there is no column unit_cost",
    }
    assert set(told.values()) == {"add it; the file has: dia, price"}
    assert {finding.row for finding in refused.value.findings} == {1}


def test_headings_with_blanks_around_them_are_read(tmp_path: Path) -> None:
    path = tmp_path / "sizes.csv"
    path.write_text(" diameter_mm , unit_cost\n 100 , 20\n", "utf-8")
    assert [(size.diameter, size.unit_cost) for size in read_sizes(path)] == [(100.0, 20.0)]


@pytest.mark.parametrize("option", [("--least-pressure", "20"), ("--beside",)])
def test_what_says_how_sizes_are_chosen_needs_sizes(
    option: tuple[str, ...], tmp_path: Path
) -> None:
    path, out = two_loop(tmp_path, OPTIMUM), tmp_path / "out"
    found = CliRunner().invoke(app, ["import", "epanet", str(path), str(out), *option])
    assert (found.exit_code, out.exists()) == (2, False)
    assert option[0] in found.output
    assert "--sizes" in found.output
