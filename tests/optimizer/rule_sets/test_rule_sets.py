"""Every shipped rule set through the engine: where it binds, where it is slack, where a band turns.

Three projects of cost 10 may start in 2021 alone and bring 10 a year in 2022-2024, so each is worth
20. Nothing but a bond pays for them: n built is 10 n of debt issued in 2021, and the plan's value,
20 n, tells how many a rule lets through. Unless a test says otherwise the bond is a bullet of ten
years at 5 %: interest .5 n in 2022-2031, principal 10 n in 2031, seven years after the plan.
"""

from __future__ import annotations

from typing import Any

import pytest

from infraplan.models.debt_rule import Band, DebtRule, ItemTerm
from infraplan.models.instance import Instance
from infraplan.models.jurisdiction import FiscalItem
from infraplan.models.plan import RuleYear
from infraplan.models.project import Project
from infraplan.models.rule_sets import RULE_SETS
from infraplan.optimizer.verify import verify_plan
from tests.builders import (
    make_bond,
    make_debt,
    make_fiscal,
    make_fund,
    make_instance,
    make_jurisdictions,
    make_project,
    make_rule,
)
from tests.optimizer.engine import Found, best


def three() -> list[Project]:
    return [make_project(f"p{n}", 10, 10, latest_start=2021, jurisdiction="j") for n in range(3)]


def items(**values: float | tuple[float, ...]) -> list[FiscalItem]:
    """Fiscal items of j from 2021 on; a tuple gives several years."""
    rows: list[FiscalItem] = []
    for name, value in values.items():
        amounts = value if isinstance(value, tuple) else (value,)
        rows += make_fiscal(name, 2021, *amounts, jurisdiction="j")
    return rows


def solved(
    rule_set: str,
    fiscal: list[FiscalItem],
    projects: list[Project] | None = None,
    bond: dict[str, Any] | None = None,
    **tables: Any,
) -> Found:
    """Optimum under one rule set; `bond` changes the bond's fields."""
    terms: dict[str, Any] = {"tenor": 10, "rate": 0.05, "jurisdiction": "j"} | (bond or {})
    return best(
        make_instance(
            three() if projects is None else projects,
            jurisdictions=make_jurisdictions("j", rule_sets=(rule_set,)),
            instruments=[make_bond(**terms)],
            fiscal=fiscal,
            **tables,
        )
    )


def row(found: Found, rule: str, year: int) -> RuleYear:
    """What a rule says in a year."""
    assert found.plan is not None
    return next(r for r in found.plan.rule_years if (r.rule, r.year) == (rule, year))


EQUAL = {"kernel": "equal_principal"}
GENERAL, SPECIAL = {"pool": "general"}, {"pool": "special"}
OLD_195 = {"debt": [make_debt(2021, opening_balance=195.0, jurisdiction="j")]}
OLD_200 = {"debt": [make_debt(2021, opening_balance=200.0, jurisdiction="j")]}

