"""Projects of a made-up plan and what ties them together."""

from __future__ import annotations

from dataclasses import dataclass

from infraplan.models.project import Mandate, Option, Project, Stage
from infraplan.models.quantities import Quality
from infraplan.models.relation import Relation, RelationType
from infraplan.optimizer.generating.draws import SOURCE, Draws, Request, district_id, rounded
from infraplan.optimizer.generating.parameters import CALIBRATED

RAMP_UP = (0.7, 0.85)
"""Share of full benefits in the first two years of operation."""
RICHEST = 0.55
"""Most benefits per year over cost: more of them `infraplan validate` takes for a wrong unit."""
WIDEST = 0.7
"""Most spread of the logarithm of benefits over cost: wider, `validate` takes some for slips."""
MOST_BOUND = 0.5
"""Share of a district's money that projects which must be built may cost at most."""
WORDS = {
    "digital": ("Digital works", "数字化工程"),
    "energy": ("Energy works", "能源工程"),
    "environment": ("Environmental works", "环保工程"),
    "logistics": ("Logistics works", "物流工程"),
    "municipal": ("Municipal works", "市政工程"),
    "rural": ("Rural works", "乡村工程"),
    "safety": ("Safety works", "安全工程"),
    "tourism": ("Tourism works", "旅游工程"),
    "transport": ("Transport works", "交通工程"),
    "water": ("Water works", "水利工程"),
}
SEVERAL = 40
"""How far apart, in the list of a district, two related projects may stand."""

TRIES = 20
"""Draws of a pair for one relation; in a small plan there may be none left."""
CHOICES = frozenset({"all_or_none", "exclusive"})


@dataclass(frozen=True)
class Draft:
    """A project before it is known whether the plan may choose it."""

    number: int
    sector: str
    district: int
    cost: float
    lead: int
    mandate: Mandate
    options: tuple[Option, ...]


def draw_projects(request: Request, draws: Draws) -> list[Project]:
    """Projects in turn of the districts; committed ones first spend, so money can follow them."""
    drafts = [_draft(request, draws, number) for number in range(request.projects)]
    money = [0.0] * (request.districts + 1)
    for draft in drafts:
        money[draft.district] += CALIBRATED.money * draft.cost
    left = [MOST_BOUND * amount for amount in money]
    projects = []
    for draft in drafts:
        mandate = draft.mandate
        if mandate is not Mandate.FREE:
            if draft.cost > left[draft.district]:
                mandate = Mandate.FREE
            else:
                left[draft.district] -= draft.cost
        projects.append(_project(draft, mandate))
    return projects


def _draft(request: Request, draws: Draws, number: int) -> Draft:
    sector = draws.one_of({name: row.share for name, row in CALIBRATED.sectors.items()})
    row = CALIBRATED.sectors[sector]
    cost = draws.lognormal(row.log_cost, row.log_cost_sd)
    third = sum(cost > limit for limit in CALIBRATED.thirds)
    lead = min(request.years, 1 + draws.place(CALIBRATED.works[third]))
    # A smaller option may bring more for its cost; it is held to the same share.
    most = RICHEST * min(1.0, CALIBRATED.option_cost / CALIBRATED.option_benefit)
    spread = min(WIDEST, row.log_benefit_sd)
    benefit = cost * min(most, draws.lognormal(row.log_benefit, spread))
    revenue = row.revenue * cost if draws.chance(row.paying) else 0.0
    mandate = Mandate(draws.one_of(CALIBRATED.mandates))
    sizes = [("base", 1.0, 1.0)]
    if draws.chance(CALIBRATED.second_options) and mandate is not Mandate.COMMITTED:
        sizes.append(("small", CALIBRATED.option_cost, CALIBRATED.option_benefit))
    options = tuple(
        Option(
            option=name,
            lead_time=lead,
            overnight_cost=rounded(cost * size),
            cost_basis=SOURCE,
            quality=Quality.ASSUMPTION,
            fixed_om_cost=rounded(row.om * cost * size),
            lifetime=row.lifetime,
            benefits={"use": rounded(benefit * gain)},
            benefit_growth=row.growth,
            ramp_up=RAMP_UP,
            revenue=rounded(revenue * size),
        )
        for name, size, gain in sizes
    )
    district = 1 + number % request.districts
    return Draft(number + 1, sector, district, cost, lead, mandate, options)


def _project(draft: Draft, mandate: Mandate) -> Project:
    english, chinese = WORDS[draft.sector]
    begun = mandate is Mandate.COMMITTED
    return Project(
        id=f"p{draft.number:06d}",
        name_en=f"{english} {draft.number}",
        name_zh=f"{chinese}{draft.number}号",
        sector=draft.sector,
        jurisdiction=district_id(draft.district),
        place=district_id(draft.district),
        stage=Stage.UNDER_CONSTRUCTION if begun else Stage.START,
        mandatory=mandate,
        options=draft.options,
        source=SOURCE,
    )


def draw_relations(request: Request, draws: Draws, projects: list[Project]) -> list[Relation]:
    """Pairs of one district.

    A project is in one choice (`exclusive`, `all_or_none`) at most and then in no order, and a
    project that must be built waits for none, so that a plan always exists.
    """
    found: list[Relation] = []
    chosen: set[str] = set()
    seen: set[tuple[str, str]] = set()
    for kind, density in CALIBRATED.relations.items():
        for _ in range(round(density * request.projects)):
            pair = next(
                (
                    pair
                    for pair in (_pair(request, draws, projects) for _ in range(TRIES))
                    if pair is not None and _fits(kind, pair, chosen, seen)
                ),
                None,
            )
            if pair is None:
                continue
            seen.add((pair[0].id, pair[1].id))
            if kind in CHOICES:
                chosen |= {pair[0].id, pair[1].id}
            found.append(_relation(kind, *pair))
    return found


def _fits(
    kind: str, pair: tuple[Project, Project], chosen: set[str], seen: set[tuple[str, str]]
) -> bool:
    """Whether two projects may have a relation of a kind besides those they have."""
    first, second = pair
    if (first.id, second.id) in seen or chosen & {first.id, second.id}:
        return False
    bound = [project.mandatory is not Mandate.FREE for project in pair]
    if kind in CHOICES:
        return not any(bound)
    return not (kind == "finish_to_start" and bound[1])


def _pair(
    request: Request, draws: Draws, projects: list[Project]
) -> tuple[Project, Project] | None:
    """Two projects of one district, the one with the lower number first."""
    first = draws.whole(0, len(projects) - 1)
    second = first + request.districts * draws.whole(1, SEVERAL)
    return None if second >= len(projects) else (projects[first], projects[second])


def _relation(kind: str, first: Project, second: Project) -> Relation:
    value = None
    options = (first.options[0], second.options[0])
    if kind == "synergy":
        value = rounded(CALIBRATED.synergy * sum(o.benefits.get("use", 0.0) for o in options))
    elif kind == "shared_works":
        value = rounded(CALIBRATED.shared_works * sum(o.overnight_cost for o in options))
    return Relation(
        from_projects=(first.id,),
        to_projects=(second.id,),
        type=RelationType(kind),
        value=value,
        lag=1 if kind == "shared_works" else 0,
        source=SOURCE,
    )
