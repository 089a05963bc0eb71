"""What a frontier trades value against: money spent, debt, or an output.

An axis adds rows to an instance: one that measures and binds nothing, or a limit. As rows of the
instance they are checked in every run by `verify` like any other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from infraplan.models.catalogue import phrase
from infraplan.models.debt_rule import DebtRule, ItemTerm, Quantity, QuantityTerm, Through
from infraplan.models.horizon import Title
from infraplan.models.instance import Instance
from infraplan.models.jurisdiction import FiscalItem
from infraplan.models.policy import Policy, PolicyKind
from infraplan.models.progress import stands
from infraplan.models.quantities import Quality
from infraplan.models.target import INVESTMENT, Sense, Target
from infraplan.optimizer.analysis.fairness import districts_of
from infraplan.optimizer.sweeps.jobs import JobResult

BUDGET, DEBT, FLOOR_PER_HEAD = "budget", "debt", "floor-per-head"
ROW = "frontier-axis"
"""Id of the row that an axis adds; numbers behind it keep planners' rows of that name apart."""
OTHER_ROW = "frontier-other-axis"
"""The same of a second axis: no id of the one begins as ids of the other do."""
FREE = 1e15
"""A limit on spending that binds nothing, money."""


DEAR = 100.0
"""Price of spending beside which nothing is worth while: what must be spent remains."""


class Axis(Protocol):
    """One axis of a frontier.

    `is_cap` tells that less is better: plans are limited from above, else from below.
    """

    @property
    def is_cap(self) -> bool:
        """Whether less of it is better."""

    def measured(self, instance: Instance) -> Instance:
        """`instance` whose plans say how much there is of it, limited by nothing."""

    def limited(self, instance: Instance, limit: float) -> Instance:
        """`instance` whose plans have at most (at least) `limit` of it."""

    def value(self, result: JobResult) -> float:
        """How much of it a plan has."""

    def ends(self, instance: Instance, free: float) -> tuple[float, float]:
        """The limit that surely binds the most, and that which binds nothing any more."""

    def tightest(self, instance: Instance) -> Instance | None:
        """`instance` whose best plan has as little (as much) of it as can be; None: none is."""


@dataclass(frozen=True)
class TargetAxis:
    """An amount that a target measures: money spent in the plan's years, or an output."""

    metric: str
    is_cap: bool
    row: str = ROW

    def measured(self, instance: Instance) -> Instance:
        """With a target that has no price."""
        return self._with(instance, FREE if self.is_cap else 0.0, is_hard=False)

    def limited(self, instance: Instance, limit: float) -> Instance:
        """With a target that no plan may miss."""
        return self._with(instance, limit, is_hard=True)

    def dear(self, instance: Instance, price: float) -> Instance:
        """With so high a price of each unit of it that plans have as little as they can."""
        return self._with(instance, 0.0, is_hard=False, price=price)

    def tightest(self, instance: Instance) -> Instance | None:
        """With dear money; an output has no price that is high beside any plan."""
        return self.dear(instance, DEAR) if self.is_cap else None

    def value(self, result: JobResult) -> float:
        """What the target has reached."""
        return result.targets[_row_ids(result.targets, self.row)[-1]]

    def ends(self, instance: Instance, free: float) -> tuple[float, float]:
        """No money, or all outputs of all projects together."""
        if self.is_cap:
            return 0.0, free
        most = existing_of(instance, self.metric) + sum(
            max((option.outputs.get(self.metric, 0.0) for option in project.options), default=0.0)
            for project in instance.projects
        )
        return max(most, free), free

    def _with(
        self, instance: Instance, value: float, *, is_hard: bool, price: float = 0.0
    ) -> Instance:
        target = Target(
            id=free_id((row.id for row in instance.targets), self.row),
            metric=self.metric,
            sense=Sense.AT_MOST if self.is_cap else Sense.AT_LEAST,
            value=value,
            year=instance.settings.horizon.last_year,
            existing=0.0 if self.is_cap else existing_of(instance, self.metric),
            hard=is_hard,
            shortfall_price=price,
            quality=Quality.ASSUMPTION,
        )
        return instance.with_tables(targets=(*instance.targets, target))


@dataclass(frozen=True)
class DebtAxis:
    """The largest debt of one borrower at a year's end, in the plan's years."""

    borrower: str
    is_cap: bool = field(default=True, init=False)

    def measured(self, instance: Instance) -> Instance:
        """Any plan has accounts of its debt."""
        return instance

    def limited(self, instance: Instance, limit: float) -> Instance:
        """With a debt rule: the balance does not pass `limit` in any year."""
        item = free_id(row.item for row in instance.fiscal)
        rows = tuple(
            FiscalItem(
                jurisdiction=self.borrower,
                item=item,
                year=year,
                value=limit,
                quality=Quality.ASSUMPTION,
            )
            for year in instance.settings.horizon.years
        )
        finance = instance.settings.finance
        english, chinese = phrase("frontier-debt-limit").both
        rule = DebtRule(
            id=free_id(row.id for row in finance.rules),
            title=Title(en=english, zh=chinese),
            jurisdictions=(self.borrower,),
            terms=(QuantityTerm(quantity=Quantity.BALANCE),),
            base=(ItemTerm(item=item),),
            ratio=1.0,
            through=Through.HORIZON,
        )
        settings = instance.settings.model_copy(
            update={"finance": finance.model_copy(update={"rules": (*finance.rules, rule)})}
        )
        return instance.with_tables(settings=settings, fiscal=(*instance.fiscal, *rows))

    def tightest(self, instance: Instance) -> None:
        """The largest debt of a year has no price."""

    def value(self, result: JobResult) -> float:
        """The largest debt of a year."""
        return result.debt_peaks.get(self.borrower, 0.0)

    def ends(self, instance: Instance, free: float) -> tuple[float, float]:
        """No debt, and that of the plan that nothing limits."""
        return 0.0, free


