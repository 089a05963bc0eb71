"""Families depend on no other: in whatever order they run, the model is the same."""

from __future__ import annotations

import random
from collections.abc import Iterable

import numpy as np
import pytest

from infraplan.models.instance import Instance
from infraplan.optimizer.families import FAMILIES
from infraplan.optimizer.mip import Mip, MipBuilder
from infraplan.optimizer.program import build_columns
from tests.golden.test_golden_rows import everything, hurried, networks, renewed
from tests.golden.test_golden_sharing import partners
from tests.oracle.generate import random_instance

Row = tuple[str, tuple[str | int, ...], float, float, tuple[int, ...], tuple[float, ...]]


def build(instance: Instance, order: Iterable[str]) -> Mip:
    """The model whose families run in `order`."""
    builder = MipBuilder()
    context = build_columns(instance, builder)
    for name in order:
        FAMILIES[name].add(context)
    return builder.build()


def rows(mip: Mip) -> list[Row]:
    """Every row with family, key, limits and entries, sorted."""
    found = []
    for block in mip.row_blocks:
        for offset in range(block.size):
            row = block.start + offset
            part = slice(mip.a_start[row], mip.a_start[row + 1])
            found.append(
                (
                    block.family,
                    block.keys[offset] if block.keys else (),
                    float(mip.row_lower[row]),
                    float(mip.row_upper[row]),
                    tuple(mip.a_index[part].tolist()),
                    tuple(mip.a_value[part].tolist()),
                )
            )
    return sorted(found, key=repr)


INSTANCES = {
    "everything": everything,
    "hurried": hurried,
    "renewed": renewed,
    "networks": networks,
    "partners": partners,
    **{f"random {seed}": (lambda seed=seed: random_instance(seed)) for seed in range(8)},
}


@pytest.mark.parametrize("name", INSTANCES)
def test_any_order_of_families_gives_the_same_model(name: str) -> None:
    instance = INSTANCES[name]()
    usual = build(instance, FAMILIES)
    assert usual.num_rows > 0
    backwards = list(reversed(FAMILIES))
    shuffled = [list(FAMILIES) for _ in range(3)]
    for seed, order in enumerate(shuffled):
        random.Random(seed).shuffle(order)
    for order in (backwards, *shuffled):
        other = build(instance, order)
        assert other.column_blocks == usual.column_blocks
        for field in ("objective", "col_lower", "col_upper", "integrality"):
            assert np.array_equal(getattr(other, field), getattr(usual, field)), field
        assert rows(other) == rows(usual)


@pytest.mark.parametrize("family", FAMILIES)
def test_a_family_alone_adds_its_own_rows_and_no_column(family: str) -> None:
    sizes = {}
    for make in (everything, hurried, renewed, networks, partners):
        builder = MipBuilder()
        context = build_columns(make(), builder)
        columns = builder.num_columns
        FAMILIES[family].add(context)
        assert builder.num_columns == columns
        built = builder.build()
        assert {block.family for block in built.row_blocks} <= {family}
        sizes[make] = built.num_rows
    assert sum(sizes.values()) > 0, f"no instance of the golden rows asks for {family}"
