"""What partners of joint projects gained and gave before a new first year, and still owe.

Consent speaks of all that a project brings and costs (laws.md, "Sharing"), the new instance of
its rest: what went before is stated in its shares, as present value of the new first year.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from infraplan.models.agreement import Agreement, Consent
from infraplan.models.catalogue import Phrase, phrase
from infraplan.models.funding import CostShare
from infraplan.models.instance import Instance
from infraplan.models.joint_projects import (
    before_of,
    benefit_shares_of,
    has_chosen_shares,
    partners_of,
)
from infraplan.models.plan import Compensation, Payment, Plan
from infraplan.models.progress import profile_of, stands
from infraplan.models.project import Mandate, Stage
from infraplan.optimizer.accounts.candidates import lay_out
from infraplan.optimizer.accounts.partners import cost_of_payment
from infraplan.optimizer.accounts.value import Coefficients, build_coefficients
from infraplan.optimizer.analysis.actuals import Works
from infraplan.optimizer.analysis.rolled_time import discount_to

WorksByProject = Mapping[str, Works]
Pair = tuple[str, str]
"""Project and partner."""

_NOISE = 1e-9
"""Part of the numbers compared below which a difference is rounding."""


@dataclass
class Before:
    """What a partner gained, gave and paid in compensation for a project before the plan."""

    gained: float = 0.0
    given: float = 0.0
    compensation: float = 0.0


def paid_compensations(
    plan: Plan | None, works: WorksByProject, to_year: int
) -> list[Compensation]:
    """Compensation that was paid before `to_year`: as planned, once works began.

    For works that were given up it was paid as long as money was spent on them.
    """
    paid = []
    for row in () if plan is None else plan.compensations:
        here = works.get(row.project)
        if row.year >= to_year or (here is not None and row.year < here.start):
            continue
        if here is not None and here.cancelled and row.year > max(here.spent, default=-1):
            continue
        # What stands has no works in the plan, and compensation for it is paid all the same.
        if here is not None or _stood(plan, row):
            paid.append(row)
    return paid


def _stood(plan: Plan | None, row: Compensation) -> bool:
    return plan is not None and all(start.project != row.project for start in plan.starts)


def with_what_went_before(
    old: Instance,
    new: Instance,
    plan: Plan | None,
    works: WorksByProject,
    payments: Iterable[Payment],
) -> tuple[tuple[CostShare, ...], list[Phrase]]:
    """Shares of `new` with what went before it, and remarks on losses that partners bear.

    Parameters
    ----------
    old, new
        The instance that is rolled, and the new one without what went before.
    plan, works, payments
        The old plan, its works as they went, and who paid for them before the new first year.
    """
    first = new.settings.horizon.first_year
    agreements = [row for row in new.agreements if _is_bound(new, works, row.project, first)]
    told = [row for row in agreements if row.consent is not Consent.NONE or row.compensation]
    account = _Account(old, new, plan, works, told)
    account.pay(payments)
    notes = account.accept_losses()
    return tuple(account.rows()), notes


def _is_bound(new: Instance, works: WorksByProject, name: str, first: int) -> bool:
    """Whether it stands or is under way, so that something may have gone before."""
    here = works.get(name)
    return stands(new.project_by_id[name]) if here is None else not here.cancelled


class _Account:
    """What went before `new`, partner by partner of the agreements `told`."""

    def __init__(
        self,
        old: Instance,
        new: Instance,
        plan: Plan | None,
        works: WorksByProject,
        told: Iterable[Agreement],
    ) -> None:
        self._old, self._new, self._plan, self._works = old, new, plan, works
        self._agreements = {row.project: row for row in told}
        self._first = new.settings.horizon.first_year
        self._discount = discount_to(old, self._first)
        self._coefficients = build_coefficients(lay_out(new))
        self._as_built = build_coefficients(lay_out(_as_it_went(old, works)))
        self.before: dict[Pair, Before] = {}
        for name in self._agreements:
            project = old.project_by_id[name]
            gain = self._gain_before(name)
            for partner, share in benefit_shares_of(old, project).items():
                row = before_of(old, project, partner)
                self.before[name, partner] = Before(
                    row.gained_before / self._discount + share * gain,
                    row.given_before / self._discount,
                    row.compensation_before / self._discount,
                )

    def _gain_before(self, name: str) -> float:
        """Gain of all partners that the new plan does not count; of what was finished all of it."""
        here = self._works.get(name)
        if here is None:
            return 0.0
        at = here.start - self._old.settings.horizon.first_year
        whole = _gain(self._as_built, name, here.option.option, at) / self._discount
        if stands(self._new.project_by_id[name]):
            return whole
        rest = _gain(self._coefficients, name, here.option.option, 0)
        return 0.0 if abs(whole - rest) <= _NOISE * max(abs(whole), abs(rest)) else whole - rest

    # --------------------------------------------------------------------------- what was paid

    def pay(self, payments: Iterable[Payment]) -> None:
        """Count payments for works, and compensation, of the years before the new plan."""
        worth = build_coefficients(lay_out(self._old))
        begin = self._old.settings.horizon.first_year
        for paid in payments:
            row = self.before.get((paid.project, paid.jurisdiction))
            if row is not None and paid.year < self._first:
                unit = cost_of_payment(worth, self._old.project_by_id[paid.project])
                row.given += unit[paid.year - begin] * paid.amount / self._discount
        for made in paid_compensations(self._plan, self._works, self._first):
            amount = worth.worth_of_nominal[made.year - begin] * made.amount / self._discount
            if (made.project, made.jurisdiction) in self.before:
                giver = self.before[made.project, made.jurisdiction]
                giver.given += amount
                giver.compensation += amount
                self.before[made.project, made.receiver].given -= amount

    # ---------------------------------------------------------------------- what is still ahead

    def accept_losses(self) -> list[Phrase]:
        """Leave out of the account what partners lose by what went otherwise than planned.

        Who consented is bound by works under way, however late or dear they came: where the rest,
        paid and compensated as was planned, would leave a partner a loss, that loss is its own.
        """
        notes: list[Phrase] = []
        packages: defaultdict[str, float] = defaultdict(float)
        scale: defaultdict[str, float] = defaultdict(float)
        lead: dict[str, Pair] = {}
        for name, partner in self.before:
            consent = self._agreements[name].consent
            net, size = self._expected(name, partner, 0)
            if consent is Consent.PROJECT:
                notes += self._accept(name, partner, net, size)
            elif consent is Consent.PACKAGE:
                packages[partner] += net
                scale[partner] += size
                lead.setdefault(partner, (name, partner))
        for partner, pair in lead.items():
            ahead, size = self._ahead_in_package(partner)
            net = packages[partner] + ahead
            notes += self._accept(*pair, net, scale[partner] + size)
        return notes

    def _accept(self, name: str, partner: str, net: float, size: float) -> list[Phrase]:
        if net >= -1e-7 * max(1.0, size):
            return []
        self.before[name, partner].given += net
        return [
            phrase("roll-loss-borne", project=name, partner=partner, loss=-net, year=self._first)
        ]

    def _expected(self, name: str, partner: str, at: int, option: str = "") -> tuple[float, float]:
        """Net value of a partner where the rest goes as planned, and the size of its parts.

        `option` and the year `at` of the new plan are those in which works begin that did not.
        """
        row = self.before.get((name, partner), Before())
        cost = row.given
        if not option and name in self._works:
            option = self._works[name].option.option
        gain = self._gain(name, partner, at, option)
        if not stands(self._new.project_by_id[name]):
            cost += self._cost(name, partner, option, at)
        received, paid = self._compensation_ahead(name, partner, at, option)
        return gain - cost + received - paid, abs(gain) + abs(cost) + received + paid

    def _gain(self, name: str, partner: str, at: int, option: str) -> float:
        """Gain of a partner from all years, those before the plan too."""
        gained = self.before.get((name, partner), Before()).gained
        project = self._new.project_by_id[name]
        if stands(project):
            return gained
        share = benefit_shares_of(self._new, project)[partner]
        return gained + share * _gain(self._coefficients, name, option, at)

    def _ahead_in_package(self, partner: str) -> tuple[float, float]:
        """Net value of a partner by planned projects of the package that have not begun."""
        net = size = 0.0
        agreements = {row.project: row for row in self._new.agreements}
        for start in () if self._plan is None else self._plan.starts:
            agreed = agreements.get(start.project)
            project = self._new.project_by_id[start.project]
            is_member = agreed is not None and agreed.consent is Consent.PACKAGE
            is_ahead = start.project not in self._works and start.start >= self._first
            if is_member and is_ahead and partner in partners_of(self._new, project):
                at = start.start - self._first
                mine, its_size = self._expected(project.id, partner, at, start.option)
                net += mine
                size += its_size
        return net, size

    def _cost(self, name: str, partner: str, option: str, at: int) -> float:
        """Present cost of a start of the new plan to a partner, its years paid as was planned."""
        project = self._new.project_by_id[name]
        number = self._coefficients.candidates.number_by_option[name, option]
        whole = -float(self._coefficients.terms["construction"][number, at])
        if not has_chosen_shares(self._new, project):
            return self._new.shares_of(project).get(partner, 0.0) * whole
        unit = cost_of_payment(self._coefficients, project)
        spending = self._coefficients.spending
        here = (spending.option == number) & (spending.start == at)
        parts = zip(spending.year[here], spending.nominal[here], strict=True)
        return sum(
            float(unit[year] * amount) * self._part_paid(name, partner, self._first + int(year))
            for year, amount in parts
        )

    def _part_paid(self, name: str, partner: str, year: int) -> float:
        """Part of what works take in `year` that a partner was to pay; else of what they take."""
        planned = [
            row
            for row in (() if self._plan is None else self._plan.payments)
            if row.project == name
        ]
        rows = [row for row in planned if row.year == year] or planned
        total = sum(row.amount for row in rows)
        mine = sum(row.amount for row in rows if row.jurisdiction == partner)
        return mine / total if total > 0.0 else 0.0

    def _compensation_ahead(
        self, name: str, partner: str, at: int, option: str
    ) -> tuple[float, float]:
        """Present value of planned compensation that a partner is still to receive and to pay.

        Nobody pays more than it gains, and so less than was planned where it gains less.
        """
        worth = self._coefficients.worth_of_nominal
        planned: defaultdict[Pair, float] = defaultdict(float)
        asked: defaultdict[str, float] = defaultdict(float)
        for row in () if self._plan is None else self._plan.compensations:
            if row.project == name and row.year >= self._first:
                amount = float(worth[row.year - self._first]) * row.amount
                planned[row.jurisdiction, row.receiver] += amount
                asked[row.jurisdiction] += amount
        received = paid = 0.0
        for (payer, receiver), amount in planned.items():
            before = self.before.get((name, payer), Before()).compensation
            room = max(0.0, max(0.0, self._gain(name, payer, at, option)) - before)
            able = amount * min(1.0, room / asked[payer]) if asked[payer] > 0.0 else 0.0
            received += able if receiver == partner else 0.0
            paid += able if payer == partner else 0.0
        return received, paid

    # -------------------------------------------------------------------------------- the rows

    def rows(self) -> Iterable[CostShare]:
        """Rows of shares of the new instance; a leader without one gets a row where it needs it."""
        told = dict(self.before)
        for row in self._new.shares:
            yield _stated(row, told.pop((row.project, row.jurisdiction), Before()))
        for (project, partner), before in told.items():
            row = _stated(CostShare(project=project, jurisdiction=partner), before)
            if row.gained_before or row.given_before or row.compensation_before:
                yield row


def _stated(row: CostShare, before: Before) -> CostShare:
    return row.model_copy(
        update={
            "gained_before": before.gained,
            "given_before": before.given,
            "compensation_before": before.compensation,
        }
    )


def _gain(coefficients: Coefficients, name: str, option: str, at: int) -> float:
    """Gain of all partners together by a start, present value."""
    number = coefficients.candidates.number_by_option[name, option]
    return float(np.asarray(coefficients.gain)[number, at])


def _as_it_went(old: Instance, works: WorksByProject) -> Instance:
    """The old instance with works as plain projects that open when they did; for values alone."""
    projects = tuple(
        project.model_copy(
            update={
                "stage": Stage.START,
                "mandatory": Mandate.FREE,
                "started": None,
                "spent_to_date": None,
                "opened": None,
                "options": (
                    here.option.model_copy(
                        update={
                            "lead_time": max(0, here.opening - here.start),
                            "spending_profile": profile_of(here.option),
                            "yearly_spending": (),
                        }
                    ),
                ),
            }
        )
        if (here := works.get(project.id)) is not None and not here.cancelled
        else project
        for project in old.projects
    )
    tables = {name: getattr(old, name) for name in Instance.model_fields}
    return Instance.model_construct(**{**tables, "projects": projects})
