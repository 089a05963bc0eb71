"""A plan with what the verifier says of it, and the first of several that obeys every law."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from infraplan.models.catalogue import Phrase, phrase
from infraplan.models.plan import Plan
from infraplan.optimizer.backends import Note
from infraplan.optimizer.engines.to_the_unit import to_the_unit
from infraplan.optimizer.mip import FloatArray
from infraplan.optimizer.program import Formulation
from infraplan.optimizer.solve_result import Bar
from infraplan.optimizer.verify import Verification

LEAST_S = 1.0
"""Seconds that cents get at least: they are computed after the time limit too."""


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
    Rows that refuse starts are those of all that were made.
    """
    if answered.plan is None or answered.is_good:
        return answered, ()
    note = Note("contradiction", *phrase("the-plan-obeys-the-rows-but-breaks-laws").both)
    bars = answered.bars
    for text, make in others:
        better = make()
        bars = (*bars, *better.bars)
        if better.is_good:
            return replace(better, bars=bars), (note, Note("repaired", *text.both))
    return replace(answered, bars=bars), ()


def made_to_the_unit(
    scaled: Formulation,
    factor: float,
    values: FloatArray,
    seconds: float,
    made: Callable[[FloatArray], Finished],
) -> Finished:
    """The plan that `made` makes of `values` of `scaled`, their money found to the smallest unit.

    Money of `scaled` is multiplied by `factor`. Where none pays for the starts, there is no plan
    but rows that refuse them.
    """
    corrected = to_the_unit(scaled, factor, values, max(LEAST_S, seconds))
    finished = Finished() if corrected.values is None else made(corrected.values)
    return replace(finished, bars=corrected.bars)
