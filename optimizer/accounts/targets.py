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
    if target.metric in {PROJECTS_STARTED, PROJECTS_OPENED}:
        return option, at, amount[option]
    return _with_retired(candidates, target, option, at, amount[option])


def _with_retired(
    candidates: Candidates, target: Target, option: IntArray, start: IntArray, amount: FloatArray
) -> tuple[IntArray, IntArray, FloatArray]:
    """The same, and what each start takes off a target by what it retires."""
    year = target.year - candidates.first_year
    rows = []
    for old, relation in candidates.instance.retired_by.items():
        (number,) = candidates.options_of[candidates.project_index[old]]
        lost = _output_of_standing(candidates, target, number)
        for new in candidates.options_of[candidates.project_index[relation.to_projects[0]]]:
            lead = int(candidates.leads[new])
            rows += [(new, at, -lost) for at in range(min(year - lead + 1, candidates.num_years))]
    rows = [row for row in rows if row[2]]
    if not rows:
        return option, start, amount
    more = np.array(rows)
    return (
        np.concatenate([option, more[:, 0].astype(np.int64)]),
        np.concatenate([start, more[:, 1].astype(np.int64)]),
        np.concatenate([amount, more[:, 2]]),
    )


def standing_output(candidates: Candidates, target: Target) -> float:
    """What complete projects add to a target: their outputs while they operate."""
    if target.metric in {INVESTMENT, PROJECTS_STARTED, PROJECTS_OPENED}:
        return 0.0
    return sum(
        _output_of_standing(candidates, target, number)
        for number, flat in enumerate(candidates.options)
        if flat.standing is not None
    )


def _output_of_standing(candidates: Candidates, target: Target, number: int) -> float:
    """What option `number`, which stands, adds to a target of outputs where nothing retires it."""
    flat = candidates.options[number]
    scope = candidates.select(
        sectors=target.sectors, jurisdictions=target.jurisdictions, places=target.places
    )
    age = target.year - candidates.first_year - (flat.standing or 0) - flat.option.lead_time
    serves = scope[flat.project_index] and 0 <= age < flat.option.lifetime
    relation = candidates.instance.retired_by.get(flat.project.id)
    if relation is not None:
        # What retired it may stand already: then its end is no decision.
        (new, *_) = candidates.options_of[candidates.project_index[relation.to_projects[0]]]
        done = candidates.options[new]
        ends = None if done.standing is None else done.standing + done.option.lead_time
        serves = serves and (ends is None or target.year - candidates.first_year < ends)
    return float(flat.option.outputs.get(target.metric, 0.0)) if serves else 0.0


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
