"""Random small instances in which what stands may be retired before its life ends.

Each with a project that retires it (bare, or a replacement with benefits of its own), worth while
by what it saves of upkeep, by what is salvaged or by what replaces it; mostly with a renewal of the
same works, by decision or automatic, with synergies of them and targets that count their outputs.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

from infraplan.models.errors import InstanceError
from infraplan.models.instance import Instance
from infraplan.models.project import Option, Project
from infraplan.models.relation import Relation
from infraplan.models.target import Target
from tests.oracle.generate import FIRST
from tests.oracle.lives import MOST_COMBINATIONS, living_instance
from tests.oracle.oracle import Oracle


def retiring_instance(seed: int) -> Instance:
    """Instance number `seed`; the same for the same seed."""
    attempt = 0
    while True:
        rng = random.Random(f"retire/{seed}/{attempt}")
        plain = living_instance(20_000 + 997 * attempt + seed)
        attempt += 1
        renewal = next(project for project in plain.projects if project.id == "renewal")
        if renewal.mandatory == "committed" or len(plain.projects) > 4:
            continue
        try:
            instance = _with_retirement(rng, plain)
        except (InstanceError, ValueError):
            continue
        if Oracle(instance).combinations() <= MOST_COMBINATIONS:
            return instance


def _with_retirement(rng: random.Random, plain: Instance) -> Instance:
    old, *others = plain.projects
    old = _standing(rng, old)
    retiring = _retiring(rng, old)
    relations = [row for row in plain.relations if row.type != "renews" or rng.random() < 0.7]
    relations.append(
        Relation(
            type="retires",
            id="early",
            from_projects=(old.id,),
            to_projects=(retiring.id,),
            value=rng.choice([None, round(rng.uniform(-1.0, 5.0), 3)]),
        )
    )
    if rng.random() < 0.4:
        relations.append(
            Relation(
                type=rng.choice(["synergy", "substitute"]),
                from_projects=(old.id, rng.choice([*others, retiring]).id),
                count=2,
                value=round(rng.uniform(0.5, 4.0), 3),
            )
        )
    targets = list(plain.targets)
    if rng.random() < 0.4:
        targets.append(
            Target(
                id="kept",
                metric="kept",
                unit="1",
                sense=rng.choice([">=", ">=", "<="]),
                value=1.0,
                year=FIRST + rng.randrange(plain.settings.horizon.num_years),
                hard=rng.random() < 0.3,
                shortfall_price=round(rng.uniform(1.0, 8.0), 3),
            )
        )
    tables = {name: getattr(plain, name) for name in Instance.model_fields}
    projects = (old, *others, retiring)
    return Instance(
        **(
            tables
            | {"projects": projects, "relations": tuple(relations), "targets": tuple(targets)}
        )
    )


def _standing(rng: random.Random, old: Project) -> Project:
    """What stands for some years yet, with upkeep that may exceed what it brings."""
    option = old.options[0]
    lifetime = rng.randint(2, 7)
    changed = Option(
        **(
            option.model_dump()
            | {
                "lifetime": lifetime,
                "financial_life": rng.choice([None, rng.randint(1, lifetime)]),
                "fixed_om_cost": round(rng.uniform(0.0, 3.0), 3),
                "benefits": {"users": round(rng.uniform(0.0, 3.0), 3)},
                "outputs": option.outputs | {"kept": rng.choice([0.0, 1.0, 2.0])},
            }
        )
    )
    values: dict[str, Any] = {
        "stage": "complete",
        "opened": FIRST - rng.choice([0, 0, 1]),
        "mandatory": "no",
        "earliest_start": None,
        "latest_start": None,
        "ready_years": {},
        "open_by": None,
        "options": (changed,),
    }
    return Project(**(dict(old) | values))


def _retiring(rng: random.Random, old: Project) -> Project:
    """A project that takes the old works away, now and then with benefits of its own."""
    options = []
    for name in rng.choice([("base",), ("base", "large")]):
        cost = round(rng.uniform(0.1, 4.0), 3)
        options.append(
            Option(
                option=name,
                lead_time=rng.choice([0, 0, 1, 2]),
                overnight_cost=cost,
                lifetime=rng.choice([1, 3, 30]),
                benefits=rng.choice([{}, {"users": round(rng.uniform(0.1, 1.0) * cost, 3)}]),
                outputs=rng.choice([{}, {"kept": 1.0}]),
            )
        )
    if rng.random() < 0.1:  # done already
        return Project(
            id="retirement",
            sector=old.sector,
            jurisdiction=old.jurisdiction,
            stage="complete",
            opened=FIRST,
            options=tuple(options[:1]),
        )
    return Project(
        id="retirement",
        sector=old.sector,
        jurisdiction=old.jurisdiction,
        mandatory=rng.choices(["no", "must", "committed"], [20, 2, 1])[0],
        options=tuple(options),
    )


# ------------------------------------------------------------------ the same without one law


def _without_retirement(instance: Instance) -> Instance:
    """What retires is a project like any other, and ends nothing."""
    return _kept(instance, "retires")


def _without_renewal(instance: Instance) -> Instance:
    return _kept(instance, "renews")


def _without_salvage(instance: Instance) -> Instance:
    relations = tuple(
        row.model_copy(update={"value": None}) if row.type == "retires" else row
        for row in instance.relations
    )
    return instance.model_copy(update={"relations": relations})


def _kept(instance: Instance, kind: str) -> Instance:
    relations = tuple(row for row in instance.relations if row.type != kind)
    return instance.model_copy(update={"relations": relations})


WITHOUT: dict[str, Callable[[Instance], Instance]] = {
    "retires": _without_retirement,
    "renews": _without_renewal,
    "salvage": _without_salvage,
}
"""Instances without one law, by its name: where the optimum moves, the law bites."""
