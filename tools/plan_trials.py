"""Checks of a plan that solve again: quantities swapped, network service made a fixed benefit."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from infraplan.models.instance import Instance
from infraplan.models.network import SERVED, TRAVEL_TIME
from infraplan.models.plan import Plan, ProjectStart
from infraplan.models.progress import duty_of
from infraplan.models.project import BenefitStream, Mandate, Option, Project
from infraplan.optimizer.accounts.candidates import Candidates, lay_out, start_in
from infraplan.optimizer.accounts.value import build_coefficients
from infraplan.optimizer.analysis.money_check import candidates_of, compare_starts
from infraplan.optimizer.analysis.service_value import changing_starts, group_worths
from infraplan.optimizer.solve import solve
from infraplan.optimizer.solve_result import SolveOptions
from infraplan.optimizer.storage.run_folder import RunFiles
from tools.plan_measures import LATER_YEARS, LEAST_MEMBERS, Check, is_last_resort

LEAST_NETWORK = 0.20
"""Share of the network candidates that fixed benefits in the place of service must change."""
NEVER = math.inf
"""When a project that is left out begins."""


@dataclass(frozen=True)
class Trial:
    """How the changed instances are solved."""

    gap: float
    time_limit_s: float

    def starts(self, instance: Instance) -> tuple[ProjectStart, ...]:
        """Starts of the best plan found.

        Raises
        ------
        SystemExit
            If there is none.
        """
        options = SolveOptions(gap=self.gap, time_limit_s=self.time_limit_s, canonical=False)
        found = solve(instance, options)
        if found.plan is None:
            raise SystemExit(f"no plan of the changed instance: {found.termination.value}")
        return found.plan.starts


# -------------------------------------------------------------------------------------- swapping


@dataclass(frozen=True)
class Pair:
    """First and last works of one kind in a subsector, by a plan."""

    subsector: str
    first: str
    last: str


def begins(starts: Iterable[ProjectStart]) -> defaultdict[str, float]:
    """When each project begins; what is left out never does."""
    found: defaultdict[str, float] = defaultdict(lambda: NEVER)
    found.update({row.project: float(row.start) for row in starts})
    return found


def decided_besides(instance: Instance) -> frozenset[str]:
    """Projects about which more than money and their own benefits speaks.

    Networks, targets that count their outputs at a price, stated dates, relations that are obeyed.
    """
    found = {row.project for row in instance.project_network}
    found |= {row.project for row in instance.stated_dates if row.breach_cost}
    for relation in instance.relations:
        if relation.is_enforced:
            found.update(relation.members)
    metrics = {row.metric for row in instance.targets if row.hard or row.shortfall_price > 0.0}
    for project in instance.projects:
        if any(metrics.intersection(option.outputs) for option in project.options):
            found.add(project.id)
    return frozenset(found)


def first_and_last(
    rows: Sequence[Project], when: Mapping[str, float]
) -> tuple[Project, Project] | None:
    """First and last of works of one formula, if they are clearly apart.

    Of several that begin first, and several that are left out or begin last, those two of which
    the first delivers more, and whose costs are most alike: costs are not swapped.
    """
    begin = min(when[row.id] for row in rows)
    end = max(when[row.id] for row in rows)
    if begin == NEVER or begin + LATER_YEARS > end:
        return None
    pairs = [
        (first, last)
        for first in rows
        for last in rows
        if when[first.id] == begin
        and when[last.id] == end
        and first.options[0].benefits.keys() == last.options[0].benefits.keys()
    ]

    def unlike(pair: tuple[Project, Project]) -> tuple[bool, float]:
        one, other = (row.options[0] for row in pair)
        delivers_more = sum(one.benefits.values()) > sum(other.benefits.values())
        costs = (max(1e-9, option.overnight_cost) for option in (one, other))
        return not delivers_more, abs(math.log(next(costs) / next(costs)))

    return min(pairs, key=unlike, default=None)


def pairs_to_swap(instance: Instance, starts: Iterable[ProjectStart], most: int) -> list[Pair]:
    """First and last of each subsector whose benefits follow from quantities by one formula.

    First is what begins first, last what is left out, or begins last: `first_and_last`. Only works that the plan is free to leave out, and about which nothing else
    speaks, are looked at. Subsectors of several candidates come first, then those of great cost.
    """
    when = begins(starts)
    free = candidates_of(instance)
    alone = free - decided_besides(instance)
    count = Counter(row.subsector for row in instance.projects if row.id in free)
    groups: defaultdict[tuple[str, str], list[Project]] = defaultdict(list)
    for row in instance.projects:
        base = row.options[0]
        is_known = base.benefits and base.benefit_basis and not is_last_resort(base)
        if row.id in alone and duty_of(row) is Mandate.FREE and is_known:
            groups[row.subsector, base.benefit_basis.partition(" with ")[0]].append(row)
    found: dict[str, tuple[bool, float, Pair]] = {}
    for (subsector, _), rows in groups.items():
        ends = first_and_last(rows, when)
        if ends is None:
            continue
        first, last = ends
        rank = count[subsector] >= LEAST_MEMBERS, sum(r.options[0].overnight_cost for r in rows)
        if subsector not in found or rank > found[subsector][:2]:
            found[subsector] = (*rank, Pair(subsector, first.id, last.id))
    return [pair for *_, pair in sorted(found.values(), key=lambda row: row[:2], reverse=True)][
        :most
    ]


def with_quantities_of(project: Project, giver: Project) -> Project:
    """`project` that delivers what `giver` does, its own cost kept.

    Other options deliver as many times as much.
    """
    own, other = project.options[0], giver.options[0]

    def changed(option: Option) -> Option:
        if option is own:
            fields = ("benefits", "benefits_low", "benefits_high", "benefit_basis", "deliveries")
            return option.model_copy(update={name: getattr(other, name) for name in fields})
        return option.model_copy(
            update={
                name: _times(getattr(option, name), own.benefits, other.benefits)
                for name in ("benefits", "benefits_low", "benefits_high")
            }
        )

    return project.model_copy(update={"options": tuple(map(changed, project.options))})


def _times(
    streams: Mapping[str, float], own: Mapping[str, float], other: Mapping[str, float]
) -> dict[str, float]:
    whole = sum(own.values())
    factor = sum(other.values()) / whole if whole else 1.0
    return {name: value * factor for name, value in streams.items()}


def swapped(instance: Instance, pairs: Sequence[Pair]) -> Instance:
    """`instance` in which the works of each pair deliver what the other does."""
    giver = {pair.first: pair.last for pair in pairs} | {pair.last: pair.first for pair in pairs}
    by_id = instance.project_by_id
    projects = tuple(
        with_quantities_of(row, by_id[giver[row.id]]) if row.id in giver else row
        for row in instance.projects
    )
    return Instance(**_tables(instance) | {"projects": projects})


def _tables(instance: Instance) -> dict[str, Any]:
    return {name: getattr(instance, name) for name in Instance.model_fields}


def not_swapped(
    instance: Instance,
    pairs: Iterable[Pair],
    before: Iterable[ProjectStart],
    after: Iterable[ProjectStart],
) -> list[str]:
    """Pairs of which the last does not begin before the first `after` their swap."""
    old, new = begins(before), begins(after)

    def same(pair: Pair) -> str:
        first, last = (instance.project_by_id[name] for name in (pair.first, pair.last))
        alike = first.options[0].benefits == last.options[0].benefits
        return " (both deliver the same)" if alike else ""

    def year(value: float) -> str:
        return "out" if value == NEVER else f"{value:.0f}"

    return [
        f"{pair.subsector}: {pair.first} {year(old[pair.first])} -> {year(new[pair.first])}, "
        f"{pair.last} {year(old[pair.last])} -> {year(new[pair.last])}{same(pair)}"
        for pair in pairs
        if not new[pair.last] < new[pair.first]
    ]


def check_swaps(files: RunFiles, trial: Trial, most: int, *, each: bool) -> Check:
    """Whether the quantities decide: swapped, the order of first and last swaps.

    All pairs are swapped in one instance, or with `each` every pair in an instance of its own.
    """
    instance, starts = files.instance, files.plan.starts if files.plan is not None else ()
    pairs = pairs_to_swap(instance, starts, most)
    asked = f"all of {most}, or of as many as there are"
    if not pairs:
        return Check("swap", "no subsector with two works of one formula in order", asked, None)
    groups = [[pair] for pair in pairs] if each else [pairs]
    wrong: list[str] = []
    for group in groups:
        wrong += not_swapped(instance, group, starts, trial.starts(swapped(instance, group)))
    found = f"{len(pairs) - len(wrong)} of {len(pairs)} pairs swap their order"
    return Check("swap", found, asked, not wrong, tuple(wrong))


# --------------------------------------------------------------------------------- fixed service


def service_of_projects(instance: Instance, plan: Plan) -> dict[str, float | None]:
    """Present value of the service that each network project adds to the plan, by project.

    Of a work left out that in the plan with it, begun as soon as it may in its first option. None
    where the networks could not work without it.
    """
    candidates = lay_out(instance)
    chosen = [start.project for start in changing_starts(instance, plan)]
    worths = group_worths(instance, plan, [{name} for name in chosen])
    found = dict(zip(chosen, worths, strict=False))
    built = {start.project for start in plan.starts}
    for name in sorted({row.project for row in instance.project_network} - built):
        start = _first_start(candidates, name)
        if start is not None:
            more = plan.model_copy(update={"starts": (*plan.starts, start)})
            found[name] = next(iter(group_worths(instance, more, [{name}])), None)
    return found


def _first_start(candidates: Candidates, project: str) -> ProjectStart | None:
    for number in candidates.options_of[candidates.project_index[project]]:
        flat = candidates.options[number]
        if flat.standing is None and flat.is_open:
            return start_in(flat, candidates.first_year + flat.first)
    return None


def with_fixed_service(
    instance: Instance, starts: Iterable[ProjectStart], worths: Mapping[str, float | None]
) -> Instance:
    """`instance` without networks: each project yields every year what its service was worth.

    Its yearly amount has the present value of its worth over the years in which it operates in the
    plan, or would if it began at once. What the networks cannot do without must be built.
    """
    candidates = lay_out(instance)
    discount = build_coefficients(candidates).discount
    begun = {row.project: row for row in starts}
    streams, must = [], set[str]()
    for name, worth in worths.items():
        start = begun.get(name) or _first_start(candidates, name)
        if worth is None and name in begun:
            must.add(name)
        if not worth or start is None:
            continue
        life = instance.project_by_id[name].option(start.option).lifetime
        at = start.opening - candidates.first_year
        factor = float(discount[at : at + life].sum())
        if factor > 0.0:
            streams.append(
                BenefitStream(project=name, stream="fixed-service", value=worth / factor)
            )
    changes = dict.fromkeys(("network_nodes", "network_links", "demands", "project_network"), ())
    settings = instance.settings.model_copy(update={"networks": (), "representative_years": ()})
    projects = tuple(
        row.model_copy(update={"mandatory": Mandate.MUST})
        if row.id in must and duty_of(row) is Mandate.FREE
        else row
        for row in instance.projects
    )
    return Instance(
        **_tables(instance)
        | changes
        | {
            "settings": settings,
            "projects": projects,
            "benefits": (*instance.benefits, *streams),
            "targets": tuple(
                row for row in instance.targets if not row.metric.startswith((SERVED, TRAVEL_TIME))
            ),
            "scenarios": (),
        }
    )


def changed_network_projects(
    instance: Instance, before: Iterable[ProjectStart], after: Iterable[ProjectStart]
) -> tuple[list[str], int]:
    """Network candidates that enter, leave or move two years or more, and how many there are."""
    asked = {row.project for row in instance.project_network} & candidates_of(instance)
    found: dict[str, Any] = compare_starts(instance, before, after)
    changed = {*found["enters"], *found["leaves"], *found["moves"]}
    return sorted(asked & changed), len(asked)


def check_service(files: RunFiles, trial: Trial) -> Check:
    """Whether networks decide: without them, at equal fixed benefits, other projects are chosen."""
    asked = f"{LEAST_NETWORK:.0%} of the network candidates"
    instance, plan = files.instance, files.plan
    if plan is None or not changing_starts(instance, plan):
        return Check("service", "no project of the plan changes a network", asked, None)
    worths = service_of_projects(instance, plan)
    after = trial.starts(with_fixed_service(instance, plan.starts, worths))
    changed, most = changed_network_projects(instance, plan.starts, after)
    share = len(changed) / most if most else 0.0
    found = f"{len(changed)} of {most} network candidates change, {share:.0%}"
    return Check("service", found, asked, share >= LEAST_NETWORK, tuple(changed))
