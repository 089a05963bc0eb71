"""Family `link_capacity`: flow on a link stays within what is open there."""

from __future__ import annotations

from infraplan.models.network import NetworkAction, NetworkLink
from infraplan.optimizer.formulation.context import Context
from infraplan.optimizer.formulation.networks.changes import (
    Expression,
    Rows,
    active_in,
    add_capacity_rows,
    gates,
    scaled,
    under_works,
)
from infraplan.optimizer.formulation.networks.columns import Slice, is_cut


def add_link_capacity(context: Context) -> None:
    """Flow in each direction is within the link's capacity in the year, all commodities together.

    Formula: ``sum flow <= capacity`` (see `add_capacity_rows`); trips from o on a candidate:
    ``flow[o] <= trips[o] open``; on a way that a change makes: ``flow <= most active``, and none on
    a way whose place a better one has taken: ``flow <= most (1 - active better)``. A congested
    link has no capacity here, it is slow (`congestion`). Flows in the network's unit.
    """
    rows = Rows(context, "link_capacity")
    for slice_ in context.networks.slices:
        if rows.add_known(slice_):
            continue
        directions: dict[tuple[str, bool], list[int]] = {}
        for number, way in enumerate(slice_.network.ways):
            directions.setdefault((way.link.id, way.back), []).append(number)
        for (name, back), ways in directions.items():
            link = slice_.network.link_by_id[name]
            key = name + ("<" if back else ">")
            most = _most_flow(slice_, link)
            _add_direction(context, rows, slice_, link, ways, key, most)
            _add_ways(context, rows, slice_, ways, key, most)
    rows.flush()


def _most_flow(slice_: Slice, link: NetworkLink) -> list[float]:
    """Most that can flow on a link, by commodity: all trips, or what `most_flow` says."""
    view = slice_.network
    if not view.is_transport:
        return [view.most_flow(link)]
    return [
        sum(slice_.demand[row.id] * (1.0 + row.elasticity) for row in view.demands_at[name])
        for name in view.commodities
    ]


def _add_direction(
    context: Context,
    rows: Rows,
    slice_: Slice,
    link: NetworkLink,
    ways: list[int],
    key: str,
    most: list[float],
) -> None:
    view = slice_.network
    use: Expression = [(int(column), 1.0) for column in slice_.flow[ways].ravel()]
    if view.is_congested(link):
        for change in view.changes_of(link.id, NetworkAction.CLOSE_DURING_WORKS):
            works = scaled(under_works(context, change, slice_.t), sum(most))
            rows.add((*slice_.key, key), use + works, upper=sum(most))
    elif not is_cut(view, link, slice_.block):
        for flow in (use, scaled(use, -1.0)) if view.obeys_angles(link) else (use,):
            add_capacity_rows(
                context,
                rows,
                slice_,
                link,
                flow,
                capacity=link.capacity,
                most=sum(most),
                key=key,
                is_gated=True,
            )
    wider = view.changes_of(link.id, NetworkAction.ADD_CAPACITY)
    for change in view.shutting(link) if wider else ():  # what was added is out with the line
        works = scaled(under_works(context, change, slice_.t), sum(most))
        for flow in (use, scaled(use, -1.0)) if works else ():
            rows.add((*slice_.key, key), flow + works, upper=sum(most))
    closed = gates(context, slice_, link)
    limited = link.capacity is not None and not view.is_congested(link)
    if not link.exists and limited and len(most) == 1 and not wider:
        closed = closed[1:]  # its capacity says the same already
    for gate in closed:
        for position, limit in enumerate(most):
            part: Expression = [(int(column), 1.0) for column in slice_.flow[ways, position]]
            rows.add((*slice_.key, key), part + scaled(gate, -limit), upper=0.0)
            if view.obeys_angles(link):
                rows.add((*slice_.key, key), part + scaled(gate, limit), lower=0.0)


def _add_ways(
    context: Context, rows: Rows, slice_: Slice, ways: list[int], key: str, most: list[float]
) -> None:
    view = slice_.network
    for number in ways:
        way = view.ways[number]
        for position, limit in enumerate(most):
            use: Expression = [(int(slice_.flow[number, position]), 1.0)]
            if way.change is not None:
                made = scaled(active_in(context, way.change, slice_), -limit)
                rows.add((*slice_.key, key), use + made, upper=0.0)
            if view.is_transport and way.capacity is None:
                continue  # a slower way is never chosen where a faster one is open
            for better in way.better:
                gone = scaled(active_in(context, better, slice_), limit)
                if gone:
                    rows.add((*slice_.key, key), use + gone, upper=limit)
