"""Settings of several files to one: what must agree, what is joined, what is decided."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import isclose
from typing import Any

from infraplan.models.base import DomainModel
from infraplan.models.catalogue import Phrase, listed, pair, phrase
from infraplan.models.errors import Finding, Severity
from infraplan.models.instance import Instance, Settings
from infraplan.models.restate import Restatement, restate, units_in
from infraplan.optimizer.storage.assembly import ReadInstance
from infraplan.optimizer.storage.faults import Origin, join_path
from infraplan.optimizer.storage.merge_cells import NEAR, SETTINGS, Decider, Said, alike, said_by

NAMES = ("id", "title")
"""Settings that name one file's plan: the first file's are taken."""
RESTATED = "restated"
"""Document by which `restate` tells what it did."""
FIXED = {"currency": "merge-other-currency", "price_year": "merge-other-price-year"}
"""Settings without which amounts are not the same money, with what is said where they differ."""


@dataclass(frozen=True)
class Part:
    """One of the files: its label, its tables as they stand, where each row is."""

    label: str
    instance: Instance
    reading: ReadInstance

    @property
    def settings(self) -> Settings:
        """Its settings."""
        return self.instance.settings

    def origin(self, table: str, index: int | None, option: int = 0) -> Origin:
        """Place of a row; of its table where the file has no such row (what renewals take over)."""
        origins = self.reading.origins
        found = origins.get((table, index, option)) or origins.get((table, index, 0))
        return found or replace(origins[SETTINGS, None, 0], row=None, columns={})

    def finding(
        self, rule: str, message: Phrase, field: str, severity: Severity = Severity.ERROR
    ) -> Finding:
        """A finding about a setting."""
        origin = self.origin(SETTINGS, None)
        return origin.finding(rule, message, column=field, severity=severity)


def in_money_of_first(parts: Sequence[Part]) -> tuple[list[Part], list[Finding]]:
    """Return the parts with all money in the unit of the first, and what stands against it.

    Amounts of the same currency and price year are restated where units differ. A currency or a
    price year that differs is refused: an exchange rate or a price index is the planner's to state.
    """
    first, found, findings = parts[0], [parts[0]], list[Finding]()
    for number, part in enumerate(parts[1:], 2):
        made = part
        apart = [n for n in FIXED if getattr(part.settings, n) != getattr(first.settings, n)]
        for name in apart:
            values = {"value": getattr(part.settings, name), "first": first.label}
            other = getattr(first.settings, name)
            message = phrase(FIXED[name], **values, other=other)
            findings.append(part.finding("merge-money", message, name))
        if not apart and not _same_factor(first, part):
            made, finding = _restated(first, part, number)
            findings.append(finding)
        found.append(made)
    return found, findings


def _same_factor(first: Part, part: Part) -> bool:
    return isclose(first.settings.money_factor, part.settings.money_factor, rel_tol=NEAR)


def _restated(first: Part, part: Part, number: int) -> tuple[Part, Finding]:
    """`part` in the unit of `first`, told by a note; as it is, with an error, if it cannot be."""
    field = "money_factor"
    silent = [p.label for p in (first, part) if field not in p.settings.model_fields_set]
    told = {"unit": _unit(part.settings), "first": first.label, "other": _unit(first.settings)}
    if silent:
        message = phrase("merge-unit-not-stated", **told, silent=listed(silent))
        return part, part.finding("merge-money", message, field)
    for other in (first, part):
        means = units_in(other.settings.money_unit) or units_in(other.settings.money_unit_zh)
        if means is not None and not isclose(means, other.settings.money_factor, rel_tol=NEAR):
            message = phrase("merge-unit-belied", **told, file=other.label, means=means)
            return part, part.finding("merge-money", message, field)
    if part.reading.instance is None:
        message = phrase("merge-unit-of-unsound", **told)
        return part, part.finding("merge-money", message, field)
    exchange = part.settings.money_factor / first.settings.money_factor
    names = {name: getattr(first.settings, name) for name in ("money_unit", "money_unit_zh")}
    made = restate(part.instance, Restatement(exchange=exchange, **names))
    sources = tuple(
        source.model_copy(update={"id": f"restated-{number}"})
        if source.id == "restated"
        else source
        for source in made.settings.sources
    )
    settings = made.settings.model_copy(
        update={"sources": sources, field: first.settings.money_factor, **names}
    )
    whole = made.model_copy(update={"settings": settings})
    message = phrase("merge-restated", **told, exchange=exchange)
    note = part.finding("merge-restated", message, field, Severity.NOTE)
    return replace(part, instance=whole), note


def _unit(settings: Settings) -> Phrase:
    english, chinese = settings.money_unit, settings.money_unit_zh
    if not (english or chinese):
        return phrase("merge-unit-of-factor", factor=settings.money_factor, money=settings.currency)
    unit = pair(english or chinese, chinese or english)
    return phrase("merge-unit-named", unit=unit, factor=settings.money_factor)


class SettingsMerge:
    """Joins the settings of `parts` field by field; asks `decider` where they disagree."""

    def __init__(self, parts: Sequence[Part], decider: Decider) -> None:
        self._parts = parts
        self._decider = decider
        self.findings: list[Finding] = []

    def merged(self) -> Settings:
        """The settings of all parts."""
        first = self._parts[0].settings
        for part in self._parts[1:]:
            self.findings += self._against(part)
        models = [part.settings for part in self._parts]
        made: Settings = self._joined(models, "", (*NAMES, *FIXED, "horizon"))
        return made.model_copy(update={name: getattr(first, name) for name in NAMES})

    def _against(self, part: Part) -> Iterator[Finding]:
        """What must agree and does not, and whose names are taken."""
        first = self._parts[0]
        spans = [_span(p.settings) for p in (first, part)]
        if spans[0] != spans[1]:
            message = phrase(
                "merge-other-horizon",
                value=listed(spans[1]),
                first=first.label,
                other=listed(spans[0]),
            )
            yield part.finding("merge-horizon", message, "horizon")
        if part.settings.id != first.settings.id:
            message = phrase("merge-name", value=part.settings.id, taken=first.settings.id)
            yield part.finding("merge-name", message, "id", Severity.NOTE)

    def _joined(self, models: Sequence[Any], path: str, without: Sequence[str] = ()) -> Any:
        """One object of `models`, which all stand at `path`, one by part."""
        update: dict[str, Any] = {}
        model = type(models[0])
        for name in model.model_fields:
            if name in without:
                continue
            values = [getattr(item, name) for item in models]
            where = join_path(path, name)
            if isinstance(values[0], DomainModel):
                value: Any = self._joined(values, where)
            elif _has_ids(values):
                value = self._by_id(values, where)
            else:
                stated = [name in item.model_fields_set for item in models]
                value = self._leaf(model, name, where, values, stated)
            if value is not values[0]:
                update[name] = value
        return models[0].model_copy(update=update) if update else models[0]

    def _leaf(
        self, model: Any, name: str, path: str, values: Sequence[Any], stated: Sequence[bool]
    ) -> Any:
        """The value that those who state one agree on; else what is decided."""
        if all(alike(values[0], value) for value in values[1:]):
            return values[0]
        own = [number for number, said in enumerate(stated) if said]
        first = own[0]
        if all(alike(values[first], values[number]) for number in own[1:]):
            silent = next(number for number, said in enumerate(stated) if not said)
            part = self._parts[first]
            origin = part.origin(SETTINGS, None)
            said = said_by(part.label, origin, model, name, values[first])
            message = phrase("merge-stated", value=said.shown, silent=self._parts[silent].label)
            note = origin.finding("merge-stated", message, column=path, severity=Severity.NOTE)
            self.findings.append(note)
            return values[first]
        said_all = []
        for number in own:
            part = self._parts[number]
            origin = part.origin(SETTINGS, None)
            said = said_by(part.label, origin, model, name, values[number])
            place = origin.finding("", said.shown, column=path)
            said_all.append(replace(said, place=place))
        return values[own[self._decider.choose(SETTINGS, "", path, said_all)]]

    def _by_id(self, values: Sequence[tuple[Any, ...]], path: str) -> tuple[Any, ...]:
        """Lists of things with an id, joined; things of one id field by field."""
        groups: dict[str, list[tuple[int, int, Any]]] = {}
        for number, items in enumerate(values):
            for index, item in enumerate(items):
                groups.setdefault(item.id, []).append((number, index, item))
        found = []
        for name, group in groups.items():
            whole = group[0][2]
            for number, index, item in group[1:]:
                if alike(whole, item):
                    continue
                begun, at = self._parts[group[0][0]], self._parts[number]
                ends = ((begun, group[0][1], whole), (at, index, item))
                said = [self._thing(part, f"{path}[{place}]", it) for part, place, it in ends]
                taken = self._decider.choose(SETTINGS, name, path, said)
                whole = (whole, item)[taken]
            found.append(whole)
        return values[0] if tuple(found) == values[0] else tuple(found)

    def _thing(self, part: Part, path: str, item: DomainModel) -> Said:
        """What a part says of a thing with an id: all its fields together."""
        text = item.model_dump_json(exclude_defaults=True)
        origin = part.origin(SETTINGS, None)
        shown = phrase("merge-thing", text=text)
        return Said(part.label, origin.finding("", shown, column=path), text, shown)


def _span(settings: Settings) -> list[str]:
    phases = settings.horizon.phases
    return [f"{phase.id} {phase.first_year}-{phase.last_year}" for phase in phases]


def _has_ids(values: Sequence[Any]) -> bool:
    """Whether all are lists of things with an id, and one at least has a thing."""
    things = [item for value in values if isinstance(value, tuple) for item in value]
    return bool(things) and all("id" in getattr(type(item), "model_fields", ()) for item in things)