# (rule, year in which it is read, measured per project built plus what is there anyway, limit).
# Each line: the rule set; what binds at 2 projects; what lets all 3 through; bond; other tables.
LIMITS = [
    pytest.param(
        # Interest .5 a project within 10 % of expenditure: 1.2 takes 1.0 and not 1.5; 1.5 does.
        *("china", "cn-general-interest", 2022, (0.5, 0.0)),
        *(items(general_expenditure=12.0), 1.2, items(general_expenditure=15.0), 1.5),
        *(GENERAL, {}, {}),
        id="china, interest on general debt",
    ),
    pytest.param(
        # The same for the other pool; the budget's expenditure of nothing does not concern it.
        *("china", "cn-special-interest", 2031, (0.5, 0.0)),
        *(
            items(fund_expenditure=12.0, general_expenditure=0.0),
            1.2,
            items(fund_expenditure=15.0, general_expenditure=0.0),
            1.5,
        ),
        *(SPECIAL, {}, {}),
        id="china, interest on special debt",
    ),
    pytest.param(
        # A bullet counts (10 + 10 x .05 x 10)/10 = 1.5 a year; 10 % of the year before: the 30 of
        # 2021 allow 3.0 in 2022, though 2022 itself has 100. 45 allow 4.5.
        *("us-georgia", "us-ga-highest-service", 2022, (1.5, 0.0)),
        *(items(current_revenue=(30.0, 100.0)), 3.0, items(current_revenue=(45.0, 100.0)), 4.5),
        *({}, {}, {}),
        id="georgia, highest service",
    ),
    pytest.param(
        # 1 % of 350 is 3.5, of 450 is 4.5; the 10 % for all debt are far.
        *("us-georgia", "us-ga-guaranteed-service", 2022, (1.5, 0.0)),
        *(items(current_revenue=350.0), 3.5, items(current_revenue=450.0), 4.5),
        *({"pool": "guaranteed"}, {}, {}),
        id="georgia, guaranteed debt",
    ),
    pytest.param(
        # 4 % of 700 is 28, of 750 is 30.
        *("us-maryland", "us-md-debt-to-income", 2030, (10.0, 0.0)),
        *(items(personal_income=700.0), 28.0, items(personal_income=750.0), 30.0),
        *({}, {}, {}),
        id="maryland, debt to income",
    ),
    pytest.param(
        # In 2031 each project owes 10 + .5. 8 % of 390 is 31.2, less than 31.5; of 400 it is 32.
        *("us-maryland", "us-md-service-to-revenue", 2031, (10.5, 0.0)),
        *(items(current_revenue=390.0), 31.2, items(current_revenue=400.0), 32.0),
        *({}, {}, {}),
        id="maryland, service after the plan",
    ),
    pytest.param(
        # Equal principal over 5 years at 10 %: 2 + 1 = 3 in 2022, less later. 8/1.25 = 6.4 takes
        # two, 12/1.25 = 9.6 three.
        *("us-revenue-bonds", "us-dscr", 2022, (3.0, 0.0)),
        *(items(system_net_revenue=8.0), 6.4, items(system_net_revenue=12.0), 9.6),
        *(EQUAL | {"tenor": 5, "rate": 0.1, "pool": "revenue"}, {}, {}),
        id="revenue bonds, coverage of 1.25",
    ),
    pytest.param(
        # Minimum revenue provision 10/10 and interest .5: 1.5 a year from 2022 to 2031, and no
        # 10 in 2031. 10 % of 40 and of 45.
        *("uk", "uk-financing-cost", 2031, (1.5, 0.0)),
        *(items(net_revenue_stream=40.0), 4.0, items(net_revenue_stream=45.0), 4.5),
        *({}, {}, {}),
        id="uk, financing cost with a level charge",
    ),
    pytest.param(
        # A bullet of ten years from 2021: 10 of debt in 2029, and the provision of 2022 to 2031
        # has used up all of its own requirement by then; what exists must carry it.
        *("uk", "uk-capital-financing-requirement", 2029, (10.0, 0.0)),
        *(
            items(capital_financing_requirement=25.0),
            25.0,
            items(capital_financing_requirement=30.0),
            30.0,
        ),
        *({}, {}, {}),
        id="uk, capital financing requirement",
    ),
    pytest.param(
        *("uk", "uk-authorised-limit", 2025, (10.0, 0.0)),
        *(items(authorised_limit=29.0), 29.0, items(authorised_limit=31.0), 31.0),
        *({}, {}, {}),
        id="uk, authorised limit",
    ),
    pytest.param(
        # 110 % of 20 is 22, of 30 is 33.
        *("spain", "es-debt-to-revenue", 2024, (10.0, 0.0)),
        *(items(current_revenue=20.0), 22.0, items(current_revenue=30.0), 33.0),
        *({}, {}, {}),
        id="spain",
    ),
    pytest.param(
        # Interest of 2023 against the revenue of 2021: 10 % of 12 and of 15; later years have 100.
        *("italy", "it-interest-to-revenue", 2023, (0.5, 0.0)),
        *(items(current_revenue=(12.0, 100.0)), 1.2, items(current_revenue=(15.0, 100.0)), 1.5),
        *({}, {}, {}),
        id="italy",
    ),
    pytest.param(
        # Principal of 2031 within 15 + 10, within 21 + 10.
        *("france", "fr-principal-from-own", 2031, (10.0, 0.0)),
        *(items(gross_saving=15.0, own_capital_revenue=10.0), 25.0),
        *(items(gross_saving=21.0, own_capital_revenue=10.0), 31.0),
        *({}, {}, {}),
        id="france, principal from own means",
    ),
    pytest.param(
        # 12 years of 2 and of 2.6; own capital revenue bears the principal.
        *("france", "fr-deleveraging", 2021, (10.0, 0.0)),
        *(items(gross_saving=2.0, own_capital_revenue=100.0), 24.0),
        *(items(gross_saving=2.6, own_capital_revenue=100.0), 31.2),
        *({}, {}, {}),
        id="france, twelve years of saving",
    ),
    pytest.param(
        # 120 % of 190 is 228; old debt of 200, never due here, leaves room for two, of 195 for
        # three. New credit of 30 is within 16 %, 30.4; service of 4.5 within 11.5 %, 21.85.
        *("brazil", "br-debt-municipal", 2021, (10.0, 0.0)),
        *(items(current_revenue=190.0), 228.0, items(current_revenue=190.0), 228.0),
        *(EQUAL, OLD_200, OLD_195),
        id="brazil, debt",
    ),
    pytest.param(
        # 11.5 % of 190 is 21.85, of 280 is 32.2, against 10.5 a project in 2031.
        *("brazil", "br-service", 2031, (10.5, 0.0)),
        *(items(current_revenue=190.0), 21.85, items(current_revenue=280.0), 32.2),
        *({}, {}, {}),
        id="brazil, service",
    ),
    pytest.param(
        # 16 % of 180 is 28.8, of 190 is 30.4.
        *("brazil", "br-new-credit", 2021, (10.0, 0.0)),
        *(items(current_revenue=180.0), 28.8, items(current_revenue=190.0), 30.4),
        *(EQUAL, {}, {}),
        id="brazil, new credit",
    ),
    pytest.param(
        # 80 % of 30 is 24, of 40 is 32, in 2021; 100 % of them from 2022 on.
        *("colombia", "co-debt", 2021, (10.0, 0.0)),
        *(items(current_revenue=30.0), 24.0, items(current_revenue=40.0), 32.0),
        *({}, {}, {}),
        id="colombia, debt to 2021",
    ),
    pytest.param(
        # 25 in 2022; 20 was 80 % of it in 2021.
        *("colombia", "co-debt-2022", 2022, (10.0, 0.0)),
        *(items(current_revenue=25.0), 25.0, items(current_revenue=40.0), 40.0),
        *({}, {}, {}),
        id="colombia, debt from 2022",
    ),
    pytest.param(
        # 40 % of 2.6 is 1.04, of 4 is 1.6, against .5 a project: article 2 has not changed.
        *("colombia", "co-interest", 2022, (0.5, 0.0)),
        *(items(operating_saving=2.6), 1.04, items(operating_saving=4.0), 1.6),
        *({}, {}, {}),
        id="colombia, interest",
    ),
    pytest.param(
        # 40 % of 2.6 is 1.04, of 4 is 1.6. Without a revenue the stressed tests are not made.
        *("world-bank", "wb-interest", 2022, (0.5, 0.0)),
        *(items(operating_saving=2.6), 1.04, items(operating_saving=4.0), 1.6),
        *({}, {}, {}),
        id="world bank, interest",
    ),
    pytest.param(
        # .5 and 2 % of 10 make .7 a project; saving 10 less 10 % of 60 leaves 4, 40 % of it 1.6;
        # 12 leaves 6 and 2.4. The plain test has room: 1.5 of 4.0. Debt 30 of .56 x 60 = 33.6.
        *("world-bank", "wb-interest-stressed", 2022, (0.7, 0.0)),
        *(items(operating_saving=10.0, current_revenue=60.0), 1.6),
        *(items(operating_saving=12.0, current_revenue=60.0), 2.4),
        *({}, {}, {}),
        id="world bank, interest under stress",
    ),
    pytest.param(
        # 80 % of what is left of 50 and 60 when 30 % are lost: 28 and 33.6. The plain test: 40.
        *("world-bank", "wb-debt-stressed", 2021, (10.0, 0.0)),
        *(items(current_revenue=50.0), 28.0, items(current_revenue=60.0), 33.6),
        *({}, {}, {}),
        id="world bank, debt under stress",
    ),
]


