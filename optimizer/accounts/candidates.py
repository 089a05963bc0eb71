"""What may be built when: options laid flat with their windows, and the years of the plan.

Years are counted `t = 0..T-1` from the plan's first year. Source: docs/laws.md section 1.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from infraplan.models.consistency import option_window, profile_years
from infraplan.models.finance.appraisal import spending_profile
from infraplan.models.finance.discounting import FloatArray, IntArray
from infraplan.models.instance import Instance
from infraplan.models.progress import (
    begun_in,
    opening_of_standing,
    rest_of_works,
    share_ahead,
    spent_before,
    stands,
    written_off_before,
)
from infraplan.models.project import Mandate, Option, Project

if TYPE_CHECKING:
    from infraplan.models.plan import ProjectStart


NEVER = 10**6
"""Offset of a year that no plan reaches."""


@dataclass(frozen=True)
class FlatOption:
    """One option of one project, with its start window as offsets (empty where first > last).

    `option` is what the plan has of it: of works under way what is left.
    """

    project_index: int
    project: Project
    option: Option
    first: int
    last: int
    profile: FloatArray
    standing: int | None = None
    """Where it stands already: the offset of its start, before or at the plan's first year."""
    begun: int | None = None
    """Offset of the year before the plan in which committed works began: no start of the plan."""
    ahead: float = 1.0
    """Share of the whole works' profile that `profile` is, spread over its years."""
    spent_before: float = 0.0
    """What works under way had cost before the plan, in price-year money: sunk."""
    written_off: int = 0
    """Years in which they were written off before the opening that the plan has."""

    @property
    def is_open(self) -> bool:
        """Whether it can start at all."""
        return self.first <= self.last

    @property
    def start_offsets(self) -> range:
        """Offsets of its possible starts; of what stands, the one it had."""
        if self.standing is not None:
            return range(self.standing, self.standing + 1)
        return range(self.first, self.last + 1)

    @property
    def works_years(self) -> int:
        """Years under construction."""
        return max(len(self.profile), self.option.lead_time)


@dataclass(frozen=True)
class Candidates:
    """Every option of every project of one instance."""

    instance: Instance
    options: tuple[FlatOption, ...]
    options_of: tuple[tuple[int, ...], ...]

    @cached_property
    def project_index(self) -> dict[str, int]:
        """Position of each project."""
        return {project.id: index for index, project in enumerate(self.instance.projects)}

    @cached_property
    def number_by_option(self) -> dict[tuple[str, str], int]:
        """Number of each option by (project, option)."""
        return {(f.project.id, f.option.option): n for n, f in enumerate(self.options)}

    def number_of(self, start: ProjectStart) -> int:
        """Return the number of the option that a project is started in."""
        return self.number_by_option[start.project, start.option]

    @cached_property
    def num_years(self) -> int:
        """Number of plan years `T`."""
        return self.instance.settings.horizon.num_years

    @cached_property
    def first_year(self) -> int:
        """Calendar year of `t = 0`."""
        return self.instance.settings.horizon.first_year

    @cached_property
    def years(self) -> IntArray:
        """Calendar years of the plan, shape (T,)."""
        return np.arange(self.num_years, dtype=np.int64) + self.first_year

    @cached_property
    def num_money_years(self) -> int:
        """Number of years `M >= T` in which works may be paid: those of the plan, and after it."""
        ends = [flat.last + len(flat.profile) for flat in self.options if flat.is_open]
        return max([self.num_years, *ends])

    @cached_property
    def money_years(self) -> IntArray:
        """Calendar years in which works may be paid, shape (M,)."""
        return np.arange(self.num_money_years, dtype=np.int64) + self.first_year

    @cached_property
    def price_index(self) -> FloatArray:
        """Nominal money per price-year money in each year of `money_years`, shape (M,)."""
        return np.array([self.instance.price_index(int(year)) for year in self.money_years])

    @cached_property
    def leads(self) -> IntArray:
        """Lead time of each option in years, shape (options,)."""
        return np.array([flat.option.lead_time for flat in self.options], dtype=np.int64)

    @cached_property
    def windows(self) -> tuple[IntArray, IntArray]:
        """First and last offset of the start window of each option, each of shape (options,)."""
        first = np.array([flat.first for flat in self.options], dtype=np.int64)
        last = np.array([flat.last for flat in self.options], dtype=np.int64)
        return first, last

    @cached_property
    def is_open(self) -> NDArray[np.bool_]:
        """Whether each option can start at all, shape (options,)."""
        first, last = self.windows
        return np.asarray(first <= last)

    @cached_property
    def project_of(self) -> IntArray:
        """Project position of each option, shape (options,)."""
        return np.array([flat.project_index for flat in self.options], dtype=np.int64)

    @cached_property
    def standing_since(self) -> IntArray:
        """Offset from which what stands has started, shape (options,); `NEVER` for all else."""
        since = [NEVER if flat.standing is None else flat.standing for flat in self.options]
        return np.array(since, dtype=np.int64)

    @cached_property
    def begun_since(self) -> IntArray:
        """Offset in which committed works of each project began, the earliest; else `NEVER`."""
        since = np.full(len(self.options_of), NEVER, dtype=np.int64)
        for flat in self.options:
            if flat.begun is not None:
                since[flat.project_index] = min(since[flat.project_index], flat.begun)
        return since

    @cached_property
    def size_of(self) -> IntArray:
        """Number of options of each project, shape (projects,)."""
        return np.array([len(options) for options in self.options_of], dtype=np.int64)

    @cached_property
    def first_of(self) -> IntArray:
        """Number of the first option of each project, shape (projects,); the others follow."""
        return np.cumsum(self.size_of) - self.size_of

    @cached_property
    def is_start(self) -> NDArray[np.bool_]:
        """Whether the plan starts it where it builds it, shape (options,): not what had begun."""
        return np.array([flat.begun is None for flat in self.options], dtype=np.bool_)

    @property
    def funded(self) -> tuple[str, ...]:
        """Jurisdictions that have a fund or an instrument."""
        return self.instance.funded

    def select(
        self,
        *,
        sectors: Iterable[str] = (),
        subsectors: Iterable[str] = (),
        jurisdictions: Iterable[str] = (),
        places: Iterable[str] = (),
        projects: Iterable[str] = (),
    ) -> NDArray[np.bool_]:
        """Mask of the projects that pass every given filter, shape (projects,)."""
        looks: tuple[tuple[Iterable[str], Callable[[Project], set[str | None]]], ...] = (
            (sectors, lambda project: {project.sector}),
            (subsectors, lambda project: {project.subsector}),
            (jurisdictions, lambda project: {self.instance.jurisdiction_of(project)}),
            (
                places,
                lambda project: {project.place, project.from_place, project.to_place} - {None},
            ),
            (projects, lambda project: {project.id}),
        )
        passes = np.ones(len(self.instance.projects), dtype=np.bool_)
        for values, look in looks:
            if wanted := set(values):
                passes &= [bool(wanted & look(project)) for project in self.instance.projects]
        return passes


