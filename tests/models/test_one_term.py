"""One Chinese word for one thing, and units as a Chinese text writes them."""

from __future__ import annotations

import re

import pytest

from infraplan.models.catalogue import entries
from infraplan.models.catalogue.entries import kinds

ANOTHER_WORD = {
    "备选项目": "候选项目",
    "备选线路": "候选线路",
    "债务工具": "融资工具",
    "新增额度": "新增限额",
    "本实例": "本算例",
    "未填容量": "未填能力",
    "占能力": "负荷率",
    "超能力": "超负荷",
    "同走廊": "同一通道",
    "已采纳": "已通过",
    "价值上限": "价值上界",
    "证明上限": "证明上界",
    "上限由求解器": "上界由求解器",
    "目标不能": "指标不能",
}
"""What somebody might write, and the word that tables, report and glossary use."""


def _chinese() -> list[tuple[str, str]]:
    return [
        (f"{kind}:{key}", entry.chinese)
        for kind in kinds()
        for key, entry in entries(kind).items()
        if re.search("[一-鿿]", entry.chinese)
    ]


@pytest.mark.parametrize("word", ANOTHER_WORD)
def test_one_thing_has_one_word(word: str) -> None:
    found = [key for key, text in _chinese() if word in text]
    assert not found, f"write {ANOTHER_WORD[word]}"


def test_present_value_is_no_word_for_what_stands_now() -> None:
    """现值 is a present value: a reader of an appraisal takes it for nothing else."""
    found = [entry for kind in kinds() for entry in entries(kind).values()]
    now = [entry.chinese for entry in found if entry.english.lower() == "now"]
    assert "当前值" in now
    assert "现值" not in now


@pytest.mark.parametrize(
    "sign",
    [
        r"\} km",  # 公里
        r"[0-9}] %",  # no blank before a per cent
        r"\}-\{[a-z_]*\}年",  # years from — to
        "［",
    ],
)
def test_units_and_spans_are_those_of_a_chinese_text(sign: str) -> None:
    assert not [key for key, text in _chinese() if re.search(sign, text)]
