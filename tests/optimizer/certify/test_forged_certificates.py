"""Forged and hostile certificates: none proves what is false, each is refused in few words."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from infraplan.optimizer.certify.model_text import model_text
from infraplan.optimizer.verify import certificate as checker
from infraplan.optimizer.verify.certificate import CertificateError, Model, check_files, prove
from tests.optimizer.certify.test_certificates import hand_certificate, hand_model

MEMORY = 500 * 2**20
"""Bytes that a checker of a small hostile file may need, its interpreter included."""


def hand_text() -> str:
    return model_text(hand_model(), 1.0).decode()


def checked(text: str, content: object) -> Any:
    """What the checker says of files with these contents."""
    told = content if isinstance(content, str) else json.dumps(content)
    return check_files(gzip.compress(text.encode()), gzip.compress(told.encode()))[2]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("factor\t1", "factor\t-1"),  # "at most" would be "at least"
        ("factor\t1", "factor\t0"),
        ("offset\t0", "offset\tnan"),
        ("offset\t0", "offset\t0\t0"),
        ("model\t1", "model\t2"),
        ("money 0\tcontinuous\t0\tinf", "money 0\tcontinuous\tinf\tinf"),
        ("money 0\tcontinuous\t0\tinf", "money 0\tcontinuous\t0\t-inf"),
        ("money 0\tcontinuous\t0\tinf", "money 0\tcontinuous\t0\tInfinity"),
        ("money 0\tcontinuous\t0\tinf", "money 0\tnumber\t0\tinf"),
        ("limit x\t-inf\t4", "limit x\tinf\t4"),
        ("limit x\t-inf\t4", "limit x\t4"),
        ("0:2", "-1:2"),
        ("0:2", "9:2"),
        ("0:2", "00:2"),
        ("0:2", "0_0:2"),
        ("0:2", "٠:2"),
        ("0:2", "0:2:2"),
        ("0:2", "0"),
        ("0:2", "0:1e999999"),
        ("row\tlimit", "rows\tlimit"),
        ("3:-1\n", "3:-1\ncolumn\tlate\tinteger\t0\t1\t0\nrow\tz\t0\t0\textra:1\n"),
        ("3:-1\n", "3:-1\n\n"),
        ("3:-1\n", "3:-1\r\n"),
    ],
)
def test_a_model_of_another_form_is_refused(old: str, new: str) -> None:
    text = hand_text()
    assert old in text
    text = text.replace(old, new, 1)
    with pytest.raises(CertificateError):
        _prove_by_hand(text)


def _prove_by_hand(text: str) -> None:
    model = Model(text.encode())
    prove(model, hand_certificate(model))


LEAF = ["leaf", {"0": "1"}]


@pytest.mark.parametrize(
    "change",
    [
        {"tree": []},
        {"tree": [LEAF, LEAF]},
        {"tree": [LEAF, None]},
        {"tree": [["branch", 1, 0], LEAF]},
        {"tree": [["branch", 1, 0.5], LEAF, LEAF]},
        {"tree": [["branch", 1, "0"], LEAF, LEAF]},
        {"tree": [["branch", -2, 0], LEAF, LEAF]},
        {"tree": [["branch", 3, 0], LEAF, LEAF]},  # continuous
        {"tree": [["branch", 1.0, 0], LEAF, LEAF]},
        {"tree": [["branch", 1, 0, 5], LEAF, LEAF]},
        {"tree": [["branch", 1, 10**500], LEAF, LEAF]},
        {"tree": {"leaf": 1}},
        {"tree": "leaf"},
        {"tree": [["none", {}]]},
        {"tree": [["none", {"0": "1"}]]},
        {"tree": [[["leaf"], {}]]},
        {"tree": [["leaf", {"1": "1"}]]},
        {"tree": [["leaf", {"-1": "1"}]]},
        {"tree": [["leaf", {" 0": "1"}]]},
        {"tree": [["leaf", {"0": "-1"}]]},  # the lower limit is infinite
        {"tree": [["leaf", {"0": "nan"}]]},
        {"tree": [["leaf", {"0": "inf"}]]},
        {"tree": [["leaf", {"0": 1}]]},
        {"tree": [["leaf", {"0": "1" + "0" * 500}]]},
        {"tree": [["leaf", ["0"]]]},
        {"bounds": [[3, "upper", 0, "0"]]},
        {"bounds": [[0, "upper", 0, "-1"]]},
        {"bounds": [[0, "above", 0, "2"]]},
        {"bounds": [[True, "upper", 0, "2"]]},
        {"bounds": [[0, "upper", -1, "2"]]},
        {"bounds": [[0, "upper", 0]]},
        {"bounds": None},
        {"bound": "nan"},
        {"bound": "-inf"},
        {"bound": 10},
        {"bound": "1e999"},
        {"format": 2},
        {"model": None},
    ],
)
def test_a_forged_certificate_is_refused(change: dict[str, Any]) -> None:
    text = hand_text()
    content = hand_certificate(Model(text.encode()))
    assert checked(text, content).bound == 10
    with pytest.raises(CertificateError):
        checked(text, content | change)


def test_the_case_of_a_branch_never_widens_what_holds_anyway() -> None:
    """`x <= 7` and `x >= 8` of a column of 0 or 1: both are judged within its own bounds."""
    text = hand_text()
    content = hand_certificate(Model(text.encode())) | {"tree": [["branch", 0, 7], LEAF, LEAF]}
    assert checked(text, content).leaves == 2


@pytest.mark.parametrize("text", ['{"bound":"1","bound":"2"}', "[" * 100_000, "[]", "NaN", "", "{"])
def test_a_certificate_that_is_no_object_is_refused(text: str) -> None:
    with pytest.raises(CertificateError, match="form"):
        checked(hand_text(), text)


def test_a_broken_archive_is_refused() -> None:
    good = gzip.compress(hand_text().encode())
    proof = gzip.compress(json.dumps(hand_certificate(Model(hand_text().encode()))).encode())
    assert check_files(good, proof)[2].bound == 10
    for place in range(len(good)):
        broken = bytearray(good)
        broken[place] ^= 0x55
        try:
            assert check_files(bytes(broken), proof)[2].bound == 10  # a byte that tells nothing
        except CertificateError:
            continue
    for other in (b"", good[:-9], good + b"more", gzip.compress(good)):
        with pytest.raises(CertificateError):
            check_files(other, proof)


HOSTILE: dict[str, Callable[[bytes], tuple[bytes, bytes]]] = {
    "bomb": lambda text: (gzip.compress(b"\0" * 2**28), b""),
    "bomb of lines": lambda text: (gzip.compress(b"\n" * 2**28), b""),
    "bomb in a bomb": lambda text: (gzip.compress(gzip.compress(b"row\t" * 2**26)), b""),
    "bomb of a proof": lambda text: (text, gzip.compress(b"[" * 2**28)),
    "number of a megabyte": lambda text: (text.replace(b"\t4", b"\t" + b"4" * 2**20), b""),
    "powers": lambda text: (text.replace(b"\t4", b"\t4e999").replace(b"0:2", b"0:2e-999"), b"{}"),
}


@pytest.mark.skipif(sys.platform != "linux", reason="limits of memory are set as Linux has them")
@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_file_is_refused_in_little_memory(kind: str, tmp_path: Path) -> None:
    import resource  # which other systems lack: at the top it would fail every test of this file

    model, proof = HOSTILE[kind](hand_text().encode())
    for name, content in (("model", model), ("proof", proof)):
        packed = content if content[:2] == b"\x1f\x8b" else gzip.compress(content)
        (tmp_path / name).write_bytes(packed)
    done = subprocess.run(
        [sys.executable, "-I", checker.__file__, "model", "proof"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY)),
    )
    assert done.returncode == 1
    assert done.stderr.startswith("not proved: ")
    assert len(done.stderr) < 200


@pytest.mark.parametrize("arguments", [[], ["model"], ["nowhere", "nowhere"]])
def test_the_checker_says_how_it_is_called(arguments: list[str], tmp_path: Path) -> None:
    program = [sys.executable, "-I", checker.__file__, *arguments]
    done = subprocess.run(program, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert ("python certificate.py" in done.stderr) or ("nowhere" in done.stderr)
