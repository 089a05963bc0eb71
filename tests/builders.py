"""Tiny builders of instances and plans for tests; every argument left out takes a plain default.

The defaults keep arithmetic easy to do by hand: no discounting, no inflation, no residual value,
an appraisal that ends with the plan, a lead time of one year, all cost spent in the first year.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from infraplan.models.agreement import Agreement
from infraplan.models.debt_rule import (
    Band,
    CapitalRatio,
    DebtRule,
    Finance,
    ItemTerm,
    Quantity,
    QuantityTerm,
)
from infraplan.models.funding import CostShare, Fund, Inflow, Instrument, Pool, Receipt
from infraplan.models.horizon import Appraisal, Horizon, Phase
from infraplan.models.instance import Instance, Settings
from infraplan.models.jurisdiction import DebtPosition, FiscalItem, Jurisdiction
from infraplan.models.network import Demand, NetworkLink, NetworkNode, ProjectNetwork
from infraplan.models.plan import Issue, Payment, Plan, ProjectStart, ServiceYear, SourceKind
from infraplan.models.policy import Policy, PolicyKind, ResourceLimit, StartPace
from infraplan.models.project import BASE_OPTION, BenefitStream, Option, Project
from infraplan.models.relation import Relation, RelationType
from infraplan.models.stated_date import DateKind, StatedDate
from infraplan.models.target import Target

REGION = "region"
"""Jurisdiction that an instance without a jurisdictions table has."""


def make_settings(
    years: tuple[int, int] = (2021, 2024),
    *,
    phases: Iterable[Phase] | None = None,
    rules: Iterable[DebtRule] = (),
    capital_ratios: Iterable[CapitalRatio] = (),
    tail_growth: float = 0.0,
    **values: Any,
) -> Settings:
    """Settings of the plan `years` (first, last); `values` are fields of Settings or Appraisal."""
    first, last = years
    appraisal = {name: values.pop(name) for name in list(values) if name in Appraisal.model_fields}
    appraisal = {
        "discount_rate": 0.0,
        "end_year": last,
        "residual_value": "none",
    } | appraisal
    steps = tuple(phases or (Phase(id="plan", first_year=first, last_year=last),))
    fixed: dict[str, Any] = {"id": "test", "price_year": first}
    return Settings(
        **(fixed | values),
        horizon=Horizon(phases=steps),
        appraisal=Appraisal(**appraisal),
        finance=Finance(
            rules=tuple(rules), capital_ratios=tuple(capital_ratios), tail_growth=tail_growth
        ),
    )


def make_instance(
    projects: Iterable[Project] = (),
    *,
    years: tuple[int, int] = (2021, 2024),
    settings: Settings | Mapping[str, Any] | None = None,
    **tables: Iterable[Any],
) -> Instance:
    """Instance of `projects` and further `tables`; `settings` may be arguments of make_settings."""
    if not isinstance(settings, Settings):
        settings = make_settings(years, **(settings or {}))
    return Instance(
        settings=settings,
        projects=tuple(projects),
        **{name: tuple(rows) for name, rows in tables.items()},
    )


def make_option(
    option: str = BASE_OPTION, cost: float = 10.0, benefit: float = 0.0, **values: Any
) -> Option:
    """Option that costs `cost`, all in its first year, and yields `benefit` a year."""
    fixed: dict[str, Any] = {"lead_time": 1, "spending_profile": (1.0,), "lifetime": 30}
    if benefit:
        fixed["benefits"] = {"users": benefit}
    return Option(option=option, overnight_cost=cost, **(fixed | values))


def make_project(
    id: str,
    cost: float = 10.0,
    benefit: float = 0.0,
    *,
    options: Iterable[Option] | None = None,
    **values: Any,
) -> Project:
    """Project with one option, or with `options`; `values` are fields of Project or Option."""
    own = {name: values.pop(name) for name in list(values) if name in Project.model_fields}
    if options is None:
        options = (make_option(BASE_OPTION, cost, benefit, **values),)
    elif values:
        raise TypeError(f"give {sorted(values)} to make_option")
    fixed: dict[str, Any] = {"sector": "transport"}
    return Project(id=id, options=tuple(options), **(fixed | own))


def make_stream(project: str, value: float, **values: Any) -> BenefitStream:
    """Further benefit stream of a project."""
    fixed: dict[str, Any] = {"stream": "more"}
    return BenefitStream(project=project, value=value, **(fixed | values))


def make_relation(
    type: str, from_projects: Iterable[str], to_projects: Iterable[str] = (), **values: Any
) -> Relation:
    """Relation of kind `type` (its value in the tables, e.g. `finish_to_start`)."""
    return Relation(
        type=RelationType(type),
        from_projects=tuple(from_projects),
        to_projects=tuple(to_projects),
        **values,
    )


def make_jurisdictions(*ids: str, **values: Any) -> tuple[Jurisdiction, ...]:
    """Jurisdictions of the given ids, all with the same further `values`."""
    return tuple(Jurisdiction(id=name, **values) for name in ids)


def make_fund(id: str = "budget", **values: Any) -> Fund:
    """Fund of the region."""
    fixed: dict[str, Any] = {"jurisdiction": REGION}
    return Fund(id=id, **(fixed | values))


def make_inflows(fund: str, first_year: int, *amounts: float) -> tuple[Inflow, ...]:
    """Inflows of `fund` in consecutive years from `first_year` on."""
    return tuple(
        Inflow(fund=fund, year=first_year + k, value=amount) for k, amount in enumerate(amounts)
    )


def make_receipt(project: str, value: float, fund: str = "budget", **values: Any) -> Receipt:
    """What a project brings into a fund in its first year of operation, unless told otherwise."""
    return Receipt(project=project, fund=fund, value=value, **values)


def make_bond(id: str = "bond", tenor: int = 5, rate: float = 0.0, **values: Any) -> Instrument:
    """Instrument of the region in pool `general`, repaid at the end of `tenor` years."""
    fixed: dict[str, Any] = {"jurisdiction": REGION, "pool": "general", "kernel": "bullet"}
    return Instrument(id=id, tenor=tenor, rate=rate, **(fixed | values))


def make_pool(id: str = "general", **service_funds: str) -> Pool:
    """Debt pool; `service_funds` are jurisdiction = fund pairs."""
    return Pool(id=id, service_funds=service_funds)


def make_debt(year: int, *, pool: str = "general", **values: Any) -> DebtPosition:
    """Old debt, ceiling or quota of the region's `pool` in a year."""
    fixed: dict[str, Any] = {"jurisdiction": REGION}
    return DebtPosition(pool=pool, year=year, **(fixed | values))


