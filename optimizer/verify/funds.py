"""Laws `fund_balance`, `service`, `reinvest`: the account of every fund by year, and its tail."""

from __future__ import annotations

from infraplan.models.catalogue import phrase
from infraplan.models.debt_rule import Quantity
from infraplan.models.funding import Basis, Event, Fund
from infraplan.models.plan import SourceKind
from infraplan.optimizer.verify.debt import DebtBook
from infraplan.optimizer.verify.decisions import Decisions
from infraplan.optimizer.verify.problem_data import ProblemData, power
from infraplan.optimizer.verify.rows import Row
from infraplan.optimizer.verify.violations import Recorder


def inflow(reading: ProblemData, fund: Fund, year: int) -> float:
    """Nominal inflow of a fund in a year, in the plan or after it."""
    given = reading.filed.inflows.get(fund.id, {})
    earlier = [known for known in given if known < year]
    value = given.get(year, 0.0)
    if year not in given and year > reading.last and earlier:
        growth = 1.0 + reading.instance.settings.finance.tail_growth
        value = given[max(earlier)] * power(growth, year - max(earlier))
    counted = value * fund.certainty
    return counted * (reading.index(year) if fund.basis is Basis.REAL else 1.0)


def received(
    reading: ProblemData, decisions: Decisions, fund: Fund, year: int, *, gains_only: bool = False
) -> float:
    """Nominal money that projects bring into a fund in a year, losses deducted.

    With `gains_only` without losses, and of what the plan builds alone.
    """
    total, rows = 0.0, reading.filed.receipts.get(fund.id, ())
    built = decisions.built if gains_only or not rows else decisions.there
    for row in rows:
        here = built.get(row.project)
        if here is None or (gains_only and row.value < 0.0):
            continue
        if here.retired is not None and year >= here.retired:
            continue
        event = here.opening if row.event == Event.OPENING else here.start
        in_time = year - event - row.delay in range(row.years)
        if in_time and (not row.option or row.option == here.option.option):
            total += row.value * power(1.0 + row.growth, year - reading.first)
    counted = total * fund.certainty
    return counted * (reading.index(year) if fund.basis is Basis.REAL else 1.0)


def _stopped(reading: ProblemData, decisions: Decisions, fund: Fund, year: int) -> float:
    """Nominal money that a fund pays for works stopped in the plan's first year."""
    if year != reading.first:
        return 0.0
    return sum(
        (project.stopping_cost or 0.0) * reading.index(year)
        for project in reading.instance.projects
        if reading.may_stop(project)
        and project.id not in decisions.built
        and reading.stopping_payer(project) == fund.id
    )


def served_pools(reading: ProblemData, fund: Fund) -> list[tuple[str, str]]:
    """Borrower and pool of all debt that a fund serves."""
    return list(reading.filed.served.get(fund.id, ()))


def service(reading: ProblemData, book: DebtBook, fund: Fund, year: int) -> float:
    """Principal and interest that a fund pays in a year, refinancing issues deducted."""
    total = 0.0
    for jurisdiction, pool in served_pools(reading, fund):
        total += book.quantity(jurisdiction, (pool,), Quantity.SERVICE, year)
        total -= book.refinanced(jurisdiction, pool, year)
    return total


def fund_rows(reading: ProblemData, decisions: Decisions, book: DebtBook) -> list[Row]:
    """Account of every fund in every plan year."""
    used: dict[tuple[str, int], float] = {}
    for payment in decisions.payments:
        if payment.kind == SourceKind.FUND:
            key = (payment.source, payment.year)
            used[key] = used.get(key, 0.0) + payment.amount
    for row in decisions.compensations:
        used[row.source, row.year] = used.get((row.source, row.year), 0.0) + row.amount
    rows: list[Row] = []
    for fund in reading.instance.funds:
        cash = fund.opening_balance
        for year in reading.years:
            numbers = {
                "opening": cash,
                "inflow": inflow(reading, fund, year)
                + received(reading, decisions, fund, year)
                - _stopped(reading, decisions, fund, year),
                "interest": fund.interest_rate * cash,
                "use": used.get((fund.id, year), 0.0),
                "service": service(reading, book, fund, year),
            }
            there = numbers["opening"] + numbers["inflow"] + numbers["interest"]
            before = there - numbers["use"] - numbers["service"]
            if not fund.carry_over:
                lapse = max(0.0, before)
            elif fund.lapse_years is None:
                lapse = 0.0
            else:
                lapse = decisions.lapses.get((fund.id, year), 0.0)
            cash = before - lapse
            rows.append(Row((fund.id, year), {**numbers, "lapse": lapse, "closing": cash}))
    return rows


