"""The value of a plan as a sum of pieces, each of which hangs on few of its projects.

Own values, relations with a value, targets with a price, networks. What a project needs to be built
(order, all or none, renewal) is part of every piece: without it the project does not count.
Source of every value: docs/laws.md section 2.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from infraplan.models.instance import Instance
from infraplan.models.network import SERVED, TRAVEL_TIME, FlowLaw
from infraplan.models.plan import ObjectiveTerm, Plan, ProjectStart
from infraplan.models.relation import ORDER_TYPES, Relation, RelationType
from infraplan.models.renewal import line_of
from infraplan.models.target import Sense, Target
from infraplan.optimizer.accounts.candidates import Candidates, lay_out, standing_starts
from infraplan.optimizer.accounts.targets import (
    shortfall_worth,
    standing_output,
    target_weights,
)
from infraplan.optimizer.accounts.value import (
    WITH_WORTH,
    Coefficients,
    build_coefficients,
    relation_value,
)
from infraplan.optimizer.analysis.service_value import CoalitionCosts

Names = frozenset[str]


class NoFlowError(Exception):
    """A network cannot work with some of a plan's projects alone."""


@dataclass(frozen=True)
class Piece:
    """A part of a plan's value that hangs on `members` alone.

    `gain` is its value with some of them less its value with none of them; `tie` names what it is.
    """

    tie: str
    members: tuple[str, ...]
    gain: Callable[[Names], float]
    stated: float | None = None
    """Gain of all members as the plan states it, where `gain` finds it by solving again."""

    def gain_of(self, there: Names) -> float:
        """Gain with those of the members that are `there`."""
        if self.stated is not None and there.issuperset(self.members):
            return self.stated
        return self.gain(there & set(self.members))


@dataclass(frozen=True)
class Need:
    """`project` is built only where at least `count` of `providers` are; by the relation `tie`."""

    tie: str
    project: str
    providers: Names
    count: int


class Needs:
    """What the projects of a plan need of one another."""

    def __init__(self, instance: Instance, built: Collection[str]) -> None:
        standing = {start.project for start in standing_starts(instance)}
        self.rows = tuple(
            need
            for relation in instance.relations
            if relation.is_enforced
            for need in _needs_of(relation, built, standing)
        )

    def counting(self, there: Names) -> Names:
        """Those of the projects `there` that count: what they need is there and counts too."""
        found = there
        while True:
            short = {
                row.project
                for row in self.rows
                if row.project in found and len(row.providers & found) < row.count
            }
            if not short:
                return found
            found -= short

    def upstream(self, names: Iterable[str]) -> tuple[str, ...]:
        """`names`, and whatever they need, directly or not."""
        found = dict.fromkeys(names)
        waiting = list(found)
        while waiting:
            name = waiting.pop()
            for row in self.rows:
                if row.project == name:
                    new = sorted(row.providers - found.keys())
                    found |= dict.fromkeys(new)
                    waiting += new
        return tuple(found)

    def all_asked(self, players: Collection[str]) -> bool:
        """Whether each of `players` needs all that it names, and not some number of them."""
        return all(row.count == len(row.providers) for row in self.rows if row.project in players)


def _needs_of(
    relation: Relation, built: Collection[str], standing: Collection[str]
) -> Iterator[Need]:
    """Needs of the followers of a relation that the plan builds; what stands is there anyway."""
    if relation.type is RelationType.ALL_OR_NONE:
        members = {name for name in relation.members if name in built}
        for name in sorted(members):
            if others := frozenset(members - {name}):
                yield Need(relation.label, name, others, len(others))
        return
    if relation.type not in ORDER_TYPES | {RelationType.RENEWS}:
        return
    before = dict.fromkeys(relation.from_projects)
    count = relation.count or len(before)
    count -= sum(name in standing for name in before)
    providers = frozenset(name for name in before if name in built)
    for name in relation.to_projects:
        if name in built and 0 < count <= len(providers):
            yield Need(relation.label, name, providers, count)


@dataclass(frozen=True)
class ValueParts:
    """Value of a plan in pieces.

    Attributes
    ----------
    without
        Value where the plan builds nothing: what misses its date, falls short, or stands.
    own
        What each project adds by itself wherever what it needs is there.
    pieces
        What hangs on several projects.
    apart
        Terms that no set of projects but the plan's own can be asked for.
    """

    without: float
    own: dict[str, float]
    pieces: tuple[Piece, ...]
    apart: tuple[ObjectiveTerm, ...]


