"""Rolled rules: what ties works under way to others that came late or were given up."""

from __future__ import annotations

from typing import Any

import pytest

from infraplan.models.instance import Instance
from infraplan.models.problem import Settings
from infraplan.models.project import Mandate, Project
from infraplan.models.relation import Relation, RelationType
from infraplan.optimizer.analysis.actuals import Actual
from infraplan.optimizer.analysis.conflicts import conflict_lines, find_conflict
from infraplan.optimizer.analysis.rolling import Rolled, roll
from infraplan.optimizer.program import build_formulation
from tests.builders import (
    make_fund,
    make_inflows,
    make_instance,
    make_project,
    make_receipt,
    make_relation,
    make_target,
)
from tests.markers import first_quick
from tests.optimizer.engine import best
from tests.oracle.generate import random_instance
from tests.oracle.test_progress_against_oracle import staged_instance


def works(name: str, **values: Any) -> Project:
    """Works of 10 that take two years and are worth 3 a year."""
    fixed: dict[str, Any] = {"lead_time": 2, "spending_profile": (0.5, 0.5)}
    return make_project(name, 10.0, 3.0, **fixed | values)


def county(*projects: Project, relations: tuple[Relation, ...] = (), **tables: Any) -> Instance:
    return make_instance(
        projects,
        years=(2026, 2031),
        settings={"end_year": 2045},
        relations=relations,
        funds=[make_fund()],
        inflows=make_inflows("budget", 2026, *[40.0] * 6),
        **tables,
    )


def late(name: str) -> Actual:
    return Actual(project=name, year=2026, spent=0.0)


def given_up(name: str) -> Actual:
    return Actual(project=name, year=2026, spent=2.0, cancelled=True)


def rolled_to_2027(instance: Instance, *rows: Actual) -> Rolled:
    plan = best(instance).plan
    assert plan is not None
    return roll(instance, plan, 2027, rows)


# ---------------------------------------------------------------------------- works that wait


def test_works_open_later_where_they_wait_for_works_that_are_late() -> None:
    """Plant and mains open after the dam, which begins a year late and opens in 2029, not 2028.

    The plant may open 1 year after the dam, the mains with the plant; both go on being paid.
    """
    order = (
        make_relation("finish_to_finish", ["dam"], ["plant"], lag=1),
        make_relation("finish_to_finish", ["plant"], ["mains"]),
    )
    instance = county(
        works("dam"),
        works("plant", lead_time=3, lifetime=10),
        works("mains", lead_time=3),
        relations=order,
        receipts=[make_receipt("plant", 1.0, years=4)],
    )
    plan = best(instance).plan
    assert plan is not None
    assert {row.project: row.opening for row in plan.starts} == {
        "dam": 2028, "plant": 2029, "mains": 2029
    }  # fmt: skip
    rolled = roll(instance, plan, 2027, [late("dam")])
    assert [str(note).split(":")[0] for note in rolled.notes] == [
        f"{name} waits for what is late" for name in ("plant", "mains")
    ]
    again = best(rolled.instance).plan
    assert again is not None
    assert {row.project: (row.start, row.opening) for row in again.starts} == {
        "dam": (2027, 2029), "plant": (2027, 2030), "mains": (2027, 2030)
    }  # fmt: skip
    spent = {(row.project, row.year): row.amount for row in again.payments}
    assert {year for name, year in spent if name != "dam"} == {2027}
    # Receipts begin with the opening; so does the life of what is not there yet.
    assert rolled.instance.receipts[0].delay == 0
    assert rolled.instance.project_by_id["plant"].options[0].lifetime == 10
    second = roll(rolled.instance, again, 2028)
    assert second.notes == ()
    assert best(second.instance).plan is not None


def test_works_that_are_built_wait_as_well() -> None:
    """The plant's money is spent by 2027; the dam that it waits for opens in 2028."""
    instance = county(
        works("dam", lead_time=1, spending_profile=(1.0,)),
        works("plant", lead_time=1, spending_profile=(1.0,)),
        relations=(make_relation("finish_to_finish", ["dam"], ["plant"]),),
    )
    rolled = rolled_to_2027(instance, late("dam"))
    assert rolled.finished == ()
    assert rolled.committed == {"plant": 0.0}
    assert rolled.instance.project_by_id["plant"].opened == 2028


