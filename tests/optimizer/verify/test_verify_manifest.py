"""Every number of run.json follows from the plan, or is named."""

from __future__ import annotations

from typing import Any

import pytest

from infraplan.models.totals import TOTALS, compute_totals
from infraplan.optimizer.verify import Violation, verify_manifest
from tests.builders import edit
from tests.optimizer.verify.small_plan import small_instance, small_plan

HASH = "sha256:abc"


def _manifest(**changes: Any) -> dict[str, Any]:
    """Manifest of the small plan; numbers by hand.

    Spend 40 + 60 + 50 = 150, no inflation; borrowed 10 + 50; peak balance 75 in 2022; peak service
    of 2025: 50 + 2.5 (2024: 13); the one target is missed. Bound -30: gap .8224/30.8224.
    """
    fixed: dict[str, Any] = {
        "instance": "test",
        "instance_hash": HASH,
        "scenario": "",
        "objective": -30.8224,
        "bound": -30.0,
        "gap": 0.8224 / 30.8224,
        "num_projects": 2,
        "num_selected": 2,
        "termination": "time_limit",
        "solution_state": "feasible",
        "options": {"gap": 0.03},
        "runtime_s": 1.5,
        "totals": {
            "investment": 150.0,
            "payments": 150.0,
            "borrowed": 60.0,
            "refinanced": 0.0,
            "debt_peak": 75.0,
            "debt_service_peak": 52.5,
            "targets_attained": 0,
            "targets_missed": 1,
        },
    }
    return fixed | changes


def _found(manifest: dict[str, Any]) -> tuple[Violation, ...]:
    return verify_manifest(small_instance(), small_plan(), manifest, HASH)


def test_manifest_of_the_small_plan_is_right() -> None:
    assert _found(_manifest()) == ()
    assert compute_totals(small_plan(), small_instance()) == pytest.approx(_manifest()["totals"])
    assert set(_manifest()["totals"]) == set(TOTALS)


def test_a_proven_manifest_is_right() -> None:
    proven = {"bound": -30.8224, "gap": 0.0, "termination": "optimal", "solution_state": "optimal"}
    assert _found(_manifest(**proven)) == ()
    assert _found(_manifest(termination="gap_reached")) == ()
    assert _found(_manifest(termination="gap_reached", options={})) == ()
    assert _found(_manifest(bound=None, gap=None)) == ()
    assert _found({**_manifest(), "totals": None}) == ()


@pytest.mark.parametrize(
    ("changes", "subject"),
    [
        ({"instance": "other"}, "instance"),
        ({"instance": None}, "instance"),
        ({"instance_hash": "sha256:abd"}, "instance_hash"),
        ({"scenario": "dry"}, "scenario"),
        ({"objective": -30.82}, "objective"),
        ({"objective": None}, "objective"),
        ({"objective": "much"}, "objective"),
        ({"objective": float("nan")}, "objective"),
        ({"objective": True}, "objective"),
        ({"num_projects": 3}, "num_projects"),
        ({"num_selected": 1}, "num_selected"),
        ({"bound": -31.0, "gap": 0.1776 / 30.8224}, "bound"),
        ({"bound": float("inf")}, "bound"),
        ({"bound": "none"}, "bound"),
        ({"bound": None}, "gap"),
        ({"gap": None}, "gap"),
        ({"gap": 0.0}, "gap"),
        ({"gap": 0.03}, "gap"),
        ({"gap": float("nan")}, "gap"),
        ({"termination": "optimal"}, "termination"),
        ({"termination": "gap_reached", "options": {"gap": 0.001}}, "termination"),
        ({"termination": "gap_reached", "bound": None, "gap": None}, "termination"),
        ({"solution_state": "none"}, "solution_state"),
        ({"solution_state": "optimal", "options": {"gap": 0.02}}, "solution_state"),
        ({"solution_state": "optimal", "bound": None, "gap": None}, "solution_state"),
        ({"totals": [1.0]}, "totals"),
    ],
)
def test_a_wrong_manifest_is_named(changes: dict[str, Any], subject: str) -> None:
    found = _found(_manifest(**changes))
    assert [(violation.law, violation.subject) for violation in found] == [("manifest", subject)]
    assert found[0].message.startswith("run.json: ")


@pytest.mark.parametrize("name", TOTALS)
def test_each_total_is_checked(name: str) -> None:
    totals = _manifest()["totals"]
    for wrong in (totals[name] + 1.0, None, "x"):
        found = _found(_manifest(totals={**totals, name: wrong}))
        assert [violation.subject for violation in found] == [name]
    missing = {key: value for key, value in totals.items() if key != name}
    assert [violation.subject for violation in _found(_manifest(totals=missing))] == [name]


def test_a_total_that_nobody_knows_is_named() -> None:
    totals = {**_manifest()["totals"], "happiness": 1.0}
    assert [violation.subject for violation in _found(_manifest(totals=totals))] == ["happiness"]


def test_an_empty_manifest_is_named_number_by_number() -> None:
    found = verify_manifest(small_instance(), small_plan(), {}, HASH)
    assert {violation.subject for violation in found} == {
        "instance",
        "instance_hash",
        "objective",
        "num_projects",
        "num_selected",
    }


def test_manifest_is_held_against_the_decisions_not_the_plan_s_own_rows() -> None:
    """A plan whose rows all agree with a false manifest is found out all the same."""
    plan = edit(small_plan(), objective=0.0, objective_terms=(), debt_years=())
    told = _manifest(
        objective=0.0, bound=0.0, gap=0.0, totals=compute_totals(plan, small_instance())
    )
    found = {v.subject for v in verify_manifest(small_instance(), plan, told, HASH)}
    assert {"objective", "debt_peak", "debt_service_peak", "gap"} <= found


def test_what_changes_cost_follows_from_plan_and_bound() -> None:
    price = {"price": 2.0, "low": 2.0 - 0.8224, "high": 2.5}
    assert _found(_manifest(changes={"price": price})) == ()
    for wrong in ({"price": 2.1}, {"low": 1.0}, {"high": 1.9}, {"low": None}):
        found = _found(_manifest(changes={"price": price | wrong}))
        assert [row.subject for row in found] == ["changes.price"]


def test_the_engine_is_the_one_asked_for() -> None:
    asked = {"gap": 0.03, "engine": "exact"}
    assert _found(_manifest(engine="exact", options=asked)) == ()
    found = _found(_manifest(engine="decomposition", options=asked))
    assert [row.subject for row in found] == ["engine"]
    assert _found(_manifest(engine="exact", options={"gap": 0.03, "engine": "auto"})) == ()


def test_networks_cost_what_the_instance_says() -> None:
    found = _found(_manifest(network_cost=3.0))
    assert [row.subject for row in found] == ["network_cost"]
