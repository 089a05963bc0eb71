"""Random small instances that mix the features of the product, also those no other test mixes.

Each begins with a draw that another suite holds against brute force (money, lives, what stands,
joint works, bans, works after the plan, schedules), then gets networks, partners, grants, receipts,
rule sets, scopes and a scenario upon it, or is what is left of such an instance a year later.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from infraplan.models.apply_scenario import apply_scenario
from infraplan.models.errors import InstanceError
from infraplan.models.funding import Fund, Inflow, Instrument, Pool, Receipt
from infraplan.models.instance import Instance
from infraplan.models.jurisdiction import FiscalItem, Jurisdiction
from infraplan.models.place import Place
from infraplan.models.policy import PER_HEAD, Policy
from infraplan.models.rule_sets import RULE_SETS
from infraplan.models.scenario import Change, Scenario
from infraplan.optimizer.analysis.rolled_money import RollError
from infraplan.optimizer.analysis.rolling import roll
from infraplan.optimizer.mip_edits import matrix_of
from infraplan.optimizer.program import build_formulation
from tests.agreement.networks import with_network
from tests.optimizer.engine import best
from tests.optimizer.engines.roads import random_roads
from tests.oracle.generate import random_instance
from tests.oracle.late_works import late_instance, late_joint_instance
from tests.oracle.lives import living_instance
from tests.oracle.pressed import pressed_instance
from tests.oracle.retirements import retiring_instance
from tests.oracle.sharing_oracle import random_joint_instance
from tests.oracle.test_bans_against_oracle import banned_instance
from tests.oracle.test_makespan_against_oracle import paid_instance, scheduling_instance
from tests.oracle.test_progress_against_oracle import shared_instance, staged_instance

Layer = Callable[[random.Random, Instance], Instance]
SHARE_WITHOUT_PLAN = 0.08
"""How often a draw is taken as it comes, with or without a plan."""
RESIDENTS = 1000.0
"""Residents of a jurisdiction with a floor by head."""
TRIES = 6
"""Draws of a layer, or of a whole instance, before it is left out."""


def with_tables(instance: Instance, **tables: Any) -> Instance:
    """`instance` with other tables, checked anew."""
    return Instance(**({name: getattr(instance, name) for name in Instance.model_fields} | tables))


def _with_partners(rng: random.Random, instance: Instance) -> Instance:
    """Partners that the budget repays after the works, or the users; some covered together."""
    bundle = rng.choice(["", "lines"])
    rows = []
    for owner in rng.sample(instance.jurisdiction_ids, 1):
        for kind in rng.choice([["availability"], ["user_pay"], ["availability", "user_pay"]]):
            covered = kind == "user_pay" or rng.random() < 0.3
            rows.append(
                Instrument(
                    id=f"{kind}-{owner}",
                    kind=kind,
                    jurisdiction=owner,
                    pool="partners",
                    kernel=rng.choice(["annuity", "equal_principal"]),
                    tenor=rng.randint(2, 8),
                    rate=rng.choice([0.02, 0.05]),
                    max_share=rng.choice([1.0, 0.7]),
                    as_capital=rng.choice([0.0, 0.5]),
                    tagged=True,
                    coverage=rng.choice([0.8, 1.2]) if covered else None,
                    bundle=bundle if covered else "",
                    uses_quota=rng.random() < 0.3,
                )
            )
    projects = tuple(
        row.model_copy(
            update={
                "options": tuple(
                    option.model_copy(
                        update={"revenue": round(option.overnight_cost * rng.uniform(0.1, 0.8), 3)}
                    )
                    for option in row.options
                )
            }
        )
        if rng.random() < 0.7
        else row
        for row in instance.projects
    )
    pools = (*instance.pools, Pool(id="partners", counted=rng.random() < 0.5))
    return with_tables(
        instance, projects=projects, pools=pools, instruments=(*instance.instruments, *rows)
    )


def _with_grant(rng: random.Random, instance: Instance) -> Instance:
    """A grant with an envelope, money of one's own beside it, and a chance that it comes."""
    owners = sorted({fund.jurisdiction for fund in instance.funds})
    if not owners:
        return instance
    names = [project.id for project in instance.projects]
    fund = Fund(
        id="grant",
        jurisdiction=rng.choice(owners),
        kind="grant",
        projects=tuple(rng.sample(names, rng.randint(1, len(names)))),
        envelope=rng.choice([None, round(rng.uniform(2, 10), 3)]),
        matching=rng.choice([0.0, 0.25, 1.0]),
        certainty=rng.choice([1.0, 0.6]),
        max_share=rng.choice([1.0, 0.6]),
        carry_over=rng.random() < 0.5,
    )
    inflows = tuple(
        Inflow(fund="grant", year=year, value=round(rng.uniform(1, 8), 3))
        for year in instance.settings.horizon.years
    )
    return with_tables(
        instance, funds=(*instance.funds, fund), inflows=(*instance.inflows, *inflows)
    )


