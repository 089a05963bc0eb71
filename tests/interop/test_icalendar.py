"""The calendar of a plan: days, folding, escapes, as RFC 5545 has them."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest

from infraplan.optimizer.interop.icalendar import MOST_OCTETS, escape_text, fold, to_icalendar
from tests.builders import edit, make_instance, make_plan, make_project, make_settings, make_start

NAME = "东环路, 一期; 南北\\段" * 8
INSTANCE = make_instance(
    [
        make_project("a", 10.0, 5.0, name_zh=NAME, name_en="Ring road"),
        make_project("old", 10.0, 5.0, stage="under_construction", started=2019),
    ],
    settings=make_settings((2021, 2030)),
)
PLAN = edit(
    make_plan(INSTANCE),
    starts=(
        edit(make_start(INSTANCE, "a", 2023), opening=2025),
        edit(make_start(INSTANCE, "old", 2021), opening=2022),
    ),
)
MANIFEST = {"created": "2026-11-30T04:05:10+00:00"}


def events(text: str) -> list[dict[str, str]]:
    """Properties of each event, unfolded and with escapes undone."""
    assert text.endswith("\r\n")
    assert "\n" not in text.replace("\r\n", "")
    lines = text.replace("\r\n ", "").split("\r\n")
    found: list[dict[str, str]] = []
    for line in lines:
        name, _, value = line.partition(":")
        if line == "BEGIN:VEVENT":
            found.append({})
        elif found:
            value = value.replace("\\n", "\n")
            found[-1].setdefault(name, re.sub(r"\\(.)", r"\1", value))
    return found


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_each_work_has_its_decision_its_start_and_its_opening(lang: str) -> None:
    rows = events(to_icalendar(INSTANCE, PLAN, MANIFEST, lang))
    days = {row["UID"].split("@")[0]: row["DTSTART;VALUE=DATE"] for row in rows}
    assert days == {
        "decision-a": (date(2023, 1, 1) - timedelta(days=182)).strftime("%Y%m%d"),
        "start-a": "20230101",
        "opening-a": "20250101",
        "opening-old": "20220101",  # begun before the plan: nothing to decide, nothing to begin
    }
    for row in rows:
        begin, end = row["DTSTART;VALUE=DATE"], row["DTEND;VALUE=DATE"]
        assert date.fromisoformat(end) - date.fromisoformat(begin) == timedelta(days=1)
        assert row["DTSTAMP"] == "20261130T040510Z"
    summary = next(row["SUMMARY"] for row in rows if row["UID"].startswith("start-a"))
    assert summary == (f"开工：{NAME}" if lang == "zh" else "Works begin: Ring road")


def test_no_line_is_too_long_and_no_letter_is_cut() -> None:
    text = to_icalendar(INSTANCE, PLAN, MANIFEST, "zh")
    lines = text.encode("utf-8").split(b"\r\n")
    assert max(map(len, lines)) <= MOST_OCTETS
    assert any(line.startswith(b" ") for line in lines)
    for line in lines:
        line.decode("utf-8")  # raises where a letter is cut


@pytest.mark.parametrize("length", [0, 1, 74, 75, 76, 149, 150, 1000])
def test_a_folded_line_unfolds_to_itself(length: int) -> None:
    for letter in "a东":
        line = letter * length
        assert fold(line).replace("\r\n ", "") == line
        assert all(len(part.encode()) <= MOST_OCTETS for part in fold(line).split("\r\n"))


def test_marks_with_a_meaning_are_escaped() -> None:
    assert escape_text("a,b;c\\d\ne\r\nf") == "a\\,b\\;c\\\\d\\ne\\nf"


def test_a_run_without_a_time_has_the_first_day_of_its_plan() -> None:
    rows = events(to_icalendar(INSTANCE, PLAN, {}, "en"))
    assert {row["DTSTAMP"] for row in rows} == {"20210101T000000Z"}


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_another_reader_finds_the_same_events(lang: str) -> None:
    """By the package icalendar, where it is installed; it is in no lock."""
    library = pytest.importorskip("icalendar", reason="the package icalendar is not installed")
    text = to_icalendar(INSTANCE, PLAN, MANIFEST, lang)
    calendar = library.Calendar.from_ical(text)
    read = calendar.walk("VEVENT")
    assert calendar.errors == []
    assert all(event.errors == [] for event in read)
    days = {str(event["UID"]).split("@")[0]: event.decoded("DTSTART") for event in read}
    assert days == {
        "decision-a": date(2023, 1, 1) - timedelta(days=182),
        "start-a": date(2023, 1, 1),
        "opening-a": date(2025, 1, 1),
        "opening-old": date(2022, 1, 1),
    }
    names = {str(event["UID"]).split("@")[0]: str(event["SUMMARY"]) for event in read}
    assert (NAME if lang == "zh" else "Ring road") in names["start-a"]
