"""Discrete network design problems in the extended TNTP format into an instance.

A problem file is a network whose last `NUMBER OF NEW LINKS` links are candidates, each with its
cost in the column after the type; the trips stand in the network's folder.
"""

from __future__ import annotations

import re
from pathlib import Path

from infraplan.models.catalogue import phrase
from infraplan.models.instance import Instance
from infraplan.models.network import NetworkAction, ProjectNetwork
from infraplan.models.policy import ResourceLimit, ResourceTiming
from infraplan.models.project import Option, Project
from infraplan.models.quantities import Quality
from infraplan.optimizer.interop.faults import FaultReport, Imported
from infraplan.optimizer.interop.tntp import (
    TntpNetwork,
    doubts_of,
    find_file,
    link_id,
    read_network,
    read_trips,
    road_instance,
)

BUDGET = "budget"
"""Resource that the candidates' costs draw on: the source gives costs no worth in travel time."""


def import_dndp(folder: Path, problem: Path, budget_share: float) -> Instance:
    """The problem that `read_dndp` reads, without what it tells of the files."""
    return read_dndp(folder, problem, budget_share).instance


def _problem_file(folder: Path, problem: Path) -> Path:
    """`problem` as it stands, or in `folder`; as it stands where it is in neither place."""
    places = (problem, folder / problem, folder / f"{problem}.txt")
    return next((place for place in places if place.is_file()), problem)


def read_dndp(folder: Path, problem: Path, budget_share: float) -> Imported:
    """The problem of least total travel time at equilibrium with part of the candidates.

    Parameters
    ----------
    folder
        Folder with the trips.
    problem
        Problem file, or its name in `folder`.
    budget_share
        Budget over the cost of all candidates, 0 to 1.

    Raises
    ------
    InstanceFormatError
        A file is missing or cannot be read, or has no candidates.
    """
    path = _problem_file(folder, problem)
    report = FaultReport()
    network = read_network(path, report, candidates=True)
    demand = find_file(folder, report, "trips")
    trips = {} if demand is None else read_trips(demand, report, network.nodes)
    candidates = range(network.num_links, len(network.links))
    if network.links and not candidates:
        report.add(path, 0, phrase("the-file-has-no-links-beyond-number-of-links"))
    report.require()
    name = f"{re.sub(r'[^A-Za-z0-9]+', '-', path.stem)}-{100 * budget_share:g}"
    projects = _projects(network, candidates, path.name)
    changes = tuple(
        ProjectNetwork(
            project=project.id,
            element=link_id(number),
            action=NetworkAction.OPEN,
            source=path.name,
        )
        for project, number in zip(projects, candidates, strict=True)
    )
    whole = sum(network.links[number].cost for number in candidates)
    budget = ResourceLimit(
        resource=BUDGET,
        limit=budget_share * whole,
        timing=ResourceTiming.START,
        unit="cost of the source",
    )
    instance = road_instance(
        name,
        network,
        trips,
        projects=projects,
        changes=changes,
        resources=(budget,),
        candidates=frozenset(candidates),
    )
    return Imported(instance, tuple(doubts_of(path, demand, network, trips)))


def _projects(network: TntpNetwork, candidates: range, source: str) -> tuple[Project, ...]:
    """One project for each candidate link; its cost draws on the budget alone."""
    return tuple(
        Project(
            id=f"new{number - network.num_links + 1}",
            name_en=f"{network.links[number].tail} to {network.links[number].head}",
            sector="transport",
            source=source,
            options=(
                Option(
                    overnight_cost=0.0,
                    quality=Quality.STATED,
                    lead_time=0,
                    spending_profile=(1.0,),
                    resources={BUDGET: network.links[number].cost},
                ),
            ),
        )
        for number in candidates
    )
