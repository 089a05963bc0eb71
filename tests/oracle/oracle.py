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
from dataclasses import dataclass, replace

from infraplan.models.instance import Instance
from infraplan.models.project import Option, Project
from tests.oracle.choice import Choice
from tests.oracle.money import Money

EPS = 1e-7


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
        if self.may_stop(project) or (
            not self.is_committed(project) and project.mandatory != "must"
        ):
            found.append(None)
        return found

    @staticmethod
    def is_committed(project: Project) -> bool:
        """Committed by word, or under way and not said otherwise."""
        word = project.mandatory
        return word == "committed" or (project.stage == "under_construction" and word == "no")

    def may_stop(self, project: Project) -> bool:
        """Works under way that need not go on."""
        is_under_way = project.stage == "under_construction" and self.is_committed(project)
        return is_under_way and project.stopping_cost is not None

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
        return Choice(project, option.model_copy(update=changes), year, years_gone, ahead, sunk)

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
            life += self.age_at_opening(choice)
            total += option.overnight_cost * left / life * self.df[self.end]
        return total

    def age_at_opening(self, choice: Choice) -> int:
        """Years in which something was used already before the opening that is told of it."""
        since = choice.project.written_off_since
        return choice.opening - since if since is not None and since < choice.opening else 0

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
            asset = choice.paid_already + option.overnight_cost
            total += asset * left / (life + self.age_at_opening(choice)) * self.df[self.end]
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
        for project in self.instance.projects:
            if self.may_stop(project) and project.id not in built:
                total -= project.stopping_cost * self.df[self.y0]
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
            heads = sum(
                row.population or 0.0
                for row in self.instance.jurisdictions
                if not policy.jurisdictions or row.id in policy.jurisdictions
            )
            size = EPS * max(1.0, everything)
            holds = {
                "spend_cap": spend(inside) <= value + size,
                "spend_floor": spend(inside) >= value - size,
                "spend_share_cap": spend(inside) <= value * everything + size,
                "spend_share_floor": spend(inside) >= value * everything - size,
                "spend_per_head_floor": spend(inside) >= value * heads - size,
                "benefit_per_head_floor": sum(self.gains(c) for c in new if c.start in years)
                >= value * heads - EPS,
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


def solve(instance: Instance) -> Answer:
    """Optimum of `instance` by brute force."""
    return Oracle(instance).solve()
