"""The measures of whether a plan is a real choice, on instances made for them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from infraplan.models.instance import Instance
from infraplan.models.plan import ProjectStart
from infraplan.models.project import Option
from infraplan.optimizer.estimating import estimate
from infraplan.optimizer.storage import instance_hash, read_run, write_run
from infraplan.optimizer.storage.run_folder import RunFiles
from tests.builders import (
    edit,
    make_change,
    make_date,
    make_demand,
    make_fund,
    make_inflows,
    make_instance,
    make_link,
    make_node,
    make_option,
    make_project,
    make_relation,
    make_start,
    make_stream,
    make_target,
)
from tests.instances.test_systems import a_system
from tests.optimizer.engine import best
from tools.census import Book
from tools.document import read_document
from tools.plan_checks import document_text, main, told
from tools.plan_measures import (
    benefit_cells,
    changed_cells,
    check_benefits,
    check_census,
    check_last_resort,
    check_mixed,
    check_money,
    check_options,
    check_run,
    check_systems,
    is_by_a_factor,
    is_mixed,
    library_costs_times,
    unquoted,
    with_costs_times,
)
from tools.plan_trials import (
    Pair,
    Trial,
    begins,
    changed_network_projects,
    check_service,
    check_swaps,
    first_and_last,
    not_swapped,
    pairs_to_swap,
    service_of_projects,
    swapped,
    with_fixed_service,
)

KM = "km*365*aadt*road_upgrade_vkm with km=2; aadt=900"
SHARE = "share of cost: 0.1 of cost a year (road_class1)"


def run_of(instance: Instance, folder: Path, **manifest: object) -> RunFiles:
    plan = best(instance).plan
    write_run(folder, instance=instance, plan=plan, manifest=manifest)
    return read_run(folder)


# ---------------------------------------------------------------------------- benefits and cost


def test_library_costs_are_doubled_while_the_context_lasts_and_no_longer() -> None:
    before = estimate("trunk_road", 3.0)
    with library_costs_times(2.0):
        doubled = estimate("trunk_road", 3.0)
    after = estimate("trunk_road", 3.0)
    assert before is not None
    assert doubled is not None
    assert (doubled.low, doubled.mid, doubled.high) == (
        2 * before.low,
        2 * before.mid,
        2 * before.high,
    )
    assert after == before


def test_published_costs_of_a_book_are_doubled_in_a_copy() -> None:
    book = Book(
        document=read_document("tongliang"),
        census=[], further=[], links=[], places=[], left_out={}, relations=[],
        works={"a": {"more": "lead=3;published=1.5"}, "b": {"more": "lead=2"}},
        options={"a": [{"published": "0.5"}, {"published": ""}, {}]},
    )  # fmt: skip
    doubled = with_costs_times(book, 2.0)
    assert doubled.works == {"a": {"more": "lead=3;published=3.0"}, "b": {"more": "lead=2"}}
    assert doubled.options == {"a": [{"published": "1.0"}, {"published": ""}, {}]}
    assert book.works["a"]["more"] == "lead=3;published=1.5"


def test_a_benefit_that_follows_its_cost_is_found() -> None:
    def plan(factor: float, benefit: float, high: float = 4.0) -> Instance:
        road = make_project("road", 10.0 * factor, 3.0, benefits_high={"users": high})
        dike = make_project("dike", 5.0 * factor, benefit)
        synergy = make_relation("synergy", ["road"], ["dike"], value=0.5)
        return make_instance([road, dike], relations=[synergy], benefits=[make_stream("road", 1.0)])

    before = plan(1.0, 2.0)
    assert len(benefit_cells(before)) == 5
    assert check_benefits(before, plan(2.0, 2.0)).holds is True
    found = check_benefits(before, plan(2.0, 4.0))
    assert found.holds is False
    assert found.details == ("dike base benefits users",)
    found = check_benefits(before, plan(2.0, 2.0, high=8.0))
    assert found.details == ("road base benefits_high users",)
    assert check_benefits(before, before).holds is False, "no cost was doubled"
    assert changed_cells({("a",): 1.0}, {("b",): 1.0}) == [("a",), ("b",)]
    assert changed_cells({("a",): 1.0}, {("a",): 1.0 + 1e-8}) == []


def test_the_last_resort_is_counted_by_cost_and_must_be_marked() -> None:
    def plan(basis: str, cost: float, other: str = KM) -> Instance:
        rows = [
            make_project("a", cost, 1.0, benefit_basis=basis),
            make_project("b", 10.0 - cost, 1.0, benefit_basis=other),
            make_project("c", 90.0, stage="under_construction", mandatory="committed"),
        ]
        return make_instance(rows)

    assert check_last_resort(plan(SHARE, 0.9)).holds is True
    found = check_last_resort(plan(SHARE, 1.1))
    assert found.holds is False
    assert found.found.startswith("11.0% of candidates by cost, 0 bases")
    for hidden in ("0.1 x overnight_cost", "5 % of cost", ""):
        found = check_last_resort(plan(SHARE, 0.9, other=hidden))
        assert found.holds is False
        assert found.details == (f"b/base: {hidden or 'no basis'}",)
    freight = "t*freight_road_cost with t=5"  # a unit value of this name, no cost of the works
    assert check_last_resort(plan(SHARE, 0.9, other=freight)).holds is True


def test_census_rows_without_a_project_are_counted() -> None:
    rows = [(f"r{number}", "p", "") for number in range(97)]
    assert check_census([*rows, *[("x", "", "stands already")] * 3]).holds is True
    found = check_census([*rows, *[("x", "", "stands already")] * 4])
    assert found.holds is False
    assert found.details[0] == "x: stands already"
    assert check_census([]).holds is False


def option(cost: float, benefit: float, **values: object) -> Option:
    return make_option("other", cost, benefit, **values)


@pytest.mark.parametrize(
    ("other", "is_factor"),
    [
        (option(5.0, 2.0, outputs={"km": 3.0}), True),
        (option(5.0, 2.1, outputs={"km": 3.0}), False),
        (option(5.0, 2.0, outputs={"km": 4.0}), False),
        (option(5.0, 2.0, outputs={"km": 3.0}, lead_time=2), False),
        (option(5.0, 2.0), False),
    ],
)
def test_an_option_by_a_factor_alone_is_told(other: Option, is_factor: bool) -> None:
    base = make_option("base", 10.0, 4.0, outputs={"km": 6.0})
    assert is_by_a_factor(base, other) is is_factor
    small = make_project("small", 0.1, 1.0)
    found = check_options(make_instance([make_project("p", options=[base, other]), small]))
    assert found.holds is not is_factor
    assert found.details == (("p: a factor",) if is_factor else ())


def test_dear_candidates_without_another_option_are_told() -> None:
    rows = [make_project("dear", 10.0, 1.0), make_project("cheap", 0.05, 1.0)]
    found = check_options(make_instance(rows))
    assert found.holds is False
    assert found.details == ("dear: one option",)


# -------------------------------------------------------------------------------------- systems


def test_sentences_are_looked_for_in_the_document() -> None:
    text = "加快 建设渝西水资源\n配置工程，2027年成渝中线高铁建成投运。"
    assert unquoted("“渝西水资源配置工程……高铁建成投运”", text) == []
    assert unquoted("渝西水资源；高铁开工", text) == ["高铁开工"]


def test_systems_must_be_decided_as_they_say() -> None:
    instance = make_instance(
        [
            make_project("a", subsector="road"),
            make_project("b", subsector="road"),
            make_project("c", mandatory="must"),
        ],
        relations=[make_relation("exclusive", ["a"], ["b"])],
    )
    good = (
        a_system("roads", "relations", "subsector:road"),
        a_system("line", "committed", "c", sentence="建成"),
        a_system("ports", "text_absent"),
    )
    assert check_systems(good, instance, "到期建成").holds is True
    assert check_systems((), instance, None).holds is False
    bad = (
        a_system("roads", "network", "subsector:road"),
        a_system("sizes", "options", "a"),
        a_system("line", "committed", "a", sentence="建成"),
    )
    found = check_systems(bad, instance, "没有")
    assert found.holds is False
    assert found.details == (
        "roads: nothing of the members decides by network",
        "sizes: nothing of the members decides by options",
        "line: committed, but the plan may leave out every member",
        "line: not in the document: 建成",
    )
    assert "not held against the document" in check_systems(good, instance, None).found
    unknown = check_systems((a_system("x", "relations", "zz"),), instance, None)
    assert unknown.details == ("x: no project or subsector: zz",)


def test_the_document_lies_beside_its_census(tmp_path: Path) -> None:
    (tmp_path / "seeds").mkdir()
    (tmp_path / "seeds" / "002_ff.txt").write_text("原文", encoding="utf-8")
    assert document_text(tmp_path / "census", "002") == "原文"
    assert document_text(tmp_path / "census", "003") is None


# ------------------------------------------------------------------------------------- of a run


@pytest.mark.parametrize(
    ("starts", "expected"),
    [
        ([2021, 2021, 2021, None], True),
        ([None, None, None, None], False),
        ([2021, 2021, 2021, 2021], False),
        ([2021, 2021, 2022, 2022], False),
        ([2021, 2021, 2021, 2023], True),
        # Of eight, two begin two years after the second one began.
        ([2021, 2021, 2021, 2021, 2021, 2021, 2021, 2024], False),
        ([2021, 2021, 2021, 2021, 2021, 2021, 2023, 2024], True),
    ],
)
def test_a_subsector_is_mixed_by_choice_or_by_clearly_other_years(
    starts: list[int | None],
    expected: bool,
) -> None:
    assert is_mixed(starts) is expected


def test_subsectors_of_a_run_are_counted(tmp_path: Path) -> None:
    def works(subsector: str, *benefits: float) -> list[object]:
        return [
            make_project(f"{subsector}{number}", 10.0, benefit, subsector=subsector)
            for number, benefit in enumerate(benefits)
        ]

    rows = [*works("road", 4, 4, 4, 1), *works("dike", 4, 4, 4, 4), *works("port", 1, 4)]
    files = run_of(make_instance(rows), tmp_path / "run")
    found = check_mixed(files)
    assert found.found == "1 of 2 subsectors with 4 candidates or more, 50%"
    assert found.holds is True
    assert found.details == ("dike: all of 4",)


def test_a_run_must_be_of_the_instance_within_the_gap(tmp_path: Path) -> None:
    instance = make_instance(
        [make_project("a", 10.0, 1.0)], stated_dates=[make_date("a", "begin_by", 2021)]
    )
    good = {"gap": 0.004, "verified": True, "instance_hash": instance_hash(instance)}
    files = run_of(instance, tmp_path / "run", **good)
    assert check_run(files, instance).holds is True
    for change in ({"gap": 0.006}, {"gap": None}, {"verified": False}, {"instance_hash": "0"}):
        assert check_run(replace(files, manifest=good | change), instance).holds is False
    free = edit(instance, stated_dates=(make_date("a", "begin_by", 2021, 0.0),))
    found = check_run(run_of(free, tmp_path / "free", **good), free)
    assert found.holds is False
    assert found.details == ("a begin_by 2021: missed at no price",)


def test_the_money_check_of_a_run_is_read() -> None:
    def case(factor: float, share: float, **values: object) -> dict[str, object]:
        fixed = {"effect": "proven", "candidates": 20, "objective": 1.0}
        return fixed | {"factor": factor, "share": share} | values

    def check(*cases: dict[str, object]) -> bool | None:
        return check_money({"money_check": {"cases": cases}}).holds

    assert check_money({}).holds is None
    assert check(case(0.5, 0.15), case(2.0, 0.0), case(5.0, 0.2)) is True
    assert check(case(0.5, 0.14), case(5.0, 0.2)) is False
    assert check(case(0.5, 0.2), case(5.0, 0.1)) is False
    assert check(case(0.5, 0.2)) is False
    nothing = case(0.5, 0.0, effect="no_plan", objective=None)
    assert check(nothing, case(5.0, 0.2)) is False
    late = case(0.5, 0.0, effect="unknown", objective=None)
    assert check(late, case(5.0, 0.2)) is None, "no plan was found in time"
    assert check(late, case(5.0, 0.1)) is False


def test_checks_are_told_a_line_each_and_failures_in_detail() -> None:
    found = check_census([("x", "", "why"), ("y", "", "so")])
    lines = told("plan", [found, check_money({})], 1)
    assert lines[0] == "plan"
    assert lines[1] == "  FAILS census       0 of 2 rows represented, 0.0% (asked: 97%)"
    assert lines[2:4] == ["          x: why", "          and 1 more"]
    assert lines[4].startswith("  -     money")


# ---------------------------------------------------------------------------------- solving again


def two_roads(benefit: float = 4.0, **tables: object) -> Instance:
    rows = [
        make_project("good", 10.0, benefit, subsector="road", benefit_basis=KM),
        make_project("bad", 10.0, 1.0, subsector="road", benefit_basis=KM),
        make_project("other", 10.0, 5.0, subsector="road", benefit_basis="n*visits with n=1"),
    ]
    return make_instance(rows, **tables)


def test_first_and_last_of_one_formula_are_swapped_and_change_places() -> None:
    instance = two_roads()
    starts = best(instance).plan.starts
    pairs = pairs_to_swap(instance, starts, 9)
    assert pairs == [Pair("road", "good", "bad")]
    changed = swapped(instance, pairs)
    assert [sum(row.options[0].benefits.values()) for row in changed.projects] == [1.0, 4.0, 5.0]
    assert [row.options[0].overnight_cost for row in changed.projects] == [10.0] * 3
    after = best(changed).plan.starts
    assert not_swapped(instance, pairs, starts, after) == []
    (told_pair,) = not_swapped(instance, pairs, starts, starts)
    assert told_pair == "road: good 2021 -> 2021, bad out -> out"
    assert pairs_to_swap(instance, starts, 0) == []


def test_of_several_firsts_and_lasts_those_are_swapped_whose_costs_are_alike() -> None:
    rows = [
        make_project("dear", 40.0, 16.0),
        make_project("good", 11.0, 5.0),
        make_project("later", 10.0, 4.0),
        make_project("poor", 30.0, 1.0),
        make_project("bad", 10.0, 1.0),
        make_project("rich", 11.0, 6.0),  # left out although it delivers more: a rule, not need
    ]
    when = {"dear": 2021.0, "good": 2021.0, "later": 2022.0}
    found = first_and_last(rows, begins([]) | when)
    assert found is not None
    assert [row.id for row in found] == ["good", "bad"]
    assert first_and_last(rows[:3], begins([]) | when) is None, "a year is not clearly apart"
    assert first_and_last(rows[3:], begins([])) is None, "nothing is built"
    (first, last) = first_and_last([rows[1], rows[5]], begins([]) | when) or (None, None)
    assert (first, last) == (rows[1], rows[5]), "the only two there are"


def test_other_options_follow_the_swap_by_the_same_factor() -> None:
    base, small = make_option("base", 10.0, 4.0), make_option("small", 6.0, 3.0)
    base = edit(base, benefits_low={"users": 2.0}, benefit_basis=KM)
    bad = make_project("bad", 10.0, 1.0, benefits_low={"users": 0.1}, benefit_basis="else")
    instance = make_instance([make_project("good", options=[base, small]), bad])
    changed = swapped(instance, [Pair("", "good", "bad")])
    good = changed.project_by_id["good"]
    assert good.options[0].benefits == {"users": 1.0}
    assert good.options[0].benefits_low == {"users": 0.1}
    assert good.options[0].benefit_basis == "else"
    assert good.options[1].benefits == {"users": pytest.approx(0.75)}
    assert changed.project_by_id["bad"].options[0].benefits == {"users": 4.0}


@pytest.mark.parametrize(
    "tables",
    [
        {"stated_dates": [make_date("bad", "begin_by", 2022)]},
        {"relations": [make_relation("exclusive", ["bad"], ["other"])]},
        {
            "network_nodes": [make_node("src", "source", capacity=9.0, exists=False)],
            "project_network": [make_change("bad", "src")],
        },
    ],
)
def test_works_about_which_more_speaks_are_not_swapped(tables: dict[str, object]) -> None:
    instance = two_roads(**tables)
    assert pairs_to_swap(instance, [make_start(instance, "good", 2021)], 9) == []


def test_works_that_begin_together_are_not_swapped() -> None:
    instance = two_roads()
    starts = [make_start(instance, "good", 2021), make_start(instance, "bad", 2022)]
    assert pairs_to_swap(instance, starts, 9) == []
    later = [make_start(instance, "good", 2021), make_start(instance, "bad", 2023)]
    assert pairs_to_swap(instance, later, 9) == [Pair("road", "good", "bad")]


def water(*, money: float = 100.0) -> Instance:
    """A town that two sources can serve, each alone enough; and a school."""
    nodes = [
        make_node("near", "source", capacity=2.0, exists=False),
        make_node("far", "source", capacity=2.0, exists=False),
        make_node("town"),
    ]
    links = [
        make_link("main", "near", "town", capacity=2.0),
        make_link("long", "far", "town", capacity=2.0),
    ]
    return make_instance(
        [make_project("near", 3.0), make_project("far", 4.0), make_project("school", 2.0, 5.0)],
        network_nodes=nodes,
        network_links=links,
        demands=[make_demand("taps", "town", 2.0, unserved_price=0.01)],
        project_network=[make_change("near", "near"), make_change("far", "far")],
        targets=[make_target("served", "served:w", 2.0, 2024)],
        funds=[make_fund()],
        inflows=make_inflows("budget", 2021, money),
    )


def test_service_is_made_a_fixed_benefit_of_equal_worth() -> None:
    instance = edit(water(), demands=(make_demand("taps", "town", 2.0, unserved_price=1.0),))
    plan = best(instance).plan
    built = {start.project for start in plan.starts}
    assert built == {"near", "school"}
    worths = service_of_projects(instance, plan)
    assert worths["far"] == pytest.approx(0.0), "the near source serves the town already"
    assert worths["near"] > 3.0
    fixed = with_fixed_service(instance, plan.starts, worths)
    assert not fixed.network_nodes
    assert not fixed.project_network
    assert not fixed.targets
    (stream,) = fixed.benefits
    # It opens in 2022 and serves three years, without discounting.
    assert (stream.project, stream.value) == ("near", pytest.approx(worths["near"] / 3.0))
    again = best(fixed).plan
    assert again.starts == plan.starts


def test_network_candidates_that_change_are_counted() -> None:
    instance = water()

    def starts(*names: str) -> list[ProjectStart]:
        return [make_start(instance, name, 2021) for name in names]

    changed, most = changed_network_projects(instance, starts("near", "school"), starts("far"))
    assert (changed, most) == (["far", "near"], 2)
    later = [make_start(instance, "near", 2023)]
    assert changed_network_projects(instance, starts("near"), later)[0] == ["near"]
    assert changed_network_projects(instance, starts("near"), starts("near"))[0] == []


@pytest.mark.parametrize("each", [True, False])
def test_swaps_are_solved_and_counted(tmp_path: Path, each: bool) -> None:
    trial = Trial(gap=1e-6, time_limit_s=20.0)
    found = check_swaps(run_of(two_roads(), tmp_path / "run"), trial, 3, each=each)
    assert (found.found, found.holds) == ("1 of 1 pairs swap their order", True)
    # What costs four times as much stays out: there is nothing to swap.
    rows = [
        make_project("good", 10.0, 4.0, subsector="road", benefit_basis=KM),
        make_project("bad", 40.0, 4.0, subsector="road", benefit_basis=KM),
    ]
    found = check_swaps(run_of(make_instance(rows), tmp_path / "same"), trial, 3, each=each)
    assert found.holds is False
    assert found.details == ("road: good 2021 -> 2021, bad out -> out (both deliver the same)",)
    nothing = make_instance([make_project("a", 1.0, 1.0)])
    assert check_swaps(run_of(nothing, tmp_path / "none"), trial, 3, each=each).holds is None


def test_fixed_service_is_solved_and_counted(tmp_path: Path) -> None:
    trial = Trial(gap=1e-6, time_limit_s=20.0)
    instance = edit(water(), demands=(make_demand("taps", "town", 2.0, unserved_price=1.0),))
    found = check_service(run_of(instance, tmp_path / "run"), trial)
    assert (found.found, found.holds) == ("0 of 2 network candidates change, 0%", False)
    # Where demand outgrows what stands in later years only, works wait for it; what yields the
    # same every year need not wait.
    growing = make_instance(
        [make_project("more", 3.0)],
        years=(2021, 2030),
        settings={"discount_rate": 0.05},
        network_nodes=[
            make_node("old", "source", capacity=3.0),
            make_node("more", "source", capacity=9.0, exists=False),
            make_node("town"),
        ],
        network_links=[make_link("m1", "old", "town"), make_link("m2", "more", "town")],
        demands=[make_demand("taps", "town", 2.0, growth=0.1, unserved_price=1.0)],
        project_network=[make_change("more", "more")],
    )
    files = run_of(growing, tmp_path / "growing")
    (start,) = files.plan.starts
    assert start.start > 2022
    found = check_service(files, trial)
    assert (found.found, found.holds) == ("1 of 1 network candidates change, 100%", True)
    none = check_service(run_of(two_roads(), tmp_path / "none"), trial)
    assert none.holds is None


def test_runs_of_documents_not_asked_for_are_refused(tmp_path: Path) -> None:
    run_of(two_roads(), tmp_path / "run")
    with pytest.raises(SystemExit, match="runs of other instances than asked for: test"):
        main([str(tmp_path), "tongliang", "--run", str(tmp_path / "run")])
