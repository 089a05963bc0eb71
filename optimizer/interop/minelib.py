"""Open-pit mine schedules of MineLib (`.cpit`, `.pcpsp` with `.prec`) into an instance.

A block is a project that is mined in one period (a year) or never. Source of the formats:
D. Espinoza, M. Goycoolea, E. Moreno, A. Newman, "MineLib: a library of open pit mining problems",
Annals of Operations Research 206 (2013).
"""

from __future__ import annotations

import re
from pathlib import Path

from infraplan.models.horizon import Appraisal, Horizon, Phase, ResidualValue, Title
from infraplan.models.instance import Instance, Settings
from infraplan.models.policy import ResourceLimit, ResourceTiming
from infraplan.models.project import Mandate, Option, Project
from infraplan.models.quantities import Quality
from infraplan.models.relation import Relation, RelationType
from infraplan.optimizer.benchmark import OBJECTIVE, WHOLE_DESTINATIONS
from infraplan.optimizer.interop.faults import FaultReport
from infraplan.optimizer.interop.mine_file import FORBIDDEN, Mine, MineProblem, read_mine

YEAR = 2026
"""First year of the plan."""


def import_minelib(prefix: Path, problem: MineProblem) -> Instance:
    """Blocks as projects of one year that bring their value once, discounted from period 0 on.

    The destinations of `pcpsp` become options of a block: it goes to one of them whole, where the
    source may split it. So a plan is one of the source too, but its bound holds for whole blocks.

    Raises
    ------
    InstanceFormatError
        `PREFIX.prec` or the file of the problem cannot be read, or has lower limits or general
        side constraints.
    """
    report = FaultReport()
    path = prefix.with_name(f"{prefix.name}.{problem.value}")
    mine = read_mine(path, prefix.with_name(f"{prefix.name}.prec"), problem, report)
    report.require()
    name = f"{re.sub(r'[^A-Za-z0-9]+', '-', prefix.name).strip('-')}-{problem.value}"
    last = YEAR + mine.periods - 1
    return Instance(
        settings=Settings(
            id=name,
            title=Title(en=name, zh=name),
            currency="XXX",
            money_unit="value of the source",
            money_unit_zh="原文价值单位",
            price_year=YEAR,
            horizon=Horizon(phases=(Phase(id="plan", first_year=YEAR, last_year=last),)),
            appraisal=Appraisal(
                discount_rate=mine.rate, end_year=last, residual_value=ResidualValue.NONE
            ),
            benchmark_metric=OBJECTIVE if problem is MineProblem.CPIT else WHOLE_DESTINATIONS,
        ),
        projects=tuple(_block(mine, block, path.name) for block in range(mine.blocks)),
        relations=tuple(
            Relation(
                from_projects=tuple(f"block{first}" for first in before),
                to_projects=(f"block{block}",),
                type=RelationType.FINISH_TO_START,
                source=f"{prefix.name}.prec",
            )
            for block, before in mine.before.items()
            if before
        ),
        resources=tuple(
            ResourceLimit(
                resource=f"r{resource}",
                limit=limit,
                from_year=YEAR + period,
                to_year=YEAR + period,
                timing=ResourceTiming.START,
                quality=Quality.STATED,
                source=path.name,
            )
            for (resource, period), limit in mine.limits.items()
        ),
    )


def _block(mine: Mine, block: int, source: str) -> Project:
    allowed = [d for d, value in enumerate(mine.values[block]) if value > FORBIDDEN]
    return Project(
        id=f"block{block}",
        name_en=f"block {block}",
        name_zh=f"矿块{block}",
        sector="other",
        mandatory=Mandate.FREE if allowed else Mandate.MUST_NOT,
        source=source,
        options=tuple(
            Option(
                option=f"destination{destination}" if mine.destinations > 1 else "base",
                overnight_cost=0.0,
                quality=Quality.STATED,
                lead_time=0,
                lifetime=1,
                spending_profile=(1.0,),
                benefits={"value": mine.values[block][destination]} if allowed else {},
                resources={
                    f"r{resource}": need
                    for resource, need in mine.needs.get((block, destination), {}).items()
                    if need
                },
            )
            for destination in allowed or [0]
        ),
    )