def make_fiscal(
    item: str, first_year: int, *amounts: float, jurisdiction: str = REGION
) -> tuple[FiscalItem, ...]:
    """Fiscal item of a jurisdiction in consecutive years from `first_year` on."""
    return tuple(
        FiscalItem(jurisdiction=jurisdiction, item=item, year=first_year + k, value=amount)
        for k, amount in enumerate(amounts)
    )


def make_share(
    project: str, jurisdiction: str, share: float | None = None, **values: Any
) -> CostShare:
    """Fixed share of a project's cost, or a row of a partner without one."""
    return CostShare(project=project, jurisdiction=jurisdiction, share=share, **values)


def make_agreement(project: str, **values: Any) -> Agreement:
    """Agreement on a joint project."""
    return Agreement(project=project, **values)


def make_target(id: str, metric: str, value: float, year: int, **values: Any) -> Target:
    """Soft target without a price unless `values` say more."""
    return Target(id=id, metric=metric, value=value, year=year, **values)


def make_policy(kind: str, value: float, **values: Any) -> Policy:
    """Policy of the given kind, over the whole plan and all projects by default."""
    fixed: dict[str, Any] = {"id": kind}
    return Policy(kind=PolicyKind(kind), value=value, **(fixed | values))


def make_date(project: str, kind: str, year: int, cost: float | None = 1.0) -> StatedDate:
    """Date of a project that costs 1 in each year in which it is missed."""
    return StatedDate(project=project, kind=DateKind(kind), year=year, breach_cost=cost)


def make_start_pace(most: int, sector: str = "") -> StartPace:
    """Most starts a year, of a sector or of all projects."""
    return StartPace(sector=sector, most=most)


def make_resource(resource: str, limit: float, **values: Any) -> ResourceLimit:
    """Yearly quota of a resource drawn on in the start year, unless `values` say otherwise."""
    return ResourceLimit(resource=resource, limit=limit, **values)


