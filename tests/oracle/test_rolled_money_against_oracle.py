"""A roll with delays keeps debt, receipts and the money of several funds, by enumeration.

As `test_rolled_delays_against_oracle`, with all that instances have of money. What earlier years
paid and borrowed is no longer to be chosen: in the old instance it is held as it happened.
"""

from __future__ import annotations

import random
from collections import defaultdict

import pytest

from infraplan.models.errors import InconsistentInstanceError
from infraplan.models.funding import Event, Receipt
from infraplan.models.instance import Instance
from infraplan.models.plan import Plan
from infraplan.optimizer.analysis.actuals import works_until
from infraplan.optimizer.analysis.rolled_money import PaidAndOwed, RollError, money_until
from infraplan.optimizer.analysis.rolled_time import discount_to
from infraplan.optimizer.analysis.rolling import roll
from tests.markers import first_quick
from tests.optimizer.engine import best
from tests.oracle.choice import Choice
from tests.oracle.feasibility import Program
from tests.oracle.generate import random_instance
from tests.oracle.late_works import late_instance
from tests.oracle.money import Money
from tests.oracle.oracle import Oracle
from tests.oracle.test_progress_against_oracle import staged_instance
from tests.oracle.test_rolled_delays_against_oracle import (
    MOST_PAID,
    SHARES,
    happenings,
    held_by,
    schedules,
    without_begun,
)

PARTS = 4
SEEDS = 16


class HeldMoney(Money):
    """Section 4 with the years before a roll paid and borrowed as they were."""

    def __init__(
        self, oracle: Oracle, built: dict[str, Choice], plan: Plan, paid: PaidAndOwed, year: int
    ) -> None:
        super().__init__(oracle, built)
        self._paid: defaultdict[tuple[str, str, str, int], float] = defaultdict(float)
        for row in paid.payments:
            self._paid[row.project, row.jurisdiction, row.source, row.year] += row.amount
        self._again: defaultdict[tuple[str, int], float] = defaultdict(float)
        for issue in plan.issues:
            self._again[issue.instrument, issue.year] += issue.amount
        self._year = year

    def program(self, bands: dict[tuple[str, str, int], int] | None) -> Program:
        lp = super().program(bands)
        for key, column in self.pay.items():
            if key[3] < self._year:
                lp.equal.append(({column: 1.0}, self._paid[key]))
        for loan in self.instance.instruments:
            for year in self.o.years if loan.refinancing else ():
                if year < self._year:
                    row = {self.issue[loan.id, year]: 1.0}
                    lp.equal.append((row, self._again[loan.id, year]))
        return lp


def with_receipts(instance: Instance, seed: int) -> Instance | None:
    """`instance` with projects that bring money into funds, some of them losses."""
    rng = random.Random(f"receipts/{seed}")
    policies = tuple(row for row in instance.policies if row.kind not in SHARES)
    rows = []
    for project in instance.projects:
        for fund in instance.funds:
            if rng.random() < 0.4:
                cost = project.options[0].overnight_cost
                row = Receipt(
                    project=project.id,
                    fund=fund.id,
                    event=rng.choice(list(Event)),
                    delay=rng.choice([0, 0, 1]),
                    years=rng.choice([1, 2, 6]),
                    value=round(cost * rng.choice([-0.05, 0.1, 0.3]), 3),
                    growth=rng.choice([0.0, 0.02]),
                )
                rows.append(row)
    funds = tuple(
        row.model_copy(update={"certainty": rng.choice([1.0, 1.0, 0.8])}) for row in instance.funds
    )
    try:
        return instance.with_tables(receipts=tuple(rows), funds=funds, policies=policies)
    except InconsistentInstanceError:
        return None


def agrees(instance: Instance, seed: int) -> tuple[int, int]:
    """Compare both worlds of one instance; how many schedules, and how many rows told of delays."""
    plan = best(instance).plan
    horizon = instance.settings.horizon
    if plan is None or not instance.funds or horizon.num_years < 2:
        return 0, 0
    rng = random.Random(f"delays/{seed}")
    year = rng.randint(horizon.first_year + 1, horizon.last_year)
    starts = {row.project: (row.option, row.start) for row in plan.starts}
    happened, rows = happenings(rng, instance, starts, year)
    works = works_until(instance, plan, rows, year)
    try:
        paid = money_until(instance, plan, works, year)
    except RollError:  # more was spent than there was
        return 0, 0

    def held(oracle: Oracle, built: dict[str, Choice]) -> Money:
        return HeldMoney(oracle, built, plan, paid, year)

    before, possible = schedules(instance, held_by(happened, year), held)
    if not possible:
        return 0, 0
    rolled = roll(instance, plan, year, rows)
    after, left = schedules(rolled.instance, lambda project, choice: True)
    begun = {name for name, fact in happened.items() if fact.start is not None}
    ahead = without_begun(begun)
    assert {ahead(key) for key in after} <= {ahead(key) for key in before}
    assert {ahead(key) for key in left} == {ahead(key) for key in possible}
    factor = discount_to(instance, year)
    worth = {ahead(key): value for key, value in after.items()}
    past = [before[key] - factor * worth[ahead(key)] for key in possible]
    assert max(past) - min(past) <= 1e-7 * max(1.0, *map(abs, past))
    return len(possible), len(rows)


@pytest.mark.parametrize("part", first_quick(range(PARTS)))
def test_a_roll_with_delays_keeps_debt_and_receipts(part: int) -> None:
    several = delayed = 0
    for seed in range(SEEDS * part, SEEDS * (part + 1)):
        for make in (random_instance, staged_instance, late_instance):
            instance = with_receipts(make(seed), seed)
            if instance is None or Oracle(instance).combinations() > MOST_PAID:
                continue
            count, rows = agrees(instance, seed)
            several += count > 1
            delayed += count > 1 and rows > 0
    assert several >= 4
    assert delayed >= 1


@pytest.mark.parametrize(
    ("seed", "ways"),
    [
        # `p2` is finished and takes two of five until its end; `p1` would take three more.
        (184, 1),
        # `p0` began before the old plan and brings money for two years from that plan's first on.
        (573, 10),
    ],
)
def test_what_finished_works_go_on_to_take_and_bring(seed: int, ways: int) -> None:
    instance = with_receipts(staged_instance(seed), seed)
    assert instance is not None
    assert agrees(instance, seed)[0] >= ways
