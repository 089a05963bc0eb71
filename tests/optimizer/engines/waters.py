"""Water networks under pressure for tests, and their law from the nodes: nothing of the product."""

from __future__ import annotations

import itertools
import random

import numpy as np
from scipy.optimize import root

from infraplan.models.instance import Instance
from infraplan.models.network import (
    Demand,
    FlowLaw,
    NetworkLink,
    NetworkNode,
    NetworkSettings,
    ProjectNetwork,
)
from infraplan.models.project import Option, Project
from tests.builders import make_instance

NETWORK = "w"
# Alperovits and Shamir, Water Resources Research 13 (1977): level (m) and demand (m3/h) of
# junctions, ends of the pipes of 1,000 m, C = 130; prices per metre by inches. Best: 419,000.
JUNCTIONS = {
    2: (150, 100),
    3: (160, 100),
    4: (155, 120),
    5: (150, 270),
    6: (165, 330),
    7: (160, 200),
}
PIPES = {1: (1, 2), 2: (2, 3), 3: (2, 4), 4: (4, 5), 5: (4, 6), 6: (6, 7), 7: (3, 5), 8: (5, 7)}
PRICES = {
    **{1: 2, 2: 5, 3: 8, 4: 11, 6: 16, 8: 23, 10: 32},
    **{12: 50, 14: 60, 16: 90, 18: 130, 20: 170, 22: 300, 24: 550},
}


def node(name: str, level: float, least: float | None = None, **fields) -> NetworkNode:
    """A zone that asks for `least` metres, or a source at `level` where it asks for none."""
    role = "source" if least is None else "zone"
    return NetworkNode(
        **{
            "id": name,
            "network": NETWORK,
            "kind": "water",
            "role": role,
            "elevation": level,
            "least_pressure": least,
        }
        | fields
    )


def pipe(name: str, tail: str, head: str, length: float = 1.0, **fields) -> NetworkLink:
    """A pipe of `length` km, C = 130; a candidate where no diameter is given."""
    return NetworkLink(
        **{
            "id": name,
            "network": NETWORK,
            "from_node": tail,
            "to_node": head,
            "length": length,
            "roughness": 130.0,
            "exists": "diameter" in fields,
        }
        | fields
    )


def laying(
    link: str, prices: dict[float, float], must: bool = True, **fields
) -> tuple[Project, list[ProjectNetwork]]:
    """A project that lays `link` in one of the diameters (mm) of `prices`."""
    project = Project(
        id=f"lay-{link}",
        sector="water",
        mandatory="must" if must else "no",
        options=tuple(
            Option(
                option=f"d{size:g}",
                overnight_cost=price,
                lead_time=0,
                spending_profile=(1.0,),
            )
            for size, price in prices.items()
        ),
        **fields,
    )
    changes = [
        ProjectNetwork(
            project=project.id,
            option=f"d{size:g}",
            element=link,
            action="set_diameter",
            value=size,
        )
        for size in prices
    ]
    return project, changes


def water(nodes, links, demands: dict[str, float], works, **more) -> Instance:
    """An instance of one year; `demands` in litres a second by node, `works` from `laying`."""
    settings = {"networks": [NetworkSettings(id=NETWORK, law=FlowLaw.PRESSURE, unit="L/s")]}
    return make_instance(
        [project for project, _ in works],
        **{"years": (2021, 2021), "settings": settings}
        | {
            "network_nodes": nodes,
            "network_links": links,
            "demands": [
                Demand(id=f"d-{name}", network=NETWORK, node=name, amount=amount)
                for name, amount in demands.items()
            ],
            "project_network": [row for _, changes in works for row in changes],
        }
        | more,
    )


def with_pipes(instance: Instance) -> Instance:
    """`instance` with a pipe that is wide enough, and one beside it that the project `a` may lay.

    What is worth anything is then the instance's own; pressures that decide are tried elsewhere.
    """
    there = {project.id for project in instance.projects}
    own = NetworkSettings(id=NETWORK, law=FlowLaw.PRESSURE, unit="L/s")
    tables = {name: getattr(instance, name) for name in Instance.model_fields}
    changes = (
        [ProjectNetwork(project="a", element="new", action="set_diameter", value=150.0)]
        if "a" in there
        else []
    )
    return Instance(
        **tables
        | {
            "settings": instance.settings.model_copy(update={"networks": (own,)}),
            "network_nodes": (node("s", 50.0), node("t", 0.0, 30.0)),
            "network_links": (pipe("old", "s", "t", diameter=200.0), pipe("new", "s", "t")),
            "demands": (Demand(id="d", network=NETWORK, node="t", amount=20.0),),
            "project_network": tuple(changes),
        }
    )


def two_loop(inches: tuple[int, ...] = tuple(PRICES)) -> Instance:
    """The two-loop network with the sizes `inches`."""
    nodes = [node("n1", 210.0)]
    nodes += [node(f"n{name}", level, 30.0) for name, (level, _) in JUNCTIONS.items()]
    links = [pipe(f"p{name}", f"n{tail}", f"n{head}") for name, (tail, head) in PIPES.items()]
    prices = {25.4 * size: 1000.0 * PRICES[size] for size in inches}
    demands = {f"n{name}": demand / 3.6 for name, (_, demand) in JUNCTIONS.items()}
    return water(nodes, links, demands, [laying(link.id, prices) for link in links])


