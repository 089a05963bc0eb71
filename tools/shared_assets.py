"""One record for each real asset that several plans name: place, kind, size, cost, what it delivers.

    tools/data/assets.csv   asset, name_zh, members (instance:project joined by ;), other_size,
                            other_cost and other_quantities: why sizes, costs or what is delivered
                            differ, where they may

What a network serves is no work's own: a quantity of 0 in one plan is not compared. What remains of a cost differs with the years of the plans and is not compared. A place of one id
is one point; a point outside an area only says where a line leads.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from infraplan.models.instance import Instance
from infraplan.models.place import Place
from infraplan.models.project import Project
from infraplan.optimizer.estimating.delivered import deliveries
from infraplan.optimizer.estimating.distance_plausibility import distance_km
from tools.census import read
from tools.plan_measures import Check

ASSETS = Path(__file__).parent / "data" / "assets.csv"
NEAR_KM, OUTSIDE_KM = 1.0, 10.0
"""How far apart one place may be in two plans, and where it lies outside one of them."""
SAME = 0.01
"""Share by which sizes and costs may differ: they are rounded."""
ESTIMATED = re.compile(r"([\d.e+]+) [^;]*? x (\w+) at ([\d.]+) ")
PUBLISHED = re.compile(r"total ([\d.e+]+) ")


@dataclass(frozen=True)
class Asset:
    """A real asset and the projects that stand for it; reasons where sizes or costs differ."""

    key: str
    members: tuple[tuple[str, str], ...]
    other_size: str = ""
    other_cost: str = ""
    other_quantities: str = ""


def read_assets(path: Path = ASSETS) -> tuple[Asset, ...]:
    """Rows of the table."""
    return tuple(
        Asset(
            row["asset"],
            tuple(
                (name, project)
                for name, _, project in (part.partition(":") for part in row["members"].split(";"))
            ),
            row["other_size"],
            row["other_cost"],
            row["other_quantities"],
        )
        for row in read(path)
    )


@dataclass(frozen=True)
class Basis:
    """What a cost basis says: size and type at a unit cost, or a total."""

    type: str = ""
    size: float = 0.0
    unit_cost: float = 0.0
    total: float = 0.0

    def __str__(self) -> str:
        """Type and unit cost, or that it is a total."""
        return f"{self.type} at {self.unit_cost:g}" if self.type else "a total"


def basis_of(project: Project) -> Basis:
    """The basis of the whole cost of a project's first option; empty where it says none."""
    text = project.options[0].cost_basis
    if found := PUBLISHED.match(text):
        return Basis(total=float(found[1]))
    if found := ESTIMATED.match(text):
        return Basis(found[2], float(found[1]), float(found[3]))
    return Basis()


def _differ(one: float, other: float) -> bool:
    return abs(one - other) > SAME * max(abs(one), abs(other))


def _sized(kind: str) -> frozenset[str]:
    """Quantities of a type of works that grow with its size."""
    return deliveries()[kind].with_size if kind in deliveries() else frozenset()


def quantity_faults(one: Project, other: Project, sized: frozenset[str]) -> Iterator[str]:
    """What the first options of one asset deliver otherwise, but for quantities by size."""
    mine, its = one.options[0].deliveries, other.options[0].deliveries
    for name in sorted(set(mine) & set(its) - sized):
        if mine[name] and its[name] and _differ(mine[name], its[name]):
            yield f"{name} {mine[name]:g} and {its[name]:g}"


def far_apart(one: Place, other: Place) -> float | None:
    """Distance of one place in two plans where it is too far, else None."""
    most = OUTSIDE_KM if None in {one.jurisdiction, other.jurisdiction} else NEAR_KM
    distance = distance_km(one, other)
    return distance if distance is not None and distance > most else None


def place_faults(instances: Mapping[str, Instance]) -> Iterator[str]:
    """Places of one id that are not one point."""
    found: defaultdict[str, list[tuple[str, Place]]] = defaultdict(list)
    for name, instance in instances.items():
        for place in instance.places:
            found[place.id].append((name, place))
    for key, rows in found.items():
        for (name, one), (other_name, other) in combinations(rows, 2):
            distance = far_apart(one, other)
            if distance is not None:
                yield f"place {key}: {distance:.1f} km apart in {name} and {other_name}"


def asset_faults(asset: Asset, instances: Mapping[str, Instance]) -> Iterator[str]:
    """What the projects of one asset have otherwise, of the instances at hand."""
    known: list[tuple[str, Project, Place | None]] = []
    for name, project_id in asset.members:
        if name not in instances:
            continue
        project = instances[name].project_by_id.get(project_id)
        if project is None:
            yield f"{asset.key}: {name} has no project {project_id}"
            continue
        places = {place.id: place for place in instances[name].places}
        known.append((name, project, places.get(project.place or "")))
    for (name, one, here), (other_name, other, there) in combinations(known, 2):
        told = f"{asset.key}, {name} and {other_name}:"
        mine, its = basis_of(one), basis_of(other)
        if mine.type != its.type or _differ(mine.unit_cost, its.unit_cost):
            yield f"{told} {mine} and {its}"
        elif _differ(mine.size, its.size) and not asset.other_size:
            yield f"{told} sizes {mine.size:g} and {its.size:g}"
        elif _differ(mine.total, its.total) and not asset.other_cost:
            yield f"{told} totals {mine.total:g} and {its.total:g}"
        if not asset.other_quantities:
            sized = _sized(mine.type) if asset.other_size else frozenset()
            yield from (f"{told} {text}" for text in quantity_faults(one, other, sized))
        distance = far_apart(here, there) if here is not None and there is not None else None
        if distance is not None:
            yield f"{told} {distance:.1f} km apart"


def same_id_assets(instances: Mapping[str, Instance]) -> Iterator[Asset]:
    """Projects of one id in several instances: one asset each."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for name, instance in instances.items():
        for project in instance.projects:
            found[project.id].append(name)
    for key, names in found.items():
        if len(names) > 1:
            yield Asset(key, tuple((name, key) for name in names))


def check_assets(instances: Mapping[str, Instance], assets: tuple[Asset, ...]) -> Check:
    """That every asset that several plans name has one place, kind, size and cost."""
    every = (*assets, *same_id_assets(instances))
    wrong = [*place_faults(instances)]
    for asset in every:
        wrong += asset_faults(asset, instances)
    shared = sum(sum(name in instances for name, _ in asset.members) > 1 for asset in every)
    return Check(
        "assets",
        f"{shared} assets in several plans, {len(wrong)} differences",
        "none",
        not wrong,
        tuple(wrong),
    )
