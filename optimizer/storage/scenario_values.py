"""Values of scenario changes, read as a cell of the column that they change would be."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from infraplan.models.catalogue import phrase
from infraplan.models.errors import Finding, InconsistentInstanceError
from infraplan.models.instance import Settings
from infraplan.models.scenario import Change, Operation
from infraplan.optimizer.storage.cells import BLANK, CellContext, parse_cell
from infraplan.optimizer.storage.faults import CellFault, Faults
from infraplan.optimizer.storage.fields import Base, FieldInfo, ValueType, fields_of
from infraplan.optimizer.storage.numbers import names_money
from infraplan.optimizer.storage.rows import Built
from infraplan.optimizer.storage.table_columns import CSV_TABLES, table_of

if TYPE_CHECKING:
    from infraplan.models.base import DomainModel
    from infraplan.models.instance import Instance

_READ = (Base.NUMBER, Base.INTEGER, Base.YEAR, Base.WORD)


def read_values(built: Built, context: CellContext, faults: Faults) -> Built:
    """Return the scenario `built` with texts for numbers, years and words read.

    `3万` and `120M` mean in a change what they mean in the column. A text that cannot be read
    becomes a finding; what no column takes in one cell stays as it is written.
    """
    changes, sound = [], built.sound
    for index, change in enumerate(getattr(built.object, "changes", ())):
        try:
            changes.append(_read(change, context))
        except CellFault as fault:
            sound = False
            changes.append(change)
            path = f"changes[{index}].value" if built.origin.path else "value"
            faults.add(built.origin.finding(fault.rule, fault.message, fault.advice, column=path))
    return Built(built.object.model_copy(update={"changes": tuple(changes)}), built.origin, sound)


def read_change(instance: Instance, change: Change) -> Change:
    """Return `change` with its text read as the cell of its column in `instance`.

    Raises
    ------
    InconsistentInstanceError
        If it cannot be read.
    """
    settings = instance.settings
    context = CellContext(money_factor=settings.money_factor, currency=settings.currency)
    try:
        return _read(change, context)
    except CellFault as fault:
        told = Finding(rule=fault.rule, message=fault.message, advice=fault.advice)
        raise InconsistentInstanceError([told]) from None


def _read(change: Change, context: CellContext) -> Change:
    field = _field(change)
    if field is None:
        return change
    if change.operation is Operation.SET and _holds_numbers(field.type):
        return change.model_copy(update={"value": _joined(field, change.value, context)})
    if not isinstance(change.value, str):
        return change
    if change.operation is not Operation.SET:
        if change.operation is Operation.MULTIPLY:
            _require_factor(change.value)
        unit = field.unit if change.operation is Operation.ADD else None
        field = replace(field, type=ValueType(Base.NUMBER), unit=unit)
    if field.type.base not in _READ:
        return change
    value: Any = parse_cell(field, change.value, context)
    return change if value is BLANK else change.model_copy(update={"value": _plain(value)})


def _require_factor(said: str) -> None:
    """Refuse what is no factor: money, and a part to be added, `+20%`, which is not a fifth."""
    text = said.strip()
    if names_money(text):
        raise CellFault("bad-number", phrase("is-money-no-money-is-asked-for", text=text))
    if text.startswith(("+", "-", "＋", "－")) and text.endswith(("%", "％")):
        message, advice = phrase("is-a-change-and-no-factor", text=text), phrase("write-the-factor")
        raise CellFault("bad-number", message, advice)


def _holds_numbers(kind: ValueType) -> bool:
    """Whether a cell holds a list of numbers, or numbers by name."""
    is_many = kind.base in (Base.LIST, Base.MAPPING)
    return is_many and kind.item is not None and kind.item.base in (Base.NUMBER, Base.YEAR)


def _joined(field: FieldInfo, said: Any, context: CellContext) -> Any:
    """The numbers of a cell as plain text, which the change is applied with: `0.5;0.5`, `a=1;b=2`.

    What cannot be told so (a name that holds the signs) stays as it is written, as does a number
    without a name: whether it is one stream more or all of them, a change does not say.
    """
    is_named = field.type.base is Base.LIST or any(sign in str(said) for sign in "=＝:：")
    value: Any = parse_cell(field, said, context) if said is not None and is_named else BLANK
    if isinstance(value, dict):
        is_plain = not any(sign in name for name in value for sign in ";=")
        return (
            ";".join(f"{name}={number!r}" for name, number in value.items()) if is_plain else said
        )
    return ";".join(map(repr, value)) if isinstance(value, tuple) else said


def _plain(value: Any) -> Any:
    return float(value) if isinstance(value, int) else getattr(value, "value", value)


def _field(change: Change) -> FieldInfo | None:
    """Field that `change` is of; None where there is none, which applying it tells."""
    if change.table in CSV_TABLES:
        return table_of(change.table).columns.get(change.field)
    if change.table != "instance":
        return None
    model: type[DomainModel] | None = Settings
    field: FieldInfo | None = None
    for name in change.field.split("."):
        if model is not None:
            field = fields_of(model).get(name)
        elif field is not None and field.type.item is not None:
            field = replace(field, type=field.type.item)
        if field is None:
            return None
        model = field.type.model
    return field
