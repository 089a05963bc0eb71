"""Family `consent`: no partner loses."""

from __future__ import annotations

import numpy as np

from infraplan.models.agreement import Consent
from infraplan.models.joint_projects import before_of, partners_of
from infraplan.models.progress import stands
from infraplan.optimizer.accounts.partners import cost_of_payment, partner_gains
from infraplan.optimizer.formulation.context import Context, Triplets
from infraplan.optimizer.formulation.partner_terms import paid_terms, start_terms


def add_consent(context: Context) -> None:
    """A partner whose consent is asked does not lose, by a project or by the package.

    Formula, w, b_j and G as in family `compensation`::

        sum_{o,s} (b_j G[o,s] + n_j) x[o,s] - uplift sum_t w[t] pay[i,j,t]
            - sum_t w[t] comp[i,j,t] + sum_t w[t] comp[i,to j,t] >= 0

    with ``n_j`` what j gained less what it gave before the plan, present value; for what stands
    ``n_j`` is the first sum. package: summed over the projects whose consent is package. Under
    fixed shares ``share x construction`` stands for the payments. One row per (project, partner),
    or partner.
    """
    rows: dict[tuple[str, str], int] = {}
    parts: list[Triplets] = []
    netted: list[float] = []
    for agreement in context.instance.agreements:
        index = context.sets.project_index[agreement.project]
        project = context.instance.projects[index]
        subject = {Consent.PROJECT: project.id, Consent.PACKAGE: "package"}
        if agreement.consent is Consent.NONE:
            continue
        for partner in partners_of(context.instance, project):
            key = (subject[agreement.consent], partner)
            row = rows.setdefault(key, len(rows))
            if row == len(netted):
                netted.append(0.0)
            if stands(project):
                netted[row] += _net_before(context, index, partner)
            parts.append(_net_value(context, row, index, partner).scaled(-1.0))
    keys: list[tuple[str | int, ...]] = list(rows)
    context.add_rows("consent", Triplets.join(*parts), keys, upper=np.array(netted))


def _net_before(context: Context, index: int, partner: str) -> float:
    """What `partner` gained less what it gave for project `index` before the plan."""
    before = before_of(context.instance, context.instance.projects[index], partner)
    return before.gained_before - before.given_before


def _net_value(context: Context, row: int, index: int, partner: str) -> Triplets:
    """Entries of the net value of `partner` from project `index`."""
    money, worth = context.money, context.coefficients.worth_of_nominal
    project = context.instance.projects[index]
    value = partner_gains(context.coefficients, project)[partner]
    value = value + _net_before(context, index, partner)
    mine = [
        (number, group)
        for number, group in enumerate(money.classes)
        if group.projects == (index,) and partner in {group.payer, group.receiver}
    ]
    parts: list[Triplets] = []
    chosen = [number for number, group in mine if group.chosen]
    if chosen:
        cost = cost_of_payment(context.coefficients, project)
        parts.append(paid_terms(context, row, chosen, -cost))
    else:
        share = context.instance.shares_of(project).get(partner, 0.0)
        value = value + share * context.coefficients.terms["construction"]
    parts.append(start_terms(context, row, index, value))
    for sign, numbers in (
        (-1.0, [n for n, group in mine if group.receiver and group.payer == partner]),
        (1.0, [n for n, group in mine if group.receiver == partner]),
    ):
        if numbers:
            parts.append(paid_terms(context, row, numbers, sign * worth))
    return Triplets.join(*parts)
