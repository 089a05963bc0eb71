"""Doubts and remarks about the life of assets: what ends unrenewed, what renewals take over."""

from __future__ import annotations

from collections.abc import Iterator

from infraplan.models.catalogue import Phrase, joined, listed, phrase, term_of
from infraplan.models.consistency import option_window
from infraplan.models.errors import Severity
from infraplan.models.inconsistency import Inconsistency, table_named
from infraplan.models.instance import Instance
from infraplan.models.progress import duty_of, opening_of_standing, rest_of_works, stands
from infraplan.models.project import Mandate, Option, Project
from infraplan.models.relation import Relation, RenewalMode, TakenOver
from infraplan.models.renewal import FIELDS, ROWS, model_of, renewals
from infraplan.optimizer.estimating.implausibility import doubt, field_words

_NAMED = 8
"""Projects that a remark names at most."""


def life_doubts(instance: Instance) -> Iterator[Inconsistency]:
    """Every remark about lives that end, and about renewals."""
    yield from _unrenewed(instance)
    yield from _over_before(instance)
    for index, relation in enumerate(instance.relations):
        for renewal in renewals((relation,)):
            yield from _taken_over(instance, index, renewal)
            if renewal.renewal is RenewalMode.AUTOMATIC:
                yield from _automatic(instance, index, renewal)
            else:
                yield from _too_late(instance, index, renewal)


def _remark(
    rule: str, table: str, index: int | None, field: str, message: Phrase, advice: Phrase
) -> Inconsistency:
    return Inconsistency(rule, table, index, field, message, advice, Severity.NOTE)


def _first_ends(instance: Instance, project: Project) -> list[int]:
    """Last years of operation of its options, each with its first possible opening."""
    first_year = instance.settings.horizon.first_year
    if stands(project):
        return [opening_of_standing(project, first_year) + project.options[0].lifetime - 1]
    ends = []
    for option in project.options:
        first, last = option_window(instance, project, option)
        if first <= last and project.mandatory is not Mandate.MUST_NOT:
            rest = rest_of_works(project, option, first_year)
            ends.append(first + rest.lead_time + rest.lifetime - 1)
    return ends


def _unrenewed(instance: Instance) -> Iterator[Inconsistency]:
    """`life-ends`: what stops serving before the appraisal ends and is not renewed.

    Of what stands or is under way its year; of a candidate that of its earliest opening, and only
    where it ends early whenever it opens.
    """
    horizon, end = instance.settings.horizon, instance.end_year
    renewed = {row.from_projects[0] for row in renewals(instance.relations)}
    removing = {row.to_projects[0] for row in instance.retired_by.values()}
    found = []
    for index, project in enumerate(instance.projects):
        ends = _first_ends(instance, project)
        is_short = min(option.lifetime for option in project.options) < end - horizon.last_year
        is_told = stands(project) or duty_of(project) is Mandate.COMMITTED or is_short
        # What takes something away has no service of its own that could end.
        is_over = project.id in removing and not _serves(instance, project)
        if project.id in renewed or is_over or not is_told:
            continue
        if ends and horizon.first_year <= min(ends) < end:
            found.append((min(ends), index, project.id))
    if not found:
        return
    yield _remark(
        "life-ends",
        "projects",
        min(found)[1],
        "lifetime",
        phrase("lives-end-and-nothing-renews-them", end=end, names=_ends_told(found)),
        phrase("state-a-renewal-or-leave-it"),
    )


def _serves(instance: Instance, project: Project) -> bool:
    """Whether a project brings anything by itself, year by year."""
    tables = (instance.benefits, instance.project_network, instance.receipts)
    return any(row.project == project.id for rows in tables for row in rows) or any(
        option.benefits or option.outputs or option.revenue for option in project.options
    )


def _over_before(instance: Instance) -> Iterator[Inconsistency]:
    """`life-over`: what stands and has ended before the plan, so that nothing of it counts."""
    first = instance.settings.horizon.first_year
    found = [
        (_first_ends(instance, project)[0], index, project.id)
        for index, project in enumerate(instance.projects)
        if stands(project) and _first_ends(instance, project)[0] < first
    ]
    if found:
        yield _remark(
            "life-over",
            "projects",
            min(found)[1],
            "opened",
            phrase("lives-are-over-before-the-plan", first=first, names=_ends_told(found)),
            phrase("correct-opened-or-lifetime"),
        )


def _ends_told(found: list[tuple[int, int, str]]) -> Phrase:
    """Projects with the years in which they end, the first of many."""
    names = [
        phrase("its-life-ends-in", project=project, year=year)
        for year, _, project in sorted(found)[:_NAMED]
    ]
    if len(found) > _NAMED:
        names.append(phrase("and-so-many-more", count=len(found) - _NAMED))
    return joined(*names, between=", ")


