"""Laws of payment: `sources_uses`, `eligibility`, `max_share`, `issue_use`, `annual_limit`."""

from __future__ import annotations

from collections.abc import Iterable

from infraplan.models.debt_rule import CapitalRatio
from infraplan.models.funding import Fund, FundKind, Instrument
from infraplan.models.plan import Issue, Payment, SourceKind
from infraplan.models.rule_sets import CAPITAL_RATIO_SETS
from infraplan.optimizer.verify.decisions import Decisions
from infraplan.optimizer.verify.reading import Reading
from infraplan.optimizer.verify.sharing import projects_with_chosen_shares
from infraplan.optimizer.verify.violations import Recorder

ProjectPayerYear = tuple[str, str, int]


def check_payments(reading: Reading, decisions: Decisions, recorder: Recorder) -> None:
    """All laws of payments and issues."""
    _check_sums(reading, decisions, recorder)
    _check_sources(reading, decisions.payments, recorder)
    _check_max_share(reading, decisions.payments, recorder)
    _check_capital(reading, decisions.payments, recorder)
    _check_grants(reading, decisions.payments, recorder)
    _check_issues(reading, decisions, recorder)


def _check_sums(reading: Reading, decisions: Decisions, recorder: Recorder) -> None:
    """Each payer pays its share of what each project spends in each year, nobody else anything."""
    due: dict[ProjectPayerYear, float] = {}
    chosen = projects_with_chosen_shares(reading)
    for here in decisions.built.values():
        if here.project.id in chosen:
            continue
        for payer, share in reading.shares(here.project).items():
            for year, amount in here.spending.items():
                if year in reading.years:
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
            f"what {payer} pays for {reading.name(project)} in {year}",
        )


def _check_sources(reading: Reading, payments: Iterable[Payment], recorder: Recorder) -> None:
    """Each payment is positive and comes from a source of the payer that may pay for it."""
    funds = {row.id: row for row in reading.instance.funds}
    loans = {row.id: row for row in reading.instance.instruments}
    funded = {name for name in reading.jurisdictions if reading.is_funded(name)}
    for row in payments:
        text = f"payment of {row.jurisdiction} for {reading.name(row.project)} in {row.year}"
        recorder.at_least("sources_uses", row.project, row.amount, 0.0, text)
        if row.kind == SourceKind.OUTSIDE:
            recorder.holds(
                "sources_uses",
                row.project,
                row.jurisdiction not in funded,
                f"{text} comes from outside, but {row.jurisdiction} has funds or instruments",
            )
            continue
        source: Fund | Instrument
        source = funds[row.source] if row.kind == SourceKind.FUND else loans[row.source]
        recorder.holds(
            "sources_uses",
            row.project,
            source.jurisdiction == row.jurisdiction,
            f"{text} comes from {row.source}, which belongs to {source.jurisdiction}",
        )
        refinances = isinstance(source, Instrument) and source.refinancing
        recorder.holds(
            "sources_uses",
            row.project,
            not refinances,
            f"{text} comes from {row.source}, which may only repay old principal",
        )
        recorder.holds(
            "eligibility",
            row.source,
            reading.may_pay(source, reading.instance.project_by_id[row.project]),
            f"{text} comes from {row.source}, which is not meant for this project",
        )
        if isinstance(source, Instrument):
            _check_open(source, row.year, f"{text} comes from {row.source}", recorder)


def _check_open(loan: Instrument, year: int, text: str, recorder: Recorder) -> None:
    early = loan.first_year is not None and year < loan.first_year
    late = loan.last_year is not None and year > loan.last_year
    recorder.holds(
        "eligibility",
        loan.id,
        not early and not late,
        f"{text}, which may be issued only from {loan.first_year or 'the start'} to "
        f"{loan.last_year or 'the end'} of the plan",
    )


def _check_max_share(reading: Reading, payments: Iterable[Payment], recorder: Recorder) -> None:
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
                f"what {row.source} bears of {reading.name(row.project)} in {row.year} "
                f"(at most {limit:g} of it)",
            )


