"""Run folders: what is written is read back equal; whole or not at all; faults are placed."""

from __future__ import annotations

import csv
import io
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from infraplan.models.errors import InstanceFormatError, Severity
from infraplan.models.plan import (
    Compensation,
    DebtYear,
    FundYear,
    Issue,
    ObjectiveTerm,
    Payment,
    Plan,
    ProjectStart,
    Rejection,
    RuleYear,
    ServiceYear,
    SourceKind,
    TargetOutcome,
)
from infraplan.optimizer.storage import (
    OutputError,
    check_run_place,
    example_instance,
    instance_hash,
    read_run,
    write_run,
)
from infraplan.optimizer.storage.kept_files import KeptFiles
from infraplan.optimizer.storage.run_folder import MANIFEST_KEYS, file_hashes, run_files
from infraplan.optimizer.storage.run_tables import RUN_TABLES, tables_of_plan

INSTANCE = example_instance()
COUNTY = "county"


def flow(account: str, year: int, balance: float) -> DebtYear:
    return DebtYear(
        jurisdiction=COUNTY,
        pool="special",
        instrument=account,
        year=year,
        borrow=1.0,
        principal=0.5,
        interest=0.25,
        balance=balance,
    )


def rule(name: str, year: int, **values: Any) -> RuleYear:
    return RuleYear(jurisdiction=COUNTY, rule=name, year=year, value=3.0, **values)


# hospital: 2026-2027, 1.5 + 0.5 by the fund and 0.1 + 0.2 by the bond in 2026 and 2027;
# ring road: starts 2034, one payment from outside, opens after the plan
PLAN = Plan(
    instance="example",
    scenario="",
    starts=(
        ProjectStart(project="hospital", option="base", start=2026, finish=2027, opening=2028),
        ProjectStart(project="ring_road", option="base", start=2034, finish=2034, opening=2037),
    ),
    payments=(
        Payment(
            project="hospital",
            jurisdiction=COUNTY,
            kind=SourceKind.FUND,
            source="own_budget",
            year=2026,
            amount=1.5,
        ),
        Payment(
            project="hospital",
            jurisdiction=COUNTY,
            kind=SourceKind.FUND,
            source="own_budget",
            year=2027,
            amount=0.5,
        ),
        Payment(
            project="hospital",
            jurisdiction=COUNTY,
            kind=SourceKind.INSTRUMENT,
            source="special_bond",
            year=2026,
            amount=0.1,
        ),
        Payment(
            project="hospital",
            jurisdiction=COUNTY,
            kind=SourceKind.INSTRUMENT,
            source="special_bond",
            year=2027,
            amount=0.2,
        ),
        Payment(
            project="ring_road", jurisdiction="city", kind=SourceKind.OUTSIDE, year=2034, amount=8.0
        ),
    ),
    issues=(Issue(instrument="special_bond", year=2026, amount=0.1),),
    fund_years=(
        FundYear(
            fund="own_budget",
            year=2026,
            opening=0,
            inflow=4,
            interest=0.1,
            use=1.5,
            service=0,
            lapse=0,
            closing=2.6,
        ),
    ),
    debt_years=(
        flow("special_bond", 2026, 0.1),
        flow("old:special", 2026, 20.0),
        flow("special_bond", 2041, 0.0),
    ),
    rule_years=(
        rule("ceiling:special", 2026, limit=45.0, headroom=24.9),
        rule("quota:special", 2026, limit=6.0, headroom=5.9),
        rule("interest_share", 2026, limit=3.0, headroom=0.0, ratio=0.1, band="green"),
        rule("bands_alone", 2026, ratio=1.0 / 3.0, band="=odd"),
    ),
    targets=(
        TargetOutcome(
            target="road_2035",
            metric="expressway_km",
            year=2035,
            required=40,
            achieved=0,
            shortfall=40,
            penalty=8,
        ),
    ),
    service=(
        ServiceYear(
            network="water", element="d", measure="served", year=2030, value=0.1 + 0.2, unit="m3"
        ),
    ),
    objective_terms=(
        ObjectiveTerm(term="benefit", subject="hospital", value=1e-17),
        ObjectiveTerm(term="om", subject="hospital", value=-2.5),
    ),
    objective=-2.5,
)
REJECTIONS = (
    Rejection(project="reservoir", best_npv=-0.5, rule="value", method="exact"),
    Rejection(project="hospital", rule="window", can_be_forced=False),
)


