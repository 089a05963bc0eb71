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
            share=0.16,
            log_cost=-0.527,
            log_cost_sd=1.59,
            log_benefit=-1.21,
            log_benefit_sd=0.315,
            growth=0.0,
            paying=0.297,
            revenue=0.1,
            om=0.08,
            lifetime=10,
        ),
        "energy": SectorParameters(
            share=0.123,
            log_cost=0.63,
            log_cost_sd=1.36,
            log_benefit=-2.26,
            log_benefit_sd=0.616,
            growth=0.01,
            paying=0.937,
            revenue=0.08,
            om=0.0225,
            lifetime=25,
        ),
        "environment": SectorParameters(
            share=0.165,
            log_cost=-0.0105,
            log_cost_sd=1.37,
            log_benefit=-1.8,
            log_benefit_sd=0.271,
            growth=0.01,
            paying=0.265,
            revenue=0.05,
            om=0.03,
            lifetime=25,
        ),
        "logistics": SectorParameters(
            share=0.0175,
            log_cost=0.918,
            log_cost_sd=0.884,
            log_benefit=-1.69,
            log_benefit_sd=0.289,
            growth=0.02,
            paying=0.944,
            revenue=0.05,
            om=0.03,
            lifetime=30,
        ),
        "municipal": SectorParameters(
            share=0.097,
            log_cost=0.301,
            log_cost_sd=1.13,
            log_benefit=-1.79,
            log_benefit_sd=0.265,
            growth=0.02,
            paying=0.19,
            revenue=0.06,
            om=0.025,
            lifetime=30,
        ),
        "rural": SectorParameters(
            share=0.0301,
            log_cost=-0.263,
            log_cost_sd=1.15,
            log_benefit=-1.83,
            log_benefit_sd=0.206,
            growth=0.01,
            paying=0.355,
            revenue=0.03,
            om=0.02,
            lifetime=25,
        ),
        "safety": SectorParameters(
            share=0.00873,
            log_cost=-1.17,
            log_cost_sd=0.579,
            log_benefit=-1.33,
            log_benefit_sd=0.303,
            growth=0.0,
            paying=0.0,
            revenue=0.0,
            om=0.08,
            lifetime=10,
        ),
        "tourism": SectorParameters(
            share=0.0175,
            log_cost=-0.241,
            log_cost_sd=0.918,
            log_benefit=-1.87,
            log_benefit_sd=0.231,
            growth=0.02,
            paying=0.833,
            revenue=0.08,
            om=0.04,
            lifetime=25,
        ),
        "transport": SectorParameters(
            share=0.247,
            log_cost=1.69,
            log_cost_sd=1.83,
            log_benefit=-2.19,
            log_benefit_sd=0.567,
            growth=0.02,
            paying=0.541,
            revenue=0.03,
            om=0.025,
            lifetime=25,
        ),
        "water": SectorParameters(
            share=0.134,
            log_cost=0.25,
            log_cost_sd=1.56,
            log_benefit=-2.07,
            log_benefit_sd=0.708,
            growth=0.015,
            paying=0.572,
            revenue=0.03,
            om=0.0208,
            lifetime=40,
        ),
    },
    thirds=(0.7, 2.7),
    works=(
        (0.544, 0.424, 0.032, 0.0, 0.0, 0.0, 0.0, 0.0),
        (0.213, 0.545, 0.219, 0.0233, 0.0, 0.0, 0.0, 0.0),
        (0.108, 0.343, 0.352, 0.119, 0.0349, 0.0378, 0.00291, 0.00291),
    ),
    mandates={"committed": 0.125, "must": 0.0679, "no": 0.807},
    relations={
        "all_or_none": 0.00582,
        "exclusive": 0.0262,
        "finish_to_start": 0.0466,
        "shared_works": 0.0155,
        "synergy": 0.0621,
    },
    synergy=0.0105,
    shared_works=0.0635,
    second_options=0.129,
    option_cost=0.636,
    option_benefit=0.636,
    money=0.435,
    transfers=0.116,
    money_growth=0.0199,
    quota=0.566,
    old_debt=0.353,
    repaid=0.072,
    old_rate=0.0335,
    ceiling=1.21,
    revenue=0.233,
    bond_rate=0.03,
    tenors={"general": 10, "special": 20},
)
