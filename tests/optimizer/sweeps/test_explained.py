"""Why a project is in or out: losses and turning points, worked out by hand."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from infraplan.models.instance import Instance
from infraplan.models.project import Mandate
from infraplan.optimizer.solve_result import SolveOptions
from infraplan.optimizer.storage import read_run
from infraplan.optimizer.sweeps.asking import starting_from
from infraplan.optimizer.sweeps.explained import Asker, without_noise
from infraplan.optimizer.sweeps.levers import BENEFIT, BUDGET, CEILING, COST, QUOTA, own_levers
from infraplan.optimizer.sweeps.runner import Runner
from infraplan.optimizer.sweeps.stated_reasons import (
    Explanation,
    found_since,
    nearest_to_the_line,
    reason_word,
    stated,
)
from infraplan.optimizer.sweeps.turning_points import SmallestChange
from infraplan.optimizer.workflow import run_solve
from tests.builders import (
    make_bond,
    make_debt,
    make_fund,
    make_inflows,
    make_instance,
    make_policy,
    make_pool,
    make_project,
    make_relation,
    make_target,
)

EXACT = SolveOptions(gap=0.0, time_limit_s=60.0)


def explained(instance: Instance, project: str, folder: Path, tries: int = 12) -> Explanation:
    """Solve, then explain one project with all that solving again finds."""
    run_solve(instance, EXACT, folder / "run")
    files = read_run(folder / "run")
    assert files.plan is not None
    runner = Runner(folder / "asked", solve=partial(starting_from, folder / "run"))
    runner.prepare(resume=False)
    asker = Asker(
        files.instance,
        files.plan,
        files.manifest["bound"],
        EXACT,
        runner,
        tries,
    )
    return asker.explained(stated(files, project))


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


def test_all_at_once_say_what_one_by_one_do(tmp_path: Path) -> None:
    run_solve(capped(), EXACT, tmp_path / "run")
    files = read_run(tmp_path / "run")
    assert files.plan is not None
    told = [stated(files, name) for name in ("a", "b", "c")]
    found = []
    for workers in (1, 2):
        solver = partial(starting_from, tmp_path / "run")
        runner = Runner(tmp_path / str(workers), workers=workers, solve=solver)
        runner.prepare(resume=False)
        asker = Asker(files.instance, files.plan, files.manifest["bound"], EXACT, runner)
        many = workers == 2
        found.append(asker.forced_all(told) if many else [asker.forced(row) for row in told])
        runner.close()
    assert found[0] == found[1]
    # c takes the place of both in 9; without a (b) the other one stands alone in 8 (7).
    assert [row.loss for row in found[1]] == [pytest.approx(loss) for loss in (8.0, 7.0, 9.0)]


def test_an_end_of_a_loss_passes_it_by_no_rounding_and_a_real_difference_stays() -> None:
    loss = 187.4 - 187.1
    assert without_noise(loss + 1e-15, loss, 187.4) == loss
    assert without_noise(loss + 1e-6, loss, 187.4) == loss + 1e-6
    assert without_noise(None, loss, 187.4) is None


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
    assert benefit.cell.before == pytest.approx(12.0)
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
    assert [row.rule for row in found.binding] == ["mandate:w"]


def test_what_cannot_be_left_out_names_the_rules_that_keep_it_in(tmp_path: Path) -> None:
    # Of 3 km that must be, a brings 2 and b 1; with 2 from c there would be 3 as well.
    kilometres = {"a": 2.0, "b": 1.0, "c": 2.0}
    projects = [make_project(name, 5, 1, outputs={"km": km}) for name, km in kilometres.items()]
    instance = make_instance(
        projects,
        targets=[make_target("road", "km", 3.0, 2024, hard=True)],
        relations=[make_relation("exclusive", ["a", "c"])],
    )
    found = explained(instance, "b", tmp_path)
    assert (found.state, found.forced) == ("in", "infeasible")
    # Both rules are needed: without the one a and c give 4, without the other nothing is asked.
    rules = {row.rule.partition(":")[0]: row for row in found.binding}
    assert set(rules) == {"target", "exclusive"}
    assert rules["target"].year == 2024
    assert rules["target"].amount == pytest.approx(1.0)


def test_reasons_are_words_of_the_interface() -> None:
    assert reason_word("window") == "no_window"
    assert reason_word("exclusive:r1") == "excluded"
    assert reason_word("precedence:r1") == "prerequisite"
    assert reason_word("value") == "own_value"
    assert reason_word("fund_balance:own") == "money"
    assert reason_word("ceiling:general") == "ceiling"
    assert reason_word("policy:cap") == "rule"
    assert reason_word("sources_uses:region") == "money"
    assert reason_word("forbidden") == "excluded"
    assert reason_word("") == ""
    assert reason_word("not_found") == ""


def test_the_nearest_come_first(tmp_path: Path) -> None:
    projects = [make_project(name, 5, worth) for name, worth in (("a", 9), ("b", 2), ("c", 4))]
    run_solve(make_instance(projects, years=(2021, 2022)), EXACT, tmp_path / "run")
    files = read_run(tmp_path / "run")
    assert nearest_to_the_line(files.tables.rejected, 5) == ["c", "b"]
    assert nearest_to_the_line(files.tables.rejected, 1) == ["c"]


def paid(*amounts: float) -> Instance:
    """With so much in 2021: a and b are worth 8 and 7 for 5 each, c 6 for 6."""
    return make_instance(
        [
            make_project(name, cost, benefit, latest_start=2021)
            for name, cost, benefit in (("a", 5, 13), ("b", 5, 12), ("c", 6, 12))
        ],
        funds=[make_fund()],
        inflows=make_inflows("budget", 2021, *amounts),
        years=(2021, 2022),
    )


def test_money_that_brings_a_project_in(tmp_path: Path) -> None:
    # With less than 6 more, c takes the place of a or b, which are worth more.
    found = explained(paid(10.0), "c", tmp_path, tries=2)
    assert found.reason == "money"
    assert [(row.year, row.amount) for row in found.binding] == [(2021, pytest.approx(6.0))]
    first = found.smallest_change[0]  # what binds comes first
    assert (first.kind, first.cell.table, first.cell.row) == (BUDGET, "inflows", "budget/2021")
    assert first.is_confirmed
    assert first.is_smallest
    assert first.cell.before == pytest.approx(10.0)
    assert 16.0 <= first.after <= 10.0 + 6.0 * 1.021


def test_money_whose_loss_puts_a_project_out(tmp_path: Path) -> None:
    # 12 pay for a and b, 2 are left; with less than 10 a alone is best.
    change = change_of(explained(paid(12.0), "b", tmp_path), BUDGET)
    assert change.is_confirmed
    assert change.is_smallest
    assert 12.0 - 2.0 * 1.021 < change.after < 10.0


def test_more_money_may_put_a_project_out_again(tmp_path: Path) -> None:
    """With 5: a. With 9: d. With 11: a and c, d is out again. With 14: a and d."""
    projects = [
        make_project(name, cost, benefit, latest_start=2021)
        for name, cost, benefit in (("a", 5, 13), ("c", 6, 15), ("d", 9, 20))
    ]
    instance = make_instance(
        projects,
        funds=[make_fund()],
        inflows=make_inflows("budget", 2021, 5.0),
        years=(2021, 2022),
    )
    found = explained(instance, "d", tmp_path)
    assert found.forced == "infeasible"  # with 5 nothing pays for it
    change = change_of(found, BUDGET)
    assert change.is_confirmed
    assert change.is_smallest
    assert 9.0 <= change.after <= 5.0 + 4.0 * 1.021


def borrowed(**limits: float) -> Instance:
    """No funds, but bonds; with 10 to borrow a and b are built, c costs 6 more."""
    return make_instance(
        [make_project("a", 5, 13), make_project("b", 5, 12), make_project("c", 6, 12)],
        instruments=[make_bond(tenor=20)],
        pools=[make_pool()],
        debt=[make_debt(2021, **limits), make_debt(2022, **limits)],
        years=(2021, 2022),
    )


@pytest.mark.parametrize(
    ("kind", "column", "tries"), [(CEILING, "ceiling", 3), (QUOTA, "new_quota", 2)]
)
def test_debt_that_brings_a_project_in(kind: str, column: str, tries: int, tmp_path: Path) -> None:
    # A ceiling is first asked whether any of it would do.
    found = explained(borrowed(**{column: 10.0}), "c", tmp_path, tries=tries)
    assert found.reason == kind
    change = change_of(found, kind)
    assert (change.cell.table, change.cell.column) == ("debt", column)
    assert change.cell.row == "region/general/2021"
    assert change.is_confirmed
    assert change.is_smallest
    assert 16.0 <= change.after <= 10.0 + 6.0 * 1.021
    # A ceiling is raised in the years after it as well: what is owed stays.
    rows = [(cell.row, pytest.approx(change.after)) for cell, _ in change.also]
    assert [row for row, _ in rows] == (["region/general/2022"] if kind == CEILING else [])


def test_what_its_own_row_forbids_is_told_as_that(tmp_path: Path) -> None:
    ban = make_project("x", 1, 9, mandatory=Mandate.MUST_NOT)
    found = explained(make_instance([ban], years=(2021, 2022)), "x", tmp_path)
    assert (found.state, found.reason, found.rule) == ("out", "excluded", "forbidden")
    # Without its ban it would bring 8: the plan gains.
    assert (found.forced, found.loss) == ("feasible", pytest.approx(-8.0))
    assert found.smallest_change == ()


def test_what_a_policy_keeps_out_is_told_by_it(tmp_path: Path) -> None:
    instance = make_instance(
        [make_project("x", 5, 9)],
        policies=[make_policy("starts_cap", 0.0)],
        years=(2021, 2022),
    )
    found = explained(instance, "x", tmp_path)
    assert (found.reason, found.rule) == ("rule", "policy:starts_cap")
    assert found.forced == "infeasible"


def test_reasons_that_a_run_lacks_are_found(tmp_path: Path) -> None:
    instance = paid(10.0)
    run_solve(instance, EXACT, tmp_path / "run", is_explained=False)
    files = read_run(tmp_path / "run")
    assert stated(files, "c").reason == ""
    since = found_since(files, ["a", "c"], EXACT, 10.0)
    assert [row.project for row in since] == ["c"]
    assert stated(files, "c", since).reason == "money"


def test_what_has_no_year_has_no_change(tmp_path: Path) -> None:
    late = make_project("x", 5, 9, earliest_start=2030)
    found = explained(make_instance([late], years=(2021, 2022)), "x", tmp_path)
    assert (found.reason, found.forced) == ("no_window", "infeasible")


def test_a_change_names_the_cell_in_which_the_option_stands() -> None:
    """A further option's figures stand in options.csv, and not in the row of its project."""
    project = make_project("p", 8.0, 2.0)
    small = project.option("base").model_copy(update={"option": "small", "overnight_cost": 5.0})
    wide = project.model_copy(update={"options": (*project.options, small)})
    instance = make_instance([wide])
    for option, place, cost in (
        ("base", ("projects", "p"), 8.0),
        ("small", ("options", "p/small"), 5.0),
    ):
        levers = own_levers(instance, "p", option, is_in=True, loss=1.0, worths=(4.0, 3.0))
        cells = {lever.kind: lever.cell for lever in levers}
        assert (cells["cost"].table, cells["cost"].row) == place
        assert cells["cost"].before == cost