HEADS = 1e4
"""Residents of whom an amount by head is told, so that it is of the size of money."""


@dataclass(frozen=True)
class FloorAxis:
    """What the district has that has least: price-year money spent in the plan's years by head.

    Money for each 10,000 residents; `people` are the residents of the districts.
    """

    people: tuple[tuple[str, float], ...]
    row: str = ROW
    is_cap: bool = field(default=False, init=False)

    def measured(self, instance: Instance) -> Instance:
        """With a target without a price for each district, after all others."""
        rows = instance.targets
        for district, _ in self.people:
            rows += (
                Target(
                    id=free_id((row.id for row in rows), self.row),
                    metric=INVESTMENT,
                    value=0.0,
                    year=instance.settings.horizon.last_year,
                    jurisdictions=(district,),
                    quality=Quality.ASSUMPTION,
                ),
            )
        return instance.with_tables(targets=rows)

    def limited(self, instance: Instance, limit: float) -> Instance:
        """With a floor for each district."""
        rows = instance.policies
        for district, _ in self.people:
            rows += (
                Policy(
                    id=free_id((row.id for row in rows), self.row),
                    kind=PolicyKind.SPEND_PER_HEAD_FLOOR,
                    value=limit / HEADS,
                    jurisdictions=(district,),
                    quality=Quality.ASSUMPTION,
                ),
            )
        return self.measured(instance).with_tables(policies=rows)

    def tightest(self, instance: Instance) -> None:
        """The district that has least is not the same in all plans: no price makes it most."""

    def value(self, result: JobResult) -> float:
        """The least of all districts."""
        rows = _row_ids(result.targets, self.row)[-len(self.people) :]
        return min(
            HEADS * result.targets[name] / people
            for name, (_, people) in zip(rows, self.people, strict=True)
        )

    def ends(self, instance: Instance, free: float) -> tuple[float, float]:
        """All that some district could spend by head, and what the unlimited plan has."""
        costs = dict.fromkeys((name for name, _ in self.people), 0.0)
        for project in instance.projects:
            leader = instance.jurisdiction_of(project)
            if leader in costs and not stands(project):
                costs[leader] += max(option.overnight_cost for option in project.options)
        most = min(HEADS * costs[name] / people for name, people in self.people)
        return max(most, free), free


def axis_named(name: str, instance: Instance, row: str = ROW) -> Axis | None:
    """The axis called `name`, which adds rows called `row`; None where there is none."""
    if name == BUDGET:
        return TargetAxis(INVESTMENT, is_cap=True, row=row)
    people = tuple(districts_of(instance).items())
    if name == FLOOR_PER_HEAD and people:
        return FloorAxis(people, row)
    borrowers = borrowers_of(instance)
    if name == DEBT and len(borrowers) == 1:
        return DebtAxis(borrowers[0])
    for owner in borrowers:
        if name == f"{DEBT}:{owner}":
            return DebtAxis(owner)
    return TargetAxis(name, is_cap=False, row=row) if name in metrics_of(instance) else None


def axes_of(instance: Instance) -> tuple[str, ...]:
    """Names of the axes that an instance has."""
    borrowers = borrowers_of(instance)
    debts = (DEBT,) if len(borrowers) == 1 else tuple(f"{DEBT}:{owner}" for owner in borrowers)
    floor = (FLOOR_PER_HEAD,) if districts_of(instance) else ()
    return (BUDGET, *debts, *floor, *metrics_of(instance))


def borrowers_of(instance: Instance) -> tuple[str, ...]:
    """Jurisdictions that have debt pools, in the order of the instance."""
    owners = {owner for row in instance.pools for owner in row.service_funds}
    return tuple(name for name in instance.jurisdiction_ids if name in owners)


def metrics_of(instance: Instance) -> tuple[str, ...]:
    """Outputs that projects of the instance have."""
    names = (
        name
        for project in instance.projects
        for option in project.options
        for name in option.outputs
    )
    return tuple(sorted(set(names)))


def existing_of(instance: Instance, metric: str) -> float:
    """What stands of an output before the plan, as the first target on it says."""
    rows = [row.existing for row in instance.targets if row.metric == metric]
    return rows[0] if rows else 0.0


def free_id(taken: Iterable[str], wished: str = ROW) -> str:
    """`wished`, with a number behind it where it is taken."""
    known, number, name = set(taken), 2, wished
    while name in known:
        name, number = f"{wished}-{number}", number + 1
    return name


def _row_ids(targets: Mapping[str, float], row: str) -> list[str]:
    """Rows of an axis in the order they were added: planners' rows of that name come before."""
    return [name for name in targets if name == row or name.startswith(f"{row}-")]
