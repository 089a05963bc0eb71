"""How far relaxations lie above the best plans known, as written and with tightened factors.

Run by `python -m tests.benchmarks.relaxations [INSTANCE | RUN FOLDER ...]`.
"""

from __future__ import annotations

import sys

from infraplan.optimizer.backends.quick_relaxation import quick_relaxation
from infraplan.optimizer.formulation.networks.tightening import tightened
from infraplan.optimizer.mip import Mip
from infraplan.optimizer.program import build_formulation
from tests.benchmarks.plans import INSTANCES, solved

SECONDS = 300.0
"""Most that one relaxation may take."""


def excess(mip: Mip, value: float) -> str:
    """Share by which the relaxation of `mip` lies above `value`; a word where it has no end."""
    found = quick_relaxation(mip, SECONDS).values
    return "none" if found is None else f"{100.0 * (mip.value(found) - value) / abs(value):.2f} %"


def main() -> None:
    """Print one line for each instance."""
    print(f"{'instance':<22}{'plan':>12}{'as written':>12}{'tightened':>12}")
    for name in sys.argv[1:] or INSTANCES:
        known = solved(name)
        formulation = build_formulation(known.instance)
        put_down = tightened(formulation.mip, formulation.networks)
        shares = [excess(mip, known.objective) for mip in (formulation.mip, put_down)]
        print(f"{known.name:<22}{known.objective:>12.2f}{shares[0]:>12}{shares[1]:>12}")


if __name__ == "__main__":
    main()
