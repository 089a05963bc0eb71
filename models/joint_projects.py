"""Partners of a joint project: who they are, what they gain, between what limits they pay."""

from __future__ import annotations

from infraplan.models.agreement import Agreement, ShareForm
from infraplan.models.funding import CostShare
from infraplan.models.instance import Instance
from infraplan.models.project import Project


def agreement_of(instance: Instance, project: Project) -> Agreement:
    """Return the agreement on `project`; without a row its shares are fixed, nobody consents."""
    return instance.agreement_by_project.get(project.id) or Agreement(project=project.id)


def has_chosen_shares(instance: Instance, project: Project) -> bool:
    """Whether the plan chooses who pays how much of `project`."""
    agreement = instance.agreement_by_project.get(project.id)  # without one they are fixed
    return agreement is not None and agreement.shares is ShareForm.CHOSEN


def partners_of(instance: Instance, project: Project) -> tuple[str, ...]:
    """Return the leader and all with a row in `shares`, in the order of the jurisdictions."""
    named = {row.jurisdiction for row in instance.shares_by_project.get(project.id, ())}
    named.add(instance.jurisdiction_of(project))
    return tuple(name for name in instance.jurisdiction_ids if name in named)


def benefit_shares_of(instance: Instance, project: Project) -> dict[str, float]:
    """Return each partner's share of the benefits; what no row takes falls to the leader."""
    shares = dict.fromkeys(partners_of(instance, project), 0.0)
    for row in instance.shares_by_project.get(project.id, ()):
        shares[row.jurisdiction] += row.benefit_share or 0.0
    shares[instance.jurisdiction_of(project)] += max(0.0, 1.0 - sum(shares.values()))
    return shares


def share_limits_of(instance: Instance, project: Project) -> dict[str, tuple[float, float]]:
    """Return the least and largest share of each partner where shares are chosen.

    A share that is given is both; a leader without a row pays between nothing and all.
    """
    limits = dict.fromkeys(partners_of(instance, project), (0.0, 1.0))
    for row in instance.shares_by_project.get(project.id, ()):
        given = row.share
        limits[row.jurisdiction] = (
            (row.min_share, row.max_share) if given is None else (given, given)
        )
    return limits


def before_of(instance: Instance, project: Project, partner: str) -> CostShare:
    """Return the row of `partner`, which says what went before the plan; without a row nothing."""
    for row in instance.shares_by_project.get(project.id, ()):
        if row.jurisdiction == partner:
            return row
    return CostShare(project=project.id, jurisdiction=partner)