def last_spending_year(instance: Instance) -> int:
    """Last year in which a plan may spend on works: the plan's last, or one after it.

    `Z` of docs/laws.md section 1: over all options that can start.
    """
    last_year = instance.settings.horizon.last_year
    if not instance.looks_past_plan:
        return last_year
    first_year = instance.settings.horizon.first_year
    ends = [last_year]
    for project in instance.projects:
        if project.mandatory is Mandate.MUST_NOT or not instance.may_spend_after(project):
            continue
        for option in project.options:
            first, last = option_window(instance, project, option)
            if first <= last:
                rest = rest_of_works(project, option, first_year)
                ends.append(last + profile_years(rest) - 1)
    return max(ends)


def start_in(flat: FlatOption, year: int) -> ProjectStart:
    """Return the start of an option in `year`, with its finish and its opening."""
    from infraplan.models.plan import ProjectStart

    return ProjectStart(
        project=flat.project.id,
        option=flat.option.option,
        start=year,
        finish=year + len(flat.profile) - 1,
        opening=year + flat.option.lead_time,
    )


def standing_starts(instance: Instance) -> tuple[ProjectStart, ...]:
    """Starts of the complete projects as they were: what stands when the plan begins."""
    from infraplan.models.plan import ProjectStart

    first_year = instance.settings.horizon.first_year
    starts = []
    for project in instance.standing:
        option = project.options[0]
        opening = opening_of_standing(project, first_year)
        start = opening - option.lead_time
        starts.append(
            ProjectStart(
                project=project.id,
                option=option.option,
                start=start,
                finish=start + profile_years(option) - 1,
                opening=opening,
            )
        )
    return tuple(starts)


def lay_out(instance: Instance, only: Collection[str] | None = None) -> Candidates:
    """Lay the options of all projects flat and compute their windows.

    Where `only` names projects, all others have no options: of a large instance whoever looks at
    what is built need not look at all that might have been.
    """
    flats: list[FlatOption] = []
    options_of: list[tuple[int, ...]] = []
    first_year = instance.settings.horizon.first_year
    for index, project in enumerate(instance.projects):
        begin = len(flats)
        for option in project.options if only is None or project.id in only else ():
            first, last = option_window(instance, project, option)
            if project.mandatory is Mandate.MUST_NOT:
                first, last = first_year, first_year - 1
            rest = rest_of_works(project, option, first_year)
            profile = np.array(rest.spending_profile, dtype=np.float64)
            if not profile.size:
                profile = spending_profile(profile_years(rest))
            standing = None
            if stands(project):
                standing = opening_of_standing(project, first_year) - rest.lead_time - first_year
            begun = begun_in(project, first_year)
            flats.append(
                FlatOption(
                    index,
                    project,
                    rest,
                    first - first_year,
                    last - first_year,
                    profile,
                    standing,
                    None if begun is None else begun - first_year,
                    share_ahead(project, option, first_year),
                    spent_before(project, option, first_year),
                    written_off_before(project, first_year + rest.lead_time),
                )
            )
        options_of.append(tuple(range(begin, len(flats))))
    return Candidates(instance, tuple(flats), tuple(options_of))
