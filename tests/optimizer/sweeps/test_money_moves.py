"""Money moved between years: against a grid of budgets, and what it does to rows."""

from __future__ import annotations

import random
from itertools import product
from pathlib import Path

import numpy as np
import pytest

from infraplan.models.funding import FundKind
from infraplan.models.instance import Instance
from infraplan.optimizer.accounts.inflows import fund_inflows
from infraplan.optimizer.analysis.moved_money import (
    MONEY_IN,
    Move,
    MoveRules,
    cells_of,
    counted_by,
    effects,
    find_moves,
    groups_of_cells,
    movable_funds,
    moved_instance,
    told_moves,
    with_moves,
)
from infraplan.optimizer.program import build_formulation
from infraplan.optimizer.solve import solve
from infraplan.optimizer.solve_result import SolveOptions
from infraplan.optimizer.storage import read_run
from infraplan.optimizer.sweeps.money_moves import move_money, solve_moves
from infraplan.optimizer.sweeps.runner import Runner
from infraplan.optimizer.workflow import run_solve
from tests.builders import (
    make_bond,
    make_fund,
    make_inflows,
    make_instance,
    make_pool,
    make_project,
)
from tests.markers import first_quick
from tests.oracle.oracle import Oracle

EXACT = SolveOptions(gap=0.0, time_limit_s=60.0)
PART = 3
"""Random instances in one test."""


def drawn(seed: int) -> Instance:
    """Two or three works of whole cost, whole money in three years, that may lapse or bear debt."""
    rng = random.Random(seed)
    projects = [
        make_project(f"p{number}", rng.randint(2, 4), rng.randint(2, 5))
        for number in range(rng.randint(2, 3))
    ]
    lapse = rng.choice([None, None, 1])
    bonds = {}
    if rng.random() < 0.5:
        bonds = {
            "instruments": [make_bond(tenor=2, rate=0.0, annual_limit=float(rng.randint(1, 2)))],
            "pools": [make_pool(region="budget")],
        }
    return make_instance(
        projects,
        years=(2021, 2023),
        settings={"discount_rate": 0.05, "end_year": 2026},
        funds=[make_fund(lapse_years=lapse)],
        inflows=make_inflows("budget", 2021, *(rng.randint(0, 4) for _ in range(3))),
        **bonds,
    )


def best(instance: Instance, years: tuple[int, ...]) -> float | None:
    """Greatest value over all whole splits of the money of `years`, each by brute force."""
    stated = {row.year: row.value for row in instance.inflows}
    total, found = int(sum(stated[year] for year in years)), []
    for split in product(range(total + 1), repeat=len(years)):
        if sum(split) == total:
            change = {
                ("budget", year): float(part) - stated[year]
                for year, part in zip(years, split, strict=True)
            }
            value = Oracle(moved_instance(instance, change)).solve().objective
            found += [] if value is None else [value]
    return max(found, default=None)


@pytest.mark.parametrize("part", first_quick(range(12)))
def test_the_gain_is_that_of_the_best_split(part: int, tmp_path: Path) -> None:
    # Costs and money are whole and no interest is paid, so that some best split is whole as well
    # (what bonds carry over is money of the same sum).
    seen = 0
    for seed in range(PART * part, PART * part + PART):
        instance = drawn(seed)
        years = (2021, 2022, 2023) if seed % 2 else (2021, 2023)
        run_solve(instance, EXACT, tmp_path / f"r{seed}", is_explained=False)
        files = read_run(tmp_path / f"r{seed}")
        assert files.plan is not None
        runner = Runner(tmp_path / f"m{seed}", solve=solve_moves)
        runner.prepare(resume=False)
        found = move_money(files, files.plan, MoveRules(("budget",), years), 1, EXACT, runner)
        expected = best(instance, years)
        assert expected is not None
        assert found.gain == pytest.approx(expected - files.plan.objective, abs=1e-4), seed
        assert found.gain_bound == pytest.approx(found.gain, abs=1e-3), seed
        assert found.result.is_verified
        moved = read_run(tmp_path / f"m{seed}" / found.result.run_dir)
        plan_years = range(2021, 2024)
        sums = [
            sum(row.value for row in rows.inflows if row.year in plan_years)
            for rows in (instance, moved.instance)
        ]
        assert sums[0] == pytest.approx(sums[1])
        assert (not found.moves) is (found.gain < 1e-6), seed
        seen += bool(found.moves)
    assert seen


def test_least_is_moved() -> None:
    # 4 come in each of three years; a (cost 6) opens sooner where 2 of them come a year earlier.
    instance = make_instance(
        [make_project("a", 6, 5)],
        years=(2021, 2023),
        funds=[make_fund()],
        inflows=make_inflows("budget", 2021, 4.0, 4.0, 4.0),
    )
    plan = solve(instance, EXACT).require_plan()
    found = find_moves(instance, plan, MoveRules(("budget",), (2021, 2022, 2023)), EXACT)
    assert sum(move.amount for move in found.moves) == pytest.approx(2.0)
    assert found.moved_bound == pytest.approx(2.0, abs=1e-4)
    assert {move.to_year for move in found.moves} == {2021}
    # 2021: opens in 2022, 2 x 5 - 6 = 4.
    assert found.value_bound == pytest.approx(4.0, abs=1e-4)


