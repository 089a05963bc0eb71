"""What `explain` found of a project, in sentences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from infraplan.models.catalogue import Phrase, in_language, listed, pair, phrase
from infraplan.models.instance import Instance
from infraplan.optimizer.report.earlier_words import earlier_in_words
from infraplan.optimizer.report.people_money import told_money
from infraplan.optimizer.report.texts import Names, both


@dataclass(frozen=True)
class ToldProject:
    """A project explained: name, in or out, reason, loss, smallest changes, what it displaces.

    `earlier` says why one that is built does not begin earlier; blank of all others.
    """

    name: str
    state: str
    reason: str
    loss: str
    changes: tuple[str, ...]
    displaces: str
    earlier: str


def told_project(instance: Instance, row: Mapping[str, Any], lang: str) -> ToldProject:
    """A row of `explain --json` in words of `lang`."""
    names = Names(instance)
    return ToldProject(
        name=_text(pair(*names.pair(str(row["project"]))), lang),
        state=_text(pair(*both(f"state_{row['state']}")), lang),
        reason=_text(_reason(instance, names, row), lang),
        loss=_text(_loss(instance, row), lang),
        changes=tuple(
            _text(_change(instance, names, change), lang) for change in row["smallest_change"]
        ),
        displaces=_named(names, row.get("displaces") or (), lang),
        earlier=_earlier(instance, row.get("earlier"), lang),
    )


def _text(told: Phrase, lang: str) -> str:
    return in_language(told, lang)


def _named(names: Names, found: Sequence[str], lang: str) -> str:
    return _text(listed(pair(*names.pair(name)) for name in found), lang) if found else ""


def _earlier(instance: Instance, told: Mapping[str, Any] | None, lang: str) -> str:
    if told is None:
        return ""
    loss = told_money(instance, float(told["loss"] or 0.0))
    return _text(earlier_in_words(instance, told, loss), lang)


def _reason(instance: Instance, names: Names, row: Mapping[str, Any]) -> Phrase:
    """The reason, and the rule that binds with its year and amount where there is one."""
    if not row["reason"]:
        return phrase("explained-no-reason")
    reason = pair(*both(f"reason_{row['reason']}"))
    others = listed(pair(*names.pair(name)) for name in row.get("others") or ())
    if row.get("others"):
        reason = phrase("name-and-word", name=reason, word=others)
    rule = row.get("rule")
    if not rule or row.get("year") is None or row.get("amount") is None:
        return reason
    return phrase(
        "explained-reason",
        reason=reason,
        rule=pair(*names.rule(str(rule))),
        year=int(row["year"]),
        amount=told_money(instance, float(row["amount"])),
    )


def _loss(instance: Instance, row: Mapping[str, Any]) -> Phrase:
    """What the other way loses, as an interval where it is one."""
    if row.get("forced") == "infeasible":
        return phrase("explained-cannot")
    low, high = row.get("loss_low"), row.get("loss_high")
    if low is None and high is None:
        return phrase("not-known")
    if low is not None and high is not None and high - low <= 1e-6 * max(1.0, abs(high)):
        return told_money(instance, float(high))
    ends = [
        phrase("not-known") if end is None else told_money(instance, float(end))
        for end in (low, high)
    ]
    return phrase("explained-between", low=ends[0], high=ends[1])


def _change(instance: Instance, names: Names, change: Mapping[str, Any]) -> Phrase:
    """A change that turns the decision: what, from what to what, and whether that is proven."""
    parts = [_part(names, part) for part in str(change["row"]).split("/")]
    where = pair(*(" ".join(part[side] for part in parts) for side in (0, 1)))
    told = phrase(
        "explained-change",
        kind=pair(*both(f"kind_{change['kind']}")),
        where=where,
        before=told_money(instance, float(change["from"])),
        after=told_money(instance, float(change["to"])),
    )
    if not change.get("confirmed"):
        return phrase("name-and-word", name=told, word=phrase("explained-not-confirmed"))
    return told


def _part(names: Names, part: str) -> tuple[str, str]:
    """A part of a row's key; a year says that it is one."""
    return phrase("explained-year", year=part).both if part.isdigit() else names.pair(part)
