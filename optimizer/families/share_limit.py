"""Family `share_limit`: least and most that a partner pays."""

from __future__ import annotations

from infraplan.models.joint_projects import share_limits_of
from infraplan.optimizer.formulation.context import Context, Triplets
from infraplan.optimizer.formulation.partner_terms import (
    chosen_classes,
    paid_terms,
    real_spending,
    start_terms,
)


def add_share_limit(context: Context) -> None:
    """A partner pays at least its least and at most its greatest share of a project.

    Formula: ``min_share S <= sum_{p of i,j} sum_t pay[p,t] / index(t) <= max_share S`` with
    ``S = sum_{o,s,t} spend[o,s,t] x[o,s]``; price-year money. One row per (project, partner, side
    with a limit).
    """
    money, sets = context.money, context.sets
    parts: list[Triplets] = []
    keys: list[tuple[str | int, ...]] = []
    for project, classes in chosen_classes(context).items():
        limits = share_limits_of(context.instance, context.instance.projects[project])
        spent = real_spending(context, project)
        for number in classes:
            least, most = limits[money.classes[number].payer]
            for side, limit, kept in (("least", -least, least > 0.0), ("most", most, most < 1.0)):
                if not kept:
                    continue
                sign = -1.0 if side == "least" else 1.0
                row = len(keys)
                parts.append(paid_terms(context, row, [number], sign / sets.price_index))
                parts.append(start_terms(context, row, project, -limit * spent))
                keys.append(
                    (context.instance.projects[project].id, money.classes[number].payer, side)
                )
    context.add_rows("share_limit", Triplets.join(*parts), keys, upper=0.0)
