"""`infraplan value-shares`."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path

import pytest

from infraplan.models.instance import Instance
from infraplan.optimizer.solve_result import SolveOptions
from infraplan.optimizer.workflow import run_solve
from tests.builders import (
    make_change,
    make_demand,
    make_instance,
    make_link,
    make_node,
    make_project,
    make_relation,
)
from tests.cli.conftest import Call

EXACT = SolveOptions(gap=0.0, time_limit_s=60.0)


def tied() -> Instance:
    """`b` is of use with `a` alone, which costs 4; `c` and `d` carry the same water.

    From 2022 to 2024 b brings 5 a year for 3: 12, and only after a: 8 together, 4 each. Mains c
    and d cost 1 each, and each would serve all of 2 x 5 a year: 30 in all, 14 each.
    """
    return make_instance(
        [
            make_project("a", 4.0, mandatory="must", name_zh="项目a"),
            make_project("b", 3.0, 5.0, name_zh="项目b"),
            make_project("c", 1.0, mandatory="must"),
            make_project("d", 1.0, mandatory="must"),
        ],
        relations=[make_relation("requires", ["a"], ["b"], id="first_a")],
        network_nodes=[make_node("s", "source", capacity=9.0), make_node("z", "zone")],
        network_links=[
            make_link(f"pipe_{name}", "s", "z", capacity=2.0, exists=False) for name in "cd"
        ],
        demands=[make_demand("town", "z", 2.0, unserved_price=5.0)],
        project_network=[make_change(name, f"pipe_{name}") for name in "cd"],
    )


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("shares") / "run"
    run_solve(tied(), EXACT, folder, is_explained=False)
    return folder


def test_shares_add_up_in_json_and_in_the_tables(call: Call, run: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    found = call("value-shares", run, "-o", out, "--json")
    assert found.code == 0, found.err
    data = found.data
    shares = {row["project"]: row["share"] for row in data["shares"]}
    # a: -4 of its own, half of what b brings for it: 6. c and d: half of 30 each, less 1.
    assert shares == pytest.approx({"a": 2.0, "b": 6.0, "c": 14.0, "d": 14.0}, abs=1e-6)
    assert data["adds_up"] is True
    assert sum(shares.values()) + data["without"] == pytest.approx(data["value"], abs=1e-9)
    assert data["apart"] == []
    by_tie = {row["ties"][0]: row for row in data["groups"]}
    assert by_tie["w"]["projects"] == ["c", "d"]
    assert by_tie["w"]["alone"] == pytest.approx(58.0, abs=1e-6)
    assert by_tie["w"]["counted_twice"] == pytest.approx(30.0, abs=1e-6)
    assert by_tie["first_a"]["counted_twice"] == pytest.approx(0.0, abs=1e-9)
    with (out / "value_shares.csv").open(encoding="utf-8-sig") as file:
        rows = {row["project"]: row for row in csv.DictReader(file)}
    assert {name: float(row["share"]) for name, row in rows.items()} == shares
    with (out / "value_groups.csv").open(encoding="utf-8-sig") as file:
        groups = list(csv.DictReader(file))
    assert [row["projects"] for row in groups] == ["c;d", "a;b"]
    assert [(row["ties"], row["name_zh"]) for row in groups] == [
        ("w", "w"),
        ("first_a", "项目a、项目b"),
    ]
    assert rows["b"]["name_zh"] == "项目b"


def test_tables_stand_beside_the_run(
    call: Call, run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And not below the folder in which the command happens to be called."""
    place = tmp_path / "runs" / "plan"
    shutil.copytree(run, place)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    first, second = (call("value-shares", place, "--json").data["output_dir"] for _ in range(2))
    assert Path(first).resolve() == tmp_path / "runs" / "value-shares"
    assert Path(second).resolve() == tmp_path / "runs" / "value-shares-2"
    assert list(elsewhere.iterdir()) == []


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("en", ("Shares of the plan's value", "30.0000 would be counted twice", "without any")),
        ("zh", ("方案价值分摊", "重复计算30.0000", "不建任何项目时")),
    ],
)
def test_both_languages(
    call: Call, run: Path, tmp_path: Path, lang: str, words: tuple[str, ...]
) -> None:
    found = call("value-shares", run, "-o", tmp_path / "out", "--lang", lang)
    assert found.code == 0, found.err
    assert all(word in found.out + found.err for word in words)
    assert max(map(len, found.out.splitlines())) <= 80


def test_more_projects_than_exact_ones_draw_orders(call: Call, run: Path, tmp_path: Path) -> None:
    asked = ("--exact-up-to", "1", "--orders", "10", "--seed", "3", "--json")
    data = call("value-shares", run, "-o", tmp_path / "out", *asked).data
    by_tie = {row["ties"][0]: row for row in data["groups"]}
    assert by_tie["w"]["orders"] == 10
    assert data["seed"] == 3
    assert data["adds_up"] is True


def test_files_that_do_not_fit_end_with_7(call: Call, run: Path, tmp_path: Path) -> None:
    run_solve(tied(), EXACT, tmp_path / "run", is_explained=False)
    file = tmp_path / "run" / "plan.json"
    plan = json.loads(file.read_text(encoding="utf-8"))
    plan["objective"] += 1.0
    file.write_text(json.dumps(plan), encoding="utf-8")
    found = call("value-shares", tmp_path / "run", "-o", tmp_path / "out")
    assert found.code == 7
    assert "miss the value of the run" in found.err


def test_years_are_not_shared(call: Call, tmp_path: Path) -> None:
    instance = make_instance([make_project("a")], settings={"objective": "makespan"})
    run_solve(instance, EXACT, tmp_path / "run", is_explained=False)
    found = call("value-shares", tmp_path / "run", "-o", tmp_path / "out", "--lang", "zh")
    assert found.code == 2
    assert "工期最短" in found.err


def test_nothing_is_there_to_resume(call: Call, run: Path, tmp_path: Path) -> None:
    found = call("value-shares", run, "-o", tmp_path / "v", "--resume", "--json")
    assert found.code == 2
    assert found.data["error"] == "usage"
    assert "keeps nothing before its end" in found.data["message"]
    assert not (tmp_path / "v").exists()
