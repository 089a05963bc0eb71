"""Laws of payment: `sources_uses`, `eligibility`, `max_share`, `issue_use`, `annual_limit`."""

from __future__ import annotations

from collections.abc import Iterable

from infraplan.models.capital_ratios import CAPITAL_RATIO_SETS
from infraplan.models.catalogue import Phrase, phrase
from infraplan.models.debt_rule import CapitalRatio
from infraplan.models.funding import Fund, FundKind, Instrument
from infraplan.models.plan import Issue, Payment, SourceKind
from infraplan.optimizer.verify.decisions import Decisions
from infraplan.optimizer.verify.joint_projects import projects_with_chosen_shares
from infraplan.optimizer.verify.problem_data import ProblemData
from infraplan.optimizer.verify.violations import Recorder

ProjectPayerYear = tuple[str, str, int]


def check_payments(reading: ProblemData, decisions: Decisions, recorder: Recorder) -> None:
    """All laws of payments and issues."""
    _check_sums(reading, decisions, recorder)
    _check_sources(reading, decisions.payments, recorder)
    _check_max_share(reading, decisions.payments, recorder)
    _check_capital(reading, decisions, recorder)
    _check_grants(reading, decisions.payments, recorder)
    _check_issues(reading, decisions, recorder)


def _check_sums(reading: ProblemData, decisions: Decisions, recorder: Recorder) -> None:
    """Each payer pays its share of what each project spends in each year, nobody else anything."""
    due: dict[ProjectPayerYear, float] = {}
    chosen = projects_with_chosen_shares(reading)
    for here in decisions.built.values():
        if here.project.id in chosen:
            continue
        for payer, share in reading.shares(here.project).items():
            for year, amount in here.spending.items():
                if year in reading.years or reading.may_go_on(here.project):
                    key = (here.project.id, payer, year)
                    due[key] = share * amount * reading.index(year)
    paid: dict[ProjectPayerYear, float] = {}
    for row in decisions.payments:
        if row.project in chosen:
            continue
        key = (row.project, row.jurisdiction, row.year)
        paid[key] = paid.get(key, 0.0) + row.amount
    for key in [*due, *(key for key in paid if key not in due)]:
        project, payer, year = key
        recorder.equal(
            "sources_uses",
            project,
            paid.get(key, 0.0),
            due.get(key, 0.0),
            phrase("what-pays-for-in", payer=payer, project=reading.name(project), year=year),
        )


def _check_sources(reading: ProblemData, payments: Iterable[Payment], recorder: Recorder) -> None:
    """Each payment is positive and comes from a source of the payer that may pay for it."""
    funds = {row.id: row for row in reading.instance.funds}
    loans = {row.id: row for row in reading.instance.instruments}
    funded = {name for name in reading.jurisdictions if reading.is_funded(name)}
    for row in payments:
        text = phrase(
            "payment-of-for-in",
            jurisdiction=row.jurisdiction,
            project=reading.name(row.project),
            year=row.year,
        )
        recorder.at_least("sources_uses", row.project, row.amount, 0.0, text)
        if row.kind == SourceKind.OUTSIDE:
            recorder.holds(
                "sources_uses",
                row.project,
                row.jurisdiction not in funded,
                phrase(
                    "comes-from-outside-but-has-funds-or", text=text, jurisdiction=row.jurisdiction
                ),
            )
            continue
        source: Fund | Instrument
        source = funds[row.source] if row.kind == SourceKind.FUND else loans[row.source]
        recorder.holds(
            "sources_uses",
            row.project,
            source.jurisdiction == row.jurisdiction,
            phrase(
                "comes-from-which-belongs-to",
                text=text,
                source=row.source,
                jurisdiction=source.jurisdiction,
            ),
        )
        refinances = isinstance(source, Instrument) and source.refinancing
        recorder.holds(
            "sources_uses",
            row.project,
            not refinances,
            phrase("comes-from-which-may-only-repay-old-principal", text=text, source=row.source),
        )
        recorder.holds(
            "eligibility",
            row.source,
            reading.may_pay(source, reading.instance.project_by_id[row.project]),
            phrase("comes-from-which-is-not-meant-for-this", text=text, source=row.source),
        )
        if isinstance(source, Instrument):
            recorder.holds(
                "sources_uses",
                row.project,
                row.year <= reading.last,
                phrase("comes-from-debt-after-the-plan", text=text, source=row.source),
            )
            _check_open(
                source, row.year, phrase("comes-from", text=text, source=row.source), recorder
            )


