"""Why a project is in or out: losses and turning points, worked out by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from infraplan.models.instance import Instance
from infraplan.models.project import Mandate
from infraplan.optimizer.solve_result import SolveOptions
from infraplan.optimizer.storage import read_run
from infraplan.optimizer.sweeps.explained import (
    BENEFIT,
    COST,
    Asker,
    Explanation,
    SmallestChange,
    nearest_to_the_line,
    reason_word,
    stated,
)
from infraplan.optimizer.sweeps.runner import Runner
from infraplan.optimizer.workflow import run_solve
from tests.builders import make_instance, make_policy, make_project

EXACT = SolveOptions(gap=0.0, time_limit_s=60.0)


def explained(instance: Instance, project: str, folder: Path) -> Explanation:
    """Solve, then explain one project with all that solving again finds."""
    run_solve(instance, EXACT, folder / "run")
    files = read_run(folder / "run")
    assert files.plan is not None
    runner = Runner(folder / "asked")
    runner.prepare(resume=False)
    asker = Asker(
        files.instance,
        files.plan,
        files.manifest["bound"],
        EXACT,
        runner,
    )
    return asker.turned(asker.forced(stated(files, project)))


def change_of(found: Explanation, kind: str) -> SmallestChange:
    (row,) = [row for row in found.smallest_change if row.kind == kind]
    return row


def capped() -> Instance:
    """With 10 to spend a and b are built, worth 8 and 7; c costs 6 and is worth 6."""
    return make_instance(
        [make_project("a", 5, 13), make_project("b", 5, 12), make_project("c", 6, 12)],
        policies=[make_policy("spend_cap", 10.0)],
        years=(2021, 2022),
    )


def test_what_is_out_is_dearer_than_what_it_displaces(tmp_path: Path) -> None:
    # With c there is room for nothing else: 6 in the place of 15.
    found = explained(capped(), "c", tmp_path)
    assert (found.state, found.forced) == ("out", "feasible")
    assert found.loss == pytest.approx(9.0)
    assert found.loss_low == pytest.approx(9.0)
    assert found.loss_high == pytest.approx(9.0)
    assert found.displaces == ("a", "b")
    # Alone it must be worth 15: a benefit of 21 in the place of 12, 0.75 more.
    benefit = change_of(found, BENEFIT)
    assert benefit.is_confirmed
    assert benefit.before == pytest.approx(12.0)
    assert 21.0 < benefit.after < 12.0 * (1.0 + 0.75 * 1.02)
    # For 5 it goes beside a (15 - 7 + 7 = 8 + 7 = 15): a tie; a little less and it is in.
    cost = change_of(found, COST)
    assert cost.is_confirmed
    assert 6.0 - 1.0 * 1.021 < cost.after < 5.0


def test_what_is_in_goes_where_it_costs_more_than_it_keeps_out(tmp_path: Path) -> None:
    # Without a there is b alone, or c alone: 7, so a is worth 15 - 7.
    found = explained(capped(), "a", tmp_path)
    assert (found.state, found.forced) == ("in", "feasible")
    assert found.loss == pytest.approx(8.0)
    assert found.displaces == ()
    benefit = change_of(found, BENEFIT)
    assert benefit.is_confirmed
    assert 13.0 - 8.0 * 1.021 < benefit.after < 5.0
    # Dearer it leaves no room for b: 13 less its cost, against b alone, 7; beyond 6 it goes.
    cost = change_of(found, COST)
    assert cost.is_confirmed
    assert 6.0 < cost.after < 6.0 + 0.021 * 1.0


def test_what_cannot_be_forced_has_no_change(tmp_path: Path) -> None:
    big = make_project("big", 20, 90)
    instance = make_instance(
        [make_project("a", 5, 13), big], policies=[make_policy("spend_cap", 10.0)]
    )
    found = explained(instance, "big", tmp_path)
    assert found.forced == "infeasible"
    assert found.loss is None
    assert found.smallest_change == ()


def test_what_is_committed_is_not_asked(tmp_path: Path) -> None:
    own = make_project("w", 5, 1, stage="under_construction", mandatory=Mandate.COMMITTED)
    found = explained(make_instance([own]), "w", tmp_path)
    assert (found.state, found.forced) == ("in", "not_tried")


def test_reasons_are_words_of_the_interface() -> None:
    assert reason_word("window") == "no_window"
    assert reason_word("exclusive:r1") == "excluded"
    assert reason_word("precedence:r1") == "prerequisite"
    assert reason_word("value") == "own_value"
    assert reason_word("fund_balance:own") == "money"
    assert reason_word("ceiling:general") == "ceiling"
    assert reason_word("policy:cap") == "rule"
    assert reason_word("") == ""


def test_the_nearest_come_first(tmp_path: Path) -> None:
    projects = [make_project(name, 5, worth) for name, worth in (("a", 9), ("b", 2), ("c", 4))]
    run_solve(make_instance(projects, years=(2021, 2022)), EXACT, tmp_path / "run")
    files = read_run(tmp_path / "run")
    assert nearest_to_the_line(files, 5) == ["c", "b"]
    assert nearest_to_the_line(files, 1) == ["c"]