def test_what_opened_as_a_fact_does_not_wait() -> None:
    """Opened in 2027 before what it needs: it goes on, and the dam is still asked for."""
    instance = county(
        works("dam", benefits={"n": 0.1}, lead_time=3),
        works("plant", lead_time=3, spending_profile=(0.4, 0.3, 0.3)),
        relations=(make_relation("finish_to_finish", ["dam"], ["plant"], id="d1"),),
    )
    plan = best(instance).plan
    assert plan is not None
    rows = [late("dam"), Actual(project="plant", year=2027, opened=2027)]
    rolled = roll(instance, plan, 2028, [*rows, Actual(project="dam", year=2027, spent=0.0)])
    assert [(row.id, row.type) for row in rolled.instance.relations] == [
        ("d1-2028", RelationType.REQUIRES)
    ]
    assert "relation d1 can no longer be kept" in rolled.notes[-1]
    assert best(rolled.instance).starts == {"dam": 2028, "plant": 2028}


@pytest.mark.parametrize(
    ("kind", "lag", "kept"),
    [
        ("start_to_start", 0, "start_to_start"),  # the dam may still begin in the first year
        ("start_to_start", 1, "requires"),  # but not a year before works that have begun
        ("finish_to_start", -2, "finish_to_start"),
        ("finish_to_start", -1, "requires"),
    ],
)
def test_begun_before_what_should_come_first(kind: str, lag: int, kept: str) -> None:
    """The plan began both in an order that is kept; the dam did not begin, the plant did."""
    instance = county(
        works("dam", benefits={"n": 0.1}),
        works("plant"),
        relations=(make_relation(kind, ["dam"], ["plant"], lag=lag, id="d1"),),
    )
    told = Actual(project="plant", year=2026, started=2026, spent=5.0)
    rolled = rolled_to_2027(instance, late("dam"), told)
    assert [row.type.value for row in rolled.instance.relations] == [kept]
    assert any("d1" in note for note in rolled.notes) == (kept == "requires")
    # The dam brings 2 and costs 10: it is built for the relation alone.
    assert set(best(rolled.instance).starts) == {"dam", "plant"}


@pytest.mark.parametrize(
    ("kind", "lag", "dam", "opened", "left"),
    [
        ("finish_to_finish", 0, 2029, 2029, "finish_to_finish"),
        ("finish_to_start", -2, 2029, None, "finish_to_start"),
        ("finish_to_start", -2, 2030, None, "requires"),
        ("start_to_start", 0, 2029, None, "start_to_start"),
    ],
)
def test_works_begun_before_the_plan_that_stood_still_wait_as_well(
    kind: str, lag: int, dam: int, opened: int | None, left: str
) -> None:
    """The dam was to open in 2028; the plant, begun in 2025, did not go on in 2026."""
    plant = works("plant", stage="under_construction", started=2025, lead_time=3)
    instance = county(
        works("dam"), plant, relations=(make_relation(kind, ["dam"], ["plant"], lag=lag),)
    )
    rolled = rolled_to_2027(instance, late("plant"), Actual(project="dam", year=2026, opened=dam))
    assert rolled.instance.project_by_id["plant"].opened == opened
    assert ("plant waits" in " ".join(rolled.notes)) == (opened is not None)
    assert [row.type.value for row in rolled.instance.relations] == [left]
    assert set(best(rolled.instance).starts) == {"dam", "plant"}


# ------------------------------------------------------------------- works that were given up


@pytest.mark.parametrize("kind", ["requires", "all_or_none", "finish_to_finish", "start_to_start"])
def test_works_go_on_where_their_partner_is_given_up(kind: str) -> None:
    instance = county(works("a"), works("b"), relations=(make_relation(kind, ["a"], ["b"]),))
    rolled = rolled_to_2027(instance, given_up("a"))
    assert rolled.instance.relations == ()
    assert rolled.cancelled == {"a": pytest.approx(2.0)}
    assert any("give them up as well" in note for note in rolled.notes)
    assert best(rolled.instance).starts == {"b": 2027}


def test_works_that_may_be_stopped_are_stopped_for_a_partner_that_is_given_up() -> None:
    relation = make_relation("requires", ["a"], ["b"])
    instance = county(works("a"), works("b"), relations=(relation,))
    rolled = rolled_to_2027(instance, given_up("a")).instance
    plan = best(instance).plan
    assert plan is not None
    stoppable = tuple(
        row.model_copy(update={"stopping_cost": 1.0}) if row.id == "b" else row
        for row in rolled.projects
    )
    question = rolled.model_copy(update={"projects": stoppable, "relations": (relation,)})
    answer = best(question).plan
    assert answer is not None
    assert answer.starts == ()
    third = roll(question, None, 2028)
    assert third.instance.relations == (relation,)
    assert best(third.instance).plan is not None


