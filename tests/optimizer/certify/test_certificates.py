"""Certificates: what they prove is true, and what is changed in one proves nothing more."""

from __future__ import annotations

import ast
import gzip
import json
import random
import subprocess
import sys
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from infraplan.optimizer.certify.implied import bound_steps
from infraplan.optimizer.certify.making import Certified, certified
from infraplan.optimizer.certify.model_text import model_text, number_text
from infraplan.optimizer.mip import Mip, MipBuilder
from infraplan.optimizer.verify import certificate as checker
from infraplan.optimizer.verify.certificate import CertificateError, Model, prove
from infraplan.optimizer.verify.certified_plan import check_plan
from infraplan.optimizer.verify.filed_certificate import CERTIFICATE_FILE, MODEL_FILE
from tests.markers import MORE_CASES, first_quick
from tests.optimizer.certify.naive_checker import proves
from tests.optimizer.certify.tampering import KINDS, tampered
from tests.optimizer.engine import best
from tests.oracle.generate import random_instance
from tests.oracle.oracle import solve

BRANCHED = (48, 52, 32, 43, 2, 4, 10, 27, 38, 41, 49, 54)
"""Seeds of random cases whose certificates branch."""


@cache
def certificate_of(seed: int) -> Certified | None:
    """The certificate of a random case, with no gap asked; None where it has no plan."""
    found = best(random_instance(seed))
    if found.plan is None:
        return None
    return certified(found.formulation, found.plan, gap=0.0, time_limit_s=60.0)


def opened(found: Certified) -> tuple[str, dict[str, Any]]:
    """Text of the model, and content of the certificate."""
    text = gzip.decompress(found.files[MODEL_FILE]).decode()
    return text, json.loads(gzip.decompress(found.files[CERTIFICATE_FILE]))


# ---------------------------------------------------------------------------- a case by hand


def hand_model(*, is_whole: bool = True) -> Mip:
    """Maximise 5 a + 4 b + 3 c - d, 2 a + 3 b + c - d <= 4, all 0 or 1, and d >= 0 without end."""
    builder = MipBuilder()
    works = builder.add_columns(
        "works", 3, upper=1.0, objective=[5.0, 4.0, 3.0], integer=is_whole, keys=(("a", "b", "c"),)
    )
    money = builder.add_columns("money", 1, objective=-1.0)
    columns = [*works.tolist(), *money.tolist()]
    builder.add_rows("limit", 1, [0] * 4, columns, [2.0, 3.0, 1.0, -1.0], upper=4.0, keys=[("x",)])
    return builder.build()


def hand_certificate(model: Model, bound: str = "10") -> dict[str, Any]:
    """At y = 1: 4 + 3 a + 1 b + 2 c + 0 d, so at most 10."""
    tree: list[Any] = [["leaf", {"0": "1"}]]
    return {
        "format": 1,
        "model": model.hash,
        "bounds": [],
        "cuts": [],
        "tree": tree,
        "bound": bound,
    }


def test_the_bound_of_a_case_by_hand() -> None:
    model = Model(model_text(hand_model(), 1.0))
    assert prove(model, hand_certificate(model)).bound == 10
    with pytest.raises(CertificateError, match="claim"):
        prove(model, hand_certificate(model, "9.999999"))
    no_end = hand_certificate(model) | {"tree": [["leaf", {"0": "1.001"}]]}
    with pytest.raises(CertificateError, match="leaf"):  # d = 0.001 of a column without an end
        prove(model, no_end)


def test_a_branch_on_a_whole_column_alone() -> None:
    tree = [["branch", 1, 0], ["leaf", {"0": "1"}], ["leaf", {"0": "1"}]]
    for is_whole in (True, False):
        model = Model(model_text(hand_model(is_whole=is_whole), 1.0))
        content = hand_certificate(model) | {"tree": tree}
        if is_whole:
            assert prove(model, content).leaves == 2
        else:
            with pytest.raises(CertificateError, match="branch"):
                prove(model, content)