@pytest.mark.parametrize(
    (
        *("rule_set", "rule", "year", "measured"),
        *("tight", "tight_limit", "loose", "loose_limit"),
        *("bond", "tight_tables", "loose_tables"),
    ),
    LIMITS,
)
def test_a_limit_binds_and_is_slack(
    rule_set: str,
    rule: str,
    year: int,
    measured: tuple[float, float],
    tight: list[FiscalItem],
    tight_limit: float,
    loose: list[FiscalItem],
    loose_limit: float,
    bond: dict[str, Any],
    tight_tables: dict[str, Any],
    loose_tables: dict[str, Any],
) -> None:
    each, _ = measured
    for built, fiscal, limit, tables in (
        (2, tight, tight_limit, tight_tables),
        (3, loose, loose_limit, loose_tables),
    ):
        found = solved(rule_set, fiscal, bond=bond, **tables)
        assert found.objective == pytest.approx(20.0 * built)
        old = sum(row.opening_balance or 0.0 for row in tables.get("debt", ()))
        read = row(found, rule, year)
        assert read.value == pytest.approx(old + each * built)
        assert read.limit == pytest.approx(limit)
        # One more would be too much exactly where fewer than all are built.
        assert (old + each * 3 > limit + 1e-9) == (built == 2)


def test_borrowing_adds_to_the_requirement_what_is_not_provided_for() -> None:
    """Repaid evenly: debt of 10 (1 - a/10) is 2 above the requirement of two years later."""
    even = solved("uk", items(capital_financing_requirement=6.0), bond=EQUAL)
    assert len(even.starts) == 3
    rule = row(even, "uk-capital-financing-requirement", 2025)
    assert rule.value == pytest.approx(3 * 2.0)
    assert len(solved("uk", items(capital_financing_requirement=5.9), bond=EQUAL).starts) == 2
    # The debt of 2021 is measured against the requirement of 2023, not against that of 2021.
    late = items(capital_financing_requirement=(0.0, 0.0, 6.0))
    assert len(solved("uk", late, bond=EQUAL).starts) == 3
    early = items(capital_financing_requirement=(9.0, 9.0, 0.0))
    assert len(solved("uk", early, bond=EQUAL).starts) == 0


