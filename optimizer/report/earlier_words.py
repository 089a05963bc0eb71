"""Why a project that is built does not begin earlier, in words and as a table.

From the object `earlier` of `explain --json`, which the terminal and the workbench both tell.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from infraplan.models.catalogue import Phrase, listed, pair, phrase
from infraplan.models.instance import Instance
from infraplan.optimizer.engines.registry import engine_for
from infraplan.optimizer.report.frames import (
    MONEY,
    YEAR,
    Column,
    ReportTable,
    frame_of,
    text_pair,
)
from infraplan.optimizer.report.texts import Names, both, unit_pair

_OWN_WORDS = frozenset({"no_window", "prerequisite", "own_value"})
"""Reasons that are told in other words than those of a project left out."""


def not_earlier_table(instance: Instance, rows: Sequence[Mapping[str, Any]]) -> ReportTable:
    """One line a project that is built and was asked about: why then, and what earlier loses."""
    money, names = unit_pair(instance), Names(instance)
    unknown = unknown_reason(instance, "reason_not_asked")
    columns = (
        Column("project"),
        Column("start", YEAR),
        Column("why_not_earlier"),
        Column("rule_against"),
        Column("loss_at_least", MONEY, money),
        Column("loss_at_most", MONEY, money),
    )
    made: list[dict[str, Any]] = [
        text_pair("project", names.pair(row["project"]))
        | {"start": told["start"]}
        | text_pair("why_not_earlier", _in_a_word(told, unknown))
        | text_pair("rule_against", _rule_of(names, told))
        | {"loss_at_least": told["loss_low"], "loss_at_most": told["loss_high"]}
        for row in rows
        if (told := row.get("earlier")) is not None
    ]
    return ReportTable("not_earlier", columns, frame_of(columns, made), "not_earlier_note")


def earlier_in_words(instance: Instance, told: Mapping[str, Any], loss: Phrase) -> Phrase:
    """Why a project does not begin before its year; `loss` is that of the other plan, in words."""
    names, year = Names(instance), told["start"]
    rules = _rules(told)
    if told["reason"] == "no_window":
        return phrase("explain-not-earlier-window", year=year)
    if told["forced"] == "infeasible":
        if not rules:
            return phrase("explain-not-earlier-impossible", year=year)
        against = listed(pair(*names.rule(rule)) for rule in rules)
        return phrase("explain-not-earlier-impossible-by", year=year, rule=against)
    if told["loss"] is None:
        return phrase("explain-not-earlier-unknown", year=year)
    if _is_as_good(told):
        return phrase("explain-earlier-is-as-good", year=year)
    if told["loss_low"] is None or told["loss_low"] <= 0.0:
        return phrase("explain-earlier-is-open", year=year, loss=loss)
    return phrase("explain-earlier-loses", year=year, loss=loss, why=_why(names, told, rules))


def _why(names: Names, told: Mapping[str, Any], rules: Sequence[str]) -> Phrase:
    """What stands against it beside the rest of the plan."""
    if rules:
        return phrase("explain-earlier-by-rule", rule=pair(*names.rule(rules[0])))
    if told["reason"]:
        return phrase("explain-earlier-by-value")
    return phrase("explained-not-in-time")


def _is_as_good(told: Mapping[str, Any]) -> bool:
    """A plan that begins it earlier is known to be worth no less."""
    return told["loss"] is not None and told["loss"] <= 0.0


def unknown_reason(instance: Instance, in_time: str) -> tuple[str, str]:
    """What stands where a reason is not known: the text `in_time`, where time may find it.

    Where no program holds the networks, solving for the project that is named alone does.
    """
    return both(in_time if engine_for(instance).explains_rejections else "explained_when_named")


def _in_a_word(told: Mapping[str, Any], unknown: tuple[str, str]) -> tuple[str, str]:
    reason = told["reason"]
    if _is_as_good(told):
        return both("earlier_as_good")
    if not reason:
        return both("earlier_impossible") if told["forced"] == "infeasible" else unknown
    return both(f"earlier_{reason}" if reason in _OWN_WORDS else f"reason_{reason}")


def _rules(told: Mapping[str, Any]) -> list[str]:
    """Rules against it, each once, as family or family:key."""
    found: Iterable[str] = (
        ":".join(filter(None, (row["rule"], row["key"]))) for row in told["binding"]
    )
    return list(dict.fromkeys(found))


def _rule_of(names: Names, told: Mapping[str, Any]) -> tuple[str, str]:
    """The rule that is told first; blank where the window says it all."""
    rules = _rules(told)
    if not rules or told["reason"] == "no_window" or _is_as_good(told):
        return "", ""
    return names.rule(rules[0])
