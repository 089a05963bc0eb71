"""`infraplan rank`: what it prints, writes and refuses."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from infraplan.models.catalogue import phrase
from infraplan.optimizer.cli import rank_commands, repeated_solves
from infraplan.optimizer.errors import SolverUnavailableError
from infraplan.optimizer.storage import write_instance
from infraplan.optimizer.sweeps.priority_list import PriorityList
from infraplan.optimizer.sweeps.ranking import Ranking
from tests.builders import make_instance, make_project
from tests.cli.conftest import Call

pytestmark = pytest.mark.usefixtures("without_page")


@pytest.fixture(scope="module")
def three(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Worth 5, 8 and 9 net of costs 1, 4 and 9, in one year of choice and one of service."""
    path = tmp_path_factory.mktemp("three") / "three.json"
    projects = [make_project("a", 1, 6), make_project("b", 4, 12), make_project("c", 9, 18)]
    write_instance(make_instance(projects, years=(2021, 2022)), path)
    return path


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def test_rank_prints_levels_and_writes_tables(call: Call, three: Path, tmp_path: Path) -> None:
    out = tmp_path / "r"
    asked = ("--budgets", "4,9,14", "--methods", "benefit_cost", "--draws", "2", "--gap", "0")
    found = call("rank", three, *asked, "-o", out, "--json")
    assert found.code == 0, found.err
    data = found.data
    assert [row["projects_in_order"] for row in data["levels"]] == [
        ["b"],
        ["b", "a"],
        ["b", "a", "c"],
    ]
    assert [row["optimum"] for row in data["levels"]] == pytest.approx([8.0, 13.0, 22.0])
    assert [row["list_value"] for row in data["levels"]] == pytest.approx([8.0, 13.0, 22.0])
    for row in data["levels"]:
        assert row["optimum_bound"] == pytest.approx(row["optimum"])
        assert row["regret"] == pytest.approx(0.0)
        assert row["regret_bound"] == pytest.approx(0.0, abs=1e-6)
        assert row["verified"]
    assert data["methods"] == {"benefit_cost": pytest.approx([3.0, 0.0, 0.0])}
    assert data["least_possible_regret"] == 0.0
    assert data["is_proven_least"] is True
    assert len(data["stability"]["draws"]) == 2
    assert call("verify", data["levels"][1]["run_dir"]).code == 0
    assert [row["project"] for row in table(out / "rank.csv")] == ["b", "a", "c"]
    assert [row["tier"] for row in table(out / "rank.csv")] == ["1", "2", "3"]
    levels = table(out / "levels.csv")
    assert [row["budget"] for row in levels] == ["4.0", "9.0", "14.0"]
    assert (out / levels[2]["run_dir"] / "run.json").is_file()
    assert [row["level"] for row in table(out / "methods.csv")] == ["1", "2", "3"]
    assert [row["draw"] for row in table(out / "draws.csv")] == ["0", "1"]


def test_rank_speaks_both_languages_and_goes_on(call: Call, three: Path, tmp_path: Path) -> None:
    out = tmp_path / "r"
    asked = ("rank", three, "--levels", "2", "--methods", "net_value", "-o", out)
    english = call(*asked)
    assert english.code == 0, english.err
    assert "Priority list" in english.out
    assert "net value" in english.out
    assert "no list has less than" in " ".join(english.err.split())
    assert max(map(len, english.out.splitlines())) <= 80
    before = {path.name: path.read_bytes() for path in out.glob("*.csv")}
    assert call(*asked).code == 2
    chinese = call(*asked, "--resume", "--lang", "zh")
    assert chinese.code == 0, chinese.err
    assert "项目优先次序" in chinese.out
    assert "净现值" in chinese.out
    assert "最大后悔值" in chinese.err
    assert {path.name: path.read_bytes() for path in out.glob("*.csv")} == before


def test_faults_of_what_is_asked_are_told_together(call: Call, three: Path, tmp_path: Path) -> None:
    wrong = call("rank", three, "--methods", "luck,net_value,hope", "-o", tmp_path / "r")
    assert wrong.code == 2
    assert "There is no method luck, hope" in wrong.err
    money = call("rank", three, "--budgets", "4,many,-1", "-o", tmp_path / "r")
    assert money.code == 2
    assert "many, -1" in money.err
    weights = tmp_path / "weights.csv"
    weights.write_text("criterion,weight\nbeauty,1\ntargets,many\ntargets,-1\n", encoding="utf-8")
    read = call("rank", three, "--weights", weights, "-o", tmp_path / "r")
    assert read.code == 3
    for said in ("beauty", "'many'", "stands twice", "'-1'"):
        assert said in read.err, said
    assert not (tmp_path / "r").exists()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name,share\ntargets,1\n", "the headings must be"),
        ("", "the headings must be"),
        ("criterion,weight\ntargets,0\n", "no criterion has a weight"),
        ('criterion,weight\n"targets,0\n', "quote"),
    ],
)
def test_a_file_of_weights_that_says_nothing_is_refused(
    text: str, said: str, call: Call, three: Path, tmp_path: Path
) -> None:
    weights = tmp_path / "weights.csv"
    weights.write_text(text, encoding="utf-8")
    found = call("rank", three, "--weights", weights, "-o", tmp_path / "r")
    assert found.code == 3
    assert said in found.err


def test_weights_decide_the_scoring(call: Call, three: Path, tmp_path: Path) -> None:
    weights = tmp_path / "weights.csv"
    weights.write_text("criterion,weight\nvalue_for_money,2\n", encoding="utf-8")
    asked = ("--budgets", "9", "--methods", "scoring,topsis", "--weights", weights, "--no-proof")
    found = call("rank", three, *asked, "-o", tmp_path / "r", "--json")
    assert found.code == 0, found.err
    # By ratio a, then b; c no longer fits: 13, as the best plan.
    assert found.data["methods"] == {
        "scoring": pytest.approx([0.0]),
        "topsis": pytest.approx([0.0]),
    }


def test_a_budget_above_all_money_is_no_budget(call: Call, three: Path, tmp_path: Path) -> None:
    found = call("rank", three, "--budgets", "5,1e9亿", "-o", tmp_path / "r", "--json")
    assert found.code == 2
    assert "Budgets that are no amount of money: 1e9亿;" in found.err
    assert not (tmp_path / "r").exists()


def test_budgets_without_a_plan_are_told(call: Call, tmp_path: Path) -> None:
    path = tmp_path / "must.json"
    must = make_project("m", 6, 1, mandatory="must")
    write_instance(make_instance([must, make_project("a", 2, 9)]), path)
    found = call("rank", path, "--budgets", "3,8", "--methods", "none", "-o", tmp_path / "r")
    assert found.code == 0, found.err
    assert "Proven to have no plan, limits: 3." in found.err
    nothing = call("rank", path, "--budgets", "3", "-o", tmp_path / "n", "--json")
    assert nothing.code == 4
    assert nothing.data["levels"] == []
    assert nothing.data["impossible"] == [3.0]


def test_no_plan_in_time_has_its_code(
    call: Call, three: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        rank_commands, "rank", lambda *_: Ranking(PriorityList((), None), (), None, {})
    )
    assert call("rank", three, "-o", tmp_path / "r").code == 5


def test_a_solver_that_is_not_installed_is_told_first(
    call: Call, three: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(name: str) -> None:
        raise SolverUnavailableError(phrase("there-is-no-project", names=name))

    monkeypatch.setattr(repeated_solves, "solver_entry", fail)
    assert call("rank", three, "--solver", "highs", "-o", tmp_path / "r").code == 6
    assert not (tmp_path / "r").exists()
