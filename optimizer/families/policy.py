"""Family `policy`: floors and caps on spending, starts and benefits."""

from __future__ import annotations

import numpy as np

from infraplan.models.policy import PER_HEAD, Policy, PolicyKind
from infraplan.optimizer.formulation.context import Context, Triplets
from infraplan.optimizer.formulation.sets import IntArray

_CAPS = {PolicyKind.SPEND_CAP, PolicyKind.SPEND_SHARE_CAP, PolicyKind.STARTS_CAP}
_BENEFITS = {PolicyKind.BENEFIT_FLOOR, PolicyKind.BENEFIT_PER_HEAD_FLOOR}


def add_policy(context: Context) -> None:
    """What a scope spends, starts or gains stays under a cap, or over a floor.

    Formula, scope S, years Y (each year alone where per_year)::

        spend_cap, spend_floor              sum_{i in S, t in Y} spend[i,t]           <= / >= value
        spend_share_cap, spend_share_floor  spend(S,Y) - value spend(all,Y)           <= / >= 0
        starts_cap, starts_floor            sum_{i in S, t in Y} x[i,t]               <= / >= value
        spend_per_head_floor                as spend_floor                    >= value heads(S)
        benefit_per_head_floor              as benefit_floor                  >= value heads(S)
        benefit_floor                       sum_{i in S, s in Y} PVbenefit[i,s] x[i,s] >= value

    heads(S): residents of the policy's jurisdictions, of all where it names none.
    What began before the plan is no start of it.
    Spending is real: ``cost profile[k] esc(t)``. One row per policy, or per policy and year.
    """
    first_year = context.sets.first_year
    last = context.sets.num_years - 1
    for policy in context.instance.policies:
        begin = max((policy.from_year or first_year) - first_year, 0)
        end = min((policy.to_year or first_year + last) - first_year, last)
        if begin > end:
            continue
        scope = context.sets.select(
            sectors=policy.sectors,
            subsectors=policy.subsectors,
            jurisdictions=policy.jurisdictions,
            places=policy.places,
            projects=policy.projects,
        )[context.sets.project_of]
        entries = _entries(context, policy, scope, begin, end)
        years = range(begin, end + 1) if policy.per_year else range(end, end + 1)
        share = policy.kind in {PolicyKind.SPEND_SHARE_CAP, PolicyKind.SPEND_SHARE_FLOOR}
        value = 0.0 if share else policy.value
        if policy.kind in PER_HEAD:
            value *= context.instance.heads_in(policy.jurisdictions)
        capped = policy.kind in _CAPS
        context.add_rows(
            "policy",
            entries,
            [(policy.id, first_year + t) for t in years],
            lower=-np.inf if capped else value,
            upper=value if capped else np.inf,
        )


def _entries(context: Context, policy: Policy, scope: np.ndarray, begin: int, end: int) -> Triplets:
    if policy.kind in {PolicyKind.STARTS_CAP, PolicyKind.STARTS_FLOOR, *_BENEFITS}:
        option, start = np.nonzero(
            (scope & context.sets.is_start)[:, None]
            & (np.arange(context.sets.num_years)[None, :] >= begin)
        )
        kept = start <= end
        option, start = option[kept], start[kept]
        weight = np.ones(len(option))
        if policy.kind in _BENEFITS:
            terms = context.coefficients.terms
            weight = (terms["benefit"] + terms["metric_value"])[option, start]
        return context.start_entries(_row(policy, start, begin), option, start, weight)
    spending = context.coefficients.spending
    inside = (spending.year >= begin) & (spending.year <= end)
    weight = np.where(scope[spending.option], 1.0, 0.0)
    if policy.kind in {PolicyKind.SPEND_SHARE_CAP, PolicyKind.SPEND_SHARE_FLOOR}:
        weight = weight - policy.value
    kept = inside & (weight != 0.0)
    return context.start_entries(
        _row(policy, spending.year[kept], begin),
        spending.option[kept],
        spending.start[kept],
        (weight * spending.amount)[kept],
    )


def _row(policy: Policy, year: IntArray, begin: int) -> IntArray:
    return year - begin if policy.per_year else np.zeros(len(year), dtype=np.int64)
