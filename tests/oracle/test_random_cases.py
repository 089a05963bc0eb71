"""Every rule has random cases in which it bites, or says why it has none."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from infraplan.models.rules import RULES
from tests.oracle.bites import DRAWN, NOT_DRAWN, Drawn, bites

TESTS = Path(__file__).parents[1]


@pytest.mark.parametrize("name", RULES)
def test_a_rule_bites_in_random_cases(name: str) -> None:
    if name in NOT_DRAWN:
        assert name not in DRAWN
        place = NOT_DRAWN[name].rpartition(" ")[2]
        text = (TESTS.parent / place).read_text("utf-8")
        assert name in text or RULES[name].law in text, f"{name}: nothing of it in {place}"
        return
    assert name in DRAWN, (
        f"rule {name} has no random cases: draw instances in which it decides (pressed.py, or "
        "generate.py) and name two in tests/oracle/bites.py"
    )
    drawn, seeds = DRAWN[name]
    idle = [seed for seed in seeds if not bites(RULES[name], drawn.draw(seed))]
    assert not idle, (
        f"rule {name} decides nothing in random cases {idle}: "
        f"`python -m tests.oracle.bites {name}` finds others"
    )


def test_every_name_is_that_of_a_rule() -> None:
    assert set(DRAWN) | set(NOT_DRAWN) <= set(RULES)
    assert all(len(set(seeds)) == 2 for _, seeds in DRAWN.values())


GENERATORS = {drawn.compared: drawn for drawn, _ in DRAWN.values()}


@pytest.mark.parametrize("file", sorted(GENERATORS))
def test_the_cases_are_compared_with_brute_force(file: str) -> None:
    drawn: Drawn = GENERATORS[file]
    tree = ast.parse((TESTS / file).read_text("utf-8"))
    called = {
        node.func.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    assert drawn.name in called, f"{file} draws no {drawn.name}"
