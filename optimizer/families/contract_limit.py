"""Family `contract_limit`: a contract pays for works that the plan has started."""

from __future__ import annotations

from infraplan.optimizer.formulation.context import Context, Triplets, triplets
from infraplan.optimizer.mip import Key


def add_contract_limit(context: Context) -> None:
    """All that a contract pays is for the start that the plan chooses.

    Formula: ``drawn[p,t,c] - sum_{o,s: works end in c} share spend[o,s,t] index(t) x[o,s] <= 0``,
    drawn as in family `contract`; nominal money. One row per column drawn.
    """
    parts: list[Triplets] = []
    keys: list[Key] = []
    for name, contract in context.contracts.items():
        for column, (paid, end), terms in zip(
            contract.columns,
            zip(contract.paid, contract.end, strict=True),
            contract.terms,
            strict=True,
        ):
            option, start, amount = zip(*terms, strict=True)
            row = len(keys)
            parts.append(triplets([row], [column], 1.0))
            spent = context.start_entries([row] * len(terms), option, start, amount)
            parts.append(spent.scaled(-1.0))
            keys.append((name, int(paid), int(end)))
    context.add_rows("contract_limit", Triplets.join(*parts), keys, upper=0.0)
