"""The doubt about benefits that are one share of cost."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from infraplan.models.inconsistency import Inconsistency
from infraplan.models.instance import Instance
from infraplan.models.project import Project
from infraplan.optimizer.estimating.plausibility import find_implausibilities
from infraplan.optimizer.estimating.share_plausibility import share_doubts
from tests.assertions import assert_bilingual
from tests.builders import (
    make_change,
    make_instance,
    make_node,
    make_option,
    make_project,
    make_stream,
)


def works(
    subsector: str, costs: Iterable[float], share: float = 0.1, **values: object
) -> list[Project]:
    return [
        make_project(f"{subsector}{n}", cost, round(share * cost, 6), subsector=subsector, **values)
        for n, cost in enumerate(costs)
    ]


def found_in(instance: Instance) -> list[Inconsistency]:
    found = list(share_doubts(instance))
    for item in found:
        assert_bilingual(item.message, item.message.zh)
        assert_bilingual(item.advice, item.advice.zh)
    return found


def test_works_with_one_share_of_unequal_costs_are_counted() -> None:
    rows = [*works("road", (1, 2, 3)), *works("dike", (4, 5, 6, 7), 0.2)]
    odd = make_project("odd", 5.0, 0.7, subsector="road")
    (doubt,) = found_in(make_instance([*rows, odd]))
    assert (doubt.rule, doubt.table, doubt.index) == ("benefit-of-cost", "projects", None)
    assert "7 of 8 projects with siblings" in str(doubt.message)
    assert "dike: 4 at 0.2" in str(doubt.message)
    assert "road: 3 at 0.1" in str(doubt.message)
    assert "money and type decide between them, not need" in str(doubt.message)
    assert doubt in find_implausibilities(make_instance([*rows, odd]))


@pytest.mark.parametrize(
    "rows",
    [
        works("road", (1, 2, 3, 4)),  # too few in all
        [*works("road", (1, 2)), *works("dike", (1, 2)), *works("port", (1, 2))],  # in each
        works("road", (2, 2, 2, 2, 2)),  # equal works deliver alike
        [p for n in range(6) for p in works(f"r{n}", (1.0 + n,))],  # of a kind each
        [make_project(f"p{n}", 1.0 + n, 0.5, subsector="r") for n in range(6)],  # unlike shares
    ],
)
def test_nothing_is_told_of_few_or_unlike_works(rows: list[Project]) -> None:
    assert found_in(make_instance(rows)) == []


def test_a_few_programmes_of_several_sizes_are_nothing_strange() -> None:
    own = [make_project(f"p{n}", 1.0 + n, 0.5, subsector="port") for n in range(15)]
    assert len(found_in(make_instance([*works("road", (1, 2, 3, 4, 5)), *own]))) == 1
    sixteen = [*own, make_project("p15", 16.0, 0.5, subsector="port")]
    assert found_in(make_instance([*works("road", (1, 2, 3, 4, 5)), *sixteen])) == []
    # One of its kind has no siblings, and is not counted among them.
    single = make_project("dam", 16.0, 0.5, subsector="dam")
    assert len(found_in(make_instance([*works("road", (1, 2, 3, 4, 5)), *own, single]))) == 1


def test_works_that_are_not_to_be_decided_do_not_count() -> None:
    begun = works("road", (1, 2, 3, 4, 5), stage="under_construction", mandatory="committed")
    assert found_in(make_instance(begun)) == []
    rows = works("pump", (1, 2, 3, 4, 5))
    assert len(found_in(make_instance(rows))) == 1
    nodes = [make_node(row.id, "source", exists=False, capacity=1.0) for row in rows]
    nodes = [node.model_copy(update={"id": f"n-{node.id}"}) for node in nodes]
    changes = [make_change(row.id, f"n-{row.id}") for row in rows]
    assert found_in(make_instance(rows, network_nodes=nodes, project_network=changes)) == []
    shortest = make_instance(rows, settings={"objective": "makespan"})
    assert found_in(shortest) == []


def test_the_first_option_and_all_its_streams_count() -> None:
    rows = [
        make_project(
            f"r{n}",
            options=[make_option("base", 2.0 + n, 0.1), make_option("small", 1.0, 0.3 + n)],
            subsector="road",
        )
        for n in range(5)
    ]
    assert found_in(make_instance(rows)) == []
    more = [make_stream(f"r{n}", 0.1 * (2.0 + n) - 0.1) for n in range(5)]
    assert len(found_in(make_instance(rows, benefits=more))) == 1
    small = [make_stream(row.project, row.value, option="small") for row in more]
    assert found_in(make_instance(rows, benefits=small)) == []
