"""What stands already serves in networks from the plan's first year to its end of life."""

from __future__ import annotations

from itertools import product

import pytest

from infraplan.models.instance import Instance
from infraplan.models.project import Stage
from tests.markers import first_quick
from tests.optimizer.engine import best
from tests.oracle_networks.test_random_lives import (
    FIRST,
    LAST,
    Valuer,
    instance_of,
    random_dying,
)


@pytest.mark.parametrize("network", ["t", "w", "p"])
@pytest.mark.parametrize("part", first_quick(range(2)))
def test_engine_agrees_with_years_one_by_one(network: str, part: int) -> None:
    """The first project opened before the plan; the value counts all but what it once cost."""
    ended = 0
    for seed in range(part, 30, 2):
        dying = random_dying(seed + 1000 * "twp".index(network), network)
        if not dying.lives:
            continue
        name, *others = dying.lives
        life, opened = dying.lives[name], FIRST - seed % 3
        plain = instance_of(dying, network)
        there = plain.project_by_id[name].model_copy(
            update={"stage": Stage.COMPLETE, "opened": opened if seed % 3 else None}
        )
        tables = {table: getattr(plain, table) for table in Instance.model_fields}
        projects = tuple(there if row.id == name else row for row in plain.projects)
        instance = Instance.model_validate(
            tables | {"projects": tuple(row.model_dump() for row in projects)}
        )
        valuer, start = Valuer(dying, network), opened - life.lead
        paid = life.price / (1.0 + dying.rate) ** (start - FIRST)
        values = [
            paid
            + valuer.worth(
                {name: start} | {n: s for n, s in zip(others, row, strict=True) if s is not None}
            )
            for row in product([None, *range(FIRST, LAST + 1)], repeat=len(others))
        ]
        found = best(instance)
        assert found.objective == pytest.approx(max(values), rel=1e-6, abs=1e-6), seed
        assert name not in found.starts
        ended += opened + life.years <= dying.end
    assert ended > 2
