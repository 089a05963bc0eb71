"""Figures of published problems, and of published tables."""

from __future__ import annotations

from tests.benchmarks.figures import readers
from tests.benchmarks.figures.record import Figure, Group

_KNOWN = "python -m tests.benchmarks.known_values --bench BENCH --set {} --time-limit {}"
_REACHED = (
    "{reached} of {problems} reach the value known, {proven} proven; largest shortfall "
    "{short:.2f} %; {all_cpu_s:.0f} s of CPU in all"
)
_FILES = {
    "toronto": "toronto_capital_budget_2022-2031.csv",
    "pittsburgh": "pittsburgh_capital_projects_2021-04.csv",
}


def _set(name: str, what: str, limit: int, seconds: float) -> Figure:
    return Figure(
        name=f"known-{name}",
        group=Group.KNOWN,
        issue=12,
        what=what,
        template=_REACHED,
        commands=(_KNOWN.format(name, limit),),
        read=readers.known_values,
        seconds=seconds,
    )


def _roads(network: str, limit: int, allowed: str, seconds: float) -> Figure:
    """Roads at equilibrium: nothing to decide, the time is what counts."""
    return Figure(
        name=f"time-limit-{limit}-{network.lower()}",
        group=Group.KNOWN,
        issue=12,
        what=f"{network} at equilibrium, `--time-limit {limit}`, until the run is written "
        f"({allowed} allowed)",
        template="{last_s:.1f} s by the clock",
        commands=(
            f"infraplan import tntp BENCH/tntp/{network} OUT/roads",
            f"infraplan solve OUT/roads --time-limit {limit} -o OUT/run",
        ),
        read=readers.last_step,
        seconds=seconds,
    )


def _city(name: str) -> Figure:
    return Figure(
        name=f"import-{name}",
        group=Group.KNOWN,
        issue=13,
        what=f"the budget of {name.title()} as published, by a map of its columns",
        template="{rows_read:,} projects, {errors} errors; solved to {gap:.3f} %, verified",
        commands=(
            f"infraplan import table BENCH/capital/{_FILES[name]} OUT/city --map "
            f"tests/data/maps/{name}.yaml --json",
            "infraplan solve OUT/city --gap 0.001 --time-limit 60 -o OUT/run",
        ),
        read=readers.imported,
        seconds=70,
        note="85 % of the money, benefits assumed as a share of the cost",
    )


FIGURES = (
    _set("psplib", "all schedules of PSPLIB j30", 120, 600),
    _set("mknap", "all knapsacks mknapcb1 and mknapcb4", 60, 2400),
    _set("minelib", "MineLib newman1", 60, 75),
    _roads("SiouxFalls", 5, "10.5 s", 5),
    _roads("Anaheim", 5, "10.5 s", 7),
    _roads("Anaheim", 30, "38 s", 7),
    _city("toronto"),
    _city("pittsburgh"),
)
