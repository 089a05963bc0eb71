"""Dives: large works decided one after the other, and the cores at their end."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from infraplan.models.instance import Instance
from infraplan.optimizer.backends.checking import clean_values
from infraplan.optimizer.backends.quick_relaxation import quick_mip, quick_relaxation
from infraplan.optimizer.engines.deadline import Deadline
from infraplan.optimizer.engines.known import Known, cores_of, what_is_known
from infraplan.optimizer.primal import Choices, CoreProgram, Effort, Search, diving
from infraplan.optimizer.primal.core import TINY
from infraplan.optimizer.primal.diving import Diving
from infraplan.optimizer.program import build_formulation
from tests.builders import make_fund, make_inflows, make_instance, make_project

SMALL = 60
"""Small projects of the city."""
WORKS = "works"


def city(money: float = 130.0) -> Instance:
    """Sixty projects of 4 to 9, 390 in all, and one of 100, with money for half of them.

    In a year of operation the small ones bring in from 1.2 to 3.2 for each unit of their money, the
    large one 2.5: the relaxation takes what brings in more, and of the large one what is left for.
    """
    cost = [4.0 + (7 * n) % 6 for n in range(SMALL)]
    ratio = [1.2 + (11 * n) % 41 / 20 for n in range(SMALL)]
    small = [make_project(f"p{n:02}", cost[n], cost[n] * ratio[n]) for n in range(SMALL)]
    return make_instance(
        [make_project(WORKS, 100.0, 250.0), *small],
        funds=[make_fund()],
        inflows=[*make_inflows("budget", 2021, money), *make_inflows("budget", 2022, 60.0)],
        years=(2021, 2023),
    )


@pytest.fixture(scope="module")
def seen() -> tuple[Choices, CoreProgram]:
    formulation = build_formulation(city())
    relaxed = quick_relaxation(formulation.mip, 60.0)
    assert relaxed.values is not None
    return cores_of(
        formulation, Known(bound=formulation.mip.value(relaxed.values), relaxed=relaxed)
    )


def no_end() -> bool:
    return False


def test_a_dive_decides_the_large_works(seen: tuple[Choices, CoreProgram]) -> None:
    choices, program = seen
    assert program.prices.is_open[0], "the relaxation builds the large works in shares"
    leaves = list(Diving(program).leaves(lambda: -np.inf, no_end, 60.0))
    assert len(leaves) >= 2, "it is built in one, and not in another"
    built = set()
    for leaf in leaves:
        assert leaf.decided[0]
        assert not leaf.prices.is_open[0]
        mine = leaf.prices.relaxed[program.project == 0]
        built.add(round(float(mine.sum())))
        assert leaf.worth <= program.bound * (1.0 + 1e-9)
    assert built == {0, 1}
    assert choices.count == program.count


def test_the_first_leaf_of_a_dive_is_the_way_worth_most(
    seen: tuple[Choices, CoreProgram],
) -> None:
    _, program = seen
    leaves = list(Diving(program).leaves(lambda: -np.inf, no_end, 60.0))
    worth = [leaf.worth for leaf in leaves]
    assert worth == sorted(worth, reverse=True)
    least = worth[1] + 1e-6
    assert len(list(Diving(program).leaves(lambda: least, no_end, 60.0))) == 1


def test_dives_end_when_it_is_over(seen: tuple[Choices, CoreProgram]) -> None:
    assert not list(Diving(seen[1]).leaves(lambda: -np.inf, lambda: True, 60.0))


def test_cores_at_the_end_of_dives_lead_to_the_optimum(seen: tuple[Choices, CoreProgram]) -> None:
    choices, program = seen
    best = quick_mip(choices.mip, 60.0, 0.0)
    assert best is not None
    search = Search(program, None, 0)
    assert search.can_dive
    list(search.dives(Effort(600.0, nodes=200), no_end))
    assert search.best is not None
    assert clean_values(choices.origin, choices.restore(search.best)) is not None
    assert search.worth >= 0.999 * choices.mip.value(best)
    assert search.worth <= choices.mip.value(best) * (1.0 + 1e-9)


def test_dives_are_the_same_every_time(seen: tuple[Choices, CoreProgram]) -> None:
    found = []
    for _ in range(2):
        search = Search(seen[1], None, 3)
        list(search.dives(Effort(600.0, nodes=5), no_end))
        assert search.best is not None
        found.append(search.best.tobytes())
    assert found[0] == found[1]


def test_without_a_relaxation_there_is_no_dive(seen: tuple[Choices, CoreProgram]) -> None:
    _, program = seen
    blind = replace(program, relaxed=np.zeros(program.count))
    search = Search(blind, None, 0)
    assert not search.can_dive
    assert not list(search.dives(Effort(1.0), no_end))


def test_many_other_columns_are_left_to_other_cores(
    seen: tuple[Choices, CoreProgram], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(diving, "COLUMNS", 1)
    assert not Search(seen[1], None, 0).can_dive


def test_what_is_known_of_a_large_city_comes_from_dives(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("infraplan.optimizer.engines.known.LEAST_CHOICES", 10)
    formulation = build_formulation(city())
    told: list[float] = []

    def hear(known: Known) -> None:
        assert known.worth is not None
        told.append(known.worth)

    known = what_is_known(formulation, Deadline.after(100.0), gap=1e-9, on_plan=hear)
    best = quick_mip(formulation.mip, 60.0, 0.0)
    assert best is not None
    assert known.worth is not None
    assert known.worth >= 0.999 * formulation.mip.value(best)
    assert told == sorted(told)
    assert told[-1] == known.worth


def test_what_the_relaxation_decides_is_not_open(seen: tuple[Choices, CoreProgram]) -> None:
    prices = seen[1].prices
    whole = np.minimum(prices.relaxed, 1.0 - prices.relaxed) <= TINY
    for number in np.flatnonzero(~prices.is_open):
        assert whole[prices.project == number].all()


def test_a_leaning_dive_ends_at_a_leaf_and_asks_the_root_once(
    seen: tuple[Choices, CoreProgram],
) -> None:
    program = seen[1]
    dive = Diving(program)
    leaf = dive.leaning(no_end, 60.0)
    assert leaf is not None
    assert leaf.decided[0], "the large works"
    assert leaf.decided.sum() <= diving.DEEPEST
    root = dive._rooted(60.0)
    assert root is dive._rooted(60.0)
    assert root is not None
    assert leaf.worth <= root.worth + 1e-6, "what is decided is worth no more than what is not"
    assert any(other.worth == pytest.approx(leaf.worth) for other in dive.straight(no_end, 60.0)), (
        "it is the first of the straight dives"
    )


def test_a_leaning_dive_decides_as_the_relaxation_leans(
    seen: tuple[Choices, CoreProgram],
) -> None:
    choices, program = seen
    dive = Diving(program)
    root, leaf = dive._rooted(60.0), dive.leaning(no_end, 60.0)
    assert root is not None
    assert leaf is not None
    share = root.prices.relaxed[choices.project == 0]
    is_built = leaf.prices.relaxed[choices.project == 0].sum() > 0.5
    assert is_built == (share.max() >= 1.0 - share.sum())


def test_no_dive_leans_where_nothing_large_is_open_or_time_is_over(
    seen: tuple[Choices, CoreProgram], monkeypatch: pytest.MonkeyPatch
) -> None:
    program = seen[1]
    assert Diving(program).leaning(lambda: True, 60.0) is None
    monkeypatch.setattr(diving, "LARGE", np.inf)
    assert Diving(program).leaning(no_end, 60.0) is None
