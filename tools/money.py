"""Money tables of an instance: accounts of its governments, earmarked funds, classes, agreements."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from infraplan.models.agreement import Agreement, ShareForm
from infraplan.models.funding import Fund, Inflow, Pool
from infraplan.models.horizon import Title
from infraplan.models.jurisdiction import Jurisdiction
from infraplan.models.project import Project, Stage
from infraplan.models.scenario import Change, Scenario
from tools.accounts import (
    BAN_UNTIL,
    KEY_PROVINCE,
    LISTED_ITEM,
    Accounts,
    is_listed,
    path,
    tables_of,
)
from tools.census import Book
from tools.payers import leader_share

OUTSIDE = {
    "city": ("Chongqing municipality", "重庆市"),
    "central": ("Central government grants", "中央补助"),
    "rail": ("National railway", "国铁集团"),
    "concession": ("Expressway companies", "高速公路公司"),
    "grid": ("State Grid", "国家电网"),
    "firms": ("Enterprises", "社会企业"),
    "telecom": ("Telecom operators", "电信运营商"),
}
"""Payers whose budgets no plan holds."""
PUBLIC, QUASI_PUBLIC, COMMERCIAL = "public", "quasi-public", "commercial"


def money_tables(book: Book) -> dict[str, list[Any]]:
    """Payers, funds, debt and scenarios of the document's governments."""
    document = book.document
    earning = earning_projects(book.projects, book.profiles)
    alone = len(document.accounts) == 1
    parts = []
    for of in document.accounts:
        own = earning if alone else tuple(i for i in paid_by(book, of.leader) if i in earning)
        parts += [tables_of(of, own), _earmarked_tables(book, of)]
    tables = joined(*parts)
    if document.funding_classes:
        tables = _by_class(book, tables)
    tables["jurisdictions"] += [
        Jurisdiction(id=key, name_en=en, name_zh=zh) for key, (en, zh) in OUTSIDE.items()
    ]
    land = tuple(
        f"{of.prefix}{fund}"
        for of in document.accounts
        for fund in ("gov-fund", *(row.id for row in document.earmarked if row.kind == "land"))
    )
    return {
        **tables,
        "agreements": _agreements(book),
        "scenarios": [
            *stress_scenarios(land),
            *listing_scenarios(document.accounts),
            *document.scenarios,
        ],
    }


def _earmarked_tables(book: Book, of: Accounts) -> dict[str, list[Any]]:
    """Funds for named works of one government, with their inflows."""
    rows = [row for row in book.document.earmarked if of.leader in row.first]
    funds = [
        Fund(id=f"{of.prefix}{row.id}", jurisdiction=of.leader, source=of.assumed, **row.fields)
        for row in rows
    ]
    inflows = [
        # A year of 0 is stated: after the plan a fund goes on from its last row.
        Inflow(
            fund=f"{of.prefix}{row.id}",
            year=year,
            value=value if year <= row.last else 0.0,
            source=of.assumed,
        )
        for row in rows
        for year, value in path(
            of.first_year, of.last_year, row.first[of.leader], row.growth
        ).items()
    ]
    return {"funds": funds, "inflows": inflows}


def class_of(book: Book, subsector: str) -> str:
    """Class of funding of a subsector: public, quasi-public or commercial."""
    classes = book.document.funding_classes
    return next((name for name, members in classes.items() if subsector in members), PUBLIC)


def _by_class(book: Book, tables: dict[str, list[Any]]) -> dict[str, list[Any]]:
    """The tables with money open to its class of works alone.

    Own money of utilities goes to what earns, general bonds to public works.
    """
    members: dict[str, tuple[str, ...]] = {
        name: tuple(p.id for p in book.projects if class_of(book, p.subsector) == name)
        for name in (PUBLIC, QUASI_PUBLIC, COMMERCIAL)
    }
    earning = members[QUASI_PUBLIC] + members[COMMERCIAL]
    funds = [
        fund.model_copy(update={"sectors": (), "projects": earning, "max_share": 0.6})
        if fund.id.endswith("utilities")
        else fund
        for fund in tables["funds"]
    ]
    instruments = [
        row.model_copy(update={"projects": members[PUBLIC]})
        if row.pool == "general" and not row.refinancing
        else row
        for row in tables["instruments"]
    ]
    return {**tables, "funds": funds, "instruments": instruments}


