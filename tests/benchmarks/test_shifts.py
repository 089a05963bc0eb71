"""Shifts of a plan by a year: what they gain, and the journal by which a stopped run goes on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.benchmarks import shifts
from tests.benchmarks.plans import Solved
from tests.benchmarks.shifts import Row, Shifter
from tests.builders import (
    make_change,
    make_demand,
    make_instance,
    make_link,
    make_node,
    make_project,
)
from tests.optimizer.engine import best


@cache
def known() -> Solved:
    """A pipe that serves 5 units a year at 2 each from the year of its start on, 2021..2024.

    Begun in 2021 it brings 4 x 10 - 10 = 30, a year later 3 x 10 - 10 = 20. The siphon, which may
    begin in 2022 or 2023, brings 4 a year: 3 x 4 - 3 = 9 against 2 x 4 - 3 = 5.
    """
    instance = make_instance(
        [
            make_project("pipe", 10.0, 0.0, lead_time=0),
            make_project("siphon", 3.0, 0.0, lead_time=0, earliest_start=2022, latest_start=2023),
        ],
        network_nodes=[make_node("s", "source", capacity=20.0)]
        + [make_node(name, "zone") for name in ("y", "z")],
        network_links=[
            make_link("a", "s", "z", exists=False, capacity=5.0),
            make_link("b", "s", "y", exists=False, capacity=2.0),
        ],
        demands=[
            make_demand("big", "z", 5.0, unserved_price=2.0),
            make_demand("small", "y", 2.0, unserved_price=2.0),
        ],
        project_network=[make_change("pipe", "a"), make_change("siphon", "b")],
    )
    plan = best(instance).plan
    assert plan is not None
    assert plan.objective == pytest.approx(39.0)
    return Solved("small", instance, plan, plan.objective)


def measured(monkeypatch: pytest.MonkeyPatch, of: Solved, **changes: Any) -> Row:
    monkeypatch.setattr(shifts, "solved", lambda name: of)
    asked: dict[str, Any] = {"count": 5, "seconds": 5.0, "free": 0, "free_seconds": 0.0}
    return shifts.measure("small", **(asked | changes))


def test_shifts_are_worth_what_they_are_by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    row = measured(monkeypatch, known())
    # The pipe can come no earlier, the siphon neither; each later.
    assert [(s.project, s.years) for s in row.shifts] == [("pipe", 1), ("siphon", 1)]
    assert [s.value for s in row.shifts] == pytest.approx([29.0, 35.0])
    assert row.gain == pytest.approx(-4.0)
    assert row.beyond == ()


def test_a_plan_that_is_not_the_best_is_found_to_gain(monkeypatch: pytest.MonkeyPatch) -> None:
    """A check that cannot fail would say nothing: the siphon a year late gains 4 by its shift."""
    late = known().instance.with_tables(
        projects=tuple(
            row.model_copy(update={"earliest_start": 2023}) if row.id == "siphon" else row
            for row in known().instance.projects
        )
    )
    plan = best(late).plan
    assert plan is not None
    worse = Solved("small", known().instance, plan, plan.objective)
    row = measured(monkeypatch, worse)
    assert [(s.project, s.years) for s in row.beyond] == [("siphon", -1)]
    assert row.gain == pytest.approx(4.0)


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int, str]]:
    """Every shift that is really looked at, and how."""
    told: list[tuple[str, int, str]] = []

    def counted(name: str) -> None:
        look: Callable[..., Any] = getattr(Shifter, name)

        def counting(self: Shifter, move: Any, *rest: Any) -> Any:
            told.append((move.project, move.years, name))
            return look(self, move, *rest)

        monkeypatch.setattr(Shifter, name, counting)

    counted("look")
    counted("look_again")
    return told


def test_what_the_journal_knows_is_not_asked_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, looks: list[tuple[str, int, str]]
) -> None:
    file = tmp_path / "shifts.jsonl"
    first = measured(monkeypatch, known(), journal=str(file))
    assert looks == [("pipe", 1, "look"), ("siphon", 1, "look")]
    assert measured(monkeypatch, known(), journal=str(file)) == first
    assert len(looks) == 2
    # Stopped in the middle of the second line: that one is asked again, and told once.
    lines = file.read_text("utf-8").splitlines(keepends=True)
    assert len(lines) == 2
    file.write_text(lines[0] + lines[1][:25], "utf-8")
    again = measured(monkeypatch, known(), journal=str(file))
    # The bound of one shift alone may be another in its last digits.
    assert [row.value for row in again.shifts] == [row.value for row in first.shifts]
    assert looks[2:] == [("siphon", 1, "look")]
    written = file.read_text("utf-8").splitlines(keepends=True)
    assert (len(written), written[0]) == (2, lines[0])
    # Without a file all is asked each time.
    measured(monkeypatch, known())
    assert len(looks) == 5


def test_another_plan_or_other_seconds_are_asked_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, looks: list[tuple[str, int, str]]
) -> None:
    file = str(tmp_path / "shifts.jsonl")
    measured(monkeypatch, known(), journal=file)
    measured(monkeypatch, known(), journal=file, seconds=6.0)
    other = replace(known(), name="other")
    measured(monkeypatch, other, journal=file)
    assert len(looks) == 6


def test_a_longer_second_look_is_a_question_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, looks: list[tuple[str, int, str]]
) -> None:
    """What a second look leaves undecided is looked at for longer, never twice for as long."""
    blank = {"value": None, "bound": None, "is_settled": False}
    for name in ("look", "look_again"):
        real = getattr(Shifter, name)
        monkeypatch.setattr(Shifter, name, lambda *args, real=real: replace(real(*args), **blank))
    file = str(tmp_path / "shifts.jsonl")
    for patience, more in ((1.0, 4), (1.0, 0), (2.0, 2), (1.0, 0)):
        before = len(looks)
        row = measured(monkeypatch, known(), journal=file, patience=patience)
        assert row.undecided == 2
        assert len(looks) - before == more
