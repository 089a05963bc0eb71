"""Index sets of the formulation: options laid flat, their windows, payers and financing classes.

Years are counted `t = 0..T-1` from the plan's first year.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import permutations

import numpy as np
from numpy.typing import NDArray

from infraplan.models.consistency import option_window, profile_years
from infraplan.models.finance.appraisal import spending_profile
from infraplan.models.funding import Fund, Instrument
from infraplan.models.instance import Instance
from infraplan.models.partners import has_chosen_shares, partners_of
from infraplan.models.project import Mandate, Option, Project

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]

OUTSIDE = ""
"""Source of a partner that has no funds in the instance."""


@dataclass(frozen=True)
class FlatOption:
    """One option of one project, with its start window as offsets (empty where first > last)."""

    project_index: int
    project: Project
    option: Option
    first: int
    last: int
    profile: FloatArray

    @property
    def is_open(self) -> bool:
        """Whether it can start at all."""
        return self.first <= self.last

    @property
    def works_years(self) -> int:
        """Years under construction."""
        return max(len(self.profile), self.option.lead_time)


@dataclass(frozen=True)
class FinancingClass:
    """Projects of one payer that may draw on the same sources, so that their money can be pooled.

    A project with a tagged instrument is a class of its own. Splitting a class's payments over
    its projects in proportion to their spending keeps every rule, since all are per year.
    """

    payer: str
    sources: tuple[str, ...]
    projects: tuple[int, ...]
    shares: tuple[float, ...]
    chosen: bool = False
    """Whether the plan chooses how much the payer pays; such a class has one project."""
    receiver: str = ""
    """Partner that is compensated by this class; blank where it pays for works."""
    capital: float = 0.0
    """Least share of capital in its payments of a year."""


@dataclass(frozen=True)
class Sets:
    """All index sets of one instance."""

    instance: Instance
    options: tuple[FlatOption, ...]
    options_of: tuple[tuple[int, ...], ...]

    @cached_property
    def project_index(self) -> dict[str, int]:
        """Position of each project."""
        return {project.id: index for index, project in enumerate(self.instance.projects)}

    @property
    def num_years(self) -> int:
        """Number of plan years `T`."""
        return self.instance.settings.horizon.num_years

    @property
    def first_year(self) -> int:
        """Calendar year of `t = 0`."""
        return self.instance.settings.horizon.first_year

    @cached_property
    def years(self) -> IntArray:
        """Calendar years of the plan, shape (T,)."""
        return np.arange(self.num_years, dtype=np.int64) + self.first_year

    @cached_property
    def price_index(self) -> FloatArray:
        """Nominal money per price-year money in each plan year, shape (T,)."""
        return np.array([self.instance.price_index(int(year)) for year in self.years])

    @cached_property
    def leads(self) -> IntArray:
        """Lead time of each option in years, shape (options,)."""
        return np.array([flat.option.lead_time for flat in self.options], dtype=np.int64)

    @cached_property
    def project_of(self) -> IntArray:
        """Project position of each option, shape (options,)."""
        return np.array([flat.project_index for flat in self.options], dtype=np.int64)

    @cached_property
    def funded(self) -> tuple[str, ...]:
        """Jurisdictions that have a fund or an instrument."""
        owners = {row.jurisdiction for row in self.instance.funds}
        owners |= {row.jurisdiction for row in self.instance.instruments}
        return tuple(j for j in self.instance.jurisdiction_ids if j in owners)

    def classes(self) -> tuple[FinancingClass, ...]:
        """Group projects by payer and eligible sources; see `FinancingClass`."""
        groups: dict[tuple[str, tuple[str, ...], int, float], list[tuple[int, float]]] = {}
        funded = set(self.funded)
        for index, project in enumerate(self.instance.projects):
            if has_chosen_shares(self.instance, project):
                continue
            for payer, share in self.instance.shares_of(project).items():
                if payer not in funded:
                    continue
                sources, tagged = eligible_sources(self.instance, project, payer)
                capital = self.instance.capital_ratio_of(project)
                key = (payer, sources, index if tagged else -1, capital)
                groups.setdefault(key, []).append((index, share))
        return (
            *(
                FinancingClass(
                    payer,
                    sources,
                    tuple(i for i, _ in members),
                    tuple(s for _, s in members),
                    capital=capital,
                )
                for (payer, sources, _, capital), members in groups.items()
            ),
            *self._partner_classes(),
        )

    def _partner_classes(self) -> Iterator[FinancingClass]:
        """Classes of what agreements let the plan choose: shares, and compensation."""
        for agreement in self.instance.agreements:
            index = self.project_index[agreement.project]
            project = self.instance.projects[index]
            partners = partners_of(self.instance, project)
            for payer in partners if has_chosen_shares(self.instance, project) else ():
                sources, _ = eligible_sources(self.instance, project, payer)
                if payer not in self.funded:
                    sources = (OUTSIDE,)
                capital = self.instance.capital_ratio_of(project)
                yield FinancingClass(payer, sources, (index,), (1.0,), chosen=True, capital=capital)
            for payer, receiver in permutations(partners, 2) if agreement.compensation else ():
                sources = eligible_funds(self.instance, project, payer)
                if payer not in self.funded:
                    sources = (OUTSIDE,)
                yield FinancingClass(payer, sources, (index,), (1.0,), receiver=receiver)

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
        filters = [set(values) for values in (sectors, subsectors, jurisdictions, places, projects)]

        def passes(project: Project) -> bool:
            here: tuple[set[str | None], ...] = (
                {project.sector},
                {project.subsector},
                {self.instance.jurisdiction_of(project)},
                {project.place, project.from_place, project.to_place} - {None},
                {project.id},
            )
            return all(
                not wanted or wanted & found for wanted, found in zip(filters, here, strict=True)
            )

        return np.array([passes(project) for project in self.instance.projects], dtype=np.bool_)


def may_pay(source: Fund | Instrument, project: Project) -> bool:
    """Whether the earmark of `source` allows `project`; an empty list allows everything."""
    here = {project.place, project.from_place, project.to_place}
    return (
        (not source.sectors or project.sector in source.sectors)
        and (not source.subsectors or project.subsector in source.subsectors)
        and (not source.projects or project.id in source.projects)
        and (not source.places or bool(here & set(source.places)))
    )


def eligible_sources(
    instance: Instance, project: Project, payer: str
) -> tuple[tuple[str, ...], bool]:
    """Sources of `payer` that may pay for `project`, and whether one of them is tagged."""
    funds = eligible_funds(instance, project, payer)
    loans = [
        k
        for k in instance.instruments
        if k.jurisdiction == payer and not k.refinancing and may_pay(k, project)
    ]
    return (*funds, *(k.id for k in loans)), any(k.tagged for k in loans)


def eligible_funds(instance: Instance, project: Project, payer: str) -> tuple[str, ...]:
    """Funds of `payer` that may pay for `project`."""
    return tuple(f.id for f in instance.funds if f.jurisdiction == payer and may_pay(f, project))


def build_sets(instance: Instance) -> Sets:
    """Lay the options of all projects flat and compute their windows."""
    flats: list[FlatOption] = []
    options_of: list[tuple[int, ...]] = []
    first_year = instance.settings.horizon.first_year
    for index, project in enumerate(instance.projects):
        begin = len(flats)
        for option in project.options:
            first, last = option_window(instance, project, option)
            if project.mandatory is Mandate.MUST_NOT:
                first, last = first_year, first_year - 1
            profile = np.array(option.spending_profile, dtype=np.float64)
            if not profile.size:
                profile = spending_profile(profile_years(option))
            flats.append(
                FlatOption(index, project, option, first - first_year, last - first_year, profile)
            )
        options_of.append(tuple(range(begin, len(flats))))
    return Sets(instance, tuple(flats), tuple(options_of))