def make_rule(
    id: str = "rule",
    ratio: float | None = None,
    *,
    quantity: str = "balance",
    item: str = "capacity",
    bands: Iterable[Band] = (),
    **values: Any,
) -> DebtRule:
    """Debt rule: one quantity of all pools over one fiscal item, without lags."""
    return DebtRule(
        id=id,
        terms=values.pop("terms", (QuantityTerm(quantity=Quantity(quantity)),)),
        base=values.pop("base", (ItemTerm(item=item),)),
        ratio=ratio,
        bands=tuple(bands),
        **values,
    )


def make_start(
    instance: Instance, project: str, year: int, option: str = BASE_OPTION
) -> ProjectStart:
    """Start of an option that states its spending profile, with finish and opening."""
    found = instance.project_by_id[project].option(option)
    length = len(found.spending_profile) or max(1, found.lead_time)
    return ProjectStart(
        project=project,
        option=option,
        start=year,
        finish=year + length - 1,
        opening=year + found.lead_time,
    )


def make_payment(
    project: str,
    year: int,
    amount: float,
    source: str = "",
    *,
    kind: str | None = None,
    jurisdiction: str = REGION,
) -> Payment:
    """Payment out of fund `source`, or from outside where the source is blank."""
    chosen = SourceKind(kind) if kind else (SourceKind.FUND if source else SourceKind.OUTSIDE)
    return Payment(
        project=project,
        jurisdiction=jurisdiction,
        kind=chosen,
        source=source,
        year=year,
        amount=amount,
    )


def make_issue(instrument: str, year: int, amount: float, project: str = "") -> Issue:
    """Issue of an instrument."""
    return Issue(instrument=instrument, project=project, year=year, amount=amount)


def make_plan(
    instance: Instance,
    starts: Iterable[ProjectStart] = (),
    payments: Iterable[Payment] = (),
    issues: Iterable[Issue] = (),
    **rows: Any,
) -> Plan:
    """Plan of the given decisions; every account and value follows by the verifier's own code."""
    from infraplan.optimizer.verify import recompute_plan

    plan = Plan(
        instance=instance.settings.id,
        starts=tuple(starts),
        payments=tuple(payments),
        issues=tuple(issues),
        objective=0.0,
        **rows,
    )
    return recompute_plan(instance, plan)


KINDS = {"t": "transport", "w": "water", "p": "power", "g": "gas"}
"""Kind of a network by its id."""


def make_node(id: str, role: str = "junction", network: str = "w", **values: Any) -> NetworkNode:
    """Node of network t (transport), w (water), p (power) or g (gas)."""
    return NetworkNode(id=id, role=role, network=network, kind=KINDS[network], **values)


def make_link(id: str, tail: str, head: str, network: str = "w", **values: Any) -> NetworkLink:
    """Link from `tail` to `head`, one way unless told otherwise."""
    fixed: dict[str, Any] = {"both_ways": False}
    return NetworkLink(id=id, network=network, from_node=tail, to_node=head, **(fixed | values))


def make_demand(id: str, node: str, amount: float, network: str = "w", **values: Any) -> Demand:
    """Demand of `amount` at `node` (transport: trips from it to `to_node`)."""
    return Demand(id=id, network=network, node=node, amount=amount, **values)


def make_change(
    project: str, element: str, action: str = "open", value: float = 0.0, **values: Any
) -> ProjectNetwork:
    """What a project does to a link or node."""
    return ProjectNetwork(project=project, element=element, action=action, value=value, **values)


def make_service(
    network: str, element: str, measure: str, year: int, value: float, **values: Any
) -> ServiceYear:
    """Service row, of block `all` unless told otherwise."""
    fixed: dict[str, Any] = {"block": "all"}
    return ServiceYear(
        network=network,
        element=element,
        measure=measure,
        year=year,
        value=value,
        **(fixed | values),
    )


def edit(model: Any, **changes: Any) -> Any:
    """Copy of a frozen model with some fields changed."""
    return model.model_copy(update=changes)


def four_roads() -> Instance:
    """Four roads of 10 and money for one a year, the best first: A to D, worth 8 to 2 a year."""
    projects = [
        make_project(name, 10.0, worth, name_en=name.upper(), name_zh=chinese)
        for name, worth, chinese in zip("abcd", (8, 6, 4, 2), "甲乙丙丁", strict=True)
    ]
    return make_instance(
        projects,
        funds=[make_fund(name_en="Budget", name_zh="预算")],
        inflows=make_inflows("budget", 2021, 10.0, 10.0, 10.0, 12.5),
        settings={"end_year": 2030, "money_unit": "million CNY", "money_unit_zh": "百万元"},
    )
