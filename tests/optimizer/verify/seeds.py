"""For every law a plan that obeys everything and one that breaks this law alone.

Those of money and of networks stand in files of their own. Each function returns (instance, plan,
broken plan). Money follows the builders' defaults: no discounting, no inflation, cost paid in the
start year, from outside where nobody has a fund.
"""

from __future__ import annotations

from collections.abc import Callable

from infraplan.models.horizon import Objective
from infraplan.models.instance import Instance
from infraplan.models.plan import Plan
from infraplan.models.project import Project, Stage
from tests.builders import (
    edit,
    make_date,
    make_instance,
    make_option,
    make_payment,
    make_plan,
    make_policy,
    make_project,
    make_relation,
    make_resource,
    make_start,
    make_start_pace,
    make_target,
)
from tests.optimizer.verify import seeds_of_money as of_money
from tests.optimizer.verify import seeds_of_networks as of_networks
from tests.optimizer.verify.seed_plans import Seed, outside, pair


def record() -> Seed:
    """The plan names another instance."""
    instance = pair()
    plan = outside(instance, a=2021)
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
    instance = pair()
    plan = outside(instance, a=2021)
    return instance, plan, edit(plan, starts=(edit(plan.starts[0], opening=2021),))


def window() -> Seed:
    """A project starts before its land is ready."""
    instance = make_instance([make_project("a", ready_years={"land": 2023})])
    return instance, outside(instance, a=2023), outside(instance, a=2022)


def mandate() -> Seed:
    """A must is left out."""
    instance = make_instance([make_project("a", mandatory="must")])
    return instance, outside(instance, a=2022), outside(instance)


def precedence() -> Seed:
    """The follower starts in the year before its predecessor opens."""
    instance = pair(make_relation("finish_to_start", ["a"], ["b"]))
    return instance, outside(instance, a=2021, b=2022), outside(instance, a=2022, b=2022)


def exclusive() -> Seed:
    """Both of two alternatives are built."""
    instance = pair(make_relation("exclusive", ["a", "b"]))
    return instance, outside(instance, a=2021), outside(instance, a=2021, b=2024)


def at_most() -> Seed:
    """Three are built where two may be."""
    instance = pair(make_relation("at_most", ["a", "b", "c"], count=2))
    return instance, outside(instance, a=2021, c=2021), outside(instance, a=2021, b=2021, c=2022)


def all_or_none() -> Seed:
    """One of two is built."""
    instance = pair(make_relation("all_or_none", ["a"], ["b"]))
    return instance, outside(instance, a=2021, b=2024), outside(instance, a=2021)


def works_conflict() -> Seed:
    """Two have works in the same year."""
    instance = pair(make_relation("works_conflict", ["a", "b"]))
    return instance, outside(instance, a=2021, b=2022), outside(instance, a=2021, b=2021)


def renews() -> Seed:
    """A renewal opens while what it renews still stands."""
    instance = make_instance(
        [make_project("a", 10.0, 1.0, lifetime=2), make_project("b", 10.0, 1.0)],
        relations=[make_relation("renews", ["a"], ["b"])],
    )
    return instance, outside(instance, a=2021, b=2023), outside(instance, a=2021, b=2022)


def resource() -> Seed:
    """Two draw 3 each of a yearly quota of 5."""
    projects = [make_project(name, resources={"land": 3.0}) for name in "ab"]
    instance = make_instance(projects, resources=[make_resource("land", 5.0)])
    return instance, outside(instance, a=2021, b=2022), outside(instance, a=2021, b=2021)


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
    return _term("benefit", instance, outside(instance, a=2021))


def metric_value() -> Seed:
    """The value of outputs is overstated."""
    instance = make_instance([_valued()], settings={"metric_prices": {"km": 0.5}})
    return _term("metric_value", instance, outside(instance, a=2021))


def construction() -> Seed:
    """Cost is understated."""
    instance = make_instance([_valued()])
    return _term("construction", instance, outside(instance, a=2021))


def om() -> Seed:
    """Running cost is understated."""
    instance = make_instance([_valued()])
    return _term("om", instance, outside(instance, a=2021))


def residual() -> Seed:
    """The value left at the end is overstated."""
    instance = make_instance([_valued()], settings={"residual_value": "straight_line"})
    return _term("residual", instance, outside(instance, a=2021))


