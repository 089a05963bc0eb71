"""A feasible plan of one's own, found quickly and without a solver that could be wrong about it."""

from infraplan.optimizer.primal.completion import Completion
from infraplan.optimizer.primal.list_schedule import quick_plan
from infraplan.optimizer.primal.starts import Start, list_starts

__all__ = ["Completion", "Start", "list_starts", "quick_plan"]