def test_the_others_stay_together_and_what_has_not_begun_stays_bound() -> None:
    """All or none of a, b, c: a is given up, b is begun, so c is built though worth nothing."""
    together = make_relation("all_or_none", ["a", "b", "c"], [])
    idle = works("c", benefits={"n": 0.1}, earliest_start=2027)
    rolled = rolled_to_2027(
        county(works("a"), works("b"), idle, relations=(together,)), given_up("a")
    )
    assert rolled.instance.relations[0].members == ("b", "c")
    assert best(rolled.instance).starts == {"b": 2027, "c": 2027}
    # Where nothing else has begun, none of them is built.
    instance = county(works("a"), works("b"), idle, relations=(together,))
    rolled = rolled_to_2027(instance, given_up("a"), late("b"))
    assert rolled.instance.relations[0].members == ("a", "b", "c")
    assert best(rolled.instance).starts == {}


def test_a_relation_that_is_there_already_is_not_told_twice() -> None:
    rows = (
        make_relation("start_to_start", ["dam"], ["plant"], lag=1),
        make_relation("requires", ["dam"], ["plant"]),
    )
    instance = county(works("dam", benefits={"n": 0.1}), works("plant"), relations=rows)
    told = Actual(project="plant", year=2026, started=2026, spent=5.0)
    rolled = rolled_to_2027(instance, late("dam"), told)
    assert rolled.instance.relations == rows[1:]


def test_enough_of_several_predecessors_are_asked_for() -> None:
    """Two of a, b, c are needed; a and c are given up, so that b alone is."""
    needs = make_relation("requires", ["a", "b", "c"], ["plant"], count=2)
    instance = county(
        *(works(name, benefits={"n": 0.1}) for name in "abc"), works("plant"), relations=(needs,)
    )
    plan = best(instance).plan
    assert plan is not None
    rolled = roll(instance, plan, 2027, [given_up("a"), given_up("c"), late("b")])
    (relation,) = rolled.instance.relations
    assert (relation.from_projects, relation.count) == (("b",), 1)
    assert set(best(rolled.instance).starts) == {"b", "plant"}


def test_some_of_several_must_be_open_by_the_year_that_finished_works_ask_for() -> None:
    """The plant of 2026 asks for two of three within three years: open by 2029, and not later.

    They cost 8, 9 and 7 and bring nothing. Of two years' works each, two must begin in 2027; where
    c takes one year, it may begin in 2028, which no policy on starts says of it alone.
    """
    costs = {"a": 8.0, "b": 9.0, "c": 7.0}
    for lead, latest in ((2, 2027), (1, 2028)):
        instance = county(
            make_project("plant", 2.0, 40.0, lead_time=0, latest_start=2026),
            *(
                make_project(name, cost, 0.0, lead_time=lead if name == "c" else 2, lifetime=30)
                for name, cost in costs.items()
            ),
            relations=(make_relation("finish_to_finish", list("abc"), ["plant"], lag=-3, count=2),),
        ).with_tables(settings=_patient())
        rolled = rolled_to_2027(instance)
        assert any("which still asks for 2 of" in note for note in rolled.notes)
        rules = [(row.value, row.to_year) for row in rolled.instance.policies]
        aims = [(row.value, row.year, row.hard) for row in rolled.instance.targets]
        assert (rules, aims) == (([(2.0, 2027)], []) if lead == 2 else ([], [(2.0, 2029, True)]))
        found = best(rolled.instance)
        assert found.starts == {"a": 2027, "c": latest}
        # Rolled on, they are under way or asked for as before, and nothing more is asked of b.
        later = roll(rolled.instance, found.plan, 2028).instance
        assert best(later).starts == {"a": 2028, "c": 2028}


def _patient() -> Settings:
    """Settings under which what brings nothing is built as late as may be."""
    return make_instance(
        [works("a")], years=(2026, 2031), settings={"end_year": 2045, "discount_rate": 0.1}
    ).settings


@pytest.mark.parametrize(("kind", "count"), [("exclusive", None), ("at_most", 1)])
def test_both_begun_though_one_excludes_the_other(kind: str, count: int | None) -> None:
    one = make_relation(kind, ["a", "b"], ["c"], count=count)
    instance = county(works("a"), works("b"), works("c"), relations=(one,))
    rows = [Actual(project=name, year=2026, started=2026, spent=5.0) for name in ("a", "b")]
    rolled = rolled_to_2027(instance, *rows)
    (relation,) = rolled.instance.relations
    assert (relation.type, relation.count) == (RelationType.AT_MOST, 2)
    assert best(rolled.instance).starts == {"a": 2027, "b": 2027}


