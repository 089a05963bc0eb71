"""What ties projects together: order, exclusion, synergy, shared works."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from infraplan.models.base import DomainModel, described
from infraplan.models.quantities import Amount, Confidence, Identifier


class RelationType(StrEnum):
    """Kinds of relation. `from` and `to` are the members; a list is joined by `;`.

    Order in time (each `to` needs the `from` members; `count` of them where given, else all):
    `finish_to_start`: `to` starts at least `lag` years after `from` opens.
    `start_to_start`: `to` starts at least `lag` years after `from` starts.
    `finish_to_finish`: `to` opens at least `lag` years after `from` opens.
    `requires`: if `to` is built at any time, so is `from`.

    Choice (members are `from` and `to` together):
    `exclusive`: at most one is built. `at_most`: at most `count`. `all_or_none`.

    Value and works (members together):
    `synergy`: `value` per year while at least `count` (all where blank) members operate.
    `substitute`: `value` per year is lost while two or more operate (`count` members: count or
    more).
    `shared_works`: `value` is saved once when all members start within `lag` years of each other.
    `works_conflict`: no two members are under construction in the same year.

    Life:
    `renews`: `to` renews `from` (one project each): it is built only if `from` is built or stands,
    and opens when its life has ended, see `renewal`; what it leaves blank it may take over.

    `retires`: `to` retires `from`, which stands: when `to` opens (or has), the life of `from` ends
    early;
    `value` is what is salvaged then, once (below 0: what it costs besides). It is not renewed then.

    Recorded, not enforced: `complement`, `enables`, `same_corridor`. What `enables` may mean is one
    of the types above: `finish_to_finish` (`to` opens only after `from`), `requires` (in any year),
    `all_or_none` (neither is of use alone), `synergy` (both gain, `value` a year).
    """

    FINISH_TO_START = "finish_to_start"
    START_TO_START = "start_to_start"
    FINISH_TO_FINISH = "finish_to_finish"
    REQUIRES = "requires"
    EXCLUSIVE = "exclusive"
    AT_MOST = "at_most"
    ALL_OR_NONE = "all_or_none"
    SYNERGY = "synergy"
    SUBSTITUTE = "substitute"
    SHARED_WORKS = "shared_works"
    WORKS_CONFLICT = "works_conflict"
    RENEWS = "renews"
    RETIRES = "retires"
    COMPLEMENT = "complement"
    ENABLES = "enables"
    SAME_CORRIDOR = "same_corridor"


class RenewalMode(StrEnum):
    """Who decides on a renewal; docs/laws.md section 1."""

    DECISION = "decision"  # the plan, after the life of what is renewed has ended
    AUTOMATIC = "automatic"  # nobody: it opens in the very year after that life


class TakenOver(StrEnum):
    """What a renewal takes over from what it renews where it says nothing itself."""

    BENEFITS = "benefits"  # with their growth, and the rows of table benefits, without ramp-up
    REVENUE = "revenue"  # with its growth
    OUTPUTS = "outputs"
    OM = "om"
    LIFETIME = "lifetime"  # with the financial life
    NETWORK = "network"  # rows of project_network but closures during works
    RECEIPTS = "receipts"


ORDER_TYPES = frozenset(
    {
        RelationType.FINISH_TO_START,
        RelationType.START_TO_START,
        RelationType.FINISH_TO_FINISH,
        RelationType.REQUIRES,
    }
)
RECORDED_TYPES = frozenset(
    {RelationType.COMPLEMENT, RelationType.ENABLES, RelationType.SAME_CORRIDOR}
)


class Relation(DomainModel):
    """One relation between projects."""

    row_key: ClassVar[tuple[str, ...]] = ("type", "from_projects", "to_projects")

    id: Identifier | None = described("relation id; blank is named by its members", None)
    from_projects: tuple[Identifier, ...] = described(
        "members on the from side", min_length=1, refers_to="projects"
    )
    to_projects: tuple[Identifier, ...] = described(
        "members on the to side", (), refers_to="projects"
    )
    type: RelationType = described("kind of relation")
    lag: int = described("years, see the type", 0, ge=-100, le=100, unit="years")
    count: int | None = described("how many members, see the type", None, ge=1)
    value: Amount | None = described(
        "money per year (synergy, substitute) or once (shared_works; retires: what is salvaged)",
        None,
        unit="money",
    )
    renewal: RenewalMode = described(
        "renews: decision (the plan may, once the life has ended) or automatic (it opens in the "
        "very year after the life, where that lies in the plan and its window allows it)",
        RenewalMode.DECISION,
    )
    takes_over: tuple[TakenOver, ...] = described(
        "renews: what `to` takes over from `from` where it is blank itself: benefits, revenue, "
        "outputs, om, lifetime, network, receipts",
        (),
    )
    confidence: Confidence = described(
        "how it is known; an inferred one is recorded and not enforced, as are all of type "
        "complement, enables and same_corridor: in the place of enables write finish_to_finish, "
        "requires, all_or_none or synergy, whichever is meant",
        Confidence.EXPLICIT,
    )
    source: str = described("document and section, or quote", "")

    @property
    def members(self) -> tuple[str, ...]:
        """All members, from side first, each once."""
        return tuple(dict.fromkeys(self.from_projects + self.to_projects))

    @property
    def is_enforced(self) -> bool:
        """Whether the engine obeys it: stated or implied, and not of a recorded-only type."""
        return self.confidence is not Confidence.INFERRED and self.type not in RECORDED_TYPES

    @property
    def label(self) -> str:
        """Id, or a name made of type and members."""
        return self.id or f"{self.type}:{'+'.join(self.from_projects)}>{'+'.join(self.to_projects)}"
