"""Comparison of runs on an instance whose two plans are known by hand."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from infraplan.models.horizon import Title
from infraplan.models.instance import Instance
from infraplan.models.plan import Plan, Rejection
from infraplan.optimizer.analysis import comparison
from infraplan.optimizer.analysis.comparison import (
    ComparedRun,
    Comparison,
    Figure,
    compare_runs,
    judge,
)
from infraplan.optimizer.analysis.held_schedule import HeldSchedule
from infraplan.optimizer.analysis.rolling import roll
from infraplan.optimizer.engines.deadline import Deadline
from infraplan.optimizer.report import comparison_tables
from tests.builders import (
    edit,
    make_bond,
    make_fund,
    make_inflows,
    make_instance,
    make_option,
    make_project,
    make_rule,
    make_stream,
    make_target,
)
from tests.optimizer.engine import best


def question(first: float = 10.0, cost: float = 10.0) -> Instance:
    """A pays 8 a year, B 5, for a budget that comes in 2021 (first) and in 2022 (10)."""
    return make_instance(
        [make_project("a", cost, 8.0, outputs={"km": 2.0}), make_project("b", 10.0, 5.0)],
        funds=[make_fund()],
        inflows=make_inflows("budget", 2021, first, 10.0, 0.0, 0.0),
        targets=[make_target("road", "km", 2.0, 2024)],
    )


def run(label: str, instance: Instance, **values: Any) -> ComparedRun:
    fixed: dict[str, Any] = {
        "folder": label.lower(),
        "plan": best(instance).plan,
        "manifest": {},
    }
    return ComparedRun(label=label, instance=instance, **(fixed | values))


def figure(found: Comparison, kind: str, subject: str) -> Figure:
    (row,) = [row for row in found.figures_of(kind) if row.subject == subject]
    return row


def test_equal_runs_do_not_differ() -> None:
    found = compare_runs([run("A", question()), run("B", question())])
    assert found.same_question
    assert (found.inputs, found.projects, judge(found.runs)) == ((), (), ())
    assert not any(row.differs for row in found.figures)


def test_what_is_paid_after_the_plan_has_no_phase() -> None:
    """5 in the plan's last year and 5 in the year after it."""
    works = make_project("a", 10.0, 9.0, spending_profile=(0.5, 0.5), earliest_start=2024)
    late = make_instance(
        [works],
        settings={"spending_after_plan": True, "end_year": 2030},
        funds=[make_fund(opening_balance=10.0)],
    )
    found = compare_runs([run("A", late), run("B", question())])
    assert figure(found, "phase_payments", "").values == {"A": pytest.approx(5.0), "B": None}


def test_later_money_moves_a_project() -> None:
    # With 20 in 2021 both start at once: a 8 x 3, b 5 x 3 less 20. With 10, b waits a year.
    found = compare_runs([run("A", question(20.0)), run("B", question(10.0))])
    (change,) = found.inputs
    assert (change.label, change.table, change.row, change.field) == (
        "B",
        "inflows",
        "budget / 2021",
        "value",
    )
    assert (change.before, change.after) == (20.0, 10.0)
    (moved,) = found.projects
    assert moved.project == "b"
    assert [start and start.start for start in moved.starts.values()] == [2021, 2022]
    objective = figure(found, "total", "objective")
    assert objective.values == pytest.approx({"A": 19.0, "B": 14.0})
    assert objective.differs
    assert figure(found, "phase_started", "plan").values == {"A": 2.0, "B": 2.0}
    assert figure(found, "money", "budget").values == pytest.approx({"A": 20.0, "B": 20.0})


def test_each_schedule_is_judged_under_the_other_question() -> None:
    early, late = judge([run("A", question(20.0)), run("B", question(10.0))])
    assert (early.plan, early.question) == ("A", "B")
    # Both at once cost 20, of which 10 are there.
    assert early.held.is_possible is False
    assert early.held.objective is None
    assert any("short by about 10" in reason[0] for reason in early.held.reasons)
    assert any("差额约10" in reason[1] for reason in early.held.reasons)
    # The later plan has more money than it needs.
    assert (late.plan, late.question) == ("B", "A")
    assert late.held.is_possible
    assert late.held.objective == pytest.approx(14.0)


