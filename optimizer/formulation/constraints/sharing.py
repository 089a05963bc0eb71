"""Family `sharing`: chosen shares of joint projects, compensation, consent of every partner."""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from infraplan.models.agreement import Consent
from infraplan.models.joint_projects import partners_of, share_limits_of
from infraplan.optimizer.accounts.partners import cost_of_payment, partner_gains
from infraplan.optimizer.formulation.context import Context, Triplets, triplets
from infraplan.optimizer.formulation.sets import FloatArray


def add_sharing(context: Context) -> None:
    """Joint projects under an agreement; nothing is added where there is none.

    Formulas, project i, partner j, plan year t; x[o,s] starts, pay nominal, spend real::

        sharing       sum_{p of i} pay[p,t] = index(t) sum_{o,s} spend[o,s,t] x[o,s]
        share_limit   min_share S <= sum_{p of i,j} sum_t pay[p,t] / index(t) <= max_share S
                      S = sum_{o,s,t} spend[o,s,t] x[o,s]
        compensation  sum_{v<=t} w[v] comp[i,j,v] <= sum_{o, s<=t} max(0, b_j G[o,s]) x[o,s]
        consent       sum_{o,s} b_j G[o,s] x[o,s] - uplift sum_t w[t] pay[i,j,t]
                      - sum_t w[t] comp[i,j,t] + sum_t w[t] comp[i,to j,t] >= 0
                      (package: summed over the projects whose consent is package)

    with w[t] = df(t) / index(t), b_j the benefit share, G the value of a start but for
    construction. Under fixed shares ``share x construction`` stands for the payments. Rows: one per
    (project, year), (project, partner), (project, payer, year), (project, partner) or (partner).
    """
    if not context.instance.agreements:
        return
    _add_sums(context)
    _add_share_limits(context)
    _add_compensation(context)
    _add_consent(context)


def _starts(context: Context, row: int, project: int, weight: FloatArray) -> Triplets:
    """Entries of `sum weight[o, s] x[o, s]` over the starts of a project."""
    options = np.array(context.sets.options_of[project], dtype=np.int64)
    option, start = np.meshgrid(options, np.arange(context.sets.num_years), indexing="ij")
    return context.start_entries(
        np.full(option.size, row), option, start, weight[option, start].ravel()
    )


def _chosen(context: Context) -> dict[int, list[int]]:
    """Numbers of the classes with chosen shares, by project."""
    found: dict[int, list[int]] = defaultdict(list)
    for number, group in enumerate(context.money.classes):
        if group.chosen:
            found[group.projects[0]].append(number)
    return found


def _paid(context: Context, row: int, classes: list[int], weight: FloatArray) -> Triplets:
    """Entries of `sum_t weight[t] pay[p, t]` over the sources of `classes`."""
    pairs = np.flatnonzero(np.isin(context.money.pair_class, classes))
    columns = context.money.pay[pairs]
    return triplets(np.full(columns.size, row), columns, np.tile(weight, len(pairs)))


def _spent(context: Context, project: int) -> FloatArray:
    """Real spending of a start over all years, shape (options, T); 0 for other projects."""
    spending = context.coefficients.spending
    total = np.zeros((len(context.sets.options), context.sets.num_years))
    mine = context.sets.project_of[spending.option] == project
    np.add.at(total, (spending.option[mine], spending.start[mine]), spending.amount[mine])
    return total


def _add_sums(context: Context) -> None:
    sets, spending = context.sets, context.coefficients.spending
    for project, classes in _chosen(context).items():
        pairs = np.flatnonzero(np.isin(context.money.pair_class, classes))
        columns = context.money.pay[pairs]
        mine = sets.project_of[spending.option] == project
        entries = Triplets.join(
            triplets(np.tile(np.arange(sets.num_years), len(pairs)), columns, 1.0),
            context.start_entries(
                spending.year[mine],
                spending.option[mine],
                spending.start[mine],
                -spending.nominal[mine],
            ),
        )
        context.builder.add_rows(
            "sharing",
            sets.num_years,
            entries.row,
            entries.column,
            entries.value,
            lower=0.0,
            upper=0.0,
            axes=("project", "year"),
            keys=[(context.instance.projects[project].id, int(year)) for year in sets.years],
        )


