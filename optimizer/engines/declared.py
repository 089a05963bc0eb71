"""What each engine reads and refuses, field by field.

The integer program and the search over roads hold choice, policy and money in the one program of
`formulation`, so these tables are declared once; a schedule says what of them it refuses. Texts,
sources and places ask for nothing and count as read.
"""

from __future__ import annotations

from collections.abc import Mapping

from infraplan.models.agreement import Agreement
from infraplan.models.base import DomainModel
from infraplan.models.catalogue import phrase
from infraplan.models.debt_rule import (
    Band,
    CapitalRatio,
    DebtRule,
    Finance,
    ItemTerm,
    QuantityTerm,
)
from infraplan.models.funding import CostShare, Fund, Inflow, Instrument, Pool, Receipt
from infraplan.models.horizon import Appraisal, Horizon, Phase, RateStep, Title
from infraplan.models.instance import Instance, Settings, SourceDocument
from infraplan.models.jurisdiction import DebtPosition, FiscalItem, Jurisdiction
from infraplan.models.network import (
    Demand,
    LoadBlock,
    NetworkLink,
    NetworkNode,
    NetworkSettings,
    ProjectNetwork,
)
from infraplan.models.place import Place
from infraplan.models.policy import Policy, ResourceLimit, StartPace
from infraplan.models.project import BenefitStream, Option, Project
from infraplan.models.relation import Relation
from infraplan.models.scenario import Change, Scenario
from infraplan.models.stated_date import StatedDate
from infraplan.models.target import Target
from infraplan.optimizer.engines.contract import Declaration, Words


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


_TABLES: Mapping[type[DomainModel], frozenset[str]] = {
    Instance: _names(
        "settings projects benefits relations jurisdictions fiscal pools debt funds inflows "
        "receipts instruments shares agreements targets policies resources start_paces "
        "stated_dates places network_nodes network_links demands project_network scenarios"
    ),
    Settings: _names(
        "format_version id title currency money_unit money_unit_zh money_factor price_year "
        "inflation horizon appraisal objective spending_after_plan stage_gates finance networks "
        "representative_years benchmark_metric benchmark_known sources"
    ),
    SourceDocument: _names("id title issued"),
    Place: _names("id name_en name_zh kind jurisdiction lon lat accuracy_km source"),
    # A scenario is applied before an engine sees the instance.
    Scenario: _names("id title probability changes"),
    Change: _names("table where field operation value"),
}

_TIME: Mapping[type[DomainModel], frozenset[str]] = {
    Title: _names("en zh"),
    Horizon: _names("phases"),
    Phase: _names("id title first_year last_year"),
    Appraisal: _names(
        "discount_schedule discount_rate discount_steps discount_timing end_year "
        "residual_value cost_escalation optimism_bias contingency metric_prices"
    ),
    RateStep: _names("from_offset rate"),
}

_CHOICE: Mapping[type[DomainModel], frozenset[str]] = {
    Project: _names(
        "id name_en name_zh sector subsector jurisdiction place from_place to_place stage "
        "mandatory started spent_to_date stopping_cost opened written_off_since earliest_start "
        "latest_start ready_years start_approved open_by spending_after_plan options "
        "optimism_bias quantity unit source note"
    ),
    Option: _names(
        "option lead_time overnight_cost overnight_cost_low overnight_cost_high cost_basis "
        "quality spending_profile yearly_spending fixed_om_cost lifetime financial_life benefits "
        "benefits_low benefits_high benefit_basis deliveries benefit_growth ramp_up revenue "
        "revenue_growth outputs resources"
    ),
    BenefitStream: _names("project option stream value growth ramp_up source"),
    Relation: _names(
        "id from_projects to_projects type lag count value renewal takes_over confidence source"
    ),
    Target: _names(
        "id name_en name_zh metric unit sense value year from_year existing hard shortfall_price "
        "sectors jurisdictions places quality source"
    ),
    Policy: _names(
        "id name_en name_zh kind value from_year to_year per_year sectors subsectors "
        "jurisdictions places projects quality source"
    ),
    ResourceLimit: _names(
        "resource name_en name_zh unit limit from_year to_year per_year timing jurisdictions "
        "quality source"
    ),
    StartPace: _names("sector most quality source"),
    StatedDate: _names("project kind year breach_cost quote source confidence"),
}

