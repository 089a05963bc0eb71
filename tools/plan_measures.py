"""What is measured of a plan's source and of a run without solving: tools/plan_checks.py."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, replace
from typing import Any
from unittest import mock

from infraplan.models.instance import Instance
from infraplan.models.money_case import MoneyCase, MoneyEffect
from infraplan.models.plan import ProjectStart
from infraplan.models.progress import duty_of
from infraplan.models.project import Mandate, Option
from infraplan.models.relation import RelationType
from infraplan.optimizer.analysis.money_check import candidates_of
from infraplan.optimizer.estimating import library
from infraplan.optimizer.estimating.fill import LAST_RESORT
from infraplan.optimizer.storage import instance_hash
from infraplan.optimizer.storage.run_folder import RunFiles
from tools.census import Book
from tools.systems import (
    ABSENT,
    COMMITTED,
    System,
    deciding,
    members_of,
    system_faults,
)

MOST_LAST_RESORT, LEAST_COVERED, DEAR = 0.10, 0.97, 0.01
ENDS = (0.5, 5.0)
"""Multiples of the money that must change the plan."""
LEAST_CHANGED, LEAST_MIXED, LEAST_MEMBERS = 0.15, 0.5, 4
MOST_GAP = 0.005
LATER_YEARS, LATER_SHARE = 2, 0.25
"""Clearly other years: so many years later than the first quarter begin a quarter at least."""
SAME = 1e-6
"""Relative difference below which two figures are one: cells have six decimals."""
COST_WORDS = re.compile(r"\b(of cost|overnight_cost|cost)\b")
FIELDS = ("benefits", "benefits_low", "benefits_high")
ELLIPSIS = re.compile(r"…+|\.{3,}|；|;")


@dataclass(frozen=True)
class Check:
    """One measure: what was found, what is asked, whether it holds (None: not measured)."""

    key: str
    found: str
    asked: str
    holds: bool | None
    details: tuple[str, ...] = ()

    def line(self) -> str:
        """The check in one line."""
        word = {True: "ok", False: "FAILS", None: "-"}[self.holds]
        return f"{word:5} {self.key:12} {self.found} (asked: {self.asked})"


# ---------------------------------------------------------------------------- benefits and cost


@contextmanager
def library_costs_times(factor: float) -> Iterator[None]:
    """The estimating library with every unit cost times `factor`, while the context lasts."""
    changed = {
        name: replace(
            row,
            cost_low=row.cost_low * factor,
            cost_mid=row.cost_mid * factor,
            cost_high=row.cost_high * factor,
        )
        for name, row in library.works_types().items()
    }
    with mock.patch.object(library, "works_types", return_value=changed):
        yield


def with_costs_times(book: Book, factor: float) -> Book:
    """A book not yet built whose published costs are `factor` times as much."""
    changed = deepcopy(book)
    for row in changed.works.values():
        row["more"] = re.sub(
            r"(published=)([\d.]+)",
            lambda found: f"{found[1]}{float(found[2]) * factor!r}",
            row.get("more", ""),
        )
    for rows in changed.options.values():
        for row in rows:
            if row.get("published"):
                row["published"] = repr(float(row["published"]) * factor)
    return changed


def benefit_cells(instance: Instance) -> dict[tuple[str, ...], float]:
    """Every benefit of an instance: streams of options, further streams, values of synergies."""
    cells: dict[tuple[str, ...], float] = {}
    for project in instance.projects:
        for option in project.options:
            for column in FIELDS:
                for stream, value in getattr(option, column).items():
                    cells[project.id, option.option, column, stream] = value
    for row in instance.benefits:
        cells[row.project, row.option, "table benefits", row.stream] = row.value
    for relation in instance.relations:
        if relation.type is RelationType.SYNERGY and relation.value is not None:
            cells[relation.label, "", "synergy", ""] = relation.value
    return cells


def changed_cells(
    before: Mapping[tuple[str, ...], float], after: Mapping[tuple[str, ...], float]
) -> list[tuple[str, ...]]:
    """Cells that are not the same in both, or stand in one alone."""
    return [
        key
        for key in dict.fromkeys((*before, *after))
        if key not in before
        or key not in after
        or abs(before[key] - after[key]) > SAME * max(1.0, abs(before[key]))
    ]


def check_benefits(before: Instance, doubled: Instance) -> Check:
    """That no benefit follows from a cost: both built alike, the costs of one twice as high."""
    old, new = benefit_cells(before), benefit_cells(doubled)
    changed = changed_cells(old, new)
    dearer = sum(
        project.options[0].overnight_cost
        > 1.5 * before.project_by_id[project.id].options[0].overnight_cost
        for project in doubled.projects
    )
    same = sum(row.options[0].overnight_cost > 0.0 for row in doubled.projects) - dearer
    return Check(
        "benefits",
        f"{len(changed)} of {len(old)} cells changed by doubled costs, {same} costs not doubled",
        "none, none",
        not changed and not same and bool(old),
        tuple(" ".join(part for part in key if part) for key in changed),
    )


def is_last_resort(option: Option) -> bool:
    """Whether a benefit is marked as a share of its own cost."""
    return option.benefit_basis.startswith(LAST_RESORT)


def last_resort_share(instance: Instance) -> float:
    """Share of candidates, by the cost of their base option, with a benefit of the last resort."""
    free = candidates_of(instance)
    rows = [row for row in instance.projects if row.id in free]
    whole = sum(row.options[0].overnight_cost for row in rows)
    marked = sum(
        row.options[0].overnight_cost for row in rows if any(map(is_last_resort, row.options))
    )
    return marked / whole if whole else 0.0


def bases_with_cost(instance: Instance) -> list[str]:
    """Options whose benefits have no basis, or one that holds a cost, but for the last resort."""
    return [
        f"{project.id}/{option.option}: {option.benefit_basis or 'no basis'}"
        for project in instance.projects
        for option in project.options
        if option.benefits
        and not is_last_resort(option)
        and (not option.benefit_basis or COST_WORDS.search(option.benefit_basis))
    ]


def check_last_resort(instance: Instance) -> Check:
    """How many candidates have benefits for want of anything better, and that all are marked."""
    share, unmarked = last_resort_share(instance), bases_with_cost(instance)
    return Check(
        "last-resort",
        f"{share:.1%} of candidates by cost, {len(unmarked)} bases without a quantity unmarked",
        f"under {MOST_LAST_RESORT:.0%}, none",
        share < MOST_LAST_RESORT and not unmarked,
        tuple(unmarked),
    )


def check_census(coverage: Sequence[tuple[str, str, str]]) -> Check:
    """Rows of the census (id, projects, reason) that a project represents."""
    covered = sum(1 for _, projects, _ in coverage if projects)
    share = covered / len(coverage) if coverage else 0.0
    return Check(
        "census",
        f"{covered} of {len(coverage)} rows represented, {share:.1%}",
        f"{LEAST_COVERED:.0%}",
        share >= LEAST_COVERED,
        tuple(f"{row}: {why}" for row, projects, why in coverage if not projects),
    )


def is_by_a_factor(base: Option, other: Option) -> bool:
    """Whether an option is the base one times a factor: cost, benefits and outputs alike."""
    if base.overnight_cost <= 0.0:
        return False
    factor = other.overnight_cost / base.overnight_cost
    same = base.lead_time == other.lead_time and base.lifetime == other.lifetime
    for name in ("benefits", "outputs"):
        old, new = getattr(base, name), getattr(other, name)
        same = same and old.keys() == new.keys()
        same = same and all(
            abs(new[key] - factor * value) <= 1e-3 * abs(factor * value) + SAME
            for key, value in old.items()
            if key in new
        )
    return bool(same)


def check_options(instance: Instance) -> Check:
    """Candidates above a share of all costs that have another option, not by a factor alone.

    Of those that have none the words of the text are told, by which their form is given.
    """
    whole = sum(row.options[0].overnight_cost for row in instance.projects)
    free = candidates_of(instance)
    dear = [
        row
        for row in instance.projects
        if row.id in free and row.options[0].overnight_cost > DEAR * whole
    ]
    alone = {row.id: row.note.partition("; ")[0] for row in dear if len(row.options) == 1}
    factor = [
        row.id
        for row in dear
        if len(row.options) > 1
        and all(is_by_a_factor(row.options[0], option) for option in row.options[1:])
        and not any(
            change.project == row.id and change.option for change in instance.project_network
        )
    ]
    return Check(
        "options",
        f"{len(dear)} candidates above {DEAR:.0%} of the cost: {len(alone)} without another "
        f"option, {len(factor)} with options by a factor alone",
        "none, none",
        not alone and not factor,
        (
            *(f"{name}: one option" + f" ({said})" * bool(said) for name, said in alone.items()),
            *(f"{name}: a factor" for name in factor),
        ),
    )


# -------------------------------------------------------------------------------------- systems


def unquoted(sentence: str, text: str) -> list[str]:
    """Parts of a sentence, cut at ellipses and semicolons, that do not stand in the text."""
    plain = re.sub(r"\s", "", text)
    parts = (re.sub(r"\s", "", part).strip('“”"「」') for part in ELLIPSIS.split(sentence))
    return [part for part in parts if part and part not in plain]


def wrong_systems(systems: Sequence[System], instance: Instance, text: str | None) -> list[str]:
    """What does not decide as its row says, row by row; `text` is the document."""
    wrong = system_faults(systems, instance)
    if wrong:
        return wrong
    for system in systems:
        members = members_of(system, instance)
        if system.decided == COMMITTED:
            held = {Mandate.COMMITTED, Mandate.MUST}
            if not any(duty_of(row) in held for row in members):
                wrong.append(f"{system.key}: committed, but the plan may leave out every member")
            if text is not None:
                wrong += [
                    f"{system.key}: not in the document: {part}"
                    for part in unquoted(system.sentence, text)
                ]
        elif system.decided != ABSENT and not deciding(system, instance):
            wrong.append(f"{system.key}: nothing of the members decides by {system.decided}")
    return wrong


def check_systems(systems: Sequence[System], instance: Instance, text: str | None) -> Check:
    """That every system is a real choice, or committed in words of the document."""
    wrong = wrong_systems(systems, instance, text)
    kinds: dict[str, int] = defaultdict(int)
    for system in systems:
        kinds[system.decided] += 1
    told = ", ".join(f"{kind} {count}" for kind, count in sorted(kinds.items()))
    checked = "" if text is not None else ", sentences not held against the document"
    return Check(
        "systems",
        f"{len(systems)} rows ({told or 'none'}), {len(wrong)} that are not so{checked}",
        "some, none",
        bool(systems) and not wrong,
        tuple(wrong),
    )


# ---------------------------------------------------------------------------------------- of a run


def check_run(files: RunFiles, instance: Instance) -> Check:
    """That the run is of the instance as it is built now, verified and within the gap."""
    manifest = files.manifest
    gap, verified = manifest.get("gap"), bool(manifest.get("verified"))
    is_same = manifest.get("instance_hash") == instance_hash(instance)
    free = [
        f"{row.project} {row.kind.value} {row.year}: missed at no price"
        for row in (files.plan.stated_dates if files.plan is not None else ())
        if row.missed and not row.cost and row.project in candidates_of(instance)
    ]
    return Check(
        "run",
        f"gap {'unknown' if gap is None else f'{gap:.3%}'}, {'' if verified else 'not '}verified, "
        f"{'this' if is_same else 'ANOTHER'} instance, {len(free)} dates missed at no price",
        f"{MOST_GAP:.1%}, verified, this instance, none",
        gap is not None and gap <= MOST_GAP and verified and is_same and not free,
        tuple(free),
    )


def is_mixed(starts: Sequence[int | None]) -> bool:
    """Whether some of a subsector's works are chosen and some not (None), or begin clearly later.

    Clearly later: at least a quarter begin two years or more after a quarter have begun.
    """
    years = sorted(year for year in starts if year is not None)
    if not years:
        return False
    if len(years) < len(starts):
        return True
    quarter = max(1, round(LATER_SHARE * len(years)))
    return sum(year >= years[quarter - 1] + LATER_YEARS for year in years) >= quarter


def starts_by_subsector(
    instance: Instance, starts: Iterable[ProjectStart]
) -> dict[str, list[int | None]]:
    """Start of each candidate (None: left out), by subsector."""
    built, free = {row.project: row.start for row in starts}, candidates_of(instance)
    found: defaultdict[str, list[int | None]] = defaultdict(list)
    for row in instance.projects:
        if row.id in free:
            found[row.subsector].append(built.get(row.id))
    return dict(found)


def check_mixed(files: RunFiles) -> Check:
    """Subsectors with several candidates in which the plan makes a difference between them."""
    starts = files.plan.starts if files.plan is not None else ()
    groups = {
        name: years
        for name, years in starts_by_subsector(files.instance, starts).items()
        if len(years) >= LEAST_MEMBERS
    }
    mixed = [name for name, years in groups.items() if is_mixed(years)]
    share = len(mixed) / len(groups) if groups else 0.0
    return Check(
        "mixed",
        f"{len(mixed)} of {len(groups)} subsectors with {LEAST_MEMBERS} candidates or more, "
        f"{share:.0%}",
        f"{LEAST_MIXED:.0%}",
        share >= LEAST_MIXED,
        tuple(
            f"{name}: {'none' if all(year is None for year in years) else 'all'} of {len(years)}"
            for name, years in groups.items()
            if name not in mixed
        ),
    )


def check_money(manifest: Mapping[str, Any]) -> Check:
    """What half and five times the money change, as a run with --money-check states it."""
    stated = manifest.get("money_check") or {}
    cases = {row.factor: row for row in map(MoneyCase.model_validate, stated.get("cases", ()))}
    asked = f"{LEAST_CHANGED:.0%} at 0.5 and at 5, a plan at 0.5"
    if not cases:
        return Check("money", "the run has no money check", asked, None)
    found = ", ".join(
        f"{factor:g} x: {case.share:.0%} {case.effect.value}"
        for factor, case in sorted(cases.items())
    )
    asked_for = [cases.get(factor) for factor in ENDS]
    known = [case for case in asked_for if case is None or case.effect is not MoneyEffect.UNKNOWN]
    holds = all(
        case is not None and case.objective is not None and case.share >= LEAST_CHANGED
        for case in known
    )
    if holds and len(known) < len(ENDS):
        return Check("money", f"{found}: no plan was found in time", asked, None)
    return Check("money", found, asked, holds)
