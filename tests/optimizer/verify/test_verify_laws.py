"""Every law of docs/laws.md has a plan that breaks it and nothing else."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from infraplan.models.catalogue import entry
from infraplan.models.instance import Instance
from infraplan.models.network import LoadBlock, NetworkSettings
from infraplan.models.plan import Plan
from infraplan.optimizer.verify import LAWS, verify_plan
from tests.assertions import assert_bilingual, assert_breaks, assert_verified
from tests.builders import (
    make_demand,
    make_instance,
    make_link,
    make_node,
    make_plan,
    make_service,
    make_settings,
)
from tests.optimizer.verify.seeds import SEEDS

PAGE = Path(__file__).parents[3] / "docs" / "laws.md"


@pytest.mark.parametrize("law", sorted(SEEDS))
def test_law_is_broken_alone(law: str) -> None:
    instance, plan, broken = SEEDS[law]()
    assert_verified(instance, plan)
    assert_breaks(instance, broken, law)
    for violation in verify_plan(instance, broken).violations:
        assert_bilingual(violation.message, violation.message.zh)
        assert entry("law", violation.law).chinese in violation.phrase.zh


def test_every_law_has_a_seed() -> None:
    # The law `manifest` is about run.json and has tests of its own.
    assert set(SEEDS) == set(LAWS) - {"manifest"}


def test_laws_are_those_of_the_page() -> None:
    """A law is a name in backticks that begins a list item, or follows within the item's text."""
    text = PAGE.read_text(encoding="utf-8")
    named = set(re.findall(r"`([a-z_]+)`", text))
    assert set(LAWS) <= named
    heads = set(re.findall(r"^- `([a-z_]+)`", text, flags=re.MULTILINE))
    assert heads <= set(LAWS)


def _round(there: float, direct: float, back: float) -> tuple[Instance, Plan]:
    """g sends to z over k, where a tenth is lost each time, and z back to g without a loss."""
    instance = make_instance(
        network_nodes=[
            make_node("g", "plant", "p", capacity=20.0),
            make_node("k", "zone", "p"),
            make_node("z", "zone", "p"),
        ],
        network_links=[
            make_link("l1", "g", "k", "p", loss=0.1),
            make_link("l2", "k", "z", "p", loss=0.1),
            make_link("l3", "z", "g", "p", both_ways=True),
        ],
        years=(2021, 2021),
        demands=[make_demand("load", "z", 8.1, "p", unserved_price=1.0)],
    )
    rows = [
        make_service("p", "g", "output", 2021, there + direct - back),
        make_service("p", "l1", "flow", 2021, there),
        make_service("p", "l2", "flow", 2021, 0.9 * there),
        make_service("p", "l3", "flow", 2021, back),
        make_service("p", "l3", "flow_back", 2021, direct),
        make_service("p", "load", "served", 2021, 0.81 * there + direct - back),
    ]
    return instance, make_plan(instance, service=[row for row in rows if row.value])


def test_nothing_flows_round_in_a_ring_of_three_with_losses() -> None:
    assert_verified(*_round(5.0, 4.05, 0.0))
    instance, plan = _round(12.0, 0.0, 1.62)
    assert_breaks(instance, plan, "one_way")
    (violation,) = verify_plan(instance, plan).violations
    assert violation.subject in {"l1", "l2", "l3"}


def _idle(back: float = 0.0, turned: float = 0.0) -> tuple[Instance, Plan]:
    """A lossless link to a lossless storage that takes in 2; `back` more goes there and back."""
    instance = make_instance(
        network_nodes=[
            make_node("g", "plant", "p", capacity=9.0),
            make_node("s", "storage", "p", capacity=9.0),
        ],
        network_links=[make_link("line", "g", "s", "p", both_ways=True, capacity=9.0)],
        years=(2021, 2021),
        settings=make_settings(
            (2021, 2021),
            networks=[NetworkSettings(id="p", blocks=(LoadBlock(id="day"), LoadBlock(id="night")))],
        ),
        demands=[make_demand("load", "g", 2.0, "p", unserved_price=1.0)],
    )
    rows = [
        make_service("p", "g", "output", 2021, 4.0, block="day"),
        make_service("p", "line", "flow", 2021, 2.0 + back, block="day"),
        make_service("p", "line", "flow_back", 2021, back, block="day"),
        make_service("p", "s", "charge", 2021, 2.0 + turned, block="day"),
        make_service("p", "s", "discharge", 2021, turned, block="day"),
        make_service("p", "load", "served", 2021, 2.0, block="day"),
        make_service("p", "s", "discharge", 2021, 2.0, block="night"),
        make_service("p", "line", "flow_back", 2021, 2.0, block="night"),
        make_service("p", "load", "served", 2021, 2.0, block="night"),
    ]
    return instance, make_plan(instance, service=[row for row in rows if row.value])


def test_no_lossless_link_carries_both_ways_and_no_storage_turns_over() -> None:
    assert_verified(*_idle())
    instance, plan = _idle(back=3.0)
    assert_breaks(instance, plan, "one_way")
    (violation,) = verify_plan(instance, plan).violations
    assert violation.subject == "line"
    assert_breaks(*_idle(turned=1.0), "storage")


def _stored(charge: float, turned: float, spill: float) -> tuple[Instance, Plan]:
    """A storage that gives half back takes in `charge` by day; 1 is wanted by night."""
    instance = make_instance(
        network_nodes=[
            make_node("g", "plant", "p", capacity=9.0),
            make_node("s", "storage", "p", capacity=9.0, efficiency=0.5, spill=True),
        ],
        network_links=[make_link("line", "g", "s", "p")],
        years=(2021, 2021),
        settings=make_settings(
            (2021, 2021),
            networks=[NetworkSettings(id="p", blocks=(LoadBlock(id="day"), LoadBlock(id="night")))],
        ),
        demands=[make_demand("load", "s", 1.0, "p", unserved_price=1.0)],
    )
    rows = [
        make_service("p", "g", "output", 2021, charge + spill - turned, block="day"),
        make_service("p", "line", "flow", 2021, charge + spill - turned, block="day"),
        make_service("p", "s", "charge", 2021, charge, block="day"),
        make_service("p", "s", "discharge", 2021, turned, block="day"),
        make_service("p", "s", "spill", 2021, spill, block="day"),
        make_service("p", "s", "discharge", 2021, 1.0, block="night"),
        make_service("p", "load", "served", 2021, 1.0, block="night"),
    ]
    return instance, make_plan(instance, service=[row for row in rows if row.value])


def test_a_storage_keeps_nothing_and_turns_nothing_over() -> None:
    assert_verified(*_stored(2.0, 0.0, 2.0))
    for charge, turned in ((4.0, 0.0), (4.0, 1.0)):  # kept; lost in turning over
        instance, plan = _stored(charge, turned, 0.0)
        assert_breaks(instance, plan, "storage")
        (violation,) = verify_plan(instance, plan).violations
        assert violation.subject == "s"
