"""Networks of the shipped instances, from tables of hand decisions in tools/data/NAME.

network_nodes.csv, network_links.csv, demands.csv and project_network.csv have the columns of an
instance; blank cells take the default. What a network computes must not stand in a column as
well: of the yearly benefit of a project that changes a network only the part remains that the
network does not see.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from infraplan.models.network import Demand, NetworkLink, NetworkNode, ProjectNetwork
from infraplan.models.project import Project
from tools.census import Book, read

KEPT: dict[str, tuple[str, float]] = {
    "travel_time": ("freight_and_local_trips", 0.5),
    "freight_and_travel": ("freight_and_local_trips", 0.5),
    "freight": ("industry_at_the_port", 0.3),
    "water_supply": ("irrigation_and_flood_control", 0.4),
    "power_supply": ("local_reliability", 0.3),
    "gas_supply": ("local_reliability", 0.3),
    "energy_supply": ("heat", 0.5),
}
"""Benefit that a network replaces: name and share (assumed) of what remains of it."""

BESIDE = "beside_network"
"""Decision of a work whose deliveries are only what its network does not see: name of that benefit."""

BENEFITS = ("benefits", "benefits_low", "benefits_high")
"""Columns of a project that hold its benefits, and their range."""


def network_tables(book: Book) -> dict[str, tuple[Any, ...]]:
    """The four tables of networks; empty where the document has no data folder for them."""
    folder = book.document.folder
    tables = (
        ("network_nodes", NetworkNode),
        ("network_links", NetworkLink),
        ("demands", Demand),
        ("project_network", ProjectNetwork),
    )
    return {
        name: tuple(
            model.model_validate({key: value for key, value in row.items() if value})
            for row in read(folder / f"{name}.csv")
        )
        for name, model in tables
    }


def without_what_networks_compute(
    projects: list[Project],
    changes: tuple[ProjectNetwork, ...],
    beside: Mapping[str, str] | None = None,
) -> tuple[Project, ...]:
    """The projects with the part of their benefits that no network computes.

    `beside` names, by project, the benefit of deliveries that are stated without what the network
    computes: they are kept whole.
    """
    own = beside or {}
    changing = {row.project for row in changes}
    unknown = changing - {project.id for project in projects}
    if unknown:
        message = f"project_network.csv names projects that do not exist: {sorted(unknown)}"
        raise ValueError(message)
    idle = own.keys() - changing
    if idle:
        message = f"{BESIDE}: these works change no network: {sorted(idle)}"
        raise ValueError(message)
    return tuple(_less(p, own.get(p.id, "")) if p.id in changing else p for p in projects)


def _less(project: Project, beside: str) -> Project:
    if beside:
        return _renamed(project, beside)
    note = "; ".join(
        f"{name}: computed by the network, {KEPT[name][1]:.0%} of the column kept as "
        f"{KEPT[name][0]} (assumed)"
        for name in project.options[0].benefits
        if name in KEPT
    )
    options = tuple(
        option.model_copy(update={name: _kept(getattr(option, name)) for name in BENEFITS})
        for option in project.options
    )
    told = "; ".join(part for part in (project.note, note) if part)
    return project.model_copy(update={"options": options, "note": told})


def _renamed(project: Project, name: str) -> Project:
    """The project with all its benefits under `name`: the network computes the others."""
    options = tuple(
        option.model_copy(
            update={field: {name: sum(getattr(option, field).values())} for field in BENEFITS}
        )
        for option in project.options
    )
    told = f"{project.note}; the network computes its service, the column holds {name} alone"
    return project.model_copy(update={"options": options, "note": told})


def _kept(benefits: Mapping[str, float]) -> dict[str, float]:
    kept: dict[str, float] = {}
    for name, value in benefits.items():
        other, share = KEPT.get(name, (name, 1.0))
        kept[other] = round(kept.get(other, 0.0) + share * value, 6)
    return kept
