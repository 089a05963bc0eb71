"""Family `contract`: what a private partner pays, by the year in which works end."""

from __future__ import annotations

import numpy as np

from infraplan.optimizer.formulation.context import Context, Entry
from infraplan.optimizer.mip import Key


def add_contract(context: Context) -> None:
    """Split what an availability contract pays over the years in which works may end.

    Formula: ``pay[p,t] - sum_c drawn[p,t,c] = 0`` with ``drawn[p,t,c] >= 0`` what pair p pays in t
    for works that end in c; nominal money. One row per (source and class, plan year).
    """
    money = context.money
    entries: list[Entry] = []
    keys: list[Key] = []
    for name, contract in context.contracts.items():
        for pair in np.flatnonzero(np.array(money.pair_source) == name):
            for t, year in enumerate(context.sets.years):
                entries.append((len(keys), int(money.pay[pair, t]), 1.0))
                drawn = contract.columns[(contract.pair == pair) & (contract.paid == year)]
                entries += [(len(keys), int(column), -1.0) for column in drawn]
                keys.append((name, int(money.pair_class[pair]), int(year)))
    context.add_entries("contract", entries, keys, lower=0.0, upper=0.0)
