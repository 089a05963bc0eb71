"""Rows of a benchmark: what a process tells, and gaps to the best bound of all rows."""

from __future__ import annotations

from pathlib import Path

import pytest

from infraplan.optimizer.bench import suite
from infraplan.optimizer.bench.files import csv_text, drawing
from infraplan.optimizer.bench.row import Asked, own_options
from infraplan.optimizer.bench.suite import (
    Better,
    Row,
    Size,
    compared,
    measure,
    unknown_names,
    ways,
)
from infraplan.optimizer.storage import write_instance
from tests.builders import make_fund, make_inflows, make_instance, make_project


@pytest.fixture(scope="module")
def size(tmp_path_factory: pytest.TempPathFactory) -> Size:
    """Money for one of two projects a year; the better one is a."""
    instance = make_instance(
        [make_project("a", 10, 9), make_project("b", 10, 8)],
        years=(2021, 2022),
        settings={"end_year": 2024},
        funds=[make_fund(carry_over=False)],
        inflows=make_inflows("budget", 2021, 10, 10),
    )
    path = tmp_path_factory.mktemp("bench") / "two"
    write_instance(instance, path)
    return Size("two", path, 2, 2)


BEST = (3 * 9 - 10) + (2 * 8 - 10)
"""a at once, open 2022 to 2024; b a year later."""


def row(engine: str, *trail: Better) -> Row:
    """A row of one instance that ended with the last of `trail`."""
    last = trail[-1]
    return Row(
        "i", 2, 2, engine, "highs", "auto", 1.0, objective=last.plan, bound=last.bound, trail=trail
    )


def test_gaps_are_to_the_best_bound_of_all_rows() -> None:
    first = row("own", Better(0.5, 0.4, 98.0, None), Better(0.9, 0.8, 99.95, 130.0))
    second = row("bare", Better(0.2, 0.2, None, 100.0), Better(2.0, 1.0, 99.0, 100.0))
    other = Row("j", 2, 2, "own", "highs", "auto", 1.0, objective=5.0, bound=5.0)
    one, two, three = compared([first, second, other])
    assert (one.best_bound, two.best_bound, three.best_bound) == (100.0, 100.0, 5.0)
    assert one.gap == pytest.approx(0.05 / 99.95)
    assert (one.t_1pct, one.t_01pct, one.t_001pct) == (0.9, 0.9, None)  # 98: 2.04 % away
    assert two.gap == pytest.approx(1.0 / 99.0)
    assert two.t_1pct is None  # 1/99 is 1.01 %
    assert two.gap_at_limit is None  # its plan came a second late
    assert one.gap_at_limit == one.gap
    assert three.gap == 0.0


def test_a_bound_below_a_plan_does_not_count_and_is_told() -> None:
    wrong = row("bare", Better(0.2, 0.2, 80.0, 90.0))
    right = row("own", Better(0.2, 0.2, 95.0, 100.0))
    low, good = compared([wrong, right])
    assert low.best_bound == good.best_bound == 100.0
    assert "below a plan" in str(low.fault)
    assert "低于" in low.fault.zh
    assert not good.fault


def test_a_greedy_has_no_solver_and_a_program_by_hand_no_form_of_its_choice() -> None:
    found = ways(("own", "by-hand", "greedy"), ("highs", "cbc"), ("auto", "by-start"))
    assert found == (
        ("own", "highs", "auto"),
        ("own", "highs", "by-start"),
        ("own", "cbc", "auto"),
        ("own", "cbc", "by-start"),
        ("by-hand", "highs", "by-start"),
        ("by-hand", "cbc", "by-start"),
        ("greedy", "", ""),
    )
    (unknown,) = unknown_names(("own",), ("oracle",), ("auto",))
    assert unknown[:2] == ("--solvers", "oracle")


@pytest.mark.parametrize(
    ("engine", "solver", "stages"),
    [
        ("own", "highs", {"read", "build", "solve", "report", "write"}),
        ("bare", "cpsat", {"read", "build", "solve"}),
        ("by-hand", "highs", {"read", "build", "solve"}),
        ("greedy", "", {"read", "build", "solve"}),
    ],
)
def test_each_way_finds_the_plan_in_a_process_of_its_own(
    size: Size, engine: str, solver: str, stages: set[str]
) -> None:
    (found,) = compared(list(measure(size, [Asked(engine, solver, "by-start", 60.0, 0.0)])))
    assert not found.fault
    assert found.objective == pytest.approx(BEST)
    assert found.gap == (None if engine == "greedy" else pytest.approx(0.0, abs=1e-6))
    assert set(found.stages) == stages
    assert found.peak_mb is not None
    assert found.peak_mb > 20.0  # Python alone takes that
    assert found.cpu_s is not None
    assert found.seconds is not None
    assert found.first_plan_s is not None
    assert 0.0 < found.first_plan_s <= found.seconds


def test_what_a_row_cannot_do_is_its_fault_in_both_languages(size: Size, tmp_path: Path) -> None:
    two_funds = make_instance([make_project("a", 10, 9)], funds=[make_fund(), make_fund("more")])
    write_instance(two_funds, tmp_path / "funds")
    other = Size("funds", tmp_path / "funds", 1, 4)
    (found,) = measure(other, [Asked("greedy", "", "", 5.0)])
    assert found.objective is None
    words = "several or earmarked funds of one payer"
    assert str(found.fault) == f"no program is written by hand for: {words}"
    assert "没有手写模型" in found.fault.zh


def test_a_row_far_beyond_its_limit_is_ended(size: Size, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(suite, "READING_S", 0.0)
    monkeypatch.setattr(suite, "_TICK_S", 0.001)
    (found,) = measure(size, [Asked("own", "highs", "auto", 60.0)])
    assert found.objective is None
    assert found.seconds is None
    assert "beyond its time limit" in str(found.fault)


def test_files_hold_every_row_and_the_drawing_every_line() -> None:
    rows = compared(
        [
            row("own", Better(0.5, 0.4, 90.0, 130.0), Better(0.9, 0.8, 99.0, 100.0)),
            row("greedy", Better(0.01, 0.01, 95.0, None)),
        ]
    )
    lines = csv_text(rows).splitlines()
    assert len(lines) == 3
    assert lines[0].startswith("instance,projects,years,engine,solver,columns")
    assert {len(line.split(",")) for line in lines} == {25}
    svg = drawing(rows, "en")
    assert svg.count("<polyline") == 2
    assert "greedy highs auto: 5.2632 %" in svg
    assert "贪心法" in drawing(rows, "zh")


def test_the_product_is_not_held_to_its_own_solver() -> None:
    """A solver that is named rules out what the product may do without it."""
    assert own_options(Asked("own", "highs", "auto", 5.0)).solver is None
    assert own_options(Asked("own", "cbc", "auto", 5.0)).solver == "cbc"