class _Reading:
    """An instance and a plan, with present values."""

    def __init__(self, instance: Instance, plan: Plan) -> None:
        self.instance, self.plan = instance, plan
        self.starts = {start.project: start for start in plan.starts}

    @cached_property
    def candidates(self) -> Candidates:
        return lay_out(self.instance)

    @cached_property
    def coefficients(self) -> Coefficients:
        return build_coefficients(self.candidates)

    def place(self, start: ProjectStart) -> tuple[int, int]:
        return self.candidates.number_of(start), start.start - self.candidates.first_year


def value_parts(instance: Instance, plan: Plan, left_s: Callable[[], float]) -> ValueParts:
    """Take the value of `plan` apart; `left_s` tells the seconds left for what networks cost."""
    reading = _Reading(instance, plan)
    coefficients = reading.coefficients
    own = {
        name: float((coefficients.value + coefficients.saved)[reading.place(start)])
        for name, start in reading.starts.items()
    }
    without = -coefficients.without
    pieces: list[Piece] = []
    apart: list[ObjectiveTerm] = []
    for relation in instance.relations:
        if relation.is_enforced and relation.type in WITH_WORTH:
            piece, before = _of_relation(reading, relation)
            without += before
            pieces += _kept(piece, own)
    for target in instance.targets:
        if not target.shortfall_price:
            continue
        if target.metric.startswith((SERVED, TRAVEL_TIME)):
            apart += [
                row
                for row in plan.objective_terms
                if row.term == "shortfall" and row.subject == target.id
            ]
            continue
        common, before = _of_target(reading, target, own)
        without += before
        pieces += _kept(common, own)
    for term in plan.objective_terms:
        if term.term != "service":
            continue
        if instance.network_settings(term.subject).law is not FlowLaw.FLOW:
            apart.append(term)
            continue
        pieces += _kept(_of_network(reading, term, left_s), own)
    return ValueParts(without, own, tuple(pieces), tuple(apart))


def _kept(piece: Piece | None, own: dict[str, float]) -> list[Piece]:
    """The piece where it hangs on several projects; one project's is added to its `own`."""
    if piece is None or not piece.members:
        return []
    if len(piece.members) == 1:
        own[piece.members[0]] += piece.gain_of(frozenset(piece.members))
        return []
    return [piece]


def _of_relation(reading: _Reading, relation: Relation) -> tuple[Piece, float]:
    """A relation: its members, what renews them, and what ends their lives."""
    instance = reading.instance
    line = {
        name
        for member in relation.members
        for name in line_of(instance.renewed_by, member, relation.members)
    }
    line |= {
        instance.retired_by[name].to_projects[0] for name in line if name in instance.retired_by
    }
    members = tuple(name for name in reading.starts if name in line)
    standing = {start.project: start for start in standing_starts(instance)}

    def worth(there: Names) -> float:
        chosen = {name: reading.starts[name] for name in members if name in there}
        return relation_value(reading.coefficients, relation, standing | chosen)

    before = worth(frozenset())
    return Piece(relation.label, members, lambda there: worth(there) - before), before


def _of_target(
    reading: _Reading, target: Target, own: dict[str, float]
) -> tuple[Piece | None, float]:
    """A target with a price; none where what projects add never passes it: it is their own then."""
    coefficients = reading.coefficients
    option, start, weight = target_weights(coefficients, target)
    added: dict[str, float] = {}
    for name, row in reading.starts.items():
        number, year = reading.place(row)
        amount = float(weight[(option == number) & (start == year)].sum())
        if amount:
            added[name] = amount
    missing = target.value - target.existing - standing_output(reading.candidates, target)
    price = shortfall_worth(coefficients, target)
    sign = 1.0 if target.sense is Sense.AT_LEAST else -1.0
    lack = sign * missing

    def penalty(there: Names) -> float:
        reached = sum(sign * amount for name, amount in added.items() if name in there)
        return price * max(0.0, lack - reached)

    before = penalty(frozenset())
    most = sum(max(0.0, sign * amount) for amount in added.values())
    least = sum(min(0.0, sign * amount) for amount in added.values())
    if lack >= most:  # every unit counts in full, whoever else is there
        for name, amount in added.items():
            own[name] += price * sign * amount
        return None, -before
    if lack <= least:
        return None, -before
    piece = Piece(target.id, tuple(added), lambda there: before - penalty(there))
    return piece, -before


def _of_network(reading: _Reading, term: ObjectiveTerm, left_s: Callable[[], float]) -> Piece:
    """Service of a network, as the plan states it; of parts of the plan with flows found anew."""
    costs = CoalitionCosts(reading.instance, term.subject, reading.plan.starts, left_s)

    def gain(there: Names) -> float:
        nothing, found = costs.cost(frozenset()), costs.cost(there)
        if nothing is None or found is None:
            raise NoFlowError
        return nothing - found

    members = tuple(start.project for start in costs.starts)
    return Piece(term.subject, members, gain, term.value)
