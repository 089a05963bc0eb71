"""Commands beside `solve` on networks that no linear program holds: answered, or refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from infraplan.models.network import FlowLaw, NetworkSettings
from infraplan.models.scenario import Change, Scenario
from infraplan.optimizer.storage import write_instance
from infraplan.optimizer.sweeps.two_stage import JointState
from tests.builders import (
    edit,
    make_change,
    make_demand,
    make_instance,
    make_link,
    make_node,
    make_project,
    make_settings,
)
from tests.cli.conftest import Call
from tests.optimizer.engines.test_water_design import single
from tests.optimizer.engines.waters import laying, node, pipe, water
from tests.optimizer.equilibrium.test_equilibrium import braess_instance
from tests.optimizer.sweeps.test_two_stage import solved

PLACES = {
    "alternatives": ("run", "infraplan compare", ("--within-money", "1")),
    "move-money": ("run", "--set funds", ("--years", "2021,2021")),
    "replan": ("run", "infraplan compare", ()),
    "robust": ("instance", "infraplan sweep", ("--draws", "2")),
}


@pytest.fixture(scope="module")
def made(call: Call, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """An instance and a run of each law."""
    found: dict[str, Path] = {}
    road = [make_project("road", 7.0, lead_time=0, mandatory="must")]
    for law, instance in (
        ("pressure", single()),
        ("equilibrium", braess_instance(projects=road)),
    ):
        folder = tmp_path_factory.mktemp(law)
        write_instance(instance, folder / "instance")
        ended = call("solve", folder / "instance", "-o", folder / "run", "--json")
        assert ended.code == 0, ended.err
        found[law] = folder
    return found


@pytest.mark.parametrize("law", ["pressure", "equilibrium"])
@pytest.mark.parametrize("command", PLACES)
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_one_sentence_names_the_law_and_what_to_use(
    command: str, law: str, lang: str, made: dict[str, Path], call: Call, tmp_path: Path
) -> None:
    what, instead, more = PLACES[command]
    out = tmp_path / "out"
    ended = call(command, made[law] / what, *more, "-o", out, "--lang", lang)
    assert ended.code == 6
    (told,) = ended.err.strip().splitlines()
    assert f"infraplan {command}" in told
    assert f"{law} (" in told
    assert instead in told
    assert not out.exists()  # nothing was begun


def test_an_output_as_criterion_is_refused_and_value_is_not(
    made: dict[str, Path], call: Call, tmp_path: Path
) -> None:
    instance = single()
    (project,) = instance.projects
    options = tuple(edit(option, outputs={"km": 1.0}) for option in project.options)
    write_instance(
        edit(instance, projects=(edit(project, options=options),)), tmp_path / "instance"
    )
    asked = ("frontier", tmp_path / "instance", "--points", "1", "--json")
    refused = call(*asked, "--y", "km", "-o", tmp_path / "km")
    assert refused.code == 6
    assert "--y" in refused.err
    assert not (tmp_path / "km").exists()
    assert call(*asked, "-o", tmp_path / "value").code == 0


def test_a_list_of_nothing_is_not_called_no_plan(call: Call, tmp_path: Path) -> None:
    """The pipe that stands keeps 30 m (9.54 m of 50 m are lost): another is never worth laying."""
    instance = water(
        [node("s", 50.0), node("a", 0.0, 30.0)],
        [pipe("old", "s", "a", diameter=150.0), pipe("new", "s", "a")],
        {"a": 20.0},
        [laying("new", {150.0: 20.0}, must=False)],
    )
    write_instance(instance, tmp_path / "instance")
    asked = ("--levels", "1", "--methods", "none", "-o", tmp_path / "out")
    ended = call("rank", tmp_path / "instance", *asked)
    assert ended.code == 0
    assert "builds nothing" in ended.err
    assert "No plan" not in ended.err


def test_a_plan_of_one_year_is_not_rolled(
    made: dict[str, Path], call: Call, tmp_path: Path
) -> None:
    ended = call("roll", made["pressure"] / "run", tmp_path / "next", "--to", "2022")
    assert ended.code == 3
    assert "no later year" in ended.err


def test_no_program_without_the_roads_bounds_two_stages(tmp_path: Path) -> None:
    """Braess's road brings 1,000 and costs as much, in `paid` nothing.

    It costs 6 x 2 x (50 + 627/13 - 83) = 182.77 of time besides, so it is worth 817.23 in `paid`
    and -182.77 in `bare`. Half and half: with the road 317.23, without it 0. Known before: 408.62,
    which is the bound; a program without the roads says 500, and where a road saves time less
    than can be had.
    """
    road = [make_project("road", 1000.0, 1000.0, lead_time=0)]
    pays = Change(table="projects", where={"id": "road"}, field="overnight_cost", value=0.0)
    scenarios = (
        Scenario(id="paid", probability=0.5, changes=(pays,)),
        Scenario(id="bare", probability=0.5),
    )
    found = solved(braess_instance(projects=road, scenarios=scenarios), tmp_path)
    harm = 6 * 2.0 * (50.0 + 627.0 / 13.0 - 83.0)
    assert found.joint is JointState.NO_PROGRAM
    assert found.value.value == pytest.approx(500.0 - harm, abs=1e-3)
    assert found.value.high == pytest.approx((1000.0 - harm) / 2, abs=1e-3)
    assert found.evpi.high == pytest.approx(harm / 2, abs=1e-3)


def test_two_stages_claim_no_proof_below_what_can_be_had(tmp_path: Path) -> None:
    """Two ways of 10 minutes, each for one trip at 2 a minute; a road of 5 saves 10 on each.

    A road costs 6 or 12: worth 4 or -2. In `east` the eastern one is cheap, in `west` the western,
    as it stands neither. Half and half each road is worth 1: both 2, what one scenario builds 1,
    as is known 4 before. A program without the roads bounds all by 0, so 1 would have been proven.
    """
    links, nodes, trips, changes = [], [], [], []
    for side in ("east", "west"):
        ends = (f"{side}-from", f"{side}-to")
        nodes += [make_node(name, network="t") for name in ends]
        links += [
            make_link(f"{side}-old", *ends, "t", time=10.0),
            make_link(f"{side}-new", *ends, "t", time=5.0, exists=False),
        ]
        trips.append(make_demand(side, ends[0], 1.0, "t", to_node=ends[1], value_of_time=2.0))
        changes.append(make_change(f"road-{side}", f"{side}-new"))
    scenarios = [
        Scenario(
            id=side,
            probability=0.5,
            changes=(
                Change(
                    table="projects",
                    where={"id": f"road-{side}"},
                    field="overnight_cost",
                    value=6.0,
                ),
            ),
        )
        for side in ("east", "west")
    ]
    networks = [NetworkSettings(id="t", law=FlowLaw.EQUILIBRIUM)]
    instance = make_instance(
        [make_project(f"road-{side}", 12.0, lead_time=0) for side in ("east", "west")],
        years=(2021, 2021),
        network_nodes=nodes,
        network_links=links,
        demands=trips,
        project_network=changes,
        scenarios=scenarios,
        settings=make_settings((2021, 2021), networks=networks),
    )
    found = solved(instance, tmp_path)
    assert found.value.value == pytest.approx(1.0, abs=1e-6)
    assert found.value.high == pytest.approx(4.0, abs=1e-6)
