"""Single-mode files of PSPLIB read into jobs: every stated count is held against what stands there.

Source of the format: R. Kolisch, A. Sprecher, "PSPLIB - a project scheduling problem library"
(1996).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from infraplan.models.catalogue import NOTHING_SAID, Phrase, listed, phrase
from infraplan.models.regular_expressions import regex
from infraplan.optimizer.interop.faults import FaultReport, listed_few
from infraplan.optimizer.interop.number_file import count_in, text_of
from infraplan.optimizer.interop.order_circle import circle_in
from infraplan.optimizer.storage.numbers import number_in

ORDER, REQUESTS, LIMITS = "PRECEDENCE RELATIONS", "REQUESTS/DURATIONS", "RESOURCEAVAILABILITIES"
SECTIONS = (ORDER, REQUESTS, LIMITS)
_HEADING = regex(r"JOBNR.*|-+|(?:[RND]\s*[0-9]+\s*)+")
"""Headings of the columns, and the line below them."""
_STATED = regex(
    r"(PROJECTS|JOBS|-\s*RENEWABLE|-\s*NONRENEWABLE|-\s*DOUBLY CONSTRAINED)\b[^:]*:\s*(\S+)",
    re.IGNORECASE,
)


@dataclass
class Jobs:
    """What a file states: successors, duration and requests by job, limits of the resources."""

    successors: dict[int, tuple[int, ...]] = field(default_factory=dict)
    durations: dict[int, int] = field(default_factory=dict)
    requests: dict[int, tuple[int, ...]] = field(default_factory=dict)
    limits: tuple[int, ...] = ()


def read_jobs(path: Path, report: FaultReport) -> Jobs:
    """The jobs of a file; what is wrong is told in `report`."""
    reader = _JobReader(path, report)
    text = text_of(path, report)
    if text is not None:
        reader.read(text)
    return reader.jobs


class _JobReader:
    """Reads one file; what is wrong is told in the report."""

    def __init__(self, path: Path, report: FaultReport) -> None:
        self.jobs, self._path, self._report, self._line = Jobs(), path, report, 0
        self._stated: dict[str, tuple[int, int]] = {}
        """By what is counted: the line that states it, and how many there are."""
        self._heads: dict[str, int] = {}
        self._lines: dict[str, dict[int, int]] = {}
        """By section: the line of each job."""
        self._garbled: dict[str, int] = {}
        """By section: rows that cannot be read, so that their jobs are not told as missing."""
        self._limit_line = 0
        self._modes: list[int] = []

    def read(self, text: str) -> None:
        """Read head and sections, then hold them against one another."""
        lines, section, closed = text.splitlines(), "", True
        is_cut = not text.endswith(("\n", "\r"))
        for self._line, row in enumerate(lines, start=1):
            told = row.strip().upper()
            head = next((name for name in SECTIONS if told.startswith(name)), None)
            if told.startswith("*"):
                section, closed = "", True
            elif head is not None:
                section, closed = head, False
                self._open(head)
            elif not section:
                self._state(row.strip())
            elif told and not _HEADING.fullmatch(told) and not (is_cut and row is lines[-1]):
                self._row(section, row.split())
        lost = [name for name in SECTIONS if name not in self._lines]
        if len(lost) == len(SECTIONS):
            self._fault(0, "the-file-has-no-jobs")
        elif lost:
            advice = phrase("is-a-part-of-it-missing")
            self._fault(0, "the-file-has-not", advice, names=listed(lost))
        elif is_cut and not closed:
            advice = phrase("is-a-part-of-it-missing")
            self._fault(len(lines), "the-last-line-does-not-end", advice)
        elif self._modes:
            self._fault(self._modes[0], "only-one-mode-is-read", jobs=len(self._modes))
        else:
            self._hold_counts()
            self._hold_jobs()

    def _fault(self, at: int, key: str, advice: Phrase = NOTHING_SAID, **values: object) -> None:
        self._report.add(self._path, at, phrase(key, **values), advice)

    def _open(self, section: str) -> None:
        if section in self._lines:
            self._fault(self._line, "section-stands-twice", name=section)
        self._heads.setdefault(section, self._line)
        self._lines.setdefault(section, {})
        self._garbled.setdefault(section, 0)

    def _state(self, told: str) -> None:
        """Take what a line of the head counts."""
        found = _STATED.match(told)
        if found is None:
            return
        kind, value = found[1].upper().lstrip("- "), count_in(found[2])
        if value is None:
            self._fault(self._line, "is-no-count", value=found[2][:40])
        elif kind in ("NONRENEWABLE", "DOUBLY CONSTRAINED"):
            if value:
                self._fault(self._line, "only-renewable-resources-are-read", kind=kind)
        elif kind == "PROJECTS" and value != 1:
            self._fault(self._line, "only-one-project-is-read", number=value)
        else:
            self._stated[kind] = self._line, value

    def _row(self, section: str, words: list[str]) -> None:
        numbers = [self._count(word) for word in words]
        sound = [number for number in numbers if number is not None]
        if len(sound) < len(numbers):
            self._garbled[section] += 1
        elif section == LIMITS:
            if self._limit_line:
                self._fault(self._line, "the-row-stands-twice", first=self._limit_line)
            else:
                self._limit_line, self.jobs.limits = self._line, tuple(sound)
        elif len(sound) < 3:
            self._garbled[section] += 1
            self._fault(self._line, "a-row-of-jobs-is-too-short", job=sound[0])
        elif sound[0] in self._lines[section]:
            first = self._lines[section][sound[0]]
            self._fault(self._line, "the-row-of-a-job-stands-twice", job=sound[0], first=first)
        else:
            self._lines[section][sound[0]] = self._line
            self._job(section, *sound)

    def _job(self, section: str, job: int, mode: int, third: int, *rest: int) -> None:
        if mode != 1:
            self._modes.append(self._line)
        if section == REQUESTS:
            self.jobs.durations[job], self.jobs.requests[job] = third, rest
            return
        if third != len(rest):
            self._fault(self._line, "the-successors-are-not-as-many", job=job)
            rest = ()
        elif len(set(rest)) < len(rest):
            self._fault(self._line, "a-successor-stands-twice", job=job)
        self.jobs.successors[job] = rest

    def _count(self, word: str) -> int | None:
        value = count_in(word)
        if value is None:
            key = "is-no-number-here" if number_in(word) is None else "is-no-count"
            self._fault(self._line, key, word=word[:40], value=word[:40])
        return value

    def _hold_counts(self) -> None:
        """Hold the stated number of resources against requests and limits."""
        jobs = self.jobs
        if not self._limit_line:
            if not self._garbled[LIMITS]:
                self._fault(self._heads[LIMITS], "section-has-no-rows", name=LIMITS)
            return
        line, stated = self._stated.get("RENEWABLE", (0, len(jobs.limits)))
        if stated != len(jobs.limits):
            self._fault(
                self._limit_line,
                "limits-are-not-as-many-as-stated",
                found=len(jobs.limits),
                stated=stated,
                line=line,
            )
            return
        for job, needs in jobs.requests.items():
            line = self._lines[REQUESTS][job]
            if len(needs) != stated:
                self._fault(line, "job-has-other-resources", job=job)
            elif any(need > most for need, most in zip(needs, jobs.limits, strict=True)):
                self._fault(line, "job-asks-for-more-than-there-is", job=job)

    def _hold_jobs(self) -> None:
        """Hold the stated number of jobs against the rows, and successors against the jobs."""
        order, requests = self._lines[ORDER], self._lines[REQUESTS]
        there = sorted(order.keys() | requests.keys())
        line, stated = self._stated.get("JOBS", (0, None))
        if stated is not None:
            garbled = min(self._garbled[ORDER], self._garbled[REQUESTS])
            if not 0 <= stated - len(there) <= garbled:
                self._fault(line, "jobs-are-not-as-many-as-stated", found=len(there), stated=stated)
            else:
                self._hold_numbers(there, stated)
        self._hold_missing(there)
        known = set(there)
        for job, later in self.jobs.successors.items():
            for other in later:
                if other not in known and not self._garbled[REQUESTS]:
                    self._fault(order[job], "job-has-no-duration", job=other)
        circle = circle_in(self._before())
        if circle:
            names = " -> ".join(str(job) for job in circle)
            self._fault(order[circle[0]], "jobs-wait-for-one-another", circle=names)

    def _hold_numbers(self, there: list[int], stated: int) -> None:
        """Jobs are numbered from 1 to the stated number."""
        for job in there:
            if not 1 <= job <= stated:
                rows = self._lines[ORDER] if job in self._lines[ORDER] else self._lines[REQUESTS]
                self._fault(rows[job], "there-is-no-such-job", job=job, last=stated)

    def _hold_missing(self, there: list[int]) -> None:
        """A job has a row in both sections; those of garbled rows are told already."""
        for section in (ORDER, REQUESTS):
            lost = [str(job) for job in there if job not in self._lines[section]]
            if len(lost) > self._garbled[section]:
                self._fault(
                    self._heads[section],
                    "jobs-have-no-row",
                    phrase("is-a-part-of-it-missing"),
                    names=listed_few(lost),
                    section=section,
                )

    def _before(self) -> dict[int, list[int]]:
        """By job: the jobs that it waits for."""
        before: dict[int, list[int]] = {}
        for job, later in self.jobs.successors.items():
            for other in later:
                before.setdefault(other, []).append(job)
        return before
