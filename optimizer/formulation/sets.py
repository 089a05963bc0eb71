"""Index sets of the formulation: the candidates, and financing classes of their payments."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import permutations

import numpy as np
from numpy.typing import NDArray

from infraplan.models.instance import Instance
from infraplan.models.joint_projects import has_chosen_shares, partners_of
from infraplan.models.progress import begun_in
from infraplan.models.project import Project
from infraplan.optimizer.accounts.candidates import Candidates, lay_out
from infraplan.optimizer.accounts.sources import (
    OUTSIDE,
    debt_part,
    eligible_funds,
    eligible_sources,
)

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]


_Likeness = tuple[str, tuple[str, ...], int, tuple[float, ...], bool]
"""What projects of a class share: payer, sources, project if alone, yearly and whole capital."""


@dataclass(frozen=True)
class FinancingClass:
    """Projects of one payer that may draw on the same sources, so that their money can be pooled.

    A project with a tagged instrument, or whose capital is tested over all years, is a class of its
    own. Splitting a class's payments over its projects in proportion to their spending keeps every
    rule, since all others are per year.
    """

    payer: str
    sources: tuple[str, ...]
    projects: tuple[int, ...]
    shares: tuple[float, ...]
    chosen: bool = False
    """Whether the plan chooses how much the payer pays; such a class has one project."""
    receiver: str = ""
    """Partner that is compensated by this class; blank where it pays for works."""
    yearly_capital: tuple[float, ...] = ()
    """Least share of capital in its payments of each plan year; empty where none is asked."""
    whole_capital: bool = False
    """Whether its project's whole cost is tested, which no yearly share asks as much, and it may
    borrow; such a class has one project."""


@dataclass(frozen=True)
class Sets(Candidates):
    """All index sets of one instance."""

    @cached_property
    def instrument_index(self) -> dict[str, int]:
        """Position of each instrument."""
        return {row.id: index for index, row in enumerate(self.instance.instruments)}

    def classes(self) -> tuple[FinancingClass, ...]:
        """Group projects by payer and eligible sources; see `FinancingClass`."""
        groups: dict[_Likeness, list[tuple[int, float]]] = {}
        funded = set(self.funded)
        for index, project in enumerate(self.instance.projects):
            if has_chosen_shares(self.instance, project):
                continue
            for payer, share in self.instance.shares_of(project).items():
                if payer not in funded:
                    continue
                sources, tagged = eligible_sources(self.instance, project, payer)
                whole, yearly = self._capital(project, sources)
                alone = tagged or whole
                key = (payer, sources, index if alone else -1, yearly, whole)
                groups.setdefault(key, []).append((index, share))
        return (
            *(
                FinancingClass(
                    payer,
                    sources,
                    tuple(i for i, _ in members),
                    tuple(s for _, s in members),
                    yearly_capital=yearly,
                    whole_capital=whole,
                )
                for (payer, sources, _, yearly, whole), members in groups.items()
            ),
            *self._partner_classes(),
        )

    def _capital(
        self, project: Project, sources: tuple[str, ...]
    ) -> tuple[bool, tuple[float, ...]]:
        """Whether capital is tested over all years, and the least share in each plan year.

        The first is no where the yearly test asks as much. Neither is asked where none of
        `sources` is debt.
        """
        loans = [row for name in sources if (row := self.instance.instrument_by_id.get(name))]
        if not any(debt_part(row) > 0.0 for row in loans):
            return False, ()
        whole = max(self.capital_ratios(project))
        yearly = self.capital_ratios(project, per_year=True)
        return whole > min(yearly), yearly if any(yearly) else ()

    def capital_ratios(self, project: Project, *, per_year: bool = False) -> tuple[float, ...]:
        """`capital_ratio_of` a project for each plan year; one answer for all of its kind."""
        begun = begun_in(project, self.first_year) is not None
        alone = project.id if begun or project.id in self._with_own_ratio else ""
        key = (project.sector, project.subsector, alone, per_year)
        if key not in self._ratios:
            ratio = self.instance.capital_ratio_of
            self._ratios[key] = tuple(
                ratio(project, int(year), per_year=per_year) for year in self.years
            )
        return self._ratios[key]

    @cached_property
    def _ratios(self) -> dict[tuple[str, str | None, str, bool], tuple[float, ...]]:
        return {}

    @cached_property
    def _with_own_ratio(self) -> frozenset[str]:
        """Projects that a rule of capital names."""
        rules = self.instance.settings.finance.capital_ratios
        return frozenset(name for rule in rules for name in rule.projects)

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
                whole, yearly = self._capital(project, sources)
                yield FinancingClass(
                    payer,
                    sources,
                    (index,),
                    (1.0,),
                    chosen=True,
                    yearly_capital=yearly,
                    whole_capital=whole,
                )
            for payer, receiver in permutations(partners, 2) if agreement.compensation else ():
                sources = eligible_funds(self.instance, project, payer)
                if payer not in self.funded:
                    sources = (OUTSIDE,)
                yield FinancingClass(payer, sources, (index,), (1.0,), receiver=receiver)


def build_sets(instance: Instance) -> Sets:
    """Lay the options of all projects flat, ready to be grouped into financing classes."""
    candidates = lay_out(instance)
    return Sets(instance, candidates.options, candidates.options_of)
