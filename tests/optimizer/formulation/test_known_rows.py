"""A program that takes rows from another one is the program built anew, number by number."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import fields
from typing import Any

import numpy as np
import pytest

from infraplan.models.instance import Instance
from infraplan.optimizer import program
from infraplan.optimizer.formulation.networks import known_rows
from infraplan.optimizer.formulation.networks.baseline import least_cost_flows
from infraplan.optimizer.formulation.networks.changes import Rows
from infraplan.optimizer.formulation.networks.known_rows import KnownRows
from infraplan.optimizer.generating.make import generate, make_request
from infraplan.optimizer.mip import Mip
from infraplan.optimizer.program import build_formulation
from infraplan.optimizer.sweeps.drawn_data import SHOWN_LATE
from infraplan.optimizer.sweeps.draws import instance_at, make_draws
from tests.golden.test_golden_rows import everything, hurried, networks, renewed
from tests.oracle.generate import random_instance

RANDOM = range(12)
"""Random instances over all features of money, relations and time."""
MADE = range(1, 5)
"""Made-up instances with networks of every kind."""
DRAWS = 2


def instances() -> Iterator[Instance]:
    for make in (everything, hurried, networks, renewed):
        yield make()
    for seed in RANDOM:
        yield random_instance(seed)
    for seed in MADE:
        yield generate(make_request(8, 4, seed, debt=seed % 2 == 0, networks=True))


def shown_and_whole(instance: Instance) -> Iterator[tuple[Instance, Instance]]:
    """What shows of a draw before works begin, and all of it."""
    draws = make_draws(instance, 3, DRAWS)
    for number in range(DRAWS):
        places = dict(
            zip((d.key for d in draws.data), map(float, draws.quantiles[number]), strict=True)
        )
        shown = {key: place for key, place in places.items() if key[2] not in SHOWN_LATE}
        yield instance_at(instance, shown), instance_at(instance, places)


def differences(one: Mip, other: Mip) -> list[str]:
    """Fields in which two programs differ at all."""

    def is_same(a: Any, b: Any) -> bool:
        return np.array_equal(a, b) if isinstance(a, np.ndarray) else bool(a == b)

    found = []
    for row in fields(Mip):
        a, b = getattr(one, row.name), getattr(other, row.name)
        if row.name == "starts":
            same = all(is_same(getattr(a, f.name), getattr(b, f.name)) for f in fields(a))
        elif row.name == "row_blocks":
            told = [[(r.family, r.start, r.size, r.axes, [*r.keys]) for r in x] for x in (a, b)]
            same = told[0] == told[1]
        else:
            same = is_same(a, b)
        if not same:
            found.append(row.name)
    return found


def test_a_changed_program_is_the_one_built_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    copied: dict[str, int] = {}
    of = KnownRows.of

    def counting(self: KnownRows, family: str, slice_: Any) -> Any:
        found = of(self, family, slice_)
        kind = f"{family} of {'trips' if slice_.network.is_transport else 'flows'}"
        copied[kind] = copied.get(kind, 0) + (0 if found is None else len(found.size))
        return found

    monkeypatch.setattr(KnownRows, "of", counting)
    differing = 0
    for instance in instances():
        for shown, whole in shown_and_whole(instance):
            first = build_formulation(whole)
            anew, changed = build_formulation(shown), build_formulation(shown, like=first)
            assert differences(anew.mip, changed.mip) == [], instance.settings.id
            differing += differences(first.mip, anew.mip) != []
    assert differing > 20  # the two programs of a draw are not the same
    assert copied["flow_balance of trips"] > 0
    assert copied["node_capacity of flows"] > 0
    assert copied["link_capacity of flows"] > 0
    assert copied["dc of flows"] > 0
    assert copied["link_capacity of trips"] == 0  # how many trips there are is in its rows


def _other_windows(instance: Instance) -> Instance:
    row = instance.projects[-1]
    last = instance.settings.horizon.first_year
    rows = (*instance.projects[:-1], row.model_copy(update={"latest_start": last + 1}))
    return instance.with_tables(projects=rows)


def _other_links(instance: Instance) -> Instance:
    row = instance.network_links[0]
    wider = row.model_copy(update={"capacity": 7.0 + (row.capacity or 0.0)})
    return instance.with_tables(network_links=(wider, *instance.network_links[1:]))


def _other_money(instance: Instance) -> Instance:
    row = instance.inflows[0]
    more = row.model_copy(update={"value": row.value + 1.0})
    return instance.with_tables(inflows=(more, *instance.inflows[1:]))


@pytest.mark.parametrize("change", [_other_windows, _other_links, _other_money])
def test_nothing_is_taken_where_more_differs(
    change: Callable[[Instance], Instance], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = generate(make_request(8, 4, 2, debt=True, networks=True))
    after = change(before)
    taken = []
    added = Rows.add_known

    def watched(self: Rows, slice_: Any) -> bool:
        taken.append(added(self, slice_))
        return taken[-1]

    monkeypatch.setattr(Rows, "add_known", watched)
    changed = build_formulation(after, like=build_formulation(before))
    assert taken
    assert not any(taken)
    assert differences(build_formulation(after).mip, changed.mip) == []


def test_flows_without_projects_are_found_once_for_a_list(monkeypatch: pytest.MonkeyPatch) -> None:
    instance = generate(make_request(8, 4, 2, debt=True, networks=True))
    draws = list(shown_and_whole(instance))
    asked = 0

    def counting(*given: Any) -> Any:
        nonlocal asked
        asked += 1
        return least_cost_flows(*given)

    monkeypatch.setattr(program, "least_cost_flows", counting)
    program._LAST.clear()
    told = []
    for shown, whole in draws:
        told += [build_formulation(whole).mip, build_formulation(shown).mip]
    # What shows before works begin has the demands of the instance itself in every draw.
    assert asked == 1 + DRAWS
    for (shown, _), mip in zip(draws, told[1::2], strict=True):
        program._LAST.clear()
        again = shown.model_copy()
        assert differences(build_formulation(again).mip, mip) == []


def test_what_may_differ_is_what_shows_late() -> None:
    """The fields left out of the comparison are those of the data that show late."""
    assert {"benefits", "amount", "value_of_time"} == SHOWN_LATE
    assert {*known_rows.NO_BENEFITS, *known_rows.NO_AMOUNTS} >= SHOWN_LATE
