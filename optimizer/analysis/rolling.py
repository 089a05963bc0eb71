"""Next year's instance: what a plan and what happened leave to be decided from a later year on.

Everything that the laws count over the whole plan (docs/laws.md) is cut at the new first year: what
was spent, started, opened, borrowed and paid before it becomes an opening figure of the rest.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from infraplan.models.base import DomainModel
from infraplan.models.catalogue import Phrase, phrase
from infraplan.models.funding import CostShare
from infraplan.models.horizon import Horizon
from infraplan.models.instance import Instance
from infraplan.models.network import ProjectNetwork
from infraplan.models.plan import Plan
from infraplan.models.progress import opening_of_standing, stands
from infraplan.models.project import Mandate, Project
from infraplan.models.relation import Relation, RelationType, RenewalMode
from infraplan.models.renewal import renewals
from infraplan.models.retirement import last_year_of_standing
from infraplan.optimizer.analysis.actuals import Actual, Works, works_until
from infraplan.optimizer.analysis.rolled_limits import roll_limits, shares_of_the_rest
from infraplan.optimizer.analysis.rolled_money import (
    PaidAndOwed,
    RollError,
    debt_rows,
    kept_inflows,
    money_until,
)
from infraplan.optimizer.analysis.rolled_musts import kept_musts
from infraplan.optimizer.analysis.rolled_partners import with_what_went_before
from infraplan.optimizer.analysis.rolled_payers import roll_finance, roll_shares
from infraplan.optimizer.analysis.rolled_projects import (
    roll_projects,
    roll_receipts,
    roll_streams,
    sunk_in,
)
from infraplan.optimizer.analysis.rolled_promises import kept_promises
from infraplan.optimizer.analysis.rolled_relations import kept_relations, late_openings
from infraplan.optimizer.analysis.rolled_shortages import with_what_money_allows
from infraplan.optimizer.analysis.rolled_time import grown, roll_settings


@dataclass(frozen=True)
class Rolled:
    """Next year's instance and what came of the works begun.

    `committed` is what remains to be spent and `cancelled` what was sunk in all, by project, in
    price-year money; `funds` are opening balances, `debt` balances by (borrower, pool), nominal.
    """

    instance: Instance
    finished: tuple[str, ...]
    committed: Mapping[str, float]
    cancelled: Mapping[str, float]
    funds: Mapping[str, float]
    debt: Mapping[tuple[str, str], float]
    notes: tuple[Phrase, ...]


def _require_year(horizon: Horizon, to_year: int) -> None:
    """Refuse a first year of the new plan that is none of those after the plan's own."""
    if horizon.first_year == horizon.last_year:
        raise RollError(phrase("roll-has-one-year", year=horizon.first_year))
    if not horizon.first_year < to_year <= horizon.last_year:
        raise RollError(
            phrase(
                "roll-year-outside",
                first=horizon.first_year + 1,
                last=horizon.last_year,
                year=to_year,
            )
        )


def roll(
    instance: Instance, plan: Plan | None, to_year: int, actuals: Sequence[Actual] = ()
) -> Rolled:
    """Return the instance that begins in `to_year`.

    Parameters
    ----------
    instance
        The question, the plan's scenario applied.
    plan
        Its answer, or None where only the actuals tell what happened.
    to_year
        First year of the new plan, inside the old one and after its first year.
    actuals
        What happened before `to_year`; where they are silent, what was planned.

    Raises
    ------
    RollError
        If `to_year` lies outside the plan, or a fund would have spent more than it had.
    InconsistentInstanceError
        If the new instance makes no sense.
    """
    horizon = instance.settings.horizon
    _require_year(horizon, to_year)
    works = works_until(instance, plan, actuals, to_year)
    moved = late_openings(_draft(instance, works, {}, to_year)[0], works)
    for name in moved.keys() & works.keys():
        works[name] = replace(works[name], opening=moved[name], waits=True)
    money = money_until(instance, plan, works, to_year)
    draft, notes = _kept_rules(*_draft(instance, works, moved, to_year), works)
    rolled = _rolled_instance(instance, plan, works, money, draft)
    if rolled.agreements:
        told, borne = with_what_went_before(instance, rolled, plan, works, money.payments)
        rolled = _with_shares(rolled, told)
        notes += borne
    rolled, decided = _with_what_money_allows(rolled, works)
    notes += [*decided, *shares_of_the_rest(instance, works, to_year)]
    return Rolled(
        rolled,
        tuple(name for name, row in works.items() if row.is_finished(to_year)),
        {
            n: w.remaining
            for n, w in works.items()
            if not w.cancelled and not w.is_finished(to_year)
        },
        {name: sunk_in(instance, row) for name, row in works.items() if row.cancelled},
        money.cash,
        money.owed,
        tuple(notes),
    )


