"""Brute force over all start-year combinations, written from docs/laws.md alone.

Every combination of (option, start year) of every project is valued and tested against the
selection laws by plain loops; whether it can be paid for is a small linear program in which every
payment of every project is a variable of its own and every tranche of debt is followed year by
year. The best combination that can be paid for is the optimum. Nothing of the engine is used.
"""

from __future__ import annotations

import itertools
import math
from collections import defaultdict
from dataclasses import dataclass, field, replace

import numpy as np
from scipy.optimize import linprog

from infraplan.models.capital_ratios import CAPITAL_RATIO_SETS
from infraplan.models.debt_rule import CapitalRatio, DebtRule
from infraplan.models.funding import Instrument
from infraplan.models.instance import Instance
from infraplan.models.project import Option, Project
from infraplan.models.rule_sets import RULE_SETS

CURVES = {
    1: [1.0],
    2: [0.45, 0.55],
    3: [0.20, 0.45, 0.35],
    4: [0.12, 0.30, 0.36, 0.22],
}
EPS = 1e-7


@dataclass(frozen=True)
class Choice:
    """A project in an option from a start year on."""

    project: Project
    option: Option
    start: int
    years_gone: int = 0
    """Years of works before the plan; the option is then what remains."""
    ahead: float = 1.0
    """Share of the whole works' money that its profile puts after them."""
    cut: int | None = None
    """Year of its early retirement: it serves until the year before."""

    @property
    def began(self) -> int:
        return self.start - self.years_gone

    @property
    def profile(self) -> list[float]:
        if self.option.spending_profile:
            return list(self.option.spending_profile)
        return CURVES[max(1, self.option.lead_time)]

    @property
    def opening(self) -> int:
        return self.start + self.option.lead_time

    @property
    def closing(self) -> int:
        natural = self.opening + self.option.lifetime - 1
        return natural if self.cut is None else min(natural, self.cut - 1)

    @property
    def works(self) -> range:
        length = max(len(self.profile), self.option.lead_time)
        return range(self.start, self.start + length)


@dataclass(frozen=True)
class Answer:
    """The optimum: its value (None: infeasible), the starts, and how many ways there were."""

    objective: float | None
    starts: dict[str, tuple[str, int]]
    combinations: int


