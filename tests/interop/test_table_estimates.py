"""Amounts that offices write as estimates or in numerals, and texts that are mistyped amounts."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from infraplan.models.quantities import Quality
from tests.interop.tables import HORIZON, by_proposal, costs, imported, proposed, refused, text_file

TABLE = """工程名称,总投资,状态
甲桥,5~6亿元,在建
乙路,五亿元,前期
丙渠,约3.5亿,前期
丁站,待定,前期
戊库,8000万元,在建
"""
MAP = HORIZON.replace("money_unit: USD, money_factor: 1", "money_unit: 万元, money_factor: 10000")
MAP = MAP.replace("currency: USD", "currency: CNY") + (
    "columns: {name_zh: 工程名称, overnight_cost: 总投资, stage: 状态}\n"
    "constants: {sector: transport}\n"
)


def test_estimates_and_numerals_are_read_as_in_own_tables_and_told(tmp_path: Path) -> None:
    made = imported(text_file(tmp_path, TABLE), MAP)
    assert costs(made) == {
        **{"甲桥": 55_000.0, "乙路": 50_000.0, "丙渠": 35_000.0, "丁站": 0.0, "戊库": 8_000.0}
    }
    options = {p.name_zh: p.options[0] for p in made.instance.projects}
    assert options["甲桥"].overnight_cost_low == 50_000.0
    assert options["丙渠"].overnight_cost_low is None
    assert options["丙渠"].quality is Quality.ESTIMATE
    assert options["乙路"].quality is Quality.STATED
    told = {f.row: f.rule for f in made.findings if f.rule.startswith("read-as")}
    assert told == {3: "read-as-number", 4: "read-as-estimate"}


@pytest.mark.parametrize("heading", ["总投资（亿元）", "总投资(万元)"])
def test_an_estimate_counts_in_the_unit_of_its_heading(tmp_path: Path, heading: str) -> None:
    table = TABLE.replace("总投资", heading).replace("约3.5亿", "约3.5")
    found = costs(imported(text_file(tmp_path, table), MAP.replace("总投资", f"'{heading}'")))
    assert found["丙渠"] == pytest.approx(35_000.0 if "亿" in heading else 3.5)
    assert found["乙路"] == 50_000.0


@pytest.mark.parametrize(
    ("cells", "total"),
    [
        (("5~6亿元", "五亿元", "约3.5亿", "待定", "8000万元"), 14.8e8),
        (("约5亿", "约6亿", "近7亿", "待定", "未定"), 18e8),
        (("approx. 3m", "about 5m", "TBC", "Not Disclosed", "4m"), 12e6),
    ],
)
def test_a_column_of_estimates_is_proposed_as_money(
    tmp_path: Path, cells: tuple[str, ...], total: float
) -> None:
    rows = [f"Works {place},{cell}" for place, cell in enumerate(cells)]
    found = proposed(text_file(tmp_path, "\n".join(["Project,Cost", *rows])))
    assert "overnight_cost: Cost" in found.text
    # In the least magnitude of the cells, where each states its own.
    factor = yaml.safe_load(found.text)["settings"]["money_factor"]
    assert found.summary.total * factor == pytest.approx(total)
    assert "unreadable" not in found.text  # a word for what is not known is open by itself


def test_years_and_numbers_of_groups_are_no_estimates(tmp_path: Path) -> None:
    text = "No,Project,Opening,Cost\n一,Bridge,约2027年,5\n二,Road,约2028年,6\n三,Main,~2029,7\n"
    found = proposed(text_file(tmp_path, text))
    assert found.summary.total == 18.0


def test_what_seems_mistyped_is_listed_and_never_proposed_as_open(tmp_path: Path) -> None:
    text = "Project,FY 2026,FY 2027\nBridge,100,abc\nRoad,1.2.3,50\nSewer,50,60\nMain,TBC,20\n"
    path = text_file(tmp_path, text)
    found = proposed(path)
    assert "unreadable" not in found.text.replace("`unreadable: open`", "")
    (ask,) = (str(ask) for ask in found.asks if "mistyped" in str(ask))
    assert "'1.2.3'" in ask
    assert "'abc'" in ask
    faults = [f for f in refused(path, found.text) if f.severity == "error"]
    assert {(f.row, f.column) for f in faults} == {(2, "FY 2027"), (3, "FY 2026")}
    meant = text.replace("abc", "see the note below").replace("1.2.3", "not part of this plan")
    reasons = text_file(tmp_path, meant)
    assert "unreadable: open" in proposed(reasons).text
    assert costs(by_proposal(reasons))["Bridge"] == 100.0
