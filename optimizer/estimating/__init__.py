"""Estimates by type of works: unit costs, times, running cost, benefits, with their sources."""

from infraplan.optimizer.estimating.library import (
    Estimate,
    WorksType,
    estimate,
    read_works_types,
    works_type,
    works_types,
)

__all__ = [
    "Estimate",
    "WorksType",
    "estimate",
    "read_works_types",
    "works_type",
    "works_types",
]
