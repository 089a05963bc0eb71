"""Rare mixes of rules, each worked out by hand: its value, its starts, and the same over rolls.

Discounting in the middle of a year with renewals and early retirement, stated dates priced beside
options, digs and synergies over options, several storages with spill, links that lose on the way,
rules in force for some years, refinancing, and money that must be kept until after the plan.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from infraplan.models.instance import Instance
from infraplan.models.network import LoadBlock, NetworkSettings
from infraplan.models.project import Option, Project
from tests.builders import (
    make_bond,
    make_change,
    make_date,
    make_debt,
    make_demand,
    make_fiscal,
    make_fund,
    make_inflows,
    make_instance,
    make_link,
    make_node,
    make_option,
    make_pool,
    make_project,
    make_relation,
    make_rule,
    make_settings,
)
from tests.optimizer.by_hand import Answer, assert_by_hand

THREE = (2021, 2023)
TEN: dict[str, Any] = {"discount_rate": 0.1}
MID = TEN | {"discount_timing": "mid"}
END = TEN | {"discount_timing": "end"}
CASES: dict[str, Callable[[], Answer]] = {}


def case(make: Callable[[], Answer]) -> Callable[[], Answer]:
    CASES[make.__name__] = make
    return make


def d(years: int, part: float = 0.5) -> float:
    """Discount factor at 10 %, `part` of a year late."""
    return float(1.1 ** -(years + part))


def quick(id: str, cost: float, benefit: float = 0.0, **values: Any) -> Project:
    """A project that opens in the year in which it begins."""
    return make_project(id, cost, benefit, lead_time=0, **values)


def old(benefit: float = 0.0, **values: Any) -> Project:
    fixed: dict[str, Any] = {"stage": "complete", "opened": 2015, "lifetime": 20}
    return make_project("old", values.pop("cost", 9.0), benefit, **(fixed | values))


# ------------------------------------------------------------ middle of the year, lives


@case
def opens_in_the_middle_of_years() -> Answer:
    worth = -10 * d(0) + 6 * (d(1) + d(2) + d(3))
    return make_instance([make_project("a", 10.0, 6.0)], settings=MID), worth, {"a": 2021}


@case
def renewed_by_itself() -> Answer:
    """The old one ends after 2022."""
    relation = make_relation("renews", ["old"], ["new"], renewal="automatic")
    projects = [old(1.0, opened=2020, lifetime=3), make_project("new", 4.0, 5.0)]
    worth = -4 * d(1) + 5 * (d(2) + d(3))
    return make_instance(projects, settings=MID, relations=[relation]), worth, {"new": 2022}


@case
def retired_in_the_middle_of_the_year() -> Answer:
    """What it loses each year is saved, and 2 salvaged for 1."""
    relation = make_relation("retires", ["old"], ["scrap"], value=2.0)
    projects = [old(1.0, fixed_om_cost=3.0), quick("scrap", 1.0)]
    worth = d(0) + 2 * (d(0) + d(1) + d(2) + d(3))
    return make_instance(projects, settings=MID, relations=[relation]), worth, {"scrap": 2021}


@case
def retired_at_the_end_of_the_year() -> Answer:
    relation = make_relation("retires", ["old"], ["scrap"], value=2.0)
    projects = [old(1.0, fixed_om_cost=3.0), make_project("scrap", 1.0)]
    worth = -d(0, 1) + 2 * d(1, 1) + 2 * (d(1, 1) + d(2, 1) + d(3, 1))
    return make_instance(projects, settings=END, relations=[relation]), worth, {"scrap": 2021}


@case
def retired_and_so_not_renewed() -> Answer:
    """99 for scrapping; the renewal would bring 5 in 2023 and 2024 for 4."""
    relations = [
        make_relation("renews", ["old"], ["again"]),
        make_relation("retires", ["old"], ["scrap"], value=100.0),
    ]
    projects = [old(opened=2020, lifetime=3), quick("again", 4.0, 5.0), quick("scrap", 1.0)]
    return make_instance(projects, relations=relations), 99.0, None


@case
def written_off_in_the_middle_of_the_year() -> Answer:
    """Two of four years are left after 2022."""
    project = quick("a", 12.0, 5.0, lifetime=10, financial_life=4, mandatory="must")
    late = project.model_copy(update={"latest_start": 2021})
    settings = MID | {"residual_value": "straight_line"}
    worth = -12 * d(0) + 5 * (d(0) + d(1)) + 6 * d(1)
    return make_instance([late], years=(2021, 2022), settings=settings), worth, {"a": 2021}


@case
def retired_before_it_is_written_off() -> Answer:
    """The old one had half of 20 left after 2023, the new one has 27 of 30 years of its 3."""
    settings = MID | {"residual_value": "straight_line"}
    relation = make_relation("retires", ["old"], ["scrap"], value=40.0)
    projects = [old(2.0, cost=20.0, opened=2019, lifetime=10), quick("scrap", 3.0)]
    worth = 37 * d(0) - 2 * (d(0) + d(1) + d(2)) - 10 * d(2) + 3 * 27 / 30 * d(2)
    instance = make_instance(projects, years=THREE, settings=settings, relations=[relation])
    return instance, worth, {"scrap": 2021}


# ------------------------------------------------------------ stated dates


def dated(project: Project, *dates: tuple[str, int, float], **values: Any) -> Instance:
    rows = [make_date(project.id, kind, year, cost) for kind, year, cost in dates]
    return make_instance([project], stated_dates=rows, **values)


@case
def begins_a_year_late() -> Answer:
    """-10 + 12 and 3 for 2022; without it 9 for three years."""
    project = make_project("a", 10.0, 12.0, earliest_start=2023)
    return dated(project, ("begin_by", 2022, 3.0)), -1.0, {"a": 2023}


@case
def the_dear_option_is_in_time() -> Answer:
    """Quick: -10 + 3 x 4. Slow: -8 + 4 and 5 for 2022 and 2023. None: 15."""
    options = [
        make_option(cost=8.0, benefit=4.0, lead_time=3),
        make_option("fast", 10.0, 4.0, lead_time=1),
    ]
    return dated(make_project("a", options=options), ("open_by", 2022, 5.0)), 2.0, {"a": 2021}


@case
def too_early_and_worth_it() -> Answer:
    """-10 + 4 x 5 - 2 x 1; a year later -10 + 15 - 1."""
    return dated(quick("a", 10.0, 5.0), ("not_before", 2023, 1.0)), 8.0, {"a": 2021}


@case
def too_early_and_not_worth_it() -> Answer:
    """From 2021 on 22 - 10 - 12, from 2022 on 16.5 - 10 - 6, from 2023 on 11 - 10."""
    return dated(quick("a", 10.0, 5.5), ("not_before", 2023, 6.0)), 1.0, {"a": 2023}


def stoppable(price: float) -> Instance:
    project = make_project(
        "a",
        10.0,
        stage="under_construction",
        started=2020,
        spent_to_date=4.0,
        lead_time=2,
        stopping_cost=1.0,
        spending_profile=(0.4, 0.6),
    )
    return dated(project, ("open_by", 2022, price))


@case
def goes_on_for_its_date() -> Answer:
    """6 are left to spend; stopped 1 and three years at 2."""
    return stoppable(2.0), -6.0, {"a": 2021}


@case
def stops_and_misses_its_date() -> Answer:
    return stoppable(1.5), -5.5, {}


@case
def missed_in_the_middle_of_years() -> Answer:
    worth = -4 * (d(2) + d(3))
    return dated(make_project("a", 10.0), ("open_by", 2023, 4.0), settings=MID), worth, {}


@case
def two_dates_of_one_project() -> Answer:
    """It begins in 2023 (2022 is missed) and opens in 2024 (2023 is missed): 1 + 2 + 3."""
    project = make_project("a", 1.0, earliest_start=2023)
    dates = (("begin_by", 2022, 2.0), ("open_by", 2023, 3.0))
    return dated(project, *dates), -6.0, {"a": 2023}


# ------------------------------------------------------------ digs, synergies, substitutes


def dig(value: float, lag: int, **settings: Any) -> Instance:
    """A road worth 8 from 2021 on and 2 from 2022 on, a pipe worth 3 from 2022 on."""
    options = [
        make_option(cost=10.0, benefit=6.0, lead_time=0),
        make_option("wide", 12.0, 6.1, lead_time=0),
    ]
    road = make_project("road", options=options)
    pipe = quick("pipe", 5.0, 4.0, earliest_start=2022)
    once = make_relation("shared_works", ["road"], ["pipe"], value=value, lag=lag)
    return make_instance([road, pipe], years=THREE, settings=settings, relations=[once])


@case
def a_dig_that_is_worth_no_waiting() -> Answer:
    return dig(3.0, 0), 11.0, {"road": 2021, "pipe": 2022}


@case
def a_dig_that_is_worth_waiting() -> Answer:
    return dig(10.0, 0), 15.0, {"road": 2022, "pipe": 2022}


@case
def a_dig_within_a_year() -> Answer:
    """Counted in the year of the second start."""
    road = -10 + 6 * (1 + d(1, 0) + d(2, 0))
    pipe = -5 * d(1, 0) + 4 * (d(1, 0) + d(2, 0))
    return dig(10.0, 1, **TEN), road + pipe + 10 * d(1, 0), {"road": 2021, "pipe": 2022}


def dig_beside(lag: int, **road: Any) -> Instance:
    once = make_relation("shared_works", ["road"], ["pipe"], value=6.0, lag=lag)
    return make_instance(
        [make_project("road", 10.0, **road), make_project("pipe", 5.0)], relations=[once]
    )


@case
def a_dig_beside_what_stands() -> Answer:
    """It began in 2020."""
    return dig_beside(1, stage="complete", opened=2021), 1.0, {"pipe": 2021}


@case
def a_dig_too_long_after_what_stands() -> Answer:
    return dig_beside(0, stage="complete", opened=2021), 0.0, {}


HALF: dict[str, Any] = {
    "stage": "under_construction",
    "started": 2020,
    "lead_time": 2,
    "spending_profile": (0.5, 0.5),
}


@case
def a_dig_beside_works_under_way() -> Answer:
    """-5 + 3 x 6 for the road, -5 + 6 for the pipe."""
    return dig_beside(1, benefit=6.0, **HALF), 14.0, {"road": 2021, "pipe": 2021}


@case
def a_dig_beside_works_that_stop() -> Answer:
    """Going on: -5 + 3 and -5 + 6; stopping: nothing."""
    return dig_beside(1, benefit=1.0, stopping_cost=0.0, **HALF), 0.0, {}


@case
def a_dig_of_three() -> Answer:
    once = make_relation("shared_works", ["a"], ["b", "c"], value=2.0, lag=2)
    projects = [quick(name, 5.0, 1.5) for name in "abc"]
    instance = make_instance(projects, years=THREE, relations=[once])
    return instance, 3 * (-5 + 4.5) + 2, dict.fromkeys("abc", 2021)


@case
def a_synergy_that_the_quick_option_serves_longer() -> Answer:
    """Quick: 3 x 2 - 2.5, slow: 2 - 1; and 3 x 0.5 - 1 of the other."""
    slow: list[Option] = [
        make_option(cost=1.0, lead_time=2),
        make_option("fast", 2.5, lead_time=0),
    ]
    both = make_relation("synergy", ["a", "b"], value=2.0)
    projects = [quick("a", 1.0, 0.5), make_project("b", options=slow)]
    return make_instance(projects, years=THREE, relations=[both]), 4.0, {"a": 2021, "b": 2021}


@case
def a_synergy_that_a_renewal_goes_on_with() -> Answer:
    relations = [
        make_relation("renews", ["a"], ["a2"]),
        make_relation("synergy", ["a", "b"], value=2.0),
    ]
    projects = [quick("a", 1.0, lifetime=1), quick("a2", 1.0), quick("b", 1.0)]
    instance = make_instance(projects, years=THREE, relations=relations)
    return instance, 3.0, {"a": 2021, "a2": 2022, "b": 2021}


@case
def a_synergy_until_one_is_retired() -> Answer:
    """Two years of 2 for 1, then 4.5 for 1 in the last year in the place of 2."""
    relations = [
        make_relation("retires", ["old"], ["scrap"], value=4.5),
        make_relation("synergy", ["old", "b"], value=2.0),
    ]
    projects = [old(), quick("b", 1.0), quick("scrap", 1.0)]
    instance = make_instance(projects, years=THREE, relations=relations)
    return instance, 6.5, {"b": 2021, "scrap": 2023}


@case
def a_substitute_takes_all() -> Answer:
    """Both bring 2 a year and take 3 of each other."""
    either = make_relation("substitute", ["a", "b"], value=3.0)
    projects = [quick(name, 1.0, 2.0) for name in "ab"]
    worth = -d(0) + 2 * (d(0) + d(1) + d(2))
    return make_instance(projects, years=THREE, settings=MID, relations=[either]), worth, None


# ------------------------------------------------------------ networks


def storages(day: float) -> Instance:
    """A plant that gives 10 by day and night, of which the town wants `day` by day."""
    blocks = (LoadBlock(id="day"), LoadBlock(id="night", demand_factor=0.0))
    plant = {"minimum_output": 10.0, "capacity": 10.0, "cost": 1.0, "spill": True}
    return make_instance(
        [make_project("a", 1.0), make_project("b", 1.0)],
        years=(2021, 2022),
        settings={"networks": (NetworkSettings(id="p", blocks=blocks),)},
        network_nodes=[
            make_node("plant", "plant", "p", **plant),
            make_node("s", "storage", "p", capacity=3.0, exists=False),
            make_node("u", "storage", "p", capacity=2.0, exists=False),
            make_node("town", network="p"),
        ],
        network_links=[
            make_link("main", "plant", "town", "p"),
            make_link("to-s", "s", "town", "p", both_ways=True),
            make_link("to-u", "u", "town", "p", both_ways=True),
        ],
        demands=[make_demand("load", "town", day, "p", unserved_price=5.0)],
        project_network=[make_change("a", "s"), make_change("b", "u")],
    )


@case
def one_of_two_storages_is_enough() -> Answer:
    """13 by day: 3 from the night, 5 each; the rest of the night is let go."""
    return storages(13.0), 14.0, {"a": 2021}


@case
def two_storages_share_the_night() -> Answer:
    return storages(15.0), 23.0, {"a": 2021, "b": 2021}


def lossy(*, spill: bool) -> Instance:
    """15 must come, 10 are wanted; over there and back again 4 would be lost."""
    plant = {"minimum_output": 15.0, "capacity": 15.0, "spill": spill}
    return make_instance(
        [make_project("back", 1.0)],
        years=(2021, 2022),
        network_nodes=[make_node("x", "plant", "p", **plant), make_node("y", network="p")],
        network_links=[
            make_link("f", "x", "y", "p", loss=0.1),
            make_link("g", "y", "x", "p", loss=0.2, exists=False),
        ],
        demands=[make_demand("load", "y", 10.0, "p", unserved_price=2.0)],
        project_network=[make_change("back", "g")],
    )


@case
def nothing_is_lost_on_purpose() -> Answer:
    return lossy(spill=False), None, None


@case
def what_is_too_much_is_spilled() -> Answer:
    return lossy(spill=True), 0.0, {}


# ------------------------------------------------------------ money


def financed(*inflows: float, cost: float = 20.0, **values: Any) -> Instance:
    """A road of `cost` that brings 10 a year at once; a fund that serves all debt."""
    tables: dict[str, Any] = {
        "funds": [make_fund()],
        "instruments": [make_bond()],
        "inflows": make_inflows("budget", 2021, *inflows),
        "pools": [make_pool(region="budget")],
    }
    return make_instance([quick("a", cost, 10.0)], **(tables | values))


def ruled(**dates: int) -> dict[str, Any]:
    """No more debt than 10, in some years."""
    settings = make_settings((2021, 2024), rules=[make_rule(ratio=0.5, **dates)])
    return {"settings": settings, "fiscal": make_fiscal("capacity", 2021, 20.0)}


@case
def a_rule_that_comes_into_force() -> Answer:
    """From 2023 on 10 at most: 6 of one's own in 2022, and 9 lent."""
    return financed(3, 3, 3, 3, cost=15.0, **ruled(valid_from=2023)), 15.0, {"a": 2022}


