"""Shares of a plan's value that add up over projects tied to one another.

A project's value is no property of its own where it shares works, needs another project or serves
one network with others. Each is given the average of what it adds when the projects join one after
another in any order (Shapley value); what is told beside it, the value of each alone, counts twice
what several would do, and misses what only all do. See docs/value-shares.md.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from infraplan.models.finance.shared_value import (
    ValueNotFoundError,
    ValueShares,
    drawn_shares,
    exact_shares,
)
from infraplan.models.instance import Instance
from infraplan.models.plan import Plan
from infraplan.optimizer.analysis.value_pieces import (
    Names,
    Needs,
    NoFlowError,
    Piece,
    ValueParts,
    value_parts,
)
from infraplan.optimizer.engines.deadline import Deadline
from infraplan.optimizer.formulation.networks.outer_approximation import (
    NO_END_S,
    FlowsUnfinishedError,
)

if TYPE_CHECKING:
    import networkx as nx

ADDS_UP = 1e-9
"""Shares add up where they miss the plan's value by no more than this share of what is added."""

SAME_SERVICE = 1e-6
"""Service found anew is that of the plan where it misses it by no more than this share."""

Told = Callable[[str, int, int], None]
"""Hears, of a piece by its tie, orders done and orders asked for."""


@dataclass(frozen=True)
class ShareOptions:
    """How shares are found: exactly for up to `exact_up_to` projects, else from `orders` orders."""

    exact_up_to: int = 8
    orders: int = 64
    seed: int = 1


@dataclass(frozen=True)
class ProjectShare:
    """Value of one project of a plan; present value, money.

    Attributes
    ----------
    own
        Its own terms: benefits, cost, what stands to its name alone.
    alone
        Its own terms and what it would do if none of its group but it were there, as an office
        counts it; None where that is not known.
    share
        Its share; all shares, and what is apart, add up to the plan's value.
    error
        Standard error of the share; 0 where exact, None where unknown.
    last
        What would be lost without it and whatever needs it; None where that is not known.
    """

    project: str
    group: int | None
    own: float
    alone: float | None
    share: float
    error: float | None
    last: float | None


@dataclass(frozen=True)
class ValueGroup:
    """Projects tied to one another; `alone` is the sum of what each is worth alone."""

    number: int
    projects: tuple[str, ...]
    ties: tuple[str, ...]
    value: float
    alone: float | None
    orders: int

    @property
    def counted_twice(self) -> float | None:
        """By how much the values alone exceed the joint one; below 0: they gain by one another."""
        return None if self.alone is None else self.alone - self.value


@dataclass(frozen=True)
class Apart:
    """A part of the value that is not shared out, and why: `law`, `flow`, `differs` or `time`."""

    subject: str
    value: float
    why: str


@dataclass(frozen=True)
class Recomputed:
    """Service of a network as the plan states it, and as flows of least cost found anew say."""

    network: str
    stated: float
    found: float


@dataclass(frozen=True)
class PlanShares:
    """Shares of all projects of a plan, largest first, and what no project has."""

    value: float
    without: float
    projects: tuple[ProjectShare, ...]
    groups: tuple[ValueGroup, ...]
    apart: tuple[Apart, ...]
    recomputed: tuple[Recomputed, ...]

    @property
    def difference(self) -> float:
        """By how much shares and what is apart miss the plan's value."""
        return math.fsum(self._parts) - self.value

    @property
    def adds_up(self) -> bool:
        """Whether they do not miss it, but for rounding."""
        return abs(self.difference) <= ADDS_UP * max(1.0, sum(abs(row) for row in self._parts))

    @property
    def _parts(self) -> list[float]:
        return [
            self.without,
            *(row.share for row in self.projects),
            *(row.value for row in self.apart),
        ]


@dataclass
class _Sums:
    """What has been shared out so far, by project."""

    share: dict[str, float]
    variance: dict[str, float]
    alone: dict[str, float]
    last: dict[str, float]
    orders: dict[str, int]
    recomputed: list[Recomputed] = field(default_factory=list)
    unknown: dict[str, set[str]] = field(
        default_factory=lambda: {"error": set(), "alone": set(), "last": set()}
    )


def _no_sums(built: list[str]) -> _Sums:
    """Nothing shared out yet."""
    share, variance, alone, last = (dict.fromkeys(built, 0.0) for _ in range(4))
    return _Sums(share, variance, alone, last, dict.fromkeys(built, 0))


def share_value(
    instance: Instance,
    plan: Plan,
    options: ShareOptions | None = None,
    deadline: Deadline | None = None,
    told: Told = lambda *_: None,
) -> PlanShares:
    """Share the value of `plan` out over its projects.

    Of networks, flows are found anew for every set of projects that is asked for; money and dates
    stay as the plan has them. What `deadline` leaves no time for is told as apart, never guessed.
    """
    import networkx as nx

    asked = options or ShareOptions()
    until = _Until(deadline)
    built = [start.project for start in plan.starts]
    parts, needs = value_parts(instance, plan, until.left_s), Needs(instance, built)
    sums = _no_sums(built)
    apart = [Apart(term.subject, term.value, "law") for term in parts.apart]
    ties: nx.Graph[str] = nx.Graph()
    ties.add_nodes_from(built)
    named: list[tuple[str, str]] = []
    for row in needs.rows:
        ties.add_edges_from((row.project, name) for name in row.providers)
        named.append((row.project, row.tie))
    for number, name in enumerate(built):
        own = Piece(name, (name,), partial(_constant, parts.own[name]))
        _share_own(own, needs, asked, sums, np.random.default_rng([asked.seed, number, 1]))
    for number, piece in enumerate(parts.pieces):
        until.part(len(parts.pieces) - number)
        nx.add_path(ties, piece.members)
        named.append((piece.members[0], piece.tie))
        rng = np.random.default_rng([asked.seed, number])
        why = _share_piece(piece, needs, asked, sums, rng, told)
        if why:
            apart.append(Apart(piece.tie, piece.gain_of(frozenset(piece.members)), why))
    return _gathered(plan, parts, sums, ties, named, tuple(apart))


