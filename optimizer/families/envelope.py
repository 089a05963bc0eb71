"""Family `envelope`: what a fund pays in all."""

from __future__ import annotations

from infraplan.optimizer.formulation.context import Context, Entry


def add_envelope(context: Context) -> None:
    """A fund pays no more in all, after the plan too, than its envelope.

    Formula: ``sum_t sum_p pay[p,t] <= envelope``, nominal money. One row per fund with an envelope.
    """
    entries: list[Entry] = []
    upper: list[float] = []
    keys: list[tuple[str | int, ...]] = []
    money = context.money
    for fund in context.instance.funds:
        if fund.envelope is None:
            continue
        for pair, source in enumerate(money.pair_source):
            if source == fund.id:
                entries += [(len(keys), int(column), 1.0) for column in money.pay[pair]]
        keys.append((fund.id,))
        upper.append(fund.envelope)
    context.add_entries("envelope", entries, keys, upper=upper)