class Oracle:
    """Everything brute force needs to know of one instance."""

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self.settings = instance.settings
        self.years = list(self.settings.horizon.years)
        self.y0, self.y1 = self.years[0], self.years[-1]
        self.end = instance.end_year
        self.df = {self.y0: 1.0}
        self._rates: dict[int, float] = {}
        steps = sorted(self.settings.appraisal.discount_steps, key=lambda s: s.from_offset)
        for year in range(self.y0 + 1, self.end + 60):
            rate = self.settings.appraisal.discount_rate
            for step in steps:
                if step.from_offset <= year - self.y0:
                    rate = step.rate
            self.df[year] = self.df[year - 1] / (1 + rate)
            self._rates[year] = rate
        if self.settings.appraisal.discount_timing != "start":
            # A flow of a year comes half a year, or a whole one, after the year began.
            late = 0.5 if self.settings.appraisal.discount_timing == "mid" else 1.0
            self.df = {
                year: factor / (1 + self._rates[year + 1]) ** late
                for year, factor in self.df.items()
                if year + 1 in self._rates
            }

    # ------------------------------------------------------------------ what may be chosen

    def combinations(self) -> int:
        """How many schedules there are to try, rules between projects not asked."""
        return math.prod(max(1, len(self.choices(p))) for p in self.instance.projects)

    def choices(self, project: Project) -> list[Choice | None]:
        """Ways to build a project, and not to."""
        found: list[Choice | None] = []
        if project.stage == "complete":
            return [None]
        if project.mandatory != "must_not":
            for option in project.options:
                for year in self.years:
                    choice = self.going_on(project, option, year)
                    if self.in_window(choice):
                        found.append(choice)
        if not self.is_committed(project) and project.mandatory != "must":
            found.append(None)
        return found

    @staticmethod
    def is_committed(project: Project) -> bool:
        """Committed by word, or under way and not said otherwise."""
        word = project.mandatory
        return word == "committed" or (project.stage == "under_construction" and word == "no")

    def going_on(self, project: Project, option: Option, year: int) -> Choice:
        """The project begun in `year`; of works under way what the plan still has to do."""
        if project.stage != "under_construction":
            return Choice(project, option, year)
        shares = Choice(project, option, self.y0).profile
        years_gone = 0
        if self.is_committed(project):
            for begun in (project.started, project.earliest_start):
                if begun is not None:
                    years_gone = max(0, self.y0 - begun)
                    break
        sunk = sum(shares[:years_gone]) * option.overnight_cost
        if project.spent_to_date is not None:
            sunk = project.spent_to_date
        lead = max(0, option.lead_time - years_gone)
        if project.opened is not None:
            lead = project.opened - self.y0
        changes = {"overnight_cost": option.overnight_cost - sunk, "lead_time": lead}
        if years_gone:
            coming = shares[years_gone:]
            size = sum(coming)
            changes["spending_profile"] = tuple(c / size for c in coming) if size else (1.0,)
        ahead = sum(shares[years_gone:]) if years_gone else 1.0
        return Choice(project, option.model_copy(update=changes), year, years_gone, ahead)

    @property
    def standing(self) -> dict[str, Choice]:
        """What is complete: dated by its opening, the plan's first year where none is told."""
        return {
            p.id: Choice(
                p,
                p.options[0],
                (self.y0 if p.opened is None else p.opened) - p.options[0].lead_time,
            )
            for p in self.instance.projects
            if p.stage == "complete"
        }

    def still_there(self, built: dict[str, Choice]) -> dict[str, Choice]:
        """What stands, each until a project of `built` retires it."""
        found = self.standing
        for row in self.retirements():
            new = (self.standing | built).get(row.to_projects[0])
            if new is not None:
                name = row.from_projects[0]
                found[name] = replace(found[name], cut=new.opening)
        return found

    def retirements(self) -> list[object]:
        return [r for r in self.instance.relations if r.type == "retires" and r.is_enforced]

    def worth_of_retiring(self, built: dict[str, Choice]) -> float:
        """What the cut lives would have been worth to their end is lost; what is salvaged, won."""
        total, whole, cut = 0.0, self.standing, self.still_there(built)
        for row in self.retirements():
            new = built.get(row.to_projects[0])
            if new is None:
                continue
            name = row.from_projects[0]
            # Only what changes from the plan's first year on: years before cancel out.
            total += self.remaining(cut[name], cut[name].option) - self.remaining(
                whole[name], whole[name].option
            )
            if new.opening <= self.end:
                total += (row.value or 0.0) * self.df[new.opening]
        return total

    def remaining(self, choice: Choice, option: Option) -> float:
        """Value from the plan's first year on of what stands, until it closes."""
        prices = self.settings.appraisal.metric_prices
        priced = sum(prices.get(m, 0.0) * v for m, v in option.outputs.items())
        method = self.settings.appraisal.residual_value.value
        total = 0.0
        for year in range(max(choice.opening, self.y0), choice.closing + 1):
            if year <= self.end:
                total += (self.benefit(choice, year) + priced - option.fixed_om_cost) * self.df[
                    year
                ]
            elif method == "pv_of_remaining_net_benefits":
                total += (self.benefit(choice, year) - option.fixed_om_cost) * self.df[year]
        if method == "straight_line":
            life = option.financial_life or option.lifetime
            shorter = min(life, choice.closing + 1 - choice.opening)
            left = max(0, min(shorter, choice.opening + shorter - 1 - self.end))
            total += option.overnight_cost * left / life * self.df[self.end]
        return total

    def in_window(self, choice: Choice) -> bool:
        project = choice.project
        for row in self.retirements():
            ends = self.standing[row.from_projects[0]].closing
            if row.to_projects == (project.id,) and choice.opening > ends:
                return False
        last = self.end if self.goes_on(project) else self.y1
        if choice.start > self.y1 or choice.start + len(choice.profile) - 1 > last:
            return False
        if project.open_by is not None and choice.opening > project.open_by:
            return False
        if self.is_committed(project):
            return choice.start == self.y0
        gates = [self.y0 + self.settings.stage_gates.get(project.stage, 0)]
        gates += list(project.ready_years.values())
        if project.earliest_start is not None:
            gates.append(project.earliest_start)
        if project.latest_start is not None and choice.start > project.latest_start:
            return False
        return choice.start >= max(gates)

    def goes_on(self, project: Project) -> bool:
        """Whether its works may still be paid for when the plan is over."""
        if project.spending_after_plan is None:
            return self.settings.spending_after_plan
        return project.spending_after_plan

    def late_years(self) -> list[int]:
        """Years after the plan in which some plan or other would have works to pay."""
        ends = [
            choice.start + len(choice.profile) - 1
            for project in self.instance.projects
            if self.goes_on(project)
            for choice in self.choices(project)
            if choice is not None
        ]
        return list(range(self.y1 + 1, max([self.y1, *ends]) + 1))

    # ------------------------------------------------------------------ what it is worth

    def spending(self, choice: Choice) -> dict[int, float]:
        """Real spending by year."""
        growth = 1 + self.settings.appraisal.cost_escalation
        spent: dict[int, float] = defaultdict(float)
        for k, share in enumerate(choice.profile):
            year = choice.start + k
            spent[year] += (
                choice.option.overnight_cost * share * growth ** (year - self.settings.price_year)
            )
        return spent

    def benefit(self, choice: Choice, year: int) -> float:
        option, age = choice.option, year - choice.opening

        def ramp(shares: tuple[float, ...]) -> float:
            return shares[age] if age < len(shares) else 1.0

        total = sum(option.benefits.values()) * (1 + option.benefit_growth) ** (year - self.y0)
        total *= ramp(option.ramp_up)
        for row in self.instance.benefits:
            if row.project == choice.project.id and row.option in {"", option.option}:
                total += row.value * (1 + row.growth) ** (year - self.y0) * ramp(row.ramp_up)
        return total

    def gains(self, choice: Choice) -> float:
        """Benefit and metric value, present value."""
        prices = self.settings.appraisal.metric_prices
        priced = sum(prices.get(m, 0.0) * v for m, v in choice.option.outputs.items())
        years = range(choice.opening, min(choice.closing, self.end) + 1)
        return sum((self.benefit(choice, y) + priced) * self.df[y] for y in years)

    def value(self, choice: Choice) -> float:
        """Net present value of one choice alone."""
        appraisal, option = self.settings.appraisal, choice.option
        bias = choice.project.optimism_bias
        if bias is None:
            bias = appraisal.optimism_bias.get(choice.project.sector)
        uplift = 1.0 if bias is None else (1 + bias) / (1 + appraisal.contingency)
        total = self.gains(choice)
        for year in range(choice.opening, min(choice.closing, self.end) + 1):
            total -= option.fixed_om_cost * self.df[year]
        for year, amount in self.spending(choice).items():
            total -= amount * uplift * self.df[year]
        if appraisal.residual_value.value == "straight_line":
            life = option.financial_life or option.lifetime
            left = max(0, min(life, choice.opening + life - 1 - self.end))
            total += option.overnight_cost * left / life * self.df[self.end]
        elif appraisal.residual_value.value == "pv_of_remaining_net_benefits":
            for year in range(max(choice.opening, self.end + 1), choice.closing + 1):
                total += (self.benefit(choice, year) - option.fixed_om_cost) * self.df[year]
        return total

    def joint_value(self, built: dict[str, Choice]) -> float:
        """Synergy, overlap, shared works, retirements and priced shortfalls."""
        total = self.worth_of_retiring(built)
        for relation in self.instance.relations:
            if not relation.is_enforced:
                continue
            there = self.still_there(built) | built
            members = [there[m] for m in relation.members if m in there]
            kind, value = relation.type.value, relation.value or 0.0
            if kind in {"synergy", "substitute"}:
                count = relation.count or (len(relation.members) if kind == "synergy" else 2)
                sign = 1 if kind == "synergy" else -1
                for year in range(self.y0, self.end + 1):
                    serve = [self.serves(m, year, relation, there) for m in relation.members]
                    if sum(serve) >= count:
                        total += sign * value * self.df[year]
            elif kind == "shared_works" and len(members) == len(relation.members):
                dated = all(m.project.stage != "complete" or m.project.opened for m in members)
                starts = [m.start - m.years_gone for m in members]
                last = max(starts)
                new = any(m.project.stage != "complete" and not m.years_gone for m in members)
                if dated and new and last - min(starts) <= relation.lag:
                    total += value * self.df[last]
        for date in self.instance.stated_dates:
            if date.confidence.value != "inferred" and date.project not in self.standing:
                price = date.breach_cost or 0.0
                total -= price * sum(self.df[y] for y in self.missed_in(date, built))
        for target in self.instance.targets:
            total -= target.shortfall_price * self.shortfall(target, built) * self.df[target.year]
        return total

    def serves(self, name: str, year: int, relation: object, there: dict[str, Choice]) -> bool:
        """Whether a member of a relation operates in a year, or what renews it."""
        if name in there and there[name].opening <= year <= there[name].closing:
            return True
        return any(
            self.serves(row.to_projects[0], year, relation, there)
            for row in self.instance.relations
            if row.type == "renews" and row.is_enforced and row.from_projects == (name,)
            if row.to_projects[0] not in relation.members
        )

    def missed_in(self, date: object, built: dict[str, Choice]) -> list[int]:
        """Plan years in which a date that the text states is missed."""
        choice = built.get(date.project)
        never = self.y1 + 1
        begins = choice.start if choice else never
        opens = choice.opening if choice else never
        if date.kind.value == "not_before":
            return [y for y in self.years if begins <= y < date.year]
        reached = begins if date.kind.value == "begin_by" else opens
        return [y for y in self.years if date.year <= y < reached]

    def makespan(self, built: dict[str, Choice]) -> float:
        """Years from the first one to the last opening of what is built, 0 where nothing is."""
        return float(max([choice.opening - self.y0 for choice in built.values()] or [0]))

    # ------------------------------------------------------------------ selection laws

    def scope(self, row: object, choice: Choice) -> bool:
        project = choice.project
        spots = {project.place, project.from_place, project.to_place}
        for name, here in (
            ("sectors", {project.sector}),
            ("subsectors", {project.subsector}),
            ("jurisdictions", {self.instance.jurisdiction_of(project)}),
            ("places", spots),
            ("projects", {project.id}),
        ):
            wanted = getattr(row, name, ())
            if wanted and not set(wanted) & here:
                return False
        return True

    def shortfall(self, target: object, built: dict[str, Choice]) -> float:
        reached = target.existing
        begin = max(target.from_year or self.y0, self.y0)
        for choice in built.values():
            if not self.scope(target, choice):
                continue
            if target.metric == "investment":
                spent = self.spending(choice)
                reached += sum(v for y, v in spent.items() if begin <= y <= target.year)
            elif target.metric == "projects_started":
                reached += not choice.years_gone and begin <= choice.start <= target.year
            elif target.metric == "projects_opened":
                reached += begin <= choice.opening <= target.year
            elif choice.opening <= target.year <= choice.closing:
                reached += choice.option.outputs.get(target.metric, 0.0)
        if target.metric not in {"investment", "projects_started", "projects_opened"}:
            for old in self.still_there(built).values():
                if self.scope(target, old) and old.opening <= target.year <= old.closing:
                    reached += old.option.outputs.get(target.metric, 0.0)
        missing = target.value - reached
        return max(0.0, missing if target.sense.value == ">=" else -missing)

    def allowed(self, built: dict[str, Choice]) -> bool:
        """All laws that do not concern money."""
        return (
            all(self._relation_holds(r, built) for r in self.instance.relations if r.is_enforced)
            and all(self._resource_holds(r, built) for r in self.instance.resources)
            and all(self._policy_holds(p, built) for p in self.instance.policies)
            and all(self._start_pace_holds(p, built) for p in self.instance.start_paces)
            and all(self.shortfall(t, built) <= EPS for t in self.instance.targets if t.hard)
        )

    def _relation_holds(self, relation: object, built: dict[str, Choice]) -> bool:
        kind = relation.type.value
        there = self.standing | built
        members = [m for m in relation.members if m in there]
        if kind == "exclusive":
            return len(members) <= 1
        if kind == "at_most":
            return len(members) <= relation.count
        if kind == "all_or_none":
            return len(members) in {0, len(relation.members)}
        if kind == "works_conflict":
            pairs = itertools.combinations([built[m] for m in members if m in built], 2)
            return all(not set(a.works) & set(b.works) for a, b in pairs)
        if kind == "renews":
            return self._renews_holds(relation, built)
        if kind not in {"finish_to_start", "start_to_start", "finish_to_finish", "requires"}:
            return True
        for after in (built[m] for m in relation.to_projects if m in built):
            ready = 0
            for before in (there[m] for m in relation.from_projects if m in there):
                ready += {
                    "finish_to_start": after.start >= before.opening + relation.lag,
                    "start_to_start": after.start >= before.began + relation.lag,
                    "finish_to_finish": after.opening >= before.opening + relation.lag,
                    "requires": True,
                }[kind]
            if ready < (relation.count or len(relation.from_projects)):
                return False
        return True

    def _renews_holds(self, relation: object, built: dict[str, Choice]) -> bool:
        old = (self.standing | built).get(relation.from_projects[0])
        name = relation.to_projects[0]
        project = self.instance.project_by_id[name]
        if project.stage == "complete" or self.is_committed(project):
            return True
        new = built.get(name)
        if old is None:
            return new is None
        for row in self.retirements():
            if (
                row.from_projects == relation.from_projects
                and row.to_projects[0] in self.standing | built
            ):
                return new is None
        due = old.closing + 1
        if relation.renewal == "decision":
            return new is None or new.opening >= due
        if new is not None:
            return new.opening == due
        ways = [choice for choice in self.choices(project) if choice is not None]
        return due not in self.years or all(choice.opening != due for choice in ways)

    def _span(self, row: object) -> list[int]:
        first, last = row.from_year or self.y0, row.to_year or self.y1
        return [y for y in self.years if first <= y <= last]

    def _resource_holds(self, limit: object, built: dict[str, Choice]) -> bool:
        use: dict[int, float] = defaultdict(float)
        for choice in built.values():
            amount = choice.option.resources.get(limit.resource, 0.0)
            leader = self.instance.jurisdiction_of(choice.project)
            if limit.jurisdictions and leader not in limit.jurisdictions:
                continue
            timing = limit.timing.value
            if timing == "start":
                use[choice.start] += 0.0 if choice.years_gone else amount
            elif timing == "construction":
                for year in choice.works:
                    use[year] += amount
            elif timing == "spending":
                for k, share in enumerate(choice.profile):
                    use[choice.start + k] += amount * share * choice.ahead
            else:
                for year in range(choice.opening, choice.closing + 1):
                    use[year] += amount
        span = self._span(limit)
        if limit.per_year:
            return all(use[y] <= limit.limit + EPS for y in span)
        return sum(use[y] for y in span) <= limit.limit + EPS

    def _start_pace_holds(self, pace: object, built: dict[str, Choice]) -> bool:
        begun: dict[int, int] = defaultdict(int)
        for choice in built.values():
            if choice.years_gone:
                continue
            if not pace.sector or choice.project.sector == pace.sector:
                begun[choice.start] += 1
        return max(begun.values(), default=0) <= pace.most

    def _policy_holds(self, policy: object, built: dict[str, Choice]) -> bool:
        span = self._span(policy)
        groups = [[y] for y in span] if policy.per_year else [span]
        inside = [c for c in built.values() if self.scope(policy, c)]
        for years in groups:
            if not years:
                continue

            def spend(group: list[Choice], years: list[int] = years) -> float:
                return sum(self.spending(c).get(y, 0.0) for c in group for y in years)

            new = [c for c in inside if not c.years_gone]
            starts = sum(c.start in years for c in new)
            kind, value = policy.kind.value, policy.value
            everything = spend(list(built.values()))
            size = EPS * max(1.0, everything)
            holds = {
                "spend_cap": spend(inside) <= value + size,
                "spend_floor": spend(inside) >= value - size,
                "spend_share_cap": spend(inside) <= value * everything + size,
                "spend_share_floor": spend(inside) >= value * everything - size,
                "starts_cap": starts <= value + EPS,
                "starts_floor": starts >= value - EPS,
                "benefit_floor": sum(self.gains(c) for c in new if c.start in years) >= value - EPS,
            }[kind]
            if not holds:
                return False
        return True

    # ------------------------------------------------------------------ the search

    def solve(self) -> Answer:
        """Best combination that obeys every law."""
        lists = [self.choices(project) for project in self.instance.projects]
        scored = []
        for combination in itertools.product(*lists):
            built = {c.project.id: c for c in combination if c is not None}
            if self.settings.objective.value == "makespan":
                value = -self.makespan(built)
            else:
                value = sum(self._cached_value(c) for c in built.values()) + self.joint_value(built)
            scored.append((value, built))
        scored.sort(key=lambda entry: -entry[0])
        for value, built in scored:
            if self.allowed(built) and Money(self, built).possible():
                starts = {name: (c.option.option, c.start) for name, c in built.items()}
                return Answer(value, starts, len(scored))
        return Answer(None, {}, len(scored))

    def _cached_value(self, choice: Choice) -> float:
        cache = self.__dict__.setdefault("_values", {})
        key = (choice.project.id, choice.option.option, choice.start)
        if key not in cache:
            cache[key] = self.value(choice)
        return float(cache[key])