def test_every_rule_with_a_ratio_is_tested_above() -> None:
    tested = {param.values[1] for param in LIMITS}
    shipped = {rule.id for rules in RULE_SETS.values() for rule in rules if rule.ratio is not None}
    # 80 % of all revenue can never bind before 80 % of what is left of it; contracts are tested
    # in tests/optimizer/formulation/test_contracts.py; 60 % of saving, the bound of leave from the
    # ministry, never below 40 %.
    assert shipped - tested == {"wb-debt", "cn-ppp-payments", "co-interest-2022"}
    assert tested <= shipped


def bands(found: Found, rule: str) -> list[str]:
    assert found.plan is not None
    return [r.band for r in found.plan.rule_years if r.rule == rule and r.band]


def late(value: float, sector: str = "transport") -> Project:
    """A project that may start in 2022 alone: benefit in 2023 and 2024, cost 10."""
    return make_project(
        "late",
        10,
        (value + 10) / 2,
        earliest_start=2022,
        latest_start=2022,
        sector=sector,
        jurisdiction="j",
    )


def test_china_bands_turn_with_the_ratio() -> None:
    """Capacity 10: one, two, three projects are 100, 200 and 300 %, the ends of the bands."""
    for built, name in ((1, "green"), (2, "yellow"), (3, "orange")):
        found = solved("china", items(comprehensive_capacity=10.0), three()[:built])
        assert found.objective == pytest.approx(20.0 * built)
        assert bands(found, "cn-debt-ratio") == [name] * 4


def test_a_red_band_bans_the_next_years_starts() -> None:
    """Hidden debt of 1 makes three projects 310 %: red, so nothing may start in 2022."""
    hidden = items(comprehensive_capacity=10.0, hidden_debt=1.0)
    clear = items(comprehensive_capacity=10.0)
    # 300 % is orange: the late one starts as well, and only then the ratio is red.
    found = solved("china", clear, [*three(), late(10)])
    assert found.objective == pytest.approx(70.0)
    assert bands(found, "cn-debt-ratio") == ["orange", "red", "red", "red"]
    # Red after three: the late one, worth 10, is not worth leaving one of 20 out.
    found = solved("china", hidden, [*three(), late(10)])
    assert found.objective == pytest.approx(60.0)
    assert bands(found, "cn-debt-ratio") == ["red"] * 4
    # Worth 30, it is: two early ones (210 %, orange) and the late one.
    found = solved("china", hidden, [*three(), late(30)])
    assert found.objective == pytest.approx(2 * 20.0 + 30.0)
    assert bands(found, "cn-debt-ratio") == ["orange", "red", "red", "red"]


