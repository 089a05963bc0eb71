"""Which figures of an instance are doubted, how far each may move, and what moves together.

A datum is one figure, or one row of figures that share a cause (a project's options, a fund's
years). It moves between a low and a high: those that the instance states, else a default by the
quality of the figure. Stated figures without a range do not move. docs/robust.md says why each
range is what it is.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from infraplan.models.funding import Fund, FundKind
from infraplan.models.instance import Instance
from infraplan.models.jurisdiction import LISTINGS
from infraplan.models.progress import may_stop, stands
from infraplan.models.project import Mandate, Option, Project
from infraplan.models.quantities import Quality
from infraplan.models.relation import TakenOver
from infraplan.models.renewal import renewals

COST, BENEFITS, REVENUE = "overnight_cost", "benefits", "revenue"
LEAD_TIME, EARLIEST, VALUE, RATE = "lead_time", "earliest_start", "value", "rate"
AMOUNT, VALUE_OF_TIME = "amount", "value_of_time"

Range = tuple[float, float]
Ranges = dict[Quality, Range]


def _ranges(estimate: Range, assumption: Range) -> Ranges:
    return {Quality.ESTIMATE: estimate, Quality.ASSUMPTION: assumption}


DEFAULTS: dict[str, Ranges] = {
    "cost": _ranges((0.8, 1.3), (0.65, 1.65)),
    "benefits": _ranges((0.75, 1.25), (0.5, 1.5)),
    "revenue": _ranges((0.8, 1.2), (0.6, 1.4)),
    "lead_time": _ranges((0.9, 1.3), (0.8, 1.5)),
    "land": _ranges((0.75, 1.15), (0.6, 1.25)),
    "inflow": _ranges((0.95, 1.05), (0.85, 1.15)),
    "fiscal": _ranges((0.95, 1.05), (0.9, 1.1)),
    "demand": _ranges((0.85, 1.15), (0.7, 1.3)),
    "value_of_time": _ranges((0.85, 1.2), (0.7, 1.4)),
    "delay": _ranges((0.0, 1.0), (0.0, 2.0)),
    "rate": _ranges((-0.0025, 0.0025), (-0.005, 0.005)),
}
"""Ends of a figure that states no range, by class: factors of it; of `delay` years later, of `rate`
points of interest added."""

SAME_TYPE, SAME_MARKET = 0.3, 0.2
"""Shares of the variance of a cost shared by works of its type and by its contractors' market."""
SAME_USE, SAME_OFFICE = 0.3, 0.2
SAME_ECONOMY, SAME_NETWORK, SAME_MARKET_OF_MONEY = 0.5, 0.5, 0.8

Key = tuple[str, str, str]


@dataclass(frozen=True)
class Datum:
    """One figure that is drawn.

    Attributes
    ----------
    table, row, column
        Where it stands; `row` is the id, of rows without one the words that tell them apart.
    value
        The figure as it stands; of several the first, of a project that of its base option.
    low, high
        Its ends, in the unit of the figure.
    is_stated
        Whether the instance states the ends; else they are a default of its class.
    shares
        Causes it shares with other data, and the part of its variance that each makes.
    """

    table: str
    row: str
    column: str
    value: float
    low: float
    high: float
    is_stated: bool
    shares: tuple[tuple[str, float], ...] = ()

    @property
    def key(self) -> Key:
        """Table, row and column."""
        return self.table, self.row, self.column

    @property
    def name(self) -> str:
        """The key in one word."""
        return "/".join(self.key)

    def at(self, quantile: float) -> float:
        """The figure at `quantile` of its distribution."""
        return between(quantile, self.low, self.value, self.high)


def between(quantile: float, low: float, middle: float, high: float) -> float:
    """Value at `quantile` of a distribution with median `middle` inside `low` and `high`.

    Half of a triangle on either side: F(x) = ((x - low) / (middle - low))^2 / 2 below the middle,
    and the same from above. A middle stays as likely to be passed as not, however lopsided its
    range is.
    """
    if quantile <= 0.5:
        return low + (middle - low) * math.sqrt(2.0 * quantile)
    return high - (high - middle) * math.sqrt(2.0 * (1.0 - quantile))


def doubted_data(instance: Instance) -> tuple[Datum, ...]:
    """Every datum of `instance` that may move, in the order of its tables."""
    found = [datum for project in instance.projects for datum in _of_project(instance, project)]
    found += [*_of_money(instance), *_of_networks(instance)]
    return tuple(datum for datum in found if datum.low < datum.high)


