"""What docs/laws.md says of an instance before any plan: years, prices, windows, payers, scopes.

Written afresh from the page: nothing is shared with the formulation or `infraplan.models.finance`.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from infraplan.models.catalogue import Phrase, pair, phrase
from infraplan.models.funding import Fund, Instrument
from infraplan.models.horizon import DiscountTiming
from infraplan.models.instance import Instance
from infraplan.models.network_index import NetworkIndex
from infraplan.models.project import Mandate, Option, Project, Stage
from infraplan.models.relation import Relation, RelationType
from infraplan.optimizer.verify.filed import Filed

S_CURVE: dict[int, tuple[float, ...]] = {
    1: (1.0,),
    2: (0.45, 0.55),
    3: (0.20, 0.45, 0.35),
    4: (0.12, 0.30, 0.36, 0.22),
    5: (0.08, 0.22, 0.32, 0.25, 0.13),
    6: (0.06, 0.15, 0.24, 0.26, 0.19, 0.10),
}
"""Standard spending by year of works, for works of one to six years; docs/laws.md section 1."""


def power(base: float, exponent: float) -> float:
    """Return `base ** exponent`, infinite where it is too large for a number."""
    try:
        return base**exponent  # type: ignore[no-any-return]  # a fraction where the base is one
    except (OverflowError, ZeroDivisionError):
        return math.inf


def standard_profile(years: int) -> list[float]:
    """Return the share of cost in each of `years` years of works by the standard S-curve."""
    if years in S_CURVE:
        return list(S_CURVE[years])
    six = S_CURVE[6]

    def spent_by(fraction: float) -> float:
        place = fraction * len(six)
        whole = min(int(place), len(six) - 1)
        return sum(six[:whole]) + (place - whole) * six[whole]

    return [spent_by((k + 1) / years) - spent_by(k / years) for k in range(years)]


@dataclass
class ProblemData:
    """An instance as the laws read it."""

    instance: Instance
    _factors: list[float] = field(default_factory=list)

    @cached_property
    def filed(self) -> Filed:
        """Rows of the instance by what they are asked for."""
        return Filed(self.instance)

    @property
    def first(self) -> int:
        """First year of the plan, y0."""
        return self.instance.settings.horizon.phases[0].first_year

    @property
    def last(self) -> int:
        """Last year of the plan, y1."""
        return self.instance.settings.horizon.phases[-1].last_year

    @property
    def years(self) -> range:
        """Years of the plan."""
        return range(self.first, self.last + 1)

    @cached_property
    def networks(self) -> Mapping[str, NetworkIndex]:
        """Ids and incidence by network: the index of all readers, unless that is found wrong."""
        return self.instance.network_index

    @property
    def end(self) -> int:
        """Last year of the appraisal."""
        given = self.instance.settings.appraisal.end_year
        return given if given is not None else self.last + 30

    def discount(self, year: int) -> float:
        """Discount factor of a year from y0 on: `df(y0) = 1` where money flows at its start."""
        if 0 <= year - self.first < len(self._factors):
            return self._factors[year - self.first]
        appraisal = self.instance.settings.appraisal
        part = {
            DiscountTiming.START: 0.0,
            DiscountTiming.MID: 0.5,
            DiscountTiming.END: 1.0,
        }[appraisal.discount_timing]
        while len(self._factors) <= year - self.first:
            count = len(self._factors)
            # To the beginning of the year before, then over that year, then into this one.
            begins = 1.0 if not count else self._factors[-1] * power(1.0 + self._rate(count), part)
            begins /= 1.0 if not count else 1.0 + self._rate(count)
            self._factors.append(begins / power(1.0 + self._rate(count + 1), part))
        return self._factors[year - self.first]

    def _rate(self, offset: int) -> float:
        """Discount rate of the year from `offset - 1` to `offset` years after y0's beginning."""
        appraisal = self.instance.settings.appraisal
        rate, reached = appraisal.discount_rate, -1
        for step in appraisal.discount_steps:
            if reached <= step.from_offset <= offset:
                reached, rate = step.from_offset, step.rate
        return rate

    def index(self, year: int) -> float:
        """Money of `year` per unit of price-year money."""
        settings = self.instance.settings
        return power(1.0 + settings.inflation, year - settings.price_year)

    def escalation(self, year: int) -> float:
        """Real price of construction in `year` relative to the price year."""
        settings = self.instance.settings
        return power(1.0 + settings.appraisal.cost_escalation, year - settings.price_year)

    def profile(self, option: Option) -> list[float]:
        """Share of cost in each spending year of an option."""
        return list(option.spending_profile) or standard_profile(max(1, option.lead_time))

    def mandate(self, project: Project) -> Mandate:
        """What the plan must do with a project; works under way go on unless it says otherwise."""
        under_way = project.stage is Stage.UNDER_CONSTRUCTION
        if under_way and project.mandatory is Mandate.FREE:
            return Mandate.COMMITTED
        return project.mandatory

    def may_stop(self, project: Project) -> bool:
        """Whether works under way may be stopped instead of going on."""
        under_way = project.stage is Stage.UNDER_CONSTRUCTION
        is_committed = under_way and self.mandate(project) is Mandate.COMMITTED
        return is_committed and project.stopping_cost is not None

    def stopping_payer(self, project: Project) -> str | None:
        """Fund that pays for stopping: the first of the leader's that may pay for the project."""
        leader = self.leader(project)
        for fund in self.instance.funds:
            if fund.jurisdiction == leader and self.may_pay(fund, project):
                return fund.id
        return None

    def begun(self, project: Project) -> int | None:
        """Year before the plan in which committed works under way began, None where in none."""
        under_way = project.stage is Stage.UNDER_CONSTRUCTION
        if not under_way or self.mandate(project) is not Mandate.COMMITTED:
            return None
        year = project.started if project.started is not None else project.earliest_start
        return year if year is not None and year < self.first else None

    def _gone(self, project: Project) -> int:
        """Years of works that lie before the plan."""
        begun = self.begun(project)
        return 0 if begun is None else self.first - begun

    def sunk(self, project: Project, option: Option) -> float:
        """Price-year money that went into works under way before the plan."""
        if project.stage is not Stage.UNDER_CONSTRUCTION:
            return 0.0
        if project.spent_to_date is not None:
            return project.spent_to_date
        return option.overnight_cost * sum(self.profile(option)[: self._gone(project)])

    def rest(self, project: Project, option: Option) -> Option:
        """What of an option the plan still has to build: docs/laws.md section 1, progress."""
        if project.stage is not Stage.UNDER_CONSTRUCTION:
            return option
        whole = self.profile(option)
        gone = self._gone(project)
        spent = self.sunk(project, option)
        waits = option.lead_time - gone
        if project.opened is not None:
            waits = project.opened - self.first
        update: dict[str, object] = {
            "overnight_cost": max(0.0, option.overnight_cost - spent),
            "lead_time": max(0, waits),
        }
        if gone:
            ahead = sum(whole[gone:])
            shares = [share / ahead for share in whole[gone:]] if ahead > 0.0 else [1.0]
            update["spending_profile"] = tuple(shares)
        return option.model_copy(update=update)

    def window(self, project: Project, option: Option) -> tuple[int, int]:
        """First and last year in which an option may start."""
        first = self.first
        last = self.last
        if project.stage is Stage.COMPLETE:
            return first, first - 1
        option = self.rest(project, option)
        if self.mandate(project) is Mandate.COMMITTED:
            last = self.first
        else:
            gate = self.instance.settings.stage_gates.get(project.stage, 0)
            first = max([first, first + gate, *project.ready_years.values()])
            if project.earliest_start is not None:
                first = max(first, project.earliest_start)
            if project.latest_start is not None:
                last = min(last, project.latest_start)
        end = self.end if self.may_go_on(project) else self.last
        last = min(last, end - len(self.profile(option)) + 1)
        if project.open_by is not None:
            last = min(last, project.open_by - option.lead_time)
        for relation in self.retirements:
            if relation.to_projects == (project.id,):
                old = self.instance.project_by_id[relation.from_projects[0]]
                opened = self.first if old.opened is None else old.opened
                # It opens in a year in which what it retires would still operate.
                last = min(last, opened + old.options[0].lifetime - 1 - option.lead_time)
        return first, last

    @cached_property
    def retirements(self) -> list[Relation]:
        """Relations by which a project ends the life of one that stands."""
        return [
            row
            for row in self.instance.relations
            if row.type is RelationType.RETIRES and row.is_enforced
        ]

    def may_go_on(self, project: Project) -> bool:
        """Whether works of a project may go on after the plan: its own word, else the setting."""
        word = project.spending_after_plan
        return word is True or (word is None and self.instance.settings.spending_after_plan)

    @cached_property
    def last_paid(self) -> int:
        """Last year in which a plan may spend, `Z`: that of the plan, or one after it."""
        found = self.last
        for project in self.instance.projects:
            if self.may_go_on(project) and self.mandate(project) is not Mandate.MUST_NOT:
                for option in project.options:
                    first, last = self.window(project, option)
                    if first <= last:
                        years = len(self.profile(self.rest(project, option)))
                        found = max(found, last + years - 1)
        return found

    def leader(self, project: Project) -> str:
        """Jurisdiction that leads a project; the first one where none is named."""
        return project.jurisdiction or self.jurisdictions[0]

    @cached_property
    def jurisdictions(self) -> tuple[str, ...]:
        """Ids of the jurisdictions, `region` where the table is empty."""
        return tuple(row.id for row in self.instance.jurisdictions) or ("region",)

    def shares(self, project: Project) -> dict[str, float]:
        """Share of each payer; the leader pays what the fixed shares leave."""
        found: dict[str, float] = {}
        for row in self.filed.shares.get(project.id, ()):
            if row.share is not None:
                found[row.jurisdiction] = found.get(row.jurisdiction, 0.0) + row.share
        rest = 1.0 - sum(found.values())
        if rest > 1e-12:
            found[self.leader(project)] = found.get(self.leader(project), 0.0) + rest
        return {payer: share for payer, share in found.items() if share > 0.0}

    def is_funded(self, jurisdiction: str) -> bool:
        """Whether a jurisdiction has a fund or an instrument."""
        return jurisdiction in self.filed.owners

    def in_scope(
        self,
        project: Project,
        *,
        sectors: Collection[str] = (),
        subsectors: Collection[str] = (),
        jurisdictions: Collection[str] = (),
        places: Collection[str] = (),
        projects: Collection[str] = (),
    ) -> bool:
        """Whether a project passes every filter that is given."""
        at = (project.place, project.from_place, project.to_place)
        return (
            (not sectors or project.sector in sectors)
            and (not subsectors or project.subsector in subsectors)
            and (not jurisdictions or self.leader(project) in jurisdictions)
            and (not places or any(place in places for place in at if place is not None))
            and (not projects or project.id in projects)
        )

    def may_pay(self, source: Fund | Instrument, project: Project) -> bool:
        """Whether the earmark of a source allows a project."""
        return self.in_scope(
            project,
            sectors=source.sectors,
            subsectors=source.subsectors,
            places=source.places,
            projects=source.projects,
        )

    def name(self, project: str) -> Phrase:
        """Project id with its name, for messages."""
        found = self.instance.project_by_id.get(project)
        english = "" if found is None else found.name_en or found.name_zh
        chinese = "" if found is None else found.name_zh or found.name_en
        text = pair(english, chinese)
        return (
            phrase("project", project=project, text=text)
            if text
            else phrase("project-2", project=project)
        )
