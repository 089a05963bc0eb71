"""Family `contract`: what a private partner pays, by the year in which works end."""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from infraplan.models.funding import InstrumentKind
from infraplan.optimizer.accounts.debt import works_end
from infraplan.optimizer.formulation.context import Context, Contract, Entry

Term = tuple[int, int, float]
"""Option, start as offset, nominal spending that the payer bears."""


def add_contract(context: Context) -> None:
    """Split what an availability contract pays over the years in which works may end.

    Formula, with `drawn[p,t,c] >= 0` what pair p pays in t for works that end in c::

        pay[p,t] - sum_c drawn[p,t,c] = 0
        drawn[p,t,c] - sum_{o,s: works end in c} share spend[o,s,t] index(t) x[o,s] <= 0

    The second row puts all of it on the start that the plan chooses; nominal money. One row per
    (source and class, plan year), and per column. Rows `contract` and `contract_limit`.
    """
    money = context.money
    for row in context.instance.instruments:
        if row.kind is not InstrumentKind.AVAILABILITY:
            continue
        pairs = [pair for pair, source in enumerate(money.pair_source) if source == row.id]
        found = [(pair, key, terms) for pair in pairs for key, terms in _terms(context, pair)]
        names = tuple(f"{pair}:{paid}>{end}" for pair, (paid, end), _ in found)
        columns = context.builder.add_columns(
            f"drawn[{row.id}]", len(found), axes=("pair_year_end",), keys=(names,)
        )
        paid = np.array([key[0] for _, key, _ in found], dtype=np.int64)
        end = np.array([key[1] for _, key, _ in found], dtype=np.int64)
        context.contracts[row.id] = Contract(paid, end, columns)
        _split(context, row.id, pairs, [pair for pair, _, _ in found], context.contracts[row.id])
        _limit(context, row.id, [(key, terms) for _, key, terms in found], columns)


def _terms(context: Context, pair: int) -> list[tuple[tuple[int, int], list[Term]]]:
    """Spending that may be paid, by year of payment and year in which works end."""
    sets, spending = context.sets, context.coefficients.spending
    group = context.money.classes[int(context.money.pair_class[pair])]
    # A class with a tagged instrument holds one project; a chosen share may be all of it.
    (project,), (share,) = group.projects, group.shares
    found: dict[tuple[int, int], list[Term]] = defaultdict(list)
    for option in sets.options_of[project]:
        for at in np.flatnonzero(spending.option == option):
            start, t = int(spending.start[at]), int(spending.year[at])
            end = works_end(sets.options[option].option, sets.first_year + start)
            amount = share * float(spending.nominal[at])
            if amount > 0.0:
                found[sets.first_year + t, end].append((option, start, amount))
    return sorted(found.items())


def _split(
    context: Context, name: str, pairs: list[int], owners: list[int], contract: Contract
) -> None:
    entries: list[Entry] = []
    keys: list[tuple[str | int, ...]] = []
    for pair in pairs:
        for t, year in enumerate(context.sets.years):
            entries.append((len(keys), int(context.money.pay[pair, t]), 1.0))
            entries += [
                (len(keys), int(column), -1.0)
                for owner, paid, column in zip(owners, contract.paid, contract.columns, strict=True)
                if owner == pair and paid == year
            ]
            keys.append((name, int(context.money.pair_class[pair]), int(year)))
    context.add_entries("contract", entries, 0.0, 0.0, ("instrument", "class", "year"), keys)


def _limit(
    context: Context,
    name: str,
    terms: list[tuple[tuple[int, int], list[Term]]],
    columns: np.ndarray,
) -> None:
    entries: list[Entry] = []
    keys: list[tuple[str | int, ...]] = []
    for number, ((paid, end), parts) in enumerate(terms):
        entries.append((number, int(columns[number]), 1.0))
        option, start, amount = zip(*parts, strict=True)
        spent = context.start_entries([number] * len(parts), option, start, amount)
        entries += [
            (int(row), int(column), -float(value))
            for row, column, value in zip(spent.row, spent.column, spent.value, strict=True)
        ]
        keys.append((name, paid, end))
    axes = ("instrument", "paid", "end")
    context.add_entries("contract_limit", entries, -np.inf, 0.0, axes, keys)
