"""What the small networks of the tests are made of.

Everything is one year of lead time from the start in 2021, so service begins in 2022. With the
appraisal ending in 2022 and no discounting, `W(2022)` is 1: the year itself.
"""

from __future__ import annotations

import math

from infraplan.models.instance import Instance
from infraplan.models.network import LoadBlock, NetworkSettings
from infraplan.models.plan import Plan
from tests.builders import (
    make_instance,
)

YEARS = (2021, 2022)
FLOWS = ("flow", "flow_back")
W = 1.0


def network(projects, nodes, links, demands, changes=(), **tables) -> Instance:
    tables.setdefault("years", YEARS)
    return make_instance(
        projects,
        network_nodes=nodes,
        network_links=links,
        demands=demands,
        project_network=changes,
        **tables,
    )


def blocks(name: str, *rows: LoadBlock, **values) -> NetworkSettings:
    return NetworkSettings(id=name, blocks=rows, **values)


def service(plan: Plan, element: str, measure: str, block: str = "all", year: int = 2022) -> float:
    rows = [
        row.value
        for row in plan.service
        if (row.element, row.measure, row.block, row.year) == (element, measure, block, year)
    ]
    return math.fsum(rows)
