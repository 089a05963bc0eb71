"""What targets count, and what a plan reaches of them. Source: docs/laws.md section 3."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from infraplan.models.finance.discounting import FloatArray, IntArray
from infraplan.models.plan import ProjectStart, TargetOutcome
from infraplan.models.target import INVESTMENT, PROJECTS_OPENED, PROJECTS_STARTED, Sense, Target
from infraplan.optimizer.accounts.candidates import Candidates
from infraplan.optimizer.accounts.value import Coefficients


def target_weights(
    coefficients: Coefficients, target: Target
) -> tuple[IntArray, IntArray, FloatArray]:
    """What each start adds to a target: option, start offset, amount; of one length, no zeros.

    An investment has several entries a start, one for each year of spending that counts.
    """
    candidates = coefficients.candidates
    scope = candidates.select(
        sectors=target.sectors, jurisdictions=target.jurisdictions, places=target.places
    )[candidates.project_of]
    year = target.year - candidates.first_year
    begin = max((target.from_year or candidates.first_year) - candidates.first_year, 0)
    if target.metric == INVESTMENT:
        spending = coefficients.spending
        kept = scope[spending.option] & (spending.year >= begin) & (spending.year <= year)
        return spending.option[kept], spending.start[kept], spending.amount[kept]
    start = np.arange(candidates.num_years)[None, :]
    opening = start + candidates.leads[:, None]
    if target.metric == PROJECTS_STARTED:
        counted = (start >= begin) & (start <= year) & candidates.is_start[:, None]
        amount = np.ones(len(candidates.options))
    elif target.metric == PROJECTS_OPENED:
        counted = (opening >= begin) & (opening <= year)
        amount = np.ones(len(candidates.options))
    else:
        life = np.array([flat.option.lifetime for flat in candidates.options])[:, None]
        counted = (opening <= year) & (year < opening + life)
        outputs = [flat.option.outputs.get(target.metric, 0.0) for flat in candidates.options]
        amount = np.array(outputs)
    option, at = np.nonzero(counted & (scope & (amount != 0.0))[:, None])
    return option, at, amount[option]


def standing_output(candidates: Candidates, target: Target) -> float:
    """What complete projects add to a target: their outputs while they operate."""
    if target.metric in {INVESTMENT, PROJECTS_STARTED, PROJECTS_OPENED}:
        return 0.0
    scope = candidates.select(
        sectors=target.sectors, jurisdictions=target.jurisdictions, places=target.places
    )
    year = target.year - candidates.first_year
    return float(
        sum(
            flat.option.outputs.get(target.metric, 0.0)
            for flat in candidates.options
            if flat.standing is not None
            and scope[flat.project_index]
            and 0 <= year - flat.standing - flat.option.lead_time < flat.option.lifetime
        )
    )


def target_outcomes(
    coefficients: Coefficients,
    starts: Iterable[ProjectStart],
    measured: Mapping[str, float] | None = None,
) -> tuple[TargetOutcome, ...]:
    """What every target reached; `measured` is what the networks add, by target id."""
    candidates = coefficients.candidates
    chosen = np.zeros((len(candidates.options), candidates.num_years), dtype=np.bool_)
    for built in starts:
        chosen[candidates.number_of(built), built.start - candidates.first_year] = True
    rows: list[TargetOutcome] = []
    for target in candidates.instance.targets:
        option, start, weight = target_weights(coefficients, target)
        reached = target.existing + (measured or {}).get(target.id, 0.0)
        reached += standing_output(candidates, target)
        reached += float(weight[chosen[option, start]].sum())
        missing = target.value - reached
        shortfall = max(0.0, missing if target.sense is Sense.AT_LEAST else -missing)
        rows.append(
            TargetOutcome(
                target=target.id,
                metric=target.metric,
                year=target.year,
                required=target.value,
                achieved=reached,
                shortfall=shortfall,
                penalty=float(shortfall * shortfall_worth(coefficients, target)),
            )
        )
    return tuple(rows)


def shortfall_worth(coefficients: Coefficients, target: Target) -> float:
    """Present value of one unit that a target falls short of."""
    year = target.year - coefficients.candidates.first_year
    return float(target.shortfall_price * coefficients.discount[year])