def _with_receipts(rng: random.Random, instance: Instance) -> Instance:
    """What projects bring into a fund, or take from it, a part of which is spent on works."""
    if not instance.funds:
        return instance
    fund = rng.choice(instance.funds)
    taken = {(row.project, row.fund) for row in instance.receipts}
    rows = tuple(
        Receipt(
            project=project.id,
            option=rng.choice(["", "", project.options[-1].option]),
            fund=fund.id,
            event=rng.choice(["start", "opening"]),
            delay=rng.choice([0, 0, 1]),
            years=rng.randint(1, 3),
            value=round(rng.uniform(-1.0, 5.0), 3),
            growth=rng.choice([0.0, 0.05]),
        )
        for project in instance.projects
        if rng.random() < 0.7 and (project.id, fund.id) not in taken
    )
    funds = tuple(
        row.model_copy(update={"reinvest": rng.choice([0.0, 0.3, 0.9])})
        if row.id == fund.id
        else row
        for row in instance.funds
    )
    return with_tables(instance, receipts=(*instance.receipts, *rows), funds=funds)


def _with_rule_set(rng: random.Random, instance: Instance) -> Instance:
    """A named set of debt rules, with a figure for every item that its rules read."""
    name = rng.choice(sorted(RULE_SETS))
    owner = rng.choice(instance.jurisdiction_ids)
    items = sorted(
        {term.item for rule in RULE_SETS[name] for term in (*rule.base, *rule.additions)}
    )
    known = {row.id for row in instance.jurisdictions}
    jurisdictions = (
        *instance.jurisdictions,
        *(Jurisdiction(id=one) for one in instance.jurisdiction_ids if one not in known),
    )
    first = instance.settings.horizon.first_year
    stated = {(row.jurisdiction, row.item, row.year) for row in instance.fiscal}
    fiscal = tuple(
        FiscalItem(jurisdiction=owner, item=item, year=year, value=round(rng.uniform(3, 40), 3))
        for item in items
        for year in (first - 1, first, first + 1)
        if (owner, item, year) not in stated
    )
    return with_tables(
        instance,
        jurisdictions=tuple(
            row.model_copy(update={"rule_sets": (name,)}) if row.id == owner else row
            for row in jurisdictions
        ),
        fiscal=(*instance.fiscal, *fiscal),
    )


def _with_scopes(rng: random.Random, instance: Instance) -> Instance:
    """Policies on a place, a leader, a subsector or one project, of every kind."""
    places = (Place(id="north"), Place(id="south"))
    projects = tuple(
        row.model_copy(
            update={
                "place": rng.choice([None, "north"]),
                "to_place": rng.choice([None, "south"]),
                "subsector": row.subsector or rng.choice(["", "metro"]),
            }
        )
        for row in instance.projects
    )
    kind = rng.choice(
        ["benefit_floor", "spend_share_floor", "spend_cap", "starts_cap", *sorted(PER_HEAD)]
    )
    value = {
        "spend_per_head_floor": rng.uniform(0.5, 5.0) / RESIDENTS,
        "benefit_per_head_floor": rng.uniform(0.5, 8.0) / RESIDENTS,
        "benefit_floor": rng.uniform(0.5, 8.0),
        "spend_share_floor": rng.choice([0.2, 0.5]),
        "spend_cap": rng.uniform(3.0, 15.0),
        "starts_cap": 1.0,
    }[kind]
    scope: dict[str, Any] = rng.choice(
        [
            {"places": (rng.choice(["north", "south"]),)},
            {"jurisdictions": (rng.choice(instance.jurisdiction_ids),)},
            {"subsectors": ("metro",)},
            {"projects": (rng.choice(projects).id,)},
        ]
    )
    if not any(row.subsector == "metro" for row in projects):
        scope = {"projects": (projects[0].id,)}
    jurisdictions = instance.jurisdictions
    if kind in PER_HEAD:
        scope = {"jurisdictions": (rng.choice(instance.jurisdiction_ids),)}
        known = {one.id for one in jurisdictions}
        jurisdictions = tuple(
            one.model_copy(update={"population": RESIDENTS})
            for one in (
                *jurisdictions,
                *(Jurisdiction(id=name) for name in instance.jurisdiction_ids if name not in known),
            )
        )
    row = Policy(id="scoped", kind=kind, value=round(value, 6), **scope)
    return with_tables(
        instance,
        places=(*instance.places, *places),
        projects=projects,
        jurisdictions=jurisdictions,
        policies=(*instance.policies, row),
    )


def _with_schedule(rng: random.Random, instance: Instance) -> Instance:
    """A published discount schedule, and money in the middle or at the end of a year."""
    settings = instance.settings
    changed = {
        "discount_schedule": rng.choice(["", "uk_green_book"]),
        "discount_timing": rng.choice(["start", "mid", "end"]),
    }
    if changed["discount_schedule"]:
        changed |= {"discount_steps": ()}
    appraisal = type(settings.appraisal)(**(settings.appraisal.model_dump() | changed))
    return with_tables(instance, settings=settings.model_copy(update={"appraisal": appraisal}))


