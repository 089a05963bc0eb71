"""Random small instances in which one law is pressed that free draws seldom bring to bear."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from typing import Any

from infraplan.models.debt_rule import (
    Band,
    CapitalRatio,
    DebtRule,
    ItemTerm,
    Quantity,
    QuantityTerm,
)
from infraplan.models.errors import InstanceError
from infraplan.models.funding import InstrumentKind
from infraplan.models.instance import Instance
from infraplan.models.jurisdiction import DebtPosition
from infraplan.models.project import Mandate, Project
from infraplan.models.relation import Relation
from tests.oracle.generate import random_instance
from tests.oracle.oracle import Oracle

MOST_COMBINATIONS = 300
BASES = 5000
"""Seeds of free draws that a pressed instance begins with."""


def pressed_instance(seed: int) -> Instance:
    """Instance number `seed`, with the law `PRESSED[seed % len(PRESSED)]` pressed."""
    press = PRESSES[PRESSED[seed % len(PRESSED)]]
    for attempt in range(1000):
        rng = random.Random(f"pressed/{seed}/{attempt}")
        base = random_instance(rng.randrange(BASES))
        if Oracle(base).combinations() > MOST_COMBINATIONS:
            continue
        try:
            instance = press(base, rng)
        except (InstanceError, ValueError):
            continue
        if instance is not None and Oracle(instance).combinations() <= MOST_COMBINATIONS:
            return instance
    message = f"no instance {seed} in 1000 attempts"
    raise AssertionError(message)


def _with(instance: Instance, **tables: Any) -> Instance:
    """Return `instance` with other tables, checked anew."""
    return Instance(**({name: getattr(instance, name) for name in Instance.model_fields} | tables))


def _with_finance(instance: Instance, **values: Any) -> Instance:
    finance = instance.settings.finance.model_copy(update=values)
    return _with(instance, settings=instance.settings.model_copy(update={"finance": finance}))


def _borrowers(instance: Instance) -> set[str]:
    return {
        row.jurisdiction
        for row in instance.instruments
        if row.kind is InstrumentKind.DEBT and not row.refinancing
    }


def _borrowing(instance: Instance) -> Instance | None:
    """`instance` with projects that are worth much, little money, and loans that pay for all."""
    if not any(
        row.kind is InstrumentKind.DEBT and not row.refinancing for row in instance.instruments
    ):
        return None
    free = {"annual_limit": None, "max_share": 1.0, "sectors": (), "coverage": None}
    loans = tuple(
        row.model_copy(update={**free, "tagged": False, "first_year": None, "last_year": None})
        for row in instance.instruments
    )
    inflows = tuple(
        row.model_copy(update={"value": round(0.3 * row.value, 3)}) for row in instance.inflows
    )
    projects = tuple(_worth_it(row) for row in instance.projects)
    return _with(
        instance, instruments=loans, inflows=inflows, projects=projects, relations=(), policies=()
    )


def _worth_it(project: Project) -> Project:
    options = tuple(
        option.model_copy(
            update={"benefits": {name: 2.0 * value for name, value in option.benefits.items()}}
        )
        for option in project.options
    )
    return project.model_copy(update={"options": options, "mandatory": Mandate.FREE})


def _at_most(instance: Instance, rng: random.Random) -> Instance | None:
    """Few of several projects, none of which must be built."""
    free = [row.id for row in instance.projects if row.mandatory == "no"]
    if len(free) < 3:
        return None
    members = tuple(rng.sample(free, rng.randint(3, len(free))))
    count = rng.randint(1, len(members) - 2)
    row = Relation(type="at_most", from_projects=members, count=count)
    projects = tuple(_worth_it(row) for row in instance.projects)
    return _with(instance, relations=(row,), projects=projects)


def _limited(instance: Instance, rng: random.Random, **columns: float) -> Instance | None:
    """Little room for debt of each borrower: `columns` of `debt`, at most so much above the old."""
    eager = _borrowing(instance)
    if eager is None:
        return None
    instance, borrowers = eager, _borrowers(eager)
    rows = {(row.jurisdiction, row.pool, row.year): row for row in instance.debt}
    for payer in sorted(borrowers):
        for pool in ("general", "special"):
            opening = sum(
                row.opening_balance or 0.0
                for row in instance.debt
                if (row.jurisdiction, row.pool) == (payer, pool)
            )
            for year in instance.settings.horizon.years:
                limits = {
                    name: round(rng.uniform(0, most) + (name == "ceiling") * opening, 3)
                    for name, most in columns.items()
                }
                key = payer, pool, year
                row = rows.get(key) or DebtPosition(jurisdiction=payer, pool=pool, year=year)
                rows[key] = row.model_copy(update=limits)
    return _with(instance, debt=tuple(rows.values()))


def _quota(instance: Instance, rng: random.Random) -> Instance | None:
    return _limited(instance, rng, new_quota=3.0)


def _ceiling(instance: Instance, rng: random.Random) -> Instance | None:
    return _limited(instance, rng, ceiling=4.0)


def _capital_yearly(instance: Instance, rng: random.Random) -> Instance | None:
    """Much capital of each payer's year, and nothing that counts as capital."""
    eager = _borrowing(instance)
    if eager is None:
        return None
    ratio = CapitalRatio(id="in-step", ratio=round(rng.uniform(0.4, 0.8), 3), per_year=True)
    loans = tuple(row.model_copy(update={"as_capital": 0.0}) for row in eager.instruments)
    return _with(_with_finance(eager, capital_ratios=(ratio,)), instruments=loans)


def _band(instance: Instance, rng: random.Random) -> Instance | None:
    """Three bands of the balance; the higher, the less of a small quota may be used."""
    limited = _limited(instance, rng, new_quota=4.0)
    if limited is None:
        return None
    low = round(rng.uniform(0.05, 0.2), 3)
    rule = DebtRule(
        id="rule",
        terms=(QuantityTerm(quantity=Quantity.BALANCE),),
        base=(ItemTerm(item="capacity"),),
        bands=(
            Band(id="green", upper=low),
            Band(id="orange", upper=2 * low, quota_share=0.6),
            Band(id="red", quota_share=0.3),
        ),
    )
    return _with_finance(limited, rules=(rule,))


def _annual_limit(instance: Instance, rng: random.Random) -> Instance | None:
    """Each loan may be issued little of in a year."""
    eager = _borrowing(instance)
    if eager is None:
        return None
    loans = tuple(
        row.model_copy(update={"annual_limit": round(rng.uniform(1, 4), 3)})
        for row in eager.instruments
    )
    return _with(eager, instruments=loans)


def _latest_start(instance: Instance, rng: random.Random) -> Instance | None:
    """Projects that may start at once or never, and money that comes year by year."""
    last = instance.settings.horizon.first_year
    projects = tuple(
        row.model_copy(update={"latest_start": last + rng.choice([0, 0, 1]), "open_by": None})
        for row in map(_worth_it, instance.projects)
    )
    return _with(instance, projects=projects, relations=(), policies=())


PRESSES: Mapping[str, Callable[[Instance, random.Random], Instance | None]] = {
    "at_most": _at_most,
    "quota": _quota,
    "ceiling": _ceiling,
    "capital_yearly": _capital_yearly,
    "band": _band,
    "annual_limit": _annual_limit,
    "latest_start": _latest_start,
}
"""By rule: what brings it to bear; None where an instance cannot be pressed."""

PRESSED = tuple(PRESSES)
