"""What duties cost, worked out by hand."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from infraplan.models.instance import Instance
from infraplan.models.policy import ResourceLimit
from infraplan.models.project import Mandate
from infraplan.models.stated_date import StatedDate
from infraplan.optimizer.solve_result import SolveOptions
from infraplan.optimizer.storage import read_run
from infraplan.optimizer.sweeps.asking import starting_from
from infraplan.optimizer.sweeps.duty_prices import DutyPrice, duties_of, price_duties
from infraplan.optimizer.sweeps.runner import Runner
from infraplan.optimizer.workflow import run_solve
from tests.builders import (
    make_debt,
    make_instance,
    make_policy,
    make_pool,
    make_project,
    make_target,
)

EXACT = SolveOptions(gap=0.0, time_limit_s=60.0)


def priced(instance: Instance, folder: Path) -> dict[tuple[str, str], DutyPrice]:
    """Solve, then price every duty."""
    run_solve(instance, EXACT, folder / "run", is_explained=False)
    files = read_run(folder / "run")
    assert files.plan is not None
    runner = Runner(folder / "asked", solve=partial(starting_from, folder / "run"))
    runner.prepare(resume=False)
    bound = files.manifest["bound"]
    rows = price_duties(duties_of(instance), files.plan.objective, bound, EXACT, runner)
    return {(row.duty.kind, row.duty.row): row for row in rows}


def test_each_duty_costs_what_the_plan_gains_without_it(tmp_path: Path) -> None:
    """m must be built and loses 3; four must start, of which the fourth, d, loses 2.

    a brings 8, and km 7 must be reached: t has them, loses 4 and is the third of the four.
    Without the floor d goes: 2. Without the target t goes and the floor takes e, which loses 3 in
    its place: 1. Without m's duty e takes its place: as bad, 0.
    """
    projects = [
        make_project("m", 9, 6, mandatory=Mandate.MUST),
        make_project("a", 5, 13),
        make_project("t", 9, 5, outputs={"km": 7.0}),
        make_project("d", 8, 6),
        make_project("e", 9, 6),
    ]
    instance = make_instance(
        projects,
        policies=[make_policy("starts_floor", 4.0)],
        targets=[make_target("road", "km", 7.0, 2022, hard=True)],
        years=(2021, 2022),
    )
    found = priced(instance, tmp_path)
    prices = {key: row.price for key, row in found.items()}
    assert prices == {
        ("must_do", "m"): pytest.approx(0.0),
        ("floor", "starts_floor"): pytest.approx(2.0),
        ("target", "road"): pytest.approx(1.0),
    }
    assert all(row.is_verified for row in found.values())
    for row in found.values():
        assert row.low == pytest.approx(row.price)
        assert row.high == pytest.approx(row.price)


def test_duties_of_all_kinds_are_known() -> None:
    instance = make_instance(
        [make_project("a", 5, 13, resources={"land": 2.0}), make_project("b", 1, 1)],
        pools=[make_pool()],
        debt=[make_debt(2021, new_quota=4.0), make_debt(2022, ceiling=9.0)],
        resources=[ResourceLimit(resource="land", limit=1.0)],
        stated_dates=[
            StatedDate(project="a", kind="open_by", year=2022, breach_cost=1.0),
            StatedDate(project="b", kind="open_by", year=2022),
        ],
        policies=[make_policy("spend_cap", 4.0)],
        years=(2021, 2022),
    )
    rows = duties_of(instance)
    assert [(row.kind, row.table, row.row) for row in rows] == [
        ("quota", "debt", "region/general/2021"),
        ("quota", "resources", "land"),
        ("stated_date", "stated_dates", "a/open_by"),
    ]
    free = [row.lifted() for row in rows]
    assert free[0].debt[0].new_quota is None
    assert free[1].resources == ()
    assert [row.project for row in free[2].stated_dates] == ["b"]
