"""Figures of the five shipped instances."""

from __future__ import annotations

from tests.benchmarks.figures import readers
from tests.benchmarks.figures.record import Figure, Group
from tests.benchmarks.plans import INSTANCES

SOLVE = "infraplan solve instances/{} --gap 0.001 --time-limit 120 -o RUNS/{}"
SOLVE_S = {
    "kaizhou": 75.0,
    "tongliang": 45.0,
    "qijiang-wansheng": 100.0,
    "wan-da-kai": 110.0,
    "chongqing-counties": 105.0,
}
"""Seconds of each solve with reasons and report."""
ALL_RUNS = " ".join(f"RUNS/{name}" for name in INSTANCES)
FEW = ("tongliang", "qijiang-wansheng", "wan-da-kai")
"""Smaller plans, of which what solves again is measured."""
COUNTED = ("planned", "none", "undecided", "losing", "free")
SHIFTED = ("name", "projects", "shifts", *COUNTED, "gain", "room", "beyond")
"""Columns of what `tests.benchmarks.shifts` prints."""
SINGLE = (
    "{projects} projects, {chosen} chosen; value {value:.2f}, gap {gap:.3f} %; the solve "
    "{solve_s:.0f} s, the command {seconds:.0f} s with reasons and report"
)

PLANS = {
    name: Figure(
        name=f"plan-{name}",
        group=Group.PLANS,
        issue=11,
        what=f"the plan of `{name}`",
        template=SINGLE,
        commands=(SOLVE.format(name, name),),
        read=readers.of_run("RUNS", name),
        seconds=SOLVE_S[name],
    )
    for name in INSTANCES
}

_PROVEN = (
    Figure(
        name="value-by-year",
        group=Group.PLANS,
        issue=11,
        what="stated value and value by the year",
        template="differ by {worst:.1e} of it at most, {plans} plans",
        commands=(f"python -m tools.value_by_year {ALL_RUNS}",),
        read=readers.largest_difference,
        seconds=15,
    ),
    Figure(
        name="verify-checks",
        group=Group.PLANS,
        issue=11,
        what="checks of `verify`, all of which hold",
        template="{each}",
        each="{name} {checks:,}",
        commands=tuple(f"infraplan verify RUNS/{name} --json" for name in INSTANCES),
        read=readers.checks,
        seconds=20,
    ),
    Figure(
        name="losses-narrow",
        group=Group.PLANS,
        issue=11,
        what="losses no wider than the larger of twice the gap and 2 % of the cost",
        template="{each}",
        each="{name} {narrow} of {left_out} ({told} have a reason)",
        commands=(f"python -m tests.benchmarks.narrow {ALL_RUNS}",),
        read=readers.rows_of_table("name", "left_out", "told", "narrow"),
        seconds=5,
    ),
    Figure(
        name="reasons-kaizhou",
        group=Group.PLANS,
        issue=11,
        what="all reasons and losses of `kaizhou`",
        template="{reasons_cpu_s:.0f} s of CPU for {left_out} projects, {each_s:.2f} s each",
        commands=("python -m tests.benchmarks.reasons RUNS/kaizhou --again 0 --conflicts 0",),
        read=readers.reason_work,
        seconds=65,
        note="given a minute",
    ),
    Figure(
        name="reasons-asked",
        group=Group.PLANS,
        issue=11,
        what="losses and conflicts of the plans, solved again",
        template="{each}",
        each=(
            "{name} {confirmed} losses confirmed, {open} open, {false} false, all lower ends "
            "within {least}; conflicts {sets} confirmed, {sets_open} open, {sets_false} false"
        ),
        commands=tuple(
            f"python -m tests.benchmarks.reasons RUNS/{name} --seconds 0 --again 12 --each 45 "
            "--conflicts 60"
            for name in INSTANCES
        ),
        read=readers.asked_anew,
        seconds=1500,
    ),
    Figure(
        name="rolls",
        group=Group.PLANS,
        issue=11,
        what="three rolls in a row, nothing changed",
        template=(
            "{rolls} rolls, {least} to {most} accounts (cash, debt, targets) in each, of which "
            "{differ} differ by a millionth in all; the rest of the plans breaks {broken} laws"
        ),
        commands=(f"python -m tests.benchmarks.rolls {ALL_RUNS}",),
        read=readers.rolls,
        seconds=60,
    ),
    Figure(
        name="roll-late-works",
        group=Group.PLANS,
        issue=11,
        what="`kaizhou` rolled to 2023 with every second of the works under way a year late",
        template=(
            "{late} of {under_way} late ({not_begun} not begun, {stood_still} stood still); "
            "{finished} finished, of which {rebuilt} are built again, {committed} under way, of "
            "which {dropped} are dropped; gap {gap:.2f} %, {checks:,} checks hold"
        ),
        commands=(
            "python -m tests.benchmarks.late_works RUNS/kaizhou OUT/late.csv --year 2022",
            "infraplan roll RUNS/kaizhou OUT/rolled --to 2023 --actuals OUT/late.csv --json",
            "infraplan solve OUT/rolled --gap 0.01 --time-limit 120 -o OUT/run",
            "infraplan verify OUT/run --json",
        ),
        read=readers.late_works,
        seconds=110,
    ),
    Figure(
        name="shifts",
        group=Group.PLANS,
        issue=11,
        what="network projects opened a year earlier and later, others within a year",
        template="{each}",
        each=(
            "{name}: {shifts} shifts of {projects} projects, {undecided} undecided, {beyond} gain "
            "beyond the proven gap"
        ),
        commands=(
            f"python -m tests.benchmarks.shifts {ALL_RUNS} --free 2 --free-seconds 15 --seconds 3",
        ),
        read=readers.rows_of_table(*SHIFTED),
        seconds=900,
    ),
)

