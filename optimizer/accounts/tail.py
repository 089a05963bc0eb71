"""Figures after the last year given. Source: docs/laws.md section 4 (`service`, `debt_rule`)."""

from __future__ import annotations

from infraplan.models.instance import Instance


def carried_on(instance: Instance, value: float, given: int, year: int) -> float:
    """Figure of `year` where the last one is `value` in `given`: grown by tail_growth a year."""
    growth = 1.0 + instance.settings.finance.tail_growth
    return float(value * growth ** (year - given))
