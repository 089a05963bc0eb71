"""Plans at once of a program that falls apart: of every part, better than duties alone."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from infraplan.optimizer import work_clock
from infraplan.optimizer.backends.checking import clean_values
from infraplan.optimizer.engines.known import Known, cores_of
from infraplan.optimizer.generating.make import generate, make_request
from infraplan.optimizer.mip import FloatArray
from infraplan.optimizer.primal import CoreProgram, first_plan, plans_at_once
from infraplan.optimizer.primal.at_once_parts import PartAtOnce, parts_at_once, plans_in_parts
from infraplan.optimizer.program import build_formulation
from tests.optimizer.primal.test_diving import city

TIME_S = 60.0


@pytest.fixture(scope="module")
def program() -> CoreProgram:
    made = generate(make_request(120, 6, seed=3, districts=3, debt=True))
    return cores_of(build_formulation(made), Known())[1]


def _trail(program: CoreProgram) -> tuple[list[FloatArray], bool]:
    told: list[FloatArray] = []
    with work_clock.counting(None):
        return told, plans_at_once(program, TIME_S, told.append)


def test_parts_share_no_row_and_miss_no_column(program: CoreProgram) -> None:
    parts = parts_at_once(program)
    assert len(parts) >= 3
    columns = np.concatenate([part.columns for part in parts])
    assert np.array_equal(np.sort(columns), np.arange(program.mip.num_columns))
    assert sum(part.program.count for part in parts) == program.count
    assert sum(part.program.mip.num_rows for part in parts) <= program.mip.num_rows
    values = np.random.default_rng(0).random(program.mip.num_columns)
    worths = [part.program.mip.objective @ values[part.columns] for part in parts]
    assert sum(worths) == pytest.approx(program.mip.objective @ values)
    for part in parts:  # projects are numbered anew, choices keep what they are worth
        mine = part.columns[part.columns < program.count]
        assert np.array_equal(part.program.year, program.year[mine])
        projects = np.unique(program.project[mine])
        assert np.array_equal(projects[part.program.project], program.project[mine])


def test_what_hangs_together_has_no_parts() -> None:
    assert parts_at_once(cores_of(build_formulation(city()), Known())[1]) == []


def test_every_plan_obeys_every_row_and_is_better_than_duties_alone(program: CoreProgram) -> None:
    told, is_dived = _trail(program)
    assert is_dived
    assert len(told) > 1
    worths = [program.mip.value(plan) for plan in told]
    assert worths == sorted(worths)
    for plan in told:
        assert clean_values(program.mip, plan) is not None
    duties = first_plan(program, TIME_S)
    assert duties is not None
    assert worths[0] > program.mip.value(duties)


def test_where_guests_follow_no_part_is_dived_into(program: CoreProgram) -> None:
    told: list[FloatArray] = []
    assert not plans_at_once(program, TIME_S, told.append, are_parts_dived=False)
    assert [plan.tobytes() for plan in told] == [_trail(program)[0][0].tobytes()]


def test_a_part_in_time_takes_no_less_than_nothing_where_nothing_must_be(
    program: CoreProgram,
) -> None:
    free = 0
    for part in parts_at_once(program):
        mip = part.program.mip
        nothing = clean_values(mip, np.zeros(mip.num_columns))
        part.find(work_clock.now() + TIME_S, work_clock.now() + TIME_S)
        assert part.best is not None
        if nothing is not None:
            free += 1
            assert mip.value(part.best) >= mip.value(nothing) - 1e-9
    assert free


def test_late_parts_have_what_must_be_alone(program: CoreProgram) -> None:
    for part in parts_at_once(program):
        part.find(work_clock.now() - 1.0, work_clock.now() + TIME_S)
        assert part.best is not None
        assert clean_values(part.program.mip, part.best) is not None


def test_without_a_plan_of_a_part_there_is_none(
    program: CoreProgram, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(PartAtOnce, "find", lambda *_: None)
    told: list[FloatArray] = []
    parts = parts_at_once(program)
    assert plans_in_parts(parts, program.mip.num_columns, TIME_S, told.append) == (False, False)
    assert told == []


def test_plans_are_the_same_byte_by_byte_beside_another_thread(program: CoreProgram) -> None:
    alone, is_dived = _trail(program)
    with ThreadPoolExecutor(2) as pool:
        beside = [one.result() for one in [pool.submit(_trail, program) for _ in range(2)]]
    for told, has_dived in beside:
        assert has_dived == is_dived
        assert [plan.tobytes() for plan in told] == [plan.tobytes() for plan in alone]
