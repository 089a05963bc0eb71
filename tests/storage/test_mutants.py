"""Files damaged at random: always an instance or findings, never another exception."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from infraplan.models.errors import InstanceError, Severity
from infraplan.optimizer.storage import (
    example_instance,
    inspect_instance,
    instance_from_json,
    instance_to_json,
    read_run,
)
from infraplan.optimizer.storage.assembly import ReadInstance
from infraplan.optimizer.storage.folder import folder_files
from infraplan.optimizer.storage.json_form import read_json
from infraplan.optimizer.storage.run_folder import run_files
from tests.storage.test_run_folder import INSTANCE, PLAN, REJECTIONS

WORDS = ["\x00", '"', ",", "\n", ":", "-", "[", "{", "nan", "=", ";", "1e999", "'", "&a", "*a"]
WORDS += ["none", "-1", " ", "\r", "9" * 20, "?", "!!x", "#", "十四五", "亿"]
TOKENS = [*(word.encode() for word in WORDS), b"\xff"]


def damage(chance: random.Random, data: bytes) -> bytes:
    """Insert, delete or overwrite a few bytes."""
    spoilt = bytearray(data)
    for _ in range(chance.randint(1, 4)):
        place = chance.randrange(len(spoilt) + 1)
        kind = chance.random()
        if kind < 0.5:
            spoilt[place:place] = chance.choice(TOKENS)
        elif kind < 0.8:
            del spoilt[place : place + chance.randint(1, 6)]
        else:
            spoilt[place : place + 3] = chance.choice(TOKENS)
    return bytes(spoilt)


def assert_answered(reading: ReadInstance) -> None:
    if reading.instance is None:
        assert any(finding.severity is Severity.ERROR for finding in reading.findings)
        with pytest.raises(InstanceError):
            reading.require()
    else:
        read = instance_from_json(instance_to_json(reading.instance))
        assert read == reading.instance


@pytest.mark.parametrize("seed", range(4))
def test_damaged_folders(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    files = folder_files(example_instance())
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    for _ in range(40):
        name = chance.choice([*sorted(files), "instance.yaml", "instance.yaml", "projects.csv"])
        (tmp_path / name).write_bytes(damage(chance, files[name]))
        assert_answered(inspect_instance(tmp_path))
        (tmp_path / name).write_bytes(files[name])


def test_damaged_json() -> None:
    chance = random.Random(0)
    data = instance_to_json(example_instance()).encode()
    for _ in range(100):
        assert_answered(read_json(damage(chance, data).decode("utf-8", "replace"), "x.json"))


def test_damaged_runs(tmp_path: Path) -> None:
    chance = random.Random(0)
    files = run_files(INSTANCE, PLAN, {"objective": -2.5}, REJECTIONS)
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    refused = 0
    for _ in range(150):
        name = chance.choice(sorted(files))
        (tmp_path / name).write_bytes(damage(chance, files[name]))
        try:
            assert read_run(tmp_path).plan_of_tables is not None
        except InstanceError:
            refused += 1
        (tmp_path / name).write_bytes(files[name])
    assert refused > 0
