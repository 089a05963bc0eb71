"""How far works have come: what stands already, and what is left of works under way.

Source: docs/laws.md section 1, "Progress".
"""

from __future__ import annotations

from infraplan.models.project import Mandate, Option, Project, Stage


def stands(project: Project) -> bool:
    """Whether `project` is complete: there already, and no candidate."""
    return project.stage is Stage.COMPLETE


def duty_of(project: Project) -> Mandate:
    """Whether the plan may choose: works under way that say nothing else are committed."""
    if project.stage is Stage.UNDER_CONSTRUCTION and project.mandatory is Mandate.FREE:
        return Mandate.COMMITTED
    return project.mandatory


def may_stop(project: Project) -> bool:
    """Whether the plan may stop works under way, in its first year, instead of going on."""
    return (
        project.stopping_cost is not None
        and project.stage is Stage.UNDER_CONSTRUCTION
        and duty_of(project) is Mandate.COMMITTED
    )


def must_be_built(project: Project) -> bool:
    """Whether no plan may leave `project` out; of what stands nobody asks."""
    return duty_of(project) in {Mandate.MUST, Mandate.COMMITTED} and not may_stop(project)


def is_given_up(project: Project) -> bool:
    """Whether works were begun and given up for good: no candidate, what was spent is sunk."""
    return project.mandatory is Mandate.MUST_NOT and project.spent_to_date is not None


def begun_in(project: Project, first_year: int) -> int | None:
    """Year before the plan in which committed works began; None where they count from the plan on.

    `started`, or an `earliest_start` before the plan, which says the same of works under way.
    """
    if project.stage is not Stage.UNDER_CONSTRUCTION or duty_of(project) is not Mandate.COMMITTED:
        return None
    begun = project.earliest_start if project.started is None else project.started
    return begun if begun is not None and begun < first_year else None


def share_ahead(project: Project, option: Option, first_year: int) -> float:
    """Share of the whole profile that lies in the plan: 1 where works did not begin before it."""
    begun = begun_in(project, first_year)
    return 1.0 if begun is None else float(sum(profile_of(option)[first_year - begun :]))


def profile_of(option: Option) -> tuple[float, ...]:
    """Share of cost in each spending year: as given, else the standard S-curve."""
    from infraplan.models.finance.appraisal import spending_profile

    if option.spending_profile:
        return option.spending_profile
    return tuple(float(share) for share in spending_profile(max(1, option.lead_time)))


def spent_before(project: Project, option: Option, first_year: int) -> float:
    """Money that went into the works before the plan, in price-year money.

    `spent_to_date`, else what the profile puts into the years before the plan.
    """
    if project.stage is not Stage.UNDER_CONSTRUCTION:
        return 0.0
    if project.spent_to_date is not None:
        return project.spent_to_date
    begun = begun_in(project, first_year)
    if begun is None:
        return 0.0
    return option.overnight_cost * sum(profile_of(option)[: first_year - begun])


def written_off_before(project: Project, opening: int) -> int:
    """Years in which the cost was written off before `opening`, from which its lives are told.

    0 but for works that opened before all of them was paid.
    """
    since = project.written_off_since
    return 0 if since is None else max(0, opening - since)


def may_be_over(project: Project, first_year: int) -> bool:
    """Whether its life may have ended with its first opening's years: a `lifetime` of 0 is right.

    It first opened in a year before the one from which its lives are told.
    """
    if project.stage is Stage.COMPLETE:
        opening = opening_of_standing(project, first_year)
    elif project.stage is Stage.UNDER_CONSTRUCTION:
        rest = rest_of_works(project, project.options[0], first_year)
        opening = first_year + rest.lead_time
    else:
        return False
    return written_off_before(project, opening) > 0


def rest_of_works(project: Project, option: Option, first_year: int) -> Option:
    """Return `option` as the plan from `first_year` on has it: what is left to spend and to wait.

    Cost less what was spent; the profile's years from the plan's first one on, divided by their
    sum (all of it in the first year where none is left); the years until `opened`, else those of
    the lead time that are left. Works that have not begun are returned as they are.
    """
    begun = begun_in(project, first_year)
    told = (project.spent_to_date, project.opened)
    if project.stage is not Stage.UNDER_CONSTRUCTION or (begun is None and told == (None, None)):
        return option
    gone = 0 if begun is None else first_year - begun
    spent = spent_before(project, option, first_year)
    lead = max(0, option.lead_time - gone)
    if project.opened is not None:
        lead = max(0, project.opened - first_year)
    profile = option.spending_profile
    if begun is not None:
        left = profile_of(option)[gone:]
        total = sum(left)
        profile = tuple(share / total for share in left) if total > 0.0 else (1.0,)
    low, high = option.overnight_cost_low, option.overnight_cost_high
    return option.model_copy(
        update={
            "lead_time": lead,
            "spending_profile": profile,
            "overnight_cost": max(0.0, option.overnight_cost - spent),
            "overnight_cost_low": None if low is None else max(0.0, low - spent),
            "overnight_cost_high": None if high is None else max(0.0, high - spent),
        }
    )


def option_in_plan(project: Project, name: str, first_year: int) -> Option:
    """Option `name` of `project` as the plan has it: `rest_of_works`."""
    return rest_of_works(project, project.option(name), first_year)


def opening_of_standing(project: Project, first_year: int) -> int:
    """Year in which a complete project opened; where nothing is said, the plan's first."""
    return first_year if project.opened is None else project.opened