def _taken_over(instance: Instance, index: int, relation: Relation) -> Iterator[Inconsistency]:
    """`renewal-takes-over`: what a renewal has from the old one, and what it states all the same.

    `takes-over-in-vain` where it names what the renewal states itself.
    """
    old, new = (
        instance.project_by_id[names[0]] for names in (relation.from_projects, relation.to_projects)
    )
    alike = [part for part in relation.takes_over if _is_alike(old, new, part)]
    apart = [part for part in relation.takes_over if part not in alike]
    if alike:
        yield _remark(
            "renewal-takes-over",
            "relations",
            index,
            "takes_over",
            phrase("renewal-takes-over", new=new.id, old=old.id, parts=_told(instance, new, alike)),
            phrase("state-it-in-the-renewal-to-change-it"),
        )
    if apart:
        yield doubt(
            "takes-over-in-vain",
            "relations",
            index,
            "takes_over",
            phrase("it-states-itself", new=new.id, old=old.id, parts=listed(map(term_of, apart))),
            phrase("leave-it-blank-to-take-over"),
        )


def _is_alike(old: Project, new: Project, part: TakenOver) -> bool:
    """Whether the options of a renewal have the figures of the old one's."""
    fields = FIELDS.get(part, ())
    pairs = [(option, model_of(old, option)) for option in new.options]
    return all(
        model is not None and getattr(option, field) == getattr(model, field)
        for option, model in pairs
        for field in fields
    )


def _told(instance: Instance, new: Project, parts: list[TakenOver]) -> Phrase:
    """Each part with what it is: figures of the first option, numbers of rows."""
    return listed(
        phrase("a-part-and-its-figures", part=term_of(part), figures=_figures(instance, new, part))
        for part in parts
    )


def _figures(instance: Instance, new: Project, part: TakenOver) -> Phrase:
    option: Option = new.options[0]
    told = [
        phrase(
            "a-column-and-its-figure",
            column=field_words("projects", name),
            figure=_short(getattr(option, name)),
        )
        for name in FIELDS.get(part, ())
    ]
    rows = sum(row.project == new.id for row in getattr(instance, ROWS.get(part, ""), ()))
    if rows or not told:
        told.append(phrase("so-many-rows-of", count=rows, table=table_named(ROWS[part])))
    return listed(told)


def _short(value: object) -> str:
    if isinstance(value, dict):
        return ";".join(f"{name}={amount:g}" for name, amount in value.items()) or "-"
    return "-" if value is None else f"{value:g}" if isinstance(value, float) else str(value)


def _automatic(instance: Instance, index: int, relation: Relation) -> Iterator[Inconsistency]:
    """`renewal-not-due`: an automatic renewal that this plan cannot make, or need not."""
    old, new = (
        instance.project_by_id[names[0]] for names in (relation.from_projects, relation.to_projects)
    )
    is_fact = stands(new) or duty_of(new) is Mandate.COMMITTED
    ends = _first_ends(instance, old)
    if is_fact or len(ends) != 1 or not (stands(old) or duty_of(old) is Mandate.COMMITTED):
        return  # of a candidate the plan chooses the year
    due = ends[0] + 1
    if due > instance.settings.horizon.last_year:
        yield _remark(
            "renewal-not-due",
            "relations",
            index,
            "renewal",
            phrase("automatic-renewal-lies-after-the-plan", old=old.id, last=ends[0]),
            phrase("state-a-renewal-or-leave-it"),
        )
    elif not _may_open(instance, new, due):
        yield doubt(
            "renewal-not-due",
            "relations",
            index,
            "renewal",
            phrase(
                "automatic-renewal-comes-too-late",
                old=old.id,
                last=ends[0],
                new=new.id,
                due=due,
            ),
            phrase("widen-the-window-of-the-renewal"),
        )


def _too_late(instance: Instance, index: int, relation: Relation) -> Iterator[Inconsistency]:
    """`renewal-in-no-plan`: a renewal that can open only before the life of the old one ends.

    A remark where that ends with the plan or later, as of most of what stands; else a doubt.
    """
    old, new = (
        instance.project_by_id[names[0]] for names in (relation.from_projects, relation.to_projects)
    )
    windows = [(option_window(instance, new, o), o.lead_time) for o in new.options]
    opens = [last + lead for (first, last), lead in windows if first <= last]
    ends = _first_ends(instance, old)
    is_free = not stands(new) and duty_of(new) is not Mandate.COMMITTED
    if not is_free or not opens or not ends or min(ends) < max(opens):
        return
    message = phrase(
        "renewal-opens-before-the-end", old=old.id, last=min(ends), new=new.id, latest=max(opens)
    )
    advice = phrase("correct-the-life-or-widen-the-window")
    tell = _remark if min(ends) >= instance.settings.horizon.last_year else doubt
    yield tell("renewal-in-no-plan", "relations", index, "to_projects", message, advice)


def _may_open(instance: Instance, project: Project, year: int) -> bool:
    """Whether some option has a start by which it opens in `year`."""
    windows = (
        (option_window(instance, project, option), option.lead_time) for option in project.options
    )
    return any(first <= year - lead <= last for (first, last), lead in windows)
