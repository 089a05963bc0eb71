"""Rules of the named sets that an instance obeys; no set is read where none is named."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from infraplan.models.debt_rule import CapitalRatio, DebtRule


def capital_ratios_named(names: Iterable[str]) -> tuple[CapitalRatio, ...]:
    """Least capital by the sets `names`, in order; a set that does not exist has none.

    What is not checked may name such a set: that is told by `check_rule_sets`, and no fault here.
    """
    if not (wanted := tuple(names)):
        return ()
    from infraplan.models.capital_ratios import CAPITAL_RATIO_SETS

    return tuple(rule for name in wanted for rule in CAPITAL_RATIO_SETS.get(name, ()))


def debt_rules_named(names: Iterable[str]) -> tuple[DebtRule, ...]:
    """Debt rules of the sets `names`, in order; a set that does not exist has none."""
    if not (wanted := tuple(names)):
        return ()
    from infraplan.models.rule_sets import RULE_SETS

    return tuple(rule for name in wanted for rule in RULE_SETS.get(name, ()))
