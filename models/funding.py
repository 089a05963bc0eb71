"""Funds and instruments: where money may come from, and what it costs later."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, ClassVar

from pydantic import model_validator

from infraplan.models.base import DomainModel, described
from infraplan.models.finance.repayment_form import RepaymentForm as Kernel
from infraplan.models.money_presets import take_preset
from infraplan.models.quantities import (
    Identifier,
    InterestRate,
    Money,
    NonNegative,
    PositiveYears,
    Quality,
    Rate,
    SectorName,
    Share,
    SignedMoney,
    Year,
    Years,
)


class Basis(StrEnum):
    """Whether money is stated in the price year's money or in that of its own year."""

    REAL = "real"
    NOMINAL = "nominal"


class FundKind(StrEnum):
    """What a fund is."""

    OWN_BUDGET = "own_budget"
    TRANSFER = "transfer"
    GRANT = "grant"
    LAND = "land"
    REVENUE = "revenue"
    PRIVATE = "private"
    OTHER = "other"


class Fund(DomainModel):
    """Money of a jurisdiction that comes in by year and may be used for what its earmark allows.

    An empty earmark list means everything. Inflows stand in `inflows`, what projects bring in
    `receipts`.
    """

    id: Identifier = described("fund id")
    name_en: str = described("name in English", "")
    name_zh: str = described("name in Chinese", "")
    jurisdiction: Identifier = described("owner", refers_to="jurisdictions")
    preset: str = described(
        "named grant, e.g. cn-central-budget-west: its terms fill cells left blank; see "
        "`infraplan rules`",
        "",
        refers_to="built-in",
    )
    kind: FundKind = described("what the fund is", FundKind.OWN_BUDGET)
    sectors: tuple[SectorName, ...] = described(
        "earmark: sectors it may pay for", (), refers_to="projects.sector"
    )
    subsectors: tuple[SectorName, ...] = described(
        "earmark: purposes (subsectors) it may pay for", (), refers_to="projects.subsector"
    )
    places: tuple[str, ...] = described("earmark: places it may pay for", (), refers_to="places")
    projects: tuple[str, ...] = described(
        "earmark: projects it may pay for", (), refers_to="projects"
    )
    max_share: Share = described(
        "most of this jurisdiction's payments for a project that it may bear", 1.0, unit="share"
    )
    opening_balance: NonNegative = described(
        "cash at the start of the plan", 0.0, unit="nominal money"
    )
    minimum_balance: NonNegative = described(
        "cash that must remain at each year's end", 0.0, unit="nominal money"
    )
    carry_over: bool = described("whether unspent money stays available next year", default=True)
    lapse_years: Years | None = described(
        "unspent inflow is lost this many years after it came in", None, unit="years"
    )
    opening_ages: tuple[SignedMoney, ...] = described(
        "part of the opening balance that came in in the year before the plan, two years before, "
        "and so on, each lost when its time is over; what the entries leave has no age and stays. "
        "Blank: all of it counts as of the plan's first year. Below 0: interest had paid for more "
        "than had come in",
        (),
        unit="nominal money",
    )
    envelope: NonNegative | None = described(
        "most that it pays over all years of the plan, as of a grant programme; blank is no limit",
        None,
        unit="nominal money",
    )
    matching: NonNegative = described(
        "own money that the payer must put beside each unit of it in the same year, for projects "
        "that it may pay for",
        0.0,
    )
    certainty: Share = described(
        "share of its inflows that a plan counts on: probability of winning a grant, safe part of "
        "land revenue",
        1.0,
    )
    reinvest: Share = described(
        "least share of what projects bring into it that pays for works within the plan", 0.0
    )
    interest_rate: Rate = described("yearly interest on cash", 0.0, unit="rate/year")
    basis: Basis = described("whether the inflows are real or nominal", Basis.NOMINAL)
    quality: Quality = described("how the figures are known", Quality.ASSUMPTION)
    source: str = described("document and section", "")

    @model_validator(mode="before")
    @classmethod
    def _take_preset(cls, data: Any) -> Any:
        return take_preset(data, "funds")


