"""Signatures: what somebody changes who makes every hash anew is seen by the holder of the key."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.cli.conftest import Call
from tests.nightly.trying import make_manifest_anew

SECRET = "0123456789abcdef0123456789abcdef\n"


@pytest.fixture(name="key")
def _key(tmp_path: Path) -> Path:
    path = tmp_path / "key"
    path.write_text(SECRET)
    return path


@pytest.fixture(name="signed")
def _signed(run_dir: Path, tmp_path: Path, key: Path, call: Call) -> Path:
    shutil.copytree(run_dir, tmp_path / "run")
    done = call("sign", tmp_path / "run", key, "--json")
    assert (done.code, done.data["method"]) == (0, "hmac-sha256")
    return tmp_path / "run"


def test_a_signed_run_is_verified_with_its_key_and_with_none(
    signed: Path, key: Path, call: Call
) -> None:
    with_key = call("verify", signed, "--signature", key, "--json")
    assert (with_key.code, with_key.data["signature"]) == (0, "valid")
    assert call("verify", signed).code == 0
    assert "签名有效" in call("verify", signed, "--signature", key, "--lang", "zh").err
    (key.parent / "same").write_text(f"  {SECRET.strip()}\r\n")
    assert call("verify", signed, "--signature", key.parent / "same").code == 0


def test_hashes_made_anew_do_not_help(signed: Path, key: Path, call: Call) -> None:
    """The source of a fund breaks no law: only the signature tells that the instance changed."""
    path = signed / "instance.json"
    data = json.loads(path.read_text("utf-8"))
    data["funds"][0]["source"] = "another paper"
    path.write_text(json.dumps(data, ensure_ascii=False), "utf-8")
    make_manifest_anew(signed, "instance.json")
    assert call("verify", signed).code == 0
    told = call("verify", signed, "--signature", key, "--json")
    assert (told.code, told.data["signature"], told.data["verified"]) == (7, "changed", False)
    assert [row["subject"] for row in told.data["violations"]] == ["signature.json"]


def test_another_key_and_no_signature_are_told(
    signed: Path, key: Path, tmp_path: Path, call: Call
) -> None:
    (tmp_path / "other").write_text(SECRET.upper())
    told = call("verify", signed, "--signature", tmp_path / "other", "--json")
    assert (told.code, told.data["signature"]) == (7, "other_key")
    for content in (None, "[]", "no JSON", "{}"):
        (signed / "signature.json").unlink(missing_ok=True)
        if content is not None:
            (signed / "signature.json").write_text(content)
        told = call("verify", signed, "--signature", key, "--json")
        assert (told.code, told.data["signature"]) == (7, "missing")


def test_a_state_declared_afterwards_is_signed_anew(signed: Path, key: Path, call: Call) -> None:
    words = ("--by", "Li", "--because", "ready")
    assert call("state", signed, "submitted", *words).code == 0
    assert call("verify", signed, "--signature", key).code == 7
    assert call("sign", signed, key).code == 0
    assert call("verify", signed, "--signature", key).code == 0


@pytest.mark.parametrize("content", [None, "", "too short", "\n" * 40])
def test_what_is_no_key_is_refused(
    content: str | None, run_dir: Path, tmp_path: Path, call: Call
) -> None:
    path = tmp_path / "key"
    if content is not None:
        path.write_text(content)
    for asked in (("sign", run_dir, path), ("verify", run_dir, "--signature", path)):
        told = call(*asked, "--json")
        assert told.code == 2
        assert str(path) in told.data["message"]
        assert str(path) in told.data["message_zh"]


def test_a_run_is_signed_as_it_is_solved_and_anew_without_a_stale_signature(
    instance_dir: Path, key: Path, tmp_path: Path, call: Call
) -> None:
    run = tmp_path / "out"
    assert call("solve", instance_dir, "-o", run, "--gap", "0", "--sign", key).code == 0
    assert call("verify", run, "--signature", key).code == 0
    assert call("solve", instance_dir, "-o", run, "--gap", "0").code == 0
    assert not (run / "signature.json").exists()
    wrong = call("solve", instance_dir, "-o", run, "--sign", tmp_path / "none", "--json")
    assert wrong.code == 2


def test_a_broken_run_is_not_signed(signed: Path, key: Path, call: Call) -> None:
    (signed / "cashflow.csv").unlink()
    assert call("sign", signed, key).code in (3, 7)
