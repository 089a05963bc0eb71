"""Projects of next year's instance: finished, under way, given up or still ahead."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from infraplan.models.catalogue import Phrase, phrase
from infraplan.models.funding import Event, Receipt
from infraplan.models.instance import Instance
from infraplan.models.progress import (
    begun_in,
    is_given_up,
    profile_of,
    share_ahead,
    spent_before,
    stands,
)
from infraplan.models.project import BenefitStream, Mandate, Option, Project, Stage
from infraplan.optimizer.accounts.coverage import revenue_after
from infraplan.optimizer.analysis.actuals import Works
from infraplan.optimizer.analysis.rolled_time import grown


def roll_projects(
    instance: Instance, works: Mapping[str, Works], to_year: int
) -> tuple[tuple[Project, ...], list[Phrase]]:
    """Projects as they are in `to_year`, and remarks on what was given up or is late."""
    projects, notes = [], list[Phrase]()
    for project in instance.projects:
        here = works.get(project.id)
        grown_up = _grown_project(instance, project, to_year)
        if here is None:
            grown_up = _still_ahead(instance, project, grown_up, to_year, notes)
        elif here.cancelled:
            sunk = sunk_in(instance, here)
            grown_up = _cancelled(grown_up, sunk)
            notes.append(phrase("roll-given-up", project=project.id, sunk=sunk))
        elif here.is_finished(to_year):
            grown_up = _finished(instance, grown_up, here)
        else:
            grown_up = _under_way(instance, grown_up, here, to_year)
            notes += _late_works(here, to_year)
        projects.append(grown_up)
    return tuple(projects), notes


def _grown_project(instance: Instance, project: Project, to_year: int) -> Project:
    """The project with its yearly figures at the demand of the new first year."""
    gone = to_year - instance.settings.horizon.first_year
    options = tuple(
        option.model_copy(
            update={
                "benefits": {
                    name: grown(value, option.benefit_growth, instance, to_year)
                    for name, value in option.benefits.items()
                },
                "revenue": revenue_after(option, gone),
            }
        )
        for option in project.options
    )
    return project.model_copy(update={"options": options})


_NOISE = 1e-9
"""Part of a cost below which a difference of what was spent is rounding."""

_NO_WINDOW: dict[str, Any] = {
    "earliest_start": None,
    "latest_start": None,
    "ready_years": {},
    "open_by": None,
}


def _still_ahead(
    instance: Instance, old: Project, project: Project, to_year: int, notes: list[Phrase]
) -> Project:
    """A project that has not begun (or stands since long): its dates are years and stay."""
    first = instance.settings.horizon.first_year
    if stands(old):
        opened = first if old.opened is None else old.opened
        return project.model_copy(update={"opened": opened})
    if old.stage is Stage.UNDER_CONSTRUCTION:
        update: dict[str, object] = {}
        if old.opened is not None:
            update["opened"] = max(old.opened, to_year)
        if begun_in(old, first) is not None or old.spent_to_date is not None:
            update["spent_to_date"] = spent_before(old, old.options[0], first)
        return project.model_copy(update=update)
    late = old.latest_start is not None and old.latest_start < to_year
    if late and old.mandatory is Mandate.FREE:
        notes.append(phrase("roll-too-late", project=old.id, year=old.latest_start))
    return project


def sunk_in(instance: Instance, works: Works) -> float:
    """What was spent in all on works given up, before the plan too, in price-year money."""
    old = instance.project_by_id[works.project.id]
    if is_given_up(old):
        return (old.spent_to_date or 0.0) + works.sunk
    return _before(instance, works)[1] + works.sunk


def _cancelled(project: Project, sunk: float) -> Project:
    """Given up: no candidate any more, what it cost is told."""
    update = {
        "mandatory": Mandate.MUST_NOT,
        "stage": Stage.START,
        "started": None,
        "spent_to_date": sunk,
        "stopping_cost": None,
        "opened": None,
        "written_off_since": None,
        "note": _with_sunk(project.note, sunk),
    }
    return project.model_copy(update=update)


def _with_sunk(note: str, sunk: float) -> str:
    """The remark of a project with what was sunk in it, once over however many rolls."""
    said = phrase("roll-sunk-note", sunk=sunk)
    begin = str(said).split(":", maxsplit=1)[0] + ":"
    parts = [part for part in note.split("; ") if part and not part.startswith(begin)]
    return "; ".join([*parts, f"{said} ({said.zh})"])


def _finished(instance: Instance, project: Project, works: Works) -> Project:
    """Built: it stands, at what it took, which is what it is written off from."""
    option = _whole_option(instance, project, works)
    spent = _before(instance, works)[1] + works.sunk
    if abs(spent - option.overnight_cost) > _NOISE * max(spent, option.overnight_cost):
        option = option.model_copy(update={"overnight_cost": spent})
    return project.model_copy(
        update={
            **_NO_WINDOW,
            "stage": Stage.COMPLETE,
            "mandatory": Mandate.FREE,
            "started": None,
            "spent_to_date": None,
            "stopping_cost": None,
            "opened": works.opening,
            "options": (option,),
        }
    )


def _before(instance: Instance, works: Works) -> tuple[int, float]:
    """Year in which works began that were under way before the plan, and what they had cost then.

    Works that began in the plan, or of which no beginning is known: their start in the plan.
    """
    first = instance.settings.horizon.first_year
    old = instance.project_by_id[works.project.id]
    begun = begun_in(old, first)
    spent = spent_before(old, old.option(works.option.option), first)
    return works.start if begun is None else begun, spent


def _whole_option(instance: Instance, project: Project, works: Works) -> Option:
    """The option from the true beginning of the works on, with its profile written out.

    Of works that were under way before the plan, the old plan holds the rest alone. Their years,
    cost and profile are put before it again, so that it does not matter over how many years'
    instances the works are told: relations count from their start, resources by their profile.
    """
    first = instance.settings.horizon.first_year
    start, before = _before(instance, works)
    gone = works.start - start
    old = instance.project_by_id[works.project.id]
    own = old.option(works.option.option)
    past = (profile_of(own) + (0.0,) * gone)[:gone]
    ahead = share_ahead(old, own, first)
    profile = past + tuple(share * ahead for share in profile_of(works.option))
    while len(profile) > 1 and profile[-1] == 0.0:
        profile = profile[:-1]
    return project.option(works.option.option).model_copy(
        update={
            "lead_time": gone + works.option.lead_time,
            "overnight_cost": before + works.option.overnight_cost,
            "overnight_cost_low": None,
            "overnight_cost_high": None,
            "spending_profile": profile,
            "yearly_spending": (),
        }
    )


def _shift(works: Works, to_year: int) -> int:
    """Years that unfinished works have been open before `to_year`: that much of life is gone."""
    return max(0, to_year - works.opening)


def _under_way(instance: Instance, project: Project, works: Works, to_year: int) -> Project:
    """Begun and not finished: committed, at what remains."""
    start, before = _before(instance, works)
    option = _whole_option(instance, project, works)
    spent = before + works.sunk
    cost = option.overnight_cost if works.remaining else spent
    gone = _shift(works, to_year)
    life = max(0, option.lifetime - gone)
    option = option.model_copy(
        update={
            "overnight_cost": max(cost, spent),
            "lifetime": life,
            "financial_life": None
            if option.financial_life is None or not life
            else max(1, option.financial_life - gone),
            "ramp_up": option.ramp_up[gone:],
        }
    )
    expected = works.opening != works.planned_opening
    late = works.opening < to_year
    since = project.written_off_since
    return project.model_copy(
        update={
            **_NO_WINDOW,
            "stage": Stage.UNDER_CONSTRUCTION,
            "mandatory": Mandate.COMMITTED,
            "started": start,
            "spent_to_date": spent,
            "opened": max(works.opening, to_year) if late or expected else None,
            "written_off_since": works.opening if since is None and late else since,
            "options": (option,),
        }
    )


def _late_works(works: Works, to_year: int) -> Iterator[Phrase]:
    """What works that spent less than planned say: they open later, or are paid after opening."""
    name = works.project.id
    if works.waits:
        yield phrase("roll-waits", project=name, year=works.opening)
    elif not works.has_opened and works.opening != works.planned_opening:
        yield phrase("roll-behind", project=name, year=works.opening, planned=works.planned_opening)
    elif works.opening <= to_year and works.remaining and not works.is_due(to_year):
        opening = max(works.opening, to_year)
        yield phrase("roll-paid-late", project=name, year=opening, left=works.remaining)


def roll_streams(
    instance: Instance, works: Mapping[str, Works], to_year: int
) -> Iterator[BenefitStream]:
    """Further benefits at the demand of `to_year`, of begun projects those of their option."""
    for row in instance.benefits:
        update: dict[str, object] = {"value": grown(row.value, row.growth, instance, to_year)}
        here = works.get(row.project)
        if here is not None and not here.cancelled:
            if row.option not in ("", here.option.option):
                continue
            if not here.is_finished(to_year):
                update["ramp_up"] = row.ramp_up[_shift(here, to_year) :]
        yield row.model_copy(update=update)


def roll_receipts(
    instance: Instance, draft: Instance, works: Mapping[str, Works], to_year: int
) -> Iterator[Receipt]:
    """Receipts in the years that they had, counted from the dates that the new plan gives.

    What stands in `draft` started by its whole works, those before the old plan included.
    """
    for row in instance.receipts:
        value = grown(row.value, row.growth, instance, to_year)
        moved = row.model_copy(update={"value": value})
        here = works.get(row.project)
        if here is None or here.cancelled:
            yield moved
            continue
        if row.option not in ("", here.option.option):
            continue
        old = here.start if row.event is Event.START else here.opening
        new = max(here.opening, to_year) if row.event is Event.OPENING else to_year
        if here.is_finished(to_year):
            lead = draft.project_by_id[row.project].options[0].lead_time
            new = here.opening if row.event is Event.OPENING else here.opening - lead
        delay = row.delay - (new - old)
        years = row.years + min(0, delay)
        if years > 0:
            yield moved.model_copy(update={"delay": max(0, delay), "years": years})
