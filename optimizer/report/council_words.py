"""The narrative of a council paper: the sentences of the report's first screen, part by part.

What both tell comes from `first_screen` and `page_tables`; only what a paper alone says is here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from infraplan.models.catalogue import NOTHING_SAID, Phrase, joined, pair, phrase
from infraplan.optimizer.report import first_screen
from infraplan.optimizer.report.frames import Run
from infraplan.optimizer.report.office_tables import LARGEST, spent_by_project
from infraplan.optimizer.report.page_charts import series_by_source, sums_of
from infraplan.optimizer.report.texts import both
from infraplan.optimizer.report.value_parts import value_parts


def unit_of(run: Run) -> Phrase:
    """Name of the money unit."""
    return pair(*run.money)


def who_pays(run: Run) -> list[Phrase]:
    """Who pays most, when works begin, when half of the money is spent."""
    return [first_screen.who_pays(run, sums_of(series_by_source(run)))]


def largest(run: Run) -> list[Phrase]:
    """What share the dearest works take."""
    spent = list(spent_by_project(run).values())
    total = sum(spent)
    if total <= 0.0 or len(spent) <= LARGEST:
        return []
    return [phrase("paper-largest", count=LARGEST, share=sum(spent[:LARGEST]) / total)]


def narrative(run: Run, part: str, robust: Sequence[Mapping[str, Any]] = ()) -> list[Phrase]:
    """Sentences of the part of the paper called `part`; none where it has no words of its own.

    Parameters
    ----------
    run, part
        What is told, and which part of it.
    robust
        Rows of a robust run of the same instance, each with `project` and `class`.
    """
    match part:
        case "paper":
            told = [first_screen.headline(run), value_parts(run.instance, run.plan)]
        case "paper_cost":
            told = who_pays(run)
        case "paper_largest":
            told = largest(run)
        case "paper_left_out":
            told = [first_screen.left_out(run)]
        case "paper_targets":
            told = [first_screen.missed_targets(run)[0]]
        case "paper_debt":
            told = first_screen.money_and_room(run)
        case "paper_sure":
            told = first_screen.how_sure(run, robust)
        case "paper_proof":
            told = first_screen.proof(run)
        case _:
            told = []
    return [sentence for sentence in told if str(sentence)]


def paragraph(sentences: Sequence[Phrase]) -> Phrase:
    """Sentences as one paragraph; English ones with blanks between them."""
    told = NOTHING_SAID
    for sentence in sentences:
        told = joined(told, pair(" ", ""), sentence) if told else sentence
    return told


def heading(part: str) -> Phrase:
    """Title of a part of the paper."""
    return pair(*both(part))
