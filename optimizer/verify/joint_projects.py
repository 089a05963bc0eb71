"""Law `sharing`: chosen shares, compensation and consent of the partners of joint projects.

Written from docs/laws.md section 4 alone.
"""

from __future__ import annotations

from collections.abc import Iterable

from infraplan.models.agreement import Agreement, Consent, ShareForm
from infraplan.models.catalogue import Phrase, phrase
from infraplan.models.plan import Compensation, Payment
from infraplan.models.project import Project
from infraplan.optimizer.verify.built import Built
from infraplan.optimizer.verify.decisions import Decisions
from infraplan.optimizer.verify.problem_data import ProblemData
from infraplan.optimizer.verify.value import project_terms
from infraplan.optimizer.verify.violations import Recorder

LAW = "sharing"


def check_sharing(reading: ProblemData, decisions: Decisions, recorder: Recorder) -> None:
    """All of the law `sharing`."""
    agreements = {row.project: row for row in reading.instance.agreements}
    for row in decisions.compensations:
        _check_compensation(reading, decisions, agreements, row, recorder)
    ledgers = [
        _Ledger(reading, decisions, here, agreements[name])
        for name, here in decisions.there.items()
        if name in agreements
    ]
    # What is not built costs nothing either.
    for name in sorted(projects_with_chosen_shares(reading) - set(decisions.built)):
        paid = sum(abs(row.amount) for row in decisions.payments_of.get(name, ()))
        recorder.equal(
            LAW,
            name,
            paid,
            0.0,
            phrase("what-is-paid-for-which-is-not-built", name=reading.name(name)),
        )
    for ledger in ledgers:
        if ledger.agreement.shares is ShareForm.CHOSEN and not ledger.here.stands:
            _check_sums(reading, decisions, ledger, recorder)
            _check_share_limits(ledger, recorder)
        _check_compensation_paid(ledger, recorder)
        if ledger.agreement.consent is Consent.PROJECT:
            for partner in ledger.partners:
                text = phrase("by-the", project=reading.name(ledger.here.project.id))
                _check_consent(partner, [ledger], text, recorder)
    package = [ledger for ledger in ledgers if ledger.agreement.consent is Consent.PACKAGE]
    for partner in reading.jurisdictions:
        mine = [ledger for ledger in package if partner in ledger.partners]
        if mine:
            _check_consent(partner, mine, phrase("by-the-package-of-joint-projects"), recorder)


def projects_with_chosen_shares(reading: ProblemData) -> set[str]:
    """Ids of the projects whose shares the plan chooses."""
    return {row.project for row in reading.instance.agreements if row.shares is ShareForm.CHOSEN}


def possible_payers(reading: ProblemData, project: Project) -> set[str]:
    """Jurisdictions that may have to pay for a project."""
    if project.id in projects_with_chosen_shares(reading):
        return set(_partners(reading, project))
    return set(reading.shares(project))


def _partners(reading: ProblemData, project: Project) -> list[str]:
    named = [row.jurisdiction for row in reading.filed.shares.get(project.id, ())]
    leader = reading.leader(project)
    return named if leader in named else [leader, *named]


class _Ledger:
    """Gains, payments and compensation of the partners of one built project, present values."""

    def __init__(
        self, reading: ProblemData, decisions: Decisions, here: Built, agreement: Agreement
    ) -> None:
        self.here, self.agreement = here, agreement
        self.partners = _partners(reading, here.project)
        whole = uplift = 0.0
        if not here.stands:
            terms = project_terms(reading, here)
            whole = terms["benefit"] + terms["metric_value"] + terms["om"] + terms["residual"]
            # What one unit of real money in a year weighs in `construction`.
            spent = sum(amount * reading.discount(year) for year, amount in here.spending.items())
            uplift = -terms["construction"] / spent if spent else 0.0
        self.rows = {row.jurisdiction: row for row in reading.filed.shares.get(here.project.id, ())}
        part = dict.fromkeys(self.partners, 0.0)
        for name, row in self.rows.items():
            part[name] = row.benefit_share or 0.0
        part[reading.leader(here.project)] += max(0.0, 1.0 - sum(part.values()))
        self.gain = {name: share * whole for name, share in part.items()}
        # What the plan finds: gains and gifts of the years before it.
        self.before = dict.fromkeys(self.partners, 0.0)
        self.compensated = dict.fromkeys(self.partners, 0.0)
        for name, row in self.rows.items():
            self.gain[name] += row.gained_before
            self.before[name] = row.given_before
            self.compensated[name] = row.compensation_before
        self.real = dict.fromkeys(self.partners, 0.0)
        self.cost = dict.fromkeys(self.partners, 0.0)
        for payment in decisions.payments_of.get(here.project.id, ()):
            if payment.jurisdiction in self.cost:
                amount, worth = _real_and_present(reading, payment)
                self.real[payment.jurisdiction] += amount
                self.cost[payment.jurisdiction] += uplift * worth
        self.given = dict.fromkeys(self.partners, 0.0)
        self.received = dict.fromkeys(self.partners, 0.0)
        for paid in decisions.compensations:
            if paid.project == here.project.id:
                _, worth = _real_and_present(reading, paid)
                if paid.jurisdiction in self.given:
                    self.given[paid.jurisdiction] += worth
                if paid.receiver in self.received:
                    self.received[paid.receiver] += worth

    def limits(self, partner: str) -> tuple[float, float]:
        """Least and largest share of a partner where shares are chosen."""
        row = self.rows.get(partner)
        if row is None:
            return 0.0, 1.0
        return (row.min_share, row.max_share) if row.share is None else (row.share, row.share)


