"""The compiled maximum closure against a maximum flow by networkx, for weights that change."""

from __future__ import annotations

import networkx
import numpy as np
import pytest

from infraplan.optimizer.decomposition.closure import ClosureGraph


def most(nodes: int, tail: np.ndarray, head: np.ndarray, weight: np.ndarray) -> float:
    """Weight of the best closure: all that is worth something, less the least cut."""
    graph = networkx.DiGraph()
    graph.add_nodes_from(["in", "out", *range(nodes)])
    for node in range(nodes):
        if weight[node] > 0.0:
            graph.add_edge("in", node, capacity=weight[node])
        elif weight[node] < 0.0:
            graph.add_edge(node, "out", capacity=-weight[node])
    graph.add_edges_from(zip(tail.tolist(), head.tolist(), strict=True))
    return float(weight[weight > 0.0].sum() - networkx.maximum_flow_value(graph, "in", "out"))


@pytest.mark.parametrize("seed", range(40))
def test_the_best_closure_is_found_again_for_other_weights(seed: int) -> None:
    random = np.random.default_rng(seed)
    nodes = int(random.integers(1, 30))
    tail, head = random.integers(0, nodes, (2, int(random.integers(0, 80))))
    tail, head = tail[tail != head], head[tail != head]
    graph = ClosureGraph(nodes, tail, head)
    for _ in range(4):
        weight = random.integers(-10, 11, nodes).astype(np.float64)
        found = graph.closure(weight, 1e-9)
        assert found is not None
        assert not np.any(found.inside[tail] & ~found.inside[head])
        assert (graph.flow >= 0.0).all()
        expected = most(nodes, tail, head, weight)
        assert weight[found.inside].sum() == pytest.approx(expected, abs=1e-6)
        assert found.most == pytest.approx(expected, abs=1e-6)
        left = weight - np.bincount(tail, graph.flow_as_given(), nodes)
        left += np.bincount(head, graph.flow_as_given(), nodes)
        assert np.maximum(left, 0.0).sum() == pytest.approx(expected, abs=1e-6), "the proof"


def test_no_more_arcs_are_looked_at_than_asked_for() -> None:
    tail, head = np.arange(1, 50), np.arange(49)
    weight = np.where(np.arange(50) == 49, 5.0, -0.1)
    graph = ClosureGraph(50, tail, head)
    assert graph.closure(weight, 1e-9, most_work=60.0) is None
    found = graph.closure(weight, 1e-9)
    assert found is not None
    assert found.inside.all()
