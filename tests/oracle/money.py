"""The laws of money for one set of starts, written from section 4 of docs/laws.md alone."""

from __future__ import annotations

import itertools
from collections import defaultdict
from typing import TYPE_CHECKING

from infraplan.models.capital_ratios import CAPITAL_RATIO_SETS
from infraplan.models.debt_rule import CapitalRatio, DebtRule
from infraplan.models.funding import Fund, Instrument
from infraplan.models.project import Project
from infraplan.models.rule_sets import RULE_SETS
from tests.oracle.choice import Choice
from tests.oracle.feasibility import Program
from tests.oracle.receipts import receipts_in

if TYPE_CHECKING:
    from tests.oracle.oracle import Oracle


def tranche(instrument: Instrument) -> dict[str, list[float]]:
    """One unit borrowed: what is repaid, paid in interest and still owed at age 0 to tenor."""
    n, g, r = instrument.tenor, instrument.grace, instrument.rate
    kind = instrument.kernel.value
    if kind == "bullet":
        repaid = [0.0] * n + [1.0]
    elif kind == "equal_principal":
        repaid = [0.0] * (g + 1) + [1.0 / (n - g)] * (n - g)
    elif kind == "schedule":
        repaid = [0.0, *instrument.schedule]
    else:
        payment = 1.0 / (n - g) if r == 0 else r / (1 - (1 + r) ** -(n - g))
        repaid, owed = [0.0] * (g + 1), 1.0
        for _ in range(n - g):
            repaid.append(payment - r * owed)
            owed -= repaid[-1]
    balance, interest, owed = [], [0.0], 1.0
    for age, part in enumerate(repaid):
        if age:
            interest.append(r * owed)
        owed -= part
        balance.append(owed)
    level = [p + i for p, i in zip(repaid, interest, strict=True)]
    if kind == "bullet":
        level = [0.0] + [(1 + n * r) / n] * n
    return {
        "balance": balance,
        "principal": repaid,
        "interest": interest,
        "service": [p + i for p, i in zip(repaid, interest, strict=True)],
        "level_service": level,
        "new_borrowing": [0.0 if instrument.refinancing else 1.0] + [0.0] * n,
        "unprovided": [0.0 if instrument.refinancing else 1.0 - a / n for a in range(n + 1)],
    }


