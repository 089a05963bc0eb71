"""Brute force under the law `sharing`: chosen shares, compensation, consent; from docs/laws.md.

A partner's payments, whoever receives them, are columns of the linear program of one combination of
starts; each line of the page is a row.
"""

from __future__ import annotations

import itertools
import random
from collections import defaultdict
from dataclasses import replace

from infraplan.models.agreement import Agreement
from infraplan.models.errors import InconsistentInstanceError
from infraplan.models.funding import CostShare
from infraplan.models.instance import Instance
from infraplan.models.jurisdiction import Jurisdiction
from tests.oracle.choice import Choice
from tests.oracle.feasibility import Program
from tests.oracle.generate import random_instance
from tests.oracle.money import Money
from tests.oracle.oracle import Answer, Oracle


def random_joint_instance(seed: int) -> Instance:
    """A random instance of two or three partners who share most projects under agreements."""
    rng = random.Random(seed)
    base = random_instance(rng.randrange(10**6))
    while len(base.jurisdictions) < 2 or len(base.projects) > 4:
        base = random_instance(rng.randrange(10**6))
    ids = [row.id for row in base.jurisdictions]
    if rng.random() < 0.4:
        ids.append("l")  # a partner without funds: it pays from outside
    shares, agreements = [], []
    for project in base.projects:
        others = [name for name in ids if name != project.jurisdiction]
        partners = rng.sample(others, rng.randint(1, len(others)))
        if rng.random() < 0.3:
            partners.append(project.jurisdiction)
        gains = _parts(rng, len(partners))
        costs = _parts(rng, len(partners))
        chosen = rng.random() < 0.5
        for name, gain, cost in zip(partners, gains, costs, strict=True):
            fixed = cost if not chosen or rng.random() < 0.1 else None
            shares.append(
                CostShare(
                    project=project.id,
                    jurisdiction=name,
                    share=fixed,
                    min_share=rng.choice([0.0, 0.0, round(cost / 2, 2)]),
                    max_share=rng.choice([1.0, 1.0, round((1 + cost) / 2, 2)]),
                    benefit_share=rng.choice([None, gain, gain, gain]),
                )
            )
        if rng.random() < 0.85:
            agreements.append(
                Agreement(
                    project=project.id,
                    shares="chosen" if chosen else "fixed",
                    consent=rng.choice(["no", "project", "project", "package", "package"]),
                    compensation=rng.random() < 0.4,
                )
            )
    tables = {name: getattr(base, name) for name in Instance.model_fields}
    changed = {
        "jurisdictions": tuple(Jurisdiction(id=name) for name in ids),
        "shares": tuple(shares),
        "agreements": tuple(agreements),
    }
    try:
        return Instance(**(tables | changed))
    except InconsistentInstanceError:  # the limits of chosen shares leave no way to pay for all
        return random_joint_instance(seed + 10**6)


def _parts(rng: random.Random, count: int) -> list[float]:
    """Shares that sum to less than one."""
    drawn = [rng.uniform(0.1, 1.0) for _ in range(count + 1)]
    return [round(part / sum(drawn), 2) for part in drawn[:count]]


class JointOracle(Oracle):
    """Brute force whose money obeys the law `sharing` too."""

    def solve(self) -> Answer:
        lists = [self.choices(project) for project in self.instance.projects]
        scored = []
        for combination in itertools.product(*lists):
            built = {c.project.id: c for c in combination if c is not None}
            value = sum(self.value(c) for c in built.values()) + self.joint_value(built)
            scored.append((value, built))
        scored.sort(key=lambda entry: -entry[0])
        for value, built in scored:
            if self.allowed(built) and JointMoney(self, built).possible():
                starts = {name: (c.option.option, c.start) for name, c in built.items()}
                return Answer(value, starts, len(scored))
        return Answer(None, {}, len(scored))


