"""Choices by expected year: what is worth something only with others is taken with them."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from infraplan.models.instance import Instance
from infraplan.optimizer.backends.checking import clean_values
from infraplan.optimizer.backends.quick_relaxation import quick_mip, quick_relaxation
from infraplan.optimizer.engines.known import Known, cores_of
from infraplan.optimizer.interop.minelib import MineProblem, import_minelib
from infraplan.optimizer.primal import CoreProgram, expected_order, greedy_plan
from infraplan.optimizer.program import build_formulation
from tests.benchmarks.generate import benchmark_instance

# Block 1 (worth 60) lies under block 0 (worth -5), block 2 (worth 22) is free, block 3 (worth -4)
# is free and serves nothing; each needs 1, and 2 a period are mined. At 10 %: {0, 1} then {2} is
# worth 28 + 22/1.1 = 48; {0, 2} then {1} is worth 17 + 33/1.1 = 47.
PREC = "0 0\n1 1 0\n2 0\n3 1 2\n"
VALUES = (-5.0, 60.0, 22.0, -4.0)


def _pit(folder: Path, prec: str, values: tuple[float, ...], years: int, room: int) -> Instance:
    prefix = folder / "pit"
    numbers = range(len(values))
    Path(f"{prefix}.prec").write_text(prec)
    Path(f"{prefix}.cpit").write_text(
        f"NAME: pit\nTYPE: CPIT\nNBLOCKS: {len(values)}\nNPERIODS: {years}\n"
        "NRESOURCE_SIDE_CONSTRAINTS: 1\nDISCOUNT_RATE: 0.1\nRESOURCE_CONSTRAINT_LIMITS:\n"
        + "".join(f"0 {year} L {room}\n" for year in range(years))
        + "OBJECTIVE_FUNCTION:\n"
        + "".join(f"{number} {values[number]}\n" for number in numbers)
        + "RESOURCE_CONSTRAINT_COEFFICIENTS:\n"
        + "".join(f"{number} 0 1\n" for number in numbers)
        + "EOF\n"
    )
    return import_minelib(prefix, MineProblem.CPIT)


def _program(instance: Instance) -> CoreProgram:
    formulation = build_formulation(instance)
    relaxed = quick_relaxation(formulation.mip, 60.0)
    assert relaxed.values is not None
    bound = formulation.mip.value(relaxed.values)
    return cores_of(formulation, Known(bound=bound, relaxed=relaxed))[1]


def test_waste_is_moved_for_the_ore_below_it_and_not_for_nothing(tmp_path: Path) -> None:
    program = _program(_pit(tmp_path, PREC, VALUES, 2, 2))
    chosen = expected_order(program, math.inf)
    assert chosen is not None
    when = dict(zip(program.project[chosen].tolist(), program.year[chosen].tolist(), strict=True))
    assert when == {0: 0, 1: 0, 2: 1}
    assert float(program.mip.objective[: program.count][chosen].sum()) == pytest.approx(75.0)


def test_on_random_pits_it_keeps_every_row_and_leaves_rounding_far_behind(tmp_path: Path) -> None:
    chance = np.random.default_rng(5)
    worth = best = by_halves = 0.0
    for _ in range(10):
        layers = [chance.integers(-6, 3, 8), chance.integers(-4, 12, 8), chance.integers(-2, 30, 8)]
        values = tuple(float(value) for value in np.concatenate(layers))
        above = [[], *([max(0, k % 8 - 1), k % 8] for k in range(1, 8))]
        lines = [f"{k} 0" for k in range(8)]
        for k in range(8, 24):
            over = sorted({8 * (k // 8 - 1) + column for column in (above[k % 8] or [0])})
            lines.append(f"{k} {len(over)} " + " ".join(str(number) for number in over))
        instance = _pit(tmp_path, "\n".join(lines) + "\n", values, 4, 4)
        program = _program(instance)
        chosen = expected_order(program, math.inf)
        assert chosen is not None
        plan = greedy_plan(program, 60.0, chosen)
        assert plan is not None
        assert clean_values(program.mip, plan) is not None
        taken = float(program.mip.objective[: program.count][chosen].sum())
        assert program.mip.value(plan) >= taken - 1e-9
        optimum = quick_mip(program.mip, 60.0, 0.0)
        halves = greedy_plan(program, 60.0, program.relaxed >= 0.5)
        assert optimum is not None
        assert halves is not None
        worth += program.mip.value(plan)
        best += program.mip.value(optimum)
        by_halves += program.mip.value(halves)
    # Whole blocks, 4 of 24 a year, are far from the relaxation; what it would round to is nowhere.
    assert worth > 0.8 * best > 0.0
    assert worth > 3.0 * by_halves


def test_time_that_is_over_takes_nothing(tmp_path: Path) -> None:
    program = _program(_pit(tmp_path, PREC, VALUES, 2, 2))
    chosen = expected_order(program, -math.inf)
    assert chosen is not None
    assert not chosen.any()


def test_where_few_wait_for_others_it_stays_out() -> None:
    assert expected_order(_program(benchmark_instance(60, 6)), math.inf) is None


def test_a_published_mine_within_three_per_cent(bench_dir: Path) -> None:
    # MineLib newman1, CPIT: optimum 24,176,864.82 (Espinoza et al., Annals of OR 206, 2013).
    prefix = bench_dir / "minelib" / "newman1" / "newman1"
    program = _program(import_minelib(prefix, MineProblem.CPIT))
    plan = greedy_plan(program, 60.0, expected_order(program, math.inf))
    assert plan is not None
    assert 0.97 * 24_176_864.82 <= program.mip.value(plan) <= 24_176_864.82
