"""What the networks cost each year with no project at all: the yardstick of service."""

from __future__ import annotations

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_array, vstack

from models.instance import Instance
from optimizer.formulation.networks.columns import Slice
from optimizer.mip import FloatArray, IntArray, Mip


def without_projects(instance: Instance) -> Instance:
    """Networks, horizon and nothing else; not checked again, for it need not be consistent."""
    kept = ("settings", "network_nodes", "network_links", "demands")
    return Instance.model_construct(**{name: getattr(instance, name) for name in kept})


def least_cost_flows(mip: Mip, slices: tuple[Slice, ...]) -> tuple[FloatArray, frozenset[int]]:
    """Column values of least cost of a model without projects, and the years that have any.

    Years are independent of one another, so one without feasible flows does not touch the rest.
    """
    values = np.zeros(mip.num_columns)
    feasible = set()
    year_of = _year_of_columns(mip, slices)
    matrix = csr_array(
        (mip.a_value, mip.a_index, mip.a_start), shape=(mip.num_rows, mip.num_columns)
    )
    row_year = np.full(mip.num_rows, -1)
    filled = np.diff(mip.a_start) > 0
    row_year[filled] = year_of[mip.a_index[mip.a_start[:-1][filled]]]
    for year in sorted({slice_.year for slice_ in slices}):
        columns, rows = np.flatnonzero(year_of == year), np.flatnonzero(row_year == year)
        part = csr_array(matrix[rows][:, columns])
        lower, upper = mip.row_lower[rows], mip.row_upper[rows]
        equal = lower == upper
        above, below = ~equal & np.isfinite(upper), ~equal & np.isfinite(lower)
        answer = linprog(
            -mip.objective[columns],
            A_ub=vstack([part[above], -part[below]]),
            b_ub=np.concatenate([upper[above], -lower[below]]),
            A_eq=part[equal],
            b_eq=lower[equal],
            bounds=np.column_stack([mip.col_lower[columns], mip.col_upper[columns]]),
            method="highs",
        )
        if answer.status == 0:
            values[columns] = answer.x
            feasible.add(year)
    return values, frozenset(feasible)


def _year_of_columns(mip: Mip, slices: tuple[Slice, ...]) -> IntArray:
    """Year of every column, by its block's name: `what[network,year,block]`, `share[node,year]`."""
    years = {slice_.year for slice_ in slices}
    year_of = np.full(mip.num_columns, -1)
    for block in mip.column_blocks:
        inside = block.name.partition("[")[2].rstrip("]").split(",")
        year = next((int(part) for part in inside[1:] if part.isdigit() and int(part) in years), -1)
        year_of[block.start : block.start + block.size] = year
    return year_of
