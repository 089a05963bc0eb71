"""A plan with what the verifier says of it, and the first of several that obeys every law."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from infraplan.models.catalogue import Phrase, phrase
from infraplan.models.plan import Plan
from infraplan.optimizer.backends import Note
from infraplan.optimizer.solve_result import Bar
from infraplan.optimizer.verify import Verification


@dataclass(frozen=True)
class Finished:
    """A plan with what the verifier says of it; both None where there is none.

    `bars` refuse its starts where no money pays for them to the smallest unit.
    """

    plan: Plan | None = None
    verification: Verification | None = None
    bars: tuple[Bar, ...] = ()

    @property
    def is_good(self) -> bool:
        """Whether there is a plan and it obeys every law."""
        return self.verification is not None and self.verification.ok


def first_good(
    answered: Finished, others: Iterable[tuple[Phrase, Callable[[], Finished]]]
) -> tuple[Finished, tuple[Note, ...]]:
    """`answered` where it obeys every law, else the first of `others` that does.

    Each of `others` says what it is and makes it when it is asked for. Returned is besides what
    is to be told; where none obeys, the plan answered stays, and whoever verifies it tells why.
    """
    if answered.plan is None or answered.is_good:
        return answered, ()
    note = Note("contradiction", *phrase("the-plan-obeys-the-rows-but-breaks-laws").both)
    for text, make in others:
        if (better := make()).is_good:
            return better, (note, Note("repaired", *text.both))
    return answered, ()
