"""Plans with one project more, found near the plan: worth what brute force says."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from infraplan.models.instance import Instance
from infraplan.optimizer.analysis import binding, nearby, rejections
from infraplan.optimizer.analysis.binding import Finder
from infraplan.optimizer.analysis.forcing import Bounds, Forcing
from infraplan.optimizer.analysis.nearby import Near, Nearby
from infraplan.optimizer.backends.forced import ForcedRelaxations
from infraplan.optimizer.mip import Mip
from tests.builders import (
    make_fund,
    make_inflows,
    make_instance,
    make_jurisdictions,
    make_project,
    make_relation,
)
from tests.optimizer.engine import best
from tests.oracle.oracle import Oracle
from tests.oracle.reasons import faults_of_rejection, forced_in

SECONDS = 10.0


class Around:
    """The plan of `instance`, and what is near it."""

    def __init__(self, instance: Instance) -> None:
        found = best(instance)
        assert found.plan is not None
        self.instance, self.plan, self.formulation = instance, found.plan, found.formulation
        self.forcing = Forcing.of(found.formulation, found.plan, found.plan.objective)
        self.bounds = Bounds(self.forcing, SECONDS)
        self.finder = Finder(self.forcing, self.bounds)
        self.near = Nearby(self.forcing, self.finder, self.bounds)
        self.index = {row.id: number for number, row in enumerate(instance.projects)}

    def built(self) -> set[str]:
        return {start.project for start in self.plan.starts}

    def loss_in(self, found: Near | None) -> float | None:
        """What the best plan in a neighbourhood loses; None: it has none."""
        assert found is not None
        values = self.finder.search_in(found.mip, found.free, SECONDS, 0.0).values
        if values is None:
            return None
        return (self.forcing.worth - self.forcing.true_worth(values)) / self.forcing.factor

    def loss(self, name: str) -> float:
        """What forcing project `name` in loses, by brute force."""
        forced = forced_in(self.instance, name)
        assert forced is not None
        most = Oracle(forced).solve().objective
        assert most is not None
        return self.plan.objective - most


def chain() -> Instance:
    """Each of four loses and requires the one before it; beside them one that pays."""
    names = ("a", "b", "c", "d")
    projects = [make_project(name, 10 + n, 2, latest_start=2021) for n, name in enumerate(names)]
    relations = [
        make_relation("requires", [first], [then], id=f"{then}-needs-{first}")
        for first, then in pairwise(names)
    ]
    return make_instance(
        [*projects, make_project("pays", 10, 10, latest_start=2021)], relations=relations
    )


def test_a_plan_is_asked_for_that_is_worth_so_much_and_none_that_is_worth_less() -> None:
    around = Around(chain())
    index = around.index["b"]
    near = around.near.payers()[0](index, None)
    assert near is not None
    worth = around.forcing.worth - around.loss("b") * around.forcing.factor
    search = around.finder.search_in
    found = search(near.mip, near.free, SECONDS, rejections.ANY, worth - 1e-3)
    assert found.values is not None
    assert around.forcing.true_worth(found.values) >= worth - 1e-3
    more = search(near.mip, near.free, SECONDS, rejections.ANY, worth + 1e-3)
    assert more.values is None
    assert more.termination.is_proof_of_no_plan
    # Without the least worth the first plan is good enough, however little it is worth.
    assert search(near.mip, near.free, SECONDS, rejections.ANY).values is not None


def test_what_relations_tie_over_several_steps_comes_along() -> None:
    around = Around(chain())
    assert around.built() == {"pays"}
    forcing, index = around.forcing, around.index["d"]
    # Beside the plan with its own starts alone there is no place for it.
    assert around.finder.beside(index, SECONDS).termination.is_proof_of_no_plan
    own = around.near.own(index)
    for name in ("a", "b", "c", "d"):
        assert np.isin(forcing.own_columns(around.index[name]), own).all(), name
    assert not np.isin(forcing.own_columns(around.index["pays"]), own).any()
    near = Near(forcing.held(forcing.forced(index), own), own)
    # a to d cost 10 + 11 + 12 + 13 and bring 3 x 2 each.
    assert around.loss_in(near) == pytest.approx(46.0 - 24.0)
    assert around.loss("d") == pytest.approx(46.0 - 24.0)


def test_a_chain_of_relations_is_told_no_dearer_than_it_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The plan beside the plan is the best one with the project: nothing is searched for after."""
    monkeypatch.setattr(binding, "SMALL", 0)
    monkeypatch.setattr(rejections._Search, "improve", lambda *_, **__: None)
    around = Around(chain())
    rows = rejections.find_rejections(around.formulation, around.plan, bound=around.plan.objective)
    told = {row.project: row.loss_high for row in rows}
    assert told == {name: pytest.approx(around.loss(name)) for name in ("a", "b", "c", "d")}