_TIME = (
    Figure(
        name="time-limit-5-plans",
        group=Group.PLANS,
        issue=12,
        what="`solve --time-limit 5` until the run is written (10.5 s allowed)",
        template="{each}",
        each="{name} {whole_s:.1f} s, first plan after {first_s:.1f} s",
        commands=tuple(
            f"infraplan solve instances/{name} --time-limit 5 -o OUT/{name}" for name in INSTANCES
        ),
        read=readers.of_runs(*INSTANCES),
        seconds=45,
    ),
    Figure(
        name="time-limit-30-kaizhou",
        group=Group.PLANS,
        issue=12,
        what="`solve --time-limit 30` of `kaizhou` until the run is written (38 s allowed)",
        template="{seconds:.1f} s, value {value:.2f}, gap {gap:.3f} %",
        commands=("infraplan solve instances/kaizhou --time-limit 30 -o OUT/run",),
        read=readers.of_run("OUT", "run"),
        seconds=36,
    ),
    Figure(
        name="beside-v01",
        group=Group.PLANS,
        issue=12,
        what="version 0.1.0 to 0.1 %, today to 0.01 %, CPU seconds to the verified plan",
        template="{each}",
        each=(
            "{name} {before_reached_s:.1f} and {reached_s:.1f} ({before_s:.1f} and {today_s:.1f} "
            "with reasons and report), {verified}"
        ),
        commands=("python -m tests.benchmarks.beside_v01",),
        read=readers.beside_v01,
        seconds=1500,
        note="the questions differ: [benchmarks.md](benchmarks.md#beside-version-010)",
    ),
    Figure(
        name="deterministic",
        group=Group.PLANS,
        issue=12,
        what="`chongqing-counties` twice with `--deterministic` and other hash seeds",
        template="{equal} of {tables} tables are the same bytes",
        commands=(
            "env PYTHONHASHSEED=1 infraplan solve instances/chongqing-counties --gap 0.001 "
            "--deterministic -o OUT/one",
            "env PYTHONHASHSEED=2 infraplan solve instances/chongqing-counties --gap 0.001 "
            "--deterministic -o OUT/two",
        ),
        read=readers.same_tables,
        seconds=250,
    ),
)

_MONEY = tuple(
    Figure(
        name=f"money-check-{name}",
        group=Group.PLANS,
        issue=13,
        what=f"candidates of `{name}` that change with other money",
        template="{each}",
        each="{share:.0f} % at {factor:g} times (gap {gap:.2f} %)",
        commands=(
            f"infraplan solve instances/{name} --money-check --gap 0.004 --time-limit 420 "
            "-o OUT/run",
        ),
        read=readers.money_check,
        seconds=450,
    )
    for name in INSTANCES
)