_MONEY: Mapping[type[DomainModel], frozenset[str]] = {
    Jurisdiction: _names("id name_en name_zh parent population rule_sets extent source"),
    FiscalItem: _names("jurisdiction item year value quality source"),
    Pool: _names("id name_en name_zh service_funds counted"),
    DebtPosition: _names(
        "jurisdiction pool year opening_balance principal_due interest_due ceiling new_quota "
        "quality qualities source"
    ),
    Fund: _names(
        "id name_en name_zh jurisdiction preset kind sectors subsectors places projects max_share "
        "opening_balance minimum_balance carry_over lapse_years opening_ages envelope matching "
        "certainty reinvest interest_rate basis quality source"
    ),
    Inflow: _names("fund year value quality source"),
    Receipt: _names("project option fund event delay years value growth quality source"),
    Instrument: _names(
        "id name_en name_zh preset kind jurisdiction pool kernel tenor grace schedule rate sectors "
        "subsectors places projects max_share as_capital tagged coverage bundle refinancing "
        "refinancing_share uses_quota first_year last_year annual_limit quality source"
    ),
    CostShare: _names(
        "project jurisdiction share min_share max_share benefit_share quantity gained_before "
        "given_before compensation_before source"
    ),
    Agreement: _names("project shares consent compensation source"),
    Finance: _names("rules capital_ratios capital_ratio_sets tail_growth"),
    DebtRule: _names(
        "id title jurisdictions terms additions base ratio bands start_banned start_ban_exempt "
        "through valid_from valid_to source dated verified"
    ),
    QuantityTerm: _names("quantity pools contracts coefficient lag"),
    ItemTerm: _names("item coefficient lag"),
    Band: _names("id upper starts_banned quota_share"),
    CapitalRatio: _names(
        "id title sectors projects ratio per_year valid_from valid_to source dated verified"
    ),
}

_SHARED = {**_TABLES, **_TIME, **_CHOICE, **_MONEY}

_NETWORK: Mapping[type[DomainModel], frozenset[str]] = {
    NetworkSettings: _names("id law unit base blocks no_through"),
    LoadBlock: _names("id weight demand_factor dry out must_serve"),
    NetworkNode: _names(
        "id network kind role exists name_en name_zh place capacity minimum_output dry_share cost "
        "cost_quadratic no_load_cost volume efficiency spill elevation least_pressure supplier "
        "quality source"
    ),
    NetworkLink: _names(
        "id network from_node to_node both_ways exists capacity length time cost loss reactance "
        "angle_limit bpr_alpha bpr_beta diameter roughness quality source"
    ),
    Demand: _names(
        "id network node to_node amount growth unserved_price must_serve priority value_of_time "
        "elasticity quality source"
    ),
    ProjectNetwork: _names("project option element action value from_year source"),
}

EXACT_READS = Declaration({**_SHARED, **_NETWORK}, {})
"""The integer program reads everything; `unsupported.py` says which combinations it cannot hold."""

_NODES_DO_NOTHING: Words = phrase("nodes-of-roads-at-equilibrium-neither-give-take-cost").both

_ROADS_REFUSE: Mapping[type[DomainModel], Mapping[str, Words]] = {
    Settings: {
        "objective": phrase("the-search-weighs-travel-time-in-money").both,
    },
    NetworkSettings: {
        "base": phrase("per-unit-figures-are-for-power-networks").both,
    },
    LoadBlock: {
        "dry": phrase("roads-have-no-dry-year").both,
        "out": phrase("no-link-can-be-out-of-service").both,
    },
    # In this order: a set of names has another one in every process.
    NetworkNode: dict.fromkeys(
        (
            *("capacity", "minimum_output", "dry_share", "cost", "cost_quadratic"),
            *("no_load_cost", "volume", "efficiency", "spill", "supplier"),
        ),
        _NODES_DO_NOTHING,
    )
    | {"exists": phrase("projects-cannot-open-nodes").both},
    NetworkLink: {
        "cost": phrase("trips-choose-by-time-alone-not-by-cost-or").both,
        "loss": phrase("no-trip-is-lost-on-the-way").both,
        "reactance": phrase("reactances-are-for-power-networks").both,
        "angle_limit": phrase("angles-are-for-power-networks").both,
    },
    Demand: {
        "elasticity": phrase("the-number-of-trips-is-fixed").both,
    },
}

_SEARCHED: Mapping[type[DomainModel], frozenset[str]] = {**_NETWORK, Settings: _TABLES[Settings]}
"""Classes of which the search refuses fields."""

EQUILIBRIUM_READS = Declaration(
    {
        **_SHARED,
        **{
            model: names - frozenset(_ROADS_REFUSE.get(model, {}))
            for model, names in _SEARCHED.items()
        },
    },
    _ROADS_REFUSE,
)
"""The search reads all of choice, policy and money. That every trip is served leaves nothing to
ask of `unserved_price`, `must_serve` and `priority`."""

_NODES_HAVE_A_HEAD: Words = phrase("nodes-under-pressure-have-no-such-figure").both
_PIPES_HAVE_A_SIZE: Words = phrase("pipes-under-pressure-have-no-such-figure").both

