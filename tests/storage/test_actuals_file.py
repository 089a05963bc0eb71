"""The file of what happened, as an office writes it."""

from __future__ import annotations

from pathlib import Path

import pytest

from infraplan.models.errors import InstanceError
from infraplan.optimizer.storage.actuals_file import read_actuals
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
