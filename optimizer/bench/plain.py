"""Made-up instances without what only the product's program has: money by year, and orders."""

from __future__ import annotations

from infraplan.models.funding import Fund, Inflow
from infraplan.models.instance import Instance
from infraplan.models.relation import RelationType


def plain(instance: Instance) -> Instance:
    """`instance` with one fund of each payer, which gets all its money, and orders alone.

    Earmarked funds give their money to the payer's own; relations other than finish-to-start ones
    are left out. What remains is what `by_hand.py` and `greedy.py` know.
    """
    own: dict[str, str] = {}
    for fund in instance.funds:
        if not _is_tied(fund):
            own.setdefault(fund.jurisdiction, fund.id)
    owner = {fund.id: own.get(fund.jurisdiction, fund.id) for fund in instance.funds}
    sums: dict[tuple[str, int], float] = {}
    for row in instance.inflows:
        key = owner[row.fund], row.year
        sums[key] = sums.get(key, 0.0) + row.value
    tables = {name: getattr(instance, name) for name in Instance.model_fields}
    tables["funds"] = tuple(fund for fund in instance.funds if owner[fund.id] == fund.id)
    tables["inflows"] = tuple(
        Inflow(fund=fund, year=year, value=value) for (fund, year), value in sorted(sums.items())
    )
    tables["relations"] = tuple(
        row for row in instance.relations if row.type is RelationType.FINISH_TO_START
    )
    tables["settings"] = instance.settings.model_copy(
        update={"id": f"{instance.settings.id}-plain"}
    )
    return Instance(**tables)


def _is_tied(fund: Fund) -> bool:
    """Whether a fund may not pay for everything, or not for the whole of it."""
    filters = (fund.sectors, fund.subsectors, fund.places, fund.projects)
    return any(filters) or fund.max_share < 1.0
