"""For every law a plan that obeys everything and one that breaks this law alone.

Each function returns (instance, plan, broken plan, law). Money follows the builders' defaults:
no discounting, no inflation, cost paid in the start year, from outside where nobody has a fund.
"""

from __future__ import annotations

from collections.abc import Callable

from infraplan.models.debt_rule import Band, CapitalRatio
from infraplan.models.horizon import Objective
from infraplan.models.instance import Instance
from infraplan.models.network import FlowLaw, LoadBlock, NetworkSettings
from infraplan.models.plan import Plan, ServiceYear
from infraplan.models.project import Project
from tests.builders import (
    edit,
    make_agreement,
    make_bond,
    make_date,
    make_debt,
    make_demand,
    make_fiscal,
    make_fund,
    make_inflows,
    make_instance,
    make_issue,
    make_jurisdictions,
    make_link,
    make_node,
    make_option,
    make_payment,
    make_plan,
    make_policy,
    make_pool,
    make_project,
    make_receipt,
    make_relation,
    make_resource,
    make_rule,
    make_service,
    make_settings,
    make_share,
    make_start,
    make_start_pace,
    make_target,
)

Seed = tuple[Instance, Plan, Plan]


def _outside(instance: Instance, **starts: int) -> Plan:
    """Plan that starts projects of cost 10 (base option) and pays for them from outside."""
    return make_plan(
        instance,
        [make_start(instance, name, year) for name, year in starts.items()],
        [make_payment(name, year, 10.0) for name, year in starts.items()],
    )


def _pair(*relations: object, projects: int = 3, **tables: object) -> Instance:
    names = "abcde"[:projects]
    return make_instance(
        [make_project(name, 10.0, 1.0) for name in names],
        relations=relations,
        **tables,  # type: ignore[arg-type]
    )


def record() -> Seed:
    """The plan names another instance."""
    instance = _pair()
    plan = _outside(instance, a=2021)
    return instance, plan, edit(plan, instance="another")


def choose_one() -> Seed:
    """A project is started a second time, in its other option."""
    options = (make_option("small", 10.0), make_option("large", 20.0))
    instance = make_instance([make_project("a", options=options)])
    starts = [make_start(instance, "a", 2021, "small")]
    plan = make_plan(instance, starts, [make_payment("a", 2021, 10.0)])
    return (
        instance,
        plan,
        edit(plan, starts=(*plan.starts, make_start(instance, "a", 2023, "large"))),
    )


def dates() -> Seed:
    """The opening is stated a year too early."""
    instance = _pair()
    plan = _outside(instance, a=2021)
    return instance, plan, edit(plan, starts=(edit(plan.starts[0], opening=2021),))


def window() -> Seed:
    """A project starts before its land is ready."""
    instance = make_instance([make_project("a", ready_years={"land": 2023})])
    return instance, _outside(instance, a=2023), _outside(instance, a=2022)


def mandate() -> Seed:
    """A must is left out."""
    instance = make_instance([make_project("a", mandatory="must")])
    return instance, _outside(instance, a=2022), _outside(instance)


def precedence() -> Seed:
    """The follower starts in the year before its predecessor opens."""
    instance = _pair(make_relation("finish_to_start", ["a"], ["b"]))
    return instance, _outside(instance, a=2021, b=2022), _outside(instance, a=2022, b=2022)


def exclusive() -> Seed:
    """Both of two alternatives are built."""
    instance = _pair(make_relation("exclusive", ["a", "b"]))
    return instance, _outside(instance, a=2021), _outside(instance, a=2021, b=2024)


def at_most() -> Seed:
    """Three are built where two may be."""
    instance = _pair(make_relation("at_most", ["a", "b", "c"], count=2))
    return instance, _outside(instance, a=2021, c=2021), _outside(instance, a=2021, b=2021, c=2022)


def all_or_none() -> Seed:
    """One of two is built."""
    instance = _pair(make_relation("all_or_none", ["a"], ["b"]))
    return instance, _outside(instance, a=2021, b=2024), _outside(instance, a=2021)


def works_conflict() -> Seed:
    """Two have works in the same year."""
    instance = _pair(make_relation("works_conflict", ["a", "b"]))
    return instance, _outside(instance, a=2021, b=2022), _outside(instance, a=2021, b=2021)


def renews() -> Seed:
    """A renewal opens while what it renews still stands."""
    instance = make_instance(
        [make_project("a", 10.0, 1.0, lifetime=2), make_project("b", 10.0, 1.0)],
        relations=[make_relation("renews", ["a"], ["b"])],
    )
    return instance, _outside(instance, a=2021, b=2023), _outside(instance, a=2021, b=2022)


