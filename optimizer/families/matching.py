"""Family `matching`: own money beside a grant."""

from __future__ import annotations

from infraplan.optimizer.accounts.sources import OWN_KINDS
from infraplan.optimizer.formulation.context import Context, Entry


def add_matching(context: Context) -> None:
    """Beside each unit of a fund the payer puts own money in the same year.

    Formula: ``matching sum_p pay[p,t] <= sum_q pay[q,t]`` with p the fund's payments and q those of
    own funds (`OWN_KINDS`) of the same payer in the financing classes that the fund may pay for.
    Nominal money. One row per (fund with matching, year in which works may be paid).
    """
    entries: list[Entry] = []
    keys: list[tuple[str | int, ...]] = []
    money, instance = context.money, context.instance
    own = {fund.id: fund.jurisdiction for fund in instance.funds if fund.kind in OWN_KINDS}
    for fund in instance.funds:
        if not fund.matching:
            continue
        for t, year in enumerate(context.sets.money_years):
            row = len(keys)
            for pair, source in enumerate(money.pair_source):
                group = money.classes[int(money.pair_class[pair])]
                if group.receiver or fund.id not in group.sources:
                    continue
                if source == fund.id:
                    entries.append((row, int(money.pay[pair, t]), fund.matching))
                elif own.get(source) == fund.jurisdiction:
                    entries.append((row, int(money.pay[pair, t]), -1.0))
            keys.append((fund.id, int(year)))
    context.add_entries("matching", entries, keys, upper=0.0)
