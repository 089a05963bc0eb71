"""A small plan with every derived number worked out by hand; the tests change it one by one.

Years 2021-2024, appraisal to 2026, discount rate 25 %: factors 1, .8, .64, .512, .4096, .32768.
No inflation, no escalation.

Project A: cost 100 spent 40 % / 60 %, opens after 2 years, lives 3, benefit 50 a year of which half
in the first, running cost 5, 10 km. Starts 2021: spends 40 and 60, operates 2023-2025.
    benefit       25 x .64 + 50 x .512 + 50 x .4096 = 16 + 25.6 + 20.48   =  62.08
    construction  40 x 1 + 60 x .8                                        =  88
    om            5 x (.64 + .512 + .4096) = 5 x 1.5616                   =   7.808
    residual      its life ends 2025, before the appraisal does           =   0
Project B: cost 50 in one year, opens after 1, lives 8, benefit 20, 4 km. Starts 2022: spends 50,
operates 2023-2030, of which 2023-2026 count and 4 of 8 years are left in 2026.
    benefit       20 x (.64 + .512 + .4096 + .32768) = 20 x 1.88928       =  37.7856
    construction  50 x .8                                                 =  40
    residual      50 x 4/8 x .32768                                       =   8.192
Target: 20 km in 2024 of which 3 exist: 3 + 10 + 4 = 17 reached, 3 short, at 2 each:
    shortfall     3 x 2 x .512                                            =   3.072
Objective: 62.08 - 88 - 7.808 + 37.7856 - 40 + 8.192 - 3.072              = -30.8224

Money. Bond: bullet of 3 years at 5 %. A's 40 of 2021: 30 from the budget, 10 from the bond; A's 60
of 2022 from the budget; B's 50 of 2022 from the bond.
Old debt 20, of which 5 due in 2022, interest 1 in 2021. New debt: 10 issued 2021 repaid 2024, 50
issued 2022 repaid 2025; interest 5 % of last year's 0, 10, 60, 60, 50 = 0, .5, 3, 3, 2.5.
Budget (opening 10, interest 10 %, serves the pool):
closing = opening + inflow + interest - use - service
    2021  10     + 40 + 1     - 30 - 1         = 20
    2022  20     + 50 + 2     - 60 - (5 + .5)  =  6.5
    2023   6.5   + 30 +  .65  -  0 - 3         = 34.15
    2024  34.15  + 20 + 3.415 -  0 - (10 + 3)  = 44.565
    after the plan: 2025 service 50 + 2.5 = 52.5 within its inflow of 60; 2026, 2027 none.
Balance: old 20, 15, 15 ...; new 10, 60, 60, 50, 0 ...; together 30, 75, 75, 65, 15, 15, 15 in
2021-2027 (2027 = 2024 + tenor 3 is the last maturity).
Ceiling 80 from 2021 on. Quota 12 in 2021 and 50 in 2022, both at full share (debt ratio of 2020:
20/100 and of 2021: 30/100, both green); 30 in 2023, halved by the yellow 75/100 of 2022.
Rule: balance <= .8 x capacity of 100; bands green to .5, yellow to 1 (half the quota), red (no
starts).
"""

from __future__ import annotations

from infraplan.models.debt_rule import Band
from infraplan.models.instance import Instance
from infraplan.models.plan import (
    DebtYear,
    FundYear,
    ObjectiveTerm,
    Plan,
    ProjectStart,
    RuleYear,
    TargetOutcome,
)
from tests.builders import (
    REGION,
    make_bond,
    make_debt,
    make_fiscal,
    make_fund,
    make_inflows,
    make_instance,
    make_issue,
    make_payment,
    make_pool,
    make_project,
    make_rule,
    make_target,
)


def small_instance() -> Instance:
    """Return the instance of this module's docstring."""
    bands = (
        Band(id="green", upper=0.5),
        Band(id="yellow", upper=1.0, quota_share=0.5),
        Band(id="red", starts_banned=True, quota_share=0.0),
    )
    return make_instance(
        [
            make_project(
                "A",
                100.0,
                50.0,
                spending_profile=(0.4, 0.6),
                lead_time=2,
                lifetime=3,
                ramp_up=(0.5,),
                fixed_om_cost=5.0,
                outputs={"km": 10.0},
            ),
            make_project("B", 50.0, 20.0, lifetime=8, outputs={"km": 4.0}),
        ],
        settings={
            "discount_rate": 0.25,
            "end_year": 2026,
            "residual_value": "straight_line",
            "rules": [make_rule("debt-ratio", 0.8, bands=bands)],
        },
        funds=[make_fund(opening_balance=10.0, interest_rate=0.1)],
        inflows=make_inflows("budget", 2021, 40.0, 50.0, 30.0, 20.0, 60.0),
        instruments=[make_bond(tenor=3, rate=0.05)],
        pools=[make_pool(region="budget")],
        debt=[
            make_debt(2021, opening_balance=20.0, interest_due=1.0, ceiling=80.0, new_quota=12.0),
            make_debt(2022, principal_due=5.0, new_quota=50.0),
            make_debt(2023, new_quota=30.0),
        ],
        fiscal=make_fiscal("capacity", 2021, 100.0),
        targets=[make_target("network", "km", 20.0, 2024, existing=3.0, shortfall_price=2.0)],
    )


