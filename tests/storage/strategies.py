"""Random small instances: consistent, with any texts and numbers that a file can hold."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from infraplan.models.debt_rule import (
    Band,
    DebtRule,
    Finance,
    ItemTerm,
    Quantity,
    QuantityTerm,
    Through,
)
from infraplan.models.funding import Basis, CostShare, Fund, FundKind, Inflow, Instrument, Pool
from infraplan.models.horizon import Appraisal, Horizon, Phase, RateStep, ResidualValue, Title
from infraplan.models.instance import Instance, Settings, SourceDocument
from infraplan.models.jurisdiction import (
    DEBT_FIGURES,
    DebtPosition,
    FiscalItem,
    Jurisdiction,
)
from infraplan.models.network import (
    Demand,
    FlowLaw,
    LoadBlock,
    NetworkKind,
    NetworkLink,
    NetworkNode,
    NetworkSettings,
    NodeRole,
)
from infraplan.models.place import Place
from infraplan.models.policy import PER_HEAD, Policy, PolicyKind, ResourceLimit, ResourceTiming
from infraplan.models.project import BenefitStream, Mandate, Option, Project, Stage
from infraplan.models.quantities import Confidence, Quality
from infraplan.models.relation import Relation, RelationType
from infraplan.models.scenario import Change, Operation, Scenario
from infraplan.models.target import Sense, Target
from infraplan.optimizer.storage.dittos import DITTOS

YEARS = st.integers(2021, 2030)
MONEY = st.floats(0.0, 1e15)
SIGNED = st.floats(-1e15, 1e15)
SHARE = st.floats(0.0, 1.0)
RATE = st.floats(-0.99, 10.0)
ODD_TEXTS = ["=1+1", "-x", "'", "''a", "1e8", "0012", "null", "~", "no", "none", "无", "2025-01-01"]
TEXT = st.one_of(
    st.sampled_from([*ODD_TEXTS, "", 'a "b", c;d', "两\n行", "x: y # z", "- a", "#N/A", "a=b;c"]),
    st.text(
        alphabet=st.characters(
            codec="utf-8", exclude_categories=("Cc", "Cs"), exclude_characters="\ufffe\uffff"
        ),
        max_size=8,
    ),
).map(str.strip)
# A cell that is nothing but a ditto mark says what the cell above it says.
TEXT = TEXT.filter(lambda text: text.strip().lower() not in DITTOS)
NAME = TEXT.filter(bool)
JURISDICTIONS = ("county", "市")
PLACES = ("town", "镇")
TITLE = st.builds(Title, en=TEXT, zh=TEXT)


def optional(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | strategy


def some(strategy: st.SearchStrategy[Any], most: int = 2) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(strategy, max_size=most).map(tuple)


def names_of(ids: tuple[str, ...]) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(ids), unique=True, max_size=2).map(tuple)


def numbers(value: st.SearchStrategy[Any] = SIGNED) -> st.SearchStrategy[dict[str, Any]]:
    return st.dictionaries(NAME, value, max_size=2)


PROFILES = st.sampled_from([(), (1.0,), (0.25, 0.75), (0.1, 0.2, 0.7)])


ROLES = st.sampled_from(NodeRole)


@st.composite
def options(draw: st.DrawFn, name: str) -> Option:
    low, cost, high = sorted(draw(st.tuples(MONEY, MONEY, MONEY)))
    benefits = draw(numbers())
    return Option(
        option=name,
        lead_time=draw(st.integers(0, 3)),
        overnight_cost=cost,
        overnight_cost_low=draw(st.sampled_from([None, low])),
        overnight_cost_high=draw(st.sampled_from([None, high])),
        cost_basis=draw(TEXT),
        quality=draw(st.sampled_from(Quality)),
        spending_profile=draw(PROFILES),
        fixed_om_cost=draw(MONEY),
        lifetime=draw(st.integers(1, 100)),
        benefits=benefits,
        benefits_low={name: draw(st.floats(-1e15, value)) for name, value in benefits.items()},
        benefits_high={name: draw(st.floats(value, 1e15)) for name, value in benefits.items()},
        benefit_basis=draw(TEXT),
        deliveries=draw(numbers(MONEY)),
        benefit_growth=draw(RATE),
        ramp_up=draw(some(SHARE)),
        revenue=draw(MONEY),
        outputs=draw(numbers()),
        resources=draw(numbers(MONEY)),
    )


@st.composite
def projects(draw: st.DrawFn, name: str) -> Project:
    names = draw(st.sampled_from([("base",), ("base", "big"), ("half", "二期", "base")]))
    return Project(
        id=name,
        name_en=draw(TEXT),
        name_zh=draw(TEXT),
        sector=draw(st.sampled_from(["transport", "水"])),
        subsector=draw(TEXT),
        jurisdiction=draw(optional(st.sampled_from(JURISDICTIONS))),
        place=draw(optional(st.sampled_from(PLACES))),
        from_place=draw(optional(st.sampled_from(PLACES))),
        # What stands or is under way may not have the dates below: tests/optimizer/formulation.
        stage=draw(st.sampled_from([Stage.STUDY, Stage.PREPARATORY, Stage.START])),
        mandatory=draw(st.sampled_from([Mandate.FREE, Mandate.MUST_NOT])),
        earliest_start=draw(optional(st.integers(2021, 2024))),
        latest_start=draw(optional(st.integers(2025, 2030))),
        ready_years=draw(numbers(YEARS)),
        start_approved=draw(st.booleans()),
        open_by=draw(optional(YEARS)),
        options=tuple(draw(options(option)) for option in names),
        optimism_bias=draw(optional(SHARE)),
        quantity=draw(optional(MONEY)),
        unit=draw(TEXT),
        note=draw(TEXT),
    )


@st.composite
def rules(draw: st.DrawFn, name: str) -> DebtRule:
    return DebtRule(
        id=name,
        title=draw(TITLE),
        jurisdictions=draw(names_of(JURISDICTIONS)),
        terms=(QuantityTerm(quantity=draw(st.sampled_from(Quantity)), coefficient=draw(SIGNED)),),
        additions=draw(some(st.just(ItemTerm(item="hidden_debt", lag=-1)))),
        base=(ItemTerm(item="revenue"),),
        ratio=draw(MONEY),
        bands=draw(
            st.sampled_from(
                [
                    (),
                    (
                        Band(id="green", upper=1.2),
                        Band(id="red", starts_banned=True, quota_share=0),
                    ),
                ]
            )
        ),
        start_banned=draw(some(NAME)),
        start_ban_exempt=draw(some(NAME)),
        through=draw(st.sampled_from(Through)),
        dated=draw(st.sampled_from(["", "2020-01-01"])),
        verified=draw(st.booleans()),
    )


@st.composite
def settings(draw: st.DrawFn) -> Settings:
    return Settings(
        networks=draw(
            some(
                st.builds(
                    NetworkSettings,
                    id=st.just("net"),
                    law=st.just(FlowLaw.FLOW),
                    unit=TEXT,
                    blocks=st.tuples(
                        st.builds(
                            LoadBlock, id=st.just("peak"), weight=MONEY, out=some(st.just("n1"), 1)
                        )
                    ),
                ),
                1,
            )
        ),
        id=draw(st.sampled_from(["x", "开州", "2021", "no"])),
        title=draw(TITLE),
        currency=draw(st.sampled_from(["CNY", "", "USD"])),
        money_unit=draw(TEXT),
        money_factor=draw(st.floats(1e-3, 1e12)),
        price_year=draw(YEARS),
        inflation=draw(RATE),
        horizon=Horizon(
            phases=(
                Phase(id="p1", title=draw(TITLE), first_year=2021, last_year=2025),
                Phase(id="p2", title=draw(TITLE), first_year=2026, last_year=2030),
            )
        ),
        appraisal=Appraisal(
            discount_rate=draw(RATE),
            discount_steps=draw(some(st.builds(RateStep, from_offset=st.just(0), rate=RATE))),
            end_year=draw(optional(st.integers(2030, 2100))),
            residual_value=draw(st.sampled_from(ResidualValue)),
            optimism_bias=draw(numbers()),
            metric_prices=draw(numbers()),
        ),
        stage_gates=draw(st.dictionaries(st.sampled_from(Stage), st.integers(0, 5), max_size=2)),
        finance=Finance(rules=tuple(draw(rules(f"r{i}")) for i in range(draw(st.integers(0, 2))))),
        sources=draw(some(st.builds(SourceDocument, id=st.just("doc"), title=TITLE, issued=TEXT))),
    )


# A text stands only where the column takes one: a reader refuses it elsewhere.
CHANGE = st.one_of(
    st.builds(
        Change,
        table=st.just("projects"),
        where=st.dictionaries(NAME, TEXT, max_size=2),
        field=st.just("overnight_cost"),
        operation=st.sampled_from(Operation),
        value=st.one_of(st.none(), SIGNED),
    ),
    st.builds(
        Change,
        table=st.just("projects"),
        where=st.dictionaries(NAME, TEXT, max_size=2),
        field=st.just("note"),
        operation=st.just(Operation.SET),
        value=st.one_of(st.none(), TEXT),
    ),
)


DEBT = st.builds(
    DebtPosition,
    jurisdiction=st.just("county"),
    pool=st.just("special"),
    year=st.just(2021),
    opening_balance=optional(MONEY),
    ceiling=optional(MONEY),
    new_quota=optional(MONEY),
    quality=st.sampled_from(Quality),
    qualities=st.dictionaries(st.sampled_from(DEBT_FIGURES), st.sampled_from(Quality)),
)


@st.composite
def money_tables(draw: st.DrawFn, project_ids: tuple[str, ...]) -> dict[str, Any]:
    earmark = {"sectors": draw(some(NAME)), "projects": draw(names_of(project_ids))}
    return {
        "fiscal": (
            FiscalItem(jurisdiction="市", item="revenue", year=draw(YEARS), value=draw(SIGNED)),
        ),
        "pools": draw(
            st.sampled_from([(), (Pool(id="special", service_funds={"county": "own"}),)])
        ),
        "debt": (draw(DEBT),),
        "funds": (
            Fund(
                id="own",
                name_zh=draw(TEXT),
                jurisdiction="county",
                kind=draw(st.sampled_from(FundKind)),
                max_share=draw(SHARE),
                carry_over=draw(st.booleans()),
                lapse_years=draw(optional(st.integers(0, 5))),
                basis=draw(st.sampled_from(Basis)),
                **earmark,
            ),
        ),
        "inflows": (Inflow(fund="own", year=draw(YEARS), value=draw(MONEY)),),
        "instruments": (
            Instrument(
                id="bond",
                jurisdiction="county",
                pool="special",
                tenor=2,
                kernel="schedule",
                schedule=(0.25, 0.75),
                rate=draw(st.floats(0.0, 10.0)),
                tagged=True,
                coverage=draw(optional(MONEY)),
                first_year=draw(optional(st.just(2022))),
                annual_limit=draw(optional(MONEY)),
            ),
        ),
        "shares": draw(
            some(
                st.builds(
                    CostShare,
                    project=st.just(project_ids[0]),
                    jurisdiction=st.just("county"),
                    share=optional(SHARE),
                ),
                1,
            )
        ),
    }


@st.composite
def wishes(draw: st.DrawFn) -> dict[str, Any]:
    """Targets, policies and quotas of resources."""
    return {
        "targets": draw(
            some(
                st.builds(
                    Target,
                    id=st.just("t"),
                    metric=st.sampled_from(["km", "investment"]),
                    sense=st.sampled_from(Sense),
                    value=SIGNED,
                    year=YEARS,
                    hard=st.just(value=False),
                ),
                1,
            )
        ),
        "policies": draw(
            some(
                st.builds(
                    Policy,
                    id=st.just("cap"),
                    kind=st.sampled_from([kind for kind in PolicyKind if kind not in PER_HEAD]),
                    value=MONEY,
                    per_year=st.booleans(),
                    subsectors=some(NAME),
                ),
                1,
            )
        ),
        "resources": draw(
            some(
                st.builds(
                    ResourceLimit,
                    resource=st.just("land"),
                    limit=MONEY,
                    timing=st.sampled_from(ResourceTiming),
                    unit=TEXT,
                )
            )
        ),
    }


@st.composite
def relations(draw: st.DrawFn, ids: tuple[str, ...]) -> tuple[Relation, ...]:
    return (
        Relation(
            id=draw(optional(st.just("r1"))),
            from_projects=(ids[0],),
            to_projects=ids[1:],
            type=draw(st.sampled_from([RelationType.SYNERGY, RelationType.ENABLES])),
            lag=draw(st.integers(-5, 5)),
            value=draw(MONEY),
            confidence=draw(st.sampled_from(Confidence)),
            source=draw(TEXT),
        ),
    )


@st.composite
def instances(draw: st.DrawFn) -> Instance:
    ids = ("road", "水库", "p3")[: draw(st.integers(1, 3))]
    return Instance(
        settings=draw(settings()),
        projects=tuple(draw(projects(name)) for name in ids),
        benefits=draw(
            some(
                st.builds(
                    BenefitStream,
                    project=st.sampled_from(ids),
                    stream=st.just("time"),
                    value=SIGNED,
                    ramp_up=some(SHARE),
                )
            )
        ),
        relations=draw(relations(ids)) if len(ids) > 1 else (),
        jurisdictions=tuple(
            Jurisdiction(id=name, name_en=draw(TEXT), population=draw(optional(MONEY)))
            for name in JURISDICTIONS
        ),
        **draw(money_tables(ids)),
        **draw(wishes()),
        places=tuple(
            Place(id=name, kind=draw(TEXT), lon=draw(optional(st.floats(-180, 180))))
            for name in PLACES
        ),
        network_nodes=(
            NetworkNode(id="n1", network="net", kind=NetworkKind.WATER, role=draw(ROLES)),
            NetworkNode(id="n2", network="net", kind=NetworkKind.WATER),
        ),
        network_links=(
            NetworkLink(id="l", network="net", from_node="n1", to_node="n2", both_ways=False),
        ),
        demands=(Demand(id="d", network="net", node="n2", amount=draw(MONEY), growth=draw(RATE)),),
        scenarios=tuple(
            Scenario(
                id=f"s{i}",
                title=draw(TITLE),
                probability=draw(optional(SHARE)),
                changes=draw(some(CHANGE)),
            )
            for i in range(draw(st.integers(0, 2)))
        ),
    )
