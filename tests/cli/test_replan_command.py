"""`infraplan replan`: a new plan that moves little of the one in force, from files to tables."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from infraplan.models.horizon import Objective
from infraplan.models.instance import Instance
from infraplan.models.project import Mandate
from infraplan.optimizer.cli import replan_commands
from infraplan.optimizer.errors import SolverUnavailableError
from infraplan.optimizer.storage import read_run, write_instance
from infraplan.optimizer.sweeps.replan import Replanned, ReplanPoint
from tests.builders import make_fund, make_inflows, make_instance, make_project
from tests.cli.conftest import Call

pytestmark = pytest.mark.usefixtures("without_page")

LESS = "funds.budget.2022=7"


def six() -> Instance:
    """Six works of costs 4 to 9 that bring 3 to 8 a year, and money for some of them at a time."""
    projects = [make_project(n, 4.0 + k, 3.0 + k, lead_time=1) for k, n in enumerate("abcdef")]
    return make_instance(
        projects,
        funds=[make_fund()],
        inflows=make_inflows("budget", 2021, 8.0, 14.0, 12.0, 10.0),
        settings={"end_year": 2035},
    )


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory, call: Call) -> Path:
    """The plan in force: all money of each year is spent in it."""
    folder = tmp_path_factory.mktemp("six")
    write_instance(six(), folder / "six.json")
    done = call("solve", folder / "six.json", "-o", folder / "run", "--gap", "0", "--json")
    assert done.code == 0, done.err
    return folder / "run"


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def test_the_curve_the_choice_and_the_reasons(call: Call, run: Path, tmp_path: Path) -> None:
    out = tmp_path / "r"
    asked = ("replan", run, "--set", LESS, "--gap", "0", "--every", "-o", out, "--because", "cut")
    done = call(*asked, "--json")
    assert done.code == 0, done.err
    data = done.data
    # Moves and losses by hand: 7 less in 2022. `tests/optimizer/sweeps` has the law of it.
    assert [row["moved"] for row in data["curve"]] == [1, 2, 3, 4]
    assert [row["kind"] for row in data["curve"]] == ["fewest", "between", "chosen", "free"]
    losses = [row["loss"] for row in data["curve"]]
    assert losses == sorted(losses, reverse=True)
    assert all(row["loss_bound"] == pytest.approx(row["loss"]) for row in data["curve"])
    assert all(row["verified"] for row in data["curve"])
    chosen = data["chosen"]
    assert len(data["free"]["moved"]) == data["least_of_free"] == 4
    # Nothing is frozen: the free plan as first found began with nothing.
    assert data["fresh"]["run_dir"] == data["free"]["run_dir"]
    assert data["fresh"]["moved_frozen"] == []
    assert len(chosen["moved"]) == 3
    assert chosen["loss"] <= 0.01 * data["best"]
    rows = {row["project"]: row for row in data["moves"]}
    assert sorted(rows) == chosen["moved"]
    assert {row["reason"] for row in rows.values()} == {"money", "gain"}
    first = json.loads((Path(chosen["run_dir"]) / "run.json").read_text("utf-8"))
    assert first["parent"]["run_dir"] == str(run)
    assert first["changes"]["because"] == "cut"
    assert call("verify", chosen["run_dir"]).code == 0
    assert [row["moved"] for row in table(out / "curve.csv")] == ["1", "2", "3", "4"]
    assert {row["project"] for row in table(out / "moves.csv")} == set(chosen["moved"])
    before, after = read_run(run).plan, read_run(Path(chosen["run_dir"])).plan
    assert before is not None
    assert after is not None
    starts = [{s.project: (s.option, s.start) for s in plan.starts} for plan in (before, after)]
    names = starts[0].keys() | starts[1].keys()
    assert chosen["moved"] == sorted(n for n in names if starts[0].get(n) != starts[1].get(n))


def test_a_changed_record_of_what_is_kept_is_found(call: Call, run: Path, tmp_path: Path) -> None:
    asked = ("replan", run, "--set", LESS, "--moves", "2", "--points", "0", "-o", tmp_path / "r")
    done = call(*asked, "--json")
    assert done.code == 0, done.err
    folder = Path(done.data["chosen"]["run_dir"])
    manifest = json.loads((folder / "run.json").read_text("utf-8"))
    manifest["kept"]["most"] = 1.0
    (folder / "run.json").write_text(json.dumps(manifest), "utf-8")
    found = call("verify", folder)
    assert found.code == 7
    assert "moves weigh 2" in found.out + found.err


def test_what_is_frozen_stays_and_it_is_said_where_it_cannot(
    call: Call, run: Path, tmp_path: Path
) -> None:
    asked = ("replan", run, "--points", "0", "--gap", "0")
    done = call(*asked, "--set", LESS, "--freeze", "2022", "-o", tmp_path / "a", "--json")
    assert done.code == 0, done.err
    plan = read_run(run).plan
    assert plan is not None
    early = {row.project for row in plan.starts if row.start < 2022}
    assert set(done.data["frozen"]) == early
    fresh = done.data["fresh"]
    assert set(fresh["moved_frozen"]) <= set(fresh["moved"])
    assert fresh["verified"] is True
    assert read_run(Path(fresh["run_dir"])).manifest.get("kept") is None
    assert early
    for row in done.data["curve"]:
        found = read_run(Path(row["run_dir"])).plan
        assert found is not None
        assert {s.project for s in found.starts if s.start < 2022} == early
    none = call(*asked, "--set", "funds.budget.2021=1", "--freeze", "2022", "-o", tmp_path / "b")
    assert none.code == 4
    assert "leave --freeze out" in none.err
    name = min(early)
    changed = f"projects.{name}.earliest_start=2022"
    gone = call(*asked, "--set", changed, "--freeze", "2022", "-o", tmp_path / "c", "--lang", "zh")
    assert gone.code == 4
    assert "已不能按原安排实施的项目" in gone.err


def test_tables_and_words_in_both_languages(call: Call, run: Path, tmp_path: Path) -> None:
    asked = ("replan", run, "--set", LESS, "--points", "0", "--gap", "0")
    english = call(*asked, "-o", tmp_path / "en")
    assert "fewest moves" in english.out
    assert "cash is missing: budget" in english.out
    assert "Chosen: 3 moves, proven to be the fewest" in english.err
    assert "the nearest to the plan in force moves 4: proven" in english.err
    assert "knows nothing of the plan in force, moves 4; its gap is 0.00%" in english.err
    assert max(map(len, english.out.splitlines())) <= 80
    chinese = call(*asked, "-o", tmp_path / "zh", "--lang", "zh")
    assert "变动最少" in chinese.out
    assert "变动的项目及原因" in chinese.out
    assert "选定方案变动3项" in chinese.err
    assert "最接近原方案者变动4项" in chinese.err
    assert "重新求解变动4项" in chinese.err


def test_it_resumes_byte_for_byte(call: Call, run: Path, tmp_path: Path) -> None:
    out = tmp_path / "r"
    asked = ("replan", run, "--set", LESS, "--points", "1", "--gap", "0", "-o", out)
    assert call(*asked).code == 0
    before = [(out / name).read_bytes() for name in ("curve.csv", "moves.csv")]
    lines = (out / "journal.jsonl").read_bytes().splitlines(keepends=True)
    (out / "journal.jsonl").write_bytes(b"".join(lines[:2]) + lines[2][:30])
    assert call(*asked).code == 2
    again = call(*asked, "--resume")
    assert again.code == 0, again.err
    assert "2 finished solves were found" in again.err
    assert [(out / name).read_bytes() for name in ("curve.csv", "moves.csv")] == before


def test_weights_and_costs_of_moves(call: Call, run: Path, tmp_path: Path) -> None:
    asked = ("replan", run, "--set", LESS, "--points", "0", "--gap", "0", "--json")
    dear = call(*asked, "--move-cost", "1000", "-o", tmp_path / "dear")
    assert dear.code == 0, dear.err
    assert dear.data["chosen"]["weight"] == 1.0
    assert dear.data["net_bound"] == pytest.approx(dear.data["chosen"]["value"] - 1000.0)
    plan = read_run(run).plan
    assert plan is not None
    heavy = dear.data["chosen"]["moved"][0]
    weighed = call(*asked, "--weight", f"{heavy}=50", "--moves", "40", "-o", tmp_path / "weighed")
    assert weighed.code == 0, weighed.err
    assert heavy not in weighed.data["chosen"]["moved"]
    by_stage = call(*asked, "--weight", "start=2", "--moves", "3", "-o", tmp_path / "stage")
    assert by_stage.code == 0, by_stage.err
    stages = {row.stage.value for row in read_run(run).instance.projects}
    assert by_stage.data["chosen"]["weight"] == (2.0 if stages == {"start"} else 3.0)


def test_every_wrong_use_is_told(call: Call, run: Path, tmp_path: Path) -> None:
    out = ("-o", tmp_path / "r")
    two = call("replan", run, "--moves", "1", "--keep-within", "1%", *out)
    assert two.code == 2
    share = call("replan", run, "--keep-within", "much", *out)
    assert share.code == 2
    both = call("replan", run, "--instance", run, "--to", "2022", *out)
    assert both.code == 2
    wrong = call("replan", run, "--weight", "x=1", "--weight", "a=0", "--weight", "a", *out)
    assert wrong.code == 2
    assert all(text in wrong.err for text in ("x=1", "a=0", "preparatory"))
    write_instance(
        six().with_tables(
            settings=six().settings.model_copy(update={"objective": Objective.MAKESPAN})
        ),
        tmp_path / "years.json",
    )
    years = call("replan", run, "--instance", tmp_path / "years.json", *out)
    assert years.code == 6
    assert "objective npv" in years.err
    assert not (tmp_path / "r").exists()


def test_rolled_with_what_happened(call: Call, run: Path, tmp_path: Path) -> None:
    """The first works of the plan are given up after 1.5: sunk, and moved whatever is done."""
    plan = read_run(run).plan
    assert plan is not None
    lost = min(row.project for row in plan.starts if row.start == 2021)
    actuals = tmp_path / "actuals.csv"
    actuals.write_text(
        f"project,year,spent,started,opened,cancelled,note\n{lost},2021,1.5,,,yes,slope\n"
    )
    asked = ("replan", run, "--actuals", actuals, "--points", "0", "--gap", "0", "--json")
    done = call(*asked, "-o", tmp_path / "r")
    assert done.code == 0, done.err
    assert done.data["sunk"] == {lost: pytest.approx(1.5)}
    rows = {row["project"]: row for row in done.data["moves"]}
    assert rows[lost]["reason"] == "given_up"
    assert done.data["curve"][0]["least_weight"] >= 1.0
    rolled = read_run(Path(done.data["chosen"]["run_dir"])).instance
    assert rolled.settings.horizon.first_year == 2022
    assert rolled.project_by_id[lost].mandatory is Mandate.MUST_NOT
    late = call("replan", run, "--to", "2099", "-o", tmp_path / "late")
    assert late.code == 3


def test_another_instance_takes_the_place_of_the_run_s(
    call: Call, run: Path, tmp_path: Path
) -> None:
    other = six().with_tables(projects=six().projects[:-1])
    write_instance(other, tmp_path / "other.json")
    done = call(
        "replan", run, "--instance", tmp_path / "other.json", "--points", "0", "--gap", "0",
        "-o", tmp_path / "r", "--json",
    )  # fmt: skip
    assert done.code == 0, done.err
    assert "f" not in done.data["chosen"]["moved"]  # what is no project any more is no decision


def _stub(monkeypatch: pytest.MonkeyPatch, found: Replanned | Exception) -> None:
    def stubbed(*_: object) -> Replanned:
        if isinstance(found, Exception):
            raise found
        return found

    monkeypatch.setattr(replan_commands, "find_replan", stubbed)


def test_the_ends_that_no_small_case_meets(
    call: Call, run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _stub(monkeypatch, Replanned((), None, None, None))
    assert call("replan", run, "-o", tmp_path / "late").code == 5
    name = read_run(run).folder
    point = ReplanPoint("chosen", (), 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, str(name), is_verified=False)
    _stub(monkeypatch, Replanned((point,), 0, 1.0, 1.0))
    assert call("replan", run, "-o", tmp_path / "broken").code == 7
    _stub(monkeypatch, SolverUnavailableError("cplex"))
    assert call("replan", run, "-o", tmp_path / "gone").code == 6
