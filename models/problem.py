"""All tables of a planning problem and the indices by which they are read.

Whether they fit together is not asked here: the checks read a `Problem`, and an `Instance` is one
that has passed them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from typing import Any, Self, TypeVar

from infraplan.models.agreement import Agreement
from infraplan.models.base import DomainModel, described
from infraplan.models.debt_rule import Finance
from infraplan.models.funding import CostShare, Fund, Inflow, Instrument, Pool, Receipt
from infraplan.models.horizon import Appraisal, Horizon, Objective, Title
from infraplan.models.jurisdiction import DebtPosition, FiscalItem, Jurisdiction
from infraplan.models.named_sets import capital_ratios_named
from infraplan.models.network import (
    Demand,
    FlowLaw,
    NetworkLink,
    NetworkNode,
    NetworkSettings,
    ProjectNetwork,
)
from infraplan.models.network_index import NetworkIndex, index_networks
from infraplan.models.place import Place
from infraplan.models.policy import Policy, ResourceLimit, StartPace
from infraplan.models.progress import begun_in, may_stop, stands
from infraplan.models.project import BenefitStream, Project, Stage
from infraplan.models.quantities import FolderIdentifier, Identifier, NonNegative, Rate, Year
from infraplan.models.relation import Relation
from infraplan.models.renewal import renewals
from infraplan.models.retirement import last_year_of_standing, retirements
from infraplan.models.scenario import Scenario
from infraplan.models.stated_date import StatedDate
from infraplan.models.target import Target

FORMAT_VERSION = 2
"""Version of the instance format. Version 1 was that of v0.1, which called the key `format`."""


class SourceDocument(DomainModel):
    """A document that the instance is read out of."""

    id: Identifier = described("short id, used in `source` columns")
    title: Title = described("title", Title())
    issued: str = described("date and number of issue", "")


class Settings(DomainModel):
    """What `instance.yaml` holds: everything that is not a table."""

    format_version: int = described(
        "version of the instance format", FORMAT_VERSION, ge=FORMAT_VERSION, le=FORMAT_VERSION
    )
    id: FolderIdentifier = described("instance id")
    title: Title = described("title", Title())
    currency: str = described("ISO code of the currency", "CNY")
    money_unit: str = described("name of the money unit in tables, e.g. 100 million CNY", "")
    money_unit_zh: str = described("its name in Chinese，e.g. 亿元", "")
    money_factor: NonNegative = described("currency units in one money unit", 1.0)
    price_year: Year = described("year whose prices real money is stated in", unit="year")
    inflation: Rate = described(
        "yearly general inflation: turns price-year money into the money of the year, for "
        "budgets and debt",
        0.0,
        unit="rate/year",
    )
    horizon: Horizon = described("years and phases")
    appraisal: Appraisal = described("discounting, residual value, uplifts", Appraisal())
    objective: Objective = described(
        "what a plan is worth: npv is net present value; makespan is minus the years from the "
        "plan's first year to the last opening, whatever it costs or brings",
        Objective.NPV,
    )
    spending_after_plan: bool = described(
        "whether works that start in the plan may go on after its last year; what they cost then "
        "is paid by funds, with their inflow carried on, and not by new borrowing. no: all that is "
        "spent must be spent within the plan",
        False,
    )
    stage_gates: dict[Stage, int] = described(
        "least years from the plan's first year to a start, by stage, e.g. {study: 2}", {}
    )
    finance: Finance = described("debt rules", Finance())
    networks: tuple[NetworkSettings, ...] = described("what holds for whole networks", ())
    representative_years: tuple[Year, ...] = described(
        "years that a search begins with where every year would be too much; empty means every "
        "year of the plan",
        (),
        unit="year",
    )
    benchmark_metric: str = described(
        "for an imported problem: what its source measures, e.g. cost; blank for none", ""
    )
    benchmark_known: float | None = described(
        "for an imported problem: best value that its source states, in the unit of "
        "benchmark_metric; blank where it states none",
        None,
    )
    sources: tuple[SourceDocument, ...] = described("documents", ())


class Problem(DomainModel):
    """A planning problem: settings and tables. Frozen; not yet checked across tables."""

    settings: Settings = described("instance.yaml")
    projects: tuple[Project, ...] = described("candidates", ())
    benefits: tuple[BenefitStream, ...] = described("further benefit streams", ())
    relations: tuple[Relation, ...] = described("relations between projects", ())
    jurisdictions: tuple[Jurisdiction, ...] = described("who pays", ())
    fiscal: tuple[FiscalItem, ...] = described("revenues and expenditures", ())
    pools: tuple[Pool, ...] = described("debt pools", ())
    debt: tuple[DebtPosition, ...] = described("old debt, ceilings, quotas", ())
    funds: tuple[Fund, ...] = described("funds", ())
    inflows: tuple[Inflow, ...] = described("inflows of funds", ())
    receipts: tuple[Receipt, ...] = described("what projects bring into funds", ())
    instruments: tuple[Instrument, ...] = described("ways to borrow", ())
    shares: tuple[CostShare, ...] = described("cost shares", ())
    agreements: tuple[Agreement, ...] = described("agreements on joint projects", ())
    targets: tuple[Target, ...] = described("targets", ())
    policies: tuple[Policy, ...] = described("floors and caps", ())
    resources: tuple[ResourceLimit, ...] = described("non-money quotas", ())
    start_paces: tuple[StartPace, ...] = described("most starts a year, by sector", ())
    stated_dates: tuple[StatedDate, ...] = described("dates that a text states", ())
    places: tuple[Place, ...] = described("places", ())
    network_nodes: tuple[NetworkNode, ...] = described("nodes", ())
    network_links: tuple[NetworkLink, ...] = described("links", ())
    demands: tuple[Demand, ...] = described("demands", ())
    project_network: tuple[ProjectNetwork, ...] = described("what projects change", ())
    scenarios: tuple[Scenario, ...] = described("named changes", ())

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """Copy with `update`, unchecked as everywhere in pydantic; its indices are its own.

        What is cached of this instance must not answer for a copy with other tables.
        """
        copied = super().model_copy(update=update, deep=deep)
        for name in _CACHED:
            copied.__dict__.pop(name, None)
        return copied

    @cached_property
    def project_by_id(self) -> Mapping[str, Project]:
        """Projects by id."""
        return {project.id: project for project in self.projects}

    @cached_property
    def fund_by_id(self) -> Mapping[str, Fund]:
        """Funds by id."""
        return {fund.id: fund for fund in self.funds}

    @cached_property
    def instrument_by_id(self) -> Mapping[str, Instrument]:
        """Instruments by id."""
        return {row.id: row for row in self.instruments}

    @cached_property
    def agreement_by_project(self) -> Mapping[str, Agreement]:
        """The agreement on each project that has one."""
        return {row.project: row for row in self.agreements}

    @cached_property
    def shares_by_project(self) -> Mapping[str, tuple[CostShare, ...]]:
        """Rows of `shares` by project."""
        return _grouped(self.shares, lambda row: row.project)

    @cached_property
    def streams_by_project(self) -> Mapping[str, tuple[BenefitStream, ...]]:
        """Further benefit streams by project."""
        return _grouped(self.benefits, lambda row: row.project)

    @cached_property
    def inflows_by_fund(self) -> Mapping[str, tuple[Inflow, ...]]:
        """Inflows by fund, each in the order of years."""
        return _grouped(sorted(self.inflows, key=lambda row: row.year), lambda row: row.fund)

    @cached_property
    def receipts_by_fund(self) -> Mapping[str, tuple[Receipt, ...]]:
        """What projects bring in, by fund."""
        return _grouped(self.receipts, lambda row: row.fund)

    @cached_property
    def funds_by_payer(self) -> Mapping[str, tuple[Fund, ...]]:
        """Funds by jurisdiction."""
        return _grouped(self.funds, lambda row: row.jurisdiction)

    @cached_property
    def instruments_by_payer(self) -> Mapping[str, tuple[Instrument, ...]]:
        """Instruments by borrower."""
        return _grouped(self.instruments, lambda row: row.jurisdiction)

    @cached_property
    def debt_by_payer(self) -> Mapping[str, tuple[DebtPosition, ...]]:
        """Rows of `debt` by borrower."""
        return _grouped(self.debt, lambda row: row.jurisdiction)

    @cached_property
    def debt_by_pool(self) -> Mapping[tuple[str, str], tuple[DebtPosition, ...]]:
        """Rows of `debt` by (borrower, pool)."""
        return _grouped(self.debt, lambda row: (row.jurisdiction, row.pool))

    @cached_property
    def pools_by_service_fund(self) -> Mapping[str, tuple[tuple[str, str], ...]]:
        """(borrower, pool) pairs whose debt service a fund pays, by fund."""
        served = [
            (fund, (jurisdiction, pool.id))
            for pool in self.pools
            for jurisdiction, fund in pool.service_funds.items()
        ]
        pairs = _grouped(served, lambda row: row[0])
        return {fund: tuple(pair for _, pair in rows) for fund, rows in pairs.items()}

    def pools_of(self, jurisdiction: str) -> tuple[str, ...]:
        """Debt pools in which `jurisdiction` has old debt, a limit or an instrument."""
        rows = [row.pool for row in self.debt_by_payer.get(jurisdiction, ())]
        rows += [row.pool for row in self.instruments_by_payer.get(jurisdiction, ())]
        return tuple(dict.fromkeys(rows))

    @cached_property
    def funded(self) -> tuple[str, ...]:
        """Jurisdictions that have a fund or an instrument."""
        owners = self.funds_by_payer.keys() | self.instruments_by_payer.keys()
        return tuple(name for name in self.jurisdiction_ids if name in owners)

    @cached_property
    def network_index(self) -> dict[str, NetworkIndex]:
        """Index of every network by its id: ids and incidence for all readers."""
        return index_networks(
            self.network_nodes, self.network_links, self.demands, self.project_network
        )

    @cached_property
    def node_by_id(self) -> dict[str, NetworkNode]:
        """Nodes of all networks by id."""
        return {node.id: node for node in self.network_nodes}

    @cached_property
    def link_by_id(self) -> dict[str, NetworkLink]:
        """Links of all networks by id."""
        return {link.id: link for link in self.network_links}

    @cached_property
    def demand_by_id(self) -> dict[str, Demand]:
        """Demands of all networks by id."""
        return {demand.id: demand for demand in self.demands}

    def network_settings(self, network: str) -> NetworkSettings:
        """Settings of a network: the defaults where it has none."""
        given = (row for row in self.settings.networks if row.id == network)
        return next(given, NetworkSettings(id=network))

    @cached_property
    def jurisdiction_ids(self) -> tuple[str, ...]:
        """Ids of the jurisdictions; the single default `region` where the table is empty."""
        return tuple(item.id for item in self.jurisdictions) or (DEFAULT_JURISDICTION,)

    @cached_property
    def representative_years(self) -> tuple[int, ...]:
        """Years in which networks are shown, ascending: by default each phase's last year."""
        given = self.settings.representative_years
        last = (phase.last_year for phase in self.settings.horizon.phases)
        return tuple(sorted(set(given or last)))

    @cached_property
    def service_years(self) -> tuple[int, ...]:
        """Years in which networks count, ascending: R of docs/laws.md section 6.

        Every year of the plan; roads at equilibrium only in `representative_years` where stated.
        """
        given = self.settings.representative_years
        if given and any(row.law is FlowLaw.EQUILIBRIUM for row in self.settings.networks):
            return tuple(sorted(set(given)))
        return tuple(self.settings.horizon.years)

    def counted_pools(self, pools: Iterable[str]) -> tuple[str, ...]:
        """Those of `pools` that debt rules without named pools count."""
        apart = {pool.id for pool in self.pools if not pool.counted}
        return tuple(pool for pool in pools if pool not in apart)

    def capital_ratio_of(self, project: Project, year: int, *, per_year: bool = False) -> float:
        """Least share of capital in the whole cost of `project` if it starts in `year`, else 0.

        With `per_year` the share that each payer must keep in the payments of `year` as well. Of
        works begun before the plan only rules that name them ask a share of the whole.
        """
        first_year = self.settings.horizon.first_year
        is_begun = not per_year and begun_in(project, first_year) is not None
        finance = self.settings.finance
        named = capital_ratios_named(finance.capital_ratio_sets)
        fitting = [
            rule.ratio
            for rule in (*finance.capital_ratios, *named)
            if (rule.per_year or not per_year)
            and (project.id in rule.projects if rule.projects else not is_begun)
            and rule.is_in_force(year)
            and (not rule.sectors or {project.sector, project.subsector} & set(rule.sectors))
        ]
        return max(fitting, default=0.0)

    def jurisdiction_of(self, project: Project) -> str:
        """Jurisdiction that leads `project`."""
        return project.jurisdiction or self.jurisdiction_ids[0]

    def heads_in(self, jurisdictions: Iterable[str]) -> float:
        """Residents of the jurisdictions named, of all that state any where none is named."""
        named = tuple(jurisdictions)
        return sum(
            row.population or 0.0 for row in self.jurisdictions if row.id in named or not named
        )

    def shares_of(self, project: Project) -> dict[str, float]:
        """Return each payer's fixed share of construction cost; the leader pays the rest.

        Where an agreement says that shares are chosen, see `infraplan.models.joint_projects`.
        """
        stated = self.shares_by_project.get(project.id, ())
        if not stated:
            return {self.jurisdiction_of(project): 1.0}
        rows = [r for r in stated if r.share is not None]
        shares = {row.jurisdiction: float(row.share or 0.0) for row in rows}
        rest = 1.0 - sum(shares.values())
        if rest > 1e-12:
            leader = self.jurisdiction_of(project)
            shares[leader] = shares.get(leader, 0.0) + rest
        return {key: share for key, share in shares.items() if share > 0.0}

    @cached_property
    def standing(self) -> tuple[Project, ...]:
        """Projects that are complete: there already, and no candidates."""
        return tuple(project for project in self.projects if stands(project))

    @cached_property
    def renewed_by(self) -> dict[str, str]:
        """Project that renews another one, by the id of that one."""
        return {row.from_projects[0]: row.to_projects[0] for row in renewals(self.relations)}

    @cached_property
    def may_stop(self) -> tuple[Project, ...]:
        """Works under way that the plan may stop."""
        return tuple(project for project in self.projects if may_stop(project))

    @cached_property
    def retired_by(self) -> dict[str, Relation]:
        """Enforced relation `retires` by the project, which stands, that it retires."""
        return {row.from_projects[0]: row for row in retirements(self.relations)}

    @cached_property
    def retires(self) -> dict[str, tuple[str, ...]]:
        """Projects that a project retires when it opens, by its id."""
        rows = _grouped(self.retired_by.values(), key=lambda row: row.to_projects[0])
        return {name: tuple(row.from_projects[0] for row in group) for name, group in rows.items()}

    def ends_of_retired(self, project: Project) -> tuple[int, ...]:
        """Last years of what `project` retires: it must open by then."""
        old = (self.project_by_id.get(name) for name in self.retires.get(project.id, ()))
        first = self.settings.horizon.first_year
        return tuple(last_year_of_standing(row, first) for row in old if row is not None)

    @property
    def end_year(self) -> int:
        """Last year of the appraisal period."""
        settings = self.settings
        return settings.appraisal.end_year or settings.horizon.last_year + 30

    def may_spend_after(self, project: Project) -> bool:
        """Whether works of `project` may go on after the plan: its own word, else the setting."""
        given = project.spending_after_plan
        return self.settings.spending_after_plan if given is None else given

    @cached_property
    def looks_past_plan(self) -> bool:
        """Whether works of any project may go on after the plan's last year."""
        return any(self.may_spend_after(project) for project in self.projects)

    def price_index(self, year: int) -> float:
        """Money of `year` per unit of price-year money: `(1 + inflation)^(year - price_year)`."""
        return float((1.0 + self.settings.inflation) ** (year - self.settings.price_year))


DEFAULT_JURISDICTION = "region"

_CACHED = tuple(name for name, value in vars(Problem).items() if isinstance(value, cached_property))

Row = TypeVar("Row")
Key = TypeVar("Key")


def _grouped(rows: Iterable[Row], key: Callable[[Row], Key]) -> dict[Key, tuple[Row, ...]]:
    """`rows` by `key`, each group in their order."""
    groups: dict[Key, list[Row]] = {}
    for row in rows:
        groups.setdefault(key(row), []).append(row)
    return {name: tuple(group) for name, group in groups.items()}