def resource() -> Seed:
    """Two draw 3 each of a yearly quota of 5."""
    projects = [make_project(name, resources={"land": 3.0}) for name in "ab"]
    instance = make_instance(projects, resources=[make_resource("land", 5.0)])
    return instance, _outside(instance, a=2021, b=2022), _outside(instance, a=2021, b=2021)


def _term(term: str, instance: Instance, plan: Plan) -> Seed:
    """Overstate one term."""
    assert any(row.term == term for row in plan.objective_terms)
    rows = tuple(
        edit(row, value=row.value + 0.01) if row.term == term else row
        for row in plan.objective_terms
    )
    return instance, plan, edit(plan, objective_terms=rows)


def _valued() -> Project:
    return make_project(
        "a", 10.0, 3.0, fixed_om_cost=1.0, lifetime=30, outputs={"km": 2.0}, resources={}
    )


def benefit() -> Seed:
    """Benefits are overstated."""
    instance = make_instance([_valued()])
    return _term("benefit", instance, _outside(instance, a=2021))


def metric_value() -> Seed:
    """The value of outputs is overstated."""
    instance = make_instance([_valued()], settings={"metric_prices": {"km": 0.5}})
    return _term("metric_value", instance, _outside(instance, a=2021))


def construction() -> Seed:
    """Cost is understated."""
    instance = make_instance([_valued()])
    return _term("construction", instance, _outside(instance, a=2021))


def om() -> Seed:
    """Running cost is understated."""
    instance = make_instance([_valued()])
    return _term("om", instance, _outside(instance, a=2021))


def residual() -> Seed:
    """The value left at the end is overstated."""
    instance = make_instance([_valued()], settings={"residual_value": "straight_line"})
    return _term("residual", instance, _outside(instance, a=2021))


def retires() -> Seed:
    """What retiring saves is overstated."""
    instance = make_instance(
        [
            make_project("old", 10.0, 1.0, fixed_om_cost=3.0, stage="complete"),
            make_project("a", 10.0),
        ],
        relations=[make_relation("retires", ["old"], ["a"], value=1.0)],
    )
    return _term("retires", instance, _outside(instance, a=2021))


def synergy() -> Seed:
    """The value of working together is overstated."""
    instance = _pair(make_relation("synergy", ["a", "b"], value=2.0))
    return _term("synergy", instance, _outside(instance, a=2021, b=2022))


def substitute() -> Seed:
    """The value lost to one another is understated."""
    instance = _pair(make_relation("substitute", ["a", "b"], value=0.5))
    return _term("substitute", instance, _outside(instance, a=2021, b=2022))


def shared_works() -> Seed:
    """The saving of shared works is overstated."""
    instance = _pair(make_relation("shared_works", ["a", "b"], value=4.0, lag=1))
    return _term("shared_works", instance, _outside(instance, a=2021, b=2022))


def shortfall() -> Seed:
    """The penalty of a missed target is understated."""
    target = make_target("t", "km", 5.0, 2024, shortfall_price=2.0)
    instance = make_instance([_valued()], targets=[target])
    return _term("shortfall", instance, _outside(instance, a=2021))


def stated_date() -> Seed:
    """A year too few is counted in which works have not begun that should have."""
    instance = make_instance([_valued()], stated_dates=[make_date("a", "begin_by", 2021)])
    plan = _outside(instance, a=2023)
    row = plan.stated_dates[0]
    return instance, plan, edit(plan, stated_dates=(edit(row, missed=row.missed - 1),))


def objective() -> Seed:
    """The objective is not the sum of its terms."""
    instance = make_instance([_valued()])
    plan = _outside(instance, a=2021)
    return instance, plan, edit(plan, objective=plan.objective + 0.01)


def makespan() -> Seed:
    """A plan that opens its last project in its third year says that it takes a year less."""
    project = make_project("a", lead_time=1)
    instance = make_instance([project], settings={"objective": Objective.MAKESPAN})
    plan = _outside(instance, a=2022)
    rows = tuple(edit(row, value=-1.0) for row in plan.objective_terms)
    return instance, plan, edit(plan, objective_terms=rows)


def policy() -> Seed:
    """More is spent in a year than the cap allows."""
    instance = _pair(policies=[make_policy("spend_cap", 15.0, per_year=True)])
    return instance, _outside(instance, a=2021, b=2022), _outside(instance, a=2021, b=2021)


