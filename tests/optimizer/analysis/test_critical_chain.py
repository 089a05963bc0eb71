"""The chain that fixes openings, against every path of tight relations."""

from __future__ import annotations

import random

import networkx as nx
import pytest

from infraplan.models.instance import Instance
from infraplan.models.plan import Plan
from infraplan.optimizer.analysis.critical_chain import critical_chain, tight_pairs
from tests.builders import make_instance, make_plan, make_project, make_relation, make_start

TYPES = ("finish_to_start", "start_to_start", "finish_to_finish")


def planned(starts: dict[str, int], relations: list[object]) -> tuple[Instance, Plan]:
    projects = [make_project(name, 1.0, 1.0, lead_time=1 + n % 3) for n, name in enumerate(starts)]
    instance = make_instance(projects, years=(2021, 2040), relations=relations)
    return instance, make_plan(instance, [make_start(instance, n, y) for n, y in starts.items()])


def test_a_year_between_breaks_the_chain() -> None:
    """a (2021, opens 2022) - b (2022, 2024) - c (2025: a year later than it could)."""
    ties = [make_relation("finish_to_start", ["a"], ["b"])]
    ties.append(make_relation("finish_to_start", ["b"], ["c"]))
    tight = planned({"a": 2021, "b": 2022, "c": 2024}, ties)
    assert [link.project for link in critical_chain(*tight)] == ["a", "b", "c"]
    loose = planned({"a": 2021, "b": 2022, "c": 2025}, ties)
    assert [link.project for link in critical_chain(*loose)] == ["a", "b"]
    assert critical_chain(*planned({"a": 2021, "b": 2025, "c": 2030}, ties)) == ()


def test_of_some_predecessors_the_one_counts_that_sets_the_year() -> None:
    """c needs one of a (opens 2022) and b (opens 2026): a sets its year."""
    tie = make_relation("finish_to_start", ["a", "b"], ["c"], count=1)
    found = critical_chain(*planned({"a": 2021, "b": 2024, "c": 2022}, [tie]))
    assert [link.project for link in found] == ["a", "c"]


@pytest.mark.parametrize("seed", range(12))
def test_no_path_of_tight_relations_spans_more_years(seed: int) -> None:
    draw = random.Random(seed)
    names = [f"p{n}" for n in range(7)]
    years = {name: 2021 + draw.randrange(4) for name in names}
    ties = [
        make_relation(draw.choice(TYPES), [a], [b], lag=draw.randrange(2))
        for n, a in enumerate(names)
        for b in names[n + 1 :]
        if draw.random() < 0.7
    ]
    instance, plan = planned(years, ties)
    starts = {row.project: row for row in plan.starts}
    graph = nx.DiGraph([(a, b) for a, b, _ in tight_pairs(instance, starts)])
    spans = [
        starts[path[-1]].opening - starts[path[0]].start
        for a in graph
        for b in graph
        if a != b
        for path in nx.all_simple_paths(graph, a, b)
    ]
    found = critical_chain(instance, plan)
    assert bool(found) is bool(spans)
    if spans:
        assert found[-1].opening - found[0].start == max(spans)