def write(path: Path, **changes: Any) -> Path:
    arguments: dict[str, Any] = {
        "instance": INSTANCE,
        "plan": PLAN,
        "manifest": {"objective": -2.5, "gap": None, "zeta": 1, "alpha": 2, "solver": "highs"},
        "rejections": REJECTIONS,
    }
    return write_run(path, **(arguments | changes))


def rows(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text("utf-8-sig"), newline="")))


def test_what_is_written_is_read_back_equal(tmp_path: Path) -> None:
    run = read_run(write(tmp_path / "run"))
    assert run.plan == PLAN
    assert run.plan_of_tables == PLAN
    assert run.instance == INSTANCE
    assert run.tables.rejected == REJECTIONS
    assert run.tables == tables_of_plan(INSTANCE, PLAN, REJECTIONS).__class__(
        **{**vars(tables_of_plan(INSTANCE, PLAN, REJECTIONS)), "spend": run.tables.spend}
    )
    assert run.manifest["instance_hash"] == instance_hash(INSTANCE)


def test_the_manifest_has_its_keys_in_a_fixed_order(tmp_path: Path) -> None:
    path = write(tmp_path / "run") / "run.json"
    keys = list(json.loads(path.read_text("utf-8")))
    known = [key for key in MANIFEST_KEYS if key in keys]
    assert keys == [*known, "alpha", "left_out", "zeta", "files", "run_hash"]
    assert json.loads(path.read_text("utf-8"))["has_plan"] is True


def test_the_schedule_tells_spend_by_year_and_payers(tmp_path: Path) -> None:
    hospital, ring_road = rows(write(tmp_path / "run") / "schedule.csv")
    assert (hospital["name_zh"], hospital["phase"], hospital["jurisdiction"]) == (
        "县人民医院迁建",
        "p15",
        COUNTY,
    )
    # 1.5 + 0.1 and 0.5 + 0.2, summed exactly
    assert (hospital["spend_2026"], hospital["spend_2027"], hospital["spend_2028"]) == (
        "1.6",
        "0.7",
        "0.0",
    )
    assert hospital["spend_total"] == "2.3"
    assert hospital["payers"] == f"county:own_budget=2.0;county:special_bond={0.1 + 0.2!r}"
    assert ring_road["payers"] == "city:outside=8.0"
    assert [name for name in hospital if name.startswith("spend_2")] == [
        f"spend_{year}" for year in range(2026, 2036)
    ]


def test_phases_count_starts_openings_and_money(tmp_path: Path) -> None:
    found = [tuple(row.values()) for row in rows(write(tmp_path / "run") / "phases.csv")]
    assert found == [
        ("p15", "health", "1", "1", "2.3"),
        ("p16", "transport", "1", "0", "8.0"),
        ("after", "transport", "0", "1", "0.0"),
    ]


def test_debt_carries_totals_and_rules(tmp_path: Path) -> None:
    found = rows(write(tmp_path / "run") / "debt.csv")
    total = next(row for row in found if row["instrument"] == "total" and row["year"] == "2026")
    # two accounts: the bond with 0.1 and the old debt with 20
    assert (total["balance"], total["limit"], total["headroom"]) == ("20.1", "45.0", "24.9")
    ruled = [row for row in found if row["pool"] == "all"]
    assert [row["instrument"] for row in ruled] == ["rule:interest_share", "rule:bands_alone"]
    assert (ruled[0]["ratio"], ruled[0]["band"], ruled[0]["balance"]) == ("0.1", "green", "")
    assert (ruled[1]["limit"], ruled[1]["band"]) == ("", "'=odd")
    target = rows(tmp_path / "run" / "targets.csv")[0]
    assert (target["name_zh"], target["unit"], target["sense"]) == (
        "到2035年高速公路里程",
        "km",
        ">=",
    )
    assert rows(tmp_path / "run" / "rejected.csv")[0]["name_en"] == "Reservoir"


def test_a_run_without_a_plan(tmp_path: Path) -> None:
    path = write(tmp_path / "run", plan=None)
    assert sorted(p.name for p in path.iterdir()) == ["instance.json", "rejected.csv", "run.json"]
    run = read_run(path)
    assert (run.plan, run.plan_of_tables) == (None, None)
    assert run.tables.rejected == REJECTIONS
    (path / "rejected.csv").unlink()
    assert read_run(path).tables.rejected == ()