def test_a_model_is_told_exactly() -> None:
    mip = hand_model()
    text = model_text(mip, 0.25).decode()
    assert text.splitlines()[:4] == [
        "infraplan model\t1",
        "offset\t0",
        "factor\t0.25",
        "column\tworks a\tinteger\t0\t1\t5",
    ]
    assert text.splitlines()[-1] == "row\tlimit x\t-inf\t4\t0:2\t1:3\t2:1\t3:-1"
    for value in (0.1, -0.0, 1e-7, 1.0, 123456789.125, 5e-324, 2.0**70, 1 / 3):
        assert float(checker.number(number_text(value))) == value


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1/3",
        "nan",
        "0x1",
        "1e9999",
        "--1",
        ".5",
        "1_0",
        " 1",
        "1 ",
        "٣",
        "9" * 500,
        None,
        1.5,
        True,
    ],
)
def test_what_is_no_decimal_is_refused(text: object) -> None:
    with pytest.raises(CertificateError, match="number"):
        checker.number(text)


def test_bounds_implied_from_year_to_year_are_followed() -> None:
    builder = MipBuilder()
    cash = builder.add_columns("cash", 3, objective=1.0)
    row, column = [0, 1, 1, 2, 2], [cash[0], cash[0], cash[1], cash[1], cash[2]]
    value = [3.0, -1.0, 1.0, -1.0, 1.0]
    builder.add_rows("balance", 3, row, column, value, upper=[1.0, 2.0, 2.0])
    model = Model(model_text(builder.build(), 1.0))
    steps = [list(step) for step in bound_steps(model)]
    content = hand_certificate(model, "6.5") | {"bounds": steps, "tree": [["leaf", {}]]}
    assert [step[0] for step in steps] == [0, 1, 2]
    with pytest.raises(CertificateError, match="claim"):
        prove(model, content)  # 1/3 + 7/3 + 13/3 is 7
    assert prove(model, content | {"bound": "7.00000001"}).leaves == 1
    tight = [steps[0], [1, "upper", 1, "2.3"], steps[2]]
    with pytest.raises(CertificateError, match="bound"):
        prove(model, content | {"bounds": tight})
    with pytest.raises(CertificateError, match="bound"):  # an end that is not known yet
        prove(model, content | {"bounds": steps[1:]})


# ------------------------------------------------------------------------------- random cases


@pytest.mark.parametrize("part", first_quick(range(0, 350, 5)))
def test_certificates_of_random_cases_are_true_and_near(part: int) -> None:
    """No certificate is below the optimum of brute force, and each is as near as was asked."""
    for seed in range(part, part + 5):
        answer, found = solve(random_instance(seed)), certificate_of(seed)
        assert (answer.objective is None) == (found is None)
        if found is None or answer.objective is None:
            continue
        scale = max(1.0, abs(answer.objective))
        assert -1e-9 * scale <= found.bound - answer.objective <= 1e-6 * scale
        text, content = opened(found)
        assert proves(text, content)
        assert prove(Model(text.encode()), content).leaves <= found.cases


def judged(seed: int, per_kind: int) -> tuple[int, int]:
    """Tampered certificates of a case: how many were rejected, and how many still prove.

    One that the checker accepts is no fault where it proves its claim all the same: a second
    reading in plain fractions says so, and the claim is no lower than the true optimum.
    """
    found = certificate_of(seed)
    assert found is not None
    text, content = opened(found)
    model, rejected, harmless = Model(text.encode()), 0, 0
    rng = random.Random(seed)
    for kind in KINDS * per_kind:
        other_text, other = tampered(kind, text, content, rng)
        if (other_text, other) == (text, content):
            continue
        other_model = model if other_text == text else Model(other_text.encode())
        if kind == "model_and_hash":
            other["model"] = other_model.hash
        is_named = other["model"] == other_model.hash
        due = is_named and proves(other_text, other)
        try:
            proof = prove(other_model, other)
        except CertificateError:
            assert not due, kind
            rejected += 1
            continue
        assert due, kind
        if kind == "model_and_hash":  # it speaks of another model, and says so
            assert proof.model_hash != model.hash
            continue
        assert proof.bound >= Fraction(content["bound"]) - Fraction(1, 10**6), kind
        harmless += 1
    return rejected, harmless