class _Until:
    """Seconds left for the piece under way: an equal part of those left for all that follow."""

    def __init__(self, deadline: Deadline | None) -> None:
        self._deadline = self._whole = deadline

    def part(self, pieces: int) -> None:
        if self._whole is not None:
            self._deadline = self._whole.of_next(pieces)

    def left_s(self) -> float:
        if self._deadline is None or self._deadline.limit_s is None:
            return NO_END_S
        return self._deadline.limit_s - self._deadline.elapsed_s


def _constant(value: float, there: Names) -> float:
    return value if there else 0.0


def _share_own(
    piece: Piece, needs: Needs, asked: ShareOptions, sums: _Sums, rng: np.random.Generator
) -> None:
    """Share a project's own value with what it needs: equally, where it needs all of it."""
    (name,) = piece.members
    players = needs.upstream(piece.members)
    value = piece.gain(frozenset(piece.members))
    if needs.all_asked(players):
        sums.alone[name] += value
        for player in players:
            sums.share[player] += value / len(players)
            sums.last[player] += value
        return
    _share_piece(piece, needs, asked, sums, rng)


def _share_piece(
    piece: Piece,
    needs: Needs,
    asked: ShareOptions,
    sums: _Sums,
    rng: np.random.Generator,
    told: Told = lambda *_: None,
) -> str:
    """Share a piece out among its members and what they need; why not, where it cannot be."""
    players = needs.upstream(piece.members)

    def value(there: Names) -> float:
        try:
            return piece.gain_of(needs.counting(there))
        except FlowsUnfinishedError as error:
            raise ValueNotFoundError from error

    found: ValueShares | None
    try:
        if not _is_found_anew(piece, sums):
            return "differs"
        if len(players) <= asked.exact_up_to:
            found = exact_shares(players, value)
        else:
            hear = partial(_tell, told, piece.tie, asked.orders)
            found = drawn_shares(players, value, asked.orders, rng, hear)
    except NoFlowError:
        return "flow"
    except (ValueNotFoundError, FlowsUnfinishedError):
        found = None
    if found is None:
        return "time"
    for player, share in found.shares.items():
        sums.share[player] += share
        sums.orders[player] = max(sums.orders[player], found.orders)
        if found.errors is None:
            sums.unknown["error"].add(player)
        else:
            sums.variance[player] += found.errors[player] ** 2
    _add_ends(piece, players, value, sums)
    return ""


def _is_found_anew(piece: Piece, sums: _Sums) -> bool:
    """Whether what the plan states of a piece is what is found by solving again.

    Else sets of projects, of which nothing is stated, would be measured by another rule.
    """
    if piece.stated is None:
        return True
    again = piece.gain(frozenset(piece.members))
    sums.recomputed.append(Recomputed(piece.tie, piece.stated, again))
    return math.isclose(piece.stated, again, rel_tol=SAME_SERVICE, abs_tol=SAME_SERVICE)


def _tell(told: Told, tie: str, orders: int, done: int) -> None:
    told(tie, done, orders)


def _add_ends(
    piece: Piece, players: tuple[str, ...], value: Callable[[Names], float], sums: _Sums
) -> None:
    """What each brings alone, whatever it needs, and what is lost without it."""
    everyone = frozenset(players)
    for player in players:
        try:
            sums.last[player] += value(everyone) - value(everyone - {player})
        except (ValueNotFoundError, NoFlowError):
            sums.unknown["last"].add(player)
        try:
            sums.alone[player] += piece.gain_of(frozenset({player}))
        except (FlowsUnfinishedError, NoFlowError):
            sums.unknown["alone"].add(player)


def _gathered(
    plan: Plan,
    parts: ValueParts,
    sums: _Sums,
    ties: nx.Graph[str],
    named: list[tuple[str, str]],
    apart: tuple[Apart, ...],
) -> PlanShares:
    import networkx as nx

    groups: list[ValueGroup] = []
    group_of: dict[str, int] = {}
    tied = [sorted(part) for part in nx.connected_components(ties) if len(part) > 1]
    value = {tuple(names): math.fsum(sums.share[name] for name in names) for names in tied}
    for number, names in enumerate(sorted(value, key=lambda row: (-value[row], row)), 1):
        group_of |= dict.fromkeys(names, number)
        known = not sums.unknown["alone"].intersection(names)
        groups.append(
            ValueGroup(
                number,
                names,
                tuple(dict.fromkeys(tie for name, tie in named if name in names)),
                value[names],
                math.fsum(sums.alone[name] for name in names) if known else None,
                max(sums.orders[name] for name in names),
            )
        )
    rows = [
        ProjectShare(
            name,
            group_of.get(name),
            parts.own[name],
            None if name in sums.unknown["alone"] else sums.alone[name],
            share,
            None if name in sums.unknown["error"] else math.sqrt(sums.variance[name]),
            None if name in sums.unknown["last"] else sums.last[name],
        )
        for name, share in sums.share.items()
    ]
    rows.sort(key=lambda row: (-row.share, row.project))
    again = tuple(sums.recomputed)
    return PlanShares(plan.objective, parts.without, tuple(rows), tuple(groups), apart, again)