def _check_capital(reading: Reading, payments: Iterable[Payment], recorder: Recorder) -> None:
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
    for row in payments if rules else ():
        key = (row.project, row.jurisdiction, row.year)
        cost[row.project] = cost.get(row.project, 0.0) + row.amount
        paid[key] = paid.get(key, 0.0) + row.amount
        if row.kind == SourceKind.INSTRUMENT:
            part = row.amount * (1.0 - loans[row.source].as_capital)
            debt[row.project] = debt.get(row.project, 0.0) + part
            borrowed[key] = borrowed.get(key, 0.0) + part
    for name, total in cost.items():
        asked = _asked_capital(reading, rules, name)
        text = f"debt in all that {reading.name(name)} costs (capital {asked:g})"
        recorder.at_most("capital", name, debt.get(name, 0.0), (1.0 - asked) * total, text)
    stepwise = [rule for rule in rules if rule.per_year]
    for key, total in paid.items() if stepwise else ():
        name, payer, year = key
        asked = _asked_capital(reading, stepwise, name)
        text = f"debt that {payer} puts into {reading.name(name)} in {year} (capital {asked:g})"
        recorder.at_most("capital", name, borrowed.get(key, 0.0), (1.0 - asked) * total, text)


def _asked_capital(reading: Reading, rules: Iterable[CapitalRatio], name: str) -> float:
    """The largest ratio of the rules that mean a project's sector or subsector, or all."""
    project = reading.instance.project_by_id[name]
    named = {project.sector, project.subsector} - {""}
    fitting = [rule.ratio for rule in rules if not rule.sectors or named & set(rule.sectors)]
    return max(fitting, default=0.0)


def _check_grants(reading: Reading, payments: Iterable[Payment], recorder: Recorder) -> None:
    """Envelopes over the plan, and own money beside a grant each year."""
    payments = [row for row in payments if row.kind == SourceKind.FUND]
    own = {
        fund.id
        for fund in reading.instance.funds
        if fund.kind in {FundKind.OWN_BUDGET, FundKind.LAND, FundKind.REVENUE, FundKind.OTHER}
    }
    for fund in reading.instance.funds:
        if fund.envelope is not None:
            paid = sum(row.amount for row in payments if row.source == fund.id)
            what = f"what fund {fund.id} pays over the plan"
            recorder.at_most("envelope", fund.id, paid, fund.envelope, what)
        if not fund.matching:
            continue
        fitting = {
            project.id for project in reading.instance.projects if reading.may_pay(fund, project)
        }
        for year in reading.years:
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
                f"own money of {fund.jurisdiction} beside fund {fund.id} in {year}",
            )


def _check_issues(reading: Reading, decisions: Decisions, recorder: Recorder) -> None:
    """Issues are used for works in their year, or refinance; each within its limits."""
    loans = {row.id: row for row in reading.instance.instruments}
    by_year: dict[tuple[str, int], float] = {}
    issued: dict[tuple[str, str, int], float] = {}
    for row in decisions.issues:
        loan = loans[row.instrument]
        law = "refinancing" if loan.refinancing else "issue_use"
        text = f"issue of {row.instrument} in {row.year}"
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
            recorder.at_most("annual_limit", name, amount, limit, f"issues of {name} in {at}")
    used: dict[tuple[str, str, int], float] = {}
    for payment in decisions.payments:
        if payment.kind == SourceKind.INSTRUMENT and not loans[payment.source].refinancing:
            tag = payment.project if loans[payment.source].tagged else ""
            key = (payment.source, tag, payment.year)
            used[key] = used.get(key, 0.0) + payment.amount
    for key in [*used, *(key for key in issued if key not in used)]:
        name, tag, at = key
        if not loans[name].refinancing:
            what = f"issues of {name}{f' for project {tag}' if tag else ''} in {at}"
            recorder.equal(
                "issue_use",
                name,
                issued.get(key, 0.0),
                used.get(key, 0.0),
                f"{what}, which the payments from it use up,",
            )


def _check_tag(loan: Instrument, row: Issue, text: str, recorder: Recorder) -> None:
    tagged = loan.tagged and not loan.refinancing
    recorder.holds(
        "issue_use",
        row.instrument,
        bool(row.project) == tagged,
        f"{text} names {f'project {row.project}' if row.project else 'no project'}, but this "
        f"instrument's issues {'each belong to one' if tagged else 'belong to none'}",
    )