def _draft(
    instance: Instance, works: Mapping[str, Works], moved: Mapping[str, int], to_year: int
) -> tuple[Instance, list[Phrase]]:
    """The instance with settings, projects and relations as in `to_year`, and remarks on them.

    It is not checked: its other tables are still those of the old plan. `moved` are later openings,
    of works that did not go on before `to_year` as well.
    """
    projects, notes = roll_projects(instance, works, to_year)
    idle = {name: year for name, year in moved.items() if name not in works}
    notes += [phrase("roll-waits", project=name, year=year) for name, year in idle.items()]
    projects = tuple(
        row.model_copy(update={"opened": idle[row.id]}) if row.id in idle else row
        for row in projects
    )
    past = [row for row in instance.relations if _is_past(instance, row, works, to_year)]
    projects = tuple(_with_nothing_to_retire(instance, p, past, works, notes) for p in projects)
    projects = tuple(_with_nothing_to_renew(instance, p, works, to_year, notes) for p in projects)
    tables: dict[str, Any] = {name: getattr(instance, name) for name in Instance.model_fields} | {
        "settings": roll_settings(instance.settings, to_year),
        "projects": projects,
        # What a renewal takes over stands in its tables; what was cut there must not come again.
        "relations": tuple(
            row.model_copy(update={"takes_over": ()})
            for row in instance.relations
            if row not in past
        ),
    }
    return Instance.model_construct(**tables), notes


def _kept_rules(
    draft: Instance, notes: list[Phrase], works: Mapping[str, Works]
) -> tuple[Instance, list[Phrase]]:
    """The draft with the relations and dates that can still be kept, and what is said of them."""
    tables = {name: getattr(draft, name) for name in Instance.model_fields}
    tables["relations"], broken = kept_relations(draft, works)
    draft = Instance.model_construct(**tables)
    kept = kept_promises(draft, works)
    tables |= {name: getattr(kept, name) for name in ("projects", "policies", "targets")}
    draft = Instance.model_construct(**tables)
    tables["projects"], late = kept_musts(draft, works)
    return Instance.model_construct(**tables), [*notes, *broken, *kept.notes, *late]


def _rolled_instance(
    instance: Instance,
    plan: Plan | None,
    works: dict[str, Works],
    money: PaidAndOwed,
    draft: Instance,
) -> Instance:
    """The instance from `to_year` on: each table cut there, the others as they were."""
    to_year = draft.settings.horizon.first_year
    tables: dict[str, Any] = {
        "settings": draft.settings.model_copy(
            update={"finance": roll_finance(instance, draft, works, money.payments)}
        ),
        "projects": draft.projects,
        "relations": draft.relations,
        "benefits": tuple(roll_streams(instance, works, to_year)),
        "receipts": tuple(roll_receipts(instance, draft, works, to_year)),
        "project_network": tuple(_with_options_left(instance, draft)),
        "shares": roll_shares(instance, draft, works, money.payments),
        "inflows": tuple(kept_inflows(instance, to_year)),
        "debt": debt_rows(instance, money.debt, to_year),
        "demands": tuple(
            row.model_copy(update={"amount": grown(row.amount, row.growth, instance, to_year)})
            for row in instance.demands
        ),
        **roll_limits(instance, plan, works, money.payments, to_year),
    }
    # The draft has all rows of the old instance, and after them what finished works ask for.
    for name in ("policies", "targets"):
        tables[name] += getattr(draft, name)[len(getattr(instance, name)) :]
    funds = tables.pop("funds", instance.funds)
    tables["funds"] = tuple(
        fund.model_copy(
            update={"opening_balance": money.cash[fund.id], "opening_ages": money.ages[fund.id]}
        )
        for fund in funds
    )
    kept = {name: getattr(instance, name) for name in Instance.model_fields if name not in tables}
    return _checked(kept | tables, tables["shares"])


