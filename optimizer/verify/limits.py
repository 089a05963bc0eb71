"""Laws on debt: `ceiling`, `quota`, `refinancing`, `debt_rule`, `band`, `coverage`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from infraplan.models.catalogue import phrase
from infraplan.models.debt_rule import Band, DebtRule, ItemTerm, Quantity, Through
from infraplan.models.funding import Instrument
from infraplan.models.project import Mandate, Project, Stage
from infraplan.models.rule_sets import rules_of_set
from infraplan.optimizer.verify.built import Built, ramp
from infraplan.optimizer.verify.debt import DebtBook, service_of_one
from infraplan.optimizer.verify.decisions import Decisions
from infraplan.optimizer.verify.joint_projects import possible_payers
from infraplan.optimizer.verify.problem_data import ProblemData, power
from infraplan.optimizer.verify.rows import Row
from infraplan.optimizer.verify.violations import Recorder, tolerance


def item_value(reading: ProblemData, jurisdiction: str, item: str, year: int) -> float | None:
    """Fiscal item of a year, carried on after its rows; None where it has no row at all."""
    given = reading.filed.items.get((jurisdiction, item))
    if not given:
        return None
    if year < min(given):
        return given[min(given)]
    known = max(one for one in given if one <= year)
    if known == max(given):
        growth = 1.0 + reading.instance.settings.finance.tail_growth
        return given[known] * power(growth, year - known)
    return given[known]


def _items(
    reading: ProblemData, jurisdiction: str, terms: tuple[ItemTerm, ...], year: int
) -> float:
    total = 0.0
    for term in terms:
        value = item_value(reading, jurisdiction, term.item, year + term.lag)
        total += term.coefficient * (value or 0.0)
    return total


def rules_in_force(reading: ProblemData) -> Iterator[tuple[DebtRule, str]]:
    """Every debt rule with each jurisdiction that it tests."""
    instance = reading.instance
    borrowers = {row.jurisdiction for row in instance.debt}
    for name in reading.jurisdictions:
        rules: list[DebtRule] = []
        for row in instance.jurisdictions:
            if row.id == name:
                for rule_set in row.rule_sets:
                    rules += rules_of_set(rule_set)
        for rule in instance.settings.finance.rules:
            covered = reading.is_funded(name) or name in borrowers
            if name in rule.jurisdictions or (not rule.jurisdictions and covered):
                rules.append(rule)
        for rule in rules:
            items = [item_value(reading, name, term.item, reading.first) for term in rule.base]
            if all(value is not None for value in items):
                yield rule, name


@dataclass(frozen=True)
class RuleTest:
    """One rule of one jurisdiction in one year."""

    rule: DebtRule
    jurisdiction: str
    year: int
    value: float
    base: float
    band: Band | None
    """Band that the value falls in; None where it is above the last closed one, or not asked."""


def _band_of(rule: DebtRule, value: float, base: float) -> Band | None:
    """First band whose upper end the value does not exceed."""
    for band in rule.bands:
        if band.upper is None:
            return band
        end = band.upper * base
        if value - end <= tolerance(value, end):
            return band
    return None


def tested_rule(
    reading: ProblemData, book: DebtBook, rule: DebtRule, jurisdiction: str, year: int
) -> RuleTest:
    """Left side, base and band of a rule in a year; before the plan from opening balances."""
    value = _items(reading, jurisdiction, rule.additions, year)
    for term in rule.terms:
        if year >= reading.first:
            amount = book.term(jurisdiction, term, year + term.lag)
        elif term.quantity is Quantity.BALANCE:
            amount = book.term(jurisdiction, term, year)
        else:
            amount = 0.0
        value += term.coefficient * amount
    base = max(0.0, _items(reading, jurisdiction, rule.base, year))
    band = _band_of(rule, value, base) if year <= reading.last else None
    return RuleTest(rule, jurisdiction, year, value, base, band)


def _within_dates(rule: DebtRule, year: int) -> bool:
    early = rule.valid_from is not None and rule.valid_from > year
    late = rule.valid_to is not None and rule.valid_to < year
    return not early and not late


@dataclass(frozen=True)
class Limits:
    """All ceilings, quotas and rule tests of a plan."""

    ceilings: dict[tuple[str, str, int], tuple[float, float]]
    """Balance and ceiling by jurisdiction, pool and year."""
    quotas: dict[tuple[str, str, int], tuple[float, float]]
    """Issues and what remains of the quota, likewise."""
    tests: tuple[RuleTest, ...]
    openings: tuple[RuleTest, ...]
    """Banded rules in the year before the plan."""


def read_limits(reading: ProblemData, book: DebtBook) -> Limits:
    """Return every limit on the debt of a plan with what it measures."""
    tests: list[RuleTest] = []
    openings: list[RuleTest] = []
    for rule, name in rules_in_force(reading):
        last = reading.last
        if rule.through is Through.LAST_MATURITY:
            last = book.last_year(name)
        for year in range(reading.first, last + 1):
            if _within_dates(rule, year):
                tests.append(tested_rule(reading, book, rule, name, year))
        if rule.bands and _within_dates(rule, reading.first - 1):
            openings.append(tested_rule(reading, book, rule, name, reading.first - 1))
    banded = _banded([*openings, *tests])
    ceilings: dict[tuple[str, str, int], tuple[float, float]] = {}
    quotas: dict[tuple[str, str, int], tuple[float, float]] = {}
    for name in reading.jurisdictions:
        for pool in book.pools(name):
            for year in range(reading.first, book.last_year(name) + 1):
                ceiling = _ceiling(reading, name, pool, year)
                if ceiling is not None:
                    balance = book.quantity(name, (pool,), Quantity.BALANCE, year)
                    ceilings[name, pool, year] = (balance, ceiling)
            for year in reading.years:
                quota = _quota(reading, name, pool, year)
                if quota is not None:
                    share = _quota_share(banded.get(name, []), year)
                    quotas[name, pool, year] = (_quota_use(book, name, pool, year), quota * share)
    return Limits(ceilings, quotas, tuple(tests), tuple(openings))


def _ceiling(reading: ProblemData, jurisdiction: str, pool: str, year: int) -> float | None:
    """Ceiling of a year; the last one given before it holds."""
    given = {
        row.year: row.ceiling
        for row in reading.filed.debt.get((jurisdiction, pool), ())
        if row.ceiling is not None and row.year <= year
    }
    return given[max(given)] if given else None


def _quota(reading: ProblemData, jurisdiction: str, pool: str, year: int) -> float | None:
    for row in reading.filed.debt.get((jurisdiction, pool), ()):
        if row.year == year:
            return row.new_quota
    return None


def _quota_use(book: DebtBook, jurisdiction: str, pool: str, year: int) -> float:
    return sum(
        book.loans[loan.id][year].borrow
        for loan in book.reading.filed.loans.get(jurisdiction, ())
        if loan.pool == pool and loan.uses_quota and year in book.loans[loan.id]
    )


def _banded(tests: list[RuleTest]) -> dict[str, list[RuleTest]]:
    """Tests of banded rules by jurisdiction."""
    found: dict[str, list[RuleTest]] = {}
    for test in tests:
        if test.rule.bands:
            found.setdefault(test.jurisdiction, []).append(test)
    return found


def _band_before(banded: list[RuleTest], year: int) -> Iterator[RuleTest]:
    """Banded rules of a jurisdiction as tested in the year before `year`."""
    return (test for test in banded if test.year == year - 1)


def _consequence(test: RuleTest) -> Band:
    """Band whose consequences follow; above the last closed band they are the last band's."""
    return test.band or test.rule.bands[-1]


