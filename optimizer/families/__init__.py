"""Constraint families, one file each: `<name>.py` holds `add_<name>` of the rule called `<name>`.

A family that has columns of its own, which no other reads, makes them in `columns_<name>` before
any row. Binding is by name, see `bind_families`: whoever adds a record in `infraplan.models.rules`
and a file here has added a family.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType, ModuleType

from infraplan.models.catalogue import joined, phrase
from infraplan.models.rules import RULES, Rule
from infraplan.optimizer.errors import FormulationError
from infraplan.optimizer.formulation.context import Context
from infraplan.optimizer.mip import MipBuilder


@dataclass(frozen=True)
class Family:
    """A rule, what adds its rows, and what adds its own columns before (None: it has none)."""

    rule: Rule
    add: Callable[[Context], None]
    columns: Callable[[Context, MipBuilder], None] | None


def bind_families(
    rules: Mapping[str, Rule], modules: Mapping[str, ModuleType]
) -> Mapping[str, Family]:
    """Bind each rule that has rows of its own to the module of its name, in the rules' order.

    Raises
    ------
    FormulationError
        A rule has no module or its module no `add_<name>`, or a module is no rule's; all at once.
    """
    wanted = {name: rule for name, rule in rules.items() if not rule.is_bound}
    faults = [
        phrase("a-family-without-a-record", name=name) for name in modules if name not in wanted
    ]
    bound: dict[str, Family] = {}
    for name, rule in wanted.items():
        module = modules.get(name)
        add = getattr(module, f"add_{name}", None)
        if add is None:
            faults.append(phrase("a-record-without-a-family", name=name))
            continue
        bound[name] = Family(rule, add, getattr(module, f"columns_{name}", None))
    if faults:
        message = phrase("rules-and-families-differ", faults=joined(*faults, between="; "))
        raise FormulationError(message)
    return MappingProxyType(bound)


def _modules() -> dict[str, ModuleType]:
    names = [found.name for found in pkgutil.iter_modules(__path__)]
    return {name: importlib.import_module(f"{__name__}.{name}") for name in names}


FAMILIES: Mapping[str, Family] = bind_families(RULES, _modules())
"""Every family of rows by name, in the order in which its rows stand in the model."""
