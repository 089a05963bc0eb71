"""Triggers: the best line of all figures against enumeration, and by hand."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest

from infraplan.optimizer.sweeps.observables import Observable, observables
from infraplan.optimizer.sweeps.triggers import find_triggers
from tests.builders import (
    make_demand,
    make_instance,
    make_node,
    make_project,
)


def figure(name: str, *values: float, year: int | None = None) -> Observable:
    return Observable("demands", name, "amount", year, values)


def fewest_wrong(values: tuple[float, ...], yes: list[bool]) -> int:
    """Fewest scenarios on the wrong side of any line, by trying all of them."""
    cuts = sorted(values)
    lines = [(low + high) / 2 for low, high in pairwise(cuts) if low < high]
    return min(
        (
            sum((value >= line) != said ^ is_low for value, said in zip(values, yes, strict=True))
            for line in lines
            for is_low in (False, True)
        ),
        default=len(values),
    )


@pytest.mark.parametrize("seed", range(40))
def test_the_line_is_the_best_of_all_figures(seed: int) -> None:
    draw = random.Random(seed)
    count = draw.randint(2, 6)
    names = [f"s{number}" for number in range(count)]
    figures = [
        figure(f"f{n}", *(float(draw.randint(0, 4)) for _ in names), year=draw.randint(2021, 2024))
        for n in range(draw.randint(1, 5))
    ]
    decided = {
        name: {p: draw.randint(2021, 2023) for p in ("a", "b") if draw.random() < 0.6}
        for name in names
    }
    for row in find_triggers(names, decided, figures):
        last = row.by if row.by is not None else 9999
        yes = [decided[name].get(row.project, 99999) <= last for name in names]
        assert row.yes == tuple(name for name, said in zip(names, yes, strict=True) if said)
        assert set(row.no) == set(names) - set(row.yes)
        assert row.yes
        assert row.no
        least = [fewest_wrong(f.values, yes) for f in figures]
        plain = min(len(row.yes), len(row.no))
        if row.line is None:
            assert min(least) >= plain
            continue
        line = row.line
        assert len(line.wrong) == min(least) < plain
        # Exactly the scenarios that it names are on the wrong side of it.
        for name, value, said in zip(names, line.figure.values, yes, strict=True):
            is_said = (value >= line.threshold) == line.at_least
            assert (is_said != said) == (name in line.wrong)
        # The two nearest values: no scenario lies between them.
        assert {line.below, line.above} <= set(line.figure.values)
        assert not [v for v in line.figure.values if line.below < v < line.above]
        ahead = [max(0, (f.year or 0) - row.known_by) for f in figures]
        good = [a for a, wrong in zip(ahead, least, strict=True) if wrong == min(least)]
        assert row.foreseen == min(good)
        assert row.as_good == good.count(min(good)) - 1
        starts = [decided[name][row.project] for name in names if row.project in decided[name]]
        assert row.known_by == min(starts)


def test_every_decision_that_differs_is_told_and_no_other() -> None:
    names = ("x", "y", "z")
    decided = {
        "x": {"same": 2021, "some": 2022, "early": 2021},
        "y": {"same": 2021, "early": 2024},
        "z": {"same": 2021, "some": 2023, "early": 2024},
    }
    found = find_triggers(names, decided, [figure("d", 1.0, 2.0, 3.0, year=2022)])
    assert [(row.project, row.by) for row in found] == [
        ("some", None),  # x and z build, y does not: 1 and 3 against 2
        ("some", 2022),
        ("early", 2021),
    ]
    some, _, early = found
    assert some.line is None  # one of three is wrong whatever the line: as good as none
    assert early.line is not None
    assert (early.line.at_least, early.line.below, early.line.above) == (False, 1.0, 2.0)
    assert early.line.threshold == 1.5
    assert early.foreseen == 1  # it lies in 2022, and works begin in 2021


def test_what_is_seen_in_time_goes_before_what_must_be_foreseen() -> None:
    decided: dict[str, dict[str, int]] = {"x": {"b": 2023}, "y": {}}
    far = figure("far", 1.0, 9.0, year=2026)
    near = figure("near", 5.0, 4.0, year=2023)
    (row,) = find_triggers(("x", "y"), decided, [far, near])
    assert row.line is not None
    assert row.line.figure is near
    assert (row.known_by, row.foreseen, row.as_good) == (2023, 0, 0)


def test_demands_are_told_as_they_grow_and_summed_by_network() -> None:
    base = make_instance(
        [make_project("a", 1, 2)],
        years=(2021, 2022),
        network_nodes=[make_node("n"), make_node("m")],
        demands=[make_demand("d", "n", 100.0), make_demand("e", "m", 50.0)],
    )
    rows = (base.demands[0].model_copy(update={"growth": 0.1}), base.demands[1])
    grown = base.with_tables(demands=rows)
    found = {(row.row, row.year): row.values for row in observables([base, grown])}
    network = base.demands[0].network
    assert found == {
        ("d", 2022): (100.0, pytest.approx(110.0)),
        (network, 2022): (150.0, pytest.approx(160.0)),
    }
