"""A linear program with whole numbers that bounds all designs of pipes under pressure.

The instance's own program gets columns for the flow and the head lost on each link. In it a pipe
may lose more head than its flow asks, as if a valve throttled it, up to a line above the curve:

    u >= r q^1.852  by tangents,    u <= r Q^0.852 q  (secant up to the most flow Q of the pipe).

Every design that keeps the law obeys these rows, so what the program can have at most bounds all
plans. Flows go in the direction of the falling head, told by one 0-1 column a link. A pipe's
tangents hold for its own way alone, since flow and loss of each way have columns of their own, per
its most flow and loss (perspective of Guenluek and Linderoth, Mathematical Programming 124, 2010).

A design of its answers that misses the head asked for is cut off alone: "one pipe is another". A
cut "one pipe is larger" would hold only without loops, in which a larger pipe may lower some head.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.sparse import coo_array, csr_array

from infraplan.optimizer.formulation.networks.changes import Expression
from infraplan.optimizer.mip import FloatArray, IntArray, Mip
from infraplan.optimizer.mip_edits import with_columns, with_rows
from infraplan.optimizer.waterdesign.hydraulics import EXPONENT, SHARP
from infraplan.optimizer.waterdesign.pipes import WaterState

FAMILY = "pressure"
"""Family of the rows."""
TANGENTS = (0.05, 0.12, 0.2, 0.3, 0.42, 0.56, 0.74, 1.0)
"""Shares of the most flow at which the loss of every pipe has a tangent."""
LOOSE = 1e-6
"""Share by which most flow and loss are taken larger than they follow to be."""


@dataclass(frozen=True)
class _Way:
    """A pipe that may be on a link: R, its 0-1 expression over columns, and a constant in it."""

    link: int
    resistance: float
    expression: Expression
    constant: float


class _Rows:
    """Rows collected one by one."""

    def __init__(self) -> None:
        self._entries: list[tuple[int, int, float]] = []
        self._lower: list[float] = []
        self._upper: list[float] = []

    def add(self, entries: Expression, lower: float = -np.inf, upper: float = np.inf) -> None:
        """`lower <= sum of entries <= upper`."""
        number = len(self._lower)
        self._entries += [(number, column, value) for column, value in entries if value]
        self._lower.append(lower)
        self._upper.append(upper)

    def onto(self, mip: Mip) -> Mip:
        """`mip` with the rows besides."""
        if not self._lower:
            return mip
        # A row may have no entries: "one pipe is another" where nobody has a choice.
        rows, columns, values = zip(*self._entries, strict=True) if self._entries else ((), (), ())
        shape = (len(self._lower), mip.num_columns)
        matrix = csr_array(coo_array((values, (rows, columns)), shape=shape))
        return with_rows(mip, FAMILY, matrix, np.array(self._lower), np.array(self._upper))


class Relaxation:
    """The program of an instance with flows and losses of its pipes; all flows are per demand.

    Attributes
    ----------
    mip
        The program as it stands, with the designs that are cut off.
    """

    def __init__(self, mip: Mip, state: WaterState) -> None:
        self._base = mip.num_columns
        self._state = state
        pipes = state.pipes
        self._demand = max(float(pipes.demand.sum()), 1e-9)
        top = np.nanmax(pipes.source_head)
        # Heads are least where water is taken, and there a pressure is asked for.
        asked = pipes.least_head[np.isfinite(pipes.least_head)]
        lowest = np.nanmin(pipes.source_head)
        self._low = float(min(asked.min(initial=np.inf), lowest))
        self._high = float(top)
        self._fall = max((self._high - self._low) * (1.0 + LOOSE), 1e-6)
        self._ways = self._all_ways()
        self._passing = self._most_passing()
        self._most = np.array([self._most_flow(way.resistance) for way in self._ways])
        self._most_on = np.zeros(self._links)
        for way, most in zip(self._ways, self._most.tolist(), strict=True):
            self._most_on[way.link] = max(self._most_on[way.link], most)
        self._loss = np.array(
            [
                way.resistance * (share * self._demand) ** EXPONENT
                for way, share in zip(self._ways, self._most, strict=True)
            ]
        )
        self.mip = self._with_tangents(self._with_flows(self._with_heads(mip)))

    def _all_ways(self) -> list[_Way]:
        """What may lie on each link, the pipe that stands first."""
        state, found = self._state, []
        for link, r in enumerate(state.standing.tolist()):
            mine = [lay for lay in state.lays if lay.link == link]
            if np.isfinite(r):
                rest = [(j, -factor) for lay in mine for j, factor in lay.expression]
                found.append(_Way(link, r, rest, 1.0))
            found += [_Way(link, lay.resistance, lay.expression, 0.0) for lay in mine]
        return found

    def _most_flow(self, r: float) -> float:
        """The most that a pipe carries, per demand.

        All that is taken and what lower sources get, or what loses all head there is.
        """
        return min(1.0 + self._passing, self._flow_by_head(self._fall, r)) * (1.0 + LOOSE)

    def _flow_by_head(self, fall: float, r: float) -> float:
        """Flow, per demand, at which a pipe of resistance `r` loses `fall` metres."""
        return float((fall / r) ** (1.0 / EXPONENT) / self._demand)

    def _most_passing(self) -> float:
        """The most, per demand, that flows from sources into lower ones.

        It is what the pipes at these carry when they lose all head there is above them.
        """
        pipes = self._state.pipes
        most = np.zeros(self._links)
        for way in self._ways:
            for end in (pipes.tails[way.link], pipes.heads[way.link]):
                if np.isfinite(pipes.source_head[end]):
                    fall = (self._high - float(pipes.source_head[end])) * (1.0 + LOOSE)
                    most[way.link] = max(most[way.link], self._flow_by_head(fall, way.resistance))
        return float(most.sum())

    @cached_property
    def _links(self) -> int:
        return self._state.pipes.num_pipes

    def _with_heads(self, mip: Mip) -> Mip:
        """Columns: flow on, flow back, fall on, fall back, direction of links; heads of nodes."""
        pipes, count = self._state.pipes, self._links
        self._column: dict[str, IntArray] = {}
        for name, most, whole in (
            ("flow", self._most_on, False),
            ("back", self._most_on, False),
            ("fall", np.full(count, self._fall), False),
            ("rise", np.full(count, self._fall), False),
            ("on", np.ones(count), True),
        ):
            mip, self._column[name] = with_columns(
                mip, np.zeros(count), most, np.full(count, whole)
            )
        fixed = np.isfinite(pipes.source_head)
        low = np.where(fixed, pipes.source_head, np.maximum(pipes.least_head, self._low))
        high = np.where(fixed, pipes.source_head, self._high)
        mip, self._column["head"] = with_columns(mip, np.minimum(low, high), high)
        for name in ("share", "loss"):
            size = len(self._ways)
            mip, self._column[name] = with_columns(mip, np.zeros(size), np.ones(size))
        # A node that asks for more than any source has, or a source than its own, leaves no plan.
        rows = _Rows()
        for node in np.flatnonzero(pipes.least_head > high + SHARP).tolist():
            rows.add([(int(self._column["head"][node]), 1.0)], lower=pipes.least_head[node])
        return rows.onto(mip)

    def _with_flows(self, mip: Mip) -> Mip:
        """Rows: flows add up at nodes; they follow the falling head, each on one way."""
        pipes, column, rows = self._state.pipes, self._column, _Rows()
        at: list[Expression] = [[] for _ in range(pipes.num_nodes)]
        for link in range(self._links):
            tail, head = int(pipes.tails[link]), int(pipes.heads[link])
            flow, back = int(column["flow"][link]), int(column["back"][link])
            fall, rise = int(column["fall"][link]), int(column["rise"][link])
            on = int(column["on"][link])
            for node, sign in ((head, 1.0), (tail, -1.0)):
                at[node] += [(flow, sign), (back, -sign)]
            most = float(self._most_on[link])
            rows.add([(flow, 1.0), (on, -most)], upper=0.0)
            rows.add([(back, 1.0), (on, most)], upper=most)
            rows.add([(fall, 1.0), (on, -self._fall)], upper=0.0)
            rows.add([(rise, 1.0), (on, self._fall)], upper=self._fall)
            ends = [(int(column["head"][tail]), 1.0), (int(column["head"][head]), -1.0)]
            rows.add([*ends, (fall, -1.0), (rise, 1.0)], 0.0, 0.0)
            self._add_ways(rows, link, (flow, back), (fall, rise))
        for node, entries in enumerate(at):
            if not np.isfinite(pipes.source_head[node]):
                taken = float(pipes.demand[node]) / self._demand
                rows.add(entries, taken, taken)
        return rows.onto(mip)

    def _add_ways(
        self, rows: _Rows, link: int, flows: tuple[int, int], falls: tuple[int, int]
    ) -> None:
        """Flow and loss of a link are those of the way that is there."""
        shares: Expression = []
        losses: Expression = []
        secants: Expression = []
        there: Expression = []
        constant = 0.0
        for number, way in enumerate(self._ways):
            if way.link != link:
                continue
            share, loss = (int(self._column[name][number]) for name in ("share", "loss"))
            shares.append((share, float(self._most[number])))
            losses.append((loss, float(self._loss[number])))
            secants.append((share, float(self._loss[number])))
            less = [(column, -value) for column, value in way.expression]
            rows.add([(share, 1.0), *less], upper=way.constant)
            there += way.expression
            constant += way.constant
        rows.add([*((flow, 1.0) for flow in flows), *((c, -v) for c, v in shares)], 0.0, 0.0)
        rows.add([*((fall, 1.0) for fall in falls), *((c, -v) for c, v in losses)], lower=0.0)
        # Where no pipe is, heads have nothing to do with one another.
        upper = [*((fall, 1.0) for fall in falls), *((c, -v) for c, v in secants)]
        upper += [(column, self._fall * value) for column, value in there]
        rows.add(upper, upper=self._fall * (1.0 - constant))

    def _with_tangents(self, mip: Mip) -> Mip:
        rows = _Rows()
        for number in range(len(self._ways)):
            for share in TANGENTS:
                self._add_tangent(rows, number, share)
        return rows.onto(mip)

    def _add_tangent(self, rows: _Rows, number: int, share: float) -> None:
        """Loss of a way, per most, is at least the tangent at `share` of its most flow."""
        way = self._ways[number]
        slope = EXPONENT * share ** (EXPONENT - 1.0)
        rest = (EXPONENT - 1.0) * share**EXPONENT
        entries = [
            (int(self._column["loss"][number]), 1.0),
            (int(self._column["share"][number]), -slope),
            *((column, rest * value) for column, value in way.expression),
        ]
        rows.add(entries, lower=-rest * way.constant)

    def sharpen(self, columns: FloatArray) -> None:
        """Add tangents at the flows of an answer, where its losses are too small."""
        rows = _Rows()
        for number in range(len(self._ways)):
            share = float(columns[self._column["share"][number]])
            loss = float(columns[self._column["loss"][number]])
            if share > 1e-4 and loss < share**EXPONENT - 1e-4:
                self._add_tangent(rows, number, min(share, 1.0))
        self.mip = rows.onto(self.mip)

    def forbid(self, columns: FloatArray) -> None:
        """Cut off the design at values of the columns, and no other."""
        entries: dict[int, float] = {}
        lower = 1.0
        for lay in self._state.lays:
            sign = -1.0 if lay.is_there(columns) else 1.0
            lower += min(sign, 0.0)
            for column, factor in lay.expression:
                entries[column] = entries.get(column, 0.0) + sign * factor
        rows = _Rows()
        rows.add(list(entries.items()), lower=lower)
        self.mip = rows.onto(self.mip)

    def columns(self, base: FloatArray, flow: FloatArray, head: FloatArray) -> FloatArray:
        """All columns at a plan of the instance's program, with the flows and heads of its design.

        `flow` in m3/s, shape (links,), `head` in m, NaN where nothing is reached, shape (nodes,).
        """
        found = np.zeros(self.mip.num_columns)
        found[: self._base] = base[: self._base]
        pipes, column = self._state.pipes, self._column
        bounds = self.mip.col_lower[column["head"]], self.mip.col_upper[column["head"]]
        heads = np.clip(np.where(np.isnan(head), self._low, head), *bounds)
        found[column["head"]] = heads
        fall = heads[pipes.tails] - heads[pipes.heads]
        found[column["fall"]], found[column["rise"]] = np.maximum(fall, 0), np.maximum(-fall, 0)
        per_demand = flow / self._demand
        found[column["flow"]] = np.maximum(per_demand, 0.0)
        found[column["back"]] = np.maximum(-per_demand, 0.0)
        found[column["on"]] = np.where(np.where(flow == 0.0, fall, flow) > 0.0, 1.0, 0.0)
        for number, way in enumerate(self._ways):
            there = way.constant + sum(value * base[j] for j, value in way.expression)
            if there > 0.5:
                share = abs(per_demand[way.link]) / self._most[number]
                found[column["share"][number]] = share
                found[column["loss"][number]] = share**EXPONENT
        return found