def test_questions_without_time_have_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    runs = [run("A", question(20.0)), run("B", question(10.0))]
    monkeypatch.setattr("infraplan.optimizer.analysis.held_schedule.solve", None)  # nobody asks it
    passed = Deadline(Deadline.after(10.0).begin - 1000.0, 10.0)
    assert [row.held.is_possible for row in judge(runs, deadline=passed)] == [None, None]


def test_questions_share_the_time_of_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    runs = [run("A", question(20.0)), run("B", question(10.0)), run("C", question(30.0))]
    now, shares = [100.0], []
    clock = SimpleNamespace(perf_counter=lambda: now[0])
    monkeypatch.setattr("infraplan.optimizer.work_clock.time", clock)

    def held(
        _instance: Instance, _starts: object, _options: object, deadline: Deadline
    ) -> HeldSchedule:
        shares.append(deadline.left_s())
        now[0] += 10.0
        return HeldSchedule(None)

    monkeypatch.setattr(comparison, "hold_schedule", held)
    judge(runs, deadline=Deadline.after(60.0))
    # A quarter of 60, a third of 50, half of 40, all of 30.
    assert shares == pytest.approx([15.0, 50.0 / 3.0, 20.0, 30.0])


def test_money_is_found_anew_for_a_schedule() -> None:
    """The schedule stands at its price, though what it pays is another sum."""
    cheap, dear = question(20.0, cost=10.0), question(20.0, cost=9.0)
    one, two = judge([run("A", cheap), run("B", dear)])
    assert one.held.objective == pytest.approx(20.0)
    assert two.held.objective == pytest.approx(19.0)


def test_a_start_that_is_not_offered() -> None:
    late = question(20.0)
    late = edit(late, projects=(edit(late.projects[0], earliest_start=2023), *late.projects[1:]))
    held, _ = judge([run("A", question(20.0)), run("B", late)])
    assert held.held.reasons[0][0] == "a cannot start in 2021 there, only 2023-2024"
    assert "只能在2023—2024年" in held.held.reasons[0][1]


def test_reasons_and_other_candidates() -> None:
    poor = question(10.0)
    poor = edit(poor, inflows=make_inflows("budget", 2021, 10.0, 0.0, 0.0, 0.0))
    rejection = Rejection(project="b", best_npv=5.0, rule="fund_balance:budget", loss=3.0)
    alone = edit(poor, projects=poor.projects[:1])
    found = compare_runs(
        [run("A", question()), run("B", poor, rejections=(rejection,)), run("C", alone)]
    )
    (change,) = found.projects
    assert change.project == "b"
    assert change.starts["B"] is None
    assert change.rules == {"B": "fund_balance:budget"}
    assert change.losses == {"B": 3.0}
    assert change.unknown == ("C",)
    gone = [row for row in found.inputs if row.label == "C" and row.table == "projects"]
    assert [(row.row, row.field, row.after) for row in gone] == [("b", "", None)]
    judged = {(row.plan, row.question): row.held for row in judge(found.runs)}
    assert judged["A", "C"].reasons[0][0] == "b is no candidate there"
    assert judged["C", "A"].objective == pytest.approx(14.0)  # a alone: 8 x 3 - 10


def test_options_are_rows_and_a_run_without_a_plan_has_no_figures() -> None:
    options = [make_option("base", 10.0, 8.0), make_option("small", 4.0, 3.0)]
    dearer = [options[0], edit(options[1], overnight_cost=5.0)]
    one = make_instance([make_project("a", options=options)], instruments=[make_bond()])
    two = make_instance([make_project("a", options=dearer)], instruments=[make_bond(rate=0.1)])
    no_plan: Plan | None = None
    found = compare_runs([run("A", one), run("B", two, plan=no_plan)])
    told = {(row.table, row.row, row.field): (row.before, row.after) for row in found.inputs}
    assert told == {
        ("projects", "a / small", "overnight_cost"): (4.0, 5.0),
        ("instruments", "bond", "rate"): (0.0, 0.1),
    }
    assert found.projects == ()
    assert [row.values.keys() for row in found.figures] == [{"A"}] * len(found.figures)
    assert [(row.plan, row.question) for row in judge(found.runs)] == [("A", "B")]