def _quota_share(banded: list[RuleTest], year: int) -> float:
    shares = [_consequence(test).quota_share for test in _band_before(banded, year)]
    return min(shares, default=1.0)


def rule_rows(reading: ProblemData, limits: Limits) -> list[Row]:
    """One row of each tested year of each ceiling, quota and debt rule."""
    rows: list[Row] = []
    for law, table in (("ceiling", limits.ceilings), ("quota", limits.quotas)):
        for (name, pool, year), (value, limit) in table.items():
            rows.append(_row(name, f"{law}:{pool}", year, value, limit))
    for test in limits.tests:
        allowed = None if test.rule.ratio is None else test.rule.ratio * test.base
        ratio = test.value / test.base if test.base > 0.0 else None
        band = ""
        if test.rule.bands and test.year <= reading.last:
            band = _consequence(test).id
        rows.append(
            _row(test.jurisdiction, test.rule.id, test.year, test.value, allowed, ratio, band)
        )
    return rows


def _row(
    jurisdiction: str,
    rule: str,
    year: int,
    value: float,
    limit: float | None,
    ratio: float | None = None,
    band: str = "",
) -> Row:
    headroom = None if limit is None else limit - value
    numbers = {"value": value, "limit": limit, "headroom": headroom, "ratio": ratio}
    return Row((jurisdiction, rule, year), numbers, {"band": band})


