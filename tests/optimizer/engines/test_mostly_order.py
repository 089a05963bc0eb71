"""Which instances `auto` gives to the engine of closures."""

from __future__ import annotations

import pytest

from infraplan.models.instance import Instance
from infraplan.models.relation import Relation
from infraplan.optimizer.engines import mostly_order
from infraplan.optimizer.engines.registry import engine_for
from infraplan.optimizer.solve import solve
from infraplan.optimizer.solve_result import SolveOptions
from tests.builders import make_fund, make_instance, make_project
from tests.optimizer.decomposition.mines import waiting


@pytest.fixture(autouse=True)
def _few_waits_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mostly_order, "LEAST_WAITS", 4)
    monkeypatch.setattr(mostly_order, "WAITS_BY_PROJECT", 0.5)


def _engine(mine: Instance, **changed: object) -> str:
    return engine_for(mine.model_copy(update=changed)).name


def test_a_mine_is_for_closures_and_the_result_says_so() -> None:
    mine = waiting(0)
    assert _engine(mine) == "decomposition"
    assert solve(mine, SolveOptions(gap=0.0, canonical=False)).engine == "decomposition"
    assert solve(mine, SolveOptions(engine="exact")).engine == "exact"


def test_what_is_not_nearly_all_order_stays_with_the_integer_program(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    mine = waiting(0)
    some = mine.relations[0]
    one_of = Relation(
        from_projects=("b0", "b1"), to_projects=("b5",), type="finish_to_start", count=1
    )
    either = Relation(from_projects=("b0",), to_projects=("b1",), type="exclusive")
    assert _engine(mine, relations=(some,)) == "exact"
    assert _engine(mine, relations=(*mine.relations, one_of)) == "exact"
    assert _engine(mine, relations=(*mine.relations, either)) == "exact"
    assert engine_for(waiting(0, must=True)).name == "exact"
    with_money = make_instance([make_project("a")], funds=[make_fund()])
    assert _engine(mine, funds=with_money.funds) == "exact"
    monkeypatch.setattr(mostly_order, "MOST_ROWS", 2)
    assert _engine(mine) == "exact"
