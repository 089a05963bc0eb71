"""Every broken instance ends in an error of the right class that names file, row and column."""

from __future__ import annotations

from pathlib import Path

import pytest

from infraplan.models.errors import InstanceError, Severity
from infraplan.optimizer.storage import inspect_instance, read_instance
from tests.assertions import assert_bilingual
from tests.storage.broken import CASES
from tests.storage.spoiling import Broken, example_files


def write(folder: Path, files: dict[str, bytes]) -> Path:
    folder.mkdir()
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return folder


def test_the_example_itself_is_sound(tmp_path: Path) -> None:
    reading = inspect_instance(write(tmp_path / "sound", example_files()))
    assert reading.findings == ()
    assert reading.instance is not None


def test_there_are_enough_cases_with_names_of_their_own() -> None:
    assert len({case.name for case in CASES}) == len(CASES)
    assert len(CASES) >= 40


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_broken_instance(case: Broken, tmp_path: Path) -> None:
    files = example_files()
    case.spoil(files)
    folder = write(tmp_path / "broken", files)
    with pytest.raises(InstanceError) as caught:
        read_instance(folder)
    findings = caught.value.findings
    places = [(f.rule, f.file, f.row, f.column) for f in findings if f.severity is Severity.ERROR]
    assert any(
        place[:2] == (case.rule, case.file)
        and case.row in (None, place[2])
        and case.column in (None, place[3])
        for place in places
    ), places
    assert type(caught.value) is case.error
    assert caught.value.exit_code == 3
    for finding in findings:
        assert_bilingual(finding.message, finding.message.zh)
        assert bool(finding.advice) == bool(finding.advice.zh)
        assert_bilingual(finding.text(), finding.text("zh"))
