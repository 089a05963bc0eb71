"""Parameters that instances are drawn from.

All figures of `CALIBRATED` come from the shipped instances: `python -m tools.calibrate_generator`
prints them, and a test compares. docs/generate.md says what each one means.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class SectorParameters:
    """Distributions of one sector; money in 100 million CNY, ratios to the cost of a project."""

    share: float
    """Share of all projects."""
    log_cost: float
    log_cost_sd: float
    """Mean and standard deviation of the natural logarithm of cost."""
    log_benefit: float
    log_benefit_sd: float
    """The same of benefits per year over cost."""
    growth: float
    """Yearly growth of benefits, median."""
    paying: float
    """Share of the projects that earn revenue."""
    revenue: float
    """Revenue per year over cost of those, median."""
    om: float
    """Operation and maintenance per year over cost, median."""
    lifetime: int
    """Years of operation, median."""


@dataclass(frozen=True)
class Parameters:
    """All that the generator draws from."""

    sectors: Mapping[str, SectorParameters]
    thirds: tuple[float, float]
    """Costs up to which the cheap and the middling third of the projects reach."""
    works: tuple[tuple[float, ...], ...]
    """Share of the projects that take 1, 2, ... years; cheap, middling and dear third."""
    mandates: Mapping[str, float]
    """Share of the projects by what the plan may choose."""
    relations: Mapping[str, float]
    """Relations per project, by type; finish_to_start and finish_to_finish are one."""
    synergy: float
    """Value of a synergy per year over the members' benefits, median."""
    shared_works: float
    """Saving of shared works over the members' cost, median."""
    second_options: float
    """Share of the projects with a second option."""
    option_cost: float
    option_benefit: float
    """Cost and benefits of the second option over those of the first, median."""
    money: float
    """Money of all funds, less the service of old debt, over the cost that falls on their owners.

    This and the figures below are medians of the plans.
    """
    transfers: float
    """Share of inflows that are earmarked transfers."""
    money_growth: float
    """Yearly growth of inflows."""
    quota: float
    """New debt allowed in all years over that money."""
    old_debt: float
    """Debt at the start over that money."""
    repaid: float
    """Share of the old debt that is due in each year."""
    old_rate: float
    """Interest of the first year over old debt."""
    ceiling: float
    """Ceiling of the first year over old debt."""
    revenue: float
    """General revenue of the first year over old debt."""
    bond_rate: float
    """Interest rate of bonds, median."""
    tenors: Mapping[str, int]
    """Years of bonds, median, by pool."""


CALIBRATED = Parameters(
    sectors={
        "digital": SectorParameters(
            share=0.134,
            log_cost=-0.724,
            log_cost_sd=1.19,
            log_benefit=-2.35,
            log_benefit_sd=1.09,
            growth=0.0103,
            paying=0.325,
            revenue=0.1,
            om=0.08,
            lifetime=10,
        ),
        "energy": SectorParameters(
            share=0.115,
            log_cost=0.266,
            log_cost_sd=1.24,
            log_benefit=-2.66,
            log_benefit_sd=1.17,
            growth=0.01,
            paying=0.899,
            revenue=0.06,
            om=0.02,
            lifetime=30,
        ),
        "environment": SectorParameters(
            share=0.181,
            log_cost=-0.328,
            log_cost_sd=0.986,
            log_benefit=-2.85,
            log_benefit_sd=0.84,
            growth=0.01,
            paying=0.275,
            revenue=0.05,
            om=0.03,
            lifetime=25,
        ),
        "logistics": SectorParameters(
            share=0.0123,
            log_cost=0.918,
            log_cost_sd=0.884,
            log_benefit=-3.21,
            log_benefit_sd=0.773,
            growth=0.02,
            paying=0.944,
            revenue=0.05,
            om=0.03,
            lifetime=30,
        ),
        "municipal": SectorParameters(
            share=0.0757,
            log_cost=0.253,
            log_cost_sd=1.35,
            log_benefit=-3.13,
            log_benefit_sd=0.659,
            growth=0.01,
            paying=0.225,
            revenue=0.04,
            om=0.02,
            lifetime=30,
        ),
        "rural": SectorParameters(
            share=0.0211,
            log_cost=-0.263,
            log_cost_sd=1.15,
            log_benefit=-3.0,
            log_benefit_sd=1.15,
            growth=0.01,
            paying=0.355,
            revenue=0.03,
            om=0.02,
            lifetime=25,
        ),
        "safety": SectorParameters(
            share=0.00613,
            log_cost=-1.17,
            log_cost_sd=0.579,
            log_benefit=-2.26,
            log_benefit_sd=0.557,
            growth=0.01,
            paying=0.0,
            revenue=0.0,
            om=0.08,
            lifetime=10,
        ),
        "tourism": SectorParameters(
            share=0.0143,
            log_cost=-0.262,
            log_cost_sd=0.91,
            log_benefit=-3.11,
            log_benefit_sd=0.978,
            growth=0.02,
            paying=0.857,
            revenue=0.04,
            om=0.0,
            lifetime=25,
        ),
        "transport": SectorParameters(
            share=0.284,
            log_cost=1.2,
            log_cost_sd=1.73,
            log_benefit=-3.06,
            log_benefit_sd=0.899,
            growth=0.0369,
            paying=0.441,
            revenue=0.0333,
            om=0.02,
            lifetime=25,
        ),
        "water": SectorParameters(
            share=0.156,
            log_cost=0.0316,
            log_cost_sd=1.09,
            log_benefit=-3.45,
            log_benefit_sd=1.45,
            growth=0.015,
            paying=0.572,
            revenue=0.04,
            om=0.02,
            lifetime=30,
        ),
    },
    thirds=(0.675, 1.9),
    works=(
        (0.515, 0.442, 0.0409, 0.0, 0.00204, 0.0, 0.0, 0.0),
        (0.247, 0.599, 0.139, 0.0123, 0.00204, 0.0, 0.0, 0.0),
        (0.104, 0.405, 0.288, 0.106, 0.0634, 0.0286, 0.00204, 0.00204),
    ),
    mandates={"committed": 0.0934, "must": 0.062, "no": 0.845},
    relations={
        "all_or_none": 0.00409,
        "exclusive": 0.0211,
        "finish_to_start": 0.0573,
        "shared_works": 0.0279,
        "synergy": 0.0539,
    },
    synergy=0.0459,
    shared_works=0.0258,
    second_options=0.319,
    option_cost=0.5,
    option_benefit=0.6,
    money=0.547,
    transfers=0.0954,
    money_growth=0.0196,
    quota=0.361,
    old_debt=1.2,
    repaid=0.072,
    old_rate=0.0335,
    ceiling=1.22,
    revenue=0.265,
    bond_rate=0.03,
    tenors={"general": 10, "special": 20},
)