def test_further_files_lie_beside(tmp_path: Path) -> None:
    path = write(
        tmp_path / "a" / "run", extra_files={"report.html": b"<p>", "maps/a.geojson": b"{}"}
    )
    assert (path / "report.html").read_bytes() == b"<p>"
    assert (path / "maps" / "a.geojson").read_bytes() == b"{}"
    for name in ("run.json", "/etc/x", "../x", ""):
        with pytest.raises(OutputError):
            write(tmp_path / "other", extra_files={name: b""})
    assert not (tmp_path / "other").exists()


# -------------------------------------------------------------------------------- whole or nothing


def test_a_run_is_replaced_whole(tmp_path: Path) -> None:
    path = write(tmp_path / "run", extra_files={"report.html": b"old"})
    write(path, manifest={"objective": 1.0})
    assert not (path / "report.html").exists()
    assert read_run(path).manifest["objective"] == 1.0
    assert [p.name for p in tmp_path.iterdir()] == ["run"]


def test_what_is_no_run_is_kept(tmp_path: Path) -> None:
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "text").write_text("mine")
    (tmp_path / "file").write_text("mine")
    for name in ("thesis", "file", "file/run"):
        with pytest.raises(OutputError):
            write(tmp_path / name)
    assert (tmp_path / "thesis" / "text").read_text() == "mine"
    assert (tmp_path / "file").read_text() == "mine"
    (tmp_path / "empty").mkdir()
    check_run_place(tmp_path / "empty")
    assert read_run(write(tmp_path / "empty")).plan == PLAN


def test_a_write_that_fails_leaves_the_old_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path / "run")
    before = {p.name: p.read_bytes() for p in path.iterdir()}
    rename = Path.rename

    def full_disk(self: Path, data: bytes) -> int:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "write_bytes", full_disk)
        with pytest.raises(OutputError, match="No space left"):
            write(path, manifest={"objective": 1.0})

    def fail_to_arrive(self: Path, target: Path) -> Path:
        if self.suffix == ".tmp":
            raise OSError(5, "Input/output error")
        return rename(self, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "rename", fail_to_arrive)
        with pytest.raises(OutputError, match="Input/output"):
            write(path, manifest={"objective": 1.0})
    assert {p.name: p.read_bytes() for p in path.iterdir()} == before
    assert [p.name for p in tmp_path.iterdir()] == ["run"]


# ------------------------------------------------------------------------------------------ faults


def edit(path: Path, file: str, row: int, column: str, text: str) -> None:
    table = list(csv.reader(io.StringIO((path / file).read_text("utf-8-sig"), newline="")))
    table[row - 1][table[0].index(column)] = text
    stream = io.StringIO(newline="")
    csv.writer(stream, lineterminator="\n").writerows(table)
    (path / file).write_text(stream.getvalue(), "utf-8")


@pytest.mark.parametrize(
    ("file", "row", "column", "text", "rule_name"),
    [
        ("schedule.csv", 2, "start", "soon", "bad-year"),
        ("schedule.csv", 3, "spend_2034", "x", "bad-number"),
        ("payments.csv", 4, "amount", "NaN", "not-finite"),
        ("payments.csv", 4, "kind", "gift", "bad-word"),
        ("cashflow.csv", 2, "closing", "", "missing-cell"),
        ("debt.csv", 2, "balance", "--", "zero-or-nothing"),
        ("rules.csv", 2, "year", "1066", "out-of-range"),
        ("objective.csv", 3, "value", "1,2", "bad-number"),
        ("rejected.csv", 2, "project", "a b", "bad-id"),
    ],
)
def test_a_faulty_cell_is_placed(
    tmp_path: Path, file: str, row: int, column: str, text: str, rule_name: str
) -> None:
    path = write(tmp_path / "run")
    edit(path, file, row, column, text)
    with pytest.raises(InstanceFormatError) as caught:
        read_run(path)
    (finding,) = caught.value.findings
    assert (finding.rule, finding.file, finding.row, finding.column) == (
        rule_name,
        file,
        row,
        column,
    )


