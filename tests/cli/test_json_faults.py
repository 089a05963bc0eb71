"""With `--json` a wrong use is one JSON object too, a fault after the answer is no second one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from infraplan.optimizer.cli.output import Output
from tests.assertions import assert_bilingual
from tests.cli.conftest import Call

pytestmark = pytest.mark.usefixtures("without_page")


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize(
    "line",
    [
        ("state", "RUN", "submitted"),
        ("state", "RUN", "adopted", "--by", "a", "--because", "b"),
        ("state", "RUN", "--beauty"),
        ("solve", "RUN", "--gap", "7"),
        ("solve", "RUN", "--gap"),
        ("import", "tntp", "--nope"),
        ("compare", "RUN"),
        ("nonesuch",),
    ],
    ids=" ".join,
)
def test_a_wrong_use_is_one_object(
    call: Call, run_dir: Path, line: tuple[str, ...], lang: str
) -> None:
    words = [str(run_dir) if word == "RUN" else word for word in line]
    found = call(*words, "--json", "--lang", lang)
    assert found.code == 2, found.err
    assert found.data["error"] == "usage"
    assert_bilingual(found.data["message"], found.data["message_zh"])
    assert found.err.strip()
    assert "\n{" not in found.out


@pytest.mark.parametrize("fault", [OSError("disk"), RuntimeError("bug"), KeyboardInterrupt()])
def test_a_fault_after_the_answer_is_told_in_prose_alone(
    call: Call, run_dir: Path, fault: BaseException, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = Output.emit

    def emit_and_break(output: Output, data: dict[str, object]) -> None:
        said(output, data)
        if not found:
            found.append(data)
            raise fault

    found: list[dict[str, object]] = []
    monkeypatch.setattr(Output, "emit", emit_and_break)
    told = call("state", run_dir, "--json")
    assert told.code != 0
    assert told.data["state"] == "draft"  # one object, the answer
    assert told.err.strip()


def test_two_answers_are_a_fault_of_the_program(
    call: Call, run_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    once = Output.emit

    def twice(output: Output, data: dict[str, object]) -> None:
        once(output, data)
        once(output, data)

    monkeypatch.setattr(Output, "emit", twice)
    told = call("state", run_dir, "--json")
    assert told.code == 1
    assert "second JSON object" in told.err
    assert len(told.out.strip().splitlines()) == 1
    assert json.loads(told.out)["state"] == "draft"