def check_limits(
    reading: ProblemData, decisions: Decisions, book: DebtBook, limits: Limits, recorder: Recorder
) -> None:
    """All laws on debt, but for the comparison of rows."""
    for (name, pool, year), (value, limit) in limits.ceilings.items():
        what = phrase("debt-of-in-pool-at-the-end-of", name=name, pool=pool, year=year)
        recorder.at_most("ceiling", f"{name}/{pool}", value, limit, what)
    for (name, pool, year), (value, limit) in limits.quotas.items():
        what = phrase("new-issues-of-in-pool-in", name=name, pool=pool, year=year)
        recorder.at_most("quota", f"{name}/{pool}", value, limit, what)
    _check_refinancing(reading, book, recorder)
    for test in limits.tests:
        _check_rule(reading, test, recorder)
    _check_bans(reading, decisions, [*limits.openings, *limits.tests], recorder)
    _check_coverage(reading, decisions, recorder)


def _check_rule(reading: ProblemData, test: RuleTest, recorder: Recorder) -> None:
    rule = test.rule
    what = phrase(
        "rule-of-in-the-measured-sum", rule=rule.id, jurisdiction=test.jurisdiction, year=test.year
    )
    if rule.ratio is not None:
        recorder.at_most("debt_rule", rule.id, test.value, rule.ratio * test.base, what)
    end = rule.bands[-1].upper if rule.bands else None
    if end is not None and test.year <= reading.last:
        recorder.at_most(
            "band", rule.id, test.value, end * test.base, phrase("last-band", what=what)
        )


def _check_refinancing(reading: ProblemData, book: DebtBook, recorder: Recorder) -> None:
    for name in reading.jurisdictions:
        for pool in book.pools(name):
            loans = [
                loan
                for loan in reading.instance.instruments
                if loan.refinancing and loan.jurisdiction == name and loan.pool == pool
            ]
            for year in reading.years if loans else ():
                due = book.quantity(name, (pool,), Quantity.PRINCIPAL, year)
                for loan in loans:
                    here = book.loans[loan.id].get(year)
                    what = phrase(
                        "refinancing-by-in-of-the-due-in-pool",
                        loan=loan.id,
                        year=year,
                        due=due,
                        pool=pool,
                    )
                    issued = 0.0 if here is None else here.borrow
                    limit = loan.refinancing_share * due
                    recorder.at_most("refinancing", loan.id, issued, limit, what)
                share = max(loan.refinancing_share for loan in loans)
                recorder.at_most(
                    "refinancing",
                    f"{name}/{pool}",
                    book.refinanced(name, pool, year),
                    share * due,
                    phrase("all-refinancing-of-in-pool-in", name=name, pool=pool, year=year),
                )


def _is_new_investment(reading: ProblemData, project: Project, leader: str) -> bool:
    """Whether a start is a new one of the leader's money that nobody above it has approved."""
    if project.stage is Stage.UNDER_CONSTRUCTION or project.start_approved:
        return False
    if reading.mandate(project) is Mandate.COMMITTED:
        return False
    return reading.shares(project).get(leader, 0.0) > 0.0


def _ban_is_about(rule: DebtRule, project: Project) -> bool:
    """Whether the words of a rule's ban name a project, and those of its exceptions do not."""
    for name in (project.sector, project.subsector):
        if name in rule.start_ban_exempt:
            return False
    if not rule.start_banned:
        return True
    return project.sector in rule.start_banned or project.subsector in rule.start_banned


