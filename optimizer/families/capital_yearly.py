"""Family `capital_yearly`: capital is paid in step with debt, payer by payer and year by year."""

from __future__ import annotations

from infraplan.optimizer.accounts.sources import debt_part
from infraplan.optimizer.formulation.context import Context, Entry


def add_capital_yearly(context: Context) -> None:
    """A payer's debt bears no more of a project's year than its yearly capital ratio leaves.

    Formula: ``sum_k (1 - as_capital[k]) pay[k,t] <= (1 - ratio[t]) sum_p pay[p,t]`` over the
    instruments k and all sources p of a financing class; nominal money. One row per (class with a
    ratio that may borrow, plan year in which it is in force).
    """
    entries: list[Entry] = []
    keys: list[tuple[str | int, ...]] = []
    money = context.money
    debt = {row.id: debt_part(row) for row in context.instance.instruments}
    for number, group in enumerate(money.classes):
        if not group.yearly_capital or group.receiver or not any(s in debt for s in group.sources):
            continue
        pairs = money.pairs_of[number]
        for t, year in enumerate(context.sets.years):
            if not group.yearly_capital[t]:
                continue
            for pair in pairs:
                weight = debt.get(money.pair_source[pair], 0.0) - (1.0 - group.yearly_capital[t])
                if weight:
                    entries.append((len(keys), int(money.pay[pair, t]), weight))
            keys.append((group.payer, number, int(year)))
    context.add_entries("capital_yearly", entries, keys, upper=0.0)
