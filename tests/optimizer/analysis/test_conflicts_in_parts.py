"""Conflicts of large programs are looked for in parts of works first, and are the same kind."""

from __future__ import annotations

from typing import Any

import pytest

from infraplan.models.instance import Instance
from infraplan.models.project import Mandate
from infraplan.optimizer.analysis import conflicts
from infraplan.optimizer.analysis.conflicts import find_conflict
from infraplan.optimizer.program import build_formulation
from tests.builders import (
    make_fund,
    make_inflows,
    make_instance,
    make_project,
    make_relation,
    make_target,
)
from tests.optimizer.analysis.test_random_conflicts import random_conflict
from tests.oracle.reasons import faults_of_conflict


@pytest.fixture(autouse=True)
def every_program_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conflicts, "SMALL", 0)


def out_of_reach() -> Instance:
    """All works together give 10 km, 100 are asked for; and there is money for some of them."""
    projects = [make_project(name, 10.0, 5.0, outputs={"km": 5.0}) for name in "ab"]
    return make_instance(
        projects,
        funds=[make_fund()],
        inflows=make_inflows("budget", 2021, 9, 9),
        targets=[make_target("road", "km", 100.0, 2024, hard=True)],
    )


def test_a_target_out_of_reach_is_found_without_the_least_slack_in_whole_works(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What the least slack of all rules in whole works is took more than 1,300 s of Kaizhou."""
    asked: list[int] = []
    search = conflicts.search

    def counted(mip: Any, options: Any) -> Any:
        asked.append(int((mip.objective != 0.0).sum()))
        return search(mip, options)

    monkeypatch.setattr(conflicts, "search", counted)
    report = find_conflict(build_formulation(out_of_reach()))
    assert [(rule.rule, rule.years) for rule in report.rules] == [("target:road", (2024,))]
    assert report.is_minimal
    assert report.rules[0].amount == pytest.approx(90.0)
    # Of one rule at most, the amount at the end: never of all.
    assert max(asked) <= 2


def test_what_holds_in_parts_and_not_in_whole_works_is_still_found() -> None:
    """Half of each bridge would obey the exclusion; two halves give the 5 km."""
    instance = make_instance(
        [make_project(name, 10.0, 5.0, outputs={"km": 4.0}) for name in "ab"],
        relations=[make_relation("exclusive", ["a"], ["b"], id="either")],
        targets=[make_target("road", "km", 5.0, 2024, hard=True)],
    )
    report = find_conflict(build_formulation(instance))
    assert {rule.rule for rule in report.rules} == {"target:road", "exclusive:either"}
    assert report.is_minimal


def test_a_must_that_nobody_pays_for() -> None:
    instance = make_instance(
        [make_project("a", 10.0, 9.0, mandatory=Mandate.MUST)],
        funds=[make_fund()],
        inflows=make_inflows("budget", 2021, 4, 1),
    )
    report = find_conflict(build_formulation(instance))
    assert {rule.rule for rule in report.rules} == {"mandate:a", "fund_balance:budget"}


def test_random_conflicts_have_no_plan_and_need_all_their_members() -> None:
    found = 0
    for seed in range(70_000, 71_000):
        drawn = random_conflict(seed)
        if drawn is None:
            continue
        report = find_conflict(build_formulation(drawn[1]))
        assert not list(faults_of_conflict(drawn[1], report)), (seed, drawn[0])
        found += 1
        if found == 3:
            break
    assert found == 3