def start_pace() -> Seed:
    """Two projects start in a year that takes one."""
    instance = _pair(start_paces=[make_start_pace(1, "transport")])
    return instance, _outside(instance, a=2021, b=2022), _outside(instance, a=2021, b=2021)


def target() -> Seed:
    """A hard target is missed."""
    goal = make_target("t", "projects_opened", 2.0, 2024, hard=True)
    instance = _pair(targets=[goal])
    return instance, _outside(instance, a=2021, b=2023), _outside(instance, a=2021, b=2024)


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


def network() -> Seed:
    """Service is reported where there is no network."""
    instance = _pair()
    plan = _outside(instance, a=2021)
    row = ServiceYear(network="water", element="town", measure="served", year=2021, value=1.0)
    return instance, plan, edit(plan, service=(row,))


def _watered(flow: float, served: float, output: float, **node: object) -> tuple[Instance, Plan]:
    """A well of 8, a main of 6 without loss and a town that wants 5, and a plan that flows so."""
    instance = make_instance(
        network_nodes=[
            make_node("well", "source", **({"capacity": 8.0} | node)),  # type: ignore[arg-type]
            make_node("town", "zone"),
        ],
        network_links=[make_link("main", "well", "town", capacity=6.0)],
        demands=[make_demand("taps", "town", 5.0, unserved_price=1.0)],
        years=(2021, 2021),
    )
    rows = [
        make_service("w", "main", "flow", 2021, flow),
        make_service("w", "taps", "served", 2021, served),
        make_service("w", "well", "output", 2021, output),
    ]
    return instance, make_plan(instance, service=rows)


def flow_balance() -> Seed:
    """More is served than arrives."""
    instance, plan = _watered(5.0, 5.0, 5.0)
    return instance, plan, _watered(4.0, 5.0, 4.0)[1]


def link_capacity() -> Seed:
    """A line of capacity 1 between two buses carries 2."""
    instance, plan = _powered(1.0, 1.0)
    return instance, plan, _powered(2.0, 2.0)[1]


def node_capacity() -> Seed:
    """The well must give 1 at least and gives nothing."""
    instance, plan = _watered(5.0, 5.0, 5.0, minimum_output=1.0)
    return instance, plan, _watered(0.0, 0.0, 0.0, minimum_output=1.0)[1]


def demand() -> Seed:
    """More is served than is wanted."""
    instance, plan = _watered(5.0, 5.0, 5.0)
    return instance, plan, _watered(6.0, 6.0, 6.0)[1]


def _powered(flow: float, angle: float) -> tuple[Instance, Plan]:
    instance = make_instance(
        network_nodes=[
            make_node("g", "plant", "p", capacity=9.0),
            make_node("z", "zone", "p"),
        ],
        network_links=[make_link("line", "g", "z", "p", reactance=1.0, capacity=1.0)],
        demands=[make_demand("load", "z", 5.0, "p", unserved_price=1.0)],
        years=(2021, 2021),
    )
    rows = [
        make_service("p", "line", "flow", 2021, flow),
        make_service("p", "g", "angle", 2021, angle),
        make_service("p", "g", "output", 2021, flow),
        make_service("p", "load", "served", 2021, flow),
    ]
    return instance, make_plan(instance, service=rows)


def dc() -> Seed:
    """Flow 1 needs angles that differ by 1."""
    instance, plan = _powered(1.0, 1.0)
    return instance, plan, _powered(1.0, 0.5)[1]


def storage() -> Seed:
    """Half of what goes in comes out; all comes out."""

    def plan_of(charge: float) -> tuple[Instance, Plan]:
        instance = make_instance(
            network_nodes=[
                make_node("g", "plant", "p", capacity=9.0),
                make_node("s", "storage", "p", capacity=4.0, efficiency=0.5),
            ],
            network_links=[make_link("line", "g", "s", "p")],
            years=(2021, 2021),
            settings=make_settings(
                (2021, 2021),
                networks=[
                    NetworkSettings(id="p", blocks=(LoadBlock(id="low"), LoadBlock(id="high")))
                ],
            ),
            demands=[make_demand("load", "s", 1.0, "p", unserved_price=1.0)],
        )
        rows = [
            make_service("p", "g", "output", 2021, charge, block="low"),
            make_service("p", "line", "flow", 2021, charge, block="low"),
            make_service("p", "s", "charge", 2021, charge, block="low"),
            make_service("p", "s", "discharge", 2021, 1.0, block="high"),
            make_service("p", "load", "served", 2021, 1.0, block="high"),
        ]
        return instance, make_plan(instance, service=rows)

    instance, plan = plan_of(2.0)
    return instance, plan, plan_of(1.0)[1]


