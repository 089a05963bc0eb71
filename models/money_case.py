"""An instance solved again with another amount of money, and what that changes of a plan."""

from __future__ import annotations

from enum import StrEnum

from infraplan.models.base import DomainModel, described
from infraplan.models.quantities import Identifier, Share


class MoneyEffect(StrEnum):
    """Whether the best value is another one with other money."""

    PROVEN = "proven"  # no plan under the one money is worth what the other one is
    NONE = "none"  # the values do not differ by more than the proven gaps
    NO_PLAN = "no_plan"  # no plan obeys all rules with this money
    UNKNOWN = "unknown"  # no plan was found in its share of the time


class MoneyCase(DomainModel):
    """What a plan becomes with `factor` times its money.

    Candidates are the projects that a plan decides about: not what stands, is committed or may not
    be built. Of these `changed` are those that are built in one plan alone, or start two years or
    more apart; those of them that are `tied` are a choice between plans as good as one another.
    """

    factor: float = described("money, as a multiple of what the instance has", unit="factor")
    effect: MoneyEffect = described("whether the value depends on the money")
    termination: str = described("how the solve ended", "")
    objective: float | None = described("value of the plan found", None, unit="money")
    bound: float | None = described("no plan with this money is worth more", None, unit="money")
    gap: float | None = described("relative gap", None)
    verified: bool = described("whether the plan was checked by all laws", default=False)
    num_selected: int = described("projects built", 0)
    candidates: int = described("projects that a plan decides about")
    changed: int = described("candidates that enter, leave or move by two years or more", 0)
    share: Share = described("changed / candidates", 0.0, unit="share")
    enters: dict[str, int] = described("project = start, built with this money alone", {})
    leaves: tuple[Identifier, ...] = described("projects not built with this money", ())
    moves: dict[str, int] = described("project = start, where two years or more away", {})
    other_options: dict[str, str] = described("project = option, where built in another one", {})
    tied: tuple[Identifier, ...] = described(
        "changed projects that can all be as before in a plan within the asked gap", ()
    )
    ties_asked: bool = described("whether such changes were looked for", default=False)
    came_in: float | None = described("what funds have in the plan", None, unit="nominal money")
    left: float | None = described("of it left over", None, unit="nominal money")
    runtime_s: float = described("seconds that it took", 0.0, unit="s")
    time_share_s: float | None = described("seconds that it was given", None, unit="s")

    @property
    def decided(self) -> int:
        """Candidates that change and are not tied: the fewest changes found."""
        return self.changed - len(self.tied)
