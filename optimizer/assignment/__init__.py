"""Traffic assignment by compiled routines: user equilibrium, system optimum, fixed times."""

from infraplan.optimizer.assignment.equilibrium import (
    Assignment,
    Paths,
    UnreachableDemandError,
    never,
    system_optimum,
    trip_times,
    user_equilibrium,
)
from infraplan.optimizer.assignment.road_network import (
    Arcs,
    BoolArray,
    FloatArray,
    IntArray,
    RoadNetwork,
)

__all__ = [
    "Arcs",
    "Assignment",
    "BoolArray",
    "FloatArray",
    "IntArray",
    "Paths",
    "RoadNetwork",
    "UnreachableDemandError",
    "never",
    "system_optimum",
    "trip_times",
    "user_equilibrium",
]