_WATER_REFUSES: Mapping[type[DomainModel], Mapping[str, Words]] = {
    Settings: {
        "objective": phrase("water-is-designed-for-money").both,
        "representative_years": phrase("pressure-is-asked-for-in-the-last-year").both,
    },
    NetworkSettings: {
        "base": phrase("per-unit-figures-are-for-power-networks").both,
        "no_through": phrase("water-passes-every-node").both,
    },
    LoadBlock: {
        "weight": phrase("a-block-under-pressure-costs-nothing").both,
        "dry": phrase("pressures-know-no-dry-year").both,
        "out": phrase("no-pipe-is-out-of-service").both,
    },
    NetworkNode: dict.fromkeys(
        (
            *("exists", "capacity", "minimum_output", "dry_share", "cost", "cost_quadratic"),
            *("no_load_cost", "volume", "efficiency", "spill", "supplier"),
        ),
        _NODES_HAVE_A_HEAD,
    ),
    NetworkLink: dict.fromkeys(
        (
            *("capacity", "time", "cost", "loss", "reactance", "angle_limit", "bpr_alpha"),
            "bpr_beta",
        ),
        _PIPES_HAVE_A_SIZE,
    )
    | {"both_ways": phrase("a-pipe-carries-both-ways").both},
    Demand: dict.fromkeys(
        ("unserved_price", "priority", "value_of_time", "elasticity"),
        phrase("every-demand-under-pressure-is-served").both,
    ),
}

WATER_READS = Declaration(
    {
        **_SHARED,
        **{
            model: names - frozenset(_WATER_REFUSES.get(model, {}))
            for model, names in _SEARCHED.items()
        },
    },
    _WATER_REFUSES,
)
"""The search over sizes reads all of choice, policy and money; every demand is served, which leaves
nothing to ask of `must_serve`."""

_NO_MONEY: Words = phrase("a-schedule-looks-at-no-money").both
_ALL_BY_ORDER: Words = phrase("a-schedule-knows-order-and-yearly-limits-alone").both

_SCHEDULE_REFUSES: Mapping[type[DomainModel], Mapping[str, Words]] = {
    Instance: dict.fromkeys(
        (
            *("fiscal", "pools", "debt", "funds", "inflows", "receipts", "instruments"),
            *("shares", "agreements"),
        ),
        _NO_MONEY,
    )
    | dict.fromkeys(
        (
            *("targets", "policies", "start_paces"),
            *("network_nodes", "network_links", "demands", "project_network"),
        ),
        _ALL_BY_ORDER,
    ),
    Settings: {
        "finance": _NO_MONEY,
        "networks": _ALL_BY_ORDER,
        "spending_after_plan": phrase("a-schedule-ends-with-the-plan").both,
    },
    Jurisdiction: {"rule_sets": _NO_MONEY},
    Project: {
        "spending_after_plan": phrase("a-schedule-ends-with-the-plan").both,
        "started": _ALL_BY_ORDER,
        "opened": _ALL_BY_ORDER,
        "written_off_since": _NO_MONEY,
        "spent_to_date": _NO_MONEY,
        "stopping_cost": _NO_MONEY,
    },
    ResourceLimit: {"jurisdictions": _ALL_BY_ORDER},
}
"""What a schedule refuses. Costs and benefits count for nothing under `makespan`, without a fund
nobody limits what they ask, and so they are read."""

# Named one by one and not as what is left of all there is: a new table or field is read by a
# schedule only where somebody says so here.
_SCHEDULE_KNOWS: Mapping[type[DomainModel], frozenset[str]] = {
    Instance: _names(
        "settings projects benefits relations jurisdictions resources stated_dates places scenarios"
    ),
    Settings: _names(
        "format_version id title currency money_unit money_unit_zh money_factor price_year "
        "inflation horizon appraisal objective stage_gates representative_years benchmark_metric "
        "benchmark_known sources"
    ),
    Jurisdiction: _names("id name_en name_zh parent population extent source"),
    Project: _names(
        "id name_en name_zh sector subsector jurisdiction place from_place to_place stage "
        "mandatory earliest_start latest_start ready_years start_approved open_by options "
        "optimism_bias quantity unit source note"
    ),
    Option: _names(
        "option lead_time overnight_cost overnight_cost_low overnight_cost_high cost_basis "
        "quality spending_profile yearly_spending fixed_om_cost lifetime financial_life benefits "
        "benefits_low benefits_high benefit_basis deliveries benefit_growth ramp_up revenue "
        "revenue_growth outputs resources"
    ),
    Relation: _names(
        "id from_projects to_projects type lag count value renewal takes_over confidence source"
    ),
    ResourceLimit: _names(
        "resource name_en name_zh unit limit from_year to_year per_year timing quality source"
    ),
    StatedDate: _names("project kind year breach_cost quote source confidence"),
}

SCHEDULE_READS = Declaration({**EXACT_READS.reads, **_SCHEDULE_KNOWS}, _SCHEDULE_REFUSES)
"""The schedule reads projects with their windows and options, order, and resources by year."""
