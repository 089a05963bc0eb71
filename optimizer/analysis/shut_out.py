"""What is told of a project left out: its reason and loss, or that no plan can hold it."""

from __future__ import annotations

from infraplan.models.plan import Plan, Rejection
from infraplan.models.project import Mandate
from infraplan.optimizer.analysis.binding import Binding
from infraplan.optimizer.analysis.forcing import Forcing
from infraplan.optimizer.program import Formulation

EXACT = "exact"
"""How a loss was found where it is one number."""
INTERVAL = "interval"
"""How a loss was found that is known between bounds."""


def told(
    forcing: Forcing,
    index: int,
    best_alone: float,
    binding: Binding,
    ends: tuple[float | None, float | None],
    same: float,
) -> Rejection:
    """The row of project `index`, its loss between `ends` (None: unknown), in the model's money.

    Ends no farther apart than `same` are one number.
    """
    low, high = (None if end is None else end / forcing.factor for end in ends)
    is_exact = ends[0] is not None and ends[1] is not None and ends[1] - ends[0] <= same
    is_known = low is not None or high is not None
    return Rejection(
        project=forcing.formulation.instance.projects[index].id,
        best_npv=best_alone / forcing.factor,
        rule=binding.rule,
        year=binding.year,
        amount=binding.amount,
        years=binding.years,
        amounts=binding.amounts,
        others=binding.others,
        loss=high if is_exact else None,
        loss_low=low,
        loss_high=high,
        method=EXACT if is_exact else INTERVAL if is_known else "",
    )


def never_started(formulation: Formulation, index: int) -> Rejection:
    """A project that is not allowed, or has no year to start in."""
    project = formulation.instance.projects[index]
    rule = "forbidden" if project.mandatory is Mandate.MUST_NOT else "window"
    return Rejection(project=project.id, rule=rule, can_be_forced=False)


def without_value(
    formulation: Formulation, plan: Plan, index: int, bound: float | None
) -> Rejection:
    """Under `makespan`: nothing asks for the project, or it would open after the plan's last.

    Beside a plan that is not proven shortest, a plan with the project may still be shorter.
    """
    flats = [formulation.sets.options[o] for o in formulation.sets.options_of[index]]
    opening = [flat.first + flat.option.lead_time for flat in flats if flat.is_open]
    if formulation.instance.projects[index].mandatory is Mandate.MUST_NOT or not opening:
        return never_started(formulation, index)
    value = formulation.coefficients.value
    best = max(
        float(value[o, flat.first : flat.last + 1].max())
        for o, flat in zip(formulation.sets.options_of[index], flats, strict=True)
        if flat.is_open
    )
    delay = min(opening) + plan.objective
    low = delay if delay > 0.0 else None if bound is None else min(0.0, plan.objective - bound)
    return Rejection(
        project=formulation.instance.projects[index].id,
        best_npv=best,
        rule="makespan" if delay > 0.0 else "unneeded",
        loss_low=low,
        method=INTERVAL if low is not None else "",
    )
