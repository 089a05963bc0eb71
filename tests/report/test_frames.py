"""Tables of a plan as data frames: those of the run folder's files, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import infraplan
from infraplan.models.catalogue import in_language
from infraplan.optimizer.report.frames import NUMBER, Column, format_value

FILES = {
    "schedule": "schedule_frame",
    "payments": "payments_frame",
    "cashflow": "money_frame",
    "debt": "debt_frame",
    "rejected": "rejections_frame",
    "targets": "targets_frame",
}


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> infraplan.Outcome:
    place = tmp_path_factory.mktemp("frames") / "run"
    return infraplan.run(infraplan.example(), place, infraplan.Options(gap=0.0))


@pytest.mark.parametrize("name", FILES)
def test_a_frame_is_the_file_of_the_run(outcome: infraplan.Outcome, name: str) -> None:
    written = pd.read_csv(outcome.run_dir / f"{name}.csv", encoding="utf-8-sig")
    function = getattr(infraplan, FILES[name])
    for answer in (outcome, outcome.run_dir):
        frame = function(answer)
        shared = [column for column in written.columns if column in frame.columns]
        assert len(frame) == len(written) > 0
        assert len(shared) >= 5
        for column in shared:
            told, kept = written[column], frame[column]
            if pd.api.types.is_numeric_dtype(told) and pd.api.types.is_numeric_dtype(kept):
                pairs = zip(told.astype("float64"), kept.astype("Float64"), strict=True)
                for one, other in pairs:
                    assert (pd.isna(one) and pd.isna(other)) or other == pytest.approx(one), column


def test_a_result_has_the_same_frames_as_its_run(outcome: infraplan.Outcome) -> None:
    for name in ("schedule_frame", "money_frame", "outputs_frame"):
        function = getattr(infraplan, name)
        pd.testing.assert_frame_equal(function(outcome.result), function(outcome.run_dir))


def test_years_are_whole_numbers_and_units_are_told(outcome: infraplan.Outcome) -> None:
    frame = infraplan.rejections_frame(outcome)
    assert str(frame["year"].dtype) == "Int64"
    assert str(frame["loss"].dtype) == "float64"
    assert frame.attrs["units"]["loss"] == "money"


def test_outputs_count_while_they_operate(outcome: infraplan.Outcome) -> None:
    # The expressway opens in 2035 with 22 km: in the plan's last year and in none before.
    frame = infraplan.outputs_frame(outcome)
    assert frame[["metric", "year", "amount", "stands"]].to_numpy().tolist() == [
        ["expressway_km", 2035, 22.0, False]
    ]


def test_a_table_speaks_chinese(outcome: infraplan.Outcome) -> None:
    frame = infraplan.table_frame(outcome, "debt-room", lang="zh")
    assert frame.attrs["headings"]["jurisdiction"] == "行政区"
    assert set(frame["jurisdiction"]) == {"某县"}


def test_an_unknown_table_is_answered_with_all(outcome: infraplan.Outcome) -> None:
    with pytest.raises(infraplan.NotThereError, match="no table of a run is called 'nothing'") as e:
        infraplan.table_frame(outcome, "nothing")
    assert "没有名为“nothing”的结果表" in in_language(e.value.args[0], "zh")


def test_where_nothing_is_there_to_draw_it_says_so(outcome: infraplan.Outcome) -> None:
    with pytest.raises(infraplan.NotThereError, match="nothing to show in the figure"):
        infraplan.map_figure(outcome)


def test_a_run_without_a_plan_has_no_frames(tmp_path: Path) -> None:
    county = infraplan.example()
    projects = [
        row.model_copy(update={"mandatory": infraplan.Mandate.MUST}) for row in county.projects
    ]
    tables = county.model_dump() | {"projects": projects, "inflows": ()}
    outcome = infraplan.run(infraplan.Instance.model_validate(tables), tmp_path / "run")
    for answer in (outcome, outcome.run_dir, outcome.result):
        with pytest.raises((infraplan.NoPlanError, infraplan.InfeasibleError)):
            infraplan.schedule_frame(answer)


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (10.0865, "10.09"),
        (0.026415, "0.02642"),
        (384.248, "384.2"),
        (999.96, "1,000"),
        (200000.0, "200,000"),
        (1234567.0, "1,234,567"),
        (-12345.6, "-12,346"),
        (0.0, "0"),
        (7.0, "7"),
    ],
)
def test_a_quantity_has_four_digits_and_no_power_of_ten(value: float, told: str) -> None:
    assert format_value(Column("wanted", NUMBER), value, "en") == told
