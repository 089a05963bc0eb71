"""The parts of the night can fail: a fault, a hang and a plan that overspends are told."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from infraplan.optimizer.solve import solve
from infraplan.optimizer.solve_result import SolveOptions
from tests.nightly.numbers import broken, drawn
from tests.nightly.readers import Reader, damaged, try_reading


def _reader(folder: Path) -> Reader:
    (folder / "a.json").write_text("{}")
    return Reader("json", folder / "a.json", "", lambda whole, _: ("validate", whole))


def test_a_damaged_file_is_told_and_a_fault_of_the_program_is_a_failure(tmp_path: Path) -> None:
    reader = _reader(tmp_path)
    assert try_reading(reader, b"{", tmp_path) is None
    assert str(try_reading(reader, b"{", tmp_path, clean=(0,))).startswith("exit 3")
    broken_reader = Reader("none", reader.whole, "", lambda *_: 1 / 0)  # type: ignore[arg-type,return-value]
    with pytest.raises(ZeroDivisionError):
        try_reading(broken_reader, b"{", tmp_path)


def test_damages_are_made_again_by_their_seed() -> None:
    data = b'{"a": [1, 2, 3], "name": "road"}'
    made = [[damaged(data, rng) for _ in range(40)] for rng in map(random.Random, (5, 5, 6))]
    assert made[0] == made[1] != made[2]


def test_a_plan_that_overspends_by_a_hundredth_is_told() -> None:
    case = drawn(0, 1)
    plan = solve(case.instance, SolveOptions(gap=0.0)).require_plan()
    assert not list(broken(case, plan))
    first = plan.payments[0]
    more = first.model_copy(update={"amount": first.amount + 0.01})
    changed = plan.model_copy(update={"payments": (more, *plan.payments[1:])})
    assert list(broken(case, changed))