def test_a_red_band_leaves_no_quota() -> None:
    """Old debt of 310 % is red before the plan begins: nothing starts and no quota is left."""
    debt = [make_debt(2021, opening_balance=31.0, new_quota=99.0, jurisdiction="j")]
    found = solved("china", items(comprehensive_capacity=10.0), debt=debt)
    assert found.objective == pytest.approx(0.0)
    assert row(found, "quota:general", 2021).limit == 0.0
    green = [make_debt(2021, opening_balance=11.0, new_quota=99.0, jurisdiction="j")]
    found = solved("china", items(comprehensive_capacity=10.0), debt=green)
    assert found.objective == pytest.approx(60.0)
    assert row(found, "quota:general", 2021).limit == 99.0


def test_spain_asks_for_authorisation_above_three_quarters() -> None:
    # 30 of 40 is 75 %, on the line; 30 of 30 is 100 %.
    found = solved("spain", items(current_revenue=40.0))
    assert bands(found, "es-debt-to-revenue") == ["free"] * 4
    found = solved("spain", items(current_revenue=30.0))
    assert bands(found, "es-debt-to-revenue") == ["authorised"] * 4
    assert found.objective == pytest.approx(60.0)


def key_province(
    listed: tuple[float, ...],
    sector: str = "municipal",
    first: int = 2024,
    rule_set: str = "china-key-province",
    **values: object,
) -> Found:
    """One project of cost 10 and benefit 10 a year, a plan of six years."""
    return best(
        make_instance(
            [make_project("a", 10, 10, sector=sector, jurisdiction="j", **values)],
            years=(first, first + 5),
            jurisdictions=make_jurisdictions("j", rule_sets=(rule_set,)),
            instruments=[make_bond(tenor=10, jurisdiction="j")],
            fiscal=[
                *make_fiscal("comprehensive_capacity", first, 75.0, jurisdiction="j"),
                *make_fiscal("high_debt_province", first, *listed, jurisdiction="j"),
            ],
        )
    )


def test_a_listed_province_starts_nothing_in_the_named_fields() -> None:
    # Listed throughout: no street of the town, but the waterworks in 2024, open for five years.
    assert key_province((1.0,)).starts == {}
    assert key_province((1.0,), "water").starts == {"a": 2024}
    assert key_province((1.0,), "water").objective == pytest.approx(5 * 10 - 10)
    # Never listed.
    assert key_province((0.0,)).starts == {"a": 2024}
    # Listed in 2024 and 2025, off the list in 2026: the street starts the year after.
    found = key_province((1.0, 1.0, 0.0))
    assert found.starts == {"a": 2027}
    assert found.objective == pytest.approx(2 * 10 - 10)
    assert bands(found, "cn-key-province") == ["listed"] * 2 + ["unlisted"] * 4


@pytest.mark.parametrize(
    ("sector", "subsector", "in_fields", "strictly"),
    [
        ("transport", "expressway", True, True),
        ("transport", "rail_urban", True, True),
        ("transport", "airport_expansion", True, True),
        ("transport", "urban_road", True, True),
        ("digital", "digital_park", True, True),
        ("municipal", "housing", False, False),
        ("transport", "airport_relocation", False, True),
        ("transport", "trunk_road", False, True),
        ("transport", "rail_hsr", False, True),
        ("energy", "grid_substation", False, False),
        ("water", "reservoir", False, False),
    ],
)
def test_the_fields_and_the_strict_reading(
    sector: str, subsector: str, in_fields: bool, strictly: bool
) -> None:
    for rule_set, banned in (
        ("china-key-province", in_fields),
        ("china-key-province-strict", strictly),
    ):
        found = key_province((1.0,), sector, rule_set=rule_set, subsector=subsector)
        assert bool(found.starts) is not banned, rule_set


def test_works_under_way_and_approved_ones_go_on_in_a_listed_province() -> None:
    under_way = {"stage": "under_construction", "mandatory": "must"}
    assert key_province((1.0,), **under_way).starts == {"a": 2024}
    assert key_province((1.0,), start_approved=True).starts == {"a": 2024}
    # A project that must start and is not under way has no year for it.
    assert key_province((1.0,), mandatory="must").plan is None


def test_the_ban_of_listed_provinces_begins_with_its_notice() -> None:
    # The notice is of the end of 2023: what starts by then is not banned, nothing is tested before.
    found = key_province((1.0,), first=2021)
    assert found.starts == {"a": 2021}
    assert found.plan is not None
    years = [row.year for row in found.plan.rule_years if row.rule == "cn-key-province"]
    assert years == [2023, 2024, 2025, 2026]


