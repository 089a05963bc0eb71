"""What a plan would lose at most by leaving out works that it chose, or gain by others beside it.

Left out beside the plan as it stands, all other works kept: their own value, missed targets and
dates, synergies and what the networks no longer serve. Works that could not stay without it go with
it. Money that is freed is worth 0 or more and not counted, so the loss is at most this; receipts
that it brings to a fund, and floors of policies that it helps to keep, are not counted either.

Of works left out: what they would add beside the plan as it stands, were there money and room.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from infraplan.models.instance import Instance
from infraplan.models.network import NO_WAY_MINUTES, SERVED, TRAVEL_TIME
from infraplan.models.plan import Plan, ProjectStart
from infraplan.models.progress import duty_of
from infraplan.models.project import Mandate, Option
from infraplan.models.relation import ORDER_TYPES, RelationType
from infraplan.optimizer.accounts.candidates import (
    FlatOption,
    lay_out,
    standing_starts,
    start_in,
)
from infraplan.optimizer.accounts.dates import date_outcomes
from infraplan.optimizer.accounts.targets import target_outcomes
from infraplan.optimizer.accounts.value import Coefficients, build_coefficients, objective_terms
from infraplan.optimizer.analysis.service_value import (
    added_worths,
    changing_starts,
    group_worths,
)
from infraplan.optimizer.formulation.networks.flow_costs import NetworkState
from infraplan.optimizer.formulation.networks.layout import network_layouts

MUST, HARD_TARGET, NETWORK, SERVICE_TARGET = "must", "hard_target", "network", "service_target"
NEEDS, RIVAL, WINDOW = "needs", "rival", "window"
"""Why a margin is not known: something that must be built hangs on the works, or a hard target;
the networks could not work without them, or do not tell their worth; a target measures service. And
a gain: works that it needs are out, a rival is built, no year is left to start in."""
SAME = 1e-9


@dataclass(frozen=True)
class Margin:
    """What leaving out `project` would lose at most, money; None with the reason in `unknown`.

    `with_it` are the works that go with it.
    """

    project: str
    loss: float | None
    with_it: tuple[str, ...] = ()
    unknown: str = ""


@dataclass(frozen=True)
class OtherOption:
    """What the plan would lose by building a chosen project in another option, same start.

    Below 0 it would gain, if the money were there.
    """

    project: str
    option: str
    loss: float


def that_go_with(instance: Instance, built: Collection[str], project: str) -> frozenset[str]:
    """Works of `built` that no rule of order or choice lets stand without `project`."""
    gone = {project}
    while True:
        more = set[str]()
        for relation in instance.relations:
            if not relation.is_enforced:
                continue
            if relation.type is RelationType.ALL_OR_NONE and gone.intersection(relation.members):
                more.update(relation.members)
            elif relation.type in ORDER_TYPES | {RelationType.RENEWS} and gone.intersection(
                relation.from_projects
            ):
                more.update(relation.to_projects)
        more = more.intersection(built) - gone
        if not more:
            return frozenset(gone - {project})
        gone |= more


@dataclass(frozen=True)
class Gain:
    """What a work left out would add to the plan beside everything in it, money; None: unknown.

    In its best option and year by its own value; works that change networks as soon as they may.
    """

    project: str
    gain: float | None
    unknown: str = ""


class Margins:
    """Margins and gains of a plan, computed from its accounts; `candidates` are the works to look at.

    What groups of works are worth to the networks is found once, by linear programs.
    """

    def __init__(self, instance: Instance, plan: Plan, candidates: Collection[str]) -> None:
        self._instance, self._plan, self._starts = instance, plan, plan.starts
        self._coefficients: Coefficients = build_coefficients(lay_out(instance))
        self._changing = {start.project for start in changing_starts(instance, plan)}
        self._network_projects = {row.project for row in instance.project_network}
        self._unvalued = self._network_projects - self._changing
        built = {start.project for start in plan.starts}
        self._gone = {
            name: that_go_with(instance, built, name) | {name}
            for name in sorted(built.intersection(candidates))
        }
        self._service = self._services(plan)
        bare = {
            row.target: row.achieved for row in target_outcomes(self._coefficients, plan.starts)
        }
        self._measured = {
            row.target: row.achieved - bare[row.target]
            for row in plan.targets
            if row.metric.startswith((SERVED, TRAVEL_TIME))
        }
        self._watched = _watched(instance, self._measured)
        self._views = network_layouts(instance)
        self._base, self._short = self._worth(plan.starts)

    def _services(self, plan: Plan) -> dict[frozenset[str], float | None]:
        """What the groups that change networks are worth to these."""
        groups = [frozenset(gone & self._changing) for gone in self._gone.values()]
        asked = [group for group in dict.fromkeys(groups) if group]
        return dict(zip(asked, group_worths(self._instance, plan, asked), strict=False))

    def _worth(self, starts: Sequence[ProjectStart]) -> tuple[float, frozenset[str]]:
        """Value of `starts` without the service of networks, and the hard targets missed."""
        coefficients = self._coefficients
        targets = target_outcomes(coefficients, starts, self._measured | self._times(starts))
        dates = date_outcomes(coefficients.candidates, coefficients.discount, starts)
        terms = objective_terms(coefficients, starts, targets, dates)
        hard = {row.id for row in self._instance.targets if row.hard}
        missed = {row.target for row in targets if row.shortfall > SAME and row.target in hard}
        return sum(term.value for term in terms), frozenset(missed)

    def _times(self, starts: Sequence[ProjectStart]) -> dict[str, float]:
        """Travel times with `starts`, by target that is measured on one."""
        changing = {start for start in starts if start.project in self._network_projects}
        if changing == {start for start in self._starts if start.project in self._network_projects}:
            return {}
        built = (*standing_starts(self._instance), *starts)
        found = {}
        for target in self._instance.targets:
            name = target.metric.partition(":")[2]
            for view in self._views if target.metric.startswith(TRAVEL_TIME) else ():
                if name in view.demand_by_id:
                    state = NetworkState(self._instance, view, built, target.year)
                    found[target.id] = state.travel_times().get(name, NO_WAY_MINUTES)
        return found

    def of(self, project: str) -> Margin:
        """Margin of a candidate that the plan builds."""
        by_id = self._instance.project_by_id
        gone = self._gone[project]
        told = tuple(sorted(gone - {project}))
        if any(duty_of(by_id[name]) in {Mandate.MUST, Mandate.COMMITTED} for name in gone):
            return Margin(project, None, told, MUST)
        changing = frozenset(gone & self._changing)
        service = self._service.get(changing) if changing else 0.0
        if service is None or gone & self._unvalued:
            return Margin(project, None, told, NETWORK)
        if gone & self._watched:
            return Margin(project, None, told, SERVICE_TARGET)
        rest = [start for start in self._starts if start.project not in gone]
        worth, short = self._worth(rest)
        if short - self._short:
            return Margin(project, None, told, HARD_TARGET)
        return Margin(project, self._base - worth + service, told)

    def gains(self, projects: Collection[str]) -> dict[str, Gain]:
        """What each of `projects`, all left out, would add beside the plan."""
        found: dict[str, Gain] = {}
        added: list[ProjectStart] = []
        for name in sorted(projects):
            why, start = self._obstacle(name), self._first_start(name)
            if start is None:
                found[name] = Gain(name, None, WINDOW)
            elif why:
                found[name] = Gain(name, None, why)
            elif name not in self._network_projects:
                found[name] = Gain(name, self._best_gain(name))
            elif name in self._watched:
                found[name] = Gain(name, None, SERVICE_TARGET)
            else:
                added.append(start)
        worths = added_worths(self._instance, self._plan, added)
        for number, start in enumerate(added):
            worth = worths[number] if number < len(worths) else None
            if worth is None:
                found[start.project] = Gain(start.project, None, NETWORK)
            else:
                value, _ = self._worth([*self._starts, start])
                found[start.project] = Gain(start.project, value - self._base + worth)
        return found

    def _obstacle(self, project: str) -> str:
        """What of order or choice keeps a work out beside the plan; blank where nothing does."""
        built = {start.project for start in self._starts}
        built |= {start.project for start in standing_starts(self._instance)}
        for relation in self._instance.relations:
            if not relation.is_enforced or project not in relation.members:
                continue
            others = set(relation.members) - {project}
            if relation.type is RelationType.EXCLUSIVE and others & built:
                return RIVAL
            if relation.type is RelationType.AT_MOST and len(others & built) >= (
                relation.count or 1
            ):
                return RIVAL
            if relation.type is RelationType.ALL_OR_NONE and others - built:
                return NEEDS
            is_order = relation.type in ORDER_TYPES | {RelationType.RENEWS}
            if is_order and project in relation.to_projects:
                needed = relation.count or len(relation.from_projects)
                if len(built.intersection(relation.from_projects)) < needed:
                    return NEEDS
        return ""

    def _open_options(self, project: str) -> Iterable[tuple[int, FlatOption]]:
        candidates = self._coefficients.candidates
        for number in candidates.options_of[candidates.project_index[project]]:
            flat = candidates.options[number]
            if flat.is_open and flat.standing is None:
                yield number, flat

    def _first_start(self, project: str) -> ProjectStart | None:
        for _, flat in self._open_options(project):
            return start_in(flat, self._coefficients.candidates.first_year + flat.first)
        return None

    def _best_gain(self, project: str) -> float:
        coefficients = self._coefficients
        gains = []
        for number, flat in self._open_options(project):
            own = (coefficients.value + coefficients.saved)[number, flat.first : flat.last + 1]
            year = coefficients.candidates.first_year + flat.first + int(own.argmax())
            value, _ = self._worth([*self._starts, start_in(flat, year)])
            gains.append(value - self._base)
        return max(gains)

    def other_options(self, project: str) -> tuple[OtherOption, ...]:
        """What other options of a chosen project would lose; none where it changes networks."""
        if project in self._network_projects:
            return ()
        return tuple(self._other_options(project))

    def _other_options(self, project: str) -> Iterable[OtherOption]:
        candidates = self._coefficients.candidates
        (own,) = (start for start in self._starts if start.project == project)
        for number in candidates.options_of[candidates.project_index[project]]:
            flat = candidates.options[number]
            offset = own.start - candidates.first_year
            if flat.option.option == own.option or not flat.first <= offset <= flat.last:
                continue
            starts = [
                _in_option(start, flat.option) if start is own else start for start in self._starts
            ]
            worth, short = self._worth(starts)
            if not short - self._short:
                yield OtherOption(project, flat.option.option, self._base - worth)


def _in_option(start: ProjectStart, option: Option) -> ProjectStart:
    """The same start in another option; when its spending ends does not count here."""
    opening = start.start + option.lead_time
    return start.model_copy(update={"option": option.option, "opening": opening})


def network_of_elements(instance: Instance) -> dict[str, str]:
    """Network of every node, link and demand, by its id."""
    found = {row.id: row.network for row in instance.network_nodes}
    found |= {row.id: row.network for row in instance.network_links}
    return found | {row.id: row.network for row in instance.demands}


def _watched(instance: Instance, measured: Collection[str]) -> frozenset[str]:
    """Projects that change a network on which a priced or hard target of supply is measured.

    Networks that a supplier joins count as one. Travel times are found anew, supply is not.
    """
    network = network_of_elements(instance)
    asked = {
        row.metric.partition(":")[2]
        for row in instance.targets
        if row.id in measured
        and row.metric.startswith(SERVED)
        and (row.hard or row.shortfall_price > 0.0)
    }
    found = {network.get(name, name) for name in asked}
    pairs = [{row.network, network[row.supplier]} for row in instance.network_nodes if row.supplier]
    for _ in pairs:
        found |= set().union(*(pair for pair in pairs if pair & found))
    return frozenset(
        row.project for row in instance.project_network if network.get(row.element, "") in found
    )