class JointMoney(Money):
    """Section 4 of the page with its paragraph on sharing."""

    def _sources_and_uses(self, lp: Program) -> None:
        agreed = {row.project: row for row in self.instance.agreements}
        fixed = {
            name: choice
            for name, choice in self.built.items()
            if name not in agreed or agreed[name].shares.value == "fixed"
        }
        everything, self.built = self.built, fixed
        super()._sources_and_uses(lp)
        self.built = everything
        # Nominal payments and compensation by (project, partner): column -> year.
        self.given: dict[tuple[str, str], dict[int, int]] = defaultdict(dict)
        self.got: dict[tuple[str, str], dict[int, int]] = defaultdict(dict)
        self.paid: dict[tuple[str, str], dict[int, int]] = defaultdict(dict)
        for name, choice in everything.items():
            if name not in agreed:
                continue
            if name not in fixed:
                self._chosen(lp, name, choice)
            if agreed[name].compensation:
                self._compensation(lp, name, choice)
        sums: dict[str, tuple[dict[int, float], float]] = {}
        # What stands is there in y0 with what went before the plan, and nothing else.
        stand = {name: replace(c, start=self.o.y0) for name, c in self.o.standing.items()}
        for name, choice in stand.items():
            if name in agreed and agreed[name].compensation:
                self._compensation(lp, name, choice)
        for name, choice in (everything | stand).items():
            consent = agreed[name].consent.value if name in agreed else "no"
            for partner in self.partners(choice) if consent != "no" else ():
                chosen = name in everything and name not in fixed
                row, constant = self.loss(name, choice, partner, chosen=chosen)
                if consent == "project":
                    lp.at_most.append((row, constant))
                else:
                    before, total = sums.get(partner, ({}, 0.0))
                    sums[partner] = (before | row, total + constant)
        lp.at_most += list(sums.values())

    def partners(self, choice: Choice) -> list[str]:
        rows = [r.jurisdiction for r in self.instance.shares if r.project == choice.project.id]
        return sorted({*rows, choice.project.jurisdiction or self.instance.jurisdiction_ids[0]})

    def weight(self, choice: Choice) -> float:
        appraisal, bias = self.o.settings.appraisal, choice.project.optimism_bias
        if bias is None:
            bias = appraisal.optimism_bias.get(choice.project.sector)
        return 1.0 if bias is None else (1 + bias) / (1 + appraisal.contingency)

    def before(self, choice: Choice, partner: str) -> CostShare:
        """The partner's row, which tells what went before the plan."""
        return next(
            (
                row
                for row in self.instance.shares
                if (row.project, row.jurisdiction) == (choice.project.id, partner)
            ),
            CostShare(project=choice.project.id, jurisdiction=partner),
        )

    def gain(self, choice: Choice, partner: str) -> float:
        if choice.project.id in self.o.standing:
            return self.before(choice, partner).gained_before
        works = sum(a * self.o.df[y] for y, a in self.o.spending(choice).items())
        whole = self.o.value(choice) + self.weight(choice) * works
        rows = {
            r.jurisdiction: r.benefit_share or 0.0
            for r in self.instance.shares
            if r.project == choice.project.id
        }
        share = rows.get(partner, 0.0)
        if partner == (choice.project.jurisdiction or self.instance.jurisdiction_ids[0]):
            share += 1.0 - sum(rows.values())
        return share * whole + self.before(choice, partner).gained_before

    def worth(self, year: int) -> float:
        return self.o.df[year] / self.instance.price_index(year)

    def _funded(self, partner: str) -> bool:
        owners = [*self.instance.funds, *self.instance.instruments]
        return any(row.jurisdiction == partner for row in owners)

    def _chosen(self, lp: Program, name: str, choice: Choice) -> None:
        spending = self.o.spending(choice)
        years = [*self.o.years, *self.late]
        yearly: dict[int, dict[int, float]] = {year: {} for year in years}
        loans = {row.id for row in self.instance.instruments}
        for partner in self.partners(choice):
            sources = [
                s.id
                for s in (*self.instance.funds, *self.instance.instruments)
                if s.jurisdiction == partner
                and self._may(s, choice)
                and not getattr(s, "refinancing", False)
            ]
            most = {s.id: s.max_share for s in (*self.instance.funds, *self.instance.instruments)}
            if not self._funded(partner):
                sources, most = ["outside"], {"outside": 1.0}
            for year in years:
                mine = {}
                for source in sources:
                    if source in loans and year > self.o.y1:
                        continue  # nobody borrows when the plan is over
                    column = self.pay[name, partner, source, year] = lp.column()
                    mine[source] = column
                    yearly[year][column] = 1.0
                    self.paid[name, partner][column] = year
                for source, column in mine.items():
                    limited = dict.fromkeys(mine.values(), -most[source])
                    limited[column] += 1.0
                    lp.at_most.append((limited, 0.0))
            row = next(
                (
                    r
                    for r in self.instance.shares
                    if r.project == choice.project.id and r.jurisdiction == partner
                ),
                None,
            )
            least, largest = (0.0, 1.0) if row is None else (row.min_share, row.max_share)
            if row is not None and row.share is not None:
                least = largest = row.share
            real = {
                column: 1.0 / self.instance.price_index(year)
                for column, year in self.paid[name, partner].items()
            }
            cost = sum(spending.values())
            lp.at_most.append((real, largest * cost))
            lp.at_most.append(({c: -v for c, v in real.items()}, -least * cost))
        for year, row in yearly.items():
            lp.equal.append((row, spending.get(year, 0.0) * self.instance.price_index(year)))

    def _compensation(self, lp: Program, name: str, choice: Choice) -> None:
        for payer, receiver in itertools.permutations(self.partners(choice), 2):
            funds = [
                f.id
                for f in self.instance.funds
                if f.jurisdiction == payer and self._may(f, choice)
            ]
            if not self._funded(payer):
                funds = ["outside"]
            for fund, year in itertools.product(funds, self.o.years):
                if year >= choice.start:
                    column = lp.column()
                    self.pay[f"{name}>{receiver}", payer, fund, year] = column
                    self.given[name, payer][column] = year
                    self.got[name, receiver][column] = year
        for payer in self.partners(choice):
            row = {c: self.worth(year) for c, year in self.given[name, payer].items()}
            most = max(0.0, self.gain(choice, payer))
            most = max(0.0, most - self.before(choice, payer).compensation_before)
            lp.at_most.append((row, most))

    def loss(
        self, name: str, choice: Choice, partner: str, *, chosen: bool
    ) -> tuple[dict[int, float], float]:
        """Row and limit of `what it gives <= what it gains`."""
        limit = self.gain(choice, partner) - self.before(choice, partner).given_before
        row: dict[int, float] = {}
        if chosen:
            for column, year in self.paid[name, partner].items():
                row[column] = self.weight(choice) * self.worth(year)
        elif name in self.built:
            share = self.instance.shares_of(choice.project).get(partner, 0.0)
            works = sum(a * self.o.df[y] for y, a in self.o.spending(choice).items())
            limit -= share * self.weight(choice) * works
        for column, year in self.given[name, partner].items():
            row[column] = self.worth(year)
        for column, year in self.got[name, partner].items():
            row[column] = -self.worth(year)
        return row, limit
