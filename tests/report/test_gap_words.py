"""The gap in report and tables: of the value, of what networks cost, or absolute."""

from __future__ import annotations

from infraplan.optimizer.report.objective_words import gap_part


def _words(**manifest: float) -> tuple[str, str]:
    part = gap_part(manifest)
    return str(part), part.zh


def test_it_is_of_the_value() -> None:
    assert _words(objective=200.0, bound=201.0, network_cost=1e6) == (" (0.5000%)", "（0.5000%）")


def test_it_is_of_the_cost_where_the_value_is_nothing() -> None:
    english, chinese = _words(objective=0.0, bound=5.0, network_cost=1000.0)
    assert english == " (0.5000% of what the networks cost)"
    assert chinese == "（占网络运行费用的0.5000%）"


def test_it_is_left_out_where_there_is_nothing_to_be_relative_to() -> None:
    assert _words(objective=0.0, bound=5.0) == ("", "")
    assert _words(objective=1.0) == ("", "")


def test_a_gap_too_small_for_the_figure_is_not_told_as_none() -> None:
    tiny = _words(objective=280.0, bound=280.0 * (1 + 3e-8))
    assert tiny == (" (under 0.0001%)", "（不到0.0001%）")
    assert _words(objective=280.0, bound=280.0) == (" (0.0000%)", "（0.0000%）")