def test_a_changed_figure_is_read_as_it_stands(tmp_path: Path) -> None:
    path = write(tmp_path / "run")
    edit(path, "payments.csv", 2, "amount", "9.5")
    edit(path, "schedule.csv", 2, "start", "2027")
    run = read_run(path)
    assert run.plan == PLAN
    changed = run.plan_of_tables
    assert changed is not None
    assert changed.payments[0].amount == 9.5
    assert changed.starts[0].start == 2027


def test_compensation_has_a_table_only_where_there_is_any(tmp_path: Path) -> None:
    assert not (write(tmp_path / "none") / "compensations.csv").exists()
    row = Compensation(project="a", jurisdiction="j", receiver="k", year=2026, amount=2.5)
    path = write(tmp_path / "some", plan=PLAN.model_copy(update={"compensations": (row,)}))
    run = read_run(path)
    assert run.plan_of_tables is not None
    assert run.plan_of_tables.compensations == (row,)


REQUIRED = [table for table in RUN_TABLES if not table.optional]


@pytest.mark.parametrize("table", REQUIRED, ids=lambda table: table.file)
def test_a_missing_table_is_named(tmp_path: Path, table: Any) -> None:
    path = write(tmp_path / "run")
    (path / table.file).unlink()
    with pytest.raises(InstanceFormatError) as caught:
        read_run(path)
    assert [(f.rule, f.file) for f in caught.value.findings] == [("missing-file", table.file)]


@pytest.mark.parametrize(
    ("file", "text", "rule_name"),
    [
        ("run.json", "{", "bad-json"),
        ("run.json", "[1]", "wrong-type"),
        ("run.json", "null", "wrong-type"),
        ("plan.json", "null", "wrong-type"),
        ("instance.json", "null", "wrong-type"),
        ("plan.json", "{}", "missing-cell"),
        ("plan.json", "nothing", "bad-json"),
        ("plan.json", '{"instance": "x", "objective": 1, "start": []}', "unknown-key"),
        ("instance.json", "{}", "missing-cell"),
        ("payments.csv", 'a,"b', "unbalanced-quote"),
        ("payments.csv", "", "empty-file"),
    ],
)
def test_a_damaged_file_is_named(tmp_path: Path, file: str, text: str, rule_name: str) -> None:
    path = write(tmp_path / "run")
    (path / file).write_text(text, "utf-8")
    with pytest.raises(InstanceFormatError) as caught:
        read_run(path)
    first = caught.value.findings[0]
    assert (first.rule, first.file, first.severity) == (rule_name, file, Severity.ERROR)


def test_files_of_a_run_that_are_gone(tmp_path: Path) -> None:
    for name in ("run.json", "instance.json", "plan.json"):
        path = write(tmp_path / "run")
        (path / name).unlink()
        with pytest.raises(InstanceFormatError) as caught:
            read_run(path)
        assert caught.value.findings[0].file == name
        shutil.rmtree(path)
    (tmp_path / "file").write_text("x")
    for name in ("absent", "file"):
        with pytest.raises(InstanceFormatError):
            read_run(tmp_path / name)


# ---------------------------------------------------------------------------------------- property

AMOUNT = st.floats(allow_nan=False, allow_infinity=False)
YEAR = st.integers(2026, 2035)
TEXT = st.text(
    alphabet=st.characters(
        codec="utf-8", exclude_categories=("Cc", "Cs"), exclude_characters="\ufffe\uffff"
    ),
    max_size=6,
).map(str.strip)


