"""Every rule has a test file that says so: leaving out the file fails a test that names the rule.

A test file below `tests/optimizer/` names the rules that it tries, where they bind and where they
do not, at the end of its docstring: ``Rules: `a`, `b`.`` The map is read off these lines.
"""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

import pytest

from infraplan.models.rules import RULES, Rule
from infraplan.models.rules.record import Need
from tests.architecture.sources import ROOT

FOLDER = ROOT / "tests" / "optimizer"
_ENDING = re.compile(r"\bRules:((?:\s+`\w+`[,.])+)\s*\Z")


def named_in(text: str) -> list[str]:
    """Rules that the docstring of the test file `text` names; [] where it has no such line."""
    found = _ENDING.search(ast.get_docstring(ast.parse(text)) or "")
    return [] if found is None else re.findall(r"`(\w+)`", found[1])


def files_by_rule(texts: Mapping[Path, str]) -> dict[str, list[Path]]:
    """Test files by the rules that they name; a file without a test names none."""
    found: defaultdict[str, list[Path]] = defaultdict(list)
    for path, text in texts.items():
        if re.search(r"^def test_", text, re.M):
            for name in named_in(text):
                found[name].append(path)
    return found


def without_tests(rules: Iterable[str], texts: Mapping[Path, str]) -> list[str]:
    """Rules that no test file names."""
    return sorted(set(rules) - set(files_by_rule(texts)))


def is_asked_in(text: str, need: Need) -> bool:
    """Whether a test file writes down what asks for a rule: a value, a field, or a row."""
    code = ast.unparse(ast.parse(text).body[1:])
    asking = [value.strip("*") for value in need.values if value.strip("*")]
    word = need.table.rpartition("_")[2].rstrip("s").removesuffix("ie")
    asking = asking or [need.column.rpartition(".")[2] or word]
    return any(re.search(rf"\b{re.escape(name)}|_{re.escape(name)}", code) for name in asking)


@cache
def files_of_all_rules() -> dict[str, list[Path]]:
    """`files_by_rule` of the test files that there are."""
    return files_by_rule(TEXTS)


TEXTS = {path: path.read_text("utf-8") for path in sorted(FOLDER.rglob("test_*.py"))}


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.name)
def test_a_rule_has_a_test_file_that_names_it(rule: Rule) -> None:
    files = files_of_all_rules().get(rule.name, [])
    assert files, f"no file below tests/optimizer/ names rule {rule.name} after `Rules:`"
    for path in files:
        asked = any(is_asked_in(TEXTS[path], need) for need in rule.needs)
        assert asked, f"{path.name} names rule {rule.name}, which nothing in it asks for"


def test_only_rules_are_named() -> None:
    assert set(files_by_rule(TEXTS)) <= set(RULES)


def test_a_file_that_is_left_out_is_noticed() -> None:
    paces = FOLDER / "formulation" / "test_start_pace.py"
    assert without_tests(RULES, TEXTS) == []
    assert without_tests(RULES, {p: text for p, text in TEXTS.items() if p != paces}) == [
        "start_pace"
    ]
    # So is one whose tests are gone, and one that names it no more.
    emptied = TEXTS[paces].replace("def test_", "def tried_")
    unnamed = TEXTS[paces].replace("Rules: ", "")
    for text in (emptied, unnamed):
        assert without_tests(RULES, {**TEXTS, paces: text}) == ["start_pace"]