def _in_a_scenario(rng: random.Random, instance: Instance) -> Instance:
    """The instance under a scenario of its own."""
    changes = [
        Change(
            table="projects",
            where={"id": rng.choice(instance.projects).id},
            field="overnight_cost",
            operation="multiply",
            value=round(rng.uniform(0.5, 1.5), 2),
        ),
        Change(table="instance", field="appraisal.contingency", operation="set", value=0.1),
    ]
    if instance.funds:
        changes.append(
            Change(table="inflows", field="value", operation="multiply", value=rng.choice([0.7, 2]))
        )
    told = with_tables(instance, scenarios=(Scenario(id="other", changes=tuple(changes)),))
    return apply_scenario(told, "other")


def _a_year_later(rng: random.Random, instance: Instance) -> Instance:
    """What is left to decide of the instance once its best plan has been followed for a year."""
    found = best(instance)
    if found.plan is None:
        return instance
    return roll(instance, found.plan, instance.settings.horizon.first_year + 1).instance


def _with_two_networks(rng: random.Random, instance: Instance) -> Instance:
    return with_network(rng, with_network(rng, instance))


LAYERS: Mapping[Layer, float] = {
    _with_partners: 0.2,
    _with_grant: 0.2,
    _with_receipts: 0.2,
    _with_rule_set: 0.12,
    _with_scopes: 0.15,
    _with_schedule: 0.15,
    with_network: 0.35,
    _with_two_networks: 0.08,
    _in_a_scenario: 0.1,
    _a_year_later: 0.12,
}
"""How often each is laid upon a draw, in this order."""


def _roads(draw: Callable[[int], Instance]) -> Callable[[int], Instance]:
    return lambda seed: random_roads(draw(seed), seed)


def _dug_together(seed: int) -> Instance:
    """What stands or had begun shares works with another project, where there is any."""
    return shared_instance(seed) or staged_instance(seed)


_MONEY = (_with_partners, _with_grant, _with_rule_set, _with_scopes)

DRAWS: tuple[tuple[str, Callable[[int], Instance], tuple[Layer, ...] | None], ...] = (
    ("money", random_instance, None),
    ("pressed", pressed_instance, None),
    ("lives", living_instance, None),
    ("joint", random_joint_instance, None),
    ("progress", staged_instance, None),
    ("roads", _roads(random_instance), _MONEY),
    ("bans", banned_instance, None),
    ("retirement", retiring_instance, None),
    ("late works", late_instance, None),
    ("money again", random_instance, (with_network, _with_two_networks)),
    ("schedules", scheduling_instance, ()),
    ("roads and progress", _roads(staged_instance), (_with_receipts, _with_schedule)),
    ("late joint works", late_joint_instance, None),
    ("shared works", _dug_together, None),
    ("paid schedules", paid_instance, (_with_grant, _with_partners)),
    ("joint roads", _roads(random_joint_instance), ()),
)
"""Draws in turn, and what may be laid upon each (None: all)."""


@dataclass(frozen=True)
class Mixed:
    """An instance and what it was made of."""

    instance: Instance
    parts: tuple[str, ...]
    """The draw, then what was laid upon it."""


def mixed(seed: int) -> Mixed:
    """Instance number `seed`; the same for the same seed. Most of them have a plan."""
    name, draw, allowed = DRAWS[seed % len(DRAWS)]
    for attempt in range(TRIES):
        rng = random.Random(f"mixed/{seed}/{attempt}")
        instance, parts = draw(rng.randrange(4000)), [name]
        for layer, chance in LAYERS.items():
            share = chance if allowed is None else 0.5 * (layer in allowed)
            if rng.random() < share:
                laid = _laid(rng, layer, instance)
                if laid is not instance:
                    parts.append(layer.__name__.strip("_"))
                instance = laid
        if rng.random() < SHARE_WITHOUT_PLAN or has_plan(instance):
            break
    return Mixed(instance, tuple(parts))


def has_plan(instance: Instance) -> bool:
    """Whether the program of `instance` has one; travel at equilibrium may still forbid it."""
    mip = build_formulation(instance).mip
    if mip.num_columns == 0:
        return True
    answer = milp(
        np.zeros(mip.num_columns),
        constraints=LinearConstraint(matrix_of(mip), mip.row_lower, mip.row_upper),
        bounds=Bounds(mip.col_lower, mip.col_upper),
        integrality=mip.integrality.astype(int),
        options={"time_limit": 5.0},
    )
    return answer.x is not None


def _laid(rng: random.Random, layer: Layer, instance: Instance) -> Instance:
    """`instance` with the layer; without it where no draw of it goes with the rest."""
    for _ in range(TRIES):
        try:
            return layer(rng, instance)
        except (InstanceError, RollError):
            continue
    return instance
