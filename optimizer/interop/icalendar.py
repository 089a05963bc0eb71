"""The schedule of a plan as iCalendar (RFC 5545): starts, openings, and decisions before starts.

Every event lasts one whole day and has no hour, so that no time zone moves it. Lines end in CRLF
and are folded at 75 octets, never inside a letter.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from infraplan.models.catalogue import Phrase, in_language, pair, phrase
from infraplan.models.instance import Instance
from infraplan.models.plan import Plan
from infraplan.models.progress import begun_in

MOST_OCTETS = 75
"""Octets of a line, its end left out (RFC 5545, 3.1)."""
NOTICE = timedelta(days=182)
"""Half a year before the works: when the decision stands in the calendar."""


@dataclass(frozen=True)
class _Event:
    """An event of one day: `kind` and `project` make its id."""

    kind: str
    project: str
    day: date
    title: Phrase
    text: Phrase


def to_icalendar(
    instance: Instance, plan: Plan, manifest: Mapping[str, Any], lang: str = "en"
) -> str:
    """Text of an .ics file: for each project built its decision, its start and its opening.

    Works that were begun before the plan have neither decision nor start. The id of an event is
    that of its instance, project and kind: a later plan imported into the same calendar moves what
    it has moved.
    """
    title = instance.settings.title.text(lang) or instance.settings.id
    stamp = _stamp(str(manifest.get("created") or ""), instance)
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Infraplan//Investment plan//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{escape_text(title)}",
    ]
    for event in sorted(_events(instance, plan), key=lambda one: (one.day, one.project, one.kind)):
        lines += [
            "BEGIN:VEVENT",
            f"UID:{event.kind}-{event.project}@{instance.settings.id}.infraplan",
            f"DTSTAMP:{stamp}",
            f"DTSTART;VALUE=DATE:{event.day:%Y%m%d}",
            f"DTEND;VALUE=DATE:{event.day + timedelta(days=1):%Y%m%d}",
            f"SUMMARY:{escape_text(in_language(event.title, lang))}",
            f"DESCRIPTION:{escape_text(in_language(event.text, lang))}",
            f"CATEGORIES:{event.kind.upper()}",
            "TRANSP:TRANSPARENT",
            "END:VEVENT",
        ]
    lines.append("END:VCALENDAR")
    return "".join(fold(line) + "\r\n" for line in lines)


def _events(instance: Instance, plan: Plan) -> Iterator[_Event]:
    spent: defaultdict[str, float] = defaultdict(float)
    for payment in plan.payments:
        spent[payment.project] += payment.amount
    settings = instance.settings
    english = settings.money_unit or settings.currency
    unit = pair(english, settings.money_unit_zh or english)
    for start in plan.starts:
        project = instance.project_by_id[start.project]
        english = project.name_en or project.name_zh or project.id
        name = pair(english, project.name_zh or english)
        if begun_in(project, settings.horizon.first_year) is None:
            first = date(start.start, 1, 1)
            told = phrase("calendar-decision", name=name)
            text = phrase("calendar-decision-text", year=start.start)
            yield _Event("decision", project.id, first - NOTICE, told, text)
            amount = phrase("calendar-amount", amount=spent[project.id], unit=unit)
            text = phrase("calendar-start-text", year=start.start, spent=amount)
            yield _Event("start", project.id, first, phrase("calendar-start", name=name), text)
        text = phrase("calendar-opening-text", year=start.opening)
        told = phrase("calendar-opening", name=name)
        yield _Event("opening", project.id, date(start.opening, 1, 1), told, text)


def _stamp(created: str, instance: Instance) -> str:
    """When the run was made, in UTC as the format asks; the plan's first day where it is unsaid."""
    digits = "".join(sign for sign in created[:19] if sign.isdigit())
    is_utc = created.endswith(("+00:00", "Z"))
    if len(digits) == 14 and is_utc:
        return f"{digits[:8]}T{digits[8:]}Z"
    return f"{instance.settings.horizon.first_year:04}0101T000000Z"


def escape_text(text: str) -> str:
    """`text` as a value of kind TEXT (RFC 5545, 3.3.11)."""
    for sign in ("\\", ";", ","):
        text = text.replace(sign, "\\" + sign)
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\\n")


def fold(line: str) -> str:
    """`line` cut at 75 octets of UTF-8, each further line begun by a blank, no letter cut."""
    parts: list[str] = []
    part, length = "", 0
    for letter in line:
        octets = len(letter.encode("utf-8"))
        if length + octets > MOST_OCTETS:
            parts.append(part)
            part, length = "", 1  # the blank at the begin of a further line
        part, length = part + letter, length + octets
    return "\r\n ".join([*parts, part])