class Inflow(DomainModel):
    """Money that comes into a fund in a year."""

    row_key: ClassVar[tuple[str, ...]] = ("fund", "year")

    fund: Identifier = described("fund id", refers_to="funds")
    year: Year = described("year", unit="year")
    value: Money = described("inflow, real or nominal as the fund says", unit="money")
    quality: Quality = described("how the figure is known", Quality.ASSUMPTION)
    source: str = described("document and section", "")


class Event(StrEnum):
    """What of a project a year is counted from."""

    START = "start"
    OPENING = "opening"


class Receipt(DomainModel):
    """Money that a built project brings into a fund, or takes from it where the value is negative.

    The years are `event + delay ... event + delay + years - 1`. User charges that reach the budget
    are such money, and so is the sale of an asset: a project without cost whose start is the sale,
    with its proceeds in that year and the net revenue lost in the years after. It moves money and
    creates none: no receipt enters the objective.
    """

    row_key: ClassVar[tuple[str, ...]] = ("project", "fund")

    project: Identifier = described("project id", refers_to="projects")
    option: str = described("option id; blank for all options", "", refers_to="projects.options")
    fund: Identifier = described("fund id", refers_to="funds")
    event: Event = described("what the years are counted from", Event.OPENING)
    delay: Years = described("years from the event to the first amount", 0, unit="years")
    years: PositiveYears = described("number of yearly amounts", 1, unit="years")
    value: SignedMoney = described(
        "amount a year, real or nominal as the fund says, below 0 where money is lost",
        unit="money/year",
    )
    growth: Rate = described("yearly growth from the plan's first year", 0.0, unit="rate/year")
    quality: Quality = described("how the figure is known", Quality.ASSUMPTION)
    source: str = described("document and section", "")


class InstrumentKind(StrEnum):
    """Who repays what an instrument pays for works, and from when on."""

    DEBT = "debt"  # the borrower, from the issue on
    AVAILABILITY = "availability"  # the borrower, by yearly payments once works have ended
    USER_PAY = "user_pay"  # the users: a concession, no debt of anybody in the plan


