"""Every compiled kernel, compiled once and kept on the disk before the tests.

Tracing doubles the time that numba takes, and each process of the tests would compile for itself
what the others have not kept yet. `make test` runs this beside the type checker.
"""

from __future__ import annotations

import sys

from numba.core.dispatcher import Dispatcher

from infraplan.optimizer.assignment import kernels
from infraplan.optimizer.decomposition import (
    chain_kernels,
    closure_kernels,
    drift_kernels,
    reach_kernels,
    schedule_kernels,
)
from infraplan.optimizer.networkdesign import bounds, search
from infraplan.optimizer.primal import few_rows_kernels
from infraplan.optimizer.solve import solve
from infraplan.optimizer.solve_result import SolveOptions
from tests.optimizer.decomposition.mines import waiting
from tests.optimizer.engines.roads import random_roads
from tests.optimizer.engines.test_roads_against_oracle import in_one_year_each
from tests.optimizer.primal.test_few_rows import drawn, feasible, searched
from tests.oracle.generate import random_instance

SEEDS = 10
MODULES = (
    kernels,
    bounds,
    search,
    few_rows_kernels,
    chain_kernels,
    closure_kernels,
    drift_kernels,
    reach_kernels,
    schedule_kernels,
)
"""Where kernels stand."""


def not_compiled() -> list[str]:
    """Names of the kernels that this process has neither compiled nor loaded.

    What a kernel calls is part of its machine code, and is not loaded by itself where that is kept.
    """
    found = {
        f"{module.__name__}.{name}": value
        for module in MODULES
        for name, value in vars(module).items()
        if isinstance(value, Dispatcher)
    }
    called = {
        inner
        for kernel in found.values()
        for inner in kernel.py_func.__code__.co_names
        if inner != kernel.py_func.__name__
    }
    return [
        name
        for name, kernel in found.items()
        if not kernel.signatures and kernel.py_func.__name__ not in called
    ]


def compile_all() -> list[str]:
    """Search over random roads until every kernel was called; return what none of them called.

    The kernels of few rows are called by a search of their own, those of closures by two mines.
    """
    mip = drawn(0)
    searched(mip, feasible(mip)[0])
    for instance in (waiting(0, options=2), waiting(0, options=1, must=True)):
        solve(instance, SolveOptions(engine="decomposition", gap=0.0, canonical=False))
    for seed in range(SEEDS):
        instance = random_roads(random_instance(seed), seed)
        for question in (instance, in_one_year_each(instance, seed)):
            if not_compiled():
                solve(question, SolveOptions(gap=0.0, canonical=False))
    return not_compiled()


if __name__ == "__main__":
    missing = compile_all()
    sys.exit(f"no search in tests/kernels.py calls {missing}" if missing else 0)
