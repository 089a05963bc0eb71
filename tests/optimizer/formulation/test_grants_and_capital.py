"""Grants with envelope, matching and certainty; capital ratios: binding, slack, absent."""

from __future__ import annotations

import pytest

from infraplan.models.debt_rule import CapitalRatio
from tests.builders import (
    make_bond,
    make_fund,
    make_inflows,
    make_instance,
    make_project,
)
from tests.optimizer.engine import best


def granted(own: float = 3.0, **grant):
    """A project of 10, worth 9 a year, in 2021 or 2022; own money `own` in 2021, a grant of 20."""
    return make_instance(
        [make_project("a", 10.0, 9.0, latest_start=2021)],
        funds=[make_fund(), make_fund("grant", kind="grant", **grant)],
        inflows=[*make_inflows("budget", 2021, own), *make_inflows("grant", 2021, 20.0)],
    )


@pytest.mark.parametrize(
    ("own", "grant", "is_built"),
    [
        (3.0, {}, True),
        (3.0, {"envelope": 7.1}, True),
        (3.0, {"envelope": 6.9}, False),
        (3.0, {"matching": 0.4}, True),
        (3.0, {"matching": 0.5}, False),
        (0.0, {"certainty": 0.51}, True),
        (0.0, {"certainty": 0.49}, False),
    ],
)
def test_grants(own, grant, is_built):
    found = best(granted(own, **grant))
    assert ("a" in found.starts) is is_built
    assert found.rows("envelope") == ("envelope" in grant)
    assert found.rows("matching") == 4 * ("matching" in grant)


def test_transfers_match_no_grant():
    # Only own money matches: 3 of a transfer beside 7 of the grant are not enough.
    instance = granted(3.0, matching=0.1)
    transfer = make_fund(kind="transfer")
    changed = instance.model_copy(update={"funds": (transfer, instance.funds[1])})
    assert best(changed).starts == {}


def borrowed(ratio: float | None = None, own: float = 2.0, sectors=(), **bond):
    """A project of 10 with own money `own` in all and a bond without limit."""
    ratios = [] if ratio is None else [CapitalRatio(id="c", ratio=ratio, sectors=sectors)]
    return make_instance(
        [make_project("a", 10.0, 9.0)],
        funds=[make_fund()],
        inflows=make_inflows("budget", 2021, own, 0.0, 0.0, 0.0),
        instruments=[make_bond(tenor=5, **bond)],
        settings={"capital_ratios": ratios},
    )


@pytest.mark.parametrize(
    ("instance", "is_built"),
    [
        (borrowed(), True),
        (borrowed(0.19), True),
        (borrowed(0.21), False),
        (borrowed(0.25, sectors=("water",)), True),
        (borrowed(0.25, sectors=("transport",)), False),
        # Of the bond's 8 a tenth is capital as well: 2 + 0.8 of 10.
        (borrowed(0.27, as_capital=0.1), True),
        (borrowed(0.29, as_capital=0.1), False),
    ],
)
def test_capital_ratio(instance, is_built):
    assert bool(best(instance).starts) is is_built


def test_the_highest_ratio_that_fits_counts():
    instance = borrowed()
    rules = (
        CapitalRatio(id="all", ratio=0.1),
        CapitalRatio(id="rail", ratio=0.25, sectors=("hsr",)),
    )
    finance = instance.settings.finance.model_copy(update={"capital_ratios": rules})
    settings = instance.settings.model_copy(update={"finance": finance})
    rail = instance.projects[0].model_copy(update={"subsector": "hsr"})
    assert best(instance.model_copy(update={"settings": settings})).starts
    changed = instance.model_copy(update={"settings": settings, "projects": (rail,)})
    assert changed.capital_ratio_of(rail) == 0.25
    assert best(changed).starts == {}


@pytest.mark.parametrize(
    ("subsector", "own", "is_built"),
    [
        ("expressway", 2.01, True),
        ("expressway", 1.99, False),
        ("airport", 2.4, False),
        ("airport", 2.6, True),
    ],
)
def test_the_chinese_set_of_least_capital(subsector, own, is_built):
    instance = borrowed(own=own)
    finance = instance.settings.finance.model_copy(update={"capital_ratio_sets": ("china",)})
    settings = instance.settings.model_copy(update={"finance": finance})
    project = instance.projects[0].model_copy(update={"subsector": subsector})
    changed = instance.model_copy(update={"settings": settings, "projects": (project,)})
    assert bool(best(changed).starts) is is_built
