"""For every law of money a plan that obeys everything and one that breaks this law alone."""

from __future__ import annotations

from infraplan.models.debt_rule import Band, CapitalRatio
from infraplan.models.instance import Instance
from infraplan.models.plan import Plan
from tests.builders import (
    edit,
    make_agreement,
    make_bond,
    make_debt,
    make_fiscal,
    make_fund,
    make_inflows,
    make_instance,
    make_issue,
    make_jurisdictions,
    make_payment,
    make_plan,
    make_pool,
    make_project,
    make_receipt,
    make_rule,
    make_share,
    make_start,
)
from tests.optimizer.verify.seed_plans import Seed


def _funded(
    payments: list[tuple[str, int, float, str]],
    issues: list[tuple[int, float]] = (),  # type: ignore[assignment]
    *,
    instance: Instance,
    starts: dict[str, int] | None = None,
    tagged: bool = False,
) -> Plan:
    chosen = {"a": 2021} if starts is None else starts
    return make_plan(
        instance,
        [make_start(instance, name, year) for name, year in chosen.items()],
        [
            make_payment(
                name,
                year,
                amount,
                source,
                kind="instrument" if source.startswith("bond") else None,
            )
            for name, year, amount, source in payments
        ],
        [make_issue("bond", year, amount, "a" if tagged else "") for year, amount in issues],
    )


def _money(
    *,
    fund: dict[str, object] | None = None,
    bond: dict[str, object] | None = None,
    **tables: object,
) -> Instance:
    """Two projects of cost 10, a budget of 100 in 2021, a bond of three years without interest."""
    return make_instance(
        [make_project("a"), make_project("b")],
        funds=[make_fund(opening_balance=100.0, **(fund or {}))],
        instruments=[make_bond(**({"tenor": 3} | (bond or {})))],  # type: ignore[arg-type]
        **tables,  # type: ignore[arg-type]
    )


def sources_uses() -> Seed:
    """Only nine of ten are paid."""
    instance = _money()
    return (
        instance,
        _funded([("a", 2021, 10.0, "budget")], instance=instance),
        _funded([("a", 2021, 9.0, "budget")], instance=instance),
    )


def eligibility() -> Seed:
    """A fund pays for a project that it is not meant for."""
    instance = _money(fund={"projects": ("b",)})
    return (
        instance,
        _funded([("a", 2021, 10.0, "bond")], [(2021, 10.0)], instance=instance),
        _funded([("a", 2021, 10.0, "budget")], instance=instance),
    )


def max_share() -> Seed:
    """A fund bears seven tenths where it may bear six."""
    instance = _money(fund={"max_share": 0.6})
    return (
        instance,
        _funded(
            [("a", 2021, 6.0, "budget"), ("a", 2021, 4.0, "bond")],
            [(2021, 4.0)],
            instance=instance,
        ),
        _funded(
            [("a", 2021, 7.0, "budget"), ("a", 2021, 3.0, "bond")],
            [(2021, 3.0)],
            instance=instance,
        ),
    )


def capital() -> Seed:
    """A quarter of the works must be capital; all of it is borrowed."""
    rule = CapitalRatio(id="capital", sectors=("transport",), ratio=0.25)
    instance = make_instance(
        [make_project("a", 10.0, 1.0)],
        funds=[make_fund()],
        inflows=make_inflows("budget", 2021, 20.0),
        instruments=[make_bond(tenor=5, rate=0.0)],
        settings={"capital_ratios": [rule]},
    )

    def plan_of(borrowed: float) -> Plan:
        payments = [make_payment("a", 2021, borrowed, "bond", kind="instrument")]
        if borrowed < 10.0:
            payments.append(make_payment("a", 2021, 10.0 - borrowed, "budget"))
        starts = [make_start(instance, "a", 2021)]
        return make_plan(instance, starts, payments, [make_issue("bond", 2021, borrowed)])

    return instance, plan_of(7.5), plan_of(10.0)