@dataclass
class Program:
    """A linear feasibility program under construction: rows as dictionaries of columns."""

    columns: int = 0
    equal: list[tuple[dict[int, float], float]] = field(default_factory=list)
    at_most: list[tuple[dict[int, float], float]] = field(default_factory=list)

    def column(self) -> int:
        self.columns += 1
        return self.columns - 1

    def feasible(self) -> bool:
        if self.columns == 0:
            return all(abs(b) <= 1e-6 for _, b in self.equal) and all(
                b >= -1e-6 for _, b in self.at_most
            )
        for row, most in self.at_most:
            # No column is negative, so a sum with no negative coefficient never is either: most
            # choices of bands fail so, without the solver.
            if most < -1e-6 and all(value >= 0.0 for value in row.values()):
                return False

        def matrix(rows: list[tuple[dict[int, float], float]]) -> tuple[np.ndarray, np.ndarray]:
            a = np.zeros((len(rows), self.columns))
            for number, (row, _) in enumerate(rows):
                for column, value in row.items():
                    a[number, column] += value
            return a, np.array([b for _, b in rows])

        a_eq, b_eq = matrix(self.equal)
        a_ub, b_ub = matrix(self.at_most)
        answer = linprog(
            np.zeros(self.columns),
            A_eq=a_eq if len(b_eq) else None,
            b_eq=b_eq if len(b_eq) else None,
            A_ub=a_ub if len(b_ub) else None,
            b_ub=b_ub if len(b_ub) else None,
            bounds=(0, None),
        )
        return bool(answer.status == 0)


