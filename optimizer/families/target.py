"""Family `target`: metrics to reach, hard or with a priced shortfall."""

from __future__ import annotations

import numpy as np

from infraplan.models.target import Sense
from infraplan.optimizer.accounts.targets import shortfall_worth, standing_output, target_weights
from infraplan.optimizer.formulation.context import Context, Triplets, triplets
from infraplan.optimizer.mip import MipBuilder


def columns_target(context: Context, builder: MipBuilder) -> None:
    """One column per soft target with a price: what it falls short, at that price."""
    for target in context.instance.targets:
        if not target.hard and target.shortfall_price != 0.0:
            builder.add_columns(
                f"shortfall[{target.id}]",
                1,
                objective=-shortfall_worth(context.coefficients, target),
            )


def add_target(context: Context) -> None:
    """A metric is at least (at most) its value; a soft target may fall short at a price.

    Formula: ``existing + standing + sum_{o,s} w[o,s] x[o,s] + short >= value`` (``- short <=
    value``), standing the outputs of complete projects that operate in the target's year, w the
    output of an option operating in the target's year, or for a built-in metric its real spending,
    start or opening within from_year..year; for a metric of a network what `travel_time` measures.
    Objective: ``-shortfall_price df(year) short``. One row per target that is hard or priced; a
    soft target without a price limits nothing.
    """
    for target in context.instance.targets:
        if not target.hard and target.shortfall_price == 0.0:
            continue
        option, start, weight = target_weights(context.coefficients, target)
        entries = context.start_entries(np.zeros(len(option)), option, start, weight)
        measured = context.measured.get(target.id, ())
        entries = Triplets.join(
            entries,
            triplets(
                np.zeros(len(measured)),
                [column for column, _ in measured],
                [factor for _, factor in measured],
            ),
        )
        gap = target.value - target.existing - standing_output(context.sets, target)
        at_least = target.sense is Sense.AT_LEAST
        if not target.hard:
            short = context.columns[f"shortfall[{target.id}]"]
            sign = 1.0 if at_least else -1.0
            entries = Triplets.join(
                entries,
                Triplets(np.zeros(1, dtype=np.int64), short, np.array([sign])),
            )
        context.add_rows(
            "target",
            entries,
            [(target.id, target.year)],
            lower=gap if at_least else -np.inf,
            upper=np.inf if at_least else gap,
        )
