"""What a reader of a run sees, drawn from the catalogue, and names of what has an id."""

from __future__ import annotations

import re
import weakref
from collections.abc import Mapping, Sequence
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from infraplan.models.catalogue import Phrase, entries, listed, pair, phrase
from infraplan.models.catalogue.money_unit_words import CURRENCIES_ZH
from infraplan.models.horizon import DiscountTiming
from infraplan.models.instance import Instance
from infraplan.models.project import BASE_OPTION, Option, Project
from infraplan.models.regular_expressions import regex
from infraplan.models.rules import told_rule
from infraplan.optimizer.work_clock import ClockReason, ClockStep

TEXTS: MappingProxyType[str, tuple[str, str]] = MappingProxyType(
    {key: (found.english, found.chinese) for key, found in entries("report").items()}
)


DUAL_VALUES_CHECKED = "dual values checked"
"""`bound_source` of a run whose bound was recomputed from dual values."""
CHAINS_AND_LIMITS = "chains and limits checked"
"""`bound_source` of a schedule whose end no chain of works, or no yearly limit, lets be earlier."""
OWN_SEARCH = "own branch and bound"
"""`bound_source` of roads at equilibrium searched by the product's own branch and bound."""

CERTIFICATE_CHECKED = "certificate checked"
"""`bound_source` of a run whose certificate proves the bound."""


def told_solver(manifest: Mapping[str, Any]) -> tuple[str, str]:
    """The program that answered, with its version and, where it is not its own, its package.

    scipy brings a HiGHS of another version than highspy; a reader who looks for the version in
    the list of packages would not find it.
    """
    solver, version = str(manifest.get("solver") or ""), str(manifest.get("solver_version") or "")
    named = f"{solver} {version}".strip()
    versions = dict(manifest.get("versions") or {})
    if solver != "highs" or not version or versions.get("highspy") in (None, version):
        return named, named
    package = f"scipy {versions.get('scipy', '')}".strip()
    return phrase("solver-inside", solver=named, package=package).both


MOST_TIED = 3
"""Projects by which a relation is named."""
_LINE = regex(r"(.+), line ([0-9]+)", re.DOTALL)
"""A source that ends with a line of its document."""


def told_source(source: str) -> tuple[str, str]:
    """The source of a figure, the line of its document in words of each language."""
    found = _LINE.fullmatch(source)
    if found is None:
        return source, source
    return phrase("source-and-line", source=found[1], line=found[2]).both


def source_of_bound(manifest: Mapping[str, Any]) -> tuple[str, str]:
    """`bound_source` of a manifest in both languages; blank where a run does not tell."""
    stated = manifest.get("bound_source")
    said = stated if isinstance(stated, str) else ""
    if said == DUAL_VALUES_CHECKED:
        return phrase("bound-proven-by-dual-values").both
    if said == CHAINS_AND_LIMITS:
        return phrase("bound-proven-by-chains-and-limits").both
    if said == OWN_SEARCH:
        return phrase("bound-proven-by-own-search").both
    if said == CERTIFICATE_CHECKED:
        return phrase("bound-proven-by-certificate").both
    solver = said.removeprefix("solver ").removesuffix(", not certified")
    if not solver:
        return "", ""
    told, answered = told_solver(manifest), f"{manifest.get('solver')}"
    named = told if solver.split()[0] == answered else (solver, solver)
    return phrase("bound-by-a-solver", solver=pair(*named)).both


def told_clock(stated: object) -> tuple[str, str]:
    """`clock` of a manifest in both languages: what the clock decided; blank where none is told."""
    if not isinstance(stated, Mapping):
        return "", ""
    why = _listed_choices(ClockReason, stated.get("why"))
    if steps := _listed_choices(ClockStep, stated.get("steps")):
        why = phrase("clock-decided-in-steps", why=why, steps=steps)
    if stated.get("plan"):
        return phrase("clock-decided-the-plan", why=why).both
    if stated.get("explanations"):
        return phrase("clock-decided-explanations", why=why).both
    return phrase("clock-decided-nothing").both


def _listed_choices(kind: type[StrEnum], named: object) -> Phrase:
    """Those members of `kind` that a list of a manifest names, in words."""
    said = [str(name) for name in named] if isinstance(named, list) else []
    words = entries("choice")
    found = [words[f"{kind.__name__}.{one.value}"] for one in kind if one.value in said]
    return listed(pair(word.english, word.chinese) for word in found)


def text(key: str, lang: str) -> str:
    """Text of `key` in `lang`; an unknown key stands for itself (names from the data do)."""
    pair = TEXTS.get(key)
    return key if pair is None else pair[1 if lang == "zh" else 0]


def both(key: str) -> tuple[str, str]:
    """English and Chinese of `key`."""
    return TEXTS.get(key, (key, key))


_Pairs = dict[str, tuple[str, str]]
_NAMES: dict[int, tuple[_Pairs, _Pairs, _Pairs]] = {}
"""Names, ends of links and of trips by `id` of an instance that is alive."""


