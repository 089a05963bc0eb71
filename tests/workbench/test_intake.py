"""How instances come in, and what is refused at the door."""

from __future__ import annotations

import io
import stat
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from infraplan.optimizer.storage import read_instance, write_instance

if TYPE_CHECKING:
    from infraplan.optimizer.workbench.folders import DataFolder
    from infraplan.optimizer.workbench.storage import Store


def _zipped(files: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return stream.getvalue()


def test_a_zip_of_a_folder_becomes_a_workbook_of_the_same_instance(
    store: Store, folder: DataFolder, template: Path, tmp_path: Path
) -> None:
    from infraplan.optimizer.workbench.intake import Intake

    instance = read_instance(template)
    write_instance(instance, tmp_path / "county")
    files = {f"县/{path.name}": path.read_bytes() for path in (tmp_path / "county").iterdir()}
    made = Intake(store, folder).uploaded(_zipped(files), "C:\\计划\\county.zip", "Li")
    assert read_instance(folder.workbook(made.instance_id, made.number)) == instance
    assert store.instance(made.instance_id).title == "county"
    assert made.errors == 0


@pytest.mark.parametrize(
    "files",
    [
        {"../instance.yaml": b""},
        {"/etc/instance.yaml": b""},
        {"a/../../instance.yaml": b""},
        {"C:instance.yaml": b""},
        {"a/instance.yaml": b"", "b/instance.yaml": b""},
        {"projects.csv": b""},
        {f"{number}.csv": b"" for number in range(201)} | {"instance.yaml": b""},
    ],
)
def test_a_zip_that_leads_elsewhere_is_refused(files: dict[str, bytes], tmp_path: Path) -> None:
    from infraplan.optimizer.workbench.intake import IntakeError, unpack

    with pytest.raises(IntakeError):
        unpack(_zipped(files), tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_links_and_bombs_and_rubbish_are_refused(tmp_path: Path) -> None:
    from infraplan.optimizer.workbench import intake

    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        link = zipfile.ZipInfo("instance.yaml")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("instance.yaml", bytes(intake.MOST_BYTES + 1))
    for data in (stream.getvalue(), bomb.getvalue(), b"PK\x03\x04rubbish"):
        with pytest.raises(intake.IntakeError):
            intake.unpack(data, tmp_path / "out")


def test_what_is_no_instance_leaves_nothing_behind(store: Store, folder: DataFolder) -> None:
    from infraplan.optimizer.workbench.commands import CommandError
    from infraplan.optimizer.workbench.intake import Intake, IntakeError

    intake = Intake(store, folder)
    for data, name in ((b"x", "a.exe"), (b"x", "a.xlsx"), (b"x", "")):
        with pytest.raises(IntakeError):
            intake.uploaded(data, name, "Li")
    with pytest.raises(CommandError) as told:
        intake.uploaded(b"[]", "a.json", "Li")
    assert told.value.message.zh != str(told.value.message)
    assert store.instances() == []


def test_a_shipped_plan_is_known_by_name_alone(store: Store, folder: DataFolder) -> None:
    from infraplan.optimizer.workbench.intake import Intake, IntakeError, shipped_plans

    assert len(shipped_plans()) == 5
    with pytest.raises(IntakeError):
        Intake(store, folder).shipped("../../etc", "Li", "en")