def test_tampered_certificates_are_rejected() -> None:
    rejected, harmless = judged(48, 2)
    assert rejected >= 20
    assert harmless <= rejected


@pytest.mark.parametrize("mark", [pytest.param("all", marks=MORE_CASES)])
def test_two_hundred_tampered_certificates_are_rejected(mark: str) -> None:
    found = np.array([judged(seed, 3) for seed in BRANCHED])
    rejected, harmless = found.sum(axis=0)
    assert rejected >= 200
    assert harmless <= rejected


# -------------------------------------------------------------------------------- the checker


def test_the_checker_imports_the_standard_library_alone() -> None:
    tree = ast.parse(Path(checker.__file__).read_text(encoding="utf-8"))
    names = {
        name.split(".")[0]
        for node in ast.walk(tree)
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or "."]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    assert names <= sys.stdlib_module_names
    assert not any(isinstance(n, ast.ImportFrom) and n.level for n in ast.walk(tree))


def test_the_checker_runs_by_itself(tmp_path: Path) -> None:
    found = certificate_of(48)
    assert found is not None
    for name, content in found.files.items():
        (tmp_path / name).write_bytes(content)
    program = [sys.executable, "-I", checker.__file__, MODEL_FILE, CERTIFICATE_FILE]
    done = subprocess.run(program, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout.split()[:2] == ["at", "most"]
    assert done.stdout.endswith(f"for model {found.model_hash}, proved\n")
    _, content = opened(found)
    content["bound"] = "0"
    (tmp_path / CERTIFICATE_FILE).write_bytes(gzip.compress(json.dumps(content).encode()))
    done = subprocess.run(program, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "not proved" in done.stderr


def test_a_plan_that_misses_a_row_is_measured() -> None:
    model = Model(model_text(hand_model(), 1.0))
    good = check_plan(model, {"0": "1", "2": "1"}, 8.0)
    assert [good.value, good.worst_row, good.value_miss] == [8, 0, 0]
    bad = check_plan(model, {"0": "1", "1": "1"}, 9.0)  # 5 where 4 is the limit
    assert bad.worst_row == Fraction(1, 5)
    assert check_plan(model, {"0": "1"}, 6.0).value_miss == Fraction(1, 5)
    with pytest.raises(CertificateError, match="whole"):
        check_plan(model, {"0": "0.5"}, 2.5)
    for values in ({"9": "1"}, {"-1": "1"}, {"00": "1"}):
        with pytest.raises(CertificateError, match="multiplier"):
            check_plan(model, values, 0.0)
    for other, worth in ((None, 0.0), ([], 0.0), ({}, float("nan")), ({}, float("inf"))):
        with pytest.raises(CertificateError, match="form"):
            check_plan(model, other, worth)


def test_a_plan_is_held_to_both_limits_of_rows_and_columns() -> None:
    builder = MipBuilder()
    columns = builder.add_columns("flow", 2, lower=-5.0, upper=5.0, objective=1.0)
    builder.add_rows("ranged", 1, [0, 0], columns, [1.0, 1.0], lower=1.0, upper=2.0)
    builder.add_rows("equal", 1, [0, 0], columns, [1.0, -1.0], lower=0.0, upper=0.0)
    model = Model(model_text(builder.build(), 1.0))
    for one, other, worst in (
        ("1", "1", Fraction(0)),
        ("0.5", "0.5", Fraction(0)),
        ("0.25", "0.25", Fraction(1, 2)),
        ("2", "2", Fraction(1, 2)),
        ("1", "0.5", Fraction(1, 3)),
        ("6", "-4.5", Fraction(1)),
    ):
        value = float(Fraction(one) + Fraction(other))
        assert check_plan(model, {"0": one, "1": other}, value).worst_row == worst