def _check_open(loan: Instrument, year: int, text: Phrase, recorder: Recorder) -> None:
    begin = loan.first_year or phrase("the-start")
    end = loan.last_year or phrase("the-end")
    early = loan.first_year is not None and year < loan.first_year
    late = loan.last_year is not None and year > loan.last_year
    recorder.holds(
        "eligibility",
        loan.id,
        not early and not late,
        phrase("which-may-be-issued-only-from-to-of-the-plan", text=text, begin=begin, end=end),
    )


def _check_max_share(reading: ProblemData, payments: Iterable[Payment], recorder: Recorder) -> None:
    limits: dict[tuple[SourceKind, str], float] = {}
    for fund in reading.instance.funds:
        limits[SourceKind.FUND, fund.id] = fund.max_share
    for loan in reading.instance.instruments:
        limits[SourceKind.INSTRUMENT, loan.id] = loan.max_share
    payments = list(payments)
    totals: dict[ProjectPayerYear, float] = {}
    for row in payments:
        key = (row.project, row.jurisdiction, row.year)
        totals[key] = totals.get(key, 0.0) + row.amount
    for row in payments:
        limit = limits.get((row.kind, row.source), 1.0)
        if limit < 1.0:
            recorder.at_most(
                "max_share",
                row.source,
                row.amount,
                limit * totals[row.project, row.jurisdiction, row.year],
                phrase(
                    "what-bears-of-in-at-most-of-it",
                    source=row.source,
                    project=reading.name(row.project),
                    year=row.year,
                    limit=limit,
                ),
            )


def _check_capital(reading: ProblemData, decisions: Decisions, recorder: Recorder) -> None:
    """Debt bears at most what capital leaves of a project; of each payer's year where asked."""
    loans = {loan.id: loan for loan in reading.instance.instruments}
    finance = reading.instance.settings.finance
    rules = list(finance.capital_ratios)
    for name in finance.capital_ratio_sets:
        rules += CAPITAL_RATIO_SETS[name]
    cost: dict[str, float] = {}
    debt: dict[str, float] = {}
    paid: dict[ProjectPayerYear, float] = {}
    borrowed: dict[ProjectPayerYear, float] = {}
    for row in decisions.payments if rules else ():
        key = (row.project, row.jurisdiction, row.year)
        cost[row.project] = cost.get(row.project, 0.0) + row.amount
        paid[key] = paid.get(key, 0.0) + row.amount
        if row.kind == SourceKind.INSTRUMENT:
            part = row.amount * (1.0 - loans[row.source].as_capital)
            debt[row.project] = debt.get(row.project, 0.0) + part
            borrowed[key] = borrowed.get(key, 0.0) + part
    for name, total in cost.items():
        begins = decisions.built[name].start if name in decisions.built else reading.first
        begun = reading.begun(reading.instance.project_by_id[name]) is not None
        known = [rule for rule in rules if rule.projects] if begun else rules
        asked = _asked_capital(reading, known, name, begins)
        text = phrase("debt-in-all-that-costs", name=reading.name(name), asked=asked)
        recorder.at_most("capital", name, debt.get(name, 0.0), (1.0 - asked) * total, text)
    stepwise = [rule for rule in rules if rule.per_year]
    for key, total in paid.items() if stepwise else ():
        name, payer, year = key
        asked = _asked_capital(reading, stepwise, name, year)
        text = phrase(
            "debt-that-puts-into-in-capital",
            payer=payer,
            name=reading.name(name),
            year=year,
            asked=asked,
        )
        recorder.at_most("capital", name, borrowed.get(key, 0.0), (1.0 - asked) * total, text)


def _asked_capital(
    reading: ProblemData, rules: Iterable[CapitalRatio], name: str, year: int
) -> float:
    """The largest ratio in force of those that mean a project, its sector or subsector, or all."""
    project = reading.instance.project_by_id[name]
    named = {project.sector, project.subsector} - {""}
    fitting = []
    for rule in rules:
        begun = rule.valid_from is None or rule.valid_from <= year
        ended = rule.valid_to is not None and rule.valid_to < year
        if rule.projects and name not in rule.projects:
            continue
        if begun and not ended and (not rule.sectors or named & set(rule.sectors)):
            fitting.append(rule.ratio)
    return max(fitting, default=0.0)