def unmoved(instance: Instance) -> int:
    """Projects of which the source states the cost without a range: it does not move."""
    options = [o for p in instance.projects if not stands(p) for o in p.options[:1]]
    return sum(_cost_ends(option) is None for option in options)


# ---------------------------------------------------------------------------------- ends of figures


def default_ends(value: float, kind: str, quality: Quality) -> Range | None:
    """Ends of a figure by its class; None where it is stated and so does not move."""
    found = DEFAULTS[kind].get(quality)
    if found is None:
        return None
    first, last = value * found[0], value * found[1]
    return min(first, last), max(first, last)


def _cost_ends(option: Option) -> Range | None:
    low, high = option.overnight_cost_low, option.overnight_cost_high
    if low is None and high is None:
        return default_ends(option.overnight_cost, "cost", option.quality)
    middle = option.overnight_cost
    return middle if low is None else low, middle if high is None else high


def drawn_cost(option: Option, quantile: float) -> float:
    """Construction cost of an option at a quantile, money of the price year."""
    ends = _cost_ends(option)
    middle = option.overnight_cost
    return middle if ends is None else between(quantile, ends[0], middle, ends[1])


def _stream_ends(option: Option, stream: str) -> tuple[Range | None, bool]:
    """Ends of a benefit stream, and whether the instance states one of them."""
    middle = option.benefits[stream]
    low, high = option.benefits_low.get(stream), option.benefits_high.get(stream)
    if low is None and high is None:
        return default_ends(middle, "benefits", option.quality), False
    return (middle if low is None else low, middle if high is None else high), True


def drawn_benefits(option: Option, quantile: float) -> dict[str, float]:
    """Benefits of a full year of an option at a quantile: every stream at its own."""
    found = {}
    for stream, middle in option.benefits.items():
        ends, _ = _stream_ends(option, stream)
        found[stream] = middle if ends is None else between(quantile, ends[0], middle, ends[1])
    return found


def factor_at(quantile: float, kind: str, quality: Quality) -> float:
    """Factor of a figure of a class at a quantile; 1 where it is stated."""
    ends = DEFAULTS[kind].get(quality)
    return 1.0 if ends is None else between(quantile, ends[0], 1.0, ends[1])


def addend_at(quantile: float, kind: str, quality: Quality) -> float:
    """What is added to a figure of a class at a quantile; 0 where it is stated."""
    ends = DEFAULTS[kind].get(quality)
    return 0.0 if ends is None else between(quantile, ends[0], 0.0, ends[1])


# ---------------------------------------------------------------------------------------- projects


def taken_over(instance: Instance) -> dict[str, tuple[str, frozenset[TakenOver]]]:
    """What each renewal takes over from which project: what moves there moves here as well."""
    return {
        row.to_projects[0]: (row.from_projects[0], frozenset(row.takes_over))
        for row in renewals(instance.relations)
        if row.takes_over
    }


def is_free(project: Project) -> bool:
    """Whether the plan may choose it: later dates of works that must be built may leave no plan."""
    return project.mandatory is Mandate.FREE and project.started is None and not may_stop(project)


def _of_project(instance: Instance, project: Project) -> Iterator[Datum]:
    if stands(project) or project.mandatory is Mandate.MUST_NOT:
        return
    option = project.options[0]
    kind = project.subsector or project.sector
    market = project.jurisdiction or ""
    _, over = taken_over(instance).get(project.id, ("", frozenset()))

    def datum(
        column: str, value: float, ends: Range, *shares: tuple[str, float], stated: bool = False
    ) -> Datum:
        return Datum("projects", project.id, column, value, *ends, stated, shares)

    cost = _cost_ends(option)
    if cost is not None:
        has_range = (option.overnight_cost_low, option.overnight_cost_high) != (None, None)
        types, markets = (f"cost of {kind}", SAME_TYPE), (f"works in {market}", SAME_MARKET)
        yield datum(COST, option.overnight_cost, cost, types, markets, stated=has_range)
    streams = [_stream_ends(option, name) for name in option.benefits]
    ends = [found for found, _ in streams if found is not None]
    if ends and TakenOver.BENEFITS not in over:
        sums = (
            sum(drawn_benefits(option, 0.0).values()),
            sum(drawn_benefits(option, 1.0).values()),
        )
        worth, has_range = sum(option.benefits.values()), any(stated for _, stated in streams)
        yield datum(BENEFITS, worth, sums, (f"use of {kind}", SAME_USE), stated=has_range)
    income = default_ends(option.revenue, "revenue", option.quality)
    if income is not None and option.revenue and TakenOver.REVENUE not in over:
        yield datum(REVENUE, option.revenue, income, (f"use of {kind}", SAME_USE))
    if not is_free(project):
        return
    office = (f"office of {market}", SAME_OFFICE)
    years = default_ends(float(option.lead_time), "lead_time", option.quality)
    if years is not None:
        yield datum(LEAD_TIME, float(option.lead_time), years, office)
    delay = DEFAULTS["delay"].get(option.quality)
    if delay is not None and (project.earliest_start is not None or project.ready_years):
        first = max([project.earliest_start or 0, *project.ready_years.values()])
        yield datum(EARLIEST, float(first), (first + delay[0], first + delay[1]), office)