def check_funds(
    reading: ProblemData, decisions: Decisions, rows: list[Row], book: DebtBook, recorder: Recorder
) -> None:
    """Laws of funds, but for the comparison of rows."""
    by_key = {row.key: row.numbers for row in rows}
    paid: dict[str, dict[int, float]] = {}
    for payment in decisions.payments:
        if payment.kind == SourceKind.FUND:
            mine = paid.setdefault(payment.source, {})
            mine[payment.year] = mine.get(payment.year, 0.0) + payment.amount
    for fund in reading.instance.funds:
        came_in = went_out = 0.0
        for year in reading.years:
            row = {name: value or 0.0 for name, value in by_key[fund.id, year].items()}
            went_out += row["use"] + row["service"] + row["lapse"]
            _check_year(fund, year, row, recorder)
            if fund.carry_over and fund.lapse_years is not None:
                recorder.at_least(
                    "fund_balance", fund.id, row["lapse"], 0.0, phrase("lapse-in", year=year)
                )
                is_due = year >= reading.first + fund.lapse_years
                if is_due:
                    came_in += by_key[fund.id, year - fund.lapse_years]["inflow"] or 0.0
                aged = _aged_opening(fund, fund.lapse_years, year, reading.first)
                if is_due or aged > 0.0:
                    what = phrase(
                        "what-fund-used-served-and-let-lapse-by",
                        fund=fund.id,
                        year=year,
                        lapse_years=fund.lapse_years,
                    )
                    recorder.at_least("fund_balance", fund.id, went_out, aged + came_in, what)
        closing = by_key[fund.id, reading.last]["closing"] or 0.0
        works = paid.get(fund.id, {})
        _check_tail(reading, decisions, fund, book, closing, works, recorder)
        _check_reinvested(reading, decisions, fund, recorder)


def _aged_opening(fund: Fund, lapse_years: int, year: int, first: int) -> float:
    """Part of the opening balance whose time is over by the end of `year`."""
    if not fund.opening_ages:
        return fund.opening_balance if year - lapse_years >= first else 0.0
    came = ((first - back, amount) for back, amount in enumerate(fund.opening_ages, start=1))
    return sum(amount for came_in, amount in came if came_in <= year - lapse_years)


def _check_year(fund: Fund, year: int, row: dict[str, float], recorder: Recorder) -> None:
    """What goes out and must stay is there; service is no income."""
    kept = fund.minimum_balance if fund.carry_over else 0.0
    there = row["opening"] + row["inflow"] + row["interest"]
    lapse = row["lapse"] if fund.carry_over else 0.0
    what = phrase("what-fund-pays-in", fund=fund.id, year=year)
    if kept:
        what = phrase("with-the-that-must-remain", what=what, kept=kept)
    recorder.at_most(
        "fund_balance", fund.id, row["use"] + row["service"] + lapse + kept, there, what
    )
    recorder.at_least(
        "service",
        fund.id,
        row["service"],
        0.0,
        phrase("debt-service-of-fund-in", fund=fund.id, year=year),
    )


def _check_reinvested(
    reading: ProblemData, decisions: Decisions, fund: Fund, recorder: Recorder
) -> None:
    """Part of what projects bring in pays for works within the plan."""
    if not fund.reinvest or fund.id not in reading.filed.receipts:
        return
    gained = sum(
        received(reading, decisions, fund, year, gains_only=True) for year in reading.years
    )
    paid = sum(
        row.amount
        for row in decisions.payments
        if row.kind == SourceKind.FUND and row.source == fund.id and row.year <= reading.last
    )
    what = phrase("what-fund-pays-for-works-against-its-share-of", fund=fund.id)
    recorder.at_least("reinvest", fund.id, paid, fund.reinvest * gained, what)


def _check_tail(
    reading: ProblemData,
    decisions: Decisions,
    fund: Fund,
    book: DebtBook,
    closing: float,
    works: dict[int, float],
    recorder: Recorder,
) -> None:
    """After the plan, service and works that go on are paid from cash kept and inflow.

    What may lapse is not kept. `works` is what the fund pays for works, by year.
    """
    pools = served_pools(reading, fund)
    last = max([reading.last_paid, *(book.last_year(jurisdiction) for jurisdiction, _ in pools)])
    # What is missing in the plan is told there; the years after it begin with the minimum.
    kept = max(closing, fund.minimum_balance)
    for year in range(reading.last + 1, last + 1):
        due = service(reading, book, fund, year) + works.get(year, 0.0)
        there = inflow(reading, fund, year) + received(reading, decisions, fund, year)
        if fund.carry_over and fund.lapse_years is None:
            there += (1.0 + fund.interest_rate) * kept - fund.minimum_balance
            kept = max(0.0, there - due) + fund.minimum_balance
        what = phrase("debt-service-of-fund-in-after-the-plan", fund=fund.id, year=year)
        if year in works:
            what = phrase("works-and-service-of-fund-in-after-the-plan", fund=fund.id, year=year)
        recorder.at_most("service", fund.id, due, there, what)
