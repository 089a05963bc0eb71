"""The search over cores in small programs of choices alone, as knapsacks of several rows."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from infraplan.models.instance import Instance
from infraplan.optimizer.backends.quick_relaxation import quick_mip
from infraplan.optimizer.engines.deadline import Deadline
from infraplan.optimizer.engines.known import cores_of, is_searched, what_is_known
from infraplan.optimizer.interop.mknap import import_mknap
from infraplan.optimizer.primal import Search, first_effort
from infraplan.optimizer.primal.core import Effort
from infraplan.optimizer.program import build_formulation
from tests.builders import make_fund, make_inflows, make_instance, make_project


def knapsack(folder: Path, items: int, rows: int) -> Instance:
    """A knapsack whose items use 5 to 40 of each row, half of which is there."""
    numbers = np.random.default_rng(3)
    weight = numbers.integers(5, 41, size=(rows, items))
    value = weight.mean(axis=0).round() + numbers.integers(0, 12, size=items)
    lines = ["1", f"{items} {rows} 0", " ".join(str(int(v)) for v in value)]
    lines += [" ".join(str(int(w)) for w in row) for row in weight]
    lines.append(" ".join(str(int(row.sum() // 2)) for row in weight))
    path = folder / "made.txt"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return import_mknap(path, 0)


@pytest.mark.parametrize(("items", "is_it"), [(60, True), (20, False)])
def test_a_knapsack_of_many_items_is_searched(tmp_path: Path, items: int, is_it: bool) -> None:
    assert is_searched(build_formulation(knapsack(tmp_path, items, 4)).mip) is is_it


def test_a_small_program_of_money_is_left_to_the_solver() -> None:
    projects = [make_project(f"p{n:02}", 5.0 + n % 3, 9.0) for n in range(60)]
    instance = make_instance(
        projects,
        funds=[make_fund()],
        inflows=make_inflows("budget", 2021, 90.0),
        years=(2021, 2023),
    )
    assert not is_searched(build_formulation(instance).mip)


def test_rounds_are_short_and_neighbourhoods_are_no_whole(tmp_path: Path) -> None:
    """0.18 s for sixty choices; the search comes to the optimum by 30 rounds of few nodes."""
    formulation = build_formulation(knapsack(tmp_path, 60, 4))
    known = what_is_known(formulation, Deadline.after(60.0))
    choices, program = cores_of(formulation, known)
    assert first_effort(program) == Effort(pytest.approx(0.18))
    best = quick_mip(choices.mip, 60.0, 0.0)
    assert best is not None
    most = choices.mip.value(best)
    start = None if known.plan is None else choices.seen(known.plan)
    search = Search(program, start, 1)
    for _ in islice(
        search.forever(Effort(600.0, nodes=40), lambda: search.worth >= most - 1e-6), 60
    ):
        pass
    assert search.worth == pytest.approx(most)