def test_settings_are_compared_leaf_by_leaf() -> None:
    one = question()
    two = make_instance(settings={"discount_rate": 0.08})
    found = compare_runs([run("A", one), run("B", two)])
    fields = {row.field for row in found.inputs if row.table == "instance"}
    assert fields == {"appraisal.discount_rate"}


def test_a_schedule_is_held_without_the_options_it_does_not_take() -> None:
    options = [make_option("base", 10.0, 8.0), make_option("small", 4.0, 3.0)]
    streams = [make_stream("a", 1.0, option="small"), make_stream("a", 2.0, option="base")]
    tables = {"funds": [make_fund()], "benefits": streams}
    projects = [make_project("a", options=options)]
    rich = make_instance(projects, inflows=make_inflows("budget", 2021, 10, 0, 0, 0), **tables)
    poor = make_instance(projects, inflows=make_inflows("budget", 2021, 4, 0, 0, 0), **tables)
    one, two = judge([run("A", rich), run("B", poor)])
    assert one.held.is_possible is False
    assert two.held.objective == pytest.approx((3.0 + 1.0) * 3 - 4.0)


def test_a_run_and_its_roll_build_the_same() -> None:
    """Works under way began when they began, not in the first year of the roll."""
    projects = [
        make_project("done", 2, 9, latest_start=2021),
        make_project("under", 6, 9, lead_time=3, earliest_start=2022, latest_start=2022),
        make_project("ahead", 2, 9, earliest_start=2024, latest_start=2024),
    ]
    asked = make_instance(projects, years=(2021, 2025))
    before = run("A", asked)
    assert before.plan is not None
    after = run("B", roll(asked, before.plan, 2023).instance)
    assert after.plan is not None
    assert {row.project: row.start for row in after.plan.starts}["under"] == 2023  # what is left
    found = compare_runs([before, after])
    assert found.projects == ()
    assert [row.held.is_possible for row in judge([before, after])] == [True, True]
    # Works that began earlier do differ, and a start that is past is not offered any more.
    rows = (asked.projects[0], asked.projects[1], asked.projects[2])
    moved = rows[1].model_copy(update={"earliest_start": 2021, "latest_start": 2021})
    other = run("C", asked.with_tables(projects=(rows[0], moved, rows[2])))
    (change,) = compare_runs([other, after]).projects
    assert change.project == "under"
    starts = {label: row.start for label, row in change.starts.items() if row is not None}
    assert starts == {"C": 2021, "B": 2022}
    first, second = judge([other, after])
    assert (first.held.is_possible, second.held.is_possible) == (False, False)


def test_limits_are_told_by_the_titles_of_their_rules() -> None:
    """Room under a rule of a set, and of the instance's own, is never told by its id."""
    own = make_rule("own-rule", 1.0, title=Title(en="Own rule", zh="自订规则"))
    city = question()
    city = city.model_copy(
        update={
            "settings": city.settings.model_copy(
                update={"finance": city.settings.finance.model_copy(update={"rules": (own,)})}
            )
        }
    )
    here, there = run("A", city), run("B", city)
    room = {"A": 1.0, "B": 2.0}
    figures = [
        Figure("headroom", f"j:{rule}", room)
        for rule in ("own-rule", "cn-special-interest", "ceiling:general")
    ]
    names = comparison_tables._AllNames((here, there))
    told = [comparison_tables._named(row, names) for row in figures]
    assert told[0][0].startswith("j: Own rule")
    assert "自订规则" in told[0][1]
    for pair, rule in zip(
        told, ("own-rule", "cn-special-interest", "ceiling:general"), strict=True
    ):
        assert rule not in pair[0] + pair[1]
