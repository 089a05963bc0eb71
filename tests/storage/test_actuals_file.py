"""The file of what happened, as an office writes it."""

from __future__ import annotations

from pathlib import Path

import pytest

from infraplan.models.errors import InstanceError
from infraplan.optimizer.storage.actuals_file import read_actuals, year_after
from tests.builders import make_instance, make_project

TOWN = make_instance([make_project("road", name_zh="环路"), make_project("dam", name_zh="水库")])


def written(folder: Path, *lines: str) -> Path:
    path = folder / "actuals.csv"
    path.write_bytes("\n".join(["项目,年份,完成投资", *lines]).encode("gb18030"))
    return path


def test_a_row_repeats_the_project_above(tmp_path: Path) -> None:
    path = written(tmp_path, "road,2021,1", "同上,2022,2", "合计,,3")
    rows = read_actuals(path, TOWN, None, 2023)
    assert [(row.project, row.year, row.spent) for row in rows] == [
        ("road", 2021, 1.0),
        ("road", 2022, 2.0),
    ]


@pytest.mark.parametrize(
    ("used", "advice"),
    [("环路", "这是“road”的名称，此处应填编号road"), ("raod", "是否为“road”？")],
)
def test_who_writes_a_name_is_told_the_id(tmp_path: Path, used: str, advice: str) -> None:
    with pytest.raises(InstanceError) as caught:
        read_actuals(written(tmp_path, f"{used},2021,1"), TOWN, None, 2023)
    (finding,) = caught.value.findings
    assert finding.message.zh == f"算例中没有项目“{used}”"
    assert finding.advice.zh == advice


def test_without_a_first_year_of_the_new_plan_it_follows_the_last_that_is_told(
    tmp_path: Path,
) -> None:
    """Two years are told of a plan from 2021 on: the new one begins in 2023."""
    rows = read_actuals(written(tmp_path, "road,2021,1", "road,2022,2"), TOWN, None, None)
    assert year_after(TOWN, rows) == 2023
    assert year_after(TOWN, ()) == 2022
    with pytest.raises(InstanceError, match="2022"):
        read_actuals(written(tmp_path, "road,2022,2"), TOWN, None, 2022)
