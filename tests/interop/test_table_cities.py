"""Published tables of two cities, of a government and a made-up Chinese plan, as they are."""

from __future__ import annotations

from pathlib import Path

import pytest

from infraplan.models.errors import Severity
from infraplan.models.project import Mandate, Stage
from infraplan.optimizer.estimating.plausibility import find_implausibilities
from infraplan.optimizer.solve import solve
from infraplan.optimizer.solve_result import SolveOptions
from infraplan.optimizer.storage import read_instance, write_instance
from tests.interop.tables import imported, proposed

MAPS = Path(__file__).parents[1] / "data" / "maps"
TORONTO = (MAPS / "toronto.yaml").read_text(encoding="utf-8")
PITTSBURGH = (MAPS / "pittsburgh.yaml").read_text(encoding="utf-8")
FILES = {
    "toronto": "toronto_capital_budget_2022-2031.csv",
    "pittsburgh": "pittsburgh_capital_projects_2021-04.csv",
    "plan": "made_up_cn_plan_two_row_heading.xlsx",
    "uk": "uk_major_projects_2023_semicolon.csv",
}


@pytest.fixture
def tables(bench_dir: Path, tmp_path: Path) -> dict[str, Path]:
    """Copies of the published files, beside which maps may be written."""
    found = {}
    for key, name in FILES.items():
        found[key] = tmp_path / name
        found[key].write_bytes((bench_dir / "capital" / name).read_bytes())
    return found


@pytest.mark.parametrize(
    ("city", "text", "projects", "sums"),
    [
        # The ten years' columns summed over the rows without a negative amount.
        ("toronto", TORONTO, 2663, 46_671_028.45),
        # 1,002 lines less 16 cancelled ones.
        ("pittsburgh", PITTSBURGH, 986, 425_893_265.73),
    ],
)
def test_a_city_goes_in_by_a_map_of_thirty_lines(
    tables: dict[str, Path], city: str, text: str, projects: int, sums: float
) -> None:
    assert len(text.splitlines()) <= 30
    made = imported(tables[city], text)
    assert not [f for f in made.findings if f.severity is Severity.ERROR]
    assert len(made.instance.projects) == projects
    assert made.summary is not None
    assert made.summary.total == pytest.approx(sums, abs=0.01)
    spent = sum(sum(p.options[0].yearly_spending) for p in made.instance.projects)
    complete = sum(
        p.options[0].overnight_cost for p in made.instance.projects if p.stage is Stage.COMPLETE
    )
    assert spent + complete == pytest.approx(sums, abs=0.01)
    assert sum(i.value for i in made.instance.inflows) == pytest.approx(0.85 * spent)
    doubts = find_implausibilities(made.instance)
    assert not [doubt for doubt in doubts if doubt.severity is Severity.ERROR]


@pytest.mark.slow
@pytest.mark.bench
@pytest.mark.parametrize(("city", "text"), [("toronto", TORONTO), ("pittsburgh", PITTSBURGH)])
def test_a_city_is_solved_at_85_per_cent_of_its_money(
    tables: dict[str, Path], tmp_path: Path, city: str, text: str
) -> None:
    write_instance(imported(tables[city], text).instance, tmp_path / "city")
    found = solve(read_instance(tmp_path / "city"), SolveOptions(gap=1e-3))
    assert found.plan is not None
    assert found.gap is not None
    assert found.gap <= 1e-3
    # The money binds: what is left is less than any project costs that is left out.
    money = sum(row.value for row in found.instance.inflows)
    assert sum(row.amount for row in found.plan.payments) >= 0.999 * money


MEANT: dict[str, dict[str, str | None]] = {
    "toronto": {
        **{"Program/Agency Name": "sector", "Project Name": "name_en"},
        **{"Sub-Project Name": "name_en", "Total 10 Year": "total", "Ward Number": None},
        **{"Ward": "place", "Category": "subsector"},
        **{str(year): f"years: {year}" for year in range(2022, 2032)},
    },
    "pittsburgh": {
        **{"id": "id", "name": "name_en", "task_description": "name_en", "area": "sector"},
        **{"budgeted_amount": "long.amount", "status": "stage", "asset_id": None},
        **{"asset_type": "subsector", "fiscal_year": "long.year", "start_date": None},
        **{"inactive": None, "neighborhood": "place", "council_district": None, "ward": None},
        **{"tract": None, "public_works_division": None, "pli_division": None},
        **{"police_zone": None, "fire_zone": None, "latitude": "lat", "longitude": "lon"},
    },
    "plan": {
        **{"序号": None, "所在县区": "place", "项目名称": "name_zh", "项目类别": "stage"},
        **{"建设内容及规模": "note", "建设起止年限": "span", "总投资": "overnight_cost"},
        **{"截至上年底累计安排": "spent_to_date", "备注": None},
        **{"资金来源 / 专项债券": "funding: 专项债券"},
        **{"资金来源 / 项目资本金": "funding: 项目资本金"},
    },
    "uk": {
        **{"year": None, "project_number": "id", "project_name": "name_en"},
        **{"department": "jurisdiction", "report_category": "sector", "description_aims": "note"},
        **{"colour_rating": None, "colour_rating (2)": None, "rating_comment": None},
        **{"start_date": "begins", "end_date": "ends", "schedule_comment": None},
        **{"total_baseline": None, "forecast_incl_NGC": None, "variance_comment": None},
        **{"wlc_baseline_incl_NCG": "overnight_cost", "budget_comment": None},
        **{"TOTAL Baseline Benefits (£m)": None, "benefits_comment": None},
    },
}
"""What each column holds, read by a person; None: nothing that an instance has a place for."""


@pytest.mark.parametrize("key", sorted(FILES))
def test_the_proposed_map_is_right_and_reads_the_table(tables: dict[str, Path], key: str) -> None:
    found = proposed(tables[key])
    fields = {use.heading: use.field for use in found.summary.columns}
    assert fields.keys() == MEANT[key].keys()
    right = [heading for heading, field in fields.items() if field == MEANT[key][heading]]
    assert len(right) >= 0.8 * len(fields), fields
    assert not [f for f in found.findings if f.severity is Severity.ERROR]
    assert len([line for line in found.text.splitlines() if not line.startswith("#")]) <= 30
    assert imported(tables[key], found.text).instance.projects


def test_the_total_of_the_chinese_plan_is_what_it_states(tables: dict[str, Path]) -> None:
    """合计（30项）is 18,726,507.9 万元; six groups, a total and a note are no projects."""
    found = proposed(tables["plan"]).summary
    assert (found.num_projects, len(found.skipped)) == (30, 8)
    assert found.total == pytest.approx(18_726_507.9, abs=1e-6)
    largest = found.largest
    assert largest is not None
    assert largest.amount == 3_516_512.0


def test_works_under_way_are_committed_at_what_remains(tables: dict[str, Path]) -> None:
    made = imported(tables["plan"], proposed(tables["plan"]).text)
    (project,) = (p for p in made.instance.projects if p.source.endswith("row 8"))
    assert (project.stage, project.mandatory) == (Stage.UNDER_CONSTRUCTION, Mandate.FREE)
    # 2020-2025, 1,599,611 in all, 103,800 of it before 2024.
    assert (project.started, project.options[0].lead_time) == (2020, 6)
    assert (project.options[0].overnight_cost, project.spent_to_date) == (1_599_611.0, 103_800.0)