def _fund(year: int, *numbers: float) -> FundYear:
    names = ("opening", "inflow", "interest", "use", "service", "lapse", "closing")
    return FundYear(fund="budget", year=year, **dict(zip(names, numbers, strict=True)))


def _debt(name: str, year: int, *numbers: float) -> DebtYear:
    names = ("borrow", "principal", "interest", "balance")
    return DebtYear(
        jurisdiction=REGION,
        pool="general",
        instrument=name,
        year=year,
        **dict(zip(names, numbers, strict=True)),
    )


def _rule(
    rule: str, year: int, value: float, limit: float, ratio: float | None = None, band: str = ""
) -> RuleYear:
    return RuleYear(
        jurisdiction=REGION,
        rule=rule,
        year=year,
        value=value,
        limit=limit,
        headroom=limit - value,
        ratio=ratio,
        band=band,
    )


BALANCES = {2021: 30.0, 2022: 75.0, 2023: 75.0, 2024: 65.0, 2025: 15.0, 2026: 15.0, 2027: 15.0}
BANDS = {2021: "green", 2022: "yellow", 2023: "yellow", 2024: "yellow"}

TERMS = (
    ("benefit", "A", 62.08),
    ("construction", "A", -88.0),
    ("om", "A", -7.808),
    ("benefit", "B", 37.7856),
    ("construction", "B", -40.0),
    ("residual", "B", 8.192),
    ("shortfall", "network", -3.072),
)


def small_plan() -> Plan:
    """Return the plan of this module's docstring, no number of it computed by the program."""
    return Plan(
        instance="test",
        starts=(
            ProjectStart(project="A", option="base", start=2021, finish=2022, opening=2023),
            ProjectStart(project="B", option="base", start=2022, finish=2022, opening=2023),
        ),
        payments=(
            make_payment("A", 2021, 30.0, "budget"),
            make_payment("A", 2021, 10.0, "bond", kind="instrument"),
            make_payment("A", 2022, 60.0, "budget"),
            make_payment("B", 2022, 50.0, "bond", kind="instrument"),
        ),
        issues=(make_issue("bond", 2021, 10.0), make_issue("bond", 2022, 50.0)),
        fund_years=(
            _fund(2021, 10.0, 40.0, 1.0, 30.0, 1.0, 0.0, 20.0),
            _fund(2022, 20.0, 50.0, 2.0, 60.0, 5.5, 0.0, 6.5),
            _fund(2023, 6.5, 30.0, 0.65, 0.0, 3.0, 0.0, 34.15),
            _fund(2024, 34.15, 20.0, 3.415, 0.0, 13.0, 0.0, 44.565),
        ),
        debt_years=(
            _debt("old:general", 2021, 0.0, 0.0, 1.0, 20.0),
            _debt("old:general", 2022, 0.0, 5.0, 0.0, 15.0),
            *(_debt("old:general", year, 0.0, 0.0, 0.0, 15.0) for year in range(2023, 2028)),
            _debt("bond", 2021, 10.0, 0.0, 0.0, 10.0),
            _debt("bond", 2022, 50.0, 0.0, 0.5, 60.0),
            _debt("bond", 2023, 0.0, 0.0, 3.0, 60.0),
            _debt("bond", 2024, 0.0, 10.0, 3.0, 50.0),
            _debt("bond", 2025, 0.0, 50.0, 2.5, 0.0),
        ),
        rule_years=(
            *(_rule("ceiling:general", year, owed, 80.0) for year, owed in BALANCES.items()),
            _rule("quota:general", 2021, 10.0, 12.0),
            _rule("quota:general", 2022, 50.0, 50.0),
            _rule("quota:general", 2023, 0.0, 15.0),
            *(
                _rule("debt-ratio", year, owed, 80.0, owed / 100.0, BANDS.get(year, ""))
                for year, owed in BALANCES.items()
            ),
        ),
        targets=(
            TargetOutcome(
                target="network",
                metric="km",
                year=2024,
                required=20.0,
                achieved=17.0,
                shortfall=3.0,
                penalty=3.072,
            ),
        ),
        objective_terms=tuple(
            ObjectiveTerm(term=term, subject=subject, value=value) for term, subject, value in TERMS
        ),
        objective=-30.8224,
    )
