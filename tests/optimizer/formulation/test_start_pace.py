"""Rule `start_pace`: most projects of a sector, or of all, that start in one year.

Plan 2021-2024, no discounting: a project of cost 10 with benefit b that starts in s is worth
b (2024 - s) - 10.

Rules: `start_pace`.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from infraplan.models.errors import InconsistentInstanceError
from infraplan.models.instance import Instance
from infraplan.models.network import FlowLaw, NetworkSettings
from infraplan.models.project import Project
from infraplan.models.rules import RULES, asked_rules
from infraplan.optimizer.analysis.conflicts import conflict_lines, find_conflict
from infraplan.optimizer.analysis.rejections import find_rejections
from infraplan.optimizer.analysis.rule_words import describe_rule
from infraplan.optimizer.program import build_formulation
from infraplan.optimizer.report.texts import Names
from infraplan.optimizer.solve import solve
from infraplan.optimizer.solve_result import SolveOptions
from infraplan.optimizer.storage import inspect_instance, write_instance
from infraplan.optimizer.verify import verify_plan
from tests.assertions import assert_breaks, broken_laws
from tests.builders import (
    edit,
    make_change,
    make_demand,
    make_instance,
    make_link,
    make_node,
    make_project,
    make_start_pace,
)
from tests.optimizer.engine import best


def three(**tables: object) -> Instance:
    """Two roads worth 20 and 14 in 2021 (10 and 6 in 2022), and a dam worth 17 (8 in 2022)."""
    return make_instance(
        [
            make_project("a", 10, 10),
            make_project("b", 10, 8),
            make_project("dam", 10, 9, sector="water"),
        ],
        **tables,
    )


def test_a_pace_of_a_sector_puts_one_start_off() -> None:
    found = best(three(start_paces=[make_start_pace(1, "transport")]))
    assert found.starts == {"a": 2021, "b": 2022, "dam": 2021}
    assert found.objective == pytest.approx(20 + 6 + 17)
    assert found.rows("start_pace") == 4


def test_a_pace_of_all_sectors_counts_all_starts() -> None:
    found = best(three(start_paces=[make_start_pace(1)]))
    # One start a year: a, then the dam (8 against 6), then b (8 - 10 < 0) not at all.
    assert found.starts == {"a": 2021, "dam": 2022}
    assert found.objective == pytest.approx(20 + 8)


def test_both_kinds_of_pace_hold_together() -> None:
    paces = [make_start_pace(2), make_start_pace(1, "transport")]
    assert best(three(start_paces=paces)).starts == {"a": 2021, "b": 2022, "dam": 2021}


def test_a_wide_pace_changes_nothing_and_none_adds_no_row() -> None:
    wide, free = best(three(start_paces=[make_start_pace(3)])), best(three())
    assert wide.objective == free.objective == pytest.approx(20 + 14 + 17)
    assert free.rows("start_pace") == 0


def test_no_start_at_all() -> None:
    found = best(three(start_paces=[make_start_pace(0, "transport")]))
    assert found.starts == {"dam": 2021}


def test_a_sector_that_cannot_start_has_no_rows() -> None:
    shut = make_project("shut", 10, 10, sector="energy", mandatory="must_not")
    instance = make_instance([shut], start_paces=[make_start_pace(1, "energy")])
    assert best(instance).rows("start_pace") == 0


def test_the_verifier_counts_starts_by_itself() -> None:
    instance = three(start_paces=[make_start_pace(1, "transport")])
    plan = best(three()).plan
    assert plan is not None
    assert broken_laws(verify_plan(instance, plan).violations) == {"start_pace"}
    (violation,) = verify_plan(instance, plan).violations
    assert (violation.expected, violation.found) == (1.0, 2.0)
    assert "2021" in violation.message
    assert_breaks(three(start_paces=[make_start_pace(2)]), plan, "start_pace")


def test_a_conflict_names_the_pace_in_both_languages() -> None:
    projects = [make_project(n, 10, 10, mandatory="must", latest_start=2021) for n in "ab"]
    for pace, english, chinese in (
        (make_start_pace(1, "transport"), "transport", "transport"),
        (make_start_pace(1), "all sectors", "所有行业"),
    ):
        report = find_conflict(build_formulation(make_instance(projects, start_paces=[pace])))
        assert {r.rule for r in report.rules} == {
            "mandate:a", "mandate:b", "latest_start:a", "latest_start:b", f"start_pace:{pace.label}"
        }  # fmt: skip
        (rule,) = [rule for rule in report.rules if rule.family == "start_pace"]
        assert rule.text_en == f"most starts a year: {english}"
        assert rule.text_zh == f"每年开工项目数上限：{chinese}"
        assert len(conflict_lines(report.rules, "zh")) == 5


def test_a_project_that_the_pace_keeps_out_is_told_so() -> None:
    projects = [make_project(n, 10, b, latest_start=2021) for n, b in (("a", 10), ("b", 8))]
    instance = make_instance(projects, start_paces=[make_start_pace(1)])
    result = solve(instance, SolveOptions(gap=0.0))
    (rejection,) = find_rejections(result.formulation, result.require_plan())
    assert (rejection.project, rejection.rule) == ("b", "start_pace:all sectors")
    english, chinese = Names(instance).rule(rejection.rule)
    assert english == "the year's starts are used up: all sectors"
    assert chinese == "年度开工名额用尽：所有行业"


def test_a_sector_may_be_called_all() -> None:
    """Its pace is another rule than that of all sectors, by key and by words."""
    projects = [make_project(n, 10, 10, sector=s) for n, s in (("a", "all"), ("b", "water"))]
    paces = [make_start_pace(1, "all"), make_start_pace(1)]
    formulation = build_formulation(make_instance(projects, start_paces=paces))
    blocks = [block for block in formulation.mip.row_blocks if block.family == "start_pace"]
    keys = sorted({str(key[0]) for block in blocks for key in block.keys})
    assert keys == ["all", "all sectors"]
    words = [describe_rule(formulation.instance, RULES["start_pace"], (key,)) for key in keys]
    assert [word.en for word in words] == [
        "most starts a year: all",
        "most starts a year: all sectors",
    ]


def test_a_misspelt_sector_is_refused_with_the_nearest_one(tmp_path: Path) -> None:
    with pytest.raises(InconsistentInstanceError) as caught:
        three(start_paces=[make_start_pace(1, "tranport")])
    (finding,) = caught.value.findings
    assert (finding.file, finding.column) == ("start_paces.csv", "sector")
    assert finding.advice == "did you mean 'transport'?"
    # The same from a file, with its row.
    folder = tmp_path / "county"
    write_instance(three(start_paces=[make_start_pace(1, "transport")]), folder)
    table = folder / "start_paces.csv"
    table.write_text(table.read_text("utf-8").replace("transport", "tranport"), "utf-8")
    (told,) = inspect_instance(folder).findings
    assert (told.file, told.row, told.column) == ("start_paces.csv", 2, "sector")


def test_one_sector_has_one_pace() -> None:
    with pytest.raises(InconsistentInstanceError, match="stands twice"):
        three(start_paces=[make_start_pace(1), make_start_pace(2)])


def test_an_engine_reads_that_the_instance_asks_for_it() -> None:
    assert RULES["start_pace"] in asked_rules(three(start_paces=[make_start_pace(1)]))
    assert RULES["start_pace"] not in asked_rules(three())


def road(name: str) -> Project:
    return make_project(name, 1.0, lead_time=0)


def test_the_search_over_roads_at_equilibrium_obeys() -> None:
    # Two pairs of towns with a slow road each; a new one saves 9 minutes a trip, or 8.
    pairs = (("a", "1", "2", 1.0), ("b", "3", "4", 2.0))
    links, demands = [], []
    for name, begin, end, minutes in pairs:
        links += [
            make_link(f"old{name}", begin, end, "t", time=10.0),
            make_link(f"new{name}", begin, end, "t", time=minutes, exists=False),
        ]
        demands.append(make_demand(f"trip{name}", begin, 5.0, "t", to_node=end, value_of_time=1.0))
    instance = make_instance(
        [road("a"), road("b")],
        years=(2021, 2021),
        network_nodes=[make_node(name, network="t") for name in "1234"],
        network_links=links,
        demands=demands,
        project_network=[make_change("a", "newa"), make_change("b", "newb")],
        settings={"networks": [NetworkSettings(id="t", law=FlowLaw.EQUILIBRIUM)]},
    )
    free = solve(instance, SolveOptions(gap=0.0)).require_plan()
    assert {start.project for start in free.starts} == {"a", "b"}
    paced = edit(instance, start_paces=(make_start_pace(1),))
    result = solve(paced, SolveOptions(gap=0.0))
    assert {start.project for start in result.require_plan().starts} == {"a"}
    assert result.verification is not None
    assert result.verification.ok
    assert broken_laws(verify_plan(paced, free).violations) == {"start_pace"}
