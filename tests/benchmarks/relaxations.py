"""How far relaxations lie above the best plans known, and what of it stands for which starts.

Run by `python -m tests.benchmarks.relaxations [INSTANCE | RUN FOLDER ...] [--seconds 120]`: the
rows as written; with the factors of networks put down (`tightened`); the bound of their parts at
prices of money, each whole (`priced`), with the CPU seconds of both; `tightened` with the starts of
projects that change a network whole, and all others in shares (`networks`); the same the other way
round (`others`). The last two are searched by HiGHS for `--seconds` each at most, to a gap of
0.01 % of that program; what is printed is the bound then proven: a short time says too much.
With `--seconds 0` they are left out.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import replace

import numpy as np

from infraplan.optimizer.backends import SolverOptions, solve_mip
from infraplan.optimizer.backends.quick_relaxation import quick_relaxation
from infraplan.optimizer.engines.priced_parts import PricedParts
from infraplan.optimizer.formulation.networks.tightening import tightened
from infraplan.optimizer.mip import Mip
from infraplan.optimizer.program import Formulation, build_formulation
from tests.benchmarks.plans import INSTANCES, solved

SECONDS = 300.0
"""Most that one relaxation may take."""
PART_GAP = 1e-4
"""Share of the plan's value within which a part is solved."""
GAP = 1e-4
"""Gap to which a program with some starts whole is searched."""


def excess(mip: Mip, value: float) -> str:
    """Share by which the relaxation of `mip` lies above `value`; a word where it has no end."""
    found = quick_relaxation(mip, SECONDS).values
    return "none" if found is None else _share(mip.value(found), value)


def _share(bound: float | None, value: float) -> str:
    return "none" if bound is None else f"{100.0 * (bound - value) / abs(value):.3f} %"


def excess_priced(mip: Mip, value: float) -> tuple[str, float, float]:
    """The same of the bound of its parts, CPU seconds of the relaxation and of the parts."""
    begin = time.process_time()
    prices = quick_relaxation(mip, SECONDS).multipliers
    relaxed = time.process_time()
    if prices is None:
        return "none", relaxed - begin, 0.0
    parts = PricedParts.of(mip, prices, SECONDS, PART_GAP * abs(value), largest=1.0)
    bound = None if parts is None else parts.bound
    return _share(bound, value), relaxed - begin, time.process_time() - relaxed


def partly_whole(formulation: Formulation, mip: Mip, *, of_networks: bool) -> Mip:
    """`mip` with whole starts for the projects that change a network alone, or for all others."""
    changing = {row.project for row in formulation.instance.project_network}
    runs = mip.starts
    keep = [
        (formulation.instance.projects[int(project)].id in changing) is of_networks
        for project in runs.project
    ]
    whole = np.zeros(mip.num_columns, dtype=np.bool_)
    for number in np.flatnonzero(keep):
        whole[runs.columns_of(int(number))] = True
    return replace(mip, integrality=mip.integrality & whole)


def excess_whole(mip: Mip, value: float, seconds: float) -> str:
    """Share by which the bound that HiGHS proves for `mip` in `seconds` lies above `value`."""
    return _share(solve_mip(mip, SolverOptions(gap=GAP, time_limit_s=seconds)).bound, value)


def main() -> None:
    """Print one line for each instance."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("names", nargs="*", default=INSTANCES, metavar="INSTANCE | RUN")
    parser.add_argument("--seconds", type=float, default=120.0)
    asked = parser.parse_args()
    heads = ("plan", "as written", "tightened", "CPU s", "priced", "CPU s", "networks", "others")
    print(f"{'instance':<22}" + "".join(f"{head:>12}" for head in heads))
    for name in asked.names:
        known = solved(name)
        formulation = build_formulation(known.instance)
        put_down = tightened(formulation.mip, formulation.networks)
        shares = [excess(mip, known.objective) for mip in (formulation.mip, put_down)]
        priced, of_relaxation, of_parts = excess_priced(put_down, known.objective)
        shares += [f"{of_relaxation:.1f}", priced, f"{of_parts:.1f}"]
        for of_networks in (True, False) if asked.seconds > 0.0 else ():
            part = partly_whole(formulation, put_down, of_networks=of_networks)
            shares.append(excess_whole(part, known.objective, asked.seconds))
        figures = "".join(f"{share:>12}" for share in shares)
        print(f"{known.name:<22}{known.objective:>12.2f}{figures}", flush=True)


if __name__ == "__main__":
    main()
