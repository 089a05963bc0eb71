"""Engines, solvers and column forms agree within their proven gaps on random instances.

A part draws `SEEDS_BY_PART` instances over all features, solves each in every way that there is,
verifies every plan and holds all values and bounds against one another. `make test-slow
PART=agreement` runs all of them, prints the seeds and how often each feature decides an instance.
"""

from __future__ import annotations

from collections import Counter
from functools import cache

import pytest

from tests.agreement.answers import answers, disagreements
from tests.agreement.features import FEATURES, biting
from tests.agreement.mixed import DRAWS, LAYERS, mixed

CASES = 300
SEEDS_BY_PART = 10
QUICK = (1, 10, 22, 31)
"""Seeds of each run: money, a schedule, bans a year later, joint works with roads."""
LEAST_DECIDING = 59
"""Rules and features that decide some instance at least: so many do among every seventh."""
ALL = (pytest.mark.slow, pytest.mark.agreement)


def assert_agreement(seed: int) -> list[str]:
    """Fail with all that is wrong with the answers to an instance, and with all answers.

    Returns what the product could not prove to the end, which is no disagreement.
    """
    found = mixed(seed)
    given = answers(found.instance)
    told = disagreements(given)
    lines = [f"seed {seed}: {', '.join(found.parts)}", *told, "", *map(str, given)]
    assert not told, "\n".join(lines)
    return [f"seed {seed}: {answer}" for answer in given if answer.is_open]


@pytest.mark.parametrize("seed", QUICK)
def test_every_way_of_solving_agrees(seed: int) -> None:
    assert_agreement(seed)


@pytest.mark.parametrize(
    "part", [pytest.param(part, marks=ALL) for part in range(CASES // SEEDS_BY_PART)]
)
def test_every_way_of_solving_agrees_on_many(part: int, capsys: pytest.CaptureFixture[str]) -> None:
    seeds = range(part * SEEDS_BY_PART, (part + 1) * SEEDS_BY_PART)
    unproven = [line for seed in seeds for line in assert_agreement(seed)]
    with capsys.disabled():
        print(f" seeds {seeds[0]} to {seeds[-1]} agree", *unproven, sep="\n", flush=True)


@cache
def decided_by(seed: int) -> tuple[str, ...]:
    """What decides instance number `seed`."""
    return tuple(biting(mixed(seed).instance))


@pytest.mark.slow
@pytest.mark.agreement
def test_many_features_decide_some_instances(capsys: pytest.CaptureFixture[str]) -> None:
    parts = Counter(part for seed in range(CASES) for part in mixed(seed).parts)
    counts = Counter(name for seed in range(CASES) for name in decided_by(seed))
    with capsys.disabled():
        print(f"\n{CASES} instances, seeds 0 to {CASES - 1}; made of")
        print(", ".join(f"{name} {count}" for name, count in parts.items()))
        print("decided by")
        print(", ".join(f"{name} {count}" for name, count in counts.most_common()))
        print("by none:", ", ".join(name for name in FEATURES if not counts[name]), flush=True)
    assert {name for name, _, _ in DRAWS} | {layer.__name__.strip("_") for layer in LAYERS} <= set(
        parts
    )
    assert len(counts) >= LEAST_DECIDING
