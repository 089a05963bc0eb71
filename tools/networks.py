"""Networks of the shipped instances, from tables of hand decisions in tools/data/NAME.

network_nodes.csv, network_links.csv, demands.csv and project_network.csv have the columns of an
instance; blank cells take the default. What a network computes must not stand in a column as
well: of the yearly benefit of a project that changes a network only the part remains that the
network does not see.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from infraplan.models.network import (
    Demand,
    NetworkLink,
    NetworkNode,
    NetworkSettings,
    ProjectNetwork,
)
from infraplan.models.problem import Settings
from infraplan.models.project import Mandate, Option, Project
from infraplan.optimizer.estimating.delivered import PRICE_YEAR, deliveries, uplift
from tools.census import Book, more_of, read
from tools.trips import TIME_GROWTH, OwnTrips, value_over_years

KEPT: dict[str, tuple[str, float]] = {
    "travel_time": ("freight_and_local_trips", 0.5),
    "freight_and_travel": ("freight_and_local_trips", 0.5),
    "freight": ("industry_at_the_port", 0.3),
    "water_supply": ("irrigation_and_flood_control", 0.4),
    "power_supply": ("local_reliability", 0.3),
    "gas_supply": ("local_reliability", 0.3),
    "energy_supply": ("heat", 0.5),
}
"""Benefit that a network replaces: name of what remains of it, and its share (assumed).

Of lines with known trips the share is computed: tools/trips.py.
"""

OF_NETWORKS = frozenset(
    (
        *("m3", "m3_town", "m3_new", "m3_deficit", "m3_ind", "m3_leak", "m3_mean"),
        *("mwh_new", "kw", "kwh", "t_stored"),
    )
)
"""Quantities that networks of water, power and fuel serve or save."""
OF_SUPPLY = frozenset({"water_supply", "power_supply", "gas_supply", "energy_supply"})
"""Benefits of works whose networks know no quantities but these."""

BESIDE = "beside_network"
"""Decision of a work whose deliveries are only what its network does not see: name of that benefit."""

BENEFITS = ("benefits", "benefits_low", "benefits_high")
"""Columns of a project that hold its benefits, and their range."""

Share = Callable[[str, Option], float | None]
"""Of a project's option: share of its benefit that no network computes; None: not known."""

HOURS_OR_DAYS = {"/day": 365.0, "/year": 1.0, "MW": 8760.0}
"""What the weights of a network's blocks add up to, by the end of its unit: a year."""


def check_years(settings: Sequence[NetworkSettings], networks: Iterable[str]) -> None:
    """Refuse a network without a unit, or whose blocks are not a year of its unit.

    Trips a day without a weight of 365 are counted once a year.
    """
    known = {row.id: row for row in settings}
    for name in sorted(set(networks)):
        row = known.get(name)
        year = next((y for end, y in HOURS_OR_DAYS.items() if row and row.unit.endswith(end)), None)
        if row is None or year is None:
            message = (
                f"document.yaml: network {name} needs a unit that ends in one of {[*HOURS_OR_DAYS]}"
            )
            raise ValueError(message)
        found = sum(block.weight for block in row.blocks) if row.blocks else 1.0
        if abs(found - year) > 1e-6 * year:
            message = (
                f"document.yaml: blocks of {name} ({row.unit}) weigh {found:g}, a year {year:g}"
            )
            raise ValueError(message)


def network_tables(book: Book) -> dict[str, tuple[Any, ...]]:
    """The four tables of networks; empty where the document has no data folder for them."""
    folder = book.document.folder
    tables = (
        ("network_nodes", NetworkNode),
        ("network_links", NetworkLink),
        ("demands", Demand),
        ("project_network", ProjectNetwork),
    )
    found: dict[str, tuple[Any, ...]] = {
        name: tuple(
            model.model_validate({key: value for key, value in row.items() if value})
            for row in read(folder / f"{name}.csv")
        )
        for name, model in tables
    }
    settings = book.document.settings
    check_years(settings.networks, {node.network for node in found["network_nodes"]})
    demands: tuple[Demand, ...] = found["demands"]
    trips = [row for row in demands if row.value_of_time > 0.0]
    more = sum(row.amount * row.growth for row in trips) / (sum(row.amount for row in trips) or 1.0)
    return found | {
        "demands": tuple(
            _over_years(row, settings, more) if row.value_of_time > 0.0 else row for row in demands
        )
    }