def _with_what_money_allows(
    rolled: Instance, works: Mapping[str, Works]
) -> tuple[Instance, list[Phrase]]:
    told, notes = with_what_money_allows(rolled, works)
    return (rolled if told == rolled.shares else _with_shares(rolled, told)), notes


def _with_shares(instance: Instance, shares: tuple[CostShare, ...]) -> Instance:
    return _checked({name: getattr(instance, name) for name in Instance.model_fields}, shares)


def _checked(tables: dict[str, Any], shares: tuple[CostShare, ...]) -> Instance:
    """The instance of `tables`, checked, with these shares."""
    tables = {**tables, "shares": shares}
    return Instance(**{name: _as_stated(value) for name, value in tables.items()})


def _is_past(instance: Instance, relation: Relation, works: Mapping[str, Works], year: int) -> bool:
    """Whether it retires what has ended by itself: before `year`, or before late works opened."""
    if relation.type is not RelationType.RETIRES or not relation.is_enforced:
        return False
    old, new = (
        instance.project_by_id[names[0]] for names in (relation.from_projects, relation.to_projects)
    )
    first = instance.settings.horizon.first_year
    here = works.get(new.id)
    opened = year
    if stands(new):
        opened = opening_of_standing(new, first)
    elif here is not None and not here.cancelled:
        opened = here.opening if here.is_finished(year) else max(year, here.opening)
    return last_year_of_standing(old, first) < opened


def _with_nothing_to_retire(
    instance: Instance,
    project: Project,
    past: Sequence[Relation],
    works: Mapping[str, Works],
    notes: list[Phrase],
) -> Project:
    """The project, never to start where what it was to retire has ended and it has not begun.

    It had to open while that still operated (laws.md, "Retirement"); one that must be built is
    built for its own sake all the same.
    """
    mine = [row.from_projects[0] for row in past if row.to_projects == (project.id,)]
    if not mine or project.id in works or project.mandatory is not Mandate.FREE or stands(project):
        return project
    first = instance.settings.horizon.first_year
    ends = {old: last_year_of_standing(instance.project_by_id[old], first) for old in mine}
    old = min(ends, key=lambda name: ends[name])
    notes.append(phrase("roll-nothing-to-retire", project=project.id, old=old, year=ends[old]))
    latest = ends[old] if project.latest_start is None else min(ends[old], project.latest_start)
    begin = project.earliest_start
    early = None if begin is None or begin > latest else begin
    return project.model_copy(update={"latest_start": latest, "earliest_start": early})


def _with_nothing_to_renew(
    instance: Instance,
    project: Project,
    works: Mapping[str, Works],
    to_year: int,
    notes: list[Phrase],
) -> Project:
    """The project, never to start where it had to open when a life ended that ended before.

    Works that are paid for after their life say no more in which year that was; of what stands its
    dates do (laws.md, `renews`).
    """
    renewed = {new: old for old, new in instance.renewed_by.items()}
    here = works.get(renewed.get(project.id, ""))
    mode = {row.to_projects: row.renewal for row in renewals(instance.relations)}
    if here is None or here.cancelled or here.is_finished(to_year) or project.id in works:
        return project
    due = here.opening + here.option.lifetime
    if due >= to_year or mode[project.id,] is not RenewalMode.AUTOMATIC or stands(project):
        return project
    phrased = phrase("roll-renewal-past", project=project.id, old=here.project.id, year=due)
    notes.append(phrased)
    return project.model_copy(update={"latest_start": due, "earliest_start": None})


def _with_options_left(instance: Instance, draft: Instance) -> Iterator[ProjectNetwork]:
    """What options do to networks; those that were not chosen are gone once works have begun."""
    left = {row.id: {"", *(option.option for option in row.options)} for row in draft.projects}
    return (row for row in instance.project_network if row.option in left[row.project])


def _as_stated(value: object) -> object:
    """Table of `value` as plain data, so that the instance checks what was changed."""
    if isinstance(value, tuple):
        return tuple(row.model_dump() if isinstance(row, DomainModel) else row for row in value)
    return value.model_dump() if isinstance(value, DomainModel) else value
