"""`infraplan alternatives`, `move-money` and `state`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from infraplan.models.instance import Instance
from infraplan.optimizer.cli import repeated_solves
from infraplan.optimizer.errors import SolverUnavailableError
from infraplan.optimizer.solve_result import SolveOptions
from infraplan.optimizer.storage import instance_hash, read_run, write_instance
from infraplan.optimizer.storage.run_folder import OWN_HASH, own_hash
from infraplan.optimizer.verify.manifest import verify_manifest
from infraplan.optimizer.workflow import run_solve
from tests.assertions import assert_bilingual
from tests.builders import make_fund, make_inflows, make_instance, make_project
from tests.cli.conftest import Call

pytestmark = pytest.mark.usefixtures("without_page")

EXACT = SolveOptions(gap=0.0, time_limit_s=60.0)
WORDS = ("--by", "Li", "--because", "agreed")


def late_money() -> Instance:
    """Two works of 6, worth 10 and 8 a year once open; 6 come in 2022 and 6 in 2023.

    Each opens a year after its start, the plan ends with 2024: a in 2022 is worth 2 x 10 - 6 = 14,
    b in 2023 8 - 6 = 2. With all money in 2021 both start then: 3 x 18 - 12 = 42.
    """
    return make_instance(
        [make_project("a", 6, 10), make_project("b", 6, 8)],
        years=(2021, 2024),
        funds=[make_fund("purse"), make_fund("other", kind="land")],
        inflows=[*make_inflows("purse", 2022, 6.0, 6.0), *make_inflows("other", 2024, 1.0)],
    )


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("options")
    run_solve(late_money(), EXACT, folder / "run", is_explained=False)
    return folder / "run"


def own(run: Path, folder: Path) -> Path:
    """A run of its own, which a test may change."""
    run_solve(late_money(), EXACT, folder / "own", is_explained=False)
    return folder / "own"


def test_money_that_comes_sooner_is_worth_what_it_brings(
    call: Call, run: Path, tmp_path: Path
) -> None:
    out = tmp_path / "m"
    found = call("move-money", run, "--gap", "0", "-o", out, "--json")
    assert found.code == 0, found.err
    data = found.data
    assert data["gain"] == pytest.approx(42 - 16)
    assert data["gain_bound"] == pytest.approx(26, abs=1e-4)
    assert data["gain_low"] == pytest.approx(26, abs=1e-4)
    moves = [(m["fund"], m["from_year"], m["to_year"], m["amount"]) for m in data["moves"]]
    assert sorted(moves) == [
        ("purse", 2022, 2021, pytest.approx(6.0)),
        ("purse", 2023, 2021, pytest.approx(6.0)),
    ]
    # Alone: the first brings a in 2021, 10 more; the second as well, and b stays in 2022: 8 more.
    alone = {m["from_year"]: m["gain"] for m in data["moves"]}
    assert alone == {2022: pytest.approx(10.0), 2023: pytest.approx(18.0)}
    assert all(m["gain_low"] <= m["gain"] + 1e-6 <= m["gain_high"] + 2e-6 for m in data["moves"])
    assert call("verify", data["run_dir"]).code == 0
    manifest = json.loads((Path(data["run_dir"]) / "run.json").read_text("utf-8"))
    assert manifest["parent"]["run_dir"] == str(run)
    assert len(manifest["moved_money"]["moves"]) == 2
    assert data["gain_bound"] == pytest.approx(data["value_bound"] - data["value"])
    assert_moves_are_checked(Path(data["run_dir"]))
    before = (out / "moves.csv").read_bytes()
    again = call("move-money", run, "--gap", "0", "-o", out, "--resume", "--lang", "zh")
    assert again.code == 0
    assert "资金跨年调剂" in again.out
    assert "已证明" in again.err
    assert (out / "moves.csv").read_bytes() == before
    compared = call("compare", run, data["run_dir"], "--json")
    assert compared.code == 0
    assert {row["table"] for row in compared.data["inputs"]} == {"inflows"}


def assert_moves_are_checked(folder: Path) -> None:
    """Whatever is changed in what a run says of its moves is told."""
    files = read_run(folder)
    assert files.plan is not None
    own = files.manifest["moved_money"]
    total = {row["fund"]: 0.0 for row in own["before"]}
    for row in own["before"]:
        total[row["fund"]] += row["amount"]
    assert total == {"purse": pytest.approx(12.0)}
    first, *rest = own["moves"]
    forged: list[object] = [
        own | {"moves": rest},
        own | {"moves": [first | {"amount": first["amount"] / 2}, *rest]},
        own | {"moves": [first | {"to_year": 2022, "from_year": 2021}, *rest]},
        own | {"moves": [first | {"fund": "gold"}, *rest]},
        own | {"before": own["before"][1:]},
        own | {"before": [own["before"][0] | {"amount": 99.0}, *own["before"][1:]]},
        own | {"before": None},
        own | {"value_bound": 1.0},
    ]
    whole = instance_hash(files.instance)
    assert not verify_manifest(files.instance, files.plan, files.manifest, whole)
    for changed in forged:
        manifest = dict(files.manifest) | {"moved_money": changed}
        told = verify_manifest(files.instance, files.plan, manifest, whole)
        assert {row.subject for row in told} == {"moved_money"}, changed
        for row in told:
            assert_bilingual(str(row.phrase), row.phrase.zh)


def test_what_may_move_is_limited(call: Call, run: Path, tmp_path: Path) -> None:
    # With 2022 and 2023 alone nothing comes sooner than 2022: both start then, 2 x 18 - 12 = 24.
    found = call("move-money", run, "--years", "2022,2023", "-o", tmp_path / "y", "--json")
    assert found.data["gain"] == pytest.approx(8.0)
    assert [m["amount"] for m in found.data["moves"]] == [pytest.approx(6.0)]
    # Less than a works' cost moves nothing.
    found = call("move-money", run, "--most", "3", "-o", tmp_path / "n", "--json")
    assert found.data["moves"] == []
    assert found.data["gain"] == pytest.approx(0.0, abs=1e-6)
    wrong = call("move-money", run, "--funds", "gold", "--years", "1999", "-o", tmp_path / "w")
    assert wrong.code == 2
    assert "gold" in wrong.err
    assert "1999" in wrong.err


def test_alternatives_are_runs_and_say_what_differs(call: Call, run: Path, tmp_path: Path) -> None:
    out = tmp_path / "a"
    found = call(
        "alternatives",
        run,
        "--within-money",
        "4",
        "--count",
        "3",
        "--gap",
        "0",
        "-o",
        out,
        "--json",
    )
    assert found.code == 0, found.err
    data = found.data
    # Plans worth 12 at least: the best (16), a alone (14), b in 2022 and a in 2023 (14).
    assert data["floor"] == pytest.approx(12.0)
    first, second = data["plans"]
    assert (first["distance"], first["distance_bound"]) == (2.0, 2.0)
    assert first["objective"] == pytest.approx(14.0)
    assert (second["selected"], second["leaves"]) == (["a"], ["b"])
    assert data["complete"]
    assert not first["tie"]
    for plan in data["plans"]:
        assert call("verify", plan["run_dir"]).code == 0
        manifest = json.loads((Path(plan["run_dir"]) / "run.json").read_text("utf-8"))
        assert manifest["parent"]["run_dir"] == str(run)
    dirs = [plan["run_dir"] for plan in data["plans"]]
    compared = call("compare", run, *dirs, "--json")
    assert compared.code == 0
    assert compared.data["same_question"]
    chinese = call(
        "alternatives", run, "--within-money", "4", "--count", "3", "--gap", "0", "-o", out,
        "--resume", "--lang", "zh",
    )  # fmt: skip
    assert "差异最大的方案" in chinese.out
    assert "已证明" in chinese.err


def test_points_of_a_frontier_compare_with_runs_of_other_commands(
    call: Call, run: Path, tmp_path: Path
) -> None:
    write_instance(late_money(), tmp_path / "i")
    found = call("frontier", tmp_path / "i", "--points", "2", "-o", tmp_path / "f", "--json")
    moved = call("move-money", run, "--confirm", "0", "-o", tmp_path / "m", "--json")
    points = [row["run_dir"] for row in found.data["points"]]
    runs = [run, *points, moved.data["run_dir"]]
    assert 3 <= len(runs) <= 6
    compared = call("compare", *runs, "--json")
    assert compared.code == 0, compared.err
    assert len(compared.data["runs"]) == len(runs)
    tables = {row["table"] for row in compared.data["inputs"]}
    assert {"targets", "inflows"} <= tables
    assert call("compare", *runs, "--lang", "zh").code == 0


def test_a_floor_that_a_plan_misses_is_told_by_verify(
    call: Call, run: Path, tmp_path: Path
) -> None:
    found = call(
        "alternatives", run, "--within-money", "4", "--count", "1", "-o", tmp_path / "a", "--json"
    )
    folder = Path(found.data["plans"][0]["run_dir"])

    def raised(data: dict[str, Any]) -> None:
        data["alternative"]["floor"] = 99.0

    forge(folder, raised)
    told = call("verify", folder)
    assert told.code == 7
    assert "alternative" in told.err


def test_a_plan_farther_than_its_own_bound_is_told_by_verify(
    call: Call, run: Path, tmp_path: Path
) -> None:
    found = call(
        "alternatives", run, "--within-money", "4", "--count", "1", "-o", tmp_path / "a", "--json"
    )
    folder = Path(found.data["plans"][0]["run_dir"])
    assert call("verify", folder).code == 0

    def nearer(data: dict[str, Any]) -> None:
        data["alternative"]["distance_bound"] = data["alternative"]["distance"] - 1.0

    forge(folder, nearer)
    told = call("verify", folder)
    assert told.code == 7
    assert "alternative.distance" in told.err


def forge(folder: Path, change: Any) -> None:
    """Change run.json and make its own hash anew."""
    path = folder / "run.json"
    data = json.loads(path.read_text("utf-8"))
    change(data)
    data[OWN_HASH] = own_hash(data)
    path.write_text(json.dumps(data, ensure_ascii=False), "utf-8")


def test_a_share_of_nothing_is_refused(call: Call, tmp_path: Path) -> None:
    write_instance(make_instance([make_project("a", 10, 1)]), tmp_path / "i")
    call("solve", tmp_path / "i", "-o", tmp_path / "r")
    refused = call("alternatives", tmp_path / "r", "-o", tmp_path / "a")
    assert refused.code == 2
    assert "--within-money" in refused.err
    done = call("alternatives", tmp_path / "r", "--within-money", "1", "-o", tmp_path / "a")
    assert done.code == 0, done.err


def test_a_run_goes_from_draft_to_adopted_and_stays(call: Call, run: Path, tmp_path: Path) -> None:
    mine = own(run, tmp_path)
    for word in ("submitted", "approved", "adopted"):
        assert call("state", mine, word).code == 2, "nobody is named"
        done = call("state", mine, word, *WORDS, "--json")
        assert done.code == 0, done.err
        assert done.data["state"] == word
        assert call("verify", mine).code == 0
    assert call("state", mine, "draft", *WORDS).code == 2
    shown = call("state", mine, "--lang", "zh")
    assert shown.out.count("已通过") == 2
    assert "Li" in shown.out
    write_instance(late_money(), tmp_path / "i")
    again = call("solve", tmp_path / "i", "-o", mine)
    assert again.code == 2
    assert "adopted" in again.err


def test_a_submitted_run_may_go_back_and_is_held_to_what_it_was(
    call: Call, run: Path, tmp_path: Path
) -> None:
    mine = own(run, tmp_path)
    assert call("state", mine, "submitted", *WORDS).code == 0
    assert call("state", mine, "draft", *WORDS).code == 0
    assert call("state", mine, "submitted", *WORDS).code == 0

    def renamed(data: dict[str, Any]) -> None:
        data["solver_version"] = data["versions"]["solver highs"] = "9.9"

    forge(mine, renamed)
    told = call("verify", mine)
    assert told.code == 7
    assert "since the run was declared" in told.err


def test_a_state_nobody_declared_is_told(call: Call, run: Path, tmp_path: Path) -> None:
    mine = own(run, tmp_path)

    def adopted(data: dict[str, Any]) -> None:
        data["state"] = "adopted"

    forge(mine, adopted)
    assert call("verify", mine).code == 7

    def jumped(data: dict[str, Any]) -> None:
        data["states"] = [{"state": "adopted", "by": "x", "because": "y", "at": "z", "before": "0"}]

    forge(mine, jumped)
    told = call("verify", mine)
    assert told.code == 7
    assert "may not follow" in told.err


@pytest.mark.parametrize("command", ["alternatives", "move-money"])
def test_a_solver_that_is_not_installed(
    command: str, call: Call, run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: str) -> None:
        raise SolverUnavailableError("gurobi is not installed")

    monkeypatch.setattr(repeated_solves, "solver_entry", fail)
    assert call(command, run, "--solver", "gurobi", "-o", tmp_path / "x").code == 6
