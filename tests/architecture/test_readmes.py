"""The two READMEs say the same: headings, commands, tables, pictures; pictures are small."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT

ENGLISH = (ROOT / "README.md").read_text("utf-8")
CHINESE = (ROOT / "README.zh.md").read_text("utf-8")
MOST_BYTES = 150_000
HEADINGS = {
    "Infraplan": "Infraplan",
    "Two commands": "两条命令",
    "As a package": "作为软件包安装",
    "A first plan of your own": "编制第一个方案",
    "Commands": "命令",
    "From Python": "用 Python 调用",
    "Instances": "算例",
    "Further reading": "延伸阅读",
}


def _headings(text: str) -> list[str]:
    outside = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
    return re.findall(r"^#+ (.+)$", outside, flags=re.MULTILINE)


def _commands(text: str) -> list[str]:
    """Lines of all blocks of code, comments apart."""
    lines = "\n".join(re.findall(r"```\w*\n(.*?)```", text, flags=re.DOTALL)).splitlines()
    return [line.partition("#")[0].rstrip() for line in lines if line.strip()]


def _rows(text: str) -> list[str]:
    """First cells of the table of commands."""
    return [row.split(" | ")[0].strip("| ") for row in text.splitlines() if row.startswith("| `")]


def test_both_have_the_same_headings() -> None:
    assert _headings(ENGLISH) == list(HEADINGS)
    assert _headings(CHINESE) == list(HEADINGS.values())


def test_both_have_the_same_commands() -> None:
    assert len(_commands(ENGLISH)) > 10
    assert _commands(ENGLISH) == _commands(CHINESE)
    assert len(_rows(ENGLISH)) > 25
    assert _rows(ENGLISH) == _rows(CHINESE)


def test_both_show_the_same_pictures_each_in_its_language() -> None:
    english = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", ENGLISH)
    chinese = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", CHINESE)
    assert len(english) == 3
    assert sorted(chinese) == sorted(name.replace(".png", "-zh.png") for name in english)


@pytest.mark.parametrize("path", sorted(ROOT.glob("docs/pictures/*")), ids=lambda path: path.name)
def test_a_picture_is_small_and_shown(path: Path) -> None:
    assert path.stat().st_size <= MOST_BYTES
    assert f"docs/pictures/{path.name}" in ENGLISH + CHINESE
