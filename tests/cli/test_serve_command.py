"""`infraplan serve`: the extra that it needs, and who is let in."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from tests.cli.conftest import Call


def test_without_the_extra_one_sentence_says_how_to_install_it(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    done = call("serve", "--data", tmp_path / "w")
    assert done.code == 2
    assert "pip install 'infraplan[serve]'" in done.err
    assert len(done.err.strip().splitlines()) == 1
    assert not (tmp_path / "w").exists()


def test_members_come_and_go(call: Call, tmp_path: Path) -> None:
    for extra in ("nicegui", "sqlalchemy"):
        pytest.importorskip(extra, reason="the extra serve is not installed")
    place = ("--data", tmp_path / "w")
    made = call("serve", *place, "--grant", "李工", "--role", "approve", "--json").data
    assert len(made["token"]) > 40
    (row,) = call("serve", *place, "--members", "--json").data["members"]
    assert (row["name"], row["role"]) == ("李工", "approve")
    assert "李工：审定" in call("serve", *place, "--members", "--lang", "zh").out
    assert call("serve", *place, "--revoke", "李工", "--json").data["members"] == []
    gone = call("serve", *place, "--revoke", "李工")
    assert gone.code == 2
    open_to_all = call("serve", *place, "--host", "0.0.0.0", "--no-browser")
    assert open_to_all.code == 2
    assert "--grant" in open_to_all.err


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--certificate", "cert.pem"), "--key"),  # never without TLS where it is asked for
        (("--key", "key.pem"), "--certificate"),
        (("--grant", "  "), "name"),
        (("--grant", "Li\nWang"), "name"),
        (("--grant", "Li\u202e"), "name"),
    ],
)
def test_wrong_uses_are_told(
    call: Call, tmp_path: Path, options: tuple[str, str], told: str
) -> None:
    done = call("serve", "--data", tmp_path / "w", *options)
    assert done.code == 2
    assert told in done.err
    assert not (tmp_path / "w").exists()


def test_a_further_name_needs_members(call: Call, tmp_path: Path) -> None:
    """What stands before the server at that name lets others in."""
    for extra in ("nicegui", "sqlalchemy"):
        pytest.importorskip(extra, reason="the extra serve is not installed")
    done = call("serve", "--data", tmp_path / "w", "--name", "plan.example", "--no-browser")
    assert done.code == 2
    assert "plan.example" in done.err


def test_a_database_that_cannot_be_opened_is_told(call: Call, tmp_path: Path) -> None:
    for extra in ("nicegui", "sqlalchemy"):
        pytest.importorskip(extra, reason="the extra serve is not installed")
    done = call("serve", "--data", tmp_path / "w", "--database", "no://u:secret@h/x", "--members")
    assert done.code == 2
    assert "secret" not in done.err


def test_forms_that_are_not_installed_are_not_offered(monkeypatch: pytest.MonkeyPatch) -> None:
    from infraplan.optimizer.cli import serve_commands

    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    assert "parquet" not in serve_commands._formats()
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: name)
    assert "parquet" in serve_commands._formats()
