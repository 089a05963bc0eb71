"""Residents of the districts of a made-up instance, and floors by head that every plan can keep."""

from __future__ import annotations

from random import Random

from infraplan.models.instance import Instance
from infraplan.models.policy import Policy, PolicyKind
from infraplan.models.project import Mandate
from infraplan.optimizer.generating.draws import SOURCE, rounded

FEWEST, MOST = 50_000.0, 1_500_000.0
"""Residents of a district."""
LEAST_SHARE, LARGEST_SHARE = 0.6, 0.95
"""Share of what must be built that a floor asks for."""


def with_floors(instance: Instance, seed: int) -> Instance:
    """`instance` with residents, and floors by head of districts in which works must be built.

    Drawn by a stream of its own: all else stays as it was. A floor asks for a share of what these
    works cost in the option that is cheapest, so that whoever builds them keeps it.
    """
    draw = Random(f"floors/{seed}")
    rows, floors = [], list[Policy]()
    for row in instance.jurisdictions:
        people = rounded(draw.uniform(FEWEST, MOST))
        share = draw.uniform(LEAST_SHARE, LARGEST_SHARE)
        rows.append(row.model_copy(update={"population": people}))
        cost = sum(
            min(option.overnight_cost for option in project.options)
            for project in instance.projects
            if project.jurisdiction == row.id and project.mandatory is Mandate.MUST
        )
        value = float(f"{share * cost / people:.3g}")
        if value > 0.0:
            floors.append(
                Policy(
                    id=f"{row.id}-by-head",
                    name_en=f"{row.name_en}: spending by head",
                    name_zh=f"{row.name_zh}人均投资下限",
                    kind=PolicyKind.SPEND_PER_HEAD_FLOOR,
                    value=value,
                    jurisdictions=(row.id,),
                    source=SOURCE,
                )
            )
    return instance.with_tables(jurisdictions=tuple(rows), policies=(*instance.policies, *floors))
