"""Solvers as guests: each solve runs in a child process of its own."""

from infraplan.optimizer.backends.base import (
    Note,
    Progress,
    SolverInfo,
    SolverOptions,
    SolverReply,
    available_solvers,
)
from infraplan.optimizer.backends.host import solve_mip, solve_relaxation
from infraplan.optimizer.backends.model_file import write_model

__all__ = [
    "Note",
    "Progress",
    "SolverInfo",
    "SolverOptions",
    "SolverReply",
    "available_solvers",
    "solve_mip",
    "solve_relaxation",
    "write_model",
]