_CHOICES = (
    Figure(
        name="plan-checks",
        group=Group.PLANS,
        issue=13,
        what="checks of whether plans are choices",
        template="{each}; failing: {failing}",
        each="{name} {ok} hold, {fails} do not",
        commands=(
            "python -m tools.plan_checks CENSUS "
            + " ".join(f"--run RUNS/{name}" for name in INSTANCES),
        ),
        read=readers.plan_checks,
        seconds=60,
        ends=(0, 1),
        note="the checks of benefits, last resort, census, options, systems, the run, subsectors "
        "and shared assets; [instances.md](instances.md)",
    ),
    Figure(
        name="plan-checks-swap",
        group=Group.PLANS,
        issue=13,
        what="pairs whose order swaps with their quantities",
        template="{each}",
        each="{name} {swap} of {pairs}",
        commands=tuple(
            f"python -m tools.plan_checks CENSUS {name} --run RUNS/{name} --swap 20 --each"
            for name in INSTANCES
        ),
        read=readers.swaps,
        seconds=1500,
        ends=(0, 1),
        note="one subsector a pair",
    ),
    Figure(
        name="plan-checks-fixed-service",
        group=Group.PLANS,
        issue=13,
        what="network candidates that change where service becomes an equal fixed benefit",
        template="{each}",
        each="{name} {changed} of {candidates}",
        commands=tuple(
            f"python -m tools.plan_checks CENSUS {name} --run RUNS/{name} --fixed-service"
            for name in FEW
        ),
        read=readers.fixed_service,
        seconds=300,
        ends=(0, 1),
    ),
)

_DECIDING = (
    Figure(
        name="frontier-tongliang",
        group=Group.PLANS,
        issue=14,
        what="frontier of value against money of `tongliang`",
        template=(
            "{points} points from the least money that has a plan ({least_x:.1f}: {least_y:.2f}) "
            "to all ({most_x:.1f}: {most_y:.2f}), {verified} verified"
        ),
        commands=(
            "infraplan frontier instances/tongliang --x budget --points 6 --gap 0.001 "
            "--time-limit 30 -o OUT/frontier --json",
        ),
        read=readers.frontier,
        seconds=75,
    ),
    Figure(
        name="value-shares-kaizhou",
        group=Group.PLANS,
        issue=14,
        what="shares of the value of `kaizhou`",
        template="{shares} projects in {groups} groups, adding up; {cpu_s:.0f} s of CPU",
        commands=("infraplan value-shares RUNS/kaizhou --time-limit 60 -o OUT/shares --json",),
        read=readers.value_shares,
        seconds=20,
    ),
    Figure(
        name="draws-solved",
        group=Group.PLANS,
        issue=14,
        what="CPU of a draw of `tongliang` to 0.1 %, and how solver seeds change frequencies",
        template=(
            "{within} of {draws} within the gap, {mean_cpu_s:.1f} s each, {most_cpu_s:.1f} at "
            "most; the farthest frequency {largest:.1f} points apart"
        ),
        commands=(
            "python -m tests.benchmarks.draws instances/tongliang --draws 200 --first 8 --seeds 1 "
            "--solver-seeds 0,7919 --time-limit 60",
        ),
        read=readers.draws,
        seconds=150,
        note="eight draws: one of them is 12.5 points; of 200 draws 3 points are asked",
    ),
    Figure(
        name="draws",
        group=Group.PLANS,
        issue=14,
        what="CPU of one drawn instance, and of holding the plan in it",
        template="{each}",
        each="{name} ({figures:,} figures) {draw_s:.3f} and {hold_s:.1f} s, held in {held}",
        commands=(
            "python -m tests.benchmarks.drawing RUNS/kaizhou RUNS/tongliang RUNS/wan-da-kai "
            "--draws 8",
        ),
        read=readers.rows_of_table("name", "figures", "draw_s", "hold_s", "held"),
        seconds=90,
    ),
    Figure(
        name="robust-wan-da-kai",
        group=Group.PLANS,
        issue=14,
        what="`robust` of `wan-da-kai` over three draws",
        template="{solved} of {draws} draws solved; the plans lose at most: {each}",
        each="{name} {regret}",
        commands=(
            "infraplan robust instances/wan-da-kai --draws 3 --seed 1 --plans 0 --time-limit 100 "
            "-o OUT/robust --json",
        ),
        read=readers.robust,
        seconds=400,
    ),
)

FIGURES = (*PLANS.values(), *_PROVEN, *_TIME, *_MONEY, *_CHOICES, *_DECIDING)
