"""Every field of every table is described, and no limit is silently overridden."""

from __future__ import annotations

import annotated_types
import pytest

from infraplan.models.instance import TABLES, Settings, table_model
from infraplan.models.plan import Plan
from infraplan.models.project import Option

CLASSES = [Settings, Plan, Option, *(table_model(name) for name in TABLES)]
LIMITS = (annotated_types.Ge, annotated_types.Le, annotated_types.Gt, annotated_types.Lt)


@pytest.mark.parametrize("model", CLASSES, ids=lambda model: model.__name__)
def test_every_field_is_described_and_limited_once(model: type) -> None:
    for name, field in model.model_fields.items():
        assert field.description, name
        kinds = [type(limit) for limit in field.metadata if isinstance(limit, LIMITS)]
        # pydantic keeps only the last limit of a kind: two would be one rule fewer than written.
        assert len(kinds) == len(set(kinds)), f"{model.__name__}.{name}: {field.metadata}"


@pytest.mark.parametrize(("field", "bad"), [("lifetime", -1), ("lead_time", -1)])
def test_option_limits_hold(field: str, bad: int) -> None:
    with pytest.raises(ValueError, match=field):
        Option(overnight_cost=1.0, **{field: bad})


@pytest.mark.parametrize("table", TABLES)
def test_the_rows_of_every_table_can_be_told_apart(table: str) -> None:
    """By an id that each must have, or by the fields that its class names."""
    row = table_model(table)
    known = "id" in row.model_fields and row.model_fields["id"].is_required()
    assert known or row.row_key, f"{row.__name__}.row_key: rows of {table} have no id"
    assert set(row.row_key) <= row.model_fields.keys()


def test_zeros_at_the_end_of_a_spending_profile_are_no_years_of_spending() -> None:
    """Zeros before the first share and between shares are waiting, and stay."""
    for given, kept in (
        ((0.5, 0.5, 0.0, 0.0), (0.5, 0.5)),
        ((0.0, 0.5, 0.0, 0.5, 0.0), (0.0, 0.5, 0.0, 0.5)),
        ((1.0,), (1.0,)),
    ):
        assert Option(overnight_cost=1.0, spending_profile=given).spending_profile == kept
    with pytest.raises(ValueError, match="spending_profile"):
        Option(overnight_cost=1.0, spending_profile=(0.0, 0.0))
