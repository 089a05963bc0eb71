"""The schedule as mpxj reads it: valid by its schema of the format, dates, lags and costs kept.

mpxj brings the classes that were made of the published schema; the schema is made of them again, so
that none has to be copied. `make test-slow PART=mspdi` installs it from requirements-mspdi.lock
into a folder of its own; Java is the system's.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
from collections import defaultdict
from pathlib import Path

import pytest

from infraplan.models.relation import RelationType
from infraplan.optimizer.interop.mspdi import to_mspdi
from infraplan.optimizer.storage import read_run
from tests.benchmarks.plans import RUNS_VARIABLE
from tests.builders import make_instance, make_project, make_relation
from tests.interop.test_exports import INSTANCE, PLAN, tasks_of
from tests.optimizer.engine import best

LIBRARIES = "INFRAPLAN_MPXJ"
"""Names a folder of mpxj's libraries where it is not installed beside the tests."""
READER = Path(__file__).with_name("ReadMspdi.java")
KINDS = {0: "FF", 1: "FS", 2: "SF", 3: "SS"}

pytestmark = [pytest.mark.slow, pytest.mark.mspdi]


def libraries() -> Path:
    """Folder of mpxj's libraries; the test is skipped where there is none, or no Java."""
    if shutil.which("java") is None:
        pytest.skip("there is no Java on this machine")
    named = os.environ.get(LIBRARIES)
    found = importlib.util.find_spec("mpxj")
    if named is None and (found is None or found.origin is None):
        pytest.skip(f"mpxj is not installed, nor named by {LIBRARIES}")
    return Path(named or Path(str(found and found.origin)).with_name("lib"))


def read_back(*files: Path) -> dict[Path, dict[str, list[list[str]]]]:
    """Lines that the reader prints of each file, by their first word."""
    command = ["java", "-cp", f"{libraries()}/*", str(READER), *map(str, files)]
    done = subprocess.run(command, capture_output=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr.decode()
    found: dict[Path, dict[str, list[list[str]]]] = {}
    for line in done.stdout.decode().splitlines():
        word, *cells = line.split("\t")
        if word == "file":
            told = found[Path(cells[0])] = defaultdict(list)
        else:
            told[word].append(cells)
    assert set(found) == set(files)
    return found


def assert_read_as_written(text: str, told: dict[str, list[list[str]]]) -> None:
    """mpxj has every task, link and working day as the file was meant."""
    assert told["fault"] == []
    assert len(told["validated"]) == 1
    written = tasks_of(text)
    assert len(told["task"]) == len(written)
    for uid, name, level, start, finish, hours, cost, milestone, summary, mode in told["task"]:
        task = written[int(uid)]
        assert name == task.name
        assert start == f"{task.begin}T08:00"
        assert float(cost if cost != "null" else 0) == pytest.approx(task.cost, abs=0.005)
        assert mode == "MANUALLY_SCHEDULED"
        assert summary == str(level == "1").lower()
        is_milestone = task.begin == task.end
        assert milestone == str(is_milestone).lower()
        assert (float(hours) == 0) == is_milestone
        if not is_milestone:
            last = task.end.replace(year=task.end.year - 1, month=12, day=31)
            assert finish == f"{last}T17:00"
    links = sorted(
        (before, uid, KINDS[kind], float(lag))
        for uid, task in written.items()
        for before, kind, lag in task.links
    )
    assert links == sorted(
        (int(a), int(b), kind, float(lag)) for a, b, kind, lag, _ in told["link"]
    )
    assert {unit for *_, unit in told["link"]} <= {"ed"}
    assert [(day, minutes) for _, day, minutes in told["day"]] == [
        (str(day), "480" if day < 6 else "0") for day in range(1, 8)
    ]


def test_mpxj_reads_a_schedule_as_it_was_written(tmp_path: Path) -> None:
    """Lags of all kinds, a title that is too long, works that open later than they are paid."""
    lagged = make_instance(
        [make_project(name, 3, 9, lead_time=2, spending_profile=(0.5, 0.5)) for name in "abcd"],
        relations=[
            make_relation("finish_to_start", "a", "b", lag=1),
            make_relation("start_to_start", "a", "c", lag=1),
            make_relation("finish_to_finish", "b", "d", lag=-1),
        ],
        years=(2021, 2030),
        settings={"title": {"en": "T" * 600, "zh": "规划"}, "money_factor": 1e8},
    )
    kinds = {relation.type for relation in lagged.relations}
    assert RelationType.START_TO_START in kinds
    plan = best(lagged).plan
    assert PLAN is not None
    assert plan is not None
    texts = {
        tmp_path / "甲 b.xml": to_mspdi(INSTANCE, PLAN, "zh"),
        tmp_path / "en.xml": to_mspdi(INSTANCE, PLAN, "en"),
        tmp_path / "lags.xml": to_mspdi(lagged, plan, "en"),
    }
    for path, text in texts.items():
        path.write_text(text, encoding="utf-8")
    for path, told in read_back(*texts).items():
        assert_read_as_written(texts[path], told)
        assert told["project"][0][2] == "CNY"
    assert read_back(tmp_path / "甲 b.xml")[tmp_path / "甲 b.xml"]["project"][0][3] == "标准日历"


def test_the_schema_refuses_what_stands_elsewhere(tmp_path: Path) -> None:
    """The check can fail: two elements that change places, and one that is missing."""
    assert PLAN is not None
    text = to_mspdi(INSTANCE, PLAN, "en")
    path = tmp_path / "wrong.xml"
    for begin, end in (("<SaveVersion>14</SaveVersion>", ""), ("<ID>1</ID>", "<Odd>1</Odd>")):
        assert begin in text
        path.write_text(text.replace(begin, end, 1), encoding="utf-8")
        assert read_back(path)[path]["fault"]


def test_mpxj_reads_solved_plans_as_they_were_written(tmp_path: Path) -> None:
    folder = os.environ.get(RUNS_VARIABLE)
    if folder is None:
        pytest.skip(f"{RUNS_VARIABLE} names no folder of runs")
    texts = {}
    for run in sorted(Path(folder).iterdir()):
        if (run / "run.json").is_file():
            files = read_run(run)
            assert files.plan is not None
            path = tmp_path / f"{run.name}.xml"
            texts[path] = to_mspdi(files.instance, files.plan, "zh")
            path.write_text(texts[path], encoding="utf-8")
    assert texts
    for path, told in read_back(*texts).items():
        assert_read_as_written(texts[path], told)
