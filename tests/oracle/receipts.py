"""What projects bring into funds, written from section 4 of docs/laws.md alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraplan.models.funding import Fund

if TYPE_CHECKING:
    from tests.oracle.choice import Choice
    from tests.oracle.oracle import Oracle


def receipts_in(oracle: Oracle, built: dict[str, Choice], fund: Fund, year: int) -> float:
    """What built projects and those that stand bring in, until another one retires them."""
    there = oracle.still_there(built) | built
    total = 0.0
    for row in oracle.instance.receipts:
        choice = there.get(row.project)
        if row.fund != fund.id or choice is None:
            continue
        if row.option and row.option != choice.option.option:
            continue
        event = choice.start if row.event.value == "start" else choice.opening
        first = event + row.delay
        is_retired = row.project not in built and choice.cut is not None and year >= choice.cut
        if first <= year < first + row.years and not is_retired:
            total += row.value * (1.0 + row.growth) ** (year - oracle.y0)
    return total
