"""Figures of ranking, explaining and drawing: what issue 14 asks of them."""

from __future__ import annotations

from tests.benchmarks.figures import readers
from tests.benchmarks.figures.record import Figure, Group

TURNED = (
    "{name}, {projects} projects: losses {loss_confirmed} confirmed, {loss_undecided} open, "
    "{loss_false} false; changes {change_confirmed} confirmed, {change_undecided} open, "
    "{change_false} false; {open_share:.0f} % open"
)
DRAWN = (
    "{within} of {draws} within the gap, {mean_cpu_s:.1f} s each, {most_cpu_s:.1f} at most, the "
    "nominal solve {nominal_cpu_s:.1f}; holding {plans} plans {hold_cpu_s:.1f} s a draw"
)


def _turned(name: str) -> Figure:
    return Figure(
        name=f"turning-{name}",
        group=Group.PLANS,
        issue=14,
        what=f"losses and smallest changes of `{name}`, asked again by solves of their own",
        template="{each}",
        each=TURNED,
        commands=(
            f"python -m tests.benchmarks.turning RUNS/{name} --rejected 10 --selected 10 "
            "--tries 8 --seconds 60 --each 60",
        ),
        read=readers.turning,
        seconds=4000,
    )


FIGURES = (
    _turned("tongliang"),
    _turned("wan-da-kai"),
    Figure(
        name="lists-made",
        group=Group.PLANS,
        issue=14,
        what="lists for rising budgets of made-up instances beside the benefit-cost list",
        template=(
            "of {instances} instances {least} lists are proven to lose least of all nested ones, "
            "{half} others lose at most half in mean and at most, {nothing} both lose nothing, "
            "{not_held} do not hold; mean regret {mean:.3f} and {other_mean:.3f}"
        ),
        commands=(
            "python -m tests.benchmarks.ranks --generated 200 --projects 20 --years 6 --levels 4",
        ),
        read=readers.lists,
        seconds=700,
        note="a benefit-cost list need not be nested, a proven list is: where it loses more, no "
        "nested one loses less",
    ),
    Figure(
        name="draws-kaizhou",
        group=Group.PLANS,
        issue=14,
        what="CPU of a draw of `kaizhou` to 0.1 %, and of holding plans in it",
        template=DRAWN,
        commands=(
            "python -m tests.benchmarks.draws instances/kaizhou --draws 200 --first 6 --seeds 1 "
            "--solver-seeds 0 --hold 8 --time-limit 60",
        ),
        read=readers.draws_held,
        seconds=240,
        note="200 draws in an hour on two processors leave 36 s of CPU for each",
    ),
)
