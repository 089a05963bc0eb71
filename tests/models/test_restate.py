"""An instance in other prices and another currency is the same question."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import ValidationError

from infraplan.models.apply_scenario import apply_scenario
from infraplan.models.errors import PlanningError
from infraplan.models.instance import TABLES, Instance, Settings, table_model
from infraplan.models.restate import NOMINAL, REAL, SOMETIMES_MONEY, Restatement, restate, units_in
from infraplan.models.scenario import Change, Operation, Scenario
from infraplan.optimizer.storage.fields import Base, FieldInfo, fields_of
from tests.builders import (
    make_bond,
    make_debt,
    make_fiscal,
    make_fund,
    make_inflows,
    make_instance,
    make_policy,
    make_pool,
    make_project,
    make_target,
)
from tests.optimizer.engine import best
from tests.oracle.generate import random_instance


def test_by_hand() -> None:
    """Prices of 2021 to 2024 by 100 to 110, ten old units for one new: real x .11, nominal x .1."""
    instance = make_instance(
        [make_project("a", 100.0, 40.0, overnight_cost_low=90.0, outputs={"km": 3.0})],
        settings={
            "cost_escalation": 0.02,
            "metric_prices": {"km": 5.0},
            "currency": "CNY",
            "inflation": 0.03,
        },
        funds=[make_fund(opening_balance=50.0), make_fund("real", basis="real")],
        inflows=[*make_inflows("budget", 2021, 20.0), *make_inflows("real", 2021, 20.0)],
        policies=[make_policy("spend_cap", 300.0), make_policy("starts_cap", 2.0)],
        targets=[
            make_target("money", "investment", 80.0, 2024, shortfall_price=2.0),
            make_target("road", "km", 3.0, 2024, shortfall_price=2.0),
        ],
    )
    to = Restatement(2024, {2021: 100.0, 2024: 110.0}, 0.1, "EUR", "million EUR")
    found = restate(instance, to)
    option = found.projects[0].options[0]
    # Cost rises by 2 % a year above general prices: three years of it are in the new price.
    assert option.overnight_cost == pytest.approx(100 * 0.11 * 1.02**3)
    assert option.overnight_cost_low == pytest.approx(90 * 0.11 * 1.02**3)
    assert option.benefits["users"] == pytest.approx(4.4)
    assert option.outputs == {"km": 3.0}
    assert found.settings.appraisal.metric_prices["km"] == pytest.approx(0.55)
    assert [fund.opening_balance for fund in found.funds] == pytest.approx([5.0, 0.0])
    assert [row.value for row in found.inflows] == pytest.approx([2.0, 2.2])
    assert [row.value for row in found.policies] == pytest.approx([33.0, 2.0])
    money, road = found.targets
    assert (money.value, money.shortfall_price) == (pytest.approx(8.8), 2.0)
    assert (road.value, road.shortfall_price) == (3.0, pytest.approx(0.22))
    assert (found.settings.price_year, found.settings.currency) == (2024, "EUR")
    note = found.settings.sources[-1].title
    assert "2021 = 100, 2024 = 110" in note.en
    assert "each amount times 0.1, now in million EUR" in note.en
    assert "2024年价" in note.zh


@pytest.mark.parametrize("seed", range(25))
def test_a_restated_instance_has_the_same_answer(seed: int) -> None:
    """With the index of its own inflation, the value scales by both and payments by the rate."""
    instance = random_instance(seed)
    settings, appraisal = instance.settings, instance.settings.appraisal
    if appraisal.cost_escalation and appraisal.residual_value.value == "straight_line":
        return  # the value left is at the prices of the price year, whichever that is
    year = settings.price_year + 3
    index = {y: (1.0 + settings.inflation) ** (y - settings.price_year) for y in range(2015, 2040)}
    found = restate(instance, Restatement(year, index, exchange=7.0))
    before, after = best(instance), best(found)
    if before.plan is None:
        assert after.plan is None
        return
    assert after.plan is not None
    assert before.objective is not None
    factor = 7.0 * index[year]
    assert after.objective == pytest.approx(before.objective * factor, rel=1e-6, abs=1e-4)
    one = [(s.project, s.option, s.start) for s in before.plan.starts]
    other = [(s.project, s.option, s.start) for s in after.plan.starts]
    if one == other:  # equal plans may be told by different starts where there are ties
        paid = sum(payment.amount for payment in before.plan.payments)
        assert sum(p.amount for p in after.plan.payments) == pytest.approx(7.0 * paid, rel=1e-6)


def test_there_and_back_again() -> None:
    instance = random_instance(3)
    old = instance.settings.price_year
    index = {old: 95.0, old + 5: 120.0}
    there = restate(instance, Restatement(old + 5, index, exchange=3.0))
    back = restate(there, Restatement(old, index, exchange=1.0 / 3.0))

    def costs(one: Instance) -> list[float]:
        return [option.overnight_cost for project in one.projects for option in project.options]

    assert costs(back) == pytest.approx(costs(instance))
    assert [row.value for row in back.inflows] == pytest.approx(
        [row.value for row in instance.inflows]
    )
    assert len([s for s in back.settings.sources if s.id == "restated"]) == 1


def test_what_is_missing_is_asked_for() -> None:
    instance = make_instance([make_project("a")])
    with pytest.raises(ValueError, match="2024"):
        restate(instance, Restatement(2024, {2021: 100.0}))
    with pytest.raises(ValueError, match="above 0"):
        restate(instance, Restatement(exchange=0.0))


# ------------------------------------------------------------------------------- nothing forgotten

NO_MONEY = {
    "debt.qualities",  # words
    "settings.money_factor",  # restated by itself
    "settings.appraisal.optimism_bias",
    "settings.stage_gates",
    "settings.networks.base",
    "settings.networks.blocks.weight",
    "settings.networks.blocks.demand_factor",
    "settings.finance.rules.terms.coefficient",
    "settings.finance.rules.additions.coefficient",
    "settings.finance.rules.base.coefficient",
    "settings.finance.rules.ratio",
    "settings.finance.rules.bands.upper",
    "settings.finance.rules.bands.quota_share",
    "settings.finance.capital_ratios.ratio",
    "projects.ready_years",
    "projects.options.outputs",
    "projects.options.deliveries",
    "projects.options.resources",
    "projects.quantity",
    "funds.matching",
    "funds.certainty",
    "funds.reinvest",
    "instruments.schedule",
    "instruments.coverage",
    "instruments.refinancing_share",
    "settings.benchmark_known",  # stands in the terms of the source, beside what the source states
    "shares.quantity",
    "resources.limit",
    "pools.service_funds",
    "network_nodes.capacity",
    "network_nodes.minimum_output",
    "network_nodes.dry_share",
    "network_nodes.volume",
    "network_nodes.efficiency",
    "network_links.capacity",
    "network_links.roughness",
    "network_links.loss",
    "network_links.bpr_alpha",
    "network_links.bpr_beta",
    "demands.amount",
    "demands.elasticity",
    "project_network.value",
    "scenarios.probability",
    "scenarios.changes.where",
    "scenarios.changes.value",  # restated as what it changes
}
"""Numbers without a unit that are no money. A new field has a unit, or is looked at and named."""
OTHER_UNITS = {
    "share",
    "rate/year",
    "year",
    "years",
    "km",
    "m",
    "mm",
    "minutes",
    "persons",
    "degrees",
    "p.u.",
}


def numbers_of(model: Any, path: str) -> Iterator[tuple[str, FieldInfo]]:
    """Fields of numbers of `model` and of what it holds, by path."""
    for name, field in fields_of(model).items():
        kind = field.type
        if kind.model is not None:
            yield from numbers_of(kind.model, f"{path}.{name}")
        elif kind.base in (Base.NUMBER, Base.NUMBER_OR_TEXT) or (
            kind.base in (Base.LIST, Base.MAPPING)
            and (kind.base is Base.MAPPING or (kind.item and kind.item.base is Base.NUMBER))
        ):
            yield f"{path}.{name}", field


def all_numbers() -> dict[str, FieldInfo]:
    found = dict(numbers_of(Settings, "settings"))
    for table in TABLES:
        found |= dict(numbers_of(table_model(table), table))
    return found


def test_every_number_of_the_models_is_money_or_known_not_to_be() -> None:
    """A field of money without a money unit would keep its old figure in silence."""
    sometimes = {".".join(key) for key in SOMETIMES_MONEY}
    open_question = {
        path
        for path, field in all_numbers().items()
        if not (field.unit in {*REAL, NOMINAL, *OTHER_UNITS} or path in NO_MONEY | sometimes)
    }
    assert open_question == set()
    assert set(all_numbers()) >= NO_MONEY | sometimes


def rich() -> Instance:
    """Money in every kind of field, real and nominal side by side."""
    return make_instance(
        [make_project("a", 100.0, 40.0, revenue=3.0, outputs={"km": 3.0}), make_project("b", 7.0)],
        settings={
            "metric_prices": {"km": 5.0},
            "cost_escalation": 0.02,
            "inflation": 0.03,
            "money_factor": 1e8,
        },
        funds=[make_fund(opening_balance=50.0, envelope=90.0), make_fund("real", basis="real")],
        inflows=[*make_inflows("budget", 2021, 20.0), *make_inflows("real", 2021, 20.0)],
        pools=[make_pool()],
        instruments=[make_bond(annual_limit=9.0)],
        debt=[make_debt(2021, opening_balance=2.0, principal_due=2.0, ceiling=12.0)],
        fiscal=make_fiscal("capacity", 2021, 30.0),
        policies=[make_policy("spend_cap", 300.0), make_policy("starts_cap", 2.0)],
        targets=[
            make_target("money", "investment", 80.0, 2024, shortfall_price=2.0),
            make_target("road", "km", 3.0, 2024, shortfall_price=2.0),
        ],
    )


def changeable(instance: Instance) -> Iterator[tuple[str, str]]:
    """Table and field of every number that a scenario can change in `instance`."""
    for path in all_numbers():
        table, *rest = path.split(".")
        if path == "settings.appraisal.cost_escalation":
            continue  # by it the cost itself is restated: the two orders mean two things
        if table == "settings":
            yield "instance", ".".join(rest)
        elif getattr(instance, table):
            yield table, rest[-1]


@pytest.mark.parametrize("operation", list(Operation))
def test_a_restated_scenario_of_every_field_does_what_it_did(operation: Operation) -> None:
    """Restating and applying a scenario are done in either order, field by field."""
    tried = 0
    to = Restatement(2024, {2021: 100.0, 2024: 110.0}, 0.1, money_unit="billion CNY")
    for table, field in changeable(rich()):
        change = Change(table=table, field=field, operation=operation, value=0.5)
        scenario = Scenario(id="s", changes=(change,))
        instance = rich().model_copy(update={"scenarios": (scenario,)})
        try:
            changed = apply_scenario(instance, "s")
        except (PlanningError, ValidationError, TypeError):
            continue  # the number does not stand there, or may not be that
        expected = restate(changed, to).model_dump(exclude={"scenarios"})
        found = apply_scenario(restate(instance, to), "s").model_dump(exclude={"scenarios"})
        assert flat(found) == pytest.approx(flat(expected)), (table, field)
        tried += 1
    assert tried > 25


def test_a_row_that_a_scenario_finds_by_its_money_is_found_again() -> None:
    """Only the project of cost 10.1 gets dearer, before and after; so in the best plan."""
    scenario = Scenario(
        id="dear",
        changes=(
            Change(
                table="projects",
                where={"overnight_cost": "10.1"},
                field="overnight_cost",
                operation=Operation.MULTIPLY,
                value=50.0,
            ),
            Change(table="inflows", where={"value": "20.0"}, field="value", value=30.3),
        ),
    )
    instance = make_instance(
        [make_project("a", 10.1, 4.0), make_project("b", 10.2, 4.0)],
        funds=[make_fund(), make_fund("real", basis="real")],
        inflows=[*make_inflows("budget", 2021, 20.0), *make_inflows("real", 2021, 20.0)],
    ).model_copy(update={"scenarios": (scenario,)})
    to = Restatement(2024, {2021: 100.0, 2024: 110.0}, 0.3)
    restated = restate(instance, to)
    expected = restate(apply_scenario(instance, "dear"), to).model_dump(exclude={"scenarios"})
    changed = apply_scenario(restated, "dear")
    assert flat(changed.model_dump(exclude={"scenarios"})) == pytest.approx(flat(expected))
    before, after = best(apply_scenario(instance, "dear")), best(changed)
    assert before.starts == after.starts
    assert before.starts.keys() == {"b"}


def flat(data: Any, path: str = "") -> dict[str, float]:
    """Numbers of nested data by path."""
    if isinstance(data, dict):
        parts = [flat(value, f"{path}.{key}") for key, value in data.items()]
    elif isinstance(data, list | tuple):
        parts = [flat(value, f"{path}[{i}]") for i, value in enumerate(data)]
    else:
        is_number = isinstance(data, int | float) and not isinstance(data, bool)
        return {path: float(data)} if is_number else {}
    return {key: value for part in parts for key, value in part.items()}


def test_a_larger_unit_of_the_same_currency() -> None:
    """From 100 million to 10 thousand: figures times 10,000, `set 12` and `add 3` as well."""
    changes = (
        Change(table="projects", where={"id": "a"}, field="overnight_cost", value=12.0),
        Change(
            table="inflows", where={"fund": "budget"}, field="value", operation="add", value=3.0
        ),
        Change(table="projects", field="benefits", operation="multiply", value=2.0),
        Change(table="policies", field="value", value=5.0),
    )
    instance = rich().model_copy(update={"scenarios": (Scenario(id="s", changes=changes),)})
    found = restate(instance, Restatement(exchange=1e4, money_unit="10 thousand CNY"))
    assert found.settings.money_factor == 1e4
    cost, inflow, benefit, cap, starts = found.scenarios[0].changes
    assert (cost.value, inflow.value, benefit.value) == (120000.0, 30000.0, 2.0)
    # one row of policies is money, the other a number of projects: each is changed by itself
    assert (cap.where, cap.value) == ({"id": instance.policies[0].id}, 50000.0)
    assert (starts.where, starts.value) == ({"id": instance.policies[1].id}, 5.0)


@pytest.mark.parametrize(
    ("currency", "unit", "factor"),
    [
        ("", "", 1e8 / 0.5),
        ("CNY", "200 million CNY", 1e8 / 0.5),
        ("EUR", "million EUR", 1e6),
        ("EUR", "100 million EUR", 1e8),
        ("EUR", "EUR", 1.0),
        ("EUR", "亿欧元", 1e8),
        ("EUR", "", 1.0),
    ],
)
def test_units_of_currency_in_a_money_unit(currency: str, unit: str, factor: float) -> None:
    found = restate(rich(), Restatement(exchange=0.5, currency=currency, money_unit=unit))
    assert found.settings.money_factor == pytest.approx(factor)


@pytest.mark.parametrize(
    ("currency", "exchange", "unit", "names"),
    [
        ("", 1e4, "10 thousand CNY", ("10 thousand CNY", "万元")),
        ("", 1e4, "万元", ("10,000 CNY", "万元")),
        ("", 1e4, "", ("10,000 CNY", "万元")),
        ("", 100.0, "million CNY", ("million CNY", "百万元")),
        ("", 1e8, "CNY", ("CNY", "元")),
        ("EUR", 0.13, "100 million EUR", ("100 million EUR", "亿欧元")),
        ("EUR", 13.0, "", ("EUR", "欧元")),
        ("SEK", 150.0, "million SEK", ("million SEK", "")),  # Chinese readers see the English name
        ("", 2.0, "bridges", ("bridges", "")),  # no longer 亿元
        ("", 1.0, "", ("100 million CNY", "亿元")),
    ],
)
def test_a_unit_named_in_one_language_is_named_in_the_other(
    currency: str, exchange: float, unit: str, names: tuple[str, str]
) -> None:
    """The English name stood in the Chinese field, or the old name of other money stayed."""
    instance = rich()
    settings = instance.settings.model_copy(
        update={"money_unit": "100 million CNY", "money_unit_zh": "亿元", "money_factor": 1e8}
    )
    instance = instance.model_copy(update={"settings": settings})
    to = Restatement(exchange=exchange, currency=currency, money_unit=unit)
    found = restate(instance, to).settings
    assert (found.money_unit, found.money_unit_zh) == names
    said = [units_in(name) for name in names if units_in(name) is not None]
    assert said == pytest.approx([found.money_factor] * len(said))


def test_a_unit_is_named_as_before_after_a_round_trip() -> None:
    settings = rich().settings.model_copy(
        update={"money_unit": "100 million CNY", "money_unit_zh": "亿元", "money_factor": 1e8}
    )
    first = rich().model_copy(update={"settings": settings})
    away = restate(first, Restatement(exchange=1e4, money_unit="10 thousand CNY"))
    back = restate(away, Restatement(exchange=1e-4, money_unit="100 million CNY")).settings
    assert (back.money_unit, back.money_unit_zh) == ("100 million CNY", "亿元")
    assert back.money_factor == pytest.approx(1e8)


def test_a_unit_of_no_currency_keeps_its_name() -> None:
    settings = rich().settings.model_copy(update={"money_unit": "trip-minutes"})
    minutes = rich().model_copy(update={"settings": settings})
    assert restate(minutes, Restatement(exchange=2.0)).settings.money_unit == "trip-minutes"


def test_the_note_names_the_unit_in_each_language() -> None:
    """From 100 million CNY to 10,000 CNY, of which the caller states the English name alone."""
    settings = {"money_unit": "100 million CNY", "money_unit_zh": "亿元", "money_factor": 1e8}
    to = Restatement(exchange=1e4, money_unit="10 thousand CNY")
    note = restate(make_instance(settings=settings), to).settings.sources[-1].title
    assert note.en.endswith("now in 10 thousand CNY")
    assert note.zh.endswith("单位改为万元")