@case
def a_rule_that_ends() -> Answer:
    """13 would have to be lent in 2022; in 2023 nothing asks any more."""
    return financed(1, 1, 1, 1, 5, cost=15.0, **ruled(valid_to=2022)), 5.0, {"a": 2023}


def refinanced(share: float) -> Instance:
    """10 of old debt fall due in 2022, when 6 are there; a stall of 2 brings 1 a year."""
    again = make_bond("again", refinancing=True, refinancing_share=share)
    rows = [make_debt(2021, opening_balance=10.0), make_debt(2022, principal_due=10.0)]
    plain = financed(3, 3, 3, 3, instruments=[again], debt=rows)
    return plain.with_tables(projects=(quick("a", 2.0, 1.0),))


@case
def refinanced_whole() -> Answer:
    return refinanced(1.0), 2.0, {"a": 2021}


@case
def refinanced_by_half() -> Answer:
    """1 is left in 2022 and 4 in 2023; two years of 1 pay for 2."""
    return refinanced(0.5), 0.0, None


@case
def refinanced_too_little() -> Answer:
    return refinanced(0.3), None, None


@case
def cash_kept_repays_after_the_plan() -> Answer:
    """15 lent until 2026; 5 come in 2022, 2023 and 2024, and nothing after."""
    return financed(5, 5, 5, 5, 0), 20.0, {"a": 2021}


@case
def cash_kept_falls_short_by_a_tenth() -> Answer:
    return financed(5, 5, 5, 4.9, 0), 0.0, {}


@case
def interest_on_cash_makes_up_for_it() -> Answer:
    fund = make_fund(interest_rate=0.01)
    return financed(5, 5, 5, 4.9, 0, funds=[fund]), 20.0, {"a": 2021}


@case
def a_least_balance_is_not_for_debt() -> Answer:
    return financed(5, 5, 5, 5, 0, funds=[make_fund(minimum_balance=1.0)]), 0.0, {}


@case
def inflow_after_the_plan_repays() -> Answer:
    """The last row goes on."""
    return financed(5, 5, 0, 5), 20.0, {"a": 2021}


@pytest.mark.parametrize("name", CASES)
def test_value_starts_and_rolls_are_those_by_hand(name: str) -> None:
    assert_by_hand(CASES[name]())
