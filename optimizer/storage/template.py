"""A new instance: a worked example that solves, or the bare frame; folder, workbook or JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraplan.models.catalogue import phrase
from infraplan.models.debt_rule import DebtRule, Finance, ItemTerm, Quantity, QuantityTerm
from infraplan.models.funding import Fund, FundKind, Inflow, Instrument, Pool
from infraplan.models.horizon import Appraisal, Horizon, Phase, Title
from infraplan.models.instance import Instance, Settings
from infraplan.models.jurisdiction import DebtPosition, FiscalItem, Jurisdiction
from infraplan.models.place import Place
from infraplan.models.project import Mandate, Option, Project, Stage
from infraplan.models.quantities import Confidence, Quality
from infraplan.models.relation import Relation, RelationType
from infraplan.models.target import Target
from infraplan.optimizer.storage.faults import OutputError
from infraplan.optimizer.storage.folder import replace_file, writing
from infraplan.optimizer.storage.instance_file import write_instance

if TYPE_CHECKING:
    from pathlib import Path

_COUNTY = "county"
_YEARS = range(2026, 2036)


def new_instance(path: Path, lang: str = "en", *, example: bool = True) -> Instance:
    """Write a template to `path` (by suffix a workbook, JSON, else a folder) and return it.

    Parameters
    ----------
    path
        Where; nothing may be there yet.
    lang
        `en` or `zh`, the language of a workbook's guide and drop-down lists.
    example
        With a worked example of six projects, two phases, a fund, a bond and a target;
        else with the settings alone.

    Raises
    ------
    OutputError
        Something is there already, or it cannot be written.
    """
    if path.exists():
        message = phrase("exists-already-choose-another-name", path=path)
        raise OutputError(message)
    instance = example_instance() if example else Instance(settings=_settings(path.stem))
    if path.suffix.casefold() != ".xlsx":
        write_instance(instance, path)
        return instance
    from infraplan.optimizer.storage.workbook_out import workbook_bytes

    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_file(path, workbook_bytes(instance, template_lang=lang))
    return instance


def _settings(name: str) -> Settings:
    usable = "".join(sign if sign.isalnum() or sign in "_-." else "_" for sign in name)
    return Settings(
        id=usable.strip("-.") or "plan",
        title=Title(en="A county's investment plan", zh="某县投资规划"),
        currency="CNY",
        money_unit="100 million CNY",
        money_unit_zh="亿元",
        money_factor=1e8,
        price_year=2025,
        inflation=0.02,
        horizon=Horizon(
            phases=(
                Phase(
                    id="p15",
                    title=Title(en="15th Five-Year Plan", zh="十五五"),
                    first_year=2026,
                    last_year=2030,
                ),
                Phase(
                    id="p16",
                    title=Title(en="16th Five-Year Plan", zh="十六五"),
                    first_year=2031,
                    last_year=2035,
                ),
            )
        ),
        appraisal=Appraisal(discount_rate=0.06),
    )


def example_instance() -> Instance:
    """Return the worked example: a county, six projects, 2026-2035, money in 100 million CNY.

    All figures are invented and of a plausible size; each is labelled an assumption. The money
    does not suffice for everything, so that the plan has to choose.
    """
    finance = Finance(rules=(_interest_rule(),))
    return Instance(
        settings=_settings("example").model_copy(update={"finance": finance}),
        projects=(*_large_projects(), *_other_projects()),
        relations=(
            Relation(
                from_projects=("reservoir",),
                to_projects=("waterworks",),
                type=RelationType.FINISH_TO_START,
                confidence=Confidence.EXPLICIT,
                source="example",
            ),
        ),
        jurisdictions=(Jurisdiction(id=_COUNTY, name_en="County", name_zh="某县", population=8e5),),
        fiscal=tuple(
            FiscalItem(
                jurisdiction=_COUNTY,
                item="general_revenue",
                year=year,
                value=30.0,
                source="example",
            )
            for year in (2025, 2026)
        ),
        pools=(
            Pool(
                id="special",
                name_en="Special debt",
                name_zh="专项债务",
                service_funds={_COUNTY: "fund_budget"},
            ),
        ),
        debt=_old_debt(),
        funds=_funds(),
        inflows=tuple(
            Inflow(fund=fund, year=year, value=round(first + step * index, 2), source="example")
            for fund, first, step in (("own_budget", 1.2, 0.1), ("fund_budget", 2.8, 0.1))
            for index, year in enumerate(_YEARS)
        ),
        instruments=(_bond(),),
        targets=(_target(),),
        places=(
            Place(id="town", name_en="County town", name_zh="县城", jurisdiction=_COUNTY),
            Place(id="north", name_en="North town", name_zh="北镇", jurisdiction=_COUNTY),
        ),
    )


def _funds() -> tuple[Fund, ...]:
    """Own money that pays for works, and the government fund that services special debt."""
    return (
        Fund(
            id="own_budget",
            name_en="County budget",
            name_zh="县级财政",
            jurisdiction=_COUNTY,
            source="example",
        ),
        Fund(
            id="fund_budget",
            name_en="Government-fund budget: debt service first",
            name_zh="政府性基金预算（优先还本付息）",
            jurisdiction=_COUNTY,
            kind=FundKind.LAND,
            max_share=0.3,
            source="example",
        ),
    )


def _old_debt() -> tuple[DebtPosition, ...]:
    """Old special debt of 20, repaid in ten equal parts at 3 %; a quota in every year."""
    opening, part, rate = 20.0, 2.0, 0.03
    return tuple(
        DebtPosition(
            jurisdiction=_COUNTY,
            pool="special",
            year=year,
            opening_balance=opening if index == 0 else None,
            principal_due=part,
            interest_due=round(rate * (opening - index * part), 2),
            ceiling=32.0,
            new_quota=2.0,
            source="example",
        )
        for index, year in enumerate(_YEARS)
    )


def _bond() -> Instrument:
    return Instrument(
        id="special_bond",
        name_en="Special bond, 15 years",
        name_zh="15年期专项债券",
        jurisdiction=_COUNTY,
        pool="special",
        tenor=15,
        rate=0.03,
        max_share=0.6,
        last_year=2035,
        source="example",
    )


def _target() -> Target:
    return Target(
        id="road_2035",
        name_en="Expressway by 2035",
        name_zh="到2035年高速公路里程",
        metric="expressway_km",
        unit="km",
        value=40.0,
        year=2035,
        shortfall_price=0.2,
        source="example",
    )


def _interest_rule() -> DebtRule:
    return DebtRule(
        id="interest_share",
        title=Title(en="Interest at most 10 % of revenue", zh="利息不超过收入的 10%"),
        terms=(QuantityTerm(quantity=Quantity.INTEREST),),
        base=(ItemTerm(item="general_revenue"),),
        ratio=0.1,
        source="example",
    )


def _large_projects() -> tuple[Project, ...]:
    return (
        Project(
            id="expressway",
            name_en="Expressway to the north",
            name_zh="北向高速公路",
            sector="transport",
            subsector="expressway",
            jurisdiction=_COUNTY,
            from_place="town",
            to_place="north",
            stage=Stage.PREPARATORY,
            earliest_start=2027,
            options=(
                _option(24.0, 4, 2.6, 0.15, outputs={"expressway_km": 40.0}),
                _option(15.0, 3, 1.5, 0.1, option="half", outputs={"expressway_km": 22.0}),
            ),
            quantity=40.0,
            unit="km",
            source="example",
        ),
        Project(
            id="reservoir",
            name_en="Reservoir",
            name_zh="中型水库",
            sector="water",
            subsector="reservoir",
            jurisdiction=_COUNTY,
            options=(_option(6.0, 3, 0.7, 0.05, lifetime=50),),
            source="example",
        ),
        Project(
            id="waterworks",
            name_en="Waterworks",
            name_zh="自来水厂",
            sector="water",
            subsector="waterworks",
            jurisdiction=_COUNTY,
            place="town",
            options=(_option(2.5, 2, 0.5, 0.06),),
            source="example",
        ),
    )


def _other_projects() -> tuple[Project, ...]:
    return (
        Project(
            id="hospital",
            name_en="County hospital",
            name_zh="县人民医院迁建",
            sector="health",
            jurisdiction=_COUNTY,
            place="town",
            mandatory=Mandate.MUST,
            latest_start=2030,
            options=(_option(4.0, 2, 0.6, 0.08),),
            source="example",
        ),
        Project(
            id="substation",
            name_en="Substation, 110 kV",
            name_zh="110 千伏变电站",
            sector="energy",
            subsector="grid_substation",
            jurisdiction=_COUNTY,
            place="north",
            options=(_option(0.9, 1, 0.18, 0.02),),
            source="example",
        ),
        Project(
            id="ring_road",
            name_en="Ring road",
            name_zh="绕城公路",
            sector="transport",
            subsector="road_class1",
            jurisdiction=_COUNTY,
            place="town",
            options=(_option(8.0, 3, 0.9, 0.06),),
            source="example",
        ),
    )


def _option(
    cost: float,
    lead_time: int,
    benefit: float,
    upkeep: float,
    *,
    option: str = "base",
    lifetime: int = 30,
    outputs: dict[str, float] | None = None,
) -> Option:
    return Option(
        option=option,
        lead_time=lead_time,
        overnight_cost=cost,
        overnight_cost_low=0.85 * cost,
        overnight_cost_high=round(1.3 * cost, 6),
        quality=Quality.ASSUMPTION,
        fixed_om_cost=upkeep,
        lifetime=lifetime,
        benefits={"users": benefit},
        ramp_up=(0.6, 0.8),
        outputs=outputs or {},
    )
