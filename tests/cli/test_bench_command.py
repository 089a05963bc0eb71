"""`infraplan bench` as a user calls it, on tiny sizes; no second of it is judged."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest

from infraplan.optimizer.cli import bench_commands
from tests.cli.conftest import Call

QUICK = ("--years", 4, "--time-limit", 20, "--solvers", "highs", "--columns", "by-start")


def test_sizes_are_measured_and_written(call: Call, tmp_path: Path) -> None:
    out = tmp_path / "figures"
    done = call(
        "bench", "--projects", "5,8", *QUICK, "--engines", "own,bare", "--debt", "-o", out, "--json"
    )
    assert done.code == 0
    rows = done.data["rows"]
    assert [(r["projects"], r["years"], r["engine"]) for r in rows] == [
        (5, 4, "own"),
        (5, 4, "bare"),
        (8, 4, "own"),
        (8, 4, "bare"),
    ]
    asked = {"projects", "years", "engine", "solver", "first_plan_s", "t_1pct", "t_01pct"}
    asked |= {"t_001pct", "gap", "peak_mb", "stages"}
    assert all(asked <= row.keys() for row in rows)
    assert all(row["gap"] <= 1e-4 and not row["fault"] for row in rows)
    assert rows[0]["objective"] == pytest.approx(rows[1]["objective"], rel=2e-4)
    assert json.loads((out / "bench.json").read_text("utf-8"))["rows"] == rows
    with (out / "bench.csv").open(encoding="utf-8", newline="") as file:
        assert len(list(csv.DictReader(file))) == 4
    assert (out / "bench.svg").read_text("utf-8").count("<polyline") == 4


def test_every_engine_runs_at_the_defaults(call: Call) -> None:
    done = call("bench", "--projects", 20, "--years", 5, "--seed", 5, *QUICK[2:], "--json")
    assert done.code == 0
    rows = done.data["rows"]
    assert [row["engine"] for row in rows] == ["own", "bare", "by-hand", "greedy"]
    assert not [row["fault"] for row in rows if row["fault"]]
    values = {row["engine"]: row["objective"] for row in rows}
    assert values["own"] == pytest.approx(values["by-hand"], rel=2e-4)
    assert values["bare"] == pytest.approx(values["by-hand"], rel=2e-4)
    assert 0.0 < values["greedy"] <= values["own"] * (1.0 + 1e-4)


@pytest.mark.parametrize("more", ["--all-rules", "--debt"])
def test_of_more_rules_two_engines_have_a_program(call: Call, more: str) -> None:
    done = call("bench", "--projects", 5, *QUICK, more, "--json")
    assert [row["engine"] for row in done.data["rows"]] == ["own", "bare"]


def test_what_is_not_written_by_hand_is_told_in_words(call: Call) -> None:
    asked = ("--projects", 30, *QUICK, "--debt", "--engines", "greedy")
    english, chinese = call("bench", *asked), call("bench", *asked, "--lang", "zh")
    assert "several or earmarked funds of one payer" in english.err
    assert "同一出资方有多项或专项资金" in chinese.err
    (told,) = [line for line in chinese.err.splitlines() if "没有手写模型" in line]
    assert not re.search("[a-z]_|[a-z]{3}", told)


def test_an_instance_of_ones_own_is_told_in_both_languages(call: Call, instance_dir: Path) -> None:
    asked = ("--instance", instance_dir, *QUICK, "--engines", "own,greedy")
    english = call("bench", *asked)
    assert english.code == 0
    assert "product highs by-start" in english.out
    assert "no program is written by hand for" in english.err
    chinese = call("bench", *asked, "--lang", "zh")
    assert "本产品" in chinese.out
    assert "没有手写模型" in chinese.err


def test_wrong_uses_are_refused_before_anything_is_measured(call: Call, tmp_path: Path) -> None:
    taken = tmp_path / "taken"
    taken.mkdir()
    for arguments in (
        ("--engines", "magic"),
        ("--solvers", "oracle"),
        ("--columns", "sideways"),
        ("--projects", "many"),
        ("--projects", "2.5"),
        ("--projects", ""),
        ("--time-limit", "-1"),
        ("-o", taken),
    ):
        assert call("bench", *arguments).code == 2, arguments
    assert not list(taken.iterdir())
    assert call("bench", "--instance", tmp_path / "nowhere").code == 3


def test_what_was_measured_before_an_interrupt_is_kept(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes = bench_commands._sizes

    def interrupted(*arguments: object) -> Iterator[object]:
        yield from islice(sizes(*arguments), measured)
        raise KeyboardInterrupt

    monkeypatch.setattr(bench_commands, "_sizes", interrupted)
    asked = ("--projects", 5, *QUICK, "--engines", "own")
    measured = 0
    assert call("bench", *asked, "--json").code == 5
    measured = 1
    done = call("bench", *asked, "-o", tmp_path / "figures", "--json")
    assert done.code == 0
    assert done.data["stopped"] is True
    assert len(done.data["rows"]) == 1
    assert "Stopped early; 1 solve" in done.err
    assert (tmp_path / "figures" / "bench.csv").exists()
