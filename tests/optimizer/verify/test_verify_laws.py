"""Every law of docs/laws.md has a plan that breaks it and nothing else."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from infraplan.models.catalogue import entry
from infraplan.optimizer.verify import LAWS, verify_plan
from tests.assertions import assert_bilingual, assert_breaks, assert_verified
from tests.optimizer.verify.seeds import SEEDS

PAGE = Path(__file__).parents[3] / "docs" / "laws.md"


@pytest.mark.parametrize("law", sorted(SEEDS))
def test_law_is_broken_alone(law: str) -> None:
    instance, plan, broken = SEEDS[law]()
    assert_verified(instance, plan)
    assert_breaks(instance, broken, law)
    for violation in verify_plan(instance, broken).violations:
        assert_bilingual(violation.message, violation.message.zh)
        assert entry("law", violation.law).chinese in violation.phrase.zh


def test_every_law_has_a_seed() -> None:
    # The law `manifest` is about run.json and has tests of its own.
    assert set(SEEDS) == set(LAWS) - {"manifest"}


def test_laws_are_those_of_the_page() -> None:
    """A law is a name in backticks that begins a list item, or follows within the item's text."""
    text = PAGE.read_text(encoding="utf-8")
    named = set(re.findall(r"`([a-z_]+)`", text))
    assert set(LAWS) <= named
    heads = set(re.findall(r"^- `([a-z_]+)`", text, flags=re.MULTILINE))
    assert heads <= set(LAWS)
