"""Feasible plans of one's own, found quickly, each checked by the rows and not by a solver."""

from infraplan.optimizer.primal.at_once import plans_at_once
from infraplan.optimizer.primal.between import plan_between
from infraplan.optimizer.primal.choices import Choices
from infraplan.optimizer.primal.completion import Completion
from infraplan.optimizer.primal.core import CoreProgram, Effort, core_program
from infraplan.optimizer.primal.expected_order import expected_order
from infraplan.optimizer.primal.greedy import first_plan, greedy_plan
from infraplan.optimizer.primal.groups import groups_of
from infraplan.optimizer.primal.list_schedule import quick_plan
from infraplan.optimizer.primal.search import Search, first_effort
from infraplan.optimizer.primal.starts import Start, list_starts

__all__ = [
    "Choices",
    "Completion",
    "CoreProgram",
    "Effort",
    "Search",
    "Start",
    "core_program",
    "expected_order",
    "first_effort",
    "first_plan",
    "greedy_plan",
    "groups_of",
    "list_starts",
    "plan_between",
    "plans_at_once",
    "quick_plan",
]
