"""`infraplan generate`: a made-up instance of the size that is asked for."""

from __future__ import annotations

from typing import Any

from infraplan.models.horizon import Appraisal, Horizon, Phase, Title
from infraplan.models.instance import Instance, Settings
from infraplan.models.jurisdiction import Jurisdiction
from infraplan.models.place import Place
from infraplan.models.project import Project
from infraplan.optimizer.accounts.reach import unpayable_projects
from infraplan.optimizer.generating.draws import (
    FIRST_YEAR,
    SOURCE,
    Draws,
    Request,
    district_id,
    district_names,
    rounded,
)
from infraplan.optimizer.generating.floors import with_floors
from infraplan.optimizer.generating.money import finance_of, money_tables
from infraplan.optimizer.generating.networks import draw_networks
from infraplan.optimizer.generating.projects import draw_projects, draw_relations

PROJECTS_OF_A_DISTRICT = 250
"""Projects of a district where the number of districts is not given."""
ROUNDS, MORE = 4, 1.01
"""Times that money is added for what nobody could pay, and how much more than is missing."""
APPRAISED_AFTER_PLAN = 20
"""Years of the appraisal period after the plan."""
WEST, SOUTH, APART, IN_A_ROW = 106.0, 29.0, 0.25, 10
"""Degrees: where the first district lies, and how far the next ones lie from it."""


def make_request(
    projects: int,
    years: int,
    seed: int,
    *,
    districts: int | None = None,
    networks: bool = False,
    debt: bool = False,
    floors: bool = False,
) -> Request:
    """What is asked for; without `districts` there is one for every 250 projects begun."""
    number = districts or -(-projects // PROJECTS_OF_A_DISTRICT)
    return Request(projects, years, seed, min(number, projects), networks, debt, floors)


def generate(request: Request) -> Instance:
    """A made-up instance; equal requests give equal instances.

    A plan always exists: committed works and old debt are paid in every year, what else must be
    built costs at most half of its district's money and waits for nothing. The distributions are
    described in docs/generate.md.
    """
    draws = Draws(request.seed)
    projects = draw_projects(request, draws)
    relations = draw_relations(request, draws, projects)
    tables = money_tables(request, projects)
    settings = _settings(request)
    if request.networks:
        networks = draw_networks(request, projects)
        tables |= networks.tables()
        settings = settings.model_copy(update={"networks": networks.settings()})
        projects = [_without_benefits(p) if p.id in networks.projects else p for p in projects]
    made = _payable(
        Instance(
            settings=settings,
            projects=tuple(projects),
            relations=tuple(relations),
            **_districts(request),
            **tables,
        )
    )
    return with_floors(made, request.seed) if request.floors else made


def _payable(instance: Instance) -> Instance:
    """`instance` with so much more in the first year that its payers could pay for any project.

    Money is a share of what all projects cost: of few, that can be less than the dearest asks.
    """
    for _ in range(ROUNDS):
        more: dict[str, float] = {}
        for short in unpayable_projects(instance):
            fund = f"{instance.projects[short.project].jurisdiction}-own"
            more[fund] = max(more.get(fund, 0.0), MORE * short.missing)
        if not more:
            break
        first = instance.settings.horizon.first_year
        inflows = tuple(
            row.model_copy(update={"value": _above(row.value, more[row.fund])})
            if row.fund in more and row.year == first
            else row
            for row in instance.inflows
        )
        instance = instance.model_copy(update={"inflows": inflows})
    return instance


def _above(value: float, more: float) -> float:
    """`value` and at least `more`, with few digits: what little more rounds away is doubled."""
    while (made := rounded(value + more)) <= value:
        more *= 2.0
    return made


def _without_benefits(project: Project) -> Project:
    """A project of a network: its benefits come from the network, else they would count twice."""
    (option,) = project.options
    bare = option.model_copy(update={"benefits": {}})
    return project.model_copy(update={"options": (bare,)})


def _settings(request: Request) -> Settings:
    name = f"made-up-{request.projects}x{request.years}-{request.seed}"
    last = request.last_year
    return Settings(
        id=name,
        title=Title(
            en=f"Made-up plan: {request.projects} projects, {request.years} years, "
            f"seed {request.seed}",
            zh=f"虚构规划：{request.projects}个项目，{request.years}年，随机种子{request.seed}",
        ),
        currency="CNY",
        money_unit="100 million CNY",
        money_unit_zh="亿元",
        money_factor=1e8,
        price_year=FIRST_YEAR,
        horizon=Horizon(phases=(Phase(id="plan", first_year=FIRST_YEAR, last_year=last),)),
        appraisal=Appraisal(end_year=last + APPRAISED_AFTER_PLAN),
        finance=finance_of(request),
    )


def _districts(request: Request) -> dict[str, Any]:
    numbers = range(1, request.districts + 1)
    named = {n: district_names(district_id(n)) for n in numbers}
    return {
        "jurisdictions": tuple(
            Jurisdiction(id=district_id(n), name_en=english, name_zh=chinese, source=SOURCE)
            for n, (english, chinese) in named.items()
        ),
        "places": tuple(
            Place(
                id=district_id(n),
                name_en=named[n][0],
                name_zh=named[n][1],
                kind="city",
                jurisdiction=district_id(n),
                lon=WEST + APART * ((n - 1) % IN_A_ROW),
                lat=SOUTH + APART * ((n - 1) // IN_A_ROW),
                source=SOURCE,
            )
            for n in numbers
        ),
    }