def test_ppp_payments_fall_into_bands() -> None:
    """5, 5.1 and 10 of an expenditure of 100: the ends of the bands belong to the lower one."""
    fiscal = items(general_expenditure=100.0, ppp_payments=(5.0, 5.1, 10.0, 0.0))
    found = solved("china-ppp", fiscal)
    assert bands(found, "cn-ppp-payments")[:4] == [
        "ppp_open",
        "ppp_limited",
        "ppp_limited",
        "ppp_open",
    ]
    # Promised payments are no decision: all three projects are built all the same.
    assert found.objective == pytest.approx(60.0)
    # Above a tenth they break the rule themselves, whatever the plan does.
    broken = items(general_expenditure=100.0, ppp_payments=(5.0, 11.0, 0.0))
    assert solved("china-ppp", broken).plan is None


def test_a_base_below_zero_forbids_debt_and_nothing_else() -> None:
    """Gross saving of -1: no debt may be owed; a payer without any debt has a plan."""
    fiscal = items(gross_saving=-1.0, current_revenue=100.0)
    assert solved("france", fiscal).plan is not None


def test_shipped_rules_say_where_they_come_from() -> None:
    names = [rule.id for rules in RULE_SETS.values() for rule in rules]
    assert len(names) == len(set(names))
    for rules in RULE_SETS.values():
        for rule in rules:
            assert rule.source
            assert len(rule.dated) == len("2021-12-31")
            assert rule.title.en
            assert rule.title.zh


def _dated(**dates: int) -> Instance:
    """A bullet of 10 from 2021 against 0.5 of 12, in 2021-2024; the rule has dates."""
    rule = make_rule("limit", ratio=0.5).model_copy(update=dates)
    return make_instance(
        [make_project("a", 10.0, 9.0, latest_start=2021)],
        funds=[make_fund(max_share=0.0)],
        instruments=[make_bond(tenor=2, rate=0.0)],
        fiscal=make_fiscal("capacity", 2021, 12.0),
        settings={"rules": [rule]},
    )


@pytest.mark.parametrize(
    ("dates", "is_built", "tested"),
    [
        # 10 are owed at the ends of 2021 and 2022.
        ({}, False, range(2021, 2027)),
        ({"valid_from": 2022}, False, range(2022, 2027)),
        ({"valid_from": 2023}, True, range(2023, 2027)),
        ({"valid_to": 2020}, True, range(0)),
        ({"valid_to": 2021}, False, range(2021, 2022)),
        ({"valid_from": 2023, "valid_to": 2024}, True, range(2023, 2025)),
    ],
)
def test_a_rule_is_tested_within_its_dates_alone(dates, is_built, tested) -> None:
    plan = best(_dated(**dates)).plan
    assert bool(plan.starts) is is_built
    assert [row.year for row in plan.rule_years if row.rule == "limit"] == list(tested)
    assert not verify_plan(_dated(**dates), plan).violations


def test_a_ban_begins_the_year_after_its_rule() -> None:
    """Listed in every year by its item, in force from 2022: no start in 2023 or later."""
    rule = make_rule(
        "ban",
        bands=[Band(id="free", upper=0.0), Band(id="listed", starts_banned=True)],
        additions=[ItemTerm(item="listed")],
    ).model_copy(update={"valid_from": 2022})
    items = [*make_fiscal("capacity", 2021, 12.0), *make_fiscal("listed", 2021, 1.0)]
    for first, is_built in ((2021, True), (2022, True), (2023, False)):
        problem = make_instance(
            [make_project("a", 10.0, 9.0, earliest_start=first)],
            fiscal=items,
            funds=[make_fund(opening_balance=10.0)],
            settings={"rules": [rule]},
        )
        assert bool(best(problem).starts) is is_built, first


def test_dates_must_rise_and_a_dated_rule_begins_without_consequences() -> None:
    with pytest.raises(ValueError, match="before it begins"):
        DebtRule(**{**make_rule(ratio=1.0).model_dump(), "valid_from": 2022, "valid_to": 2021})
    hard = make_rule(bands=[Band(id="all", starts_banned=True)]).model_dump()
    with pytest.raises(ValueError, match="lowest band"):
        DebtRule(**{**hard, "valid_from": 2022})