def _add_share_limits(context: Context) -> None:
    money, sets = context.money, context.sets
    parts: list[Triplets] = []
    keys: list[tuple[str | int, ...]] = []
    for project, classes in _chosen(context).items():
        limits = share_limits_of(context.instance, context.instance.projects[project])
        spent = _spent(context, project)
        for number in classes:
            least, most = limits[money.classes[number].payer]
            for side, limit, kept in (("least", -least, least > 0.0), ("most", most, most < 1.0)):
                if not kept:
                    continue
                sign = -1.0 if side == "least" else 1.0
                row = len(keys)
                parts.append(_paid(context, row, [number], sign / sets.price_index))
                parts.append(_starts(context, row, project, -limit * spent))
                keys.append(
                    (context.instance.projects[project].id, money.classes[number].payer, side)
                )
    _add_at_most_zero(context, "share_limit", ("project", "payer", "side"), keys, parts)


def _add_compensation(context: Context) -> None:
    money, sets = context.money, context.sets
    groups: dict[tuple[int, str], list[int]] = defaultdict(list)
    for number, group in enumerate(money.classes):
        if group.receiver:
            groups[group.projects[0], group.payer].append(number)
    parts: list[Triplets] = []
    keys: list[tuple[str | int, ...]] = []
    worth, starts = context.coefficients.worth_of_nominal, np.arange(sets.num_years)
    for (project, payer), classes in groups.items():
        gains = partner_gains(context.coefficients, context.instance.projects[project])
        most = np.maximum(0.0, gains[payer])
        for t, year in enumerate(sets.years):
            row = len(keys)
            so_far = starts <= t
            parts.append(_paid(context, row, classes, np.where(so_far, worth, 0.0)))
            parts.append(_starts(context, row, project, -np.where(so_far, most, 0.0)))
            keys.append((context.instance.projects[project].id, payer, int(year)))
    _add_at_most_zero(context, "compensation", ("project", "payer", "year"), keys, parts)


def _add_consent(context: Context) -> None:
    rows: dict[tuple[str, str], int] = {}
    parts: list[Triplets] = []
    for agreement in context.instance.agreements:
        index = context.sets.project_index[agreement.project]
        project = context.instance.projects[index]
        subject = {Consent.PROJECT: project.id, Consent.PACKAGE: "package"}
        if agreement.consent is Consent.NONE:
            continue
        for partner in partners_of(context.instance, project):
            key = (subject[agreement.consent], partner)
            row = rows.setdefault(key, len(rows))
            parts.append(_net_value(context, row, index, partner).scaled(-1.0))
    keys: list[tuple[str | int, ...]] = list(rows)
    _add_at_most_zero(context, "consent", ("project", "jurisdiction"), keys, parts)


def _net_value(context: Context, row: int, index: int, partner: str) -> Triplets:
    """Entries of the net value of `partner` from project `index`."""
    money, worth = context.money, context.coefficients.worth_of_nominal
    project = context.instance.projects[index]
    value = partner_gains(context.coefficients, project)[partner]
    mine = [
        (number, group)
        for number, group in enumerate(money.classes)
        if group.projects == (index,) and partner in {group.payer, group.receiver}
    ]
    parts: list[Triplets] = []
    chosen = [number for number, group in mine if group.chosen]
    if chosen:
        cost = cost_of_payment(context.coefficients, project)
        parts.append(_paid(context, row, chosen, -cost))
    else:
        share = context.instance.shares_of(project).get(partner, 0.0)
        value = value + share * context.coefficients.terms["construction"]
    parts.append(_starts(context, row, index, value))
    for sign, numbers in (
        (-1.0, [n for n, group in mine if group.receiver and group.payer == partner]),
        (1.0, [n for n, group in mine if group.receiver == partner]),
    ):
        if numbers:
            parts.append(_paid(context, row, numbers, sign * worth))
    return Triplets.join(*parts)


def _add_at_most_zero(
    context: Context,
    family: str,
    axes: tuple[str, ...],
    keys: list[tuple[str | int, ...]],
    parts: list[Triplets],
) -> None:
    if not keys:
        return
    entries = Triplets.join(*parts)
    context.builder.add_rows(
        family,
        len(keys),
        entries.row,
        entries.column,
        entries.value,
        upper=0.0,
        axes=axes,
        keys=keys,
    )
