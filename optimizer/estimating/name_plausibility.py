"""Doubts about names that limit or test nothing, because nothing in the instance is called so."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import get_close_matches

from infraplan.models.catalogue import Phrase, listed, phrase
from infraplan.models.catalogue.sector_words import SECTORS
from infraplan.models.inconsistency import Inconsistency
from infraplan.models.instance import Instance
from infraplan.models.network import SERVED, TRAVEL_TIME
from infraplan.models.quantities import is_sector_known
from infraplan.models.target import BUILT_IN_METRICS
from infraplan.optimizer.estimating.implausibility import doubt
from infraplan.optimizer.estimating.library import is_known

SLIP = 0.75
"""How alike two words are, of 1, of which one is taken for a slip of the other."""


def name_doubts(instance: Instance) -> Iterator[Inconsistency]:
    """Every doubt about a sector, filter, resource, metric or item that nothing answers to."""
    yield from _ids_alike(instance)
    yield from _mistyped_sectors(instance)
    yield from _idle_filters(instance)
    yield from _idle_resources(instance)
    yield from _unknown_metrics(instance)
    yield from _idle_rules(instance)
    yield from _missing_items(instance)


def _ids_alike(instance: Instance) -> Iterator[Inconsistency]:
    """`ids-alike`: ids of one table that differ in capitals alone, as those of one row twice."""
    for table in ("projects", "jurisdictions", "funds", "instruments", "targets", "policies"):
        first: dict[str, str] = {}
        for index, row in enumerate(getattr(instance, table)):
            other = first.setdefault(row.id.casefold(), row.id)
            if other != row.id:
                text = phrase("ids-differ-in-capitals", id=row.id, other=other)
                advice = phrase("keep-one-if-both-are-the-same")
                yield doubt("ids-alike", table, index, "id", text, advice)


def _mistyped_sectors(instance: Instance) -> Iterator[Inconsistency]:
    """`sector-mistyped`: a word that is none for a sector and differs little from one that is.

    A sector of an office's own is no fault; a slip of a letter would be counted as one.
    """
    names = {_plain(w): w for key, words in SECTORS.items() for w in (key, *words)}
    told: set[str] = set()
    for index, project in enumerate(instance.projects):
        sector = project.sector
        if sector in told or is_sector_known(sector):
            continue
        told.add(sector)
        close = get_close_matches(_plain(sector), names, n=1, cutoff=SLIP)
        if close:
            text = phrase("sector-is-nearly-another", sector=sector, close=names[close[0]])
            advice = phrase("correct-the-sector-if-it-is-a-slip")
            yield doubt("sector-mistyped", "projects", index, "sector", text, advice)


def _plain(word: str) -> str:
    return word.casefold().replace("_", " ").replace("-", " ").strip()


def _idle_filters(instance: Instance) -> Iterator[Inconsistency]:
    """`filter-idle`: policies and targets of sectors or subsectors that no project is of."""
    known = {
        "sectors": {project.sector for project in instance.projects},
        "subsectors": {project.subsector for project in instance.projects},
    }
    filters = [
        *(
            ("policies", i, row.id, "sectors", row.sectors)
            for i, row in enumerate(instance.policies)
        ),
        *(
            ("policies", i, row.id, "subsectors", row.subsectors)
            for i, row in enumerate(instance.policies)
        ),
        *(("targets", i, row.id, "sectors", row.sectors) for i, row in enumerate(instance.targets)),
    ]
    for table, index, name, field, names in filters:
        if names and not known[field].intersection(names):
            yield _idle(table, index, name, field, names)


def _idle(
    table: str, index: int | None, name: str, column: str, names: Sequence[str]
) -> Inconsistency:
    text = phrase(
        "is-about-and-no-project-is-of-these",
        id=name,
        names=listed(names),
        field=column.rpartition(".")[2],
    )
    advice = phrase("correct-the-names-or-leave-the-cell-blank")
    return doubt("filter-idle", table, index, column, text, advice)


def _idle_resources(instance: Instance) -> Iterator[Inconsistency]:
    """`resource-idle`, `resource-unlimited`: a quota that no project draws on, or needs without."""
    used: dict[str, int] = {}
    for index, project in enumerate(instance.projects):
        for option in project.options:
            for name in option.resources:
                used.setdefault(name, index)
    for name in sorted(used.keys() - {row.resource for row in instance.resources}):
        text = phrase("no-row-limits-resource", resource=name)
        advice = phrase("give-the-resource-a-limit-or-delete-the-need")
        yield doubt("resource-unlimited", "projects", used[name], "resources", text, advice)
    for index, row in enumerate(instance.resources):
        if row.resource not in used:
            text = phrase("no-project-draws-on-resource", resource=row.resource)
            yield doubt("resource-idle", "resources", index, "resource", text, _correct_or_drop())


def _correct_or_drop() -> Phrase:
    return phrase("correct-the-name-or-delete-the-row")


def _unknown_metrics(instance: Instance) -> Iterator[Inconsistency]:
    """`metric-unknown`: a target on a metric that no project delivers."""
    delivered = {
        name
        for project in instance.projects
        for option in project.options
        for name in option.outputs
    }
    for index, row in enumerate(instance.targets):
        if row.metric.startswith((SERVED, TRAVEL_TIME)):
            continue  # the tables of networks are checked for these
        if row.metric not in delivered | BUILT_IN_METRICS:
            text = phrase("no-project-delivers-metric", metric=row.metric, target=row.id)
            yield doubt("metric-unknown", "targets", index, "metric", text, _correct_or_drop())


def _idle_rules(instance: Instance) -> Iterator[Inconsistency]:
    """`filter-idle` of the instance's own rules; words that the library knows may wait."""
    known = {word for row in instance.projects for word in (row.sector, row.subsector)}
    finance = instance.settings.finance
    asked = [
        (f"finance.rules[{number}].{field}", rule.id, getattr(rule, field))
        for number, rule in enumerate(finance.rules)
        for field in ("start_banned", "start_ban_exempt")
    ]
    asked += [
        (f"finance.capital_ratios[{number}].sectors", ratio.id, ratio.sectors)
        for number, ratio in enumerate(finance.capital_ratios)
    ]
    for path, name, words in asked:
        if words and not any(word in known or is_known(word) for word in words):
            yield _idle("instance", None, name, path, words)


def _missing_items(instance: Instance) -> Iterator[Inconsistency]:
    """`item-missing`: fiscal items of the instance's own rules without a row in `fiscal`."""
    given = {row.item for row in instance.fiscal}
    for number, rule in enumerate(instance.settings.finance.rules):
        for side in ("additions", "base"):
            for position, term in enumerate(getattr(rule, side)):
                if term.item not in given:
                    path = f"finance.rules[{number}].{side}[{position}].item"
                    text = phrase("rule-asks-for-item-without-row", rule=rule.id, item=term.item)
                    advice = phrase("add-rows-of-the-item-or-correct-it")
                    yield doubt("item-missing", "instance", None, path, text, advice)