class Instrument(DomainModel):
    """A way to borrow: tenor, rate, repayment kernel, and what it may pay for.

    Principal borrowed in year u is repaid by the kernel's shares in u + 1 .. u + tenor; interest
    of year t is `rate` times the balance at the end of t - 1. A contract of kind `availability`
    counts u from the year in which works end and charges nothing before; one of kind `user_pay`
    is repaid out of the project's net revenue, which its `coverage` tests with `rate` as the
    partner's return.
    """

    id: Identifier = described("instrument id")
    name_en: str = described("name in English", "")
    name_zh: str = described("name in Chinese", "")
    preset: str = described(
        "named instrument, e.g. cn-refinancing: its terms fill cells left blank, its years limit "
        "first_year and last_year; see `infraplan rules`",
        "",
        refers_to="built-in",
    )
    kind: InstrumentKind = described(
        "debt, or a private partner that builds and is repaid by the budget or by the users",
        InstrumentKind.DEBT,
    )
    jurisdiction: Identifier = described("borrower", refers_to="jurisdictions")
    pool: Identifier = described(
        "debt pool its balance belongs to, e.g. general or special", refers_to="pools"
    )
    kernel: Kernel = described("repayment kernel", Kernel.BULLET)
    tenor: PositiveYears = described("years to the last repayment", unit="years")
    grace: Years = described("years without principal repayment", 0, unit="years")
    schedule: tuple[float, ...] = described(
        "share of principal repaid at age 1, 2, ... for kernel `schedule`; sums to 1", ()
    )
    rate: InterestRate = described("interest rate, nominal", unit="rate/year")
    sectors: tuple[SectorName, ...] = described(
        "earmark: sectors it may pay for", (), refers_to="projects.sector"
    )
    subsectors: tuple[SectorName, ...] = described(
        "earmark: purposes (subsectors) it may pay for", (), refers_to="projects.subsector"
    )
    places: tuple[str, ...] = described("earmark: places it may pay for", (), refers_to="places")
    projects: tuple[str, ...] = described(
        "earmark: projects it may pay for", (), refers_to="projects"
    )
    max_share: Share = described(
        "most of this jurisdiction's payments for a project that it may bear", 1.0, unit="share"
    )
    as_capital: Share = described(
        "share of what it pays that counts as project capital", 0.0, unit="share"
    )
    tagged: bool = described(
        "whether each issue belongs to one project (special bonds do)", default=False
    )
    coverage: NonNegative | None = described(
        "least ratio of a tagged project's net revenue over the bond's life to its principal and "
        "interest, undiscounted",
        None,
    )
    bundle: str = described(
        "bundle whose projects cover their debt together; blank: each project by itself", ""
    )
    refinancing: bool = described(
        "whether it repays principal due of its pool instead of paying for projects", default=False
    )
    refinancing_share: Share = described(
        "most of the pool's principal due in a year that it may refinance", 1.0, unit="share"
    )
    uses_quota: bool = described(
        "whether issues count against the new-issue quota; blank: yes, and no where refinancing",
        default=True,
    )
    first_year: Year | None = described("first year it may be issued", None, unit="year")
    last_year: Year | None = described("last year it may be issued", None, unit="year")
    annual_limit: NonNegative | None = described(
        "most to be issued in a year", None, unit="nominal money"
    )
    quality: Quality = described("how the figures are known", Quality.ASSUMPTION)
    source: str = described("document and section", "")

    @model_validator(mode="before")
    @classmethod
    def _take_preset(cls, data: Any) -> Any:
        return take_preset(data, "instruments")

    @model_validator(mode="after")
    def _refinance_outside_the_quota(self) -> Instrument:
        """Leave a refinancing row out of the quota where nothing says that it uses it."""
        if self.refinancing and "uses_quota" not in self.model_fields_set:
            object.__setattr__(self, "uses_quota", False)  # the class is frozen
        return self


class Pool(DomainModel):
    """A debt pool: which fund pays its service, if a fund of the plan does.

    Where `service_fund` is blank, debt service is paid outside the plan's funds and only the
    debt rules limit it.
    """

    id: Identifier = described("pool id, e.g. general or special")
    name_en: str = described("name in English", "")
    name_zh: str = described("name in Chinese", "")
    service_funds: dict[str, str] = described(
        "jurisdiction id -> id of the fund that pays the pool's principal and interest",
        {},
        refers_to="jurisdictions=funds",
    )
    counted: bool = described(
        "whether a debt rule that names no pool counts it; no for obligations that are not debt",
        default=True,
    )


class CostShare(DomainModel):
    """What a jurisdiction pays and gains of a project; without rows the project's own pays all."""

    row_key: ClassVar[tuple[str, ...]] = ("project", "jurisdiction")

    project: Identifier = described("project id", refers_to="projects")
    jurisdiction: Identifier = described("payer", refers_to="jurisdictions")
    share: Share | None = described("fixed share of construction cost", None, unit="share")
    min_share: Share = described("least share where shares are chosen", 0.0, unit="share")
    max_share: Share = described("largest share where shares are chosen", 1.0, unit="share")
    benefit_share: Share | None = described(
        "share of the project's benefits that falls to this jurisdiction; what no row takes falls "
        "to the leader",
        None,
        unit="share",
    )
    quantity: NonNegative | None = described(
        "part of the project's physical size that lies here, e.g. km; for sharing by length", None
    )
    gained_before: SignedMoney = described(
        "gain that came before the plan, of what stands all of its gain; present value in the "
        "plan's first year",
        0.0,
        unit="money",
    )
    given_before: SignedMoney = described(
        "paid before the plan for the works and in compensation, less compensation received; "
        "present value in the plan's first year; consent counts it",
        0.0,
        unit="money",
    )
    compensation_before: Money = described(
        "part of given_before that was paid in compensation, present value", 0.0, unit="money"
    )
    source: str = described("document and section", "")
