"""`infraplan robust`: what it prints in both languages, its tables, what it refuses."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest

from infraplan.models.horizon import Objective
from infraplan.optimizer.cli import repeated_solves, robust_commands
from infraplan.optimizer.errors import SolverUnavailableError
from infraplan.optimizer.storage import write_instance
from infraplan.optimizer.sweeps.jobs import JobResult
from infraplan.optimizer.sweeps.runner import Runner
from tests.builders import make_fund, make_inflows, make_instance, make_project
from tests.cli.conftest import Call

pytestmark = pytest.mark.usefixtures("without_page")

DRAWS = 3


@pytest.fixture(scope="module")
def scarce(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two projects, and money for about one of them."""
    path = tmp_path_factory.mktemp("scarce") / "scarce.json"
    instance = make_instance(
        [make_project("a", 5, 9.0), make_project("b", 4, 7.0)],
        years=(2021, 2022),
        funds=[make_fund("own")],
        inflows=make_inflows("own", 2021, 6.0, 0.0),
    )
    write_instance(instance, path)
    return path


@pytest.fixture(scope="module")
def solved(call: Call, scarce: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """A run of the command, and its folder."""
    out = tmp_path_factory.mktemp("robust") / "r"
    found = call(
        "robust", scarce, "--draws", DRAWS, "--seed", 2, "--confirm", 1, "-o", out, "--json"
    )
    assert found.code == 0, found.err
    return {"out": out, "data": found.data, "err": found.err, "scarce": scarce}


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def test_the_answer_has_its_keys(solved: dict[str, Any]) -> None:
    data = solved["data"]
    assert [row["project"] for row in data["projects"]] == ["a", "b"]
    for row in data["projects"]:
        assert row["class"] in {"always", "sometimes", "never"}
        assert 0.0 <= row["frequency"] <= 1.0
    assert set(data["least_regret"]) >= {"selected", "max_regret", "cvar"}
    assert data["evpi_low"] <= data["evpi"] <= data["evpi_high"] + 1e-9
    assert data["evpi"] >= 0.0
    assert (data["draws"], data["seed"], data["solved"], data["impossible"]) == (DRAWS, 2, DRAWS, 0)
    assert data["data"]["default_range"] == data["data"]["drawn"]
    assert data["robust"]["price"] >= 0.0
    assert len(data["worth_knowing"]) <= 10
    program = data["program"]
    assert program["plan"] in {row["plan"] for row in data["plans"]}
    assert program["draws"] == [0, 1, 2]
    assert not program["too_large"]
    assert program["bound"] <= program["value"] + 1e-6


def test_the_tables_lie_beside_the_runs(solved: dict[str, Any], call: Call) -> None:
    out = solved["out"]
    rows = table(out / "draws.csv")
    assert [row["draw"] for row in rows] == ["0", "1", "2"]
    assert all(float(row["bound"]) >= float(row["objective"]) - 1e-9 for row in rows)
    assert call("verify", out / rows[0]["run_dir"]).code == 0
    plans = table(out / "plans.csv")
    regrets = table(out / "regrets.csv")
    assert len(regrets) == len(plans) * DRAWS
    assert {row["plan"] for row in plans} >= {"nominal"}
    assert all(float(row["regret"]) >= 0.0 for row in regrets)
    assert table(out / "robust.csv")[0]["project"] == "a"
    assert (out / "worth_knowing.csv").is_file()


def test_to_build_nothing_is_a_plan_too(call: Call, tmp_path: Path) -> None:
    path = tmp_path / "poor.json"
    write_instance(make_instance([make_project("a", 5, 1.0)], years=(2021, 2022)), path)
    found = call("robust", path, "--draws", 2, "--plans", 0, "-o", tmp_path / "r", "--json")
    assert found.code == 0, found.err
    assert [row["plan"] for row in found.data["plans"]] == ["nominal"]
    assert found.data["least_regret"]["selected"] == []
    assert (found.data["least_regret"]["max_regret"], found.data["evpi"]) == (0.0, 0.0)


def test_it_resumes_and_says_the_same(solved: dict[str, Any], call: Call) -> None:
    out = solved["out"]
    before = {path.name: path.read_bytes() for path in out.glob("*.csv")}
    args = ("--draws", DRAWS, "--seed", 2, "--confirm", 1, "-o", out, "--resume")
    again = call("robust", solved["scarce"], *args, "--lang", "zh")
    assert again.code == 0, again.err
    assert "记录中已有" in again.err
    assert {path.name: path.read_bytes() for path in out.glob("*.csv")} == before
    words = "".join(again.out.split())
    assert "入选频率" in words
    assert "各方案在全部抽样下的表现" in words
    assert "共对" in again.err
    assert "后悔值最小：基准方案" in again.err or "后悔值最小：抽样方案" in again.err
    assert "至少需要8次" in again.err
    english = call("robust", solved["scarce"], *args)
    assert "share of draws" in " ".join(english.out.split())
    assert "figures were drawn" in " ".join(english.err.split())


def test_another_objective_is_refused(call: Call, tmp_path: Path) -> None:
    path = tmp_path / "span.json"
    write_instance(
        make_instance([make_project("a", 1, 2)], settings={"objective": Objective.MAKESPAN}), path
    )
    found = call("robust", path, "-o", tmp_path / "r")
    assert found.code == 2
    assert "net present value" in " ".join(found.err.split())


def test_draws_without_a_plan_end_with_their_code(
    call: Call, scarce: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(code: int) -> Any:
        def run(_self: Runner, jobs: list[Any], _of: int | None = None) -> list[JobResult]:
            return [JobResult(job.key, "", "", "", code, "x") for job in jobs]

        return run

    for code in (4, 5):
        monkeypatch.setattr(robust_commands.Runner, "run", fails(code))
        found = call("robust", scarce, "--draws", 2, "-o", tmp_path / str(code))
        assert found.code == code
        assert "2 of 2 draws have no plan" in " ".join(found.err.split())


def test_a_solver_that_is_not_installed_is_refused(
    call: Call, scarce: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(name: str) -> None:
        raise SolverUnavailableError(
            repeated_solves.phrase("there-is-no-solver", name=name, known="")
        )

    monkeypatch.setattr(repeated_solves, "solver_entry", missing)
    assert call("robust", scarce, "--solver", "scip").code == 6