def _over_years(demand: Demand, settings: Settings, more: float) -> Demand:
    """The demand with the value of time of the years in which its trips are made.

    demands.csv states it of 2021, as unit_values.csv does; incomes and with them the value of time
    grow. `more` is the mean growth of trips, one for all: trips of one origin have one value.
    """
    horizon, appraisal = settings.horizon, settings.appraisal
    end = appraisal.end_year or horizon.last_year
    low, mid, high = (
        value_over_years(
            growth,
            appraisal.discount_rate,
            horizon.first_year,
            horizon.last_year,
            end,
            more,
        )
        * uplift(settings.price_year, horizon.first_year, growth)
        for growth in (TIME_GROWTH.low, TIME_GROWTH.mid, TIME_GROWTH.high)
    )
    told = (
        f"{demand.source}; value of time of {PRICE_YEAR} x {mid:.2f} ({low:.2f}-{high:.2f}): prices of "
        f"{settings.price_year}, and its mean from {horizon.first_year} to {end} by discounted trips, "
        f"growing {TIME_GROWTH.mid:.2%} a year ({TIME_GROWTH.low:.1%}-{TIME_GROWTH.high:.1%}) with incomes"
    )
    value = float(f"{demand.value_of_time * mid:.4g}")
    return demand.model_copy(update={"value_of_time": value, "source": told})


def beside_of(book: Book) -> dict[str, str]:
    """Works whose deliveries are only what their network does not see: name of that benefit."""
    found = {name: more_of(row) for name, row in book.works.items()}
    return {name: more[BESIDE] for name, more in found.items() if BESIDE in more}


def own_trips(book: Book, networks: Mapping[str, tuple[Any, ...]]) -> Share:
    """Share of the benefit of a line's option that its travel network does not compute."""
    trips = OwnTrips(
        networks["network_links"],
        networks["demands"],
        networks["project_network"],
        {project.id for project in book.projects if project.mandatory is not Mandate.FREE},
    )

    def share(project: str, option: Option) -> float | None:
        decided = [row for row in book.options.get(project, []) if row["option"] == option.option]
        kind = (decided[0].get("type") if decided else "") or book.works[project]["type"]
        return 1.0 if states_the_rest(option, kind) else trips.share_kept(project, option, kind)

    return share


def without_what_networks_compute(
    projects: list[Project],
    changes: tuple[ProjectNetwork, ...],
    beside: Mapping[str, str] | None = None,
    share: Share = lambda _project, _option: None,
) -> tuple[Project, ...]:
    """The projects with the part of their benefits that no network computes.

    `beside` names, by project, the benefit of deliveries that are stated without what the network
    computes: they are kept whole. `share` tells what is left of an option whose trips are known.
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
    return tuple(_less(p, own.get(p.id, ""), share) if p.id in changing else p for p in projects)


def _less(project: Project, beside: str, share: Share) -> Project:
    if beside:
        return _renamed(project, beside)
    shares = {option.option: share(project.id, option) for option in project.options}
    told = [project.note] if project.note else []
    for name in project.options[0].benefits:
        if name not in KEPT:
            continue
        other, flat = KEPT[name]
        told += [f"{name}: computed by the network, of the column is kept as {other}"]
        told += [
            f"of {option} {flat:.0%} (assumed)"
            if kept is None
            else f"of {option} {kept:.0%} (all that the network does not hold)"
            for option, kept in shares.items()
        ]
    options = tuple(
        option.model_copy(
            update={name: _kept(getattr(option, name), shares[option.option]) for name in BENEFITS}
        )
        for option in project.options
    )
    return project.model_copy(update={"options": options, "note": "; ".join(told)})


def states_the_rest(option: Option, kind: str) -> bool:
    """Whether what the option delivers as works of type `kind` is only what its network does not serve.

    So it is where it states 0 of every quantity of its formula that a network serves (whether it has
    none of it or the network has it: the benefit is that of the others, people behind a dam, outages
    of its own, steam), and where the formula has none (fields under a canal, homes with better water).
    A quantity that is not stated is the usual one of the type, and not 0.
    """
    if not option.benefits.keys() <= OF_SUPPLY:
        return False
    served = OF_NETWORKS & deliveries()[kind].typical.keys()
    return all(option.deliveries.get(name) == 0.0 for name in served)


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


def _kept(benefits: Mapping[str, float], share: float | None) -> dict[str, float]:
    kept: dict[str, float] = {}
    for name, value in benefits.items():
        other, flat = KEPT.get(name, (name, None))
        part = 1.0 if flat is None else flat if share is None else share
        kept[other] = round(kept.get(other, 0.0) + part * value, 6)
    return kept