def _granted(**grant: object) -> tuple[Instance, Plan, Plan]:
    """Two projects of 10 in two years; the second plan takes 6 of each from the grant, not 5."""
    instance = make_instance(
        [make_project("a", 10.0, 1.0), make_project("b", 10.0, 1.0)],
        funds=[make_fund(), make_fund("grant", kind="grant", **grant)],  # type: ignore[arg-type]
        inflows=[
            *make_inflows("budget", 2021, 20.0, 20.0),
            *make_inflows("grant", 2021, 20.0, 20.0),
        ],
    )

    def plan_of(granted: float) -> Plan:
        payments = [
            make_payment(name, year, amount, fund)
            for name, year in (("a", 2021), ("b", 2022))
            for fund, amount in (("grant", granted), ("budget", 10.0 - granted))
        ]
        starts = [make_start(instance, "a", 2021), make_start(instance, "b", 2022)]
        return make_plan(instance, starts, payments)

    return instance, plan_of(5.0), plan_of(6.0)


def envelope() -> Seed:
    """The programme has 10 in all; 12 is taken from it."""
    return _granted(envelope=10.0)


def matching() -> Seed:
    """Beside each unit of grant one of own money; 6 stand beside 4."""
    return _granted(matching=1.0)


def issue_use() -> Seed:
    """Twelve are borrowed where ten are used."""
    instance = _money()
    payments = [("a", 2021, 10.0, "bond")]
    return (
        instance,
        _funded(payments, [(2021, 10.0)], instance=instance),
        _funded(payments, [(2021, 12.0)], instance=instance),
    )


def annual_limit() -> Seed:
    """Ten are borrowed in a year where eight may be."""
    instance = _money(bond={"annual_limit": 8.0})
    return (
        instance,
        _funded(
            [("a", 2021, 8.0, "bond"), ("a", 2021, 2.0, "budget")],
            [(2021, 8.0)],
            instance=instance,
        ),
        _funded([("a", 2021, 10.0, "bond")], [(2021, 10.0)], instance=instance),
    )


def fund_balance() -> Seed:
    """The budget is spent below what must remain."""
    instance = _money(fund={"minimum_balance": 85.0})
    return (
        instance,
        _funded([("a", 2021, 10.0, "budget")], instance=instance),
        _funded(
            [("a", 2021, 10.0, "budget"), ("b", 2022, 10.0, "budget")],
            instance=instance,
            starts={"a": 2021, "b": 2022},
        ),
    )


def reinvest() -> Seed:
    """Of 20 out of a sale 17 belong into works; 10 are put there."""
    instance = make_instance(
        [make_project("a", 10.0, 1.0), make_project("b", 10.0, 1.0), make_project("sale", 0.0)],
        funds=[make_fund(), make_fund("proceeds", reinvest=0.85)],
        inflows=make_inflows("budget", 2021, 20.0),
        receipts=[make_receipt("sale", 20.0, "proceeds", event="start")],
    )

    def plan_of(reinvested: float) -> Plan:
        payments = [make_payment("a", 2021, 10.0, "proceeds")]
        payments.append(make_payment("b", 2021, 10.0 - reinvested, "budget"))
        payments.append(make_payment("b", 2021, reinvested, "proceeds"))
        starts = [make_start(instance, name, 2021) for name in ("a", "b", "sale")]
        return make_plan(instance, starts, payments)

    return instance, plan_of(7.0), plan_of(0.0)


def debt() -> Seed:
    """A balance is understated."""
    instance = _money()
    plan = _funded([("a", 2021, 10.0, "bond")], [(2021, 10.0)], instance=instance)
    rows = tuple(
        edit(row, balance=9.0) if row.instrument == "bond" and row.year == 2023 else row
        for row in plan.debt_years
    )
    return instance, plan, edit(plan, debt_years=rows)


def refinancing() -> Seed:
    """Half of the principal due may be refinanced, and three quarters are."""
    again = make_bond("again", 5, refinancing=True, refinancing_share=0.5)
    instance = make_instance(
        [make_project("a")],
        instruments=[again],
        debt=[make_debt(2021, opening_balance=8.0), make_debt(2022, principal_due=8.0)],
    )
    return (
        instance,
        make_plan(instance, issues=[make_issue("again", 2022, 4.0)]),
        make_plan(instance, issues=[make_issue("again", 2022, 6.0)]),
    )