def one_way() -> Seed:
    """Half is lost each way: 4 go there and arrive as 2; of 5 there, 1 comes back as half of it."""

    def plan_of(output: float, there: float, back: float) -> tuple[Instance, Plan]:
        instance = make_instance(
            network_nodes=[make_node("g", "plant", "p", capacity=9.0), make_node("z", "zone", "p")],
            network_links=[make_link("line", "g", "z", "p", loss=0.5, both_ways=True)],
            years=(2021, 2021),
            demands=[make_demand("load", "z", 2.0, "p", unserved_price=1.0)],
        )
        rows = [
            make_service("p", "g", "output", 2021, output),
            make_service("p", "line", "flow", 2021, there),
            make_service("p", "load", "served", 2021, 0.5 * there - back),
        ]
        rows += [make_service("p", "line", "flow_back", 2021, back)] if back else []
        return instance, make_plan(instance, service=rows)

    instance, plan = plan_of(4.0, 4.0, 0.0)
    return instance, plan, plan_of(4.5, 5.0, 1.0)[1]


def supplier() -> Seed:
    """The pump's bus is served half of what it needs, the pump moves more than half."""

    def plan_of(water: float) -> tuple[Instance, Plan]:
        instance = make_instance(
            network_nodes=[
                make_node("g", "plant", "p", capacity=1.0),
                make_node("bus", "zone", "p"),
                make_node("well", "source", capacity=8.0, supplier="bus"),
                make_node("town", "zone"),
            ],
            network_links=[
                make_link("line", "g", "bus", "p"),
                make_link("main", "well", "town"),
            ],
            demands=[
                make_demand("motor", "bus", 2.0, "p", unserved_price=1.0),
                make_demand("taps", "town", 5.0, unserved_price=1.0),
            ],
            years=(2021, 2021),
        )
        rows = [
            make_service("p", "g", "output", 2021, 1.0),
            make_service("p", "line", "flow", 2021, 1.0),
            make_service("p", "motor", "served", 2021, 1.0),
            make_service("w", "well", "output", 2021, water),
            make_service("w", "main", "flow", 2021, water),
            make_service("w", "taps", "served", 2021, water),
        ]
        return instance, make_plan(instance, service=rows)

    instance, plan = plan_of(4.0)
    return instance, plan, plan_of(5.0)[1]


def equilibrium() -> Seed:
    """Two equal roads: all trips on one of them, though the other is faster then."""

    def plan_of(one: float, other: float) -> tuple[Instance, Plan]:
        instance = make_instance(
            network_nodes=[make_node("a", network="t"), make_node("b", network="t")],
            network_links=[
                make_link(name, "a", "b", "t", time=10.0, capacity=1.0, bpr_alpha=1.0, bpr_beta=1.0)
                for name in ("one", "other")
            ],
            demands=[make_demand("trip", "a", 2.0, "t", to_node="b", value_of_time=1.0)],
            years=(2021, 2021),
            settings=make_settings(
                (2021, 2021), networks=[NetworkSettings(id="t", law=FlowLaw.EQUILIBRIUM)]
            ),
        )
        rows = [
            make_service("t", name, f"flow{after}", 2021, value)
            for after, values in (("", (one, other)), ("_before", (1.0, 1.0)))
            for name, value in zip(("one", "other"), values, strict=True)
        ]
        return instance, make_plan(instance, service=rows)

    instance, plan = plan_of(1.0, 1.0)
    return instance, plan, plan_of(2.0, 0.0)[1]


SEEDS: dict[str, Callable[[], Seed]] = {
    seed.__name__: seed
    for seed in (
        record,
        choose_one,
        dates,
        window,
        mandate,
        precedence,
        exclusive,
        at_most,
        all_or_none,
        works_conflict,
        renews,
        resource,
        benefit,
        metric_value,
        construction,
        om,
        residual,
        retires,
        synergy,
        substitute,
        shared_works,
        shortfall,
        stated_date,
        objective,
        makespan,
        policy,
        start_pace,
        target,
        sources_uses,
        eligibility,
        max_share,
        capital,
        envelope,
        matching,
        issue_use,
        annual_limit,
        fund_balance,
        reinvest,
        debt,
        refinancing,
        service,
        ceiling,
        quota,
        debt_rule,
        band,
        coverage,
        sharing,
        network,
        flow_balance,
        link_capacity,
        node_capacity,
        demand,
        one_way,
        storage,
        dc,
        supplier,
        equilibrium,
    )
}
