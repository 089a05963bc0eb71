"""What partners have of their own projects, alone and beside the joint ones.

A joint project takes money that a partner could spend on its own. A partner is no worse off than
alone only if what it gains of the joint projects makes up for the own projects that it gives up.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from infraplan.models.instance import Instance
from infraplan.models.joint_projects import partners_of
from infraplan.models.plan import ProjectStart
from infraplan.models.project import Mandate
from infraplan.optimizer import stopping
from infraplan.optimizer.accounts.candidates import lay_out
from infraplan.optimizer.accounts.value import build_coefficients
from infraplan.optimizer.analysis.cost_allocation import ENOUGH, JointProject, PartnerShare
from infraplan.optimizer.engines.deadline import Deadline
from infraplan.optimizer.solve import solve
from infraplan.optimizer.solve_result import SolveOptions


@dataclass(frozen=True)
class OwnProjects:
    """Net present value of a partner's own projects, money; service of networks left out.

    Attributes
    ----------
    alone
        In the best plan without any of the joint projects.
    beside
        In the plan with them.
    """

    jurisdiction: str
    alone: float
    beside: float

    @property
    def given_up(self) -> float:
        """What the joint projects cost the partner in own ones."""
        return self.alone - self.beside

    def is_no_worse(self, share: PartnerShare) -> bool:
        """Whether a share of the joint projects makes up for what is given up."""
        stake = max(1.0, abs(share.gain), abs(share.cost), abs(self.alone), abs(self.beside))
        return share.net - self.given_up >= -ENOUGH * stake


def own_projects(
    instance: Instance,
    starts: Iterable[ProjectStart] | None,
    joint: Sequence[JointProject],
    options: SolveOptions | None = None,
    deadline: Deadline | None = None,
) -> tuple[OwnProjects, ...] | None:
    """Own projects of every partner of `joint`; None where no plan without, or with, was found.

    `starts` are those of a plan with the joint projects; None: the best plan with all of them is
    sought.

    Every partner keeps its own funds and debt limits, so that one plan tells of all of them.
    `deadline` is the time limit where it began before this call; over, nothing is solved.

    Raises
    ------
    SolverError
        If the solver is missing or fails.
    """
    if deadline is not None and deadline.is_over():
        return None
    options = options or SolveOptions()
    without = _best(instance, joint, Mandate.MUST_NOT, options, deadline)
    if starts is None:
        starts = _best(instance, joint, Mandate.MUST, options, deadline)
    if without is None or starts is None:
        return None
    alone, beside = (_own_values(instance, rows) for rows in (without, starts))
    partners = dict.fromkeys(name for project in joint for name in project.partners)
    return tuple(
        OwnProjects(name, alone.get(name, 0.0), beside.get(name, 0.0)) for name in partners
    )


def _best(
    instance: Instance,
    joint: Sequence[JointProject],
    duty: Mandate,
    options: SolveOptions,
    deadline: Deadline | None,
) -> tuple[ProjectStart, ...] | None:
    """Starts of the best plan in which the free ones of `joint` have this `duty`; None: none."""
    if deadline is not None and deadline.is_over():
        return None
    names = {project.id for project in joint}
    asked = instance.model_copy(
        update={
            "projects": tuple(
                row.model_copy(update={"mandatory": duty})
                if row.id in names and (duty is not Mandate.MUST or row.mandatory is Mandate.FREE)
                else row
                for row in instance.projects
            )
        }
    )
    found = solve(asked, replace(options, gap=1e-4, canonical=False), deadline=deadline)
    stopping.require_unasked()
    return None if found.plan is None else found.plan.starts


def _own_values(instance: Instance, starts: Iterable[ProjectStart]) -> dict[str, float]:
    """Net present value of projects without a second partner, by their leader."""
    candidates = lay_out(instance)
    coefficients = build_coefficients(candidates)
    values: dict[str, float] = {}
    for start in starts:
        project = instance.project_by_id[start.project]
        if len(partners_of(instance, project)) > 1:
            continue
        leader = instance.jurisdiction_of(project)
        at = candidates.number_of(start), start.start - candidates.first_year
        worth = float(coefficients.value[at])
        values[leader] = values.get(leader, 0.0) + worth
    return values
