"""What each column and setting means: for comments in workbooks, for the schema and for advice.

The English text is the field's own description; the Chinese one stands in the catalogue.
"""

from __future__ import annotations

from infraplan.models.catalogue import Phrase, pair
from infraplan.models.catalogue.meanings import COLUMNS, SETTINGS
from infraplan.optimizer.storage.fields import FieldInfo


def column_zh(table: str, column: str) -> str:
    """Return the Chinese description of a column; blank where none is written."""
    return COLUMNS.get(f"{table}.{column}") or COLUMNS.get(column, "")


def setting_zh(model: str, field: str) -> str:
    """Return the Chinese description of a field of a settings class; blank where none is."""
    return SETTINGS.get(f"{model}.{field}", "")


def meaning(table: str, field: FieldInfo) -> Phrase:
    """Return what `field` of `table` means, in both languages."""
    return pair(field.description, column_zh(table, field.name) or field.description)
