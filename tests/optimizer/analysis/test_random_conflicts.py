"""Conflict sets of random instances without a plan, over every kind of rule; each is asked anew.

Each instance is drawn to be short of something. A set must not be empty, have no plan by itself
(the physics of networks left out but for what it names), and have one with any member left out;
each member tells its years, where its rows have any, and an amount.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from infraplan.models.debt_rule import Band, CapitalRatio
from infraplan.models.errors import InstanceError
from infraplan.models.horizon import Phase
from infraplan.models.instance import Instance
from infraplan.models.project import Mandate
from infraplan.models.rules import RULES
from infraplan.optimizer.analysis.conflicts import conflict_lines, find_conflict
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
    make_policy,
    make_pool,
    make_project,
    make_relation,
    make_resource,
    make_rule,
    make_settings,
    make_start_pace,
    make_target,
)
from tests.markers import first_quick
from tests.optimizer.engine import best
from tests.oracle.reasons import faults_of_conflict, is_over_the_span

FIRST, LAST = 2021, 2024
PARTS = 4
EACH = 20
"""Conflicts that each part of the test asks for."""

Tables = dict[str, Any]


def _money(rng: random.Random, names: list[str]) -> Tables:
    income = [float(rng.choice([0, 2, 5, 8])) for _ in range(FIRST, LAST + 1)]
    fund = make_fund(
        minimum_balance=rng.choice([0.0, 0.0, 2.0]),
        carry_over=rng.random() < 0.8,
        envelope=rng.choice([None, None, 9.0]),
        max_share=rng.choice([1.0, 1.0, 0.6]),
    )
    found: Tables = {"funds": [fund], "inflows": make_inflows("budget", FIRST, *income)}
    if rng.random() < 0.6:
        bond = make_bond(
            tenor=rng.choice([1, 2, 5]),
            annual_limit=rng.choice([None, 3.0]),
            first_year=rng.choice([None, FIRST + 1]),
        )
        found |= {"instruments": [bond], "pools": [make_pool(region="budget")]}
        limit = rng.choice(["ceiling", "new_quota", ""])
        if limit:
            positions = [
                make_debt(year, opening_balance=0.0 if year == FIRST else None, **{limit: 4.0})
                for year in range(FIRST, LAST + 1)
            ]
            found["debt"] = positions
        if rng.random() < 0.3:
            ratio = CapitalRatio(id="least", ratio=0.6, per_year=rng.random() < 0.5)
            found["capital_ratios"] = [ratio]
    return found


def _relations(rng: random.Random, names: list[str]) -> Tables:
    rows = []
    for number in range(rng.randint(1, 2)):
        kind = rng.choice(
            ["exclusive", "finish_to_start", "requires", "all_or_none", "at_most", "works_conflict"]
        )
        first, *others = rng.sample(names, rng.choice([2, 2, 3]))
        if kind in {"finish_to_start", "requires"}:
            lag = {"lag": rng.choice([0, 2, 3])} if kind == "finish_to_start" else {}
            rows.append(make_relation(kind, [first], others, id=f"r{number}", **lag))
        elif kind == "at_most":
            rows.append(make_relation(kind, [first, *others], count=1, id=f"r{number}"))
        else:
            rows.append(make_relation(kind, [first, *others], id=f"r{number}"))
    return {"relations": rows}


def _targets(rng: random.Random, names: list[str]) -> Tables:
    goal = make_target(
        "km", "km", float(rng.choice([4, 9, 30])), rng.choice([2022, 2024]), hard=True
    )
    found: Tables = {"targets": [goal], "resources": [], "policies": []}
    if rng.random() < 0.7:
        quota = make_resource("land", float(rng.choice([1, 3])), per_year=rng.random() < 0.5)
        found["resources"] = [quota]
    if rng.random() < 0.6:
        kind = rng.choice(["spend_cap", "starts_cap", "starts_floor", "spend_floor"])
        found["policies"] = [make_policy(kind, float(rng.choice([1, 2, 6])))]
    return found


def _pace(rng: random.Random, names: list[str]) -> Tables:
    return {"start_paces": [make_start_pace(rng.choice([0, 1]), rng.choice(["", "transport"]))]}


def _ban(rng: random.Random, names: list[str]) -> Tables:
    """Starts are banned in years after the debt goes over a part of the capacity."""
    bands = [Band(id="green", upper=0.2), Band(id="red", starts_banned=True)]
    return {
        "rules": [make_rule(bands=bands)],
        "fiscal": make_fiscal("capacity", FIRST, *[float(rng.choice([5, 20, 60]))] * 4),
        "instruments": [make_bond(tenor=9)],
        "pools": [make_pool()],
        "debt": [make_debt(FIRST, opening_balance=float(rng.choice([0, 8])))],
    }


def _network(rng: random.Random, names: list[str]) -> Tables:
    """A source or plant, a link, a place between, and a place that must be served."""
    network = rng.choice(["w", "p"])
    giver = "source" if network == "w" else "plant"
    least = float(rng.choice([0, 0, 4, 12]))
    wide = {"capacity": float(rng.choice([3, 6, 20]))} if rng.random() < 0.7 else {}
    nodes = [
        make_node("g", giver, network, capacity=max(least, float(rng.choice([3, 6, 15])))),
        make_node("h", giver, network, capacity=12.0, minimum_output=least),
        make_node("m", "junction" if network == "w" else "zone", network, **wide),
        make_node("z", "zone", network, spill=rng.random() < 0.2),
    ]
    lossy = rng.choice([0.0, 0.0, 0.2])
    links = [
        make_link("gm", "g", "m", network, capacity=float(rng.choice([2, 5, 20])), loss=lossy),
        make_link("hm", "h", "m", network, exists=rng.random() < 0.6),
        make_link("mz", "m", "z", network, capacity=float(rng.choice([4, 9, 20]))),
        make_link("zm", "z", "m", network, loss=lossy),
    ]
    demands = [
        make_demand("taps", "z", float(rng.choice([3, 8, 10])), network, must_serve=True),
        make_demand("mill", "m", 2.0, network, unserved_price=1.0),
    ]
    action = rng.choice([("hm", "open", 0.0), ("mz", "add_capacity", 3.0)])
    return {
        "network_nodes": nodes,
        "network_links": links,
        "demands": demands,
        "project_network": [make_change(names[0], *action)],
    }


KINDS: dict[str, Callable[[random.Random, list[str]], Tables]] = {
    "money": _money,
    "relations": _relations,
    "targets": _targets,
    "pace": _pace,
    "ban": _ban,
    "network": _network,
}


def _project(rng: random.Random, name: str) -> Any:
    window: dict[str, Any] = {}
    if rng.random() < 0.3:
        window["latest_start"] = rng.choice([2021, 2022, 2023])
    if rng.random() < 0.2:
        window["open_by"] = rng.choice([2022, 2023])
    if rng.random() < 0.2:
        window["earliest_start"] = 2022
    duty = rng.choice([Mandate.MUST, Mandate.MUST, Mandate.FREE, Mandate.MUST_NOT])
    return make_project(
        name,
        float(rng.randint(2, 9)),
        float(rng.randint(0, 5)),
        mandatory=duty,
        sector=rng.choice(["transport", "water"]),
        lead_time=rng.choice([0, 1, 2]),
        outputs={"km": float(rng.choice([1, 4, 6]))},
        resources={"land": float(rng.choice([0, 1, 2]))},
        **window,
    )


def random_conflict(seed: int) -> tuple[str, Instance] | None:
    """Kinds of rules and the instance number `seed`; None where it is none or has a plan."""
    rng = random.Random(seed)
    names = ["a", "b", "c", "d"][: rng.randint(3, 4)]
    first = sorted(KINDS)[seed % len(KINDS)]
    others = [kind for kind in KINDS if kind != first]
    kinds = [first, *rng.sample(others, rng.choice([0, 0, 1]))]
    if {"money", "ban"} <= set(kinds):
        kinds.remove("ban")  # both bring debt
    tables: Tables = {}
    for kind in kinds:
        tables |= KINDS[kind](rng, names)
    phases = [Phase(id="one", first_year=FIRST, last_year=2022)]
    phases.append(Phase(id="two", first_year=2023, last_year=LAST))
    own = {name: tables.pop(name) for name in ("rules", "capital_ratios") if name in tables}
    settings = make_settings((FIRST, LAST), phases=phases, **own)
    try:
        instance = make_instance([_project(rng, n) for n in names], settings=settings, **tables)
    except InstanceError:
        return None
    return None if best(instance).plan is not None else ("+".join(sorted(kinds)), instance)


@pytest.mark.parametrize("part", first_quick(range(PARTS)))
def test_each_conflict_has_no_plan_and_needs_all_its_members(part: int) -> None:
    found = 0
    told: Counter[str] = Counter()
    for seed in range(10_000 * part, 10_000 * (part + 1)):
        drawn = random_conflict(seed)
        if drawn is None:
            continue
        kinds, instance = drawn
        report = find_conflict(build_formulation(instance))
        assert not list(faults_of_conflict(instance, report)), (seed, kinds)
        for rule in report.rules:
            # What holds over the whole plan has no year; all else says when it is short.
            has_years = "year" in RULES[rule.family].axes and not is_over_the_span(instance, rule)
            assert bool(rule.years) is has_years, (seed, rule)
            is_late = rule.family == "tail_service"  # what must be paid after the plan
            assert all((year > LAST) is is_late for year in rule.years), (seed, rule)
            assert all(year >= FIRST for year in rule.years), (seed, rule)
            assert rule.amount > 0.0
        for lang in ("en", "zh"):
            assert len(conflict_lines(report.rules, lang)) == len(report.rules)
        told.update({rule.family for rule in report.rules} | set(kinds.split("+")))
        found += 1
        if found == EACH:
            break
    print(part, sorted(told.items()))
    missing = {kind for kind in KINDS if not told[kind]}
    assert not missing, "every kind of rule is asked in each part"