def tranche(instrument: Instrument) -> dict[str, list[float]]:
    """One unit borrowed: what is repaid, paid in interest and still owed at age 0 to tenor."""
    n, g, r = instrument.tenor, instrument.grace, instrument.rate
    kind = instrument.kernel.value
    if kind == "bullet":
        repaid = [0.0] * n + [1.0]
    elif kind == "equal_principal":
        repaid = [0.0] * (g + 1) + [1.0 / (n - g)] * (n - g)
    elif kind == "schedule":
        repaid = [0.0, *instrument.schedule]
    else:
        payment = 1.0 / (n - g) if r == 0 else r / (1 - (1 + r) ** -(n - g))
        repaid, owed = [0.0] * (g + 1), 1.0
        for _ in range(n - g):
            repaid.append(payment - r * owed)
            owed -= repaid[-1]
    balance, interest, owed = [], [0.0], 1.0
    for age, part in enumerate(repaid):
        if age:
            interest.append(r * owed)
        owed -= part
        balance.append(owed)
    level = [p + i for p, i in zip(repaid, interest, strict=True)]
    if kind == "bullet":
        level = [0.0] + [(1 + n * r) / n] * n
    return {
        "balance": balance,
        "principal": repaid,
        "interest": interest,
        "service": [p + i for p, i in zip(repaid, interest, strict=True)],
        "level_service": level,
        "new_borrowing": [0.0 if instrument.refinancing else 1.0] + [0.0] * n,
        "unprovided": [0.0 if instrument.refinancing else 1.0 - a / n for a in range(n + 1)],
    }


