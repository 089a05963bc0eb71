"""The lists of offices, their cuts, and how a list is held against others."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from infraplan.models.horizon import Objective
from infraplan.models.instance import Instance
from infraplan.models.network import FlowLaw, NetworkSettings
from infraplan.models.plan import Plan
from infraplan.optimizer.analysis.project_scores import (
    WEIGHTS,
    Criterion,
    Method,
    score_projects,
)
from infraplan.optimizer.errors import NotThereError
from infraplan.optimizer.solve_result import SolveOptions
from infraplan.optimizer.storage import read_run
from infraplan.optimizer.sweeps import office_lists
from infraplan.optimizer.sweeps.jobs import JobResult
from infraplan.optimizer.sweeps.list_stability import kendall_distance, list_stability
from infraplan.optimizer.sweeps.nested_program import has_nested_program
from infraplan.optimizer.sweeps.office_lists import OfficeCut, Relations
from infraplan.optimizer.sweeps.priority_list import is_passed
from infraplan.optimizer.sweeps.ranking import Ranking, RankQuestion, rank
from infraplan.optimizer.sweeps.runner import Runner
from infraplan.optimizer.verify import verify_plan
from tests.builders import (
    make_change,
    make_demand,
    make_fund,
    make_inflows,
    make_instance,
    make_link,
    make_node,
    make_project,
    make_relation,
    make_target,
)
from tests.cli.conftest import small
from tests.markers import MORE_CASES

EXACT = SolveOptions(gap=0.0, time_limit_s=60.0)


def ranking_of(instance: Instance, folder: Path, **asked: object) -> Ranking:
    """The ranking of `instance`, its runs below `folder`."""
    runner = Runner(folder)
    runner.prepare(resume=False)

    def plan_of(result: JobResult) -> Plan:
        plan = read_run(folder / result.run_dir).plan
        assert plan is not None
        return plan

    return rank(instance, RankQuestion(**asked), EXACT, runner, plan_of)  # type: ignore[arg-type]


def test_scores_are_of_projects_alone() -> None:
    # Two years, opening in the second: c brings 18 in one year for 9, worth 9 at ratio 2.
    projects = [
        make_project("a", 1, 6, outputs={"km": 2.0}, overnight_cost_low=0.5, overnight_cost_high=2),
        make_project("c", 9, 18, revenue=9.0),
        make_project("late", 1, 6, earliest_start=2030),
    ]
    target = make_target("roads", "km", 5.0, 2022, existing=1.0)
    instance = make_instance(projects, years=(2021, 2022), targets=[target])
    scores = score_projects(instance, lambda: 60.0)
    rows = {row.project: row for row in scores.rows}
    assert set(rows) == {"a", "c"}
    assert rows["a"].ratio == pytest.approx(6.0)
    assert rows["c"].net_value == pytest.approx(9.0)
    assert rows["c"].spending == pytest.approx(9.0)
    assert rows["a"].criteria[Criterion.TARGETS] == pytest.approx(0.5)
    assert rows["a"].criteria[Criterion.CERTAINTY] == pytest.approx(1.0 - 0.5 * 1.5)
    assert rows["c"].criteria[Criterion.REVENUE] == pytest.approx(1.0)
    assert Criterion.CERTAINTY not in rows["c"].criteria
    assert scores.silent == (Criterion.READINESS, Criterion.CERTAINTY)
    assert scores.ranked(Method.RATIO, WEIGHTS) == ("a", "c")
    assert scores.ranked(Method.NET_VALUE, WEIGHTS) == ("c", "a")
    assert scores.ranked(Method.SCORING, {Criterion.REVENUE: 1.0}) == ("c", "a")
    assert scores.ranked(Method.TOPSIS, {Criterion.TARGETS: 1.0}) == ("a", "c")
    assert set(scores.ranked(Method.TWO_INDEX, WEIGHTS)) == {"a", "c"}


def test_what_costs_more_than_it_brings_is_in_no_list_of_value() -> None:
    instance = make_instance([make_project("bad", 9, 1), make_project("good", 1, 9)])
    scores = score_projects(instance, lambda: 60.0)
    assert scores.ranked(Method.RATIO, WEIGHTS) == ("good",)
    assert scores.ranked(Method.NET_VALUE, WEIGHTS) == ("good",)
    assert set(scores.ranked(Method.SCORING, WEIGHTS)) == {"bad", "good"}


def test_a_cut_takes_what_fits_with_what_it_needs() -> None:
    projects = [make_project(name, cost, 20) for name, cost in (("a", 4), ("b", 3), ("c", 2))]
    relations = [make_relation("requires", ["c"], ["a"]), make_relation("exclusive", ["b", "x"])]
    instance = make_instance([*projects, make_project("x", 1, 1)], relations=relations)
    spending = {"a": 4.0, "b": 3.0, "c": 2.0, "x": 1.0}
    cut = OfficeCut(instance, spending, ("a", "b", "c", "x"))
    assert cut.taken(5.0) == {"b", "c"}  # a needs c: 6 together
    assert cut.taken(6.0) == {"a", "c"}
    assert cut.taken(9.0) == {"a", "b", "c"}  # x is excluded by b
    assert cut.taken(9.0, barred={"c"}) == {"b"}
    assert cut.taken(9.0, first={"x"}) == {"a", "c", "x"}


def test_relations_bring_groups_and_some_of_several() -> None:
    names = ("a", "b", "c", "d")
    relations = [
        make_relation("all_or_none", ["a", "b"]),
        make_relation("requires", ["c", "d"], ["b"], count=1),
        make_relation("at_most", ["a", "c"], count=1),
    ]
    instance = make_instance([make_project(name) for name in names], relations=relations)
    known = Relations(instance)
    place = {name: number for number, name in enumerate(names)}
    # Of c and d the first in the list would do, but c is not allowed beside a.
    assert known.with_what_it_needs("a", (), place) is None
    assert known.with_what_it_needs("a", {"d"}, place) == {"a", "b"}
    assert known.with_what_it_needs("b", (), {"a": 0, "b": 1}) is None
    assert known.forerunners["b"] == {"c", "d"}


def test_methods_are_cut_and_lose_what_they_lose(tmp_path: Path) -> None:
    # Worths 5, 8, 9 for 1, 4, 9. With 4 the ratio takes a (5 of 8), with 9 the net value c (9 of
    # 13); with 14 all is built.
    projects = [make_project("a", 1, 6), make_project("b", 4, 12), make_project("c", 9, 18)]
    instance = make_instance(projects, years=(2021, 2022))
    found = ranking_of(
        instance,
        tmp_path / "r",
        budgets=(4.0, 9.0, 14.0),
        methods=(Method.RATIO, Method.NET_VALUE),
    )
    regrets = {name: [row.regret for row in rows] for name, rows in found.methods.items()}
    assert regrets[Method.RATIO] == pytest.approx([3.0, 0.0, 0.0])
    assert regrets[Method.NET_VALUE] == pytest.approx([0.0, 4.0, 0.0])
    assert [(row.project, row.tier, row.first_budget) for row in found.projects] == [
        ("b", 1, 4.0),
        ("a", 2, 9.0),
        ("c", 3, 14.0),
    ]
    assert found.order_at(2) == ["b", "a"]
    assert all(row.opened == 2022 for row in found.projects)


def test_what_money_of_the_years_forbids_is_left_out_lowest_first(tmp_path: Path) -> None:
    # The fund has 5 in all: of a (3), b (2) and c (2), all within the budget, c cannot be paid.
    projects = [make_project("a", 3, 30), make_project("b", 2, 19), make_project("c", 2, 18)]
    instance = make_instance(
        projects,
        years=(2021, 2022),
        funds=[make_fund()],
        inflows=make_inflows("budget", 2021, 5.0),
    )
    found = ranking_of(instance, tmp_path / "r", budgets=(7.0,), methods=(Method.RATIO,))
    (row,) = found.methods[Method.RATIO]
    assert set(row.listed.starts) == {"a", "b"}
    assert row.regret == pytest.approx(0.0)


def test_where_no_program_says_what_fits_the_list_is_halved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As above without the program: of a, b, c the first half is a alone, worth 27 of 44.
    monkeypatch.setattr(office_lists, "has_nested_program", lambda *_: False)
    projects = [make_project("a", 3, 30), make_project("b", 2, 19), make_project("c", 2, 18)]
    instance = make_instance(
        projects,
        years=(2021, 2022),
        funds=[make_fund()],
        inflows=make_inflows("budget", 2021, 5.0),
    )
    found = ranking_of(instance, tmp_path / "r", budgets=(7.0,), methods=(Method.RATIO,))
    (row,) = found.methods[Method.RATIO]
    assert set(row.listed.starts) == {"a"}
    assert row.regret == pytest.approx(44.0 - 27.0)


def test_roads_at_equilibrium_and_the_fewest_years_have_no_program_of_all_budgets() -> None:
    plain = make_instance([make_project("a")])
    assert has_nested_program(plain, None)
    laws = (NetworkSettings(id="t", law=FlowLaw.EQUILIBRIUM),)
    roads = plain.settings.model_copy(update={"networks": laws})
    assert not has_nested_program(plain.model_copy(update={"settings": roads}), None)
    years = plain.settings.model_copy(update={"objective": Objective.MAKESPAN})
    assert not has_nested_program(plain.model_copy(update={"settings": years}), None)


def test_lists_obey_the_rules_of_debt(tmp_path: Path) -> None:
    found = ranking_of(small(), tmp_path / "r", count=2)
    assert found.projects
    for level in (*found.found.levels, *(row for rows in found.methods.values() for row in rows)):
        if level.is_planned:
            run = read_run(tmp_path / "r" / level.listed.run_dir)
            assert run.plan is not None
            assert run.plan.debt_years
            assert verify_plan(run.instance, run.plan).ok
            assert level.regret >= -1e-9


def test_networks_count_in_scores_and_lists(tmp_path: Path) -> None:
    # Without the link nothing is served; unserved costs 3 a unit and year, 4 units.
    instance = make_instance(
        [make_project("link", 2.0), make_project("idle", 1.0, 0.5)],
        years=(2021, 2022),
        network_nodes=[make_node("s", "source", capacity=10.0), make_node("t")],
        network_links=[make_link("l", "s", "t", capacity=10.0, exists=False)],
        demands=[make_demand("d", "t", 4.0, unserved_price=3.0)],
        project_network=[make_change("link", "l")],
    )
    scores = score_projects(instance, lambda: 60.0)
    rows = {row.project: row for row in scores.rows}
    assert scores.unserved == ()
    assert rows["link"].benefit == pytest.approx(12.0)
    found = ranking_of(instance, tmp_path / "r", count=1, methods=(Method.RATIO,))
    assert [row.project for row in found.projects] == ["link"]
    assert found.methods[Method.RATIO][0].regret == pytest.approx(0.0)


def test_the_fewest_years_are_no_value(tmp_path: Path) -> None:
    instance = make_instance([make_project("a")], settings={"objective": Objective.MAKESPAN})
    with pytest.raises(NotThereError, match="fewest years"):
        ranking_of(instance, tmp_path / "r")


def test_kendall_distance_counts_pairs() -> None:
    assert kendall_distance([1, 2, 3], [1, 2, 3]) == 0.0
    assert kendall_distance([1, 2, 3], [3, 2, 1]) == 1.0
    assert kendall_distance([1, 1], [1, 2]) == 0.5
    # of 3 pairs one turned, one tied in one list alone
    assert kendall_distance([1, 2, 2], [2, 1, 3]) == pytest.approx(1.5 / 3)
    assert kendall_distance([1], [2]) == 0.0


def test_lists_of_draws_are_held_against_the_list(tmp_path: Path) -> None:
    # The list takes b first; where a is worth more than b, a comes first: both pairs are turned.
    base = [make_project("a", 2, 6), make_project("b", 2, 8)]
    turned = [make_project("a", 2, 9), make_project("b", 2, 8)]
    dear = [make_project("a", 9, 10), make_project("b", 9, 10)]
    instance = make_instance(base, years=(2021, 2022))
    drawn = [make_instance(rows, years=(2021, 2022)) for rows in (base, turned, dear)]
    runner = Runner(tmp_path / "r")
    runner.prepare(resume=False)
    found = list_stability(
        instance, {"b": 1, "a": 2}, (2.0, 4.0), 3, drawn.__getitem__, EXACT, runner
    )
    assert found.own == 0.0
    # the third draw builds nothing at all: it has no list
    assert [row.distance for row in found.draws] == [0.0, 1.0, None]
    assert found.same_tier == {"a": 0.5, "b": 0.5}


def test_a_bound_below_a_plan_is_a_lie() -> None:
    assert is_passed(10.0, 10.1)
    assert not is_passed(10.0, 10.0 + 1e-7)
    assert not is_passed(None, 5.0)


def drawn_at_random(seed: int) -> Instance:
    """Six to nine projects of mixed ratios, with a pair that excludes itself and one that waits."""
    rng = random.Random(f"rank/{seed}")
    projects = [
        make_project(f"p{number}", cost := rng.randint(2, 20), cost * rng.uniform(1.05, 2.5))
        for number in range(rng.randint(6, 9))
    ]
    relations = [
        make_relation("exclusive", ["p0", "p1"]),
        make_relation("requires", ["p2"], ["p3"]),
    ]
    money = {}
    if seed % 2:
        total = sum(project.options[0].overnight_cost for project in projects)
        money = {
            "funds": [make_fund()],
            "inflows": make_inflows("budget", 2021, 0.3 * total, 0.3 * total),
        }
    return make_instance(projects, relations=relations, years=(2021, 2022), **money)


@pytest.mark.parametrize(
    "part", [pytest.param(part, marks=() if part == 0 else MORE_CASES) for part in range(101)]
)
def test_the_list_loses_half_of_the_ratios_or_is_proven_least(part: int, tmp_path: Path) -> None:
    for seed in range(max(0, 2 * part - 1), 2 * part + 1):
        found = ranking_of(
            drawn_at_random(seed), tmp_path / str(seed), count=4, methods=(Method.RATIO,)
        )
        ratio = max(row.regret for row in found.methods[Method.RATIO])
        assert found.found.largest <= 0.5 * ratio + 1e-6 or found.found.is_least(1e-3), seed