def _check_grants(reading: ProblemData, payments: Iterable[Payment], recorder: Recorder) -> None:
    """Envelopes over all years, and own money beside a grant each year, after the plan too."""
    payments = [row for row in payments if row.kind == SourceKind.FUND]
    own = {
        fund.id
        for fund in reading.instance.funds
        if fund.kind in {FundKind.OWN_BUDGET, FundKind.LAND, FundKind.REVENUE, FundKind.OTHER}
    }
    for fund in reading.instance.funds:
        if fund.envelope is not None:
            paid = sum(row.amount for row in payments if row.source == fund.id)
            what = phrase("what-fund-pays-over-the-plan", fund=fund.id)
            recorder.at_most("envelope", fund.id, paid, fund.envelope, what)
        if not fund.matching:
            continue
        fitting = {
            project.id for project in reading.instance.projects if reading.may_pay(fund, project)
        }
        for year in range(reading.first, reading.last_paid + 1):
            granted = matched = 0.0
            for row in payments:
                if row.year != year:
                    continue
                if row.source == fund.id:
                    granted += row.amount
                elif (
                    row.source in own
                    and row.jurisdiction == fund.jurisdiction
                    and row.project in fitting
                ):
                    matched += row.amount
            recorder.at_least(
                "matching",
                fund.id,
                matched,
                fund.matching * granted,
                phrase(
                    "own-money-of-beside-fund-in",
                    jurisdiction=fund.jurisdiction,
                    fund=fund.id,
                    year=year,
                ),
            )


def _check_issues(reading: ProblemData, decisions: Decisions, recorder: Recorder) -> None:
    """Issues are used for works in their year, or refinance; each within its limits."""
    loans = {row.id: row for row in reading.instance.instruments}
    by_year: dict[tuple[str, int], float] = {}
    issued: dict[tuple[str, str, int], float] = {}
    for row in decisions.issues:
        loan = loans[row.instrument]
        law = "refinancing" if loan.refinancing else "issue_use"
        text = phrase("issue-of-in-2", instrument=row.instrument, year=row.year)
        recorder.at_least(law, row.instrument, row.amount, 0.0, text)
        _check_tag(loan, row, text, recorder)
        _check_open(loan, row.year, text, recorder)
        year = (row.instrument, row.year)
        by_year[year] = by_year.get(year, 0.0) + row.amount
        key = (row.instrument, row.project, row.year)
        issued[key] = issued.get(key, 0.0) + row.amount
    for (name, at), amount in by_year.items():
        limit = loans[name].annual_limit
        if limit is not None:
            recorder.at_most(
                "annual_limit", name, amount, limit, phrase("issues-of-in", name=name, at=at)
            )
    used: dict[tuple[str, str, int], float] = {}
    for payment in decisions.payments:
        if payment.kind == SourceKind.INSTRUMENT and not loans[payment.source].refinancing:
            tag = payment.project if loans[payment.source].tagged else ""
            key = (payment.source, tag, payment.year)
            used[key] = used.get(key, 0.0) + payment.amount
    for key in [*used, *(key for key in issued if key not in used)]:
        name, tag, at = key
        if not loans[name].refinancing:
            what = (
                phrase("issues-of-for-project-in", name=name, tag=tag, at=at)
                if tag
                else phrase("issues-of-in", name=name, at=at)
            )
            recorder.equal(
                "issue_use",
                name,
                issued.get(key, 0.0),
                used.get(key, 0.0),
                phrase("which-the-payments-from-it-use-up", what=what),
            )


def _check_tag(loan: Instrument, row: Issue, text: Phrase, recorder: Recorder) -> None:
    tagged = loan.tagged and not loan.refinancing
    recorder.holds(
        "issue_use",
        row.instrument,
        bool(row.project) == tagged,
        phrase("names-no-project-but-this-instrument-s-issues", text=text)
        if tagged
        else phrase("names-project-but-this-instrument-s-issues", text=text, project=row.project),
    )
