"""Which program vouches for a bound, and options in words."""

from __future__ import annotations

from infraplan.optimizer.report.first_screen import proof
from infraplan.optimizer.report.frames import make_run
from infraplan.optimizer.report.page_tables import largest_works_table
from infraplan.optimizer.report.texts import option_words, source_of_bound, told_solver
from tests.builders import (
    make_instance,
    make_option,
    make_payment,
    make_plan,
    make_project,
    make_start,
)

INSIDE = {
    "solver": "highs",
    "solver_version": "1.12.0",
    "bound_source": "solver highs 1.12.0, not certified",
    "versions": {"highspy": "1.16.0", "scipy": "1.17.1"},
}
"""A run whose bound is of the HiGHS that scipy brings, which is not highspy's."""


def test_the_solver_inside_a_package_is_told_by_it() -> None:
    assert told_solver(INSIDE)[0] == "highs 1.12.0 (the one inside scipy 1.17.1)"
    english, chinese = source_of_bound(INSIDE)
    assert "highs 1.12.0 (the one inside scipy 1.17.1), not certified" in english
    assert "scipy 1.17.1自带" in chinese


def test_its_own_package_is_not_named() -> None:
    own = INSIDE | {
        "solver_version": "1.16.0",
        "bound_source": "solver highs 1.16.0, not certified",
    }
    assert told_solver(own) == ("highs 1.16.0", "highs 1.16.0")
    assert source_of_bound(own)[0] == "given by solver highs 1.16.0, not certified"
    assert source_of_bound({}) == ("", "")


def test_what_dual_values_prove_is_told_beside_a_solvers_word() -> None:
    told = INSIDE | {"objective": 90.0, "bound": 91.0, "certified_bound": 100.0}
    question = make_instance([make_project("a")])
    run = make_run(question, make_plan(question), told)
    first = proof(run)[0]
    assert "can be worth more than" in first
    assert "10" in first.split("Without relying on the solver")[1]
    assert "(11.1111%)" in first
    assert "（11.1111%）" in first.zh
    proven = make_run(run.instance, run.plan, told | {"certified_bound": 91.0})
    assert "Without relying on" not in proof(proven)[0]


def test_options_are_told_by_what_differs_from_the_first() -> None:
    mine = (
        make_option(cost=10.0, lead_time=4),
        make_option("first_60", 6.0, lead_time=4),
        make_option("class2", 1.0, lead_time=2),
        make_option("一期", 5.0),
    )
    road = make_project("road", options=mine)
    assert option_words(road, "base") == ("base", "基本方案")
    assert option_words(road, "first_60") == (
        "option 2 of 4: 60% of the cost of the first",
        "第2方案（共4个）：造价为第一方案的60%",
    )
    assert option_words(road, "class2") == (
        "option 3 of 4: 10% of the cost of the first, built in 2 rather than 4 years",
        "第3方案（共4个）：造价为第一方案的10%，工期2年（第一方案4年）",
    )
    assert option_words(road, "一期") == ("一期", "一期")
    free = make_project("free", options=(make_option("x", 0.0),))
    assert option_words(free, "x")[0] == "option 1 of 1"


def test_a_work_of_one_year_is_not_told_as_a_span() -> None:
    question = make_instance([make_project("a", 4.0, 5.0)])
    plan = make_plan(question, [make_start(question, "a", 2021)], [make_payment("a", 2021, 4.0)])
    run = make_run(question, plan, {})
    frame = largest_works_table(run).frame
    assert list(frame["years_of_works_en"]) == ["2021, opens 2022"]
    assert list(frame["years_of_works_zh"]) == ["2021年，2022年投用"]
