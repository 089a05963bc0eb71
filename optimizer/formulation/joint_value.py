"""Value that projects have together: its years, and its present value in each."""

from __future__ import annotations

import numpy as np

from infraplan.models.relation import Relation, RelationType
from infraplan.optimizer.formulation.context import Context


def joint_years(context: Context, relation: Relation) -> list[int]:
    """Offsets of the years up to the one after which no member can open any more."""
    last = [
        flat.last + flat.option.lead_time
        for name in relation.members
        for option in context.sets.options_of[context.sets.project_index[name]]
        if (flat := context.sets.options[option]).is_open
    ]
    final = min(max(last, default=0), len(context.coefficients.discount) - 1)
    return list(range(final + 1))


def yearly_value(context: Context, relation: Relation, years: list[int]) -> np.ndarray:
    """Present value of `value` in each of `years`; the last carries all years to the end."""
    value = float(relation.value or 0.0) * context.coefficients.discount
    folded = value[: len(years)].copy()
    folded[-1] = value[len(years) - 1 :].sum()
    return folded


def relations_of(context: Context, kind: RelationType) -> list[Relation]:
    """Enforced relations of a type."""
    return [r for r in context.instance.relations if r.type is kind and r.is_enforced]