# ------------------------------------------------------------------------------- money and networks


def inflow_kind(fund: Fund) -> str:
    """Class of what comes into a fund."""
    return "land" if fund.kind is FundKind.LAND else "inflow"


def _of_money(instance: Instance) -> Iterator[Datum]:
    owner = {fund.id: fund.jurisdiction for fund in instance.funds}
    kinds = {fund.id: inflow_kind(fund) for fund in instance.funds}
    for fund in instance.funds:
        rows = [r for r in instance.inflows if r.fund == fund.id and r.quality in DEFAULTS["land"]]
        shares = ((f"economy of {owner[fund.id]}", SAME_ECONOMY),)
        for row in sorted(rows, key=lambda row: row.year)[:1]:
            kind = kinds[fund.id]
            yield _scaled("inflows", fund.id, VALUE, row.value, row.quality, kind, shares)
    items: dict[tuple[str, str], list[tuple[float, Quality]]] = {}
    for item in instance.fiscal:
        if item.item not in LISTINGS and item.quality in DEFAULTS["fiscal"]:
            items.setdefault((item.jurisdiction, item.item), []).append((item.value, item.quality))
    for (name, figure), values in items.items():
        yield _scaled(
            "fiscal",
            f"{name}/{figure}",
            VALUE,
            *values[0],
            "fiscal",
            ((f"economy of {name}", SAME_ECONOMY),),
        )
    receipts: dict[str, tuple[float, Quality]] = {}
    for receipt in instance.receipts:
        if receipt.quality in DEFAULTS["revenue"]:
            receipts.setdefault(receipt.project, (receipt.value, receipt.quality))
    for name, first in receipts.items():
        yield _scaled("receipts", name, VALUE, *first, "revenue", ())
    for bond in instance.instruments:
        ends = DEFAULTS["rate"].get(bond.quality)
        if ends is not None:
            low, high = max(0.0, bond.rate + ends[0]), bond.rate + ends[1]
            together = (("interest", SAME_MARKET_OF_MONEY),)
            yield Datum("instruments", bond.id, RATE, bond.rate, low, high, False, together)


def _scaled(
    table: str,
    row: str,
    column: str,
    value: float,
    quality: Quality,
    kind: str,
    shares: tuple[tuple[str, float], ...],
) -> Datum:
    low, high = default_ends(value, kind, quality) or (value, value)
    return Datum(table, row, column, value, low, high, False, shares)


def _of_networks(instance: Instance) -> Iterator[Datum]:
    seen = set()
    for row in instance.demands:
        shares = ((f"demand of {row.network}", SAME_NETWORK),)
        yield _scaled("demands", row.id, AMOUNT, row.amount, row.quality, "demand", shares)
        if row.value_of_time and row.network not in seen and row.quality in DEFAULTS["demand"]:
            seen.add(row.network)
            value = row.value_of_time
            yield _scaled(
                "demands", row.network, VALUE_OF_TIME, value, row.quality, "value_of_time", ()
            )


# ---------------------------------------------------------------------------- what is known when

SHOWN_LATE = frozenset({BENEFITS, AMOUNT, VALUE_OF_TIME})
"""Figures that show when works operate; all others show before they begin."""
ADVERSE_HIGH = frozenset({COST, LEAD_TIME, EARLIEST, RATE})
"""Figures of which more is worse for what money can pay; of all others less is."""


def quantile_of(datum: Datum, value: float) -> float:
    """The quantile at which a datum has `value`: `Datum.at` backwards."""
    if value <= datum.low:
        return 0.0
    if value >= datum.high:
        return 1.0
    if value <= datum.value:
        return 0.5 * ((value - datum.low) / (datum.value - datum.low)) ** 2
    return 1.0 - 0.5 * ((datum.high - value) / (datum.high - datum.value)) ** 2


def correlation(one: Datum, other: Datum) -> float:
    """Correlation of the normal scores of two data: the variance of the causes that they share."""
    if one.key == other.key:
        return 1.0
    mine = dict(one.shares)
    return sum(math.sqrt(share * mine[cause]) for cause, share in other.shares if cause in mine)