def served() -> Instance:
    """A real fund with lapse and one that serves debt, both counted on in part."""
    return make_instance(
        [make_project("a", 3, 5)],
        years=(2021, 2023),
        settings={"inflation": 0.02, "tail_growth": 0.03},
        funds=[
            make_fund("real", basis="real", certainty=0.5, lapse_years=1),
            make_fund("serving", interest_rate=0.02),
        ],
        inflows=[
            *make_inflows("real", 2021, 3.0, 2.0, 1.0),
            *make_inflows("serving", 2021, 2.0, 2.0),
        ],
        instruments=[make_bond(tenor=5, rate=0.04)],
        pools=[make_pool(region="serving")],
    )


def test_effects_are_those_of_all_rows() -> None:
    # A whole program with one unit more differs in those rows' limits alone, by what is told.
    instance = served()
    cells = cells_of(instance, MoveRules(("real", "serving"), (2021, 2022, 2023)))
    told = effects(instance, cells)
    nothing = {("real", 2021): 0.0, ("serving", 2021): 0.0}
    pinned = build_formulation(moved_instance(instance, nothing))
    for cell in cells:
        other = build_formulation(moved_instance(instance, nothing | {cell: 1.0}))
        before, after = pinned.mip, other.mip
        assert (before.a_value == after.a_value).all()
        assert (before.objective == after.objective).all()
        assert (before.col_upper == after.col_upper).all()
        found = {}
        for block in before.row_blocks:
            for offset, key in enumerate(block.keys):
                row = block.start + offset
                for old, new in (
                    (before.row_lower[row], after.row_lower[row]),
                    (before.row_upper[row], after.row_upper[row]),
                ):
                    if abs(old) < 1e20 and abs(new - old) > 1e-9:
                        assert block.family in MONEY_IN
                        found[block.family, key] = pytest.approx(new - old, abs=1e-8)
        assert told[cell] == found, cell
    assert any(label[0] == "lapse" for rows in told.values() for label in rows)


def test_what_comes_after_the_plan_stays() -> None:
    instance = served()
    moved = with_moves(instance, [Move("serving", 2022, 2021, 2.0, "serving")])
    fund = instance.fund_by_id["serving"]
    after = np.arange(2024, 2030)
    before, now = (fund_inflows(rows, fund, after) for rows in (instance, moved))
    assert before == pytest.approx(now)
    assert before[0] > 0.0
    years = np.arange(2021, 2024)
    assert fund_inflows(moved, fund, years) == pytest.approx([4.0, 0.0, 0.0])


def test_which_money_moves_and_with_which() -> None:
    instance = make_instance(
        [make_project("a", 3, 5)],
        funds=[
            make_fund("own"),
            make_fund("road", sectors=("transport",)),
            make_fund("sure", certainty=0.5),
            make_fund("land", kind=FundKind.LAND),
            make_fund("second"),
            make_fund("empty"),
        ],
        inflows=[
            row
            for name in ("own", "road", "sure", "land", "second")
            for row in make_inflows(name, 2021, 1.0)
        ],
    )
    assert movable_funds(instance) == ("own", "road", "sure", "second")
    rules = MoveRules(movable_funds(instance), (2021, 2022), between=True)
    counted = counted_by(instance, cells_of(instance, rules))
    groups = groups_of_cells(instance, counted, rules)
    assert sorted(groups) == [("own", "second"), ("road",), ("sure",)]
    change = {("own", 2021): -1.0, ("own", 2022): 0.25, ("second", 2022): 0.75}
    moves = told_moves(change, groups)
    assert [(m.fund, m.to_fund, m.amount) for m in moves] == [
        ("own", "second", 0.75),
        ("own", "own", 0.25),
    ]


def test_money_goes_between_funds_of_one_owner_where_asked() -> None:
    # The bridge may be paid by `free` alone, whose money is in `second`.
    instance = make_instance(
        [make_project("a", 4, 5)],
        years=(2021, 2023),
        funds=[make_fund("free"), make_fund("second", max_share=0.5)],
        inflows=[*make_inflows("free", 2021, 1.0), *make_inflows("second", 2021, 3.0)],
    )
    plan = solve(instance, EXACT).require_plan()
    assert plan.starts == ()
    alone = find_moves(instance, plan, MoveRules(("free", "second"), (2021, 2022)), EXACT)
    assert alone.moves == ()
    rules = MoveRules(("free", "second"), (2021, 2022), between=True)
    found = find_moves(instance, plan, rules, EXACT)
    assert [(m.fund, m.to_fund, m.amount) for m in found.moves] == [
        ("second", "free", pytest.approx(1.0, abs=1e-5))
    ]
