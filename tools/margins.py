"""What a plan would lose at most by leaving out one of the works that it chose.

Left out beside the plan as it stands, all other works kept: their own value, missed targets and
dates, synergies and what the networks no longer serve. Works that could not stay without it go with
it. Money that is freed is worth 0 or more and not counted, so the loss is at most this; receipts
that it brings to a fund, and floors of policies that it helps to keep, are not counted either.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from infraplan.models.instance import Instance
from infraplan.models.network import SERVED, TRAVEL_TIME
from infraplan.models.plan import Plan, ProjectStart
from infraplan.models.progress import duty_of
from infraplan.models.project import Mandate, Option
from infraplan.models.relation import ORDER_TYPES, RelationType
from infraplan.optimizer.accounts.candidates import lay_out
from infraplan.optimizer.accounts.dates import date_outcomes
from infraplan.optimizer.accounts.targets import target_outcomes
from infraplan.optimizer.accounts.value import Coefficients, build_coefficients, objective_terms
from infraplan.optimizer.analysis.service_value import changing_starts, group_worths

MUST, HARD_TARGET, NETWORK, SERVICE_TARGET = "must", "hard_target", "network", "service_target"
"""Why a margin is not known: something that must be built hangs on the works, or a hard target;
the networks could not work without them, or do not tell their worth; a target measures service."""
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


class Margins:
    """Margins of a plan, computed from its accounts; `candidates` are the works to look at.

    What groups of works are worth to the networks is found once, by linear programs.
    """

    def __init__(self, instance: Instance, plan: Plan, candidates: Collection[str]) -> None:
        self._instance, self._starts = instance, plan.starts
        self._coefficients: Coefficients = build_coefficients(lay_out(instance))
        self._changing = {start.project for start in changing_starts(instance, plan)}
        self._unvalued = {row.project for row in instance.project_network} - self._changing
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
        self._base, self._short = self._worth(plan.starts)

    def _services(self, plan: Plan) -> dict[frozenset[str], float | None]:
        """What the groups that change networks are worth to these."""
        groups = [frozenset(gone & self._changing) for gone in self._gone.values()]
        asked = [group for group in dict.fromkeys(groups) if group]
        return dict(zip(asked, group_worths(self._instance, plan, asked), strict=False))

    def _worth(self, starts: Sequence[ProjectStart]) -> tuple[float, frozenset[str]]:
        """Value of `starts` without the service of networks, and the hard targets missed."""
        coefficients = self._coefficients
        targets = target_outcomes(coefficients, starts, self._measured)
        dates = date_outcomes(coefficients.candidates, coefficients.discount, starts)
        terms = objective_terms(coefficients, starts, targets, dates)
        hard = {row.id for row in self._instance.targets if row.hard}
        missed = {row.target for row in targets if row.shortfall > SAME and row.target in hard}
        return sum(term.value for term in terms), frozenset(missed)

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

    def other_options(self, project: str) -> tuple[OtherOption, ...]:
        """What other options of a chosen project would lose; none where it changes networks."""
        if project in self._changing | self._unvalued:
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
    """Projects that change a network on which a priced or hard target is measured.

    Networks that a supplier joins count as one.
    """
    network = network_of_elements(instance)
    asked = {
        row.metric.partition(":")[2]
        for row in instance.targets
        if row.id in measured and (row.hard or row.shortfall_price > 0.0)
    }
    found = {network.get(name, name) for name in asked}
    pairs = [{row.network, network[row.supplier]} for row in instance.network_nodes if row.supplier]
    for _ in pairs:
        found |= set().union(*(pair for pair in pairs if pair & found))
    return frozenset(
        row.project for row in instance.project_network if network.get(row.element, "") in found
    )