def _agreements(book: Book) -> list[Agreement]:
    """Consent of every partner for joint works that no outsider helps to pay, where it is asked."""
    chosen = [
        Agreement(
            project=name,
            shares=ShareForm.CHOSEN,
            source="assumption: partners of the joint works agree on shares within limits",
        )
        for name in book.chosen
    ]
    source = book.document.consent_source
    if not source:
        return chosen
    return chosen + [
        Agreement(project=project.id, consent="project", source=source)
        for project in book.projects
        if book.partners[project.id]
        and book.profiles[project.id] == "local"
        and project.stage is not Stage.UNDER_CONSTRUCTION
    ]


def earning_projects(projects: list[Project], profiles: Mapping[str, str]) -> tuple[str, ...]:
    """Projects the district pays for in part whose income is above their running cost."""
    return tuple(
        project.id
        for project in projects
        if leader_share(profiles[project.id]) > 0.0
        and project.options[0].revenue > project.options[0].fixed_om_cost
    )


def paid_by(book: Book, jurisdiction: str) -> tuple[str, ...]:
    """Projects that `jurisdiction` leads or shares in as a partner."""
    return tuple(
        project.id
        for project in book.projects
        if project.jurisdiction == jurisdiction
        or any(part.jurisdiction == jurisdiction for part in book.partners[project.id])
    )


def joined(*tables: Mapping[str, list[Any]]) -> dict[str, list[Any]]:
    """Tables of several districts as one; their pools of the same id become one pool.

    Debt rules name the pools `general` and `special`, so all districts share these ids.
    """
    rows: dict[str, list[Any]] = {}
    pools: dict[str, Pool] = {}
    for table in tables:
        for name, part in table.items():
            if name != "pools":
                rows.setdefault(name, []).extend(part)
                continue
            for pool in part:
                known = pools.get(pool.id, pool)
                funds = {**known.service_funds, **pool.service_funds}
                pools[pool.id] = known.model_copy(update={"service_funds": funds})
    return {**rows, "pools": list(pools.values())}


def stress_scenarios(funds: tuple[str, ...]) -> tuple[Scenario, ...]:
    """Land revenue 30 % lower; all costs 25 % higher; costs and land revenue together."""
    land = tuple(
        Change(
            table="inflows",
            where={"fund": fund},
            field="value",
            operation="multiply",
            value=0.7,
        )
        for fund in funds
    )
    cost = tuple(
        Change(table="projects", field=name, operation="multiply", value=1.25)
        for name in ("overnight_cost_high", "overnight_cost", "overnight_cost_low")
    )
    return (
        Scenario(
            id="land-30-down",
            title=Title(en="Land revenue 30 % lower", zh="土地收入减少30%"),
            changes=land,
        ),
        Scenario(
            id="cost-25-up",
            title=Title(en="All costs 25 % higher", zh="造价上涨25%"),
            changes=cost,
        ),
        Scenario(
            id="both",
            title=Title(
                en="Land revenue 30 % lower and costs 25 % higher",
                zh="土地收入减少30%且造价上涨25%",
            ),
            changes=(*land, *cost),
        ),
    )


def listing_scenarios(accounts: Sequence[Accounts]) -> tuple[Scenario, ...]:
    """The list of high-debt provinces left earlier or later, read strictly, or not in force."""
    listed = [of for of in accounts if of.listed]
    if not listed:
        return ()
    found = [
        Scenario(
            id=f"starts-banned-until-{BAN_UNTIL[case]}",
            title=Title(
                en=f"High-debt list: starts banned through {BAN_UNTIL[case]} ({case})",
                zh=f"重点债务省份:停建至{BAN_UNTIL[case]}年({chinese})",
            ),
            changes=tuple(_listing_changes(listed, case)),
        )
        for case, chinese in (("low", "低"), ("high", "高"))
    ]
    readings = (
        ("starts-banned-strictly", f"{KEY_PROVINCE}-strict", "read strictly", "从严理解"),
        ("starts-not-banned", "", "not in force", "不适用"),
    )
    for name, rule_set, english, chinese in readings:
        changes = tuple(
            Change(
                table="jurisdictions",
                where={"id": of.leader},
                field="rule_sets",
                value=";".join((*of.rule_sets, rule_set) if rule_set else of.rule_sets),
            )
            for of in listed
        )
        title = Title(en=f"High-debt list: {english}", zh=f"重点债务省份:{chinese}")
        found.append(Scenario(id=name, title=title, changes=changes))
    return tuple(found)


def _listing_changes(listed: Sequence[Accounts], case: str) -> Iterator[Change]:
    for of in listed:
        for year in range(of.first_year, of.last_year + 1):
            if is_listed(year) != is_listed(year, case):
                yield Change(
                    table="fiscal",
                    where={"jurisdiction": of.leader, "item": LISTED_ITEM, "year": str(year)},
                    field="value",
                    value=float(is_listed(year, case)),
                )
