"""The index of networks: ids and incidence, and what is kept of an instance in a copy of it."""

from __future__ import annotations

import dataclasses

from infraplan.models.network_index import NetworkIndex
from tests.builders import (
    edit,
    make_change,
    make_demand,
    make_instance,
    make_link,
    make_node,
    make_project,
)


def two_networks():
    return make_instance(
        [make_project("pipe")],
        network_nodes=[
            make_node("well", "source", capacity=8.0),
            make_node("a", network="t"),
            make_node("town", "zone"),
            make_node("b", network="t"),
        ],
        network_links=[
            make_link("main", "well", "town", exists=False),
            make_link("road", "a", "b", "t", both_ways=True),
            make_link("second", "well", "town"),
        ],
        demands=[
            make_demand("taps", "town", 8.0),
            make_demand("trip", "a", 1.0, "t", to_node="b", value_of_time=1.0),
        ],
        project_network=[
            make_change("pipe", "road", "set_time", 0.0),
            make_change("pipe", "main"),
            make_change("pipe", "well", "add_capacity", 1.0),
        ],
    )


def test_index_of_two_networks() -> None:
    index = two_networks().network_index
    assert list(index) == ["w", "t"]
    assert index["w"] == NetworkIndex(
        id="w",
        nodes=("well", "town"),
        links=("main", "second"),
        demands=("taps",),
        ends={"main": ("well", "town"), "second": ("well", "town")},
        leaving={"well": ("main", "second"), "town": ()},
        arriving={"well": (), "town": ("main", "second")},
        demands_at={"town": ("taps",)},
        changes={"main": (1,), "well": (2,)},
    )
    # A link of both ways stands once at each end.
    assert index["t"].leaving == {"a": ("road",), "b": ()}
    assert index["t"].arriving == {"a": (), "b": ("road",)}
    assert index["t"].changes == {"road": (0,)}


def test_the_index_knows_neither_years_nor_amounts() -> None:
    """What stands when and how large it is is law, which every reader works out itself."""
    instance = two_networks()
    later = edit(
        instance,
        network_nodes=tuple(edit(row, capacity=1.0, cost=2.0) for row in instance.network_nodes),
        network_links=tuple(
            edit(row, exists=True, capacity=5.0, time=9.0, loss=0.5)
            for row in instance.network_links
        ),
        demands=tuple(edit(row, amount=99.0, growth=0.1) for row in instance.demands),
        project_network=tuple(
            edit(row, from_year=2024, value=7.0) for row in instance.project_network
        ),
    )
    assert later.network_index == instance.network_index
    assert {field.name for field in dataclasses.fields(NetworkIndex)} == {
        *("id", "nodes", "links", "demands", "ends", "leaving", "arriving"),
        *("demands_at", "changes"),
    }


def test_a_copy_with_other_rows_has_an_index_of_its_own() -> None:
    instance = two_networks()
    assert set(instance.network_index) == {"w", "t"}
    assert set(instance.project_by_id) == {"pipe"}
    water = edit(
        instance,
        projects=(),
        network_nodes=tuple(row for row in instance.network_nodes if row.network == "w"),
        network_links=instance.network_links[:1],
        project_network=(),
    )
    assert water.network_index["w"].links == ("main",)
    assert set(water.network_index) == {"w"}
    assert water.network_index["w"].changes == {}
    assert water.project_by_id == {}