def test_works_under_way_together_keep_away_from_the_rest_alone() -> None:
    """a and b are both under way though they may not be; c still waits for the end of both."""
    apart = make_relation("works_conflict", ["a", "b", "c"], [], id="w")
    instance = county(works("a"), works("b"), works("c"), relations=(apart,))
    rows = [Actual(project=name, year=2026, started=2026, spent=5.0) for name in ("a", "b")]
    rolled = rolled_to_2027(instance, *rows, late("c"))
    assert [(row.id, row.members) for row in rolled.instance.relations] == [
        ("w", ("a", "c")), ("w-2027-2", ("b", "c"))
    ]  # fmt: skip
    assert best(rolled.instance).starts == {"a": 2027, "b": 2027, "c": 2028}


def test_a_conflict_with_works_given_up_is_told() -> None:
    """What must be built and needs what was given up has no plan, and the reason is said."""
    instance = county(
        works("a"),
        works("b", mandatory="must", earliest_start=2028),
        relations=(make_relation("requires", ["a"], ["b"], id="r"),),
    )
    rolled = rolled_to_2027(instance, given_up("a"))
    assert best(rolled.instance).plan is None
    found = find_conflict(build_formulation(rolled.instance))
    lines = conflict_lines(found.rules, "en")
    assert "b must be built" in lines
    assert any(line.startswith("b needs a first") for line in lines)


def test_a_conflict_beside_works_under_way_by_their_earliest_start_is_told() -> None:
    """Its first year says when works began: to open its window would make it other works."""
    begun = works("b", stage="under_construction", earliest_start=2024, spending_profile=(0.4, 0.6))
    instance = county(
        begun,
        works("c", latest_start=2026, outputs={"n": 1.0}),
        targets=[make_target("t", "n", 1.0, 2027, hard=True)],
    )
    found = find_conflict(build_formulation(instance))
    assert conflict_lines(found.rules, "en") == ["hard target t: short by about 1 (2027)"]


# ------------------------------------------------------------------------- dates of what must be


def test_works_that_must_open_by_a_year_and_are_late_lose_the_date() -> None:
    rolled = rolled_to_2027(county(works("a", mandatory="must", open_by=2028)), late("a"))
    project = rolled.instance.project_by_id["a"]
    assert (project.mandatory, project.open_by) == (Mandate.MUST, None)
    assert rolled.notes == ("a must be built and is late: open_by 2028 is left out",)
    assert best(rolled.instance).starts == {"a": 2027}


def test_what_must_be_built_after_late_works_loses_its_latest_start() -> None:
    instance = county(
        works("dam"),
        works("plant", mandatory="must", latest_start=2028),
        relations=(make_relation("finish_to_start", ["dam"], ["plant"]),),
    )
    rolled = rolled_to_2027(instance, late("dam"))
    assert rolled.notes == ("plant must be built and is late: latest_start 2028 is left out",)
    assert best(rolled.instance).starts == {"dam": 2027, "plant": 2029}


def test_late_works_go_on_after_the_plan_or_are_not_asked_for_any_more() -> None:
    """Three years of works that began in 2029 end with the plan in 2031, begun in 2030 after it."""
    instance = county(
        works("a", mandatory="must", earliest_start=2029, spending_profile=(0.2, 0.4, 0.4))
    )
    plan = best(instance).plan
    assert plan is not None
    rows = [Actual(project="a", year=2029, spent=0.0)]
    rolled = roll(instance, plan, 2030, rows)
    assert rolled.instance.project_by_id["a"].spending_after_plan
    assert len(rolled.notes) == 1
    assert best(rolled.instance).starts == {"a": 2030}
    short = instance.model_copy(
        update={
            "settings": instance.settings.model_copy(
                update={
                    "appraisal": instance.settings.appraisal.model_copy(update={"end_year": 2031})
                }
            )
        }
    )
    rolled = roll(short, plan, 2030, rows)
    assert rolled.instance.project_by_id["a"].mandatory is Mandate.FREE
    assert best(rolled.instance).starts == {}