def two_towns() -> Instance:
    """Money of 2021 alone, all of it spent; `more` is worth less than what may make room for it.

    What the other town builds is worth least of all, and its money is no help.
    """

    def project(name: str, cost: float, yearly: float, town: str) -> object:
        return make_project(name, cost, yearly, jurisdiction=town, latest_start=2021)

    return make_instance(
        [
            project("best", 10, 8, "here"),  # 3 x 8 - 10 = 14
            project("second", 5, 3.5, "here"),  # 5.5
            project("third", 5, 3, "here"),  # 4
            project("more", 10, 5, "here"),  # 5
            project("one", 10, 3.4, "there"),  # 0.2
            project("two", 10, 3.5, "there"),  # 0.5
        ],
        jurisdictions=make_jurisdictions("here", "there"),
        funds=[make_fund("ours", jurisdiction="here"), make_fund("theirs", jurisdiction="there")],
        inflows=(
            *make_inflows("ours", 2021, 20, 0, 0, 0),
            *make_inflows("theirs", 2021, 20, 0, 0, 0),
        ),
    )


def columns_of(around: Around, *names: str) -> list[int]:
    parts = [around.forcing.own_columns(around.index[name]) for name in names]
    return sorted(np.concatenate(parts).tolist())


def test_what_the_own_jurisdiction_builds_makes_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nearby, "PAYERS", (1, 2))
    around = Around(two_towns())
    assert around.built() == {"best", "second", "third", "one", "two"}
    bounds, index = around.bounds, around.index["more"]
    assert sorted(bounds.cheapest(2).tolist()) == columns_of(around, "one", "two")
    assert sorted(bounds.cheapest(2, "here").tolist()) == columns_of(around, "second", "third")
    assert bounds.cheapest(2, "nowhere").size == 0
    # Room by the other town: none; by the least here: too little; by two: 5.5 + 4 - 5.
    monkeypatch.setattr(nearby, "FEW", (2,))
    (others,) = around.near.making_room()
    one, two, every = around.near.payers()
    assert around.loss_in(others(index, None)) is None
    assert around.loss_in(one(index, None)) is None
    assert around.loss_in(two(index, None)) == pytest.approx(4.5)
    assert around.loss_in(every(index, None)) == pytest.approx(4.5)
    assert around.loss("more") == pytest.approx(4.5)


def test_a_project_without_a_plan_beside_the_plan_is_forced_in_by_its_payers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As in a large plan without time for a search: `can_be_forced` is not left blank."""

    def nothing(self: object, *_: object, **__: object) -> None: ...

    def not_solved(mip: Mip, *_: object, **__: object) -> ForcedRelaxations | None:
        return None

    monkeypatch.setattr(binding, "SMALL", 0)
    for name in ("_wish", "_relax_again", "_solve_all", "_by_own_parts"):
        monkeypatch.setattr(rejections._Search, name, nothing)
    monkeypatch.setattr(rejections._Search, "_relaxed", not_solved)
    monkeypatch.setattr(nearby, "FEW", ())
    around = Around(two_towns())
    (row,) = rejections.find_rejections(
        around.formulation, around.plan, bound=around.plan.objective
    )
    assert (row.project, row.can_be_forced) == ("more", True)
    assert row.loss_high == pytest.approx(4.5)
    starts = {start.project: (start.option, start.start) for start in around.plan.starts}
    faults = faults_of_rejection(around.instance, starts, around.plan.objective, row)
    assert not list(faults)
