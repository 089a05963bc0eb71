"""Choosing starts of one year as a design problem: its limits and values are the program's own."""

from __future__ import annotations

import numpy as np

from infraplan.optimizer.networkdesign.affordable import start_rows
from infraplan.optimizer.networkdesign.problem import DesignProblem, RoadDesign
from infraplan.optimizer.networkdesign.roads import Roads, RoadYear
from infraplan.optimizer.program import Formulation


def start_problem(formulation: Formulation, roads: Roads, factor: float) -> DesignProblem | None:
    """The design problem whose owners are the columns of starts, None where it is none.

    It is one where a single state of the roads counts, an option starts in one year or not at
    all, the operation of one start opens a link, and nothing but starts has a value of its own.
    A last owner that is never there keeps the links that nothing opens.

    Parameters
    ----------
    formulation
        Its program in a money unit that is `1 / factor` of the instance's.
    roads
        The roads at equilibrium.
    factor
        Money of the program over money of the instance.
    """
    mip, sets = formulation.mip, formulation.sets
    starts = mip.columns("started").index.ravel()
    others = np.ones(mip.num_columns, dtype=np.bool_)
    others[starts] = False
    several_years = any(flat.last > flat.first for flat in sets.options)
    if len(roads.years) != 1 or several_years or mip.objective[others].any():
        return None
    year = roads.years[0]
    owners = _owners(year, dict(zip(starts.tolist(), range(starts.size), strict=True)))
    if owners is None or year.scale <= 0.0:
        return None
    count = starts.size + 1
    arc_owner = year.roads.arc_owner
    arcs = np.where(arc_owner >= 0, owners[np.maximum(arc_owner, 0)], -1)
    rows = start_rows(mip, starts)
    weight = np.hstack([rows.weight, np.zeros((rows.limit.size, 1))])
    plain = (weight >= 0.0).all(axis=1)
    worth = np.append(mip.objective[starts] / (year.scale * factor), 0.0)
    return DesignProblem(
        roads=RoadDesign(year.network, arcs.astype(np.int64), count),
        worth=worth,
        row_weight=weight[plain],
        row_limit=rows.limit[plain],
        side_weight=weight[~plain],
        side_limit=rows.limit[~plain],
        must=np.append(mip.col_lower[starts] > 0.5, False),
        must_not=np.append(mip.col_upper[starts] < 0.5, True),
    )


def _owners(year: RoadYear, position: dict[int, int]) -> np.ndarray | None:
    """By candidate link the start that opens it; None where that is not one start, or stands."""
    owners = []
    for changes in year.openings:
        if not changes:
            owners.append(len(position))
            continue
        opened = len(changes) == 1 and len(changes[0]) == 1 and changes[0][0][1] == 1.0
        owner = position.get(changes[0][0][0]) if opened else None
        if owner is None:
            return None
        owners.append(owner)
    return np.array([*owners, len(position)], dtype=np.int64)
