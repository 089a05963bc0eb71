"""Flow that goes round in rings passes more than all plants give; worked out by hand.

Rules: `dc`, `link_capacity`, `node_capacity`.
"""

from __future__ import annotations

import math

import pytest

from infraplan.models.errors import InconsistentInstanceError
from infraplan.models.instance import Instance
from infraplan.models.network import LoadBlock
from infraplan.models.ring_flows import MOST_GAIN
from tests.builders import (
    make_change,
    make_demand,
    make_link,
    make_node,
    make_project,
    make_settings,
)
from tests.optimizer.engine import best
from tests.optimizer.networks.mini import YEARS, blocks, network, service


def pair(second: float, capacity: float | None = None) -> Instance:
    """A project that opens two lines from a plant of 10 to a demand of 10, worth 5 a unit."""
    return network(
        [make_project("up", 1.0)],
        [make_node("a", "plant", "p", capacity=10.0), make_node("b", "zone", "p")],
        [
            make_link("l1", "a", "b", "p", reactance=1.0, exists=False),
            make_link("l2", "a", "b", "p", reactance=second, exists=False, capacity=capacity),
        ],
        [make_demand("d", "b", 10.0, "p", unserved_price=5.0)],
        [make_change("up", "l1"), make_change("up", "l2")],
    )


def test_lines_of_both_signs_feed_each_other() -> None:
    # Of 10 in all, -90 pass l1 and 100 pass l2: the difference of angles is -90 for both.
    found = best(pair(-0.9))
    assert found.objective == pytest.approx(49.0)
    assert service(found.plan, "l1", "flow") == pytest.approx(-90.0)
    assert service(found.plan, "l2", "flow") == pytest.approx(100.0)


@pytest.mark.parametrize(("capacity", "worth"), [(200.0, 49.0), (50.0, 24.0), (5.0, 1.5)])
def test_a_capacity_beyond_the_supply_counts(capacity: float, worth: float) -> None:
    # A tenth of what passes l2 arrives.
    assert best(pair(-0.9, capacity)).objective == pytest.approx(worth)


def test_a_line_beside_a_limited_one_carries_what_that_brings_too() -> None:
    # l2 takes 60 at most, so 6 arrive; l1, which has no capacity, carries 54 back.
    found = best(pair(-0.9, 60.0))
    assert service(found.plan, "l1", "flow") == pytest.approx(-54.0)
    assert found.objective == pytest.approx(29.0)


def test_a_directed_link_drives_flow_round() -> None:
    """All reactances are positive; the cable sends 505 along the line that carries 500 back.

    Of 10 at d, 5 come over a-d at most: angles of a and d are 5 apart. The other 5 come over b,
    whose angle is 10 above d's and 5 above a's, so 500 flow from b to a.
    """
    instance = network(
        [make_project("up", 1.0)],
        [
            make_node("a", "plant", "p", capacity=10.0),
            make_node("b", network="p"),
            make_node("d", "zone", "p"),
        ],
        [
            make_link("ad", "a", "d", "p", reactance=1.0, capacity=5.0),
            make_link("bd", "b", "d", "p", reactance=2.0),
            make_link("ab", "a", "b", "p", reactance=0.01, exists=False),
            make_link("cable", "a", "b", "p", capacity=505.0, exists=False),
        ],
        [make_demand("load", "d", 10.0, "p", unserved_price=5.0)],
        [make_change("up", "ab"), make_change("up", "cable")],
    )
    found = best(instance)
    assert found.objective == pytest.approx(24.0)
    assert service(found.plan, "cable", "flow") == pytest.approx(505.0)


@pytest.mark.parametrize("second", [-1.0, -1.0 + 0.5 / MOST_GAIN])
def test_what_may_grow_without_limit_is_refused_in_one_error(second: float) -> None:
    with pytest.raises(InconsistentInstanceError) as caught:
        pair(second)
    (finding,) = caught.value.findings
    assert finding.column == "capacity"
    assert "l1, l2" in str(finding.message)
    assert "l1, l2" in finding.message.zh
    assert best(pair(second, 20.0)).objective is not None


def test_rings_in_which_nothing_is_decided_need_no_capacity() -> None:
    # What stands is a linear program, whatever goes round.
    instance = network(
        [],
        [make_node("a", "plant", "p", capacity=10.0), make_node("b", "zone", "p")],
        [
            make_link("l1", "a", "b", "p", reactance=1.0),
            make_link("l2", "a", "b", "p", reactance=-1.0),
            make_link("l3", "a", "b", "p"),
        ],
        [make_demand("d", "b", 10.0, "p", unserved_price=5.0)],
    )
    assert service(best(instance).plan, "d", "served") == pytest.approx(10.0)


def test_a_state_in_which_a_line_is_out_is_a_design_of_its_own() -> None:
    """With x = 1, -2 and -2.2 together flows are settled, without the last one nearly as well.

    With the first two of 1 and -1 and the third out, nothing settles them.
    """

    def three(second: float, out: tuple[str, ...]) -> Instance:
        states = blocks("p", LoadBlock(id="day"), LoadBlock(id="night", out=out))
        return network(
            [make_project("up", 1.0)],
            [make_node("a", "plant", "p", capacity=10.0), make_node("b", "zone", "p")],
            [
                make_link("l1", "a", "b", "p", reactance=1.0),
                make_link("l2", "a", "b", "p", reactance=second),
                make_link("l3", "a", "b", "p", reactance=0.5),
                make_link("l4", "a", "b", "p", reactance=1.0, capacity=1.0, exists=False),
            ],
            [make_demand("d", "b", 10.0, "p", unserved_price=5.0)],
            [make_change("up", "l4")],
            settings=make_settings(YEARS, networks=[states]),
        )

    assert best(three(-1.0, ())).objective is not None
    assert best(three(-2.0, ("l3",))).objective is not None
    with pytest.raises(InconsistentInstanceError):
        three(-1.0, ("l3",))


def test_the_angle_limit_of_a_lone_candidate_holds() -> None:
    # Nothing but the candidate joins a and b: half a radian lets 5 pass, not 10.
    instance = network(
        [make_project("up", 1.0)],
        [make_node("a", "plant", "p", capacity=10.0), make_node("b", "zone", "p")],
        [
            make_link(
                "l1", "a", "b", "p", reactance=0.1, exists=False, angle_limit=math.degrees(0.5)
            )
        ],
        [make_demand("d", "b", 10.0, "p", unserved_price=5.0)],
        [make_change("up", "l1")],
    )
    assert best(instance).objective == pytest.approx(24.0)
