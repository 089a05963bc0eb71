"""Cuts by rounding: what the checker derives of any rows holds for every whole point."""

from __future__ import annotations

import itertools
import random
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from infraplan.optimizer.backends.base import SolverOptions
from infraplan.optimizer.backends.leaves import case_tree
from infraplan.optimizer.backends.mixed_rounding import Rounding
from infraplan.optimizer.certify.model_text import model_text
from infraplan.optimizer.mip import Mip, MipBuilder
from infraplan.optimizer.verify.certificate import CertificateError, Model, implied_box, with_cuts
from tests.optimizer.certify.test_certificates import hand_model

WHOLES = 3
LOW, HIGH = (0, -1, 0), (2, 1, 1)


def random_mip(rng: random.Random) -> Mip:
    """Three whole columns and one of which the rows decide, two rows with two limits each."""
    builder = MipBuilder()
    columns = [
        int(builder.add_columns(f"w{n}", 1, lower=LOW[n], upper=HIGH[n], integer=True)[0])
        for n in range(WHOLES)
    ]
    columns.append(int(builder.add_columns("y", 1, lower=0.0, upper=2.5)[0]))
    for row in range(2):
        values = [rng.choice((-2.5, -1.2, -0.4, 0.3, 1.0, 1.7)) for _ in columns]
        low = rng.choice((-4.0, -1.5))
        builder.add_rows(f"r{row}", 1, [0] * 4, columns, values, lower=low, upper=low + 4.3)
    return builder.build()


def ends_of_last(model: Model, whole: tuple[int, ...]) -> tuple[Fraction, ...]:
    """The least and most of the last column that the rows leave at whole ones; none if none."""
    low, high = Fraction(model.lower[WHOLES]), Fraction(model.upper[WHOLES])
    for row, least, most in zip(model.rows, model.row_lower, model.row_upper, strict=True):
        a = {c: Fraction(v) for c, v in row}
        rest = sum(a[c] * whole[c] for c in range(WHOLES))
        ends = sorted(((Fraction(least) - rest) / a[WHOLES], (Fraction(most) - rest) / a[WHOLES]))
        low, high = max(low, ends[0]), min(high, ends[1])
    return (low, high) if low <= high else ()


def broken(model: Model, wide: Model) -> int:
    """Rows of cuts that some point of the model breaks: one at the least or most of the last."""
    count = 0
    points = [
        (*map(Fraction, whole), end)
        for whole in itertools.product(*(range(a, b + 1) for a, b in zip(LOW, HIGH, strict=True)))
        for end in ends_of_last(model, whole)
    ]
    for row, most in zip(wide.rows[2:], wide.row_upper[2:], strict=True):
        count += any(sum(Fraction(a) * x[c] for c, a in row) > Fraction(most) for x in points)
    return count


def test_no_cut_of_any_multipliers_loses_a_point() -> None:
    rng = random.Random(1)
    for _ in range(60):
        model = Model(model_text(random_mip(rng), 1.0))
        cuts: list[Any] = []
        for number in range(6):
            rows = range(2 + number)  # of cuts that stand before, too
            own = {str(r): str(Decimal(rng.randrange(-30, 31)) / 10) for r in rows}
            for r in range(2, 2 + number):  # which have no lower limit
                own[str(r)] = own[str(r)].removeprefix("-")
            cuts.append([own, [c for c in range(4) if rng.random() < 0.5]])
        box = implied_box(model, [])
        assert not broken(model, with_cuts(model, box, cuts))


def test_the_cuts_that_are_sought_cut_the_point_off_and_are_proved() -> None:
    rng, deep = random.Random(2), 0
    for _ in range(40):
        mip = random_mip(rng)
        model = Model(model_text(mip, 1.0))
        x = np.array([rng.uniform(a, b) for a, b in zip(LOW, HIGH, strict=True)] + [1.3])
        for cut in Rounding(mip, mip.col_lower, mip.col_upper).cuts(x, 5):
            assert cut.values @ x[cut.columns] > cut.limit
            rows = zip(cut.rows.tolist(), cut.multipliers.tolist(), strict=True)
            listed = [{str(r): repr(y) for r, y in rows}, cut.from_above.tolist()]
            wide = with_cuts(model, implied_box(model, []), [listed])
            assert not broken(model, wide)
            told = {c: float(a) for c, a in wide.rows[-1]}
            for column, value in zip(cut.columns.tolist(), cut.values.tolist(), strict=True):
                assert told[column] == pytest.approx(value, abs=1e-9)
            assert float(wide.row_upper[-1]) == pytest.approx(cut.limit, abs=1e-9)
            deep += 1
    assert deep >= 10


@pytest.mark.parametrize(
    "cut",
    [
        [{"9": "1"}, []],
        [{"0": "x"}, []],
        [{"0": "1"}, [3]],  # counted from a limit that is none
        [{"0": "-1"}, []],  # of a limit that is none
        [{"0": "1"}, [[]]],
        [{"0": "1"}],
        [[], []],
        {},
    ],
)
def test_a_cut_of_another_form_is_refused(cut: Any) -> None:
    builder = MipBuilder()
    whole = builder.add_columns("w", 3, upper=1.0, integer=True)
    free = builder.add_columns("y", 1)
    columns = [*whole.tolist(), *free.tolist()]
    builder.add_rows("r", 1, [0] * 4, columns, [1.0, 2.0, 3.0, -1.0], upper=4.0)
    model = Model(model_text(builder.build(), 1.0))
    with pytest.raises((CertificateError, TypeError, ValueError, AttributeError)):
        with_cuts(model, implied_box(model, []), [cut])


def test_whole_columns_are_counted_from_whole_ends_alone() -> None:
    builder = MipBuilder()
    whole = builder.add_columns("w", 1, lower=0.5, upper=3.0, integer=True)
    builder.add_rows("r", 1, [0], whole.tolist(), [1.0], upper=2.5)
    model = Model(model_text(builder.build(), 1.0))
    with pytest.raises(CertificateError, match="cut"):
        with_cuts(model, implied_box(model, []), [[{"0": "1"}, []]])
    wide = with_cuts(model, implied_box(model, []), [[{"0": "1"}, [0]]])
    assert wide.rows[-1] == [(0, Decimal("0.5"))]
    assert wide.row_upper[-1] == 1  # w <= 2


@pytest.mark.parametrize(("target", "better"), [(5.0, 10.0), (10.001, -np.inf)])
def test_a_better_plan_than_the_target_is_told(target: float, better: float) -> None:
    mip = hand_model()
    tree = case_tree(mip, target, SolverOptions(time_limit_s=60.0))
    assert tree.better == pytest.approx(better)
