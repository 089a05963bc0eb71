"""`infraplan share` on a run, on an instance, in both languages."""

from __future__ import annotations

from pathlib import Path

import pytest

from infraplan.optimizer.storage import write_instance
from tests.builders import (
    make_agreement,
    make_fund,
    make_inflows,
    make_instance,
    make_jurisdictions,
    make_project,
    make_share,
)
from tests.cli.conftest import Call


@pytest.fixture(scope="module")
def instance_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A road of cost 10 that brings j 16 and k nothing; k pays half and is compensated."""
    path = tmp_path_factory.mktemp("share") / "two.json"
    write_instance(
        make_instance(
            [make_project("road", 10, 16, jurisdiction="j", latest_start=2021)],
            years=(2021, 2022),
            jurisdictions=make_jurisdictions("j", "k"),
            shares=[make_share("road", "k", 0.5)],
            agreements=[make_agreement("road", consent="project", compensation=True)],
            funds=[make_fund("purse", jurisdiction="j")],
            inflows=make_inflows("purse", 2021, 20.0, 0.0),
        ),
        path,
    )
    return path


@pytest.fixture(scope="module")
def run_path(instance_path: Path, call: Call) -> Path:
    path = instance_path.parent / "run"
    assert call("solve", instance_path, "-o", path, "--json").code == 0
    return path


def test_a_run_with_compensation_verifies_from_its_files(run_path: Path, call: Call) -> None:
    assert (run_path / "compensations.csv").exists()
    assert call("verify", run_path, "--json").code == 0


def test_the_partners_of_a_run_are_reported(run_path: Path, call: Call) -> None:
    shown = call("show", run_path, "--table", "partners")
    assert shown.code == 0
    # j pays half of 10 and the 5 by which k is compensated, out of a gain of 16.
    row = next(line for line in shown.out.splitlines() if "16.00" in line)
    for number in ("50.0%", "5.00", "-5.00", "6.00"):
        assert number in row
    page = (run_path / "report.html").read_text("utf-8")
    assert "Partners of joint projects" in page


def test_a_run_is_shared_in_every_way(run_path: Path, call: Call) -> None:
    data = call("share", run_path, "--json").data
    assert data["without_benefit_shares"] == ["road"]
    assert [row["value"] for row in data["game"]] == pytest.approx([0, 0, 6])
    found = {row["proposal"]: row for row in data["proposals"]}
    current = {row["partner"]: row for row in found["current"]["partners"]}
    # k pays 5 for nothing; the least compensation makes good just that.
    assert current["k"]["compensation"] == pytest.approx(5)
    assert current["k"]["net"] == pytest.approx(0, abs=1e-6)
    assert found["current"]["everyone_gains"] is True
    # The surplus of 6 in halves: j gains 16 and pays 13, k receives 3.
    for name in ("shapley", "nucleolus"):
        rows = {row["partner"]: row for row in found[name]["partners"]}
        assert (rows["j"]["cost"], rows["j"]["compensation"]) == pytest.approx((10, -3))
        assert rows["k"]["net"] == pytest.approx(3)
        assert rows["j"]["cash_low"] == pytest.approx(10)
    assert found["length"]["available"] is False
    assert found["length"]["reason"] == "no quantity in shares for road"


def test_own_projects_are_told(run_path: Path, call: Call) -> None:
    data = call("share", run_path, "--json").data
    assert {row["partner"]: row["given_up"] for row in data["own_projects"]} == {"j": 0.0, "k": 0.0}
    for proposal in data["proposals"]:
        for row in proposal["partners"]:
            assert row["no_worse_than_alone"] == row["no_worse"]
    assert call("share", run_path, "--no-financing", "--json").data["own_projects"] is None


def test_tables_in_both_languages(run_path: Path, call: Call) -> None:
    english = call("share", run_path, "--no-financing")
    assert english.code == 0
    assert "Ways to share them" in english.out
    assert "nucleolus" in english.out
    assert "shares says of 1 joint project(s) nothing about who gains" in english.err
    assert "no proposal (no quantity in shares for road)" in english.err
    chinese = call("share", run_path, "--lang", "zh")
    for word in ("共建项目", "分担方案", "核仁", "对财政与债务的影响"):
        assert word in chinese.out


def test_an_instance_is_shared_without_a_plan(instance_path: Path, call: Call) -> None:
    data = call("share", instance_path, "--projects", "road", "--no-financing", "--json").data
    (project,) = data["projects"]
    assert (project["start"], project["net"]) == (2021, pytest.approx(6))
    current = data["proposals"][0]
    assert current["everyone_gains"] is False  # k pays half for nothing
    assert current["can_be_paid"] is None


@pytest.mark.parametrize(
    ("arguments", "message"),
    [(("--projects", "nowhere"), "there is no project nowhere")],
)
def test_what_cannot_be_shared_is_refused(
    run_path: Path, call: Call, arguments: tuple[str, ...], message: str
) -> None:
    found = call("share", run_path, *arguments)
    assert found.code == 2
    assert message in found.err


def test_an_instance_without_joint_projects_is_refused(tmp_path: Path, call: Call) -> None:
    path = tmp_path / "one.json"
    write_instance(make_instance([make_project("a")]), path)
    found = call("share", path)
    assert found.code == 2
    assert "no joint project" in found.err
