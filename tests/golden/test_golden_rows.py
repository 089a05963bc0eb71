"""The rows of every family as text, against files that were read and found right by hand.

After a wanted change: `python -m tests.golden.test_golden_rows` writes the files anew; read the
difference before committing it.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from infraplan.models.debt_rule import Band, CapitalRatio
from infraplan.models.horizon import Objective
from infraplan.models.instance import Instance
from infraplan.models.network import LoadBlock, NetworkSettings
from infraplan.models.rules import RULES, Section
from infraplan.optimizer.families import FAMILIES
from infraplan.optimizer.mip import ColumnBlock, Mip
from infraplan.optimizer.program import build_formulation
from tests.builders import (
    make_bond,
    make_change,
    make_debt,
    make_demand,
    make_fiscal,
    make_fund,
    make_inflows,
    make_instance,
    make_link,
    make_node,
    make_option,
    make_policy,
    make_pool,
    make_project,
    make_receipt,
    make_relation,
    make_resource,
    make_rule,
    make_start_pace,
    make_target,
)

FOLDER = Path(__file__).parent


def everything() -> Instance:
    """Two years, three projects, and one rule of every family."""
    options = [make_option("small", 4, 3), make_option("large", 6, 5)]
    return make_instance(
        [
            make_project("a", 10, 9, mandatory="must", outputs={"km": 2.0}),
            make_project("b", 8, 7, sector="water", resources={"land": 1.0}, revenue=2.0),
            make_project("c", options=options),
        ],
        years=(2021, 2022),
        relations=[
            make_relation("finish_to_start", ["a"], ["b"], id="order"),
            make_relation("exclusive", ["b"], ["c"], id="either"),
            make_relation("at_most", ["a", "b"], ["c"], id="two", count=2),
            make_relation("all_or_none", ["a"], ["b"], id="both"),
            make_relation("synergy", ["a"], ["b"], id="together", value=1.0),
            make_relation("substitute", ["a"], ["c"], id="overlap", value=0.5),
            make_relation("shared_works", ["a"], ["c"], id="trench", value=0.25),
            make_relation("works_conflict", ["a"], ["c"], id="street"),
        ],
        resources=[make_resource("land", 1.0)],
        policies=[make_policy("spend_cap", 20.0)],
        start_paces=[make_start_pace(2), make_start_pace(1, "transport")],
        targets=[make_target("road", "km", 2.0, 2022, shortfall_price=1.0)],
        funds=[
            make_fund(opening_balance=3.0, lapse_years=1, interest_rate=0.1, reinvest=0.8),
            make_fund("grant", kind="grant", max_share=0.5, envelope=6.0, matching=0.5),
        ],
        inflows=make_inflows("budget", 2021, 9, 7),
        receipts=[
            make_receipt("c", 5.0, option="small", event="start"),
            make_receipt("c", -0.5, option="small", delay=0, years=2),
        ],
        pools=[make_pool(region="budget")],
        instruments=[
            make_bond(tenor=2, rate=0.05),
            make_bond("tagged", tenor=3, rate=0.1, tagged=True, coverage=1.2, projects=("b",)),
            make_bond(
                "ppp", 2, 0.1, kind="availability", kernel="annuity", tagged=True, projects=("b",)
            ),
            make_bond("again", tenor=1, refinancing=True, uses_quota=False),
        ],
        debt=[make_debt(2021, opening_balance=2, principal_due=1, ceiling=9, new_quota=6)],
        fiscal=make_fiscal("capacity", 2021, 20.0),
        settings={
            "capital_ratios": [
                CapitalRatio(id="capital", ratio=0.25),
                CapitalRatio(id="in-step", ratio=0.2, per_year=True),
            ],
            "rules": [
                make_rule("limit", ratio=0.8),
                make_rule(
                    "banded", bands=[Band(id="low", upper=0.4), Band(id="high", starts_banned=True)]
                ),
            ],
        },
    )


def hurried() -> Instance:
    """The same, worth the years until the last opening."""
    instance = everything()
    settings = instance.settings.model_copy(update={"objective": Objective.MAKESPAN})
    return instance.model_copy(update={"settings": settings})


def renewed() -> Instance:
    """Four years; b lasts one year and is renewed by c at once, a by d if the plan wants to."""
    return make_instance(
        [
            make_project("a", lifetime=2, lead_time=0),
            make_project("b", lifetime=1),
            make_project("c", lead_time=0),
            make_project("d"),
        ],
        years=(2021, 2024),
        relations=[
            make_relation("renews", ["a"], ["d"], id="wish"),
            make_relation("renews", ["b"], ["c"], id="duty", renewal="automatic"),
        ],
    )


def networks(mandatory: str = "no") -> Instance:
    """Two years of service, three small networks: every family of network rows."""
    return make_instance(
        [make_project("a", mandatory=mandatory), make_project("b", mandatory=mandatory)],
        years=(2021, 2022),
        network_nodes=[
            make_node("home", network="t"),
            make_node("town", network="t"),
            make_node("plant", "plant", "p", capacity=5.0, cost_quadratic=1.0, minimum_output=1.0),
            make_node("hall", "storage", "p", capacity=2.0, efficiency=0.8, exists=False),
            make_node("bus", "zone", "p"),
            make_node("well", "source", capacity=8.0, supplier="bus"),
            make_node("taps", "zone", spill=True),
        ],
        network_links=[
            make_link("road", "home", "town", "t", time=30.0, capacity=4.0, bpr_alpha=0.15),
            make_link("rail", "home", "town", "t", time=20.0, exists=False),
            make_link("line", "plant", "bus", "p", reactance=0.5, capacity=3.0),
            make_link("line2", "plant", "bus", "p", reactance=0.5, capacity=3.0, exists=False),
            make_link("cable", "hall", "bus", "p", both_ways=True),
            make_link("main", "well", "taps", loss=0.1, capacity=6.0),
            make_link("tie", "taps", "well", loss=0.2, capacity=3.0, both_ways=True),
        ],
        demands=[
            make_demand("trip", "home", 5.0, "t", to_node="town", value_of_time=0.5),
            make_demand("load", "bus", 4.0, "p", unserved_price=9.0),
            make_demand("water", "taps", 5.0, unserved_price=3.0),
        ],
        project_network=[
            make_change("a", "rail"),
            make_change("b", "line2"),
            make_change("b", "hall"),
            make_change("a", "main", "set_loss", 0.05),
            make_change("a", "main", "add_capacity", 2.0),
            make_change("b", "main", "close_during_works", 0.5),
        ],
        targets=[
            make_target("quick", "travel_time:trip", 25.0, 2022, sense="<=", shortfall_price=1.0)
        ],
        settings={
            "networks": [NetworkSettings(id="p", blocks=(LoadBlock(id="peak", weight=2.0),))]
        },
    )


def column_names(mip: Mip) -> list[str]:
    """A readable name for every column."""
    names: list[str] = []
    for block in mip.column_blocks:
        names += [f"{block.name}[{_key(block, number)}]" for number in range(block.size)]
    return names


def _key(block: ColumnBlock, number: int) -> str:
    position = np.unravel_index(number, block.shape)
    if len(block.keys) != len(block.shape):
        return ",".join(str(int(p)) for p in position)
    return ",".join(str(block.keys[axis][int(p)]) for axis, p in enumerate(position))


def rows_of(mip: Mip, family: str) -> str:
    """The rows of a family as text, one a line."""
    names, lines = column_names(mip), []
    for block in mip.row_blocks:
        if block.family != family:
            continue
        for offset in range(block.size):
            row = block.start + offset
            begin, end = mip.a_start[row], mip.a_start[row + 1]
            terms = [
                f"{value:+.6g} {names[column]}"
                for column, value in zip(
                    mip.a_index[begin:end], mip.a_value[begin:end], strict=True
                )
            ]
            key = "/".join(str(part) for part in block.keys[offset]) if block.keys else str(offset)
            low, high = mip.row_lower[row], mip.row_upper[row]
            lines.append(f"{key}: {low:.6g} <= {' '.join(terms) or '0'} <= {high:.6g}")
    return "\n".join(lines) + "\n"


# Partners have an instance and a test file of their own.
APART = frozenset(name for name, rule in RULES.items() if rule.law == "sharing")
NAMES = [name for name in FAMILIES if name not in APART]


@pytest.mark.parametrize("family", NAMES)
def test_rows_are_as_written(family: str) -> None:
    expected = (FOLDER / f"{family}.txt").read_text(encoding="utf-8")
    assert rows_of(model_with(family), family) == expected


def model_with(family: str) -> Mip:
    """The model whose rows of `family` are written down."""
    if family in {"makespan", "renews"}:
        return build_formulation(hurried() if family == "makespan" else renewed()).mip
    on_networks = RULES[family].section is Section.NETWORK or family == "travel_time"
    return build_formulation(networks() if on_networks else everything()).mip


def test_every_family_has_rows_and_every_row_a_family() -> None:
    blocks = [
        block
        for instance in (everything(), hurried(), renewed(), networks())
        for block in build_formulation(instance).mip.row_blocks
    ]
    assert {block.family for block in blocks if block.size} == set(NAMES)
    assert {path.stem for path in FOLDER.glob("*.txt")} == set(NAMES)


if __name__ == "__main__":
    for name in NAMES:
        (FOLDER / f"{name}.txt").write_text(rows_of(model_with(name), name), encoding="utf-8")
