"""`infraplan explain` where no program holds the networks: solved, or told to be; never guessed."""

from __future__ import annotations

from pathlib import Path

import pytest

from infraplan.models.catalogue.help_texts import HELP
from infraplan.models.instance import Instance
from infraplan.optimizer.cli.solve_commands import AskedEngine
from infraplan.optimizer.engines.registry import ENGINE_NAMES
from infraplan.optimizer.report.earlier_words import not_earlier_table
from infraplan.optimizer.report.sweep_tables import explanations_table
from infraplan.optimizer.solve import solve
from infraplan.optimizer.solve_result import SolveOptions
from infraplan.optimizer.storage import write_instance
from infraplan.optimizer.sweeps.not_earlier import all_not_earlier
from tests.assertions import assert_bilingual
from tests.builders import make_settings
from tests.cli.conftest import Call
from tests.optimizer.engines.waters import laying, node, pipe, water

pytestmark = pytest.mark.usefixtures("without_page")


def two_pipes() -> Instance:
    """20 L/s over 1 km to a, which asks for 30 of 50 m; money a year later is worth 10 % less.

    By hand, 100 mm lose 68.77 m for 20 L/s, 150 mm 9.54 m, and two of 100 mm 68.77 / 2^1.852 =
    19.05 m: 150 mm for 20 alone, or p and q of 100 mm for 10 + 15. Without pressures the program
    would lay 100 mm alone.
    """
    instance = water(
        [node("s", 50.0), node("a", 0.0, 30.0)],
        [pipe("p", "s", "a"), pipe("q", "s", "a")],
        {"a": 20.0},
        [laying("p", {100.0: 10.0, 150.0: 20.0}), laying("q", {100.0: 15.0}, must=False)],
    )
    settings = make_settings((2021, 2022), networks=instance.settings.networks, discount_rate=0.1)
    return instance.model_copy(update={"settings": settings})


def test_an_earlier_start_is_not_priced_by_a_program_without_pressures() -> None:
    """Begun in 2021, 150 mm cost 20 and not 20 / 1.1; the program would say 10, for 100 mm."""
    instance = two_pipes()
    found = solve(instance, SolveOptions(gap=0.0))
    plan = found.require_plan()
    assert [(row.option, row.start) for row in plan.starts] == [("d150", 2022)]
    assert plan.objective == pytest.approx(-20.0 / 1.1)
    (told,) = all_not_earlier(instance, plan, found.bound, 30.0)
    assert (told.project, told.reason, told.loss, told.loss_high) == ("lay-p", "", None, None)
    row = {"start": 2022, "reason": "", "forced": "not_tried", "binding": [], "loss": None}
    row |= {"loss_low": None, "loss_high": None, "others": []}
    frame = not_earlier_table(instance, [{"project": "lay-p", "earlier": row}]).frame
    assert frame["why_not_earlier_en"][0] == "told where the project is named: explain RUN PROJECT"
    assert_bilingual(frame["why_not_earlier_en"][0], frame["why_not_earlier_zh"][0])


def test_what_is_left_out_is_solved_for_without_a_reason_of_the_run(
    call: Call, tmp_path: Path
) -> None:
    """With q it is p and q of 100 mm: 25 / 1.1 in the place of 20 / 1.1."""
    write_instance(two_pipes(), tmp_path / "two.json")
    run = tmp_path / "run"
    assert call("solve", tmp_path / "two.json", "--gap", "0", "-o", run).code == 0
    found = call("explain", run, "--all", "--gap", "0", "-o", tmp_path / "why", "--json")
    assert found.code == 0, found.err
    (row,) = found.data["projects"]
    assert row["project"] == "lay-q"
    assert row["loss"] == pytest.approx(5.0 / 1.1)
    assert (row["loss_low"], row["loss_high"]) == pytest.approx((5.0 / 1.1, 5.0 / 1.1))
    bare = call("explain", run, "--all", "--nearest", "0", "-o", tmp_path / "bare", "--json")
    frame = explanations_table(two_pipes(), bare.data["projects"]).frame
    assert frame["why_in_a_word_en"][0] == "told where the project is named: explain RUN PROJECT"


def test_help_names_every_engine() -> None:
    text = AskedEngine.__metadata__[0].help
    for name in ENGINE_NAMES:
        assert name in text
        assert name in HELP[text][1]
