"""Solvers as guests: each solve runs in a child process of its own."""

from optimizer.backends.base import (
    Progress,
    SolverInfo,
    SolverOptions,
    SolverReply,
    available_solvers,
)
from optimizer.backends.host import solve_mip, solve_relaxation
from optimizer.backends.model_file import write_model

__all__ = [
    "Progress",
    "SolverInfo",
    "SolverOptions",
    "SolverReply",
    "available_solvers",
    "solve_mip",
    "solve_relaxation",
    "write_model",
]
