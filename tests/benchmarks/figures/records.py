"""All figures, and which of them makes the run of an instance."""

from __future__ import annotations

from tests.benchmarks.figures import of_deciding, of_known, of_plans, of_sizes, of_suites
from tests.benchmarks.figures.of_plans import PLANS
from tests.benchmarks.figures.record import Figure

FIGURES: tuple[Figure, ...] = (
    *of_plans.FIGURES,
    *of_deciding.FIGURES,
    *of_sizes.FIGURES,
    *of_known.FIGURES,
    *of_suites.FIGURES,
)
PLAN_OF: dict[str, Figure] = dict(PLANS)