class Money:
    """Section 4 of the page for one set of starts."""

    def __init__(self, oracle: Oracle, built: dict[str, Choice]) -> None:
        self.o, self.built, self.instance = oracle, built, oracle.instance
        self.lines = {row.id: tranche(row) for row in self.instance.instruments}
        self.growth = 1 + self.instance.settings.finance.tail_growth

    def possible(self) -> bool:
        """Whether payments, issues and accounts exist that obey every law of money."""
        rules = [(r, j) for r, j in self.rules() if r.bands]
        if not rules:
            return self.program({}).feasible()
        if not self.program(None).feasible():
            return False  # no band is tested there, so that every choice of bands asks for more
        lists = [range(len(r.bands)) for r, _ in rules for _ in self.o.years]
        for flat in itertools.product(*lists):
            bands = {
                (rule.id, j, year): flat[n * len(self.o.years) + t]
                for n, (rule, j) in enumerate(rules)
                for t, year in enumerate(self.o.years)
            }
            if not self.banned(rules, bands) and self.program(bands).feasible():
                return True
        return False

    # ---------------------------------------------------------------- items, rules, old debt

    def item(self, jurisdiction: str, name: str, year: int) -> float | None:
        rows = sorted(
            (r.year, r.value)
            for r in self.instance.fiscal
            if r.jurisdiction == jurisdiction and r.item == name
        )
        if not rows:
            return None
        before = [row for row in rows if row[0] <= year]
        if not before:
            return rows[0][1]
        given, value = before[-1]
        return value * self.growth ** (year - given) if (given, value) == rows[-1] else value

    def rules(self) -> list[tuple[DebtRule, str]]:
        owners = {r.jurisdiction for r in self.instance.funds}
        owners |= {r.jurisdiction for r in self.instance.instruments}
        owners |= {r.jurisdiction for r in self.instance.debt}
        found = []
        for jurisdiction in self.instance.jurisdiction_ids:
            named = [j.rule_sets for j in self.instance.jurisdictions if j.id == jurisdiction]
            rules = [r for sets in named for name in sets for r in RULE_SETS[name]]
            rules += [
                r
                for r in self.instance.settings.finance.rules
                if jurisdiction in r.jurisdictions
                or (not r.jurisdictions and jurisdiction in owners)
            ]
            found += [
                (r, jurisdiction)
                for r in rules
                if all(self.item(jurisdiction, t.item, self.o.y0) is not None for t in r.base)
            ]
        return found

    def pools(self, jurisdiction: str) -> list[str]:
        rows = [r.pool for r in self.instance.debt if r.jurisdiction == jurisdiction]
        rows += [r.pool for r in self.instance.instruments if r.jurisdiction == jurisdiction]
        return list(dict.fromkeys(rows))

    def last_year(self, jurisdiction: str) -> int:
        tenors = [r.tenor for r in self.instance.instruments if r.jurisdiction == jurisdiction]
        old = [r.year for r in self.instance.debt if r.jurisdiction == jurisdiction]
        return max([self.o.y1 + max(tenors, default=0), *old])

    def old(self, jurisdiction: str, pool: str, quantity: str, year: int) -> float:
        rows = [r for r in self.instance.debt if r.jurisdiction == jurisdiction and r.pool == pool]
        if quantity == "balance":
            opening = sum(r.opening_balance or 0.0 for r in rows)
            return opening - sum(r.principal_due for r in rows if self.o.y0 <= r.year <= year)
        if year < self.o.y0:
            return 0.0
        due = [r for r in rows if r.year == year]
        principal = sum(r.principal_due for r in due)
        interest = sum(r.interest_due for r in due)
        return {
            "principal": principal,
            "interest": interest,
            "service": principal + interest,
            "level_service": principal + interest,
            "new_borrowing": 0.0,
            "unprovided": 0.0,
        }[quantity]

    def quantity(
        self, jurisdiction: str, pools: tuple[str, ...] | list[str], name: str, year: int
    ) -> tuple[dict[int, float], float]:
        """A debt quantity as (columns, constant); issues are self.issue[instrument, year]."""
        pools = list(pools) or self.pools(jurisdiction)
        constant = sum(self.old(jurisdiction, pool, name, year) for pool in pools)
        row: dict[int, float] = defaultdict(float)
        for instrument in self.instance.instruments:
            if instrument.jurisdiction != jurisdiction or instrument.pool not in pools:
                continue
            shares = self.lines[instrument.id][name]
            for issued in self.o.years:
                age = year - issued
                if 0 <= age < len(shares) and shares[age]:
                    row[self.issue[instrument.id, issued]] += shares[age]
        return row, constant

    def banned(
        self, rules: list[tuple[DebtRule, str]], bands: dict[tuple[str, str, int], int]
    ) -> bool:
        """Whether a start falls into a year after a band that bans starts."""
        for rule, jurisdiction in rules:
            for year in self.o.years:
                number = (
                    bands[rule.id, jurisdiction, year - 1]
                    if year > self.o.y0
                    else self.opening_band(rule, jurisdiction)
                )
                if not rule.bands[number].starts_banned:
                    continue
                for choice in self.built.values():
                    project = choice.project
                    if (
                        choice.start == year
                        and self.instance.jurisdiction_of(project) == jurisdiction
                        and self.ban_names(rule, project)
                        and self.is_new_and_own(project, jurisdiction)
                    ):
                        return True
        return False

    @staticmethod
    def ban_names(rule: DebtRule, project: Project) -> bool:
        """Whether a ban is about a project by its words: named (or none is) and not exempt."""
        kinds = (project.sector, project.subsector)
        named = not rule.start_banned or any(kind in rule.start_banned for kind in kinds)
        return named and all(kind not in rule.start_ban_exempt for kind in kinds)

    def is_new_and_own(self, project: Project, jurisdiction: str) -> bool:
        """Neither under way nor approved from above, and paid for by the jurisdiction in part."""
        under_way = self.o.is_committed(project) or project.stage.value == "under_construction"
        pays = self.instance.shares_of(project).get(jurisdiction, 0.0) > 0.0
        return pays and not under_way and not project.start_approved

    def opening_band(self, rule: DebtRule, jurisdiction: str) -> int:
        year = self.o.y0 - 1
        if not self.dated(rule, year):
            return 0
        left = sum(
            t.coefficient * (self.item(jurisdiction, t.item, year + t.lag) or 0.0)
            for t in rule.additions
        )
        for term in rule.terms:
            if term.quantity.value == "balance":
                pools = list(term.pools) or self.pools(jurisdiction)
                left += term.coefficient * sum(
                    self.old(jurisdiction, pool, "balance", year) for pool in pools
                )
        base = self.base(rule, jurisdiction, year)
        ratio = left / base if base > 0 else float("inf")
        for number, band in enumerate(rule.bands):
            if band.upper is None or ratio <= band.upper + 1e-9:
                return number
        return len(rule.bands) - 1

    def dated(self, rule: DebtRule, year: int) -> bool:
        return (rule.valid_from or year) <= year <= (rule.valid_to or year)

    def base(self, rule: DebtRule, jurisdiction: str, year: int) -> float:
        return sum(
            t.coefficient * (self.item(jurisdiction, t.item, year + t.lag) or 0.0)
            for t in rule.base
        )

    # ---------------------------------------------------------------- the program

    def program(self, bands: dict[tuple[str, str, int], int] | None) -> Program:
        """All that money must obey in these bands; None: in the easiest of all, tested nowhere."""
        lp = Program()
        years = self.o.years
        self.issue = {
            (row.id, year): lp.column() for row in self.instance.instruments for year in years
        }
        self.pay: dict[tuple[str, str, str, int], int] = {}
        self.late = self.o.late_years()
        self._sources_and_uses(lp)
        self._issues(lp)
        self._funds(lp)
        self._limits(lp, bands)
        self._capital_holds(lp)
        self._rules(lp, bands)
        self._coverage(lp)
        return lp

    def _may(self, source: object, choice: Choice) -> bool:
        project = choice.project
        spots = {project.place, project.from_place, project.to_place}
        return (
            (not source.sectors or project.sector in source.sectors)
            and (not source.projects or project.id in source.projects)
            and (not source.places or bool(spots & set(source.places)))
        )

    def _sources_and_uses(self, lp: Program) -> None:
        for name, choice in self.built.items():
            for payer, share in self.instance.shares_of(choice.project).items():
                funds = [f for f in self.instance.funds if f.jurisdiction == payer]
                loans = [k for k in self.instance.instruments if k.jurisdiction == payer]
                if not funds and not loans:
                    continue
                sources = [s for s in funds if self._may(s, choice)]
                sources += [k for k in loans if not k.refinancing and self._may(k, choice)]
                for year in [*self.o.years, *self.late]:
                    due = share * self.o.spending(choice).get(year, 0.0)
                    due *= self.instance.price_index(year)
                    row = {}
                    # When the plan is over nobody may borrow any more.
                    now = [s for s in sources if year <= self.o.y1 or s in funds]
                    for source in now:
                        column = self.pay[name, payer, source.id, year] = lp.column()
                        row[column] = 1.0
                    lp.equal.append((row, due))
                    for source in now:
                        if source.max_share < 1.0:
                            column = self.pay[name, payer, source.id, year]
                            limited = dict.fromkeys(row, -source.max_share)
                            limited[column] += 1.0
                            lp.at_most.append((limited, 0.0))

    def _capital_holds(self, lp: Program) -> None:
        """Capital of a built project over all it costs, and of each payer's year where asked."""
        finance = self.instance.settings.finance
        rules = [*finance.capital_ratios]
        for name in finance.capital_ratio_sets:
            rules += CAPITAL_RATIO_SETS[name]
        debt = {k.id: 1.0 - k.as_capital for k in self.instance.instruments}
        for name, choice in self.built.items():
            here = {choice.project.sector, choice.project.subsector}
            fitting = [
                r
                for r in rules
                if (not r.sectors or here & set(r.sectors))
                and (not r.projects or name in r.projects)
            ]
            project = choice.project
            began = project.earliest_start if project.started is None else project.started
            under_way = project.stage == "under_construction" and self.o.is_committed(project)
            if not fitting:
                continue
            whole_rules = fitting
            if under_way and began is not None and began < self.o.y0:
                # What works begun before the plan were paid with is known to rules that name them.
                whole_rules = [r for r in fitting if r.projects]
            ratio = self.largest(whole_rules, choice.start)
            whole = sum(
                amount * self.instance.price_index(year)
                for year, amount in self.o.spending(choice).items()
            )
            mine = {key: column for key, column in self.pay.items() if key[0] == name}
            row = {column: debt.get(key[2], 0.0) for key, column in mine.items()}
            lp.at_most.append((row, (1.0 - ratio) * whole))
            stepwise = [r for r in fitting if r.per_year]
            for _, payer, _, year in mine:
                yearly = self.largest(stepwise, year)
                if not yearly:
                    continue
                part = {
                    column: debt.get(key[2], 0.0) - (1.0 - yearly)
                    for key, column in mine.items()
                    if (key[1], key[3]) == (payer, year)
                }
                lp.at_most.append((part, 0.0))

    @staticmethod
    def largest(ratios: list[CapitalRatio], year: int) -> float:
        """The largest of the ratios whose dates hold `year`, 0 where there is none."""
        held = [
            r.ratio
            for r in ratios
            if (r.valid_from or year) <= year and (r.valid_to or year) >= year
        ]
        return max(held, default=0.0)

    def _issues(self, lp: Program) -> None:
        for row in self.instance.instruments:
            for year in self.o.years:
                column = self.issue[row.id, year]
                if not row.refinancing:
                    use = {column: 1.0}
                    for (_, _, source, when), paid in self.pay.items():
                        if source == row.id and when == year:
                            use[paid] = -1.0
                    lp.equal.append((use, 0.0))
                closed = (row.first_year is not None and year < row.first_year) or (
                    row.last_year is not None and year > row.last_year
                )
                limit = 0.0 if closed else row.annual_limit
                if limit is not None:
                    lp.at_most.append(({column: 1.0}, limit))

    def _inflow(self, fund: object, year: int) -> float:
        rows = sorted((r.year, r.value) for r in self.instance.inflows if r.fund == fund.id)
        exact = [value for given, value in rows if given == year]
        value = 0.0
        if exact:
            value = exact[0]
        elif year > self.o.y1:
            before = [row for row in rows if row[0] < year]
            if before:
                value = before[-1][1] * self.growth ** (year - before[-1][0])
        value += receipts_in(self.o, self.built, fund, year)
        value *= self.instance.price_index(year) if fund.basis.value == "real" else 1.0
        value *= fund.certainty
        return value - (self._stopping_bill(fund) if year == self.o.y0 else 0.0)

    def _stopping_bill(self, fund: object) -> float:
        """What the fund pays for works that are stopped: it is the leader's first that may."""
        bill = 0.0
        for project in self.instance.projects:
            if not self.o.may_stop(project) or project.id in self.built:
                continue
            leader = self.instance.jurisdiction_of(project)
            works = Choice(project, project.options[0], self.o.y0)
            funds = [row for row in self.instance.funds if row.jurisdiction == leader]
            mine = [row.id for row in funds if self._may(row, works)]
            if mine[:1] == [fund.id]:
                bill += (project.stopping_cost or 0.0) * self.instance.price_index(self.o.y0)
        return bill

    def _service(self, fund: object, year: int) -> tuple[dict[int, float], float]:
        row: dict[int, float] = defaultdict(float)
        constant = 0.0
        for pool in self.instance.pools:
            for jurisdiction, payer in pool.service_funds.items():
                if payer != fund.id:
                    continue
                part, due = self.quantity(jurisdiction, [pool.id], "service", year)
                constant += due
                for column, value in part.items():
                    row[column] += value
                for loan in self.instance.instruments:
                    mine = loan.jurisdiction == jurisdiction and loan.pool == pool.id
                    if mine and loan.refinancing and year in self.o.years:
                        row[self.issue[loan.id, year]] -= 1.0
        return row, constant

    def _funds(self, lp: Program) -> None:
        for fund in self.instance.funds:
            cash = {year: lp.column() for year in self.o.years}
            free = not fund.carry_over or fund.lapse_years is not None
            lapse = {year: lp.column() for year in self.o.years} if free else {}
            outflows: list[tuple[dict[int, float], float]] = []
            for year in self.o.years:
                service, due = self._service(fund, year)
                out: dict[int, float] = defaultdict(float, service)
                for (_, _, source, when), paid in self.pay.items():
                    if source == fund.id and when == year:
                        out[paid] += 1.0
                if free:
                    out[lapse[year]] += 1.0
                outflows.append((dict(out), due))
                row = defaultdict(float, out)
                row[cash[year]] += 1.0
                amount = self._inflow(fund, year) - due
                growth = 1 + fund.interest_rate
                if year == self.o.y0:
                    amount += growth * fund.opening_balance
                else:
                    row[cash[year - 1]] -= growth
                lp.equal.append((dict(row), amount))
                # use and service are each paid, never received.
                lp.at_most.append(({c: -v for c, v in service.items()}, due))
                if fund.carry_over:
                    lp.at_most.append(({cash[year]: -1.0}, -fund.minimum_balance))
                else:
                    lp.equal.append(({cash[year]: 1.0}, 0.0))
            if fund.carry_over and fund.lapse_years is not None:
                self._lapse(lp, fund, fund.lapse_years, outflows)
            self._after_plan(lp, fund, cash[self.o.y1])

    def _lapse(
        self,
        lp: Program,
        fund: Fund,
        lapse_years: int,
        outflows: list[tuple[dict[int, float], float]],
    ) -> None:
        """What came in long ago is gone: outflows up to a year are no less."""
        for t, year in enumerate(self.o.years):
            until = year - lapse_years
            came = sum(self._inflow(fund, y) for y in self.o.years if y <= until)
            if fund.opening_ages:
                back = range(1, len(fund.opening_ages) + 1)
                came += sum(fund.opening_ages[k - 1] for k in back if self.o.y0 - k <= until)
            elif until >= self.o.y0:
                came += fund.opening_balance
            if came <= 0.0 and until < self.o.y0:
                continue
            row = defaultdict(float)
            gone = 0.0
            for part, due in outflows[: t + 1]:
                gone += due
                for column, value in part.items():
                    row[column] -= value
            lp.at_most.append((dict(row), gone - came))

    def _after_plan(self, lp: Program, fund: Fund, cash: int) -> None:
        """Debt service and late works after the plan, from `cash` at its end."""
        owners = [
            j for p in self.instance.pools for j, f in p.service_funds.items() if f == fund.id
        ]
        if not owners and not self.late:
            return
        last = max([self.o.y1, *self.late, *(self.last_year(j) for j in owners)])
        keeps = fund.carry_over and fund.lapse_years is None
        before = cash
        for year in range(self.o.y1 + 1, last + 1):
            service, due = self._service(fund, year)
            row = defaultdict(float, service)
            for (_, _, source, when), paid in self.pay.items():
                if source == fund.id and when == year:
                    row[paid] += 1.0
            if keeps:
                after = lp.column()
                row[after] += 1.0
                row[before] -= 1 + fund.interest_rate
                lp.equal.append((dict(row), self._inflow(fund, year) - due))
                lp.at_most.append(({after: -1.0}, -fund.minimum_balance))
                before = after
            else:
                lp.at_most.append((dict(row), self._inflow(fund, year) - due))

    def _limits(self, lp: Program, bands: dict[tuple[str, str, int], int] | None) -> None:
        for jurisdiction in self.instance.jurisdiction_ids:
            for pool in self.pools(jurisdiction):
                rows = [
                    r
                    for r in self.instance.debt
                    if r.jurisdiction == jurisdiction and r.pool == pool
                ]
                for year in range(self.o.y0, self.last_year(jurisdiction) + 1):
                    given = sorted(
                        (r.year, r.ceiling)
                        for r in rows
                        if r.ceiling is not None and r.year <= year
                    )
                    if given:
                        row, old = self.quantity(jurisdiction, [pool], "balance", year)
                        lp.at_most.append((dict(row), given[-1][1] - old))
                for r in rows:
                    if r.new_quota is not None and r.year in self.o.years:
                        row = {
                            self.issue[k.id, r.year]: 1.0
                            for k in self.instance.instruments
                            if k.jurisdiction == jurisdiction and k.pool == pool and k.uses_quota
                        }
                        if row:
                            share = self.quota_share(jurisdiction, r.year, bands)
                            lp.at_most.append((row, r.new_quota * share))
                loans = [
                    k
                    for k in self.instance.instruments
                    if k.refinancing and k.jurisdiction == jurisdiction and k.pool == pool
                ]
                for year in self.o.years if loans else ():
                    due, old = self.quantity(jurisdiction, [pool], "principal", year)
                    groups = [([k], k.refinancing_share) for k in loans]
                    groups.append((loans, max(k.refinancing_share for k in loans)))
                    for group, share in groups:
                        row = {c: -share * v for c, v in due.items()}
                        for k in group:
                            column = self.issue[k.id, year]
                            row[column] = row.get(column, 0.0) + 1.0
                        lp.at_most.append((row, share * old))

    def quota_share(
        self, jurisdiction: str, year: int, bands: dict[tuple[str, str, int], int] | None
    ) -> float:
        share = 1.0
        for rule, owner in self.rules():
            if rule.bands and owner == jurisdiction:
                if bands is None:
                    share = min(share, max(band.quota_share for band in rule.bands))
                    continue
                number = (
                    bands[rule.id, owner, year - 1]
                    if year > self.o.y0
                    else self.opening_band(rule, owner)
                )
                share = min(share, rule.bands[number].quota_share)
        return share

    def _rules(self, lp: Program, bands: dict[tuple[str, str, int], int] | None) -> None:
        for rule, jurisdiction in self.rules():
            last = self.o.y1
            if rule.through.value == "last_maturity":
                last = self.last_year(jurisdiction)
            for year in range(self.o.y0, last + 1):
                if not self.dated(rule, year):
                    continue
                row: dict[int, float] = defaultdict(float)
                constant = sum(
                    t.coefficient * (self.item(jurisdiction, t.item, year + t.lag) or 0.0)
                    for t in rule.additions
                )
                for term in rule.terms:
                    part, old = self.quantity(
                        jurisdiction, term.pools, term.quantity.value, year + term.lag
                    )
                    constant += term.coefficient * old
                    for column, value in part.items():
                        row[column] += term.coefficient * value
                base = self.base(rule, jurisdiction, year)
                if rule.ratio is not None:
                    lp.at_most.append((dict(row), rule.ratio * base - constant))
                if rule.bands and bands is not None and year in self.o.years:
                    upper = rule.bands[bands[rule.id, jurisdiction, year]].upper
                    if upper is not None:
                        lp.at_most.append((dict(row), upper * base - constant))

    def _coverage(self, lp: Program) -> None:
        tagged = [k for k in self.instance.instruments if k.tagged and k.coverage is not None]
        for name, choice in self.built.items():
            mine = [k for k in tagged if self._may(k, choice)]
            for tenor in sorted({k.tenor for k in mine}):
                row: dict[int, float] = {}
                for k in mine:
                    if k.tenor <= tenor:
                        service = sum(self.lines[k.id]["service"])
                        for (project, _, source, _), paid in self.pay.items():
                            if project == name and source == k.id:
                                row[paid] = k.coverage * service
                revenue = 0.0
                for year in range(choice.opening, min(choice.closing, choice.start + tenor) + 1):
                    age = year - choice.opening
                    ramp = choice.option.ramp_up
                    share = ramp[age] if age < len(ramp) else 1.0
                    growth = (1 + choice.option.revenue_growth) ** (year - self.o.y0)
                    net = choice.option.revenue * growth * share - choice.option.fixed_om_cost
                    revenue += net * self.instance.price_index(year)
                lp.at_most.append((row, max(0.0, revenue)))
