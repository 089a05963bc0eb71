"""What the networks cost each year with no project at all: the yardstick of service."""

from __future__ import annotations

import numpy as np

from infraplan.models.instance import Instance
from infraplan.optimizer.formulation.networks.columns import Slice
from infraplan.optimizer.formulation.networks.outer_approximation import least_cost
from infraplan.optimizer.mip import FloatArray, IntArray, Mip

OWN_TABLES = ("settings", "network_nodes", "network_links", "demands")
"""Tables of an instance that networks without any project are made of."""


def without_projects(instance: Instance) -> Instance:
    """Networks, horizon and nothing else; not checked again, for it need not be consistent."""
    return Instance.model_construct(**{name: getattr(instance, name) for name in OWN_TABLES})


def are_same_networks(one: Instance, other: Instance) -> bool:
    """Whether two instances are the same without their projects."""
    return all(getattr(one, name) == getattr(other, name) for name in OWN_TABLES)


def least_cost_flows(mip: Mip, slices: tuple[Slice, ...]) -> tuple[FloatArray, frozenset[int]]:
    """Column values of least cost of a model without projects, and the years that have any.

    Years are independent of one another, so one without feasible flows does not touch the rest.
    """
    values = np.zeros(mip.num_columns)
    feasible = set()
    years = {slice_.year for slice_ in slices}
    year_of = _year_of_columns(mip, years)
    for year in sorted(years):
        columns = np.flatnonzero(year_of == year)
        found = least_cost(mip, slices, mip.col_lower, mip.col_upper, columns)
        if found is not None:
            values[columns] = found[columns]
            feasible.add(year)
    return values, frozenset(feasible)


def _year_of_columns(mip: Mip, years: set[int]) -> IntArray:
    """Year of every column, by its block's name: `what[network,year,block]`, `share[node,year]`."""
    year_of = np.full(mip.num_columns, -1)
    for block in mip.column_blocks:
        inside = block.name.partition("[")[2].rstrip("]").split(",")
        year = next((int(part) for part in inside[1:] if part.isdigit() and int(part) in years), -1)
        year_of[block.start : block.start + block.size] = year
    return year_of
