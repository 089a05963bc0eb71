"""Rules that a conflict does not need are found as one after the other, by fewer questions."""

from __future__ import annotations

import random
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, cast

import pytest

from infraplan.optimizer import work_clock
from infraplan.optimizer.analysis import conflicts
from infraplan.optimizer.analysis.conflicts import _Filter
from infraplan.optimizer.analysis.elastic import Elastic
from infraplan.optimizer.backends import SolverOptions
from infraplan.optimizer.status import Termination


def filtered(
    count: int,
    has_no_plan: Callable[[set[int]], bool | None],
    monkeypatch: pytest.MonkeyPatch,
    known: tuple[int, ...] = (),
) -> tuple[list[int], bool, int]:
    """What `needed` keeps of `count` rules, whether that is minimal, and after how many questions.

    `has_no_plan` says of rules that do not give whether they have none, None: time is short.
    """
    asked: list[set[int]] = []

    def search(hard: set[int], options: SolverOptions) -> tuple[Termination, object]:
        del options
        asked.append(hard)
        answer = has_no_plan(hard)
        if answer is None:
            return Termination.TIME_LIMIT, None
        return (Termination.INFEASIBLE, None) if answer else (Termination.OPTIMAL, object())

    everyone = set(range(count))
    elastic = SimpleNamespace(
        groups=list(range(count)), with_free=lambda free, priced: everyone - set(free)
    )
    monkeypatch.setattr(conflicts, "search", search)
    filters = _Filter(
        cast("Elastic", cast("Any", elastic)), SolverOptions(), work_clock.now() + 600.0
    )
    kept, is_minimal = filters.needed(list(range(count)), known)
    return kept, is_minimal, len(asked)


def one_by_one(count: int, has_no_plan: Callable[[set[int]], bool | None]) -> list[int]:
    """The plain deletion filter."""
    kept = list(range(count))
    for number in range(count):
        trial = [other for other in kept if other != number]
        if has_no_plan(set(trial)):
            kept = trial
    return kept


def test_the_rules_kept_are_those_of_the_plain_filter(monkeypatch: pytest.MonkeyPatch) -> None:
    """With one or several smallest conflicts; never many more questions than rules."""
    chance = random.Random(5)
    for _ in range(300):
        count = chance.randint(1, 16)
        sets = [
            set(chance.sample(range(count), chance.randint(1, min(4, count))))
            for _ in range(chance.randint(1, 3))
        ]

        def has_no_plan(hard: set[int], sets: list[set[int]] = sets) -> bool:
            return any(one <= hard for one in sets)

        kept, is_minimal, asked = filtered(count, has_no_plan, monkeypatch)
        assert kept == one_by_one(count, has_no_plan)
        assert is_minimal
        assert asked <= 2 * count


def test_many_that_are_not_needed_go_together(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two of forty: 40 questions one by one."""
    kept, is_minimal, asked = filtered(40, lambda hard: {11, 39} <= hard, monkeypatch)
    assert (kept, is_minimal) == ([11, 39], True)
    assert asked <= 13


def test_few_that_are_needed_take_one_question_each(monkeypatch: pytest.MonkeyPatch) -> None:
    kept, is_minimal, asked = filtered(7, lambda hard: len(hard) == 7, monkeypatch)
    assert (kept, is_minimal, asked) == (list(range(7)), True, 7)


def test_what_is_known_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    kept, is_minimal, asked = filtered(4, lambda hard: {0, 3} <= hard, monkeypatch, known=(0,))
    assert (kept, is_minimal) == ([0, 3], True)
    assert asked <= 3


def test_a_question_without_an_answer_keeps_the_rule(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether rule 2 is needed is never answered: it stays, and the set may be too large."""

    def has_no_plan(hard: set[int]) -> bool | None:
        return None if 2 not in hard else {0} <= hard

    kept, is_minimal, _ = filtered(6, has_no_plan, monkeypatch)
    assert (kept, is_minimal) == ([0, 2], False)