def service() -> Seed:
    """What is borrowed falls due after the plan, where the fund's inflow does not cover it.

    The fund keeps nothing of its 100.
    """
    instance = _money(
        fund={"carry_over": False},
        bond={"tenor": 5},
        pools=[make_pool(region="budget")],
        inflows=make_inflows("budget", 2024, 0.0, 6.0, 6.0, 6.0),
    )
    return (
        instance,
        _funded(
            [("a", 2021, 6.0, "bond"), ("a", 2021, 4.0, "budget")],
            [(2021, 6.0)],
            instance=instance,
        ),
        _funded([("a", 2021, 10.0, "bond")], [(2021, 10.0)], instance=instance),
    )


def _limited(**values: object) -> Instance:
    return _money(debt=[make_debt(2021, **values)])


def _borrowing(instance: Instance) -> Seed:
    """Borrow six, then ten."""
    return (
        instance,
        _funded(
            [("a", 2021, 6.0, "bond"), ("a", 2021, 4.0, "budget")],
            [(2021, 6.0)],
            instance=instance,
        ),
        _funded([("a", 2021, 10.0, "bond")], [(2021, 10.0)], instance=instance),
    )


def ceiling() -> Seed:
    """Debt of ten under a ceiling of eight."""
    return _borrowing(_limited(ceiling=8.0))


def quota() -> Seed:
    """Ten are issued with a quota of eight."""
    return _borrowing(_limited(new_quota=8.0))


def debt_rule() -> Seed:
    """Debt of ten where .4 of a capacity of twenty is allowed."""
    return _borrowing(
        _money(
            settings={"rules": [make_rule(ratio=0.4)]},
            fiscal=make_fiscal("capacity", 2021, 20.0),
        )
    )


def band() -> Seed:
    """A project starts in the year after a band that bans starts."""
    bands = (Band(id="green", upper=0.4), Band(id="red", starts_banned=True))
    instance = _money(
        settings={"rules": [make_rule(bands=bands)]},
        fiscal=make_fiscal("capacity", 2021, 20.0),
    )
    starts = {"a": 2021, "b": 2022}
    later = ("b", 2022, 10.0, "budget")
    return (
        instance,
        _funded(
            [("a", 2021, 6.0, "bond"), ("a", 2021, 4.0, "budget"), later],
            [(2021, 6.0)],
            instance=instance,
            starts=starts,
        ),
        _funded(
            [("a", 2021, 10.0, "bond"), later], [(2021, 10.0)], instance=instance, starts=starts
        ),
    )


def coverage() -> Seed:
    """Net revenue of 3 a year in 2022-2024 must be 1.2 times the service of what is borrowed."""
    instance = make_instance(
        [make_project("a", revenue=4.0, fixed_om_cost=1.0)],
        funds=[make_fund(opening_balance=100.0)],
        instruments=[make_bond(tenor=3, tagged=True, coverage=1.2)],
    )
    return (
        instance,
        # 1.2 x 7.5 = 9 = 3 x 3.
        _funded(
            [("a", 2021, 7.5, "bond"), ("a", 2021, 2.5, "budget")],
            [(2021, 7.5)],
            instance=instance,
            tagged=True,
        ),
        _funded(
            [("a", 2021, 7.6, "bond"), ("a", 2021, 2.4, "budget")],
            [(2021, 7.6)],
            instance=instance,
            tagged=True,
        ),
    )


def sharing() -> Seed:
    """Partner k, held to half the cost by its share, gains half of 4 a year in 2022-2024: 6 - 5."""
    instance = make_instance(
        [make_project("a", 10.0, 4.0, jurisdiction="j")],
        jurisdictions=make_jurisdictions("j", "k"),
        shares=[make_share("a", "k", max_share=0.5, benefit_share=0.5)],
        agreements=[make_agreement("a", shares="chosen", consent="project")],
    )

    def plan(paid: float) -> Plan:
        payments = [
            make_payment("a", 2021, 10.0 - paid, jurisdiction="j"),
            make_payment("a", 2021, paid, jurisdiction="k"),
        ]
        return make_plan(instance, [make_start(instance, "a", 2021)], payments)

    return instance, plan(5.0), plan(5.1)
