"""One choice that brute force makes: a project, its option and its start."""

from __future__ import annotations

from dataclasses import dataclass

from infraplan.models.project import Option, Project

CURVES = {
    1: [1.0],
    2: [0.45, 0.55],
    3: [0.20, 0.45, 0.35],
    4: [0.12, 0.30, 0.36, 0.22],
}


@dataclass(frozen=True)
class Choice:
    """A project in an option from a start year on."""

    project: Project
    option: Option
    start: int
    years_gone: int = 0
    """Years of works before the plan; the option is then what remains."""
    ahead: float = 1.0
    """Share of the whole works' money that its profile puts after them."""
    paid_already: float = 0.0
    """What the works took before the plan."""
    cut: int | None = None
    """Year of its early retirement: it serves until the year before."""

    @property
    def began(self) -> int:
        return self.start - self.years_gone

    @property
    def profile(self) -> list[float]:
        if self.option.spending_profile:
            return list(self.option.spending_profile)
        return CURVES[max(1, self.option.lead_time)]

    @property
    def opening(self) -> int:
        return self.start + self.option.lead_time

    @property
    def closing(self) -> int:
        natural = self.opening + self.option.lifetime - 1
        return natural if self.cut is None else min(natural, self.cut - 1)

    @property
    def works(self) -> range:
        length = max(len(self.profile), self.option.lead_time)
        return range(self.start, self.start + length)
