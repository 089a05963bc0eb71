"""Random small instances in which lives end in the plan, are renewed and written off.

Each renewal by decision or automatic, of what stands, is committed or is a candidate, taking over
some of its figures; synergy and substitutes with members whose life ends; depreciation over a
financial life; money at the start, in the middle or at the end of a year.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

from infraplan.models.errors import InstanceError
from infraplan.models.horizon import DiscountTiming, ResidualValue
from infraplan.models.instance import Instance
from infraplan.models.project import Mandate, Option, Project
from infraplan.models.relation import Relation, RenewalMode, TakenOver
from tests.oracle.generate import FIRST, random_instance
from tests.oracle.oracle import Oracle

MOST_COMBINATIONS = 1500
PARTS = ("benefits", "revenue", "outputs", "om", "lifetime", "network", "receipts")


def living_instance(seed: int) -> Instance:
    """Instance number `seed`; the same for the same seed."""
    attempt = 0
    while True:
        rng = random.Random(f"life/{seed}/{attempt}")
        plain = random_instance(10_000 + 1000 * attempt + seed)
        attempt += 1
        if plain.settings.horizon.num_years < 3 or len(plain.projects) > 4:
            continue
        try:
            instance = _with_lives(rng, plain)
        except (InstanceError, ValueError):
            continue
        if Oracle(instance).combinations() <= MOST_COMBINATIONS:
            return instance


def _with_lives(rng: random.Random, plain: Instance) -> Instance:
    years = plain.settings.horizon.num_years
    plain = _with_room(rng, plain)
    old, *others = plain.projects
    old = _mortal(rng, old)
    new = _renewal(rng, old)
    relation = Relation(
        type="renews",
        id="renewal",
        from_projects=(old.id,),
        to_projects=(new.id,),
        renewal=rng.choice(["decision", "automatic"]),
        takes_over=tuple(part for part in PARTS if rng.random() < 0.5),
    )
    relations = [row for row in plain.relations if rng.random() < 0.5] + [relation]
    if others and rng.random() < 0.6:
        relations.append(
            Relation(
                type=rng.choice(["synergy", "substitute"]),
                from_projects=(old.id, others[0].id),
                to_projects=(new.id,) if rng.random() < 0.2 else (),
                count=2,
                value=round(rng.uniform(0.5, 4.0), 3),
            )
        )
    if rng.random() < 0.3:  # a renewal of the renewal
        again = _renewal(rng, new, "again")
        others.append(again)
        relations.append(
            Relation(type="renews", from_projects=(new.id,), to_projects=(again.id,), id="second")
        )
    tables = {name: getattr(plain, name) for name in Instance.model_fields}
    appraisal = plain.settings.appraisal.model_copy(
        update={
            "discount_timing": rng.choice(list(DiscountTiming)),
            "residual_value": rng.choice(
                [ResidualValue.STRAIGHT_LINE, plain.settings.appraisal.residual_value]
            ),
            "end_year": FIRST + years - 1 + rng.choice([0, 2, 6]),
        }
    )
    settings = plain.settings.model_copy(
        update={"appraisal": type(appraisal)(**appraisal.model_dump())}
    )
    projects = tuple(_written_off(rng, project) for project in (old, *others, new))
    return Instance(
        **(tables | {"projects": projects, "relations": tuple(relations), "settings": settings})
    )


def _with_room(rng: random.Random, plain: Instance) -> Instance:
    """Often without what makes plans impossible, so that lives decide."""
    if rng.random() < 0.4:
        return plain
    tables = {name: getattr(plain, name) for name in Instance.model_fields}
    money = ("funds", "inflows", "instruments", "debt", "pools", "policies", "resources")
    projects = tuple(
        project.model_copy(update={"mandatory": Mandate.FREE}) for project in plain.projects
    )
    return Instance(**(tables | dict.fromkeys(money, ()) | {"projects": projects}))


def _mortal(rng: random.Random, project: Project) -> Project:
    """The project with a life that may end in the plan; now and then it stands already."""
    options = tuple(
        _changed(
            option,
            lifetime=rng.choice([1, 1, 2]),
            benefits={"users": round(option.overnight_cost * rng.uniform(0.4, 1.6), 3)},
        )
        for option in project.options
    )
    update: dict[str, Any] = {"options": options}
    kind = rng.random()
    if kind < 0.4:
        update |= {
            "stage": "complete",
            "opened": FIRST - rng.choice([0, 0, 1]),
            "mandatory": "no",
            "earliest_start": None,
            "latest_start": None,
            "ready_years": {},
            "open_by": None,
            "options": options[:1],
        }
    elif kind < 0.55:
        update |= {"mandatory": "committed"}
    return Project(**(dict(project) | update))


def _renewal(rng: random.Random, old: Project, name: str = "renewal") -> Project:
    """A project that costs a part of the old one and often pays."""
    options = []
    for option in old.options:
        cost = round(option.overnight_cost * rng.uniform(0.1, 0.6), 3)
        options.append(
            Option(
                option=option.option,
                lead_time=rng.choice([0, 0, 1]),
                overnight_cost=cost,
                spending_profile=(1.0,),
                lifetime=rng.choice([30, 30, 1, 2, 8]),
                benefits=rng.choice([{}, {}, {"users": round(rng.uniform(0.1, 1.5) * cost, 3)}]),
                outputs=rng.choice([{}, {"km": 1.0}]),
            )
        )
    return Project(
        id=name,
        sector=old.sector,
        jurisdiction=old.jurisdiction,
        mandatory=rng.choices(["no", "must", "committed"], [20, 1, 1])[0],
        options=tuple(options),
    )


def _written_off(rng: random.Random, project: Project) -> Project:
    if rng.random() < 0.5:
        return project
    options = tuple(
        _changed(option, financial_life=rng.randint(1, option.lifetime))
        for option in project.options
    )
    return project.model_copy(update={"options": options})


def _changed(option: Option, **values: Any) -> Option:
    return Option(**(option.model_dump() | values))


# ------------------------------------------------------------------ the same without one law


def _free(instance: Instance) -> Instance:
    """Renewals that nothing ties to what they renew."""
    relations = tuple(row for row in instance.relations if row.type != "renews")
    return instance.model_copy(update={"relations": relations})


def _never_automatic(instance: Instance) -> Instance:
    return _relations(instance, renewal=RenewalMode.DECISION)


def _always_automatic(instance: Instance) -> Instance:
    return _relations(instance, renewal=RenewalMode.AUTOMATIC)


def _relations(instance: Instance, **values: Any) -> Instance:
    relations = tuple(
        row.model_copy(update=values) if row.type == "renews" else row for row in instance.relations
    )
    return instance.model_copy(update={"relations": relations})


def _in_full(instance: Instance) -> Instance:
    """Written off over the whole life."""
    projects = tuple(
        project.model_copy(
            update={
                "options": tuple(
                    option.model_copy(update={"financial_life": None}) for option in project.options
                )
            }
        )
        for project in instance.projects
    )
    return instance.model_copy(update={"projects": projects})


def _at_start(instance: Instance) -> Instance:
    appraisal = instance.settings.appraisal.model_copy(
        update={"discount_timing": DiscountTiming.START}
    )
    settings = instance.settings.model_copy(update={"appraisal": appraisal})
    return instance.model_copy(update={"settings": settings})


def _taking_nothing(instance: Instance) -> Instance:
    """What was taken over of benefits and lives blank again."""
    named = {
        row.to_projects[0]: set(row.takes_over) for row in instance.relations if row.takes_over
    }
    blank = {
        TakenOver.BENEFITS: {"benefits": {}, "benefit_growth": 0.0},
        TakenOver.OUTPUTS: {"outputs": {}},
        TakenOver.LIFETIME: {"lifetime": 30},
    }
    projects = []
    for project in instance.projects:
        update: dict[str, Any] = {}
        for part in named.get(project.id, set()):
            update |= blank.get(part, {})
        options = tuple(option.model_copy(update=update) for option in project.options)
        projects.append(project.model_copy(update={"options": options}))
    return instance.model_copy(update={"projects": tuple(projects)})


WITHOUT: dict[str, Callable[[Instance], Instance]] = {
    "renews": _free,
    "automatic": _never_automatic,
    "decision": _always_automatic,
    "financial_life": _in_full,
    "discount_timing": _at_start,
    "takes_over": _taking_nothing,
}
"""Instances without one law, by its name: where the optimum moves, the law bites."""
