"""Benchmark instances: projects with precedence, a budget, a bond under ceiling and quota."""

from __future__ import annotations

import random

from infraplan.models.funding import Fund, Inflow, Instrument, Pool
from infraplan.models.horizon import Appraisal, Horizon, Phase
from infraplan.models.instance import Instance, Settings
from infraplan.models.jurisdiction import DebtPosition, Jurisdiction
from infraplan.models.project import Option, Project
from infraplan.models.relation import Relation, RelationType

FIRST = 2025


def _project(rng: random.Random, number: int) -> Project:
    lead = rng.randint(1, 3)
    cost = round(rng.uniform(5, 50), 2)
    sector = rng.choice(["transport", "water", "energy"])
    option = Option(
        lead_time=lead,
        overnight_cost=cost,
        lifetime=30,
        benefits={"users": round(cost * rng.uniform(0.06, 0.16), 3)},
        benefit_growth=0.01,
        fixed_om_cost=round(0.01 * cost, 3),
    )
    return Project(id=f"p{number:05d}", sector=sector, options=(option,))


def benchmark_instance(projects: int, years: int, seed: int = 1) -> Instance:
    """`projects` candidates over `years`: costs spread over one to three years, a quarter of the
    projects wait for an earlier one, money for about half, borrowing up to a ceiling and a quota.
    """
    rng = random.Random(f"{projects}/{years}/{seed}")
    rows, relations, total = [], [], 0.0
    for n in range(projects):
        rows.append(_project(rng, n))
        total += rows[-1].options[0].overnight_cost
        if n and rng.random() < 0.25:
            relations.append(
                Relation(
                    from_projects=(f"p{rng.randrange(n):05d}",),
                    to_projects=(f"p{n:05d}",),
                    type=RelationType.FINISH_TO_START,
                )
            )
    yearly = round(0.4 * total / years, 2)
    span = range(FIRST, FIRST + years)
    return Instance(
        settings=Settings(
            id="benchmark",
            price_year=FIRST,
            horizon=Horizon(
                phases=(Phase(id="plan", first_year=FIRST, last_year=FIRST + years - 1),)
            ),
            appraisal=Appraisal(discount_rate=0.08, end_year=FIRST + years + 25),
        ),
        projects=tuple(rows),
        relations=tuple(relations),
        jurisdictions=(Jurisdiction(id="j"),),
        funds=(Fund(id="budget", jurisdiction="j"),),
        inflows=tuple(Inflow(fund="budget", year=y, value=yearly) for y in span),
        pools=(Pool(id="general", service_funds={"j": "budget"}),),
        instruments=(Instrument(id="bond", jurisdiction="j", pool="general", tenor=10, rate=0.03),),
        debt=tuple(
            DebtPosition(
                jurisdiction="j",
                pool="general",
                year=y,
                opening_balance=0.0 if y == FIRST else None,
                ceiling=round(1.5 * yearly, 2),
                new_quota=round(0.4 * yearly, 2),
            )
            for y in span
        ),
    )