def retires() -> Seed:
    """What retiring saves is overstated."""
    instance = make_instance(
        [
            make_project("old", 10.0, 1.0, fixed_om_cost=3.0, stage="complete"),
            make_project("a", 10.0),
        ],
        relations=[make_relation("retires", ["old"], ["a"], value=1.0)],
    )
    return _term("retires", instance, outside(instance, a=2021))


def synergy() -> Seed:
    """The value of working together is overstated."""
    instance = pair(make_relation("synergy", ["a", "b"], value=2.0))
    return _term("synergy", instance, outside(instance, a=2021, b=2022))


def substitute() -> Seed:
    """The value lost to one another is understated."""
    instance = pair(make_relation("substitute", ["a", "b"], value=0.5))
    return _term("substitute", instance, outside(instance, a=2021, b=2022))


def shared_works() -> Seed:
    """The saving of shared works is overstated."""
    instance = pair(make_relation("shared_works", ["a", "b"], value=4.0, lag=1))
    return _term("shared_works", instance, outside(instance, a=2021, b=2022))


def shortfall() -> Seed:
    """The penalty of a missed target is understated."""
    target = make_target("t", "km", 5.0, 2024, shortfall_price=2.0)
    instance = make_instance([_valued()], targets=[target])
    return _term("shortfall", instance, outside(instance, a=2021))


def stated_date() -> Seed:
    """A year too few is counted in which works have not begun that should have."""
    instance = make_instance([_valued()], stated_dates=[make_date("a", "begin_by", 2021)])
    plan = outside(instance, a=2023)
    row = plan.stated_dates[0]
    return instance, plan, edit(plan, stated_dates=(edit(row, missed=row.missed - 1),))


def stopping() -> Seed:
    """What it costs to stop works under way is understated."""
    works = edit(_valued(), stage=Stage.UNDER_CONSTRUCTION, stopping_cost=2.0)
    instance = make_instance([works])
    return _term("stopping", instance, outside(instance))


def objective() -> Seed:
    """The objective is not the sum of its terms."""
    instance = make_instance([_valued()])
    plan = outside(instance, a=2021)
    return instance, plan, edit(plan, objective=plan.objective + 0.01)


def makespan() -> Seed:
    """A plan that opens its last project in its third year says that it takes a year less."""
    project = make_project("a", lead_time=1)
    instance = make_instance([project], settings={"objective": Objective.MAKESPAN})
    plan = outside(instance, a=2022)
    rows = tuple(edit(row, value=-1.0) for row in plan.objective_terms)
    return instance, plan, edit(plan, objective_terms=rows)


def policy() -> Seed:
    """More is spent in a year than the cap allows."""
    instance = pair(policies=[make_policy("spend_cap", 15.0, per_year=True)])
    return instance, outside(instance, a=2021, b=2022), outside(instance, a=2021, b=2021)


def start_pace() -> Seed:
    """Two projects start in a year that takes one."""
    instance = pair(start_paces=[make_start_pace(1, "transport")])
    return instance, outside(instance, a=2021, b=2022), outside(instance, a=2021, b=2021)


def target() -> Seed:
    """A hard target is missed."""
    goal = make_target("t", "projects_opened", 2.0, 2024, hard=True)
    instance = pair(targets=[goal])
    return instance, outside(instance, a=2021, b=2023), outside(instance, a=2021, b=2024)


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
        stopping,
        objective,
        makespan,
        policy,
        start_pace,
        target,
        of_money.sources_uses,
        of_money.eligibility,
        of_money.max_share,
        of_money.capital,
        of_money.envelope,
        of_money.matching,
        of_money.issue_use,
        of_money.annual_limit,
        of_money.fund_balance,
        of_money.reinvest,
        of_money.debt,
        of_money.refinancing,
        of_money.service,
        of_money.ceiling,
        of_money.quota,
        of_money.debt_rule,
        of_money.band,
        of_money.coverage,
        of_money.sharing,
        of_networks.network,
        of_networks.flow_balance,
        of_networks.link_capacity,
        of_networks.node_capacity,
        of_networks.demand,
        of_networks.one_way,
        of_networks.storage,
        of_networks.dc,
        of_networks.supplier,
        of_networks.equilibrium,
        of_networks.pressure,
    )
}