@pytest.mark.parametrize(
    ("end", "in_2031", "told"),
    [(2045, 4.0, "may go on after 2031"), (2031, 8.0, "after 2031, the appraisal's last year")],
)
def test_late_works_are_paid_by_the_end_of_the_appraisal(
    end: int, in_2031: float, told: str
) -> None:
    """Of 10, 2 are paid in 2030 and 4 each in 2031 and 2032: all in 2031 where that is the last."""
    instance = county(
        works("a", mandatory="must", earliest_start=2029, spending_profile=(0.2, 0.4, 0.4))
    )
    appraisal = instance.settings.appraisal.model_copy(update={"end_year": end})
    settings = instance.settings.model_copy(update={"appraisal": appraisal})
    instance = instance.model_copy(update={"settings": settings})
    plan = best(instance).plan
    assert plan is not None
    rows = [
        Actual(project="a", year=2029, spent=0.0),
        Actual(project="a", year=2030, started=2030),
    ]
    rolled = roll(instance, plan, 2031, rows)
    assert rolled.committed == {"a": pytest.approx(8.0)}
    after = best(rolled.instance).plan
    assert after is not None
    assert sum(row.amount for row in after.payments if row.year == 2031) == pytest.approx(in_2031)
    (note,) = (note for note in rolled.notes if "2031" in note and "paid" in note)
    assert told in note
    assert "2031年" in note.zh


def test_committed_works_that_have_not_begun_wait_for_what_is_late() -> None:
    """Of the dam that opens in 2030, not in 2028, two years before it at the earliest."""
    instance = county(
        works("dam"),
        works("plant", mandatory="committed"),
        relations=(make_relation("finish_to_start", ["dam"], ["plant"], lag=-2),),
    )
    told = Actual(project="dam", year=2026, opened=2030)
    rolled = rolled_to_2027(instance, told, late("plant"))
    assert rolled.instance.project_by_id["plant"].mandatory is Mandate.MUST
    assert "it must be built, from 2028 on" in rolled.notes[-1]
    assert best(rolled.instance).starts == {"dam": 2027, "plant": 2028}


# ------------------------------------------------------- what was given up, what ended by itself


def test_sunk_cost_is_told_in_the_note_once() -> None:
    instance = county(works("a", note="on rock; steep"), works("b"))
    rolled = rolled_to_2027(instance, given_up("a"))
    project = rolled.instance.project_by_id["a"]
    assert project.note == "on rock; steep; given up: 2 is sunk (已取消，沉没投资2)"
    bill = Actual(project="a", year=2027, spent=1.5)
    again = roll(rolled.instance, None, 2028, [bill]).instance.project_by_id["a"]
    assert again.note == "on rock; steep; given up: 3.5 is sunk (已取消，沉没投资3.5)"


def test_what_was_to_retire_an_asset_is_no_candidate_once_that_has_ended() -> None:
    """The old one ends with 2027; what takes its place had to open by then, and does not pay."""
    old = make_project("old", 1.0, 5.0, stage="complete", opened=2020, lifetime=8)
    tie = make_relation("retires", ["old"], ["new"])
    new = works("new", lead_time=1, spending_profile=(1.0,), benefits={"n": 4.0}, lifetime=3)
    instance = county(old, new, relations=(tie,))
    plan = best(instance).plan
    assert plan is not None
    assert plan.starts == ()
    assert roll(instance, plan, 2027).instance.relations == instance.relations
    rolled = roll(instance, plan, 2028)
    assert rolled.instance.relations == ()
    assert "new was to retire old, which ended by itself in 2027" in rolled.notes[0]
    # For itself it would be worth building: 3 years of 4 for 10.
    assert best(rolled.instance).starts == {}
    third = roll(rolled.instance, None, 2029)
    assert best(third.instance).starts == {}
    must = instance.model_copy(
        update={"projects": (old, new.model_copy(update={"mandatory": Mandate.MUST}))}
    )
    late_must = roll(must, None, 2028)
    assert set(best(late_must.instance).starts) == {"new"}


@pytest.mark.parametrize("seed", first_quick(range(30), quick=10))
@pytest.mark.parametrize("make", [random_instance, staged_instance])
def test_as_planned_nothing_is_broken(make: Any, seed: int) -> None:
    instance = make(seed)
    plan = best(instance).plan
    if plan is None:
        return
    horizon = instance.settings.horizon
    for year in range(horizon.first_year + 1, horizon.last_year + 1):
        rolled = roll(instance, plan, year)
        assert not [note for note in rolled.notes if "late" in note or "relation" in note]
        kept = {(row.label, row.type) for row in rolled.instance.relations}
        assert kept == {
            (row.label, row.type)
            for row in instance.relations
            if row.type is not RelationType.RETIRES or (row.label, row.type) in kept
        }
