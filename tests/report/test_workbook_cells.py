"""Texts in the cells of an exported workbook."""

from __future__ import annotations

import pytest

from infraplan.optimizer.report.workbook import safe


@pytest.mark.parametrize("text", ["-0.03 to 0.12", "-1,234.5至-0.06", "0.1 to 0.2"])
def test_an_interval_that_begins_below_zero_is_shown_as_it_is(text: str) -> None:
    assert safe(text) == text


@pytest.mark.parametrize(
    "text", ["=SUM(B)", "-0.03 to A1", "-1+1", "-0.03 to 0.12+A1", "+1 to 2", "@a", "-0.03"]
)
def test_what_a_spreadsheet_would_run_is_text(text: str) -> None:
    assert safe(text) == "'" + text
