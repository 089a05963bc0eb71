"""Branch and bound over starts: it divides without loss, learns, and finds the optimum."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache
from itertools import islice
from typing import Any

import numpy as np
import pytest

from infraplan.optimizer.backends import SolverOptions, SolverReply
from infraplan.optimizer.backends.dual_bound import dual_bound
from infraplan.optimizer.backends.quick_relaxation import quick_search
from infraplan.optimizer.backends.start_tree import (
    Branch,
    Division,
    Groups,
    Lessons,
    packed,
    unpacked,
)
from infraplan.optimizer.backends.tree import StartTree, tree_of
from infraplan.optimizer.mip import Mip
from infraplan.optimizer.program import build_formulation
from infraplan.optimizer.status import Termination
from tests.markers import first_quick
from tests.oracle.generate import random_instance
from tests.oracle.oracle import solve as brute_force

SEEDS, PARTS = 40, 2
OPTIONS = SolverOptions(gap=0.0, time_limit_s=30.0)


def three_groups() -> Groups:
    """Columns 0 and 4 are of one project (4 the earlier), 1 to 3 of another, 5 is no start."""
    return Groups(np.array([0, 1, 1, 1, 0, -1]), np.array([3, 0, 1, 2, 1, 0]))


def test_starts_of_a_project_come_by_year() -> None:
    groups = three_groups()
    assert groups.count == 2
    assert groups.of(0).tolist() == [4, 0]
    assert groups.of(1).tolist() == [1, 2, 3]


def test_a_division_lies_where_the_shares_are_halved() -> None:
    groups = three_groups()
    values = np.array([0.0, 0.3, 0.3, 0.2, 1.0, 7.5])
    assert groups.undecided(values).tolist() == [1]
    (division,) = groups.divisions(values)
    assert (division.group, division.place) == (1, 1)
    assert division.share == pytest.approx(0.6)


def test_every_start_lies_on_one_side_and_never_on_the_later() -> None:
    groups = three_groups()
    allowed, needed = np.ones(6, dtype=np.bool_), np.zeros(2, dtype=np.bool_)
    division = Division(1, 1, 0.6)
    sooner, must = groups.divided(allowed, needed, Branch(division, is_later=False))
    later, may = groups.divided(allowed, needed, Branch(division, is_later=True))
    assert must.tolist() == [False, True]
    assert may.tolist() == [False, False]
    mine = groups.of(1)
    assert np.array_equal(sooner[mine] ^ later[mine], allowed[mine])
    assert sooner[[0, 4, 5]].all()
    assert later[[0, 4, 5]].all()


def test_what_was_learned_decides_what_is_divided() -> None:
    lessons = Lessons(np.array([1.0, 1.0]))
    divisions = [Division(0, 0, 0.5), Division(1, 0, 0.5)]
    for is_later in (False, True):
        lessons.learn(Branch(divisions[1], is_later), 4.0)
        lessons.learn(Branch(divisions[0], is_later), 1.0)
    assert lessons.best(divisions) is divisions[1]


def test_a_project_never_divided_costs_by_its_weight() -> None:
    lessons = Lessons(np.array([1.0, 5.0, 1.0]))
    lessons.learn(Branch(Division(2, 0, 0.5), is_later=True), 1.0)
    assert lessons.best([Division(0, 0, 0.5), Division(1, 0, 0.5)]).group == 1


def test_bits_come_back() -> None:
    bits = np.random.default_rng(0).uniform(size=37) < 0.5
    assert np.array_equal(unpacked(packed(bits), 37), bits)


@cache
def tree_for(seed: int) -> tuple[StartTree | None, Mip]:
    """The tree of a random instance, None where it has none, and its program."""
    mip = build_formulation(random_instance(seed)).mip
    return tree_of(mip), mip


@cache
def reply_to(seed: int) -> SolverReply:
    """What the tree of a random instance answers."""
    tree, _ = tree_for(seed)
    assert tree is not None
    return tree.solve(OPTIONS)


def fitting(seeds: Iterable[int] = range(SEEDS)) -> Iterator[tuple[int, StartTree, Mip]]:
    """Random instances whose whole columns are starts alone."""
    for seed in seeds:
        tree, mip = tree_for(seed)
        if tree is not None:
            yield seed, tree, mip


@pytest.mark.parametrize("part", first_quick(range(PARTS)))
def test_the_optimum_is_that_of_brute_force(part: int) -> None:
    solved = 0
    for seed, tree, mip in fitting(range(part, SEEDS, PARTS)):
        expected = brute_force(random_instance(seed)).objective
        reply = reply_to(seed)
        if expected is None:
            assert reply.termination is Termination.INFEASIBLE
            continue
        assert reply.values is not None
        assert reply.bound is not None
        assert mip.value(tree.back(reply.values)) == pytest.approx(expected, rel=1e-6, abs=1e-6)
        assert reply.bound >= expected - 1e-6 * max(1.0, abs(expected))
        solved += 1
    assert solved >= 8


def test_the_multipliers_prove_the_bound_of_the_relaxation() -> None:
    for seed, tree, mip in islice(fitting(), 10):
        reply = reply_to(seed)
        best = quick_search(mip, 30.0, 0.0).values
        if best is None or reply.row_duals is None:
            continue
        proven = dual_bound(tree.mip, reply.row_duals).value
        assert proven is None or proven >= mip.value(best) - 1e-6


def test_a_plan_given_is_never_lost() -> None:
    for _, tree, mip in islice(fitting(), 6):
        best = quick_search(mip, 30.0, 0.0).values
        if best is None:
            continue
        short = replace(OPTIONS, time_limit_s=0.02)
        reply = tree.solve(short, start=tree.forth(best))
        assert reply.objective is None or reply.objective >= mip.value(best) - 1e-6


def test_other_whole_columns_are_no_starts() -> None:
    mip = build_formulation(random_instance(1)).mip
    other: Any = replace(mip, integrality=np.ones(mip.num_columns, dtype=np.bool_))
    assert tree_of(other) is None
