"""What a check finds, and the recorder that every check writes into."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from infraplan.models.catalogue import Phrase, pair, phrase, term_or_name
from infraplan.models.rules import LAWS

TOLERANCE = 1e-6
"""Relative to the numbers compared, absolute below one; docs/laws.md."""

ROUNDING = 1e-12
"""Rounding of a sum, relative to the largest number that went into it."""

SMALLEST_MONEY = 0.01
"""Smallest unit of money, of the instance's unit as read: by less than it a law of money may be
missed where `TOLERANCE` would allow more; docs/tolerances.md."""

COPY = 1e-9
"""Relative difference of two copies of one number; docs/laws.md."""


@dataclass(frozen=True)
class Violation:
    """One broken law.

    Attributes
    ----------
    law
        Name of the law, as in docs/laws.md.
    subject
        Id of what it is about: project, fund, instrument, rule, target, relation.
    message
        What is wrong, in a planner's words, with project, year and amounts.
    expected
        Number that the law asks for (a limit, or what follows); None where it is none.
    found
        Number in the plan; None where it is none.
    """

    law: str
    subject: str
    message: Phrase
    expected: float | None = None
    found: float | None = None

    @property
    def phrase(self) -> Phrase:
        """Law and message, in both languages."""
        law = pair(self.law, f"{term_or_name('law', self.law).zh}（{self.law}）")
        return phrase("law-and-violation", law=law, message=self.message)

    def __str__(self) -> str:
        return str(self.phrase)


@dataclass(frozen=True)
class LawCheck:
    """How often a law was checked, and how well it held.

    `worst_error` is the largest distance from what the law asks, relative to the size of the
    numbers compared (absolute below one); 0 where it held everywhere.
    """

    law: str
    checked: int
    worst_error: float
    violations: int


@dataclass(frozen=True)
class Verification:
    """Outcome of a verification: each law, each violation, and the recomputed objective."""

    laws: tuple[LawCheck, ...]
    violations: tuple[Violation, ...]
    objective: float

    @property
    def ok(self) -> bool:
        """Whether no law is broken."""
        return not self.violations


def number(value: float | None) -> str:
    """Return `value` as text for a message."""
    return "nothing" if value is None else f"{value:.10g}"


def tolerance(*numbers: float, scale: float = 0.0) -> float:
    """Return how far apart `numbers` may be; `scale` is the largest number in their sums.

    Negative, so that nothing passes, where a number is infinite or none.
    """
    if not all(math.isfinite(value) for value in (*numbers, scale)):
        # Next to an infinite number any other would be small: nothing is forgiven there.
        return -1.0
    return max(TOLERANCE * max(1.0, *(abs(value) for value in numbers)), ROUNDING * scale)


def same(first: float | None, second: float | None, scale: float = 0.0) -> bool:
    """Whether two finite numbers (or two blanks) agree within the tolerance."""
    if first is None or second is None:
        return first is second
    return abs(first - second) <= tolerance(first, second, scale=scale)


def identical(first: float | None, second: float | None, scale: float = 0.0) -> bool:
    """Whether two numbers (or two blanks) are the same but for rounding.

    Stricter than the tolerance of the laws, which forgives a solver: two accounts of one plan
    come from the same numbers, so that one per cent of a millionth must still be seen.
    """
    if first is None or second is None:
        return first is second
    if not (math.isfinite(first) and math.isfinite(second) and math.isfinite(scale)):
        return False
    allowed = COPY * max(abs(first), abs(second)) + ROUNDING * max(1.0, scale)
    return abs(first - second) <= allowed


def _within(smaller: float, larger: float, allowed: float) -> bool:
    """Whether `smaller` is not above `larger` by more than `allowed`; never where that is < 0."""
    return allowed >= 0.0 and smaller - larger <= allowed


@dataclass
class _Tally:
    checked: int = 0
    worst: float = 0.0
    violations: int = 0


@dataclass
class Recorder:
    """Collects checks and violations; every check of every law goes through it."""

    violations: list[Violation] = field(default_factory=list)
    tallies: dict[str, _Tally] = field(default_factory=lambda: {law: _Tally() for law in LAWS})

    def fail(
        self,
        law: str,
        subject: str,
        message: Phrase,
        expected: float | None = None,
        found: float | None = None,
    ) -> None:
        """Record a violation."""
        self.tallies[law].violations += 1
        self.violations.append(Violation(law, subject, message, expected, found))

    def holds(self, law: str, subject: str, obeyed: bool, message: Phrase) -> None:
        """Check a law that is obeyed or not."""
        self.tallies[law].checked += 1
        if not obeyed:
            self._miss(law, 1.0)
            self.fail(law, subject, message)

    def equal(
        self,
        law: str,
        subject: str,
        found: float,
        expected: float,
        what: Phrase,
        scale: float = 0.0,
    ) -> None:
        """Check that `found` is `expected`; `what` names the number in a planner's words."""
        self.tallies[law].checked += 1
        self._miss(law, abs(found - expected) / max(1.0, abs(found), abs(expected)))
        if not same(found, expected, scale):
            text = phrase(
                "is-but-follows-to-be", what=what, found=number(found), expected=number(expected)
            )
            self.fail(law, subject, text, expected, found)

    def at_most(
        self, law: str, subject: str, found: float, limit: float, what: Phrase, scale: float = 0.0
    ) -> None:
        """Check that `found` is not above `limit`."""
        self.tallies[law].checked += 1
        self._miss(law, (found - limit) / max(1.0, abs(found), abs(limit)))
        if not _within(found, limit, tolerance(found, limit, scale=scale)):
            text = phrase(
                "is-above-the-limit-of", what=what, found=number(found), limit=number(limit)
            )
            self.fail(law, subject, text, limit, found)

    def at_least(
        self, law: str, subject: str, found: float, floor: float, what: Phrase, scale: float = 0.0
    ) -> None:
        """Check that `found` is not below `floor`."""
        self.tallies[law].checked += 1
        self._miss(law, (floor - found) / max(1.0, abs(found), abs(floor)))
        if not _within(floor, found, tolerance(found, floor, scale=scale)):
            text = phrase(
                "is-below-the-least-of", what=what, found=number(found), floor=number(floor)
            )
            self.fail(law, subject, text, floor, found)

    def add(self, violation: Violation) -> None:
        """Record a violation that a comparison found."""
        self.tallies[violation.law].violations += 1
        self.violations.append(violation)
        if violation.expected is not None and violation.found is not None:
            size = max(1.0, abs(violation.expected), abs(violation.found))
            self._miss(violation.law, abs(violation.found - violation.expected) / size)
        else:
            self._miss(violation.law, 1.0)

    def _miss(self, law: str, error: float) -> None:
        tally = self.tallies[law]
        # What is infinite or no number is as wrong as can be; reports need a number.
        tally.worst = max(tally.worst, error if math.isfinite(error) else 1.0)

    def verification(self, objective: float) -> Verification:
        """Return everything recorded, laws in the order of docs/laws.md."""
        checks = tuple(
            LawCheck(law, tally.checked, tally.worst, tally.violations)
            for law, tally in self.tallies.items()
        )
        return Verification(checks, tuple(self.violations), objective)