class Money:
    """Section 4 of the page for one set of starts."""

    def __init__(self, oracle: Oracle, built: dict[str, Choice]) -> None:
        self.o, self.built, self.instance = oracle, built, oracle.instance
        self.lines = {row.id: tranche(row) for row in self.instance.instruments}
        self.growth = 1 + self.instance.settings.finance.tail_growth

    def possible(self) -> bool:
        """Whether payments, issues and accounts exist that obey every law of money."""
        rules = [(r, j) for r, j in self.rules() if r.bands]
        if not rules:
            return self.program({}).feasible()
        if not self.program(None).feasible():
            return False  # no band is tested there, so that every choice of bands asks for more
        lists = [range(len(r.bands)) for r, _ in rules for _ in self.o.years]
        for flat in itertools.product(*lists):
            bands = {
                (rule.id, j, year): flat[n * len(self.o.years) + t]
                for n, (rule, j) in enumerate(rules)
                for t, year in enumerate(self.o.years)
            }
            if not self.banned(rules, bands) and self.program(bands).feasible():
                return True
        return False

    # ---------------------------------------------------------------- items, rules, old debt

    def item(self, jurisdiction: str, name: str, year: int) -> float | None:
        rows = sorted(
            (r.year, r.value)
            for r in self.instance.fiscal
            if r.jurisdiction == jurisdiction and r.item == name
        )
        if not rows:
            return None
        before = [row for row in rows if row[0] <= year]
        if not before:
            return rows[0][1]
        given, value = before[-1]
        return value * self.growth ** (year - given) if (given, value) == rows[-1] else value

    def rules(self) -> list[tuple[DebtRule, str]]:
        owners = {r.jurisdiction for r in self.instance.funds}
        owners |= {r.jurisdiction for r in self.instance.instruments}
        owners |= {r.jurisdiction for r in self.instance.debt}
        found = []
        for jurisdiction in self.instance.jurisdiction_ids:
            named = [j.rule_sets for j in self.instance.jurisdictions if j.id == jurisdiction]
            rules = [r for sets in named for name in sets for r in RULE_SETS[name]]
            rules += [
                r
                for r in self.instance.settings.finance.rules
                if jurisdiction in r.jurisdictions
                or (not r.jurisdictions and jurisdiction in owners)
            ]
            found += [
                (r, jurisdiction)
                for r in rules
                if all(self.item(jurisdiction, t.item, self.o.y0) is not None for t in r.base)
            ]
        return found

    def pools(self, jurisdiction: str) -> list[str]:
        rows = [r.pool for r in self.instance.debt if r.jurisdiction == jurisdiction]
        rows += [r.pool for r in self.instance.instruments if r.jurisdiction == jurisdiction]
        return list(dict.fromkeys(rows))

    def last_year(self, jurisdiction: str) -> int:
        tenors = [r.tenor for r in self.instance.instruments if r.jurisdiction == jurisdiction]
        old = [r.year for r in self.instance.debt if r.jurisdiction == jurisdiction]
        return max([self.o.y1 + max(tenors, default=0), *old])

    def old(self, jurisdiction: str, pool: str, quantity: str, year: int) -> float:
        rows = [r for r in self.instance.debt if r.jurisdiction == jurisdiction and r.pool == pool]
        if quantity == "balance":
            opening = sum(r.opening_balance or 0.0 for r in rows)
            return opening - sum(r.principal_due for r in rows if self.o.y0 <= r.year <= year)
        if year < self.o.y0:
            return 0.0
        due = [r for r in rows if r.year == year]
        principal = sum(r.principal_due for r in due)
        interest = sum(r.interest_due for r in due)
        return {
            "principal": principal,
            "interest": interest,
            "service": principal + interest,
            "level_service": principal + interest,
            "new_borrowing": 0.0,
            "unprovided": 0.0,
        }[quantity]

    def quantity(
        self, jurisdiction: str, pools: tuple[str, ...] | list[str], name: str, year: int
    ) -> tuple[dict[int, float], float]:
        """A debt quantity as (columns, constant); issues are self.issue[instrument, year]."""
        pools = list(pools) or self.pools(jurisdiction)
        constant = sum(self.old(jurisdiction, pool, name, year) for pool in pools)
        row: dict[int, float] = defaultdict(float)
        for instrument in self.instance.instruments:
            if instrument.jurisdiction != jurisdiction or instrument.pool not in pools:
                continue
            shares = self.lines[instrument.id][name]
            for issued in self.o.years:
                age = year - issued
                if 0 <= age < len(shares) and shares[age]:
                    row[self.issue[instrument.id, issued]] += shares[age]
        return row, constant

    def banned(
        self, rules: list[tuple[DebtRule, str]], bands: dict[tuple[str, str, int], int]
    ) -> bool:
        """Whether a start falls into a year after a band that bans starts."""
        for rule, jurisdiction in rules:
            for year in self.o.years:
                number = (
                    bands[rule.id, jurisdiction, year - 1]
                    if year > self.o.y0
                    else self.opening_band(rule, jurisdiction)
                )
                if not rule.bands[number].starts_banned:
                    continue
                for choice in self.built.values():
                    project = choice.project
                    if (
                        choice.start == year
                        and self.instance.jurisdiction_of(project) == jurisdiction
                        and self.ban_names(rule, project)
                        and self.is_new_and_own(project, jurisdiction)
                    ):
                        return True
        return False

    @staticmethod
    def ban_names(rule: DebtRule, project: Project) -> bool:
        """Whether a ban is about a project by its words: named (or none is) and not exempt."""
        kinds = (project.sector, project.subsector)
        named = not rule.start_banned or any(kind in rule.start_banned for kind in kinds)
        return named and all(kind not in rule.start_ban_exempt for kind in kinds)

    def is_new_and_own(self, project: Project, jurisdiction: str) -> bool:
        """Neither under way nor approved from above, and paid for by the jurisdiction in part."""
        under_way = self.o.is_committed(project) or project.stage.value == "under_construction"
        pays = self.instance.shares_of(project).get(jurisdiction, 0.0) > 0.0
        return pays and not under_way and not project.start_approved

    def opening_band(self, rule: DebtRule, jurisdiction: str) -> int:
        year = self.o.y0 - 1
        if not self.dated(rule, year):
            return 0
        left = sum(
            t.coefficient * (self.item(jurisdiction, t.item, year + t.lag) or 0.0)
            for t in rule.additions
        )
        for term in rule.terms:
            if term.quantity.value == "balance":
                pools = list(term.pools) or self.pools(jurisdiction)
                left += term.coefficient * sum(
                    self.old(jurisdiction, pool, "balance", year) for pool in pools
                )
        base = self.base(rule, jurisdiction, year)
        ratio = left / base if base > 0 else float("inf")
        for number, band in enumerate(rule.bands):
            if band.upper is None or ratio <= band.upper + 1e-9:
                return number
        return len(rule.bands) - 1

    def dated(self, rule: DebtRule, year: int) -> bool:
        return (rule.valid_from or year) <= year <= (rule.valid_to or year)

    def base(self, rule: DebtRule, jurisdiction: str, year: int) -> float:
        return sum(
            t.coefficient * (self.item(jurisdiction, t.item, year + t.lag) or 0.0)
            for t in rule.base
        )

    # ---------------------------------------------------------------- the program

    def program(self, bands: dict[tuple[str, str, int], int] | None) -> Program:
        """All that money must obey in these bands; None: in the easiest of all, tested nowhere."""
        lp = Program()
        years = self.o.years
        self.issue = {
            (row.id, year): lp.column() for row in self.instance.instruments for year in years
        }
        self.pay: dict[tuple[str, str, str, int], int] = {}
        self.late = self.o.late_years()
        self._sources_and_uses(lp)
        self._issues(lp)
        self._funds(lp)
        self._limits(lp, bands)
        self._capital_holds(lp)
        self._rules(lp, bands)
        self._coverage(lp)
        return lp

    def _may(self, source: object, choice: Choice) -> bool:
        project = choice.project
        spots = {project.place, project.from_place, project.to_place}
        return (
            (not source.sectors or project.sector in source.sectors)
            and (not source.projects or project.id in source.projects)
            and (not source.places or bool(spots & set(source.places)))
        )

    def _sources_and_uses(self, lp: Program) -> None:
        for name, choice in self.built.items():
            for payer, share in self.instance.shares_of(choice.project).items():
                funds = [f for f in self.instance.funds if f.jurisdiction == payer]
                loans = [k for k in self.instance.instruments if k.jurisdiction == payer]
                if not funds and not loans:
                    continue
                sources = [s for s in funds if self._may(s, choice)]
                sources += [k for k in loans if not k.refinancing and self._may(k, choice)]
                for year in [*self.o.years, *self.late]:
                    due = share * self.o.spending(choice).get(year, 0.0)
                    due *= self.instance.price_index(year)
                    row = {}
                    # When the plan is over nobody may borrow any more.
                    now = [s for s in sources if year <= self.o.y1 or s in funds]
                    for source in now:
                        column = self.pay[name, payer, source.id, year] = lp.column()
                        row[column] = 1.0
                    lp.equal.append((row, due))
                    for source in now:
                        if source.max_share < 1.0:
                            column = self.pay[name, payer, source.id, year]
                            limited = dict.fromkeys(row, -source.max_share)
                            limited[column] += 1.0
                            lp.at_most.append((limited, 0.0))

    def _capital_holds(self, lp: Program) -> None:
        """Capital of a built project over all it costs, and of each payer's year where asked."""
        finance = self.instance.settings.finance
        rules = [*finance.capital_ratios]
        for name in finance.capital_ratio_sets:
            rules += CAPITAL_RATIO_SETS[name]
        debt = {k.id: 1.0 - k.as_capital for k in self.instance.instruments}
        for name, choice in self.built.items():
            here = {choice.project.sector, choice.project.subsector}
            fitting = [r for r in rules if not r.sectors or here & set(r.sectors)]
            project = choice.project
            began = project.earliest_start if project.started is None else project.started
            under_way = project.stage == "under_construction" and self.o.is_committed(project)
            if not fitting or (under_way and began is not None and began < self.o.y0):
                continue  # works begun before the plan: what they were paid with is not known
            ratio = self.largest(fitting, choice.start)
            whole = sum(
                amount * self.instance.price_index(year)
                for year, amount in self.o.spending(choice).items()
            )
            mine = {key: column for key, column in self.pay.items() if key[0] == name}
            row = {column: debt.get(key[2], 0.0) for key, column in mine.items()}
            lp.at_most.append((row, (1.0 - ratio) * whole))
            stepwise = [r for r in fitting if r.per_year]
            for _, payer, _, year in mine:
                yearly = self.largest(stepwise, year)
                if not yearly:
                    continue
                part = {
                    column: debt.get(key[2], 0.0) - (1.0 - yearly)
                    for key, column in mine.items()
                    if (key[1], key[3]) == (payer, year)
                }
                lp.at_most.append((part, 0.0))

    @staticmethod
    def largest(ratios: list[CapitalRatio], year: int) -> float:
        """The largest of the ratios whose dates hold `year`, 0 where there is none."""
        held = [
            r.ratio
            for r in ratios
            if (r.valid_from or year) <= year and (r.valid_to or year) >= year
        ]
        return max(held, default=0.0)

    def _issues(self, lp: Program) -> None:
        for row in self.instance.instruments:
            for year in self.o.years:
                column = self.issue[row.id, year]
                if not row.refinancing:
                    use = {column: 1.0}
                    for (_, _, source, when), paid in self.pay.items():
                        if source == row.id and when == year:
                            use[paid] = -1.0
                    lp.equal.append((use, 0.0))
                closed = (row.first_year is not None and year < row.first_year) or (
                    row.last_year is not None and year > row.last_year
                )
                limit = 0.0 if closed else row.annual_limit
                if limit is not None:
                    lp.at_most.append(({column: 1.0}, limit))

    def _inflow(self, fund: object, year: int) -> float:
        rows = sorted((r.year, r.value) for r in self.instance.inflows if r.fund == fund.id)
        exact = [value for given, value in rows if given == year]
        value = 0.0
        if exact:
            value = exact[0]
        elif year > self.o.y1:
            before = [row for row in rows if row[0] < year]
            if before:
                value = before[-1][1] * self.growth ** (year - before[-1][0])
        return value * (self.instance.price_index(year) if fund.basis.value == "real" else 1.0)

    def _service(self, fund: object, year: int) -> tuple[dict[int, float], float]:
        row: dict[int, float] = defaultdict(float)
        constant = 0.0
        for pool in self.instance.pools:
            for jurisdiction, payer in pool.service_funds.items():
                if payer != fund.id:
                    continue
                part, due = self.quantity(jurisdiction, [pool.id], "service", year)
                constant += due
                for column, value in part.items():
                    row[column] += value
                for loan in self.instance.instruments:
                    mine = loan.jurisdiction == jurisdiction and loan.pool == pool.id
                    if mine and loan.refinancing and year in self.o.years:
                        row[self.issue[loan.id, year]] -= 1.0
        return row, constant

    def _funds(self, lp: Program) -> None:
        for fund in self.instance.funds:
            cash = {year: lp.column() for year in self.o.years}
            free = not fund.carry_over or fund.lapse_years is not None
            lapse = {year: lp.column() for year in self.o.years} if free else {}
            outflows: list[tuple[dict[int, float], float]] = []
            for year in self.o.years:
                service, due = self._service(fund, year)
                out: dict[int, float] = defaultdict(float, service)
                for (_, _, source, when), paid in self.pay.items():
                    if source == fund.id and when == year:
                        out[paid] += 1.0
                if free:
                    out[lapse[year]] += 1.0
                outflows.append((dict(out), due))
                row = defaultdict(float, out)
                row[cash[year]] += 1.0
                amount = self._inflow(fund, year) - due
                growth = 1 + fund.interest_rate
                if year == self.o.y0:
                    amount += growth * fund.opening_balance
                else:
                    row[cash[year - 1]] -= growth
                lp.equal.append((dict(row), amount))
                # use and service are each paid, never received.
                lp.at_most.append(({c: -v for c, v in service.items()}, due))
                if fund.carry_over:
                    lp.at_most.append(({cash[year]: -1.0}, -fund.minimum_balance))
                else:
                    lp.equal.append(({cash[year]: 1.0}, 0.0))
            if fund.carry_over and fund.lapse_years is not None:
                for t, year in enumerate(self.o.years):
                    came = fund.opening_balance + sum(
                        self._inflow(fund, y) for y in self.o.years if y <= year - fund.lapse_years
                    )
                    if year - fund.lapse_years < self.o.y0:
                        continue
                    row = defaultdict(float)
                    gone = 0.0
                    for part, due in outflows[: t + 1]:
                        gone += due
                        for column, value in part.items():
                            row[column] -= value
                    lp.at_most.append((dict(row), gone - came))
            owners = [
                j for p in self.instance.pools for j, f in p.service_funds.items() if f == fund.id
            ]
            if owners or self.late:
                last = max([self.o.y1, *self.late, *(self.last_year(j) for j in owners)])
                keeps = fund.carry_over and fund.lapse_years is None
                before = cash[self.o.y1]
                for year in range(self.o.y1 + 1, last + 1):
                    service, due = self._service(fund, year)
                    row = defaultdict(float, service)
                    for (_, _, source, when), paid in self.pay.items():
                        if source == fund.id and when == year:
                            row[paid] += 1.0
                    if keeps:
                        after = lp.column()
                        row[after] += 1.0
                        row[before] -= 1 + fund.interest_rate
                        lp.equal.append((dict(row), self._inflow(fund, year) - due))
                        lp.at_most.append(({after: -1.0}, -fund.minimum_balance))
                        before = after
                    else:
                        lp.at_most.append((dict(row), self._inflow(fund, year) - due))

    def _limits(self, lp: Program, bands: dict[tuple[str, str, int], int] | None) -> None:
        for jurisdiction in self.instance.jurisdiction_ids:
            for pool in self.pools(jurisdiction):
                rows = [
                    r
                    for r in self.instance.debt
                    if r.jurisdiction == jurisdiction and r.pool == pool
                ]
                for year in range(self.o.y0, self.last_year(jurisdiction) + 1):
                    given = sorted(
                        (r.year, r.ceiling)
                        for r in rows
                        if r.ceiling is not None and r.year <= year
                    )
                    if given:
                        row, old = self.quantity(jurisdiction, [pool], "balance", year)
                        lp.at_most.append((dict(row), given[-1][1] - old))
                for r in rows:
                    if r.new_quota is not None and r.year in self.o.years:
                        row = {
                            self.issue[k.id, r.year]: 1.0
                            for k in self.instance.instruments
                            if k.jurisdiction == jurisdiction and k.pool == pool and k.uses_quota
                        }
                        if row:
                            share = self.quota_share(jurisdiction, r.year, bands)
                            lp.at_most.append((row, r.new_quota * share))
                loans = [
                    k
                    for k in self.instance.instruments
                    if k.refinancing and k.jurisdiction == jurisdiction and k.pool == pool
                ]
                for year in self.o.years if loans else ():
                    due, old = self.quantity(jurisdiction, [pool], "principal", year)
                    groups = [([k], k.refinancing_share) for k in loans]
                    groups.append((loans, max(k.refinancing_share for k in loans)))
                    for group, share in groups:
                        row = {c: -share * v for c, v in due.items()}
                        for k in group:
                            column = self.issue[k.id, year]
                            row[column] = row.get(column, 0.0) + 1.0
                        lp.at_most.append((row, share * old))

    def quota_share(
        self, jurisdiction: str, year: int, bands: dict[tuple[str, str, int], int] | None
    ) -> float:
        share = 1.0
        for rule, owner in self.rules():
            if rule.bands and owner == jurisdiction:
                if bands is None:
                    share = min(share, max(band.quota_share for band in rule.bands))
                    continue
                number = (
                    bands[rule.id, owner, year - 1]
                    if year > self.o.y0
                    else self.opening_band(rule, owner)
                )
                share = min(share, rule.bands[number].quota_share)
        return share

    def _rules(self, lp: Program, bands: dict[tuple[str, str, int], int] | None) -> None:
        for rule, jurisdiction in self.rules():
            last = self.o.y1
            if rule.through.value == "last_maturity":
                last = self.last_year(jurisdiction)
            for year in range(self.o.y0, last + 1):
                if not self.dated(rule, year):
                    continue
                row: dict[int, float] = defaultdict(float)
                constant = sum(
                    t.coefficient * (self.item(jurisdiction, t.item, year + t.lag) or 0.0)
                    for t in rule.additions
                )
                for term in rule.terms:
                    part, old = self.quantity(
                        jurisdiction, term.pools, term.quantity.value, year + term.lag
                    )
                    constant += term.coefficient * old
                    for column, value in part.items():
                        row[column] += term.coefficient * value
                base = self.base(rule, jurisdiction, year)
                if rule.ratio is not None:
                    lp.at_most.append((dict(row), rule.ratio * base - constant))
                if rule.bands and bands is not None and year in self.o.years:
                    upper = rule.bands[bands[rule.id, jurisdiction, year]].upper
                    if upper is not None:
                        lp.at_most.append((dict(row), upper * base - constant))

    def _coverage(self, lp: Program) -> None:
        tagged = [k for k in self.instance.instruments if k.tagged and k.coverage is not None]
        for name, choice in self.built.items():
            mine = [k for k in tagged if self._may(k, choice)]
            for tenor in sorted({k.tenor for k in mine}):
                row: dict[int, float] = {}
                for k in mine:
                    if k.tenor <= tenor:
                        service = sum(self.lines[k.id]["service"])
                        for (project, _, source, _), paid in self.pay.items():
                            if project == name and source == k.id:
                                row[paid] = k.coverage * service
                revenue = 0.0
                for year in range(choice.opening, min(choice.closing, choice.start + tenor) + 1):
                    age = year - choice.opening
                    ramp = choice.option.ramp_up
                    share = ramp[age] if age < len(ramp) else 1.0
                    growth = (1 + choice.option.revenue_growth) ** (year - self.o.y0)
                    net = choice.option.revenue * growth * share - choice.option.fixed_om_cost
                    revenue += net * self.instance.price_index(year)
                lp.at_most.append((row, max(0.0, revenue)))


def solve(instance: Instance) -> Answer:
    """Optimum of `instance` by brute force."""
    return Oracle(instance).solve()