def some(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(strategy, max_size=4).map(tuple)


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    name = st.sampled_from([project.id for project in INSTANCE.projects])
    payment = st.builds(
        Payment,
        project=name,
        jurisdiction=st.just(COUNTY),
        kind=st.sampled_from(SourceKind),
        source=TEXT,
        year=YEAR,
        amount=st.floats(0, 1e15),
    )
    fund_year = st.builds(
        FundYear,
        fund=st.just("own_budget"),
        year=YEAR,
        **{key: AMOUNT for key in FundYear.model_fields if key not in ("fund", "year")},
    )
    debt_year = st.builds(
        DebtYear,
        jurisdiction=st.just(COUNTY),
        pool=st.just("special"),
        instrument=st.sampled_from(["special_bond", "old:special"]),
        year=YEAR,
        **{key: st.floats(-1e15, 1e15) for key in ("borrow", "principal", "interest", "balance")},
    )
    rule_year = st.builds(
        RuleYear,
        jurisdiction=st.just(COUNTY),
        rule=st.sampled_from(["ceiling:special", "quota:special", "interest"]),
        year=YEAR,
        value=AMOUNT,
        limit=st.none() | AMOUNT,
        headroom=st.none() | AMOUNT,
        ratio=st.none() | AMOUNT,
        band=TEXT,
    )
    start = st.builds(
        ProjectStart, project=name, option=TEXT, start=YEAR, finish=YEAR, opening=YEAR
    )
    term = st.builds(ObjectiveTerm, term=TEXT, subject=TEXT, value=AMOUNT)
    return Plan(
        instance="example",
        scenario=draw(TEXT),
        starts=draw(some(start)),
        payments=draw(some(payment)),
        fund_years=draw(some(fund_year)),
        debt_years=draw(some(debt_year)),
        rule_years=draw(some(rule_year)),
        objective_terms=draw(some(term)),
        objective=draw(AMOUNT),
    )


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(plans())
def test_any_plan_is_read_back_equal(tmp_path_factory: pytest.TempPathFactory, plan: Plan) -> None:
    path = tmp_path_factory.mktemp("runs") / "run"
    write(path, plan=plan, manifest={"objective": plan.objective})
    run = read_run(path)
    assert run.plan == plan
    assert run.plan_of_tables == plan


def test_the_same_run_gives_the_same_bytes() -> None:
    first = run_files(INSTANCE, PLAN, {"objective": 1.0, "b": 1, "a": 2}, REJECTIONS)
    second = run_files(INSTANCE, PLAN, {"a": 2, "b": 1, "objective": 1.0}, REJECTIONS)
    assert first == second


def _written_twice(place: Path, between: Callable[[], None] = lambda: None) -> dict[str, int]:
    """Write a run, and again with a report; the files of the first time by name, as numbers."""
    kept = KeptFiles()
    manifest = {"objective": 1.0}
    write_run(place, instance=INSTANCE, plan=PLAN, manifest=manifest, kept=kept)
    before = {path.name: path.stat().st_ino for path in place.iterdir()}
    between()
    write_run(
        place,
        instance=INSTANCE,
        plan=PLAN,
        manifest=manifest | {"gap": 0.5},
        extra_files={"report.html": b"<html>"},
        kept=kept,
    )
    return before


def _assert_whole(place: Path) -> None:
    stated = json.loads((place / "run.json").read_bytes())
    assert stated["gap"] == 0.5
    assert file_hashes(place, stated["files"]) == stated["files"]
    assert set(stated["files"]) == {path.name for path in place.iterdir()} - {"run.json"}
    assert read_run(place).plan == PLAN


def test_the_second_writing_leaves_what_did_not_change(tmp_path: Path) -> None:
    before = _written_twice(tmp_path / "run")
    _assert_whole(tmp_path / "run")
    after = {path.name: path.stat().st_ino for path in (tmp_path / "run").iterdir()}
    for name in ("instance.json", "plan.json", "schedule.csv", "cashflow.csv"):
        assert after[name] == before[name]
        assert (tmp_path / "run" / name).stat().st_nlink == 1  # nothing of the first run is left
    assert after["run.json"] != before["run.json"]
    assert "report.html" in set(after) - set(before)


@pytest.mark.parametrize("change", ["edited", "replaced", "gone", "linked"])
def test_what_somebody_touched_in_between_is_written_again(tmp_path: Path, change: str) -> None:
    place = tmp_path / "run"
    path, elsewhere = place / "schedule.csv", tmp_path / "elsewhere"

    def touch() -> None:
        content = path.read_bytes()
        if change == "edited":
            path.write_bytes(b"x" * len(content))
        elif change == "linked":
            elsewhere.write_bytes(b"x" * len(content))
            path.unlink()
            path.symlink_to(elsewhere)
        else:
            path.unlink()
            if change == "replaced":
                path.write_bytes(b"x" * len(content))

    _written_twice(place, touch)
    _assert_whole(place)
    assert not path.is_symlink()


def test_a_file_system_without_links_gets_every_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object, **__: object) -> None:
        raise OSError

    monkeypatch.setattr("os.link", refused)
    before = _written_twice(tmp_path / "run")
    _assert_whole(tmp_path / "run")
    assert (tmp_path / "run" / "plan.json").stat().st_ino != before["plan.json"]
