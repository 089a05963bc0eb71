"""A county's workbook as an office fills it, from `validate` to what is put before a council.

The kind of `plan25.xlsx`: merged headings, amounts in words, a row of sums and a note below the
list; every command is asked in Chinese and answers in Chinese.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest
from typer.testing import CliRunner

from infraplan.optimizer.cli.main import app
from tests.assertions import english_sentences
from tests.cli.test_eighty_columns import stacked, too_wide
from tests.storage.books import book

HEADS = ["项目编号", "项目名称", "行业", "总投资", "工期", "年效益", "备注"]
PLACES = "东西南北上下前后左右"


def projects() -> list[list[Any]]:
    """25 projects of three sectors; costs as numbers, in words and with thousands marks."""
    found = []
    for n in range(25):
        name = f"{PLACES[n % 10]}镇{('公路', '水厂', '变电站')[n % 3]}{n + 1}"
        cost: Any = (1.5 + n % 4, f"{15_000 + 1_000 * n:,}万", f"{2 + n % 3}亿元")[n % 3]
        row = [
            f"p-{n + 1}",
            name,
            ("交通", "水利", "能源")[n % 3],
            cost,
            1 + n % 3,
            0.4 + n % 2,
            None,
        ]
        found.append(row)
    return found


@pytest.fixture(scope="module")
def workbook(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("office") / "某县 “十五五”项目.xlsx"
    rows = projects()
    made = book(
        项目=[HEADS, *rows, ["合计", None, None, "62.5亿元"], ["注：投资为匡算"]],
        资金=[["资金编号", "中文名称", "行政区"], ["budget", "县级财政资金", "county"]],
        资金流入=[
            ["资金编号", "年份", "金额"],
            *(["budget", year, 8] for year in range(2021, 2026)),
        ],
        辖区=[["编号", "中文名称"], ["county", "某县"]],
    )
    made.save(path)
    return path


def told(*arguments: object) -> str:
    """What a command prints in Chinese at 80 columns; it must succeed."""
    env = {"INFRAPLAN_LANG": "zh", "COLUMNS": "80"}
    result = CliRunner(env=env).invoke(app, [str(one) for one in arguments])
    assert result.exit_code == 0, result.output
    return result.output


def test_from_the_workbook_to_the_papers(workbook: Path, tmp_path: Path) -> None:
    run, out = tmp_path / "结果", tmp_path / "文件"
    out.mkdir()
    said = [told("validate", workbook)]
    assert "0处错误" in said[0]
    assert "下一步：infraplan solve" in said[0]
    assert "合计" in said[0]  # the row of sums is told, not read
    said.append(told("solve", workbook, "-o", run))
    said += [told("show", run), told("show", run, "--table", "rejected"), told("verify", run)]
    assert "候选项目数" in said[1]
    assert "25" in said[1]
    for kind in ("html", "xlsx", "ics", "mspdi", "csv"):
        said.append(told("export", run, "--to", kind, "-o", out / f"计划.{kind}"))
        assert (out / f"计划.{kind}").exists()
    following = out / "下一年.xlsx"
    told("roll", run, "--to", 2022, following)
    assert {"项目", "设置"} <= set(openpyxl.load_workbook(following).sheetnames)
    told("validate", following)
    for text in said:
        assert [*too_wide(text), *stacked(text)] == [], text
        lines = [line for line in text.splitlines() if "/" not in line]
        assert [line for line in lines if english_sentences(line)] == []