def random_water(seed: int) -> Instance:
    """Three or four zones around a source, in a loop or two; some pipes stand, some need not be."""
    rng = random.Random(f"water/{seed}")
    names = ["a", "b", "c", "d"][: rng.choice([3, 3, 4])]
    nodes = [node("s", rng.choice([60.0, 80.0])), node("t", 70.0, role="source")][
        : rng.choice([1, 1, 2])
    ]
    sources = [one.id for one in nodes]
    nodes += [node(name, rng.uniform(0.0, 30.0), rng.choice([10.0, 20.0, 25.0])) for name in names]
    ring = [sources[0], *names]
    ends = [*itertools.pairwise(ring), (ring[-1], sources[-1])]
    if rng.random() < 0.5:
        ends.append((names[0], names[-1]))
    links, works = [], []
    for number, (tail, head) in enumerate(ends):
        length = rng.uniform(0.3, 2.0)
        if rng.random() < 0.25:
            stood = rng.choice([100.0, 150.0, 200.0])
            links.append(pipe(f"p{number}", tail, head, length, diameter=stood))
            continue
        sizes = sorted(rng.sample([80.0, 100.0, 150.0, 200.0, 250.0, 300.0], rng.choice([2, 3])))
        prices = {size: round(length * size * rng.uniform(0.8, 1.2), 1) for size in sizes}
        links.append(pipe(f"p{number}", tail, head, length))
        works.append(laying(f"p{number}", prices, must=rng.random() < 0.4))
    demands = {name: rng.uniform(5.0, 40.0) for name in names}
    return water(nodes, links, demands, works)


def heads_of(instance: Instance, diameters: dict[str, float]) -> dict[str, float] | None:
    """Head of each node with pipes of `diameters`; None where a demand has no way.

    Unknown are the heads; what a pipe carries follows from those of its ends.
    """
    nodes = {one.id: one for one in instance.network_nodes}
    links = [link for link in instance.network_links if link.id in diameters]
    joined = {name for name, one in nodes.items() if one.role == "source"}
    fixed = {name: nodes[name].elevation or 0.0 for name in joined}
    for _ in links:
        for link in links:
            if {link.from_node, link.to_node} & joined:
                joined |= {link.from_node, link.to_node}
    taken = dict.fromkeys(nodes, 0.0)
    for row in instance.demands:
        taken[row.node] += row.amount / 1000.0
    if any(taken[name] > 0.0 and name not in joined for name in nodes):
        return None
    free = sorted(joined - fixed.keys())

    def resistance(link: NetworkLink) -> float:
        size = diameters[link.id] / 1000.0
        return 10.66683 * 1000.0 * link.length / (link.roughness**1.852 * size**4.871)

    def missing(values):
        heads = fixed | dict(zip(free, values, strict=True))
        net = {name: -taken[name] for name in free}
        for link in links:
            if link.from_node in heads and link.to_node in heads:
                fall = heads[link.from_node] - heads[link.to_node]
                flow = np.sign(fall) * (abs(fall) / resistance(link)) ** (1 / 1.852)
                for end, sign in ((link.from_node, -1.0), (link.to_node, 1.0)):
                    if end in net:
                        net[end] += sign * flow
        return np.array([1000.0 * net[name] for name in free])

    top = max(fixed.values())
    rng = np.random.default_rng(0)
    for spread in (1.0, 5.0, 20.0, 80.0, 300.0, 1500.0) * 4:
        found = root(missing, top - spread * rng.uniform(0.2, 1.0, len(free)), tol=1e-12)
        if np.abs(found.fun).max() < 1e-7:
            return fixed | dict(zip(free, found.x.tolist(), strict=True))
    raise AssertionError(found)


def best_cost(instance: Instance) -> float | None:
    """Least cost of all designs that keep every pressure, each tried; None where none does."""
    least = {
        one.id: (one.elevation or 0.0) + one.least_pressure
        for one in instance.network_nodes
        if one.least_pressure is not None
    }
    stood = {one.id: one.diameter for one in instance.network_links if one.exists}
    ways = []
    for project in instance.projects:
        rows = [row for row in instance.project_network if row.project == project.id]
        prices = {one.option: one.overnight_cost for one in project.options}
        mine = [({row.element: row.value}, prices[row.option]) for row in rows]
        ways.append(mine if project.mandatory == "must" else [({}, 0.0), *mine])
    designs = sorted(itertools.product(*ways), key=lambda design: sum(cost for _, cost in design))
    for design in designs:
        laid = dict(stood)
        for pipes, _ in design:
            laid |= pipes
        heads = heads_of(instance, laid)
        if heads is not None and all(heads.get(one, -1e9) >= h for one, h in least.items()):
            return sum(cost for _, cost in design)
    return None
