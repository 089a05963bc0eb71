"""Doubts about plain slips: rates that were meant in per cent, amounts beyond the cost, twins."""

from __future__ import annotations

from collections.abc import Iterator
from operator import attrgetter

from infraplan.models.catalogue import phrase
from infraplan.models.inconsistency import Inconsistency
from infraplan.models.instance import Instance
from infraplan.models.progress import duty_of
from infraplan.models.project import Mandate
from infraplan.models.restate import units_in
from infraplan.optimizer.estimating.implausibility import doubt, field_words, option_name

HIGHEST_RATE = 0.5
"""Yearly rate above which a number was meant in per cent, or is a slip."""
HIGHEST_RAMP = 2.0
"""Share of full benefit above which a number was meant in per cent."""

SPENDING_WITHIN = 5e-3
"""Part of its cost by which amounts by year may differ from it: tables are rounded."""
TIMES_COST = 10.0
"""Times its cost above which a receipt is questioned; land may well bring more than its works."""

_RATES_OF_SETTINGS = (
    "appraisal.discount_rate",
    "appraisal.cost_escalation",
    "finance.tail_growth",
    "inflation",
)
_RATES_OF_ROWS = (
    ("instruments", "rate"),
    ("funds", "interest_rate"),
    ("receipts", "growth"),
    ("benefits", "growth"),
    ("demands", "growth"),
)
_RATES_OF_OPTIONS = ("benefit_growth", "revenue_growth")


def slip_doubts(instance: Instance) -> Iterator[Inconsistency]:
    """Yield doubts about rates, shares, yearly amounts and names of `instance`."""
    yield from _unit_beside_factor(instance)
    yield from _rates(instance)
    yield from _ramps(instance)
    yield from _amounts_over_cost(instance)
    yield from _amounts_beside_cost(instance)
    yield from _receipts_over_cost(instance)
    yield from _same_names(instance)


def _unit_beside_factor(instance: Instance) -> Iterator[Inconsistency]:
    """`unit-beside-factor`: a money unit whose name says another factor than `money_factor`."""
    settings = instance.settings
    for field in ("money_unit_zh", "money_unit"):
        unit = getattr(settings, field)
        means = units_in(unit)
        if means is not None and means != settings.money_factor:
            text = phrase(
                "money-unit-is-not-its-factor", unit=unit, means=means, factor=settings.money_factor
            )
            advice = phrase("correct-the-unit-or-its-factor")
            yield doubt("unit-beside-factor", "instance", None, "money_factor", text, advice)
            return


def _rates(instance: Instance) -> Iterator[Inconsistency]:
    """`rate-in-per-cent`: a yearly rate far above any that is charged or reckoned with."""
    for table, index, field, rate, option in _stated_rates(instance):
        if rate > HIGHEST_RATE:
            name = field_words(table, field)
            text = phrase("rate-is-so-high", field=name, rate=rate, percent=100.0 * rate)
            advice = phrase("rates-are-shares")
            yield doubt("rate-in-per-cent", table, index, field, text, advice, option)


def _stated_rates(instance: Instance) -> Iterator[tuple[str, int | None, str, float, int]]:
    """Table, row, field, rate and option of all that grows or bears interest by the year."""
    settings = instance.settings
    for path in _RATES_OF_SETTINGS:
        yield "instance", None, path, attrgetter(path)(settings), 0
    for table, field in _RATES_OF_ROWS:
        for index, row in enumerate(getattr(instance, table)):
            yield table, index, field, getattr(row, field), 0
    for index, project in enumerate(instance.projects):
        for position, option in enumerate(project.options):
            for field in _RATES_OF_OPTIONS:
                yield "projects", index, field, getattr(option, field), position


def _ramps(instance: Instance) -> Iterator[Inconsistency]:
    """`ramp-in-per-cent`: a share of full benefit that is a multiple of it."""
    for index, project in enumerate(instance.projects):
        most = max((share for o in project.options for share in o.ramp_up), default=0.0)
        if most > HIGHEST_RAMP:
            text = phrase("ramp-up-is-so-high", project=project.id, most=most)
            advice = phrase("rates-are-shares")
            yield doubt("ramp-in-per-cent", "projects", index, "ramp_up", text, advice)


def _amounts_over_cost(instance: Instance) -> Iterator[Inconsistency]:
    """`yearly-over-cost`: what runs or earns in a year is more than the whole works cost."""
    for index, project in enumerate(instance.projects):
        if duty_of(project) is Mandate.COMMITTED:
            continue  # what remains of a cost says nothing about the whole
        for position, option in enumerate(project.options):
            cost = option.overnight_cost
            for field, amount in (
                ("fixed_om_cost", option.fixed_om_cost),
                ("revenue", option.revenue),
            ):
                if amount > cost > 0.0:
                    text = phrase(
                        "yearly-amount-is-over-the-cost",
                        field=field_words("projects", field),
                        project=option_name(project, position),
                        amount=amount,
                        cost=cost,
                    )
                    advice = phrase("check-the-unit-of-the-amount")
                    place = ("yearly-over-cost", "projects", index, field)
                    yield doubt(*place, text, advice, position)


def _amounts_beside_cost(instance: Instance) -> Iterator[Inconsistency]:
    """`spending-beside-cost`: amounts by year that add up to another sum than the cost.

    Of works under way they may be what is still to be spent.
    """
    for index, project in enumerate(instance.projects):
        for position, option in enumerate(project.options):
            found, cost = sum(option.yearly_spending), option.overnight_cost
            left = cost - (project.spent_to_date or 0.0)
            if found and min(abs(found - cost), abs(found - left)) > SPENDING_WITHIN * cost:
                text = phrase(
                    "yearly-spending-adds-up-to",
                    project=option_name(project, position),
                    found=found,
                    cost=cost,
                )
                advice = phrase("correct-the-cost-or-its-years")
                place = ("spending-beside-cost", "projects", index, "yearly_spending")
                yield doubt(*place, text, advice, position)


def _receipts_over_cost(instance: Instance) -> Iterator[Inconsistency]:
    """`receipt-over-cost`: a year's receipt of many times what the whole works cost."""
    for index, row in enumerate(instance.receipts):
        project = instance.project_by_id[row.project]
        cost = max(option.overnight_cost for option in project.options)
        if duty_of(project) is not Mandate.COMMITTED and row.value > TIMES_COST * cost > 0.0:
            text = phrase(
                "receipt-is-far-over-the-cost", project=project.id, amount=row.value, cost=cost
            )
            advice = phrase("check-the-unit-of-the-amount")
            yield doubt("receipt-over-cost", "receipts", index, "value", text, advice)


def _same_names(instance: Instance) -> Iterator[Inconsistency]:
    """`same-name`: two projects of one name, led by one jurisdiction and of one place."""
    for field in ("name_en", "name_zh"):
        seen: dict[tuple[str, str, str | None], str] = {}
        for index, project in enumerate(instance.projects):
            name = getattr(project, field).strip()
            if not name:
                continue
            key = (name, instance.jurisdiction_of(project), project.place)
            if key in seen:
                text = phrase("projects-bear-one-name", one=seen[key], other=project.id, name=name)
                advice = phrase("check-that-it-is-not-listed-twice")
                yield doubt("same-name", "projects", index, field, text, advice)
            seen.setdefault(key, project.id)
