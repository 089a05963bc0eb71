"""Why a plan misses a date that a text states, told from the plan and its question alone.

What rules the date out is told first: no year in time, a duty, another project's dates. Where
nothing of this kind does, the plan as a whole gains more than missing the date costs, within its
proven gap: a date never forbids anything. Of a project that would gain by keeping it, a limit
(money, a quota, a pace) is then short, used for what gains more: the fund that could not pay for
the works in time is named with the year in which it runs dry, where the plan's accounts tell it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from infraplan.models.consistency import option_window
from infraplan.models.instance import Instance
from infraplan.models.network import SERVED, TRAVEL_TIME
from infraplan.models.plan import DateOutcome, Plan, ProjectStart, Rejection
from infraplan.models.progress import begun_in, duty_of, option_in_plan
from infraplan.models.project import Mandate
from infraplan.models.relation import ORDER_TYPES, Relation, RelationType
from infraplan.models.rules import RULES
from infraplan.models.stated_date import DateKind
from infraplan.models.target import Sense
from infraplan.optimizer.accounts.candidates import lay_out, standing_starts
from infraplan.optimizer.accounts.funds import least_cash, may_lapse
from infraplan.optimizer.accounts.value import Coefficients, build_coefficients

OUTWEIGHED, OTHERS_FIRST = "outweighed", "others_first"
"""Reasons where nothing but the plan's value speaks against a date, and where a limit is short."""
DRY = 1e-6
"""Times (1 + cash): money that counts as none."""
SAME = 1e-9
"""Times (1 + size of the project's value): difference that counts as none."""


@dataclass(frozen=True)
class MissedDate:
    """Why one date is missed: a rule or reason as in `Rejection`, its year, projects in the way."""

    rule: str
    year: int | None = None
    others: tuple[str, ...] = ()


def reasons_of_dates(
    instance: Instance, plan: Plan, rejections: Iterable[Rejection]
) -> dict[tuple[str, DateKind], MissedDate]:
    """Reason of each date that `plan` misses, by project and kind.

    `rejections` are those of the plan: they say why a project is not built at all. Where they are
    not known, the reason of its dates is not either, and has no entry.
    """
    starts = {row.project: row for row in (*standing_starts(instance), *plan.starts)}
    rejected = {row.project: row for row in rejections}
    worth = _Worth(instance)
    found: dict[tuple[str, DateKind], MissedDate] = {}
    for row in plan.stated_dates:
        if not row.missed:
            continue
        if row.start is not None:
            why = _of_built(instance, starts, row, worth)
            if why.rule == OTHERS_FIRST:
                why = _dry_fund(instance, plan, starts[row.project], row) or why
            found[row.project, row.kind] = why
        elif (left := rejected.get(row.project)) is not None:
            found[row.project, row.kind] = MissedDate(left.rule, left.year, left.others)
    return found


def _dry_fund(
    instance: Instance, plan: Plan, here: ProjectStart, row: DateOutcome
) -> MissedDate | None:
    """The fund that runs dry, and when, if it paid for the works as early as the date asks.

    Beside the plan as it stands, each payment as many years earlier, at the prices of that year.
    A fund whose cash lapses tells nothing: what it has left in a year is not what it could pay.
    """
    lead = here.opening - here.start if row.kind is DateKind.OPEN_BY else 0
    earlier = here.start - (row.year - lead)
    rise = (1.0 + instance.settings.inflation) * (1.0 + instance.settings.appraisal.cost_escalation)
    short: list[tuple[int, str]] = []
    for fund in instance.funds:
        if may_lapse(fund):
            continue
        moved: dict[int, float] = {}
        for payment in plan.payments:
            if (payment.project, payment.source) == (here.project, fund.id):
                before = payment.year - earlier
                moved[before] = moved.get(before, 0.0) + payment.amount * rise**-earlier
                moved[payment.year] = moved.get(payment.year, 0.0) - payment.amount
        ahead = 0.0
        accounts = (account for account in plan.fund_years if account.fund == fund.id)
        for account in sorted(accounts, key=lambda account: account.year):
            ahead += moved.get(account.year, 0.0)
            if ahead > account.closing - least_cash(fund) + DRY * (1.0 + account.closing):
                short.append((account.year, fund.id))
                break
    if not short:
        return None
    year, name = min(short)
    return MissedDate(RULES["fund_balance"].label((name, year)), year)


