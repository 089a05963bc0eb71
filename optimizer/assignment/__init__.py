"""Traffic assignment by compiled routines: user equilibrium, system optimum, fixed times."""

from infraplan.optimizer.assignment.road_network import (
    Arcs,
    BoolArray,
    FloatArray,
    IntArray,
    RoadNetwork,
)
from infraplan.optimizer.assignment.traffic_assignment import (
    Assignment,
    Paths,
    UnreachableDemandError,
    never,
    system_optimum,
    trip_times,
    user_equilibrium,
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