class Names:
    """English and Chinese names of everything that has an id in an instance."""

    def __init__(self, instance: Instance) -> None:
        # Every table asks for the names: they are kept as long as the instance.
        kept = _NAMES.get(id(instance))
        is_new = kept is None
        if kept is None:
            links = {link.id: (link.from_node, link.to_node) for link in instance.network_links}
            trips = {row.id: (row.node, row.to_node or "") for row in instance.demands}
            kept = _NAMES[id(instance)] = ({}, links, trips)
        self._names, self._links, self._trips = kept
        if is_new:
            self._find(instance)
            weakref.finalize(instance, _NAMES.pop, id(instance), None)

    def _find(self, instance: Instance) -> None:
        """Fill in the names of everything in `instance`."""
        tables = (
            instance.projects,
            instance.jurisdictions,
            instance.pools,
            instance.funds,
            instance.instruments,
            instance.policies,
        )
        for table in tables:
            for row in table:
                # Pools have the ids that rules name; any other id may be a heading's by chance.
                fallback = both(row.id) if table is instance.pools else (row.id, row.id)
                self._names.setdefault(
                    row.id,
                    (
                        row.name_en or row.name_zh or fallback[0],
                        row.name_zh or row.name_en or fallback[1],
                    ),
                )
        for node in instance.network_nodes:
            english = node.name_en or node.name_zh or node.id
            self._names.setdefault(node.id, (english, node.name_zh or english))
        for relation in instance.relations:
            # No relation has a name; the office knows it by what it ties.
            self._names.setdefault(relation.label, self._members(relation.members))
        for target in instance.targets:
            # A target may be called like a jurisdiction; a project id is never one of these.
            english = target.name_en or target.name_zh or target.id
            self._names[f"target:{target.id}"] = (english, target.name_zh or english)
        for phase in instance.settings.horizon.phases:
            name = (phase.title.text("en") or phase.id, phase.title.text("zh") or phase.id)
            self._names[f"phase:{phase.id}"] = name

    def pair(self, key: str) -> tuple[str, str]:
        """English and Chinese name of id `key`, or of a word, or the id itself."""
        return self._names.get(key) or TEXTS.get(key, (key, key))

    def _members(self, members: Sequence[str]) -> tuple[str, str]:
        """Projects that are tied, by name; of many the first, and how many they are."""
        names = listed(pair(*self.pair(name)) for name in members[:MOST_TIED])
        if len(members) <= MOST_TIED:
            return names.both
        return phrase("tied-projects", names=names, count=len(members)).both

    def tie(self, tie: str) -> tuple[str, str]:
        """What ties projects of a plan's value: a target, a relation by its members, a network."""
        return self._names.get(f"target:{tie}") or self.pair(tie)

    def link(self, link: str) -> tuple[str, str]:
        """A link by its ends, in its direction."""
        ends = [self.pair(end) for end in self._links.get(link, ())]
        if not ends:
            return self.pair(link)
        return f"{ends[0][0]} - {ends[1][0]}", f"{ends[0][1]}-{ends[1][1]}"

    def trip(self, demand: str) -> tuple[str, str]:
        """A demand by its nodes: `A - B` for a trip, the node for any other."""
        ends = [self.pair(end) for end in self._trips.get(demand, (demand,)) if end]
        return " - ".join(end[0] for end in ends), "-".join(end[1] for end in ends)

    def rule(self, rule: str) -> tuple[str, str]:
        """Why a project is left out, from the name of a rule or reason in a run's tables."""
        record, ids = told_rule(rule)
        if record is None:
            return self.pair(rule)
        prefix = "target:" if record.name == "target" else ""
        parts = [self.pair(prefix + part) for part in ids]
        if not parts:
            return record.reason
        return (
            f"{record.reason.en}: " + ", ".join(part[0] for part in parts),
            f"{record.reason.zh}：" + "、".join(part[1] for part in parts),
        )


def option_words(project: Project, chosen: str) -> tuple[str, str]:
    """An option as people read it: its number, and what differs from the project's first.

    An option has an id and no name. One in letters other than English is the office's own word.
    """
    if chosen == BASE_OPTION:
        return both("base_option")
    if not chosen.isascii():
        return chosen, chosen
    names = [option.option for option in project.options]
    place = names.index(chosen)
    first, mine = project.options[0], project.options[place]
    told = {"number": place + 1, "count": len(names)}
    if not place or first.overnight_cost <= 0.0:
        return phrase("other-option-of-a-free-one", **told).both
    return _against_the_first(told, first, mine).both


def _against_the_first(told: Mapping[str, int], first: Option, mine: Option) -> Phrase:
    share = mine.overnight_cost / first.overnight_cost
    if mine.lead_time == first.lead_time:
        return phrase("other-option", share=share, **told)
    years = {"years": mine.lead_time, "first": first.lead_time}
    return phrase("other-option-and-its-years", share=share, **years, **told)


def unit_pair(instance: Instance) -> tuple[str, str]:
    """Name of the money unit in English and Chinese; where only a currency is stated, its name."""
    settings = instance.settings
    english = settings.money_unit or settings.currency
    if settings.money_unit_zh or settings.money_unit not in ("", settings.currency):
        return english, settings.money_unit_zh or english
    return english, CURRENCIES_ZH.get(settings.currency, english)


def discounting(instance: Instance) -> tuple[str, str]:
    """Rates of discounting and the moment of the year at which its money flows."""
    appraisal, first = instance.settings.appraisal, instance.settings.horizon.first_year
    steps = sorted(appraisal.discount_steps, key=lambda step: step.from_offset)
    rates = [f"{100.0 * appraisal.discount_rate:g}%"] if not steps or steps[0].from_offset else []
    rates += [f"{100.0 * step.rate:g}% ({first + step.from_offset}-)" for step in steps]
    timing = appraisal.discount_timing
    key = {
        DiscountTiming.START: "discounted-from-the-start-of-a-year",
        DiscountTiming.MID: "discounted-from-the-middle-of-a-year",
        DiscountTiming.END: "discounted-from-the-end-of-a-year",
    }[timing]
    return phrase(key, rates=", ".join(rates)).both
