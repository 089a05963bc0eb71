"""Grants with envelope, matching and certainty; capital ratios: binding, slack, absent.

Rules: `capital`, `capital_yearly`, `envelope`, `matching`.
"""

from __future__ import annotations

from typing import Any

import pytest

from infraplan.models.debt_rule import CapitalRatio
from infraplan.models.errors import InconsistentInstanceError
from infraplan.models.instance import Instance
from infraplan.optimizer.verify import verify_plan
from tests.builders import (
    make_bond,
    make_fund,
    make_inflows,
    make_instance,
    make_jurisdictions,
    make_project,
    make_share,
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
    assert changed.capital_ratio_of(rail, 2021) == 0.25
    assert best(changed).starts == {}


@pytest.mark.parametrize(
    ("subsector", "own", "is_built"),
    [
        ("expressway", 2.01, True),
        ("expressway", 1.99, False),
        ("airport", 2.4, False),
        ("airport", 2.6, True),
        ("airport_general", 2.4, False),
        ("aviation", 2.4, False),
        ("aviation", 2.6, True),
        # A road to an airport is a road.
        ("airport_access", 2.4, True),
    ],
)
def test_the_chinese_set_of_least_capital(subsector, own, is_built):
    instance = borrowed(own=own)
    finance = instance.settings.finance.model_copy(update={"capital_ratio_sets": ("china",)})
    settings = instance.settings.model_copy(update={"finance": finance})
    project = instance.projects[0].model_copy(update={"subsector": subsector})
    changed = instance.model_copy(update={"settings": settings, "projects": (project,)})
    assert bool(best(changed).starts) is is_built


def two_years(
    ratio: float, own: tuple[float, float], *, per_year: bool = False, share: float = 0.0
):
    """A project of 10, half in 2021 and half in 2022, own money `own`, a bond for the rest.

    `share` of it is paid by the state, which has no funds of its own in the plan.
    """
    project = make_project("a", 10.0, 9.0, lead_time=2, spending_profile=(0.5, 0.5))
    return make_instance(
        [project.model_copy(update={"latest_start": 2021, "jurisdiction": "j"})],
        jurisdictions=make_jurisdictions("j", "state"),
        shares=[make_share("a", "state", share)] if share else [],
        funds=[make_fund(jurisdiction="j", carry_over=False)],
        inflows=make_inflows("budget", 2021, *own),
        instruments=[make_bond(tenor=5, rate=0.0, jurisdiction="j")],
        settings={"capital_ratios": [CapitalRatio(id="c", ratio=ratio, per_year=per_year)]},
    )


@pytest.mark.parametrize(
    ("instance", "is_built"),
    [
        # 2 of 10 are capital, whenever they come.
        (two_years(0.2, (2.0, 0.0)), True),
        (two_years(0.2, (0.0, 2.0)), True),
        (two_years(0.21, (2.0, 0.0)), False),
        # In step with the works each year needs 1 of its 5.
        (two_years(0.2, (2.0, 0.0), per_year=True), False),
        (two_years(0.2, (1.0, 1.0), per_year=True), True),
        # The state's half is capital; nothing else need be.
        (two_years(0.5, (0.0, 0.0), share=0.5), True),
        (two_years(0.51, (0.0, 0.0), share=0.5), False),
        # Each payer by itself: the state's capital is no capital of j.
        (two_years(0.2, (0.0, 0.0), share=0.5, per_year=True), False),
    ],
)
def test_capital_is_measured_over_the_whole_financing(instance, is_built):
    assert bool(best(instance).starts) is is_built


def test_each_project_has_its_own_capital():
    """Two works of one payer: what one has too much of is not lent to the other."""
    # a costs 4 in 2021, b 6 in 2022; 3 of own money come in 2021 and are lost if not used. Over
    # both, 3 of 10 would be capital; b by itself has none.
    instance = make_instance(
        [
            make_project("a", 4.0, 9.0, mandatory="must", latest_start=2021),
            make_project("b", 6.0, 9.0, earliest_start=2022, latest_start=2022),
        ],
        funds=[make_fund(carry_over=False)],
        inflows=make_inflows("budget", 2021, 3.0),
        instruments=[make_bond(tenor=5, rate=0.0)],
        settings={"capital_ratios": [CapitalRatio(id="c", ratio=0.3)]},
    )
    assert set(best(instance).starts) == {"a"}
    kept = instance.model_copy(update={"funds": (make_fund(),)})
    assert set(best(kept).starts) == {"a", "b"}
    assert best(kept).rows("capital") == 2
    assert best(kept).rows("capital_yearly") == 0


def dated(first: int, own: float, **dates: Any) -> Instance:
    """A project of 10 that starts in a year, own money of some amount, a bond for the rest."""
    per_year = dates.pop("per_year", False)
    ratio = CapitalRatio(id="c", ratio=0.3, per_year=per_year, **dates)
    return make_instance(
        [make_project("p", 10.0, 20.0, earliest_start=first, latest_start=first)],
        years=(2021, 2024),
        settings={"capital_ratios": [ratio]},
        funds=[make_fund(opening_balance=own)],
        instruments=[make_bond()],
    )


@pytest.mark.parametrize("per_year", [False, True])
@pytest.mark.parametrize(
    ("dates", "held"),
    [
        ({}, {2021, 2022, 2023}),
        ({"valid_from": 2022}, {2022, 2023}),
        ({"valid_to": 2022}, {2021, 2022}),
        ({"valid_from": 2022, "valid_to": 2022}, {2022}),
    ],
)
def test_capital_is_asked_in_the_years_in_force(
    per_year: bool, dates: dict[str, int], held: set[int]
) -> None:
    for first in (2021, 2022, 2023):
        for own, is_enough in ((3.0, True), (2.9, False)):
            instance = dated(first, own, per_year=per_year, **dates)
            found = best(instance)
            assert bool(found.starts) is (is_enough or first not in held), (first, own)
            assert not verify_plan(instance, found.plan).violations
    with pytest.raises(ValueError, match="capital ratio c ends in 2021, before it begins"):
        CapitalRatio(id="c", ratio=0.3, valid_from=2022, valid_to=2021)


def test_a_plan_that_breaks_a_ratio_in_force_is_found() -> None:
    """The same plan, 2 of 10 paid with own money, before, in and after the years of the rule."""
    for first, laws in ((2021, set()), (2022, {"capital"}), (2023, set())):
        instance = dated(first, 2.0, valid_from=2022, valid_to=2022)
        free = best(dated(first, 2.0, valid_to=2020)).plan
        assert free is not None
        found = {violation.law for violation in verify_plan(instance, free).violations}
        assert found - {"record"} == laws


def test_ports_needed_a_quarter_until_2019() -> None:
    port = make_project("p", subsector="port_berth")
    instance = make_instance([port])
    finance = instance.settings.finance.model_copy(update={"capital_ratio_sets": ("china",)})
    settings = instance.settings.model_copy(update={"finance": finance})
    changed = instance.model_copy(update={"settings": settings})
    asked = [changed.capital_ratio_of(port, year) for year in (2014, 2015, 2019, 2020)]
    assert asked == [0.0, 0.25, 0.25, 0.20]


def works_with_ratio(own: float, name: str, projects: tuple[str, ...] | None) -> Instance:
    """Works of 10, or begun ones of which 8 are left, own money and a bond; half is capital."""
    begun = {"stage": "under_construction", "started": 2020, "spent_to_date": 2.0}
    ratio = CapitalRatio(id="c", ratio=0.5, projects=projects or ())
    return make_instance(
        [
            make_project("new", 10.0, 20.0 if name == "new" else 0.0),
            make_project("begun", 10.0, 20.0, spending_profile=(0.2, 0.8), **begun)
            if name == "begun"
            else make_project("begun", 10.0),
        ],
        settings={"capital_ratios": [] if projects is None else [ratio]},
        funds=[make_fund(opening_balance=own)],
        instruments=[make_bond()],
    )


@pytest.mark.parametrize(
    ("name", "own", "projects", "asks"),
    [
        ("new", 5.0, (), True),
        ("new", 5.0, ("new",), True),
        ("new", 5.0, ("begun",), False),
        ("begun", 4.0, (), False),
        ("begun", 4.0, ("begun",), True),
        ("begun", 4.0, ("new",), False),
        ("begun", 4.0, ("new", "begun"), True),
    ],
)
def test_a_ratio_may_name_projects_and_asks_of_begun_ones_by_name_alone(
    name: str, own: float, projects: tuple[str, ...], asks: bool
) -> None:
    enough = best(works_with_ratio(own, name, projects))
    assert name in enough.starts
    short = best(works_with_ratio(own - 0.1, name, projects))
    assert (name in short.starts) is not asks
    # By debt alone: the verifier sees what that breaks.
    free = best(works_with_ratio(0.0, name, None)).plan
    assert free is not None
    broken = verify_plan(works_with_ratio(0.0, name, projects), free).violations
    assert {violation.law for violation in broken} == ({"capital"} if asks else set())


def test_a_ratio_of_a_project_that_is_not_there_is_told() -> None:
    with pytest.raises(InconsistentInstanceError, match=r"capital_ratios\[0\].projects: 'nobody'"):
        make_instance(
            [make_project("a", 1.0)],
            settings={"capital_ratios": [CapitalRatio(id="c", ratio=0.5, projects=("nobody",))]},
        )