def _real_and_present(reading: ProblemData, row: Payment | Compensation) -> tuple[float, float]:
    """Amount in price-year money and its present value; what is paid out of time is nothing.

    That it is out of time is a violation of its own.
    """
    index = reading.index(row.year) if reading.first <= row.year <= reading.last_paid else 0.0
    if index <= 0.0:
        return 0.0, 0.0
    return row.amount / index, row.amount / index * reading.discount(row.year)


def _check_sums(
    reading: ProblemData, decisions: Decisions, ledger: _Ledger, recorder: Recorder
) -> None:
    project = ledger.here.project.id
    paid = dict.fromkeys(reading.years, 0.0)
    if reading.may_go_on(ledger.here.project):
        paid |= dict.fromkeys(ledger.here.spending, 0.0)
    for row in decisions.payments_of.get(project, ()):
        paid[row.year] = paid.get(row.year, 0.0) + row.amount
        recorder.holds(
            LAW,
            project,
            row.jurisdiction in ledger.partners,
            phrase(
                "pays-for-but-is-no-partner-in-it",
                jurisdiction=row.jurisdiction,
                project=reading.name(project),
            ),
        )
    for year, amount in paid.items():
        due = ledger.here.spending.get(year, 0.0) * reading.index(year)
        text = phrase("what-the-partners-pay-for-in", project=reading.name(project), year=year)
        recorder.equal(LAW, project, amount, due, text)


def _check_share_limits(ledger: _Ledger, recorder: Recorder) -> None:
    project, spent = ledger.here.project.id, sum(ledger.here.spending.values())
    for partner in ledger.partners:
        least, most = ledger.limits(partner)
        text = phrase("what-pays-of-project-in-price-year-money", partner=partner, project=project)
        recorder.at_least(LAW, project, ledger.real[partner], least * spent, text, spent)
        recorder.at_most(LAW, project, ledger.real[partner], most * spent, text, spent)


def _check_compensation(
    reading: ProblemData,
    decisions: Decisions,
    agreements: dict[str, Agreement],
    row: Compensation,
    recorder: Recorder,
) -> None:
    """One payment between partners: allowed, in time, from a fund that may pay it."""
    text = phrase(
        "compensation-of-by-for-in",
        receiver=row.receiver,
        jurisdiction=row.jurisdiction,
        project=reading.name(row.project),
        year=row.year,
    )
    project = reading.instance.project_by_id[row.project]
    agreement, here = agreements.get(row.project), decisions.there.get(row.project)
    partners = _partners(reading, project)
    both = {row.jurisdiction, row.receiver} <= set(partners) and row.jurisdiction != row.receiver
    allowed = agreement is not None and agreement.compensation and both
    recorder.holds(
        LAW, row.project, allowed, phrase("nothing-is-agreed-between-the-two", text=text)
    )
    begins = reading.first if here is None or here.stands else here.start
    in_time = here is not None and begins <= row.year <= reading.last
    recorder.holds(
        LAW, row.project, in_time, phrase("the-project-is-not-begun-or-the-plan-is-over", text=text)
    )
    recorder.at_least(LAW, row.project, row.amount, 0.0, text)
    fund = next((fund for fund in reading.instance.funds if fund.id == row.source), None)
    if fund is None:
        sound = not reading.is_funded(row.jurisdiction)
    else:
        sound = fund.jurisdiction == row.jurisdiction and reading.may_pay(fund, project)
    source = row.source or phrase("outside-payer")
    recorder.holds(LAW, row.project, sound, phrase("may-not-pay-it", text=text, source=source))


def _check_compensation_paid(ledger: _Ledger, recorder: Recorder) -> None:
    for partner, given in ledger.given.items():
        recorder.at_most(
            LAW,
            ledger.here.project.id,
            given,
            max(0.0, max(0.0, ledger.gain[partner]) - ledger.compensated[partner]),
            phrase(
                "compensation-that-pays-for-project-present",
                partner=partner,
                project=ledger.here.project.id,
            ),
        )


def _check_consent(
    partner: str, ledgers: Iterable[_Ledger], text: Phrase, recorder: Recorder
) -> None:
    """What comes to a partner is at least what it gives."""
    comes = gives = 0.0
    subject = ""
    for ledger in ledgers:
        subject = subject or ledger.here.project.id
        gain = ledger.gain[partner]
        before = ledger.before[partner]
        comes += max(0.0, gain) + ledger.received[partner] + max(0.0, -before)
        gives += max(0.0, -gain) + ledger.cost[partner] + ledger.given[partner] + max(0.0, before)
    what = phrase("present-value-that-comes-to-against-what-it", partner=partner, text=text)
    recorder.at_least(LAW, subject, comes, gives, what)