def _check_bans(
    reading: ProblemData, decisions: Decisions, tests: list[RuleTest], recorder: Recorder
) -> None:
    """A band that bans starts lets none start in the year after."""
    banded = _banded(tests)
    for here in decisions.built.values():
        leader = reading.leader(here.project)
        for test in _band_before(banded.get(leader, []), here.start):
            band = _consequence(test)
            exempt = not _is_new_investment(reading, here.project, leader)
            exempt = exempt or not _ban_is_about(test.rule, here.project)
            recorder.holds(
                "band",
                here.project.id,
                exempt or not band.starts_banned,
                phrase(
                    "starts-in-but-was-in-band-of-rule-in-which",
                    id=reading.name(here.project.id),
                    start=here.start,
                    leader=leader,
                    band=band.id,
                    rule=test.rule.id,
                    year=test.year,
                ),
            )


def _check_coverage(reading: ProblemData, decisions: Decisions, recorder: Recorder) -> None:
    """A project's net revenue covers the debt tagged to it."""
    asking = [
        loan
        for loan in reading.instance.instruments
        if loan.tagged and loan.coverage is not None and not loan.refinancing
    ]
    issued: dict[tuple[str, str], float] = {}
    for issue in decisions.issues:
        key = (issue.instrument, issue.project)
        issued[key] = issued.get(key, 0.0) + issue.amount
    per_unit = {loan.id: (loan.coverage or 0.0) * service_of_one(loan) for loan in asking}
    _check_bundles(reading, decisions, asking, per_unit, recorder)
    for here in decisions.built.values() if asking else ():
        payers = possible_payers(reading, here.project)
        tenors = {
            loan.tenor
            for loan in asking
            if not loan.bundle
            and loan.jurisdiction in payers
            and reading.may_pay(loan, here.project)
        }
        for tenor in sorted(tenors):
            asked = sum(
                per_unit[loan.id] * issued.get((loan.id, here.project.id), 0.0)
                for loan in asking
                if loan.tenor <= tenor and not loan.bundle
            )
            recorder.at_most(
                "coverage",
                here.project.id,
                asked,
                max(0.0, _net_revenue(reading, here, here.start + tenor)),
                phrase(
                    "debt-service-to-be-covered-by-the-net-revenue",
                    id=reading.name(here.project.id),
                    through=here.start + tenor,
                ),
            )


def _check_bundles(
    reading: ProblemData,
    decisions: Decisions,
    asking: list[Instrument],
    per_unit: dict[str, float],
    recorder: Recorder,
) -> None:
    """The projects of a bundle cover the debt tagged to them together."""
    for bundle in sorted({loan.bundle for loan in asking} - {""}):
        loans = [loan for loan in asking if loan.bundle == bundle]
        members = [
            here
            for here in decisions.built.values()
            if any(
                loan.jurisdiction in possible_payers(reading, here.project)
                and reading.may_pay(loan, here.project)
                for loan in loans
            )
        ]
        for tenor in sorted({loan.tenor for loan in loans}):
            short = {loan.id for loan in loans if loan.tenor <= tenor}
            asked = sum(
                per_unit[issue.instrument] * issue.amount
                for issue in decisions.issues
                if issue.instrument in short
            )
            recorder.at_most(
                "coverage",
                bundle,
                asked,
                sum(max(0.0, _net_revenue(reading, here, here.start + tenor)) for here in members),
                phrase(
                    "debt-service-to-be-covered-by-the-net-revenue-2", bundle=bundle, tenor=tenor
                ),
            )


def _net_revenue(reading: ProblemData, here: Built, through: int) -> float:
    """Nominal revenue less operation and maintenance, operating years up to `through`."""
    option = here.option
    total = 0.0
    for year in here.operating_years:
        if year <= through:
            income = option.revenue * power(1.0 + option.revenue_growth, year - reading.first)
            income *= ramp(option.ramp_up, year - here.opening)
            total += (income - option.fixed_om_cost) * reading.index(year)
    return total
