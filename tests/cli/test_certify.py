"""`solve --certify` and what `verify` says of a certificate, as an auditor meets them."""

from __future__ import annotations

import gzip
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from infraplan.optimizer.certify.checking import says_the_same
from infraplan.optimizer.storage import write_instance
from infraplan.optimizer.storage.run_folder import HASHES, OWN_HASH, file_hashes, own_hash
from infraplan.optimizer.verify.certificate import Model, leaf_bounds
from infraplan.optimizer.verify.filed_certificate import CERTIFICATE_FILE, MODEL_FILE
from tests.assertions import half_width_marks
from tests.builders import four_roads
from tests.cli.conftest import Call


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four roads and money for one a year."""
    folder = tmp_path_factory.mktemp("certify") / "roads"
    write_instance(four_roads(), folder)
    return folder


@pytest.fixture(scope="module")
def run(source: Path, call: Call) -> Path:
    """A run with a certificate."""
    folder = source.parent / "run"
    asked = ("--certify", "--certify-gap", 0, "--certify-time", 30)
    solved = call("solve", source, *asked, "--gap", 0, "-o", folder, "--json")
    assert solved.code == 0
    data = solved.data
    assert data["certified_bound"] == pytest.approx(data["objective"], rel=1e-6)
    assert data["certified_bound"] >= data["objective"]
    assert data["certified_gap"] <= 1e-6
    assert data["certificate"]["bound"] == data["certified_bound"]
    return folder


def test_verify_says_what_is_proved_of_which_model(run: Path, call: Call) -> None:
    shown, data = call("verify", run), call("verify", run, "--json").data
    text = " ".join(f"{shown.out} {shown.err}".split())
    model = data["certificate"]["model_hash"]
    assert f"million CNY for model {model}, proved" in text
    assert "The plan obeys every row of that model, with equal value" in text
    assert "the program that this version builds" in text
    assert data["verified"]
    assert data["certificate"]["proved"]
    assert data["certificate"]["is_this_program"]
    assert data["certified_bound"] == data["certificate"]["bound"]
    assert data["bound"] <= data["certified_bound"] + 1e-9
    assert data["certificate"]["worst_row"] <= data["certificate"]["accepted_row"]


def test_verify_and_the_report_say_it_in_chinese(run: Path, source: Path, call: Call) -> None:
    shown = call("verify", run, "--lang", "zh")
    assert "已证明" in shown.out + shown.err
    assert not half_width_marks(shown.out)
    page = (run / "report.html").read_text("utf-8")
    assert "Proof and its independent check" in page
    assert "证明及其独立核验" in page


def _content(run: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(gzip.decompress((run / CERTIFICATE_FILE).read_bytes()))
    return found


def _lower_claim(run: Path) -> None:
    content = _content(run)
    content["bound"] = f"{float(content['bound']) - 1.0:.6f}"
    (run / CERTIFICATE_FILE).write_bytes(gzip.compress(json.dumps(content).encode()))


def _other_start(run: Path) -> None:
    content = _content(run)
    content["plan"].popitem()
    (run / CERTIFICATE_FILE).write_bytes(gzip.compress(json.dumps(content).encode()))


def _other_model(run: Path) -> None:
    text = gzip.decompress((run / MODEL_FILE).read_bytes())
    (run / MODEL_FILE).write_bytes(gzip.compress(text.replace(b"offset\t0", b"offset\t-1", 1)))


def _lower_statement(run: Path) -> None:
    manifest = json.loads((run / "run.json").read_text("utf-8"))
    manifest["certificate"]["bound"] -= 0.5
    (run / "run.json").write_text(json.dumps(manifest), "utf-8")


def _other_entry(name: str, change: Callable[[Any], Any]) -> Callable[[Path], None]:
    """Change entry `name` of what run.json says of the certificate."""

    def changed(run: Path) -> None:
        manifest = json.loads((run / "run.json").read_text("utf-8"))
        manifest["certificate"][name] = change(manifest["certificate"][name])
        (run / "run.json").write_text(json.dumps(manifest), "utf-8")

    return changed


def _narrower_model(run: Path) -> None:
    """A proof, true of its model, that nothing is worth more than the plan: it forbids the rest."""
    text = gzip.decompress((run / MODEL_FILE).read_bytes()).decode()
    content, lines = _content(run), text.split("\n")
    columns = [n for n, line in enumerate(lines) if line.startswith("column")]
    for column, place in enumerate(columns):
        fields = lines[place].split("\t")
        fields[4] = content["plan"].get(str(column), "0")
        lines[place] = "\t".join(fields)
    text = "\n".join(lines)
    model = Model(text.encode())
    content |= {"model": model.hash, "bounds": [], "tree": [["leaf", {}]]}
    bound = leaf_bounds(model, content)[0]
    content["bound"] = str(bound)
    (run / MODEL_FILE).write_bytes(gzip.compress(text.encode()))
    (run / CERTIFICATE_FILE).write_bytes(gzip.compress(json.dumps(content).encode()))
    manifest = json.loads((run / "run.json").read_text("utf-8"))
    manifest["certificate"]["model_hash"] = model.hash
    (run / "run.json").write_text(json.dumps(manifest), "utf-8")


def _no_certificate(run: Path) -> None:
    manifest = json.loads((run / "run.json").read_text("utf-8"))
    del manifest["certificate"]
    manifest["bound_source"] = "certificate checked"
    (run / "run.json").write_text(json.dumps(manifest), "utf-8")


def _no_file(run: Path) -> None:
    (run / CERTIFICATE_FILE).unlink()


def _no_archive(run: Path) -> None:
    (run / MODEL_FILE).write_bytes(b"no archive")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (_lower_claim, "a case above the claim"),
        (_other_start, "the plan in the certificate"),
        (_other_model, "another model"),
        (_lower_statement, "but the certificate says"),
        (_other_entry("gap", lambda gap: gap + 1e-9), "certificate.gap"),
        (_other_entry("gap", lambda gap: None), "certificate.gap"),
        (_other_entry("cases", lambda cases: cases + 1), "certificate.cases"),
        (_other_entry("cases", lambda cases: True), "certificate.cases"),
        (_other_entry("cases", str), "certificate.cases"),
        (_narrower_model, "is not the program that version"),
        (_no_certificate, "but there is none"),
        (_no_file, "the certificate cannot be read"),
        (_no_archive, "a form that is no certificate's"),
    ],
)
def test_a_changed_certificate_is_found_though_all_hashes_are_made_anew(
    run: Path, call: Call, tmp_path: Path, change: Callable[[Path], None], told: str
) -> None:
    other = tmp_path / "run"
    shutil.copytree(run, other)
    change(other)
    manifest = json.loads((other / "run.json").read_text("utf-8"))
    manifest[HASHES] = {n: h for n, h in file_hashes(other, manifest[HASHES]).items() if h}
    manifest[OWN_HASH] = own_hash(manifest)
    (other / "run.json").write_text(json.dumps(manifest), "utf-8")
    shown = call("verify", other)
    assert shown.code == 7
    assert told in " ".join(f"{shown.out} {shown.err}".split())
    assert "proved" not in shown.out


def test_without_a_certificate_the_run_says_why(
    source: Path, call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("infraplan.optimizer.certify.making.has_convex_costs", lambda _: True)
    solved = call("solve", source, "--certify", "-o", tmp_path / "run", "--json")
    assert solved.code == 0
    assert "certificate" not in solved.data
    (note,) = [n for n in solved.data["notes"] if n["kind"] == "certificate"]
    assert note["text_en"].startswith("No certificate was made: costs of this instance's networks")
    assert note["text_zh"].startswith("未能生成证明：")
    assert call("verify", tmp_path / "run").code == 0


def test_numbers_that_another_processor_rounds_otherwise_are_the_same_program() -> None:
    text = b"column\tx\tinteger\t0\t1\t0.1\nrow\tr\t-inf\t3\t0:0.7\n"
    assert says_the_same(text, text.replace(b"0:0.7", b"0:0.7000000000000001"))
    for old, new in ((b"0.7", b"0.701"), (b"0:0.7", b"1:0.7"), (b"\tr\t", b"\ts\t")):
        assert not says_the_same(text, text.replace(old, new))
    assert not says_the_same(text, text + b"row\tr\t0\t0\n")
