"""Works under way that are stopped in the plan's first year: what that costs, and who pays.

Source: docs/laws.md section 1 ("Progress"), section 2 (`stopping`), section 4 (`fund_balance`).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from infraplan.models.catalogue import NOTHING_SAID, Phrase, joined, phrase
from infraplan.models.finance.discounting import FloatArray
from infraplan.models.funding import Fund
from infraplan.models.instance import Instance
from infraplan.models.progress import may_stop, spent_before
from infraplan.models.project import Project
from infraplan.optimizer.accounts.candidates import Candidates
from infraplan.optimizer.accounts.sources import eligible_funds

if TYPE_CHECKING:
    from infraplan.models.plan import Plan


@dataclass(frozen=True)
class StoppingCosts:
    """What stopping all works that may stop costs, and what going on saves; present value.

    `saved` has shape (options, T).
    """

    without: float
    saved: FloatArray


def worth_of_stopping(project: Project, discount: FloatArray) -> float:
    """Present value that stopping the works of `project` costs: ``stopping_cost df(y0)``."""
    return (project.stopping_cost or 0.0) * float(discount[0])


def stopping_costs(candidates: Candidates, discount: FloatArray) -> StoppingCosts:
    """Cost of stopping by option and start year; `discount` begins in the first year."""
    saved = np.zeros((len(candidates.options), candidates.num_years))
    without = 0.0
    for index, project in enumerate(candidates.instance.projects):
        if may_stop(project):
            cost = worth_of_stopping(project, discount)
            without += cost
            saved[list(candidates.options_of[index])] += cost
    return StoppingCosts(without, saved)


def stopped(instance: Instance, built: Collection[str]) -> tuple[Project, ...]:
    """Works under way that are not among the projects `built`: they were stopped."""
    return tuple(project for project in instance.may_stop if project.id not in built)


def stopping_bills(instance: Instance, fund: Fund) -> dict[str, float]:
    """What `fund` would pay for stopping, by project; nominal, in the plan's first year.

    The first fund of the leader that may pay for the project pays; without one it is paid outside.
    """
    first = instance.settings.horizon.first_year
    return {
        project.id: project.stopping_cost * instance.price_index(first)
        for project in instance.may_stop
        if project.stopping_cost
        and eligible_funds(instance, project, instance.jurisdiction_of(project))[:1] == (fund.id,)
    }


def works_stopped(instance: Instance, plan: Plan) -> Phrase:
    """Works under way that a plan stops, with what is sunk and what stopping costs."""
    first = instance.settings.horizon.first_year
    found = [
        phrase(
            "so-much-is-sunk",
            project=project.id,
            sunk=spent_before(project, project.options[0], first),
            cost=project.stopping_cost,
        )
        for project in stopped(instance, {start.project for start in plan.starts})
    ]
    return phrase("works-are-stopped", told=joined(*found, between="; ")) if found else NOTHING_SAID
