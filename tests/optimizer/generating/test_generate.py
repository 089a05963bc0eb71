"""Made-up instances: the same by seed, of the size asked for, as the distributions say."""

from __future__ import annotations

import re
from collections import Counter
from math import log
from pathlib import Path
from random import Random
from statistics import fmean

import pytest

from infraplan.models.errors import Severity
from infraplan.models.network import NetworkAction
from infraplan.models.project import Mandate
from infraplan.optimizer.estimating.plausibility import find_implausibilities
from infraplan.optimizer.generating.draws import FIRST_YEAR, Draws, rounded
from infraplan.optimizer.generating.make import generate, make_request
from infraplan.optimizer.generating.parameters import CALIBRATED
from infraplan.optimizer.solve import solve
from infraplan.optimizer.solve_result import SolveOptions
from infraplan.optimizer.storage import inspect_instance, write_instance
from tests.markers import first_quick
from tools.calibrate_generator import calibrate, shipped


def _bytes(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def test_the_parameters_in_the_code_are_those_of_the_shipped_instances() -> None:
    assert calibrate(shipped()) == CALIBRATED


def test_equal_requests_give_equal_bytes_and_other_seeds_others(tmp_path: Path) -> None:
    for name, seed in (("one", 5), ("same", 5), ("other", 6)):
        made = generate(make_request(80, 6, seed, networks=True, debt=True))
        write_instance(made, tmp_path / name)
    assert _bytes(tmp_path / "one") == _bytes(tmp_path / "same")
    assert _bytes(tmp_path / "one")["projects.csv"] != _bytes(tmp_path / "other")["projects.csv"]


def test_the_size_is_the_one_asked_for() -> None:
    made = generate(make_request(7, 3, 1, districts=2))
    assert (len(made.projects), len(made.jurisdictions)) == (7, 2)
    assert list(made.settings.horizon.years) == [FIRST_YEAR, FIRST_YEAR + 1, FIRST_YEAR + 2]
    assert not made.instruments
    assert not made.network_nodes
    assert len(generate(make_request(251, 3, 1)).jurisdictions) == 2
    assert len(generate(make_request(2, 3, 1, districts=9)).jurisdictions) == 2


def test_names_are_those_of_their_language() -> None:
    made = generate(make_request(60, 4, 2, districts=2, networks=True, debt=True))
    rows = (*made.projects, *made.funds, *made.instruments, *made.pools, *made.network_nodes)
    for row in rows:
        assert row.name_en, row.id
        assert row.name_en.isascii(), row.name_en
        assert row.name_zh, row.id
        assert not re.search("[a-z]", row.name_zh, re.IGNORECASE), row.name_zh
    funds = {row.id: row.name_zh for row in made.funds}
    assert funds["d002-own"] == "第2区本级预算"
    assert "第1区中心城区" in {row.name_zh for row in made.network_nodes}


def test_what_is_drawn_has_the_distributions_of_the_parameters() -> None:
    """5,000 projects: within five standard errors, some hundredths, of each parameter."""
    made = generate(make_request(5000, 15, 3, debt=True))
    options = [project.options[0] for project in made.projects]
    sectors = Counter(project.sector for project in made.projects)
    for sector, row in CALIBRATED.sectors.items():
        assert sectors[sector] / 5000 == pytest.approx(row.share, abs=0.03)
    roads = [p.options[0] for p in made.projects if p.sector == "transport"]
    row = CALIBRATED.sectors["transport"]
    assert fmean(log(o.overnight_cost) for o in roads) == pytest.approx(row.log_cost, abs=0.3)
    gains = [log(o.benefits["use"] / o.overnight_cost) for o in roads]
    assert fmean(gains) == pytest.approx(row.log_benefit, abs=0.1)
    kinds = Counter(relation.type.value for relation in made.relations)
    for kind, density in CALIBRATED.relations.items():
        assert kinds[kind] / 5000 == pytest.approx(density, abs=0.002)
    mandates = Counter(project.mandatory.value for project in made.projects)
    # Those that their district cannot pay for are free.
    assert 0.5 * CALIBRATED.mandates["committed"] < mandates["committed"] / 5000
    assert mandates["committed"] / 5000 < CALIBRATED.mandates["committed"] + 0.03
    cost = sum(option.overnight_cost for option in options)
    quotas = sum(row.new_quota or 0.0 for row in made.debt)
    assert quotas / cost == pytest.approx(CALIBRATED.quota * CALIBRATED.money, rel=0.01)
    old = sum(row.principal_due for row in made.debt)
    assert old == pytest.approx(sum(row.opening_balance or 0.0 for row in made.debt))
    inflow = sum(row.value for row in made.inflows)
    years = range(FIRST_YEAR, FIRST_YEAR + 15)
    service = sum(r.principal_due + r.interest_due for r in made.debt if r.year in years)
    # What committed works ask for in the first years comes on top.
    assert CALIBRATED.money < (inflow - service) / cost < 1.3 * CALIBRATED.money


@pytest.mark.parametrize(("networks", "debt"), [(False, False), (True, False), (True, True)])
def test_it_is_read_back_without_an_error(tmp_path: Path, networks: bool, debt: bool) -> None:
    made = generate(make_request(300, 10, 2, networks=networks, debt=debt))
    write_instance(made, tmp_path / "made")
    reading = inspect_instance(tmp_path / "made")
    assert reading.instance == made
    assert not [f for f in reading.findings if f.severity.value == "error"]
    assert not [f for f in find_implausibilities(made) if f.severity.value == "error"]


@pytest.mark.parametrize("part", first_quick(range(4)))
def test_nothing_of_it_is_doubtful(part: int) -> None:
    """`validate --strict` finds nothing, whatever is asked for: 200 sets of arguments by chance."""
    chance = Random(7)
    requests = [(1, 1, 10**40 + seed, None, True, True) for seed in range(20)]
    requests += [(50, 1, 1, None, True, True), (50, 200, 1, None, True, True)]
    while len(requests) < 200:
        projects = chance.choice((1, 2, 3, 5, 20, 60, 150))
        requests.append(
            (
                projects,
                chance.choice((1, 2, 3, 10, 60)),
                chance.choice((0, 1, chance.randrange(10**9))),
                chance.choice((None, 1, 2, projects, 1000)),
                chance.random() < 0.6,
                chance.random() < 0.6,
            )
        )
    for projects, years, seed, districts, networks, debt in requests[part::4]:
        made = generate(
            make_request(projects, years, seed, districts=districts, networks=networks, debt=debt)
        )
        doubts = [one for one in find_implausibilities(made) if one.severity is Severity.WARNING]
        assert not doubts, made.settings.id


@pytest.mark.parametrize("years", [1, 200])
def test_it_is_read_back_without_a_warning(tmp_path: Path, years: int) -> None:
    write_instance(
        generate(make_request(50, years, 1, networks=True, debt=True)), tmp_path / "made"
    )
    findings = inspect_instance(tmp_path / "made").findings
    assert not [one for one in findings if one.severity is not Severity.NOTE]


def test_a_project_of_a_network_brings_its_benefits_there_alone() -> None:
    made = generate(make_request(200, 8, 4, districts=2, networks=True))
    inside = {row.project for row in made.project_network}
    assert inside
    for project in made.projects:
        assert (project.id in inside) == (not project.options[0].benefits)
    assert {row.action for row in made.project_network} == {
        NetworkAction.OPEN,
        NetworkAction.ADD_CAPACITY,
        NetworkAction.SET_TIME,
    }
    assert {node.network for node in made.network_nodes} == {"travel", "water", "power"}


@pytest.mark.parametrize("seed", range(8))
def test_there_is_a_plan(seed: int) -> None:
    """Seeds, sizes and parts of all kinds; what must be built is built, the plan is verified."""
    request = make_request(
        6 + 4 * seed,
        2 + seed,
        seed,
        districts=1 + seed % 3,
        networks=seed % 3 > 0,
        debt=seed % 2 == 1,
    )
    made = generate(request)
    plan = solve(made, SolveOptions(gap=0.05, time_limit_s=60.0)).require_plan()
    built = {start.project for start in plan.starts}
    assert {p.id for p in made.projects if p.mandatory is not Mandate.FREE} <= built


def test_draws() -> None:
    draws = Draws(1)
    assert {draws.whole(2, 4) for _ in range(100)} == {2, 3, 4}
    assert {draws.place([0.0, 1.0, 0.0]) for _ in range(50)} == {1}
    assert {draws.one_of({"a": 1.0, "b": 1.0}) for _ in range(50)} == {"a", "b"}
    drawn = [log(draws.lognormal(1.0, 2.0)) for _ in range(2000)]
    assert fmean(drawn) == pytest.approx(1.0, abs=0.2)
    assert max(abs(x - 1.0) for x in drawn) <= 5.0 + 1e-3  # two and a half deviations of 2
    assert rounded(1234.567) == 1235.0


def test_floors_by_head_are_drawn_apart_and_can_be_kept() -> None:
    plain = generate(make_request(60, 6, 3, districts=2))
    made = generate(make_request(60, 6, 3, districts=2, floors=True))
    assert made.with_tables(jurisdictions=plain.jurisdictions, policies=()) == plain
    assert all((row.population or 0.0) > 0.0 for row in made.jurisdictions)
    assert made.policies
    for floor in made.policies:
        (district,) = floor.jurisdictions
        must = sum(
            min(option.overnight_cost for option in row.options)
            for row in made.projects
            if row.jurisdiction == district and row.mandatory is Mandate.MUST
        )
        assert 0.5 * must < floor.value * made.heads_in((district,)) < must
    again = generate(make_request(60, 6, 3, districts=2, floors=True))
    assert again == made
    found = solve(generate(make_request(12, 4, 4, floors=True)), SolveOptions(gap=0.05))
    assert found.plan is not None