def _of_built(
    instance: Instance, starts: Mapping[str, ProjectStart], row: DateOutcome, worth: _Worth
) -> MissedDate:
    """Why a project that is built does not keep its date."""
    here = starts[row.project]
    project = instance.project_by_id[row.project]
    whole = project.option(here.option)
    first, last = option_window(instance, project, whole)
    if row.kind is DateKind.NOT_BEFORE:
        if duty_of(project) is Mandate.COMMITTED:
            return MissedDate(RULES["mandate"].label((project.id,)))
        if last < row.year and duty_of(project) is Mandate.MUST:
            return MissedDate(RULES["latest_start"].label((project.id, last)), last)
        return MissedDate(OUTWEIGHED)
    lead = 0
    if row.kind is DateKind.OPEN_BY:
        first_year = instance.settings.horizon.first_year
        lead = option_in_plan(project, here.option, first_year).lead_time
    latest = row.year - lead
    if first > latest:
        rule = "mandate" if duty_of(project) is Mandate.COMMITTED else "earliest_start"
        key = (project.id, first)[: len(RULES[rule].axes)]
        return MissedDate(RULES[rule].label(key), first + lead)
    for relation in instance.relations:
        waits_for = _keeping_back(instance, starts, relation, here, latest)
        if waits_for:
            key = (relation.label, project.id, "+".join(waits_for), 0)
            return MissedDate(RULES["precedence"].label(key), None, waits_for)
    return MissedDate(OTHERS_FIRST if worth.gains_by(here, latest) else OUTWEIGHED)


class _Worth:
    """What projects are worth by themselves, by the year of their start; worked out when asked."""

    def __init__(self, instance: Instance) -> None:
        self._instance = instance

    @cached_property
    def _coefficients(self) -> Coefficients:
        return build_coefficients(lay_out(self._instance))

    @cached_property
    def _tied(self) -> frozenset[str]:
        """Projects for which an early start may lose what their own value does not tell.

        Those with a part in networks or in what works are worth together, those that end inside
        the plan, and all where a target is an upper limit; a lower one only gains by starts.
        """
        instance = self._instance
        if any(
            row.sense is Sense.AT_MOST and not row.metric.startswith((SERVED, TRAVEL_TIME))
            for row in instance.targets
        ):
            return frozenset(instance.project_by_id)
        found = {row.project for row in instance.project_network}
        for relation in instance.relations:
            found |= set(relation.members) if relation.is_enforced else set()
        for project in instance.projects:
            if any(
                option.lifetime < instance.settings.horizon.num_years for option in project.options
            ):
                found.add(project.id)
        return frozenset(found)

    def gains_by(self, here: ProjectStart, latest: int) -> bool:
        """Whether a project by itself gains by a start in `latest` or before; False: unsure."""
        if here.project in self._tied:
            return False
        coefficients = self._coefficients
        candidates = coefficients.candidates
        number = candidates.number_of(here)
        value = coefficients.value[number] + coefficients.dates.saved[number]
        flat, first = candidates.options[number], candidates.first_year
        in_time = value[flat.first : latest - first + 1]
        now = float(value[here.start - first])
        return in_time.size > 0 and float(in_time.max()) > now + SAME * (1.0 + abs(now))


def _keeping_back(
    instance: Instance,
    starts: Mapping[str, ProjectStart],
    relation: Relation,
    here: ProjectStart,
    latest: int,
) -> tuple[str, ...]:
    """Predecessors by whose dates a relation would be broken if works began in `latest`."""
    if (
        not relation.is_enforced
        or relation.type not in ORDER_TYPES
        or relation.type is RelationType.REQUIRES
        or here.project not in relation.to_projects
    ):
        return ()
    lead = here.opening - here.start
    first_year = instance.settings.horizon.first_year
    late = []
    for name in relation.from_projects:
        before = starts.get(name)
        if before is None:
            late.append(name)
            continue
        began = begun_in(instance.project_by_id[name], first_year)
        due = {
            RelationType.FINISH_TO_START: before.opening,
            RelationType.START_TO_START: before.start if began is None else began,
            RelationType.FINISH_TO_FINISH: before.opening - lead,
        }[relation.type]
        if latest < due + relation.lag:
            late.append(name)
    enough = len(relation.from_projects) if relation.count is None else relation.count
    return tuple(late) if len(relation.from_projects) - len(late) < enough else ()
