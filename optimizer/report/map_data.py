"""What the map of a plan shows, from places, projects and networks of the instance."""

from __future__ import annotations

from infraplan.models.instance import Instance
from infraplan.models.plan import Plan
from infraplan.models.progress import stands
from infraplan.optimizer.interop.geojson import convex_hull
from infraplan.optimizer.report.drawings.plan_map import MapLine, MapWork, PlanMap, Point
from infraplan.optimizer.report.texts import Names


def map_of(instance: Instance, plan: Plan) -> PlanMap:
    """The map of `plan`: every project with coordinates, districts, places, lines that stand."""
    spots: dict[str, Point] = {
        row.id: (row.lon, row.lat)
        for row in instance.places
        if row.lon is not None and row.lat is not None
    }
    names = Names(instance)
    places = tuple(
        (
            (row.name_en or row.name_zh or row.id, row.name_zh or row.name_en or row.id),
            spots[row.id],
        )
        for row in instance.places
        if row.id in spots
    )
    horizon = instance.settings.horizon
    return PlanMap(
        districts=_districts(instance, names, spots),
        places=places,
        lines=_lines(instance, names, spots),
        works=_works(instance, plan, names, spots),
        first_year=horizon.first_year,
        last_year=max([horizon.last_year, *(row.opening for row in plan.starts)]),
    )


def missing_places(instance: Instance) -> tuple[int, int]:
    """How many candidates have no coordinates, and how many there are."""
    located = {row.id for row in instance.places if row.lon is not None and row.lat is not None}
    asked = [row for row in instance.projects if not stands(row)]
    missing = [row for row in asked if not located & {row.place, row.from_place, row.to_place}]
    return len(missing), len(asked)


def _works(
    instance: Instance, plan: Plan, names: Names, spots: dict[str, Point]
) -> tuple[MapWork, ...]:
    starts = {row.project: row for row in plan.starts}
    works = []
    for project in instance.projects:
        if stands(project):
            continue
        ends = [spots[p] for p in (project.from_place, project.to_place) if p in spots]
        own = [spots[project.place]] if project.place in spots else []
        points = tuple(ends if len(set(ends)) > 1 else own or ends[:1])
        if not points:
            continue
        start = starts.get(project.id)
        works.append(
            MapWork(
                names.pair(project.id),
                points,
                None if start is None else start.start,
                None if start is None else start.opening,
                project.options[0].overnight_cost,
            )
        )
    return tuple(works)


def _districts(
    instance: Instance, names: Names, spots: dict[str, Point]
) -> tuple[tuple[tuple[str, str], tuple[Point, ...]], ...]:
    """Outline of each jurisdiction: as given, else the hull of the places of its works.

    Ends of lines are left out: they may lie in other provinces.
    """
    found = []
    for row in instance.jurisdictions:
        ring = list(zip(row.extent[::2], row.extent[1::2], strict=True))
        if not ring:
            own = {
                spots[project.place]
                for project in instance.projects
                if project.place in spots and instance.jurisdiction_of(project) == row.id
            }
            ring = convex_hull(sorted(own))
        if len(ring) > 2:
            found.append((names.pair(row.id), tuple(ring)))
    return tuple(found)


def _lines(instance: Instance, names: Names, spots: dict[str, Point]) -> tuple[MapLine, ...]:
    at = {node.id: spots.get(node.place or "") for node in instance.network_nodes}
    found = []
    for link in instance.network_links:
        one, other = at.get(link.from_node), at.get(link.to_node)
        if link.exists and one is not None and other is not None and one != other:
            found.append(MapLine(names.link(link.id), (one, other)))
    return tuple(found)
