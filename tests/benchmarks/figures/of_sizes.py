"""Figures of large instances, made up or published."""

from __future__ import annotations

from tests.benchmarks.figures import readers
from tests.benchmarks.figures.record import Figure, Group

TORONTO = "CASES/F7_toronto85_generated_public_data"
"""2,608 projects of a city's published budget with assumed benefits, 85 % of the money."""
WAY = (
    "{way}, {limit_s:g} s: gap {gap:.3f} %, within a tenth of a per cent {tenth}, a "
    "hundredth {hundredth}"
)
STAGES = (
    "read and check {read_s:.1f} + {check_s:.1f}, doubts {doubts_s:.1f}, build {build_s:.1f}, "
    "first plan {first_plan_s:.1f}, extract {extract_s:.1f}, verify {verify_s:.1f}, write "
    "{write_s:.1f} s of CPU; {memory_mb:.0f} MB"
)


def _made(projects: int, years: int, seconds: float) -> Figure:
    """A made-up instance with debt, solved by `bench` as the product solves it."""
    return Figure(
        name=f"made-{projects}x{years}",
        group=Group.LARGE,
        issue=12,
        what=f"made-up {projects:,} x {years} with debt, seed 1",
        template="{each}",
        each="first plan {first}, gap {gap:.3f} %, within a tenth of a per cent {tenth}, "
        "a hundredth {hundredth}",
        commands=(
            f"infraplan bench --projects {projects} --years {years} --debt --seed 1 --engines own "
            "--solvers highs --columns auto --time-limit 60 --json",
        ),
        read=readers.bench,
        seconds=seconds,
    )


def _stages(projects: int, limit: int, seconds: float) -> Figure:
    """Stages of one size."""
    return Figure(
        name=f"stages-{projects}",
        group=Group.LARGE,
        issue=12,
        what=f"stages of {projects:,} projects x 20 years with debt, a limit of {limit} s",
        template=STAGES,
        commands=(
            f"python -m tests.benchmarks.stages --projects {projects} --time-limit {limit} "
            "--gap 1 --json OUT/stages.json",
        ),
        read=readers.stages,
        seconds=seconds,
    )


FIGURES = (
    _made(300, 10, 20),
    _made(5000, 15, 75),
    _made(20000, 20, 100),
    Figure(
        name="written-20000x20",
        group=Group.LARGE,
        issue=12,
        what="made-up 20,000 x 20 with debt, `--time-limit 60`, until the run is written",
        template="{last_s:.1f} s by the clock, {last_cpu_s:.0f} s of CPU",
        commands=(
            "infraplan generate OUT/made --projects 20000 --years 20 --seed 1 --debt",
            "infraplan solve OUT/made --time-limit 60 -o OUT/run",
        ),
        read=readers.last_step,
        seconds=80,
    ),
    Figure(
        name="bench-toronto",
        group=Group.LARGE,
        issue=12,
        what="a city's budget (2,608 projects, public data, 85 % of the money) beside others",
        template="gaps to the best bound known: {each}",
        each=WAY,
        commands=(
            f"infraplan bench --instance {TORONTO} --engines own,by-hand,greedy --solvers highs "
            "--columns auto,by-start --time-limit 1,10,60 --json",
        ),
        read=readers.bench,
        seconds=360,
        note="each way ends where it has proven a hundredth of a per cent",
    ),
    Figure(
        name="bench-1000x10",
        group=Group.LARGE,
        issue=12,
        what="made-up 1,000 x 10 with debt, the product beside its program alone",
        template="{each}",
        each=WAY,
        commands=(
            "infraplan bench --projects 1000 --years 10 --debt --engines own,bare --solvers "
            "highs,cbc --columns auto,by-start --time-limit 20 --json",
        ),
        read=readers.bench,
        seconds=220,
    ),
    Figure(
        name="linked-1000x10",
        group=Group.LARGE,
        issue=12,
        what="made-up 1,000 x 10 with debt under four policies of all districts",
        template="gap {gap:.4f} %; {planned_cpu_s:.1f} s of CPU from reading to the verified plan",
        commands=(
            "infraplan generate OUT/made --projects 1000 --years 10 --seed 1 --debt",
            "infraplan solve OUT/made --gap 1e-3 --time-limit 20 -o OUT/free",
            "python -m tests.benchmarks.linked OUT/free OUT/linked",
            "infraplan solve OUT/linked --gap 1e-4 --time-limit 60 -o OUT/run",
        ),
        read=readers.of_run("OUT", "run"),
        seconds=120,
    ),
    Figure(
        name="time-limit-5-toronto",
        group=Group.LARGE,
        issue=12,
        what="a city's budget with `--time-limit 5` until the run is written (10.5 s allowed)",
        template="{seconds:.1f} s, first plan after {first_s:.1f} s",
        commands=(f"infraplan solve {TORONTO} --time-limit 5 -o OUT/run",),
        read=readers.of_run("OUT", "run"),
        seconds=10,
    ),
    Figure(
        name="time-limit-30-5000x15",
        group=Group.LARGE,
        issue=12,
        what="made-up 5,000 x 15 with debt, `--time-limit 30`, until the run is written (38 s "
        "allowed)",
        template="{last_s:.1f} s by the clock, {last_cpu_s:.0f} s of CPU",
        commands=(
            "infraplan generate OUT/made --projects 5000 --years 15 --seed 1 --debt",
            "infraplan solve OUT/made --time-limit 30 -o OUT/run",
        ),
        read=readers.last_step,
        seconds=42,
    ),
    _stages(20000, 60, 120),
    _stages(100000, 1, 300),
    Figure(
        name="validate-20000",
        group=Group.LARGE,
        issue=12,
        what="`validate` of 20,000 projects x 20 years with debt",
        template="{last_cpu_s:.1f} s of CPU",
        commands=(
            "infraplan generate OUT/made --projects 20000 --years 20 --seed 1 --debt",
            "infraplan validate OUT/made --json",
        ),
        read=readers.last_step,
        seconds=15,
    ),
    Figure(
        name="validate-toronto",
        group=Group.LARGE,
        issue=12,
        what="`validate` of a city's budget (2,608 projects)",
        template="{last_cpu_s:.1f} s of CPU",
        commands=(f"infraplan validate {TORONTO} --json",),
        read=readers.last_step,
        seconds=2,
    ),
    Figure(
        name="cluster",
        group=Group.LARGE,
        issue=14,
        what="solves of two Dask workers beside twice those of one",
        template="{clock:.0f} % by the clock, {cpu:.0f} % by CPU; {each_ms} ms of CPU a solve",
        commands=("python -m tests.benchmarks.cluster --scenarios 60 --projects 30",),
        read=readers.cluster,
        seconds=120,
        ends=(0, 1),
        note="90 % asked",
    ),
)
