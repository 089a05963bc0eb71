"""Large runs that a process apart has read: sealed, loaded once, never from a stranger's hand."""

from __future__ import annotations

import pickle
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from infraplan.optimizer.workbench import kept_apart
from infraplan.optimizer.workbench.commands import CommandError


@pytest.fixture
def source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    path = tmp_path / "v1.xlsx"
    path.write_text("one")
    monkeypatch.setattr(
        kept_apart,
        "_made",
        lambda kind, source: {
            "all": pickle.dumps((kind, source.read_text())),
            "more": pickle.dumps("more"),
        },
    )
    kept_apart.seal_with("key")
    yield path
    kept_apart.seal_with("")


def test_what_is_kept_is_loaded_until_its_source_changes(
    source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert kept_apart.kept_apart("run", "all", source, source, is_large=True) == ("run", "one")
    with monkeypatch.context() as none:
        none.setattr(kept_apart, "_made", lambda *told: pytest.fail("made once more"))
        assert kept_apart.kept_apart("run", "all", source, source, is_large=True) == ("run", "one")
    source.write_text("two")
    assert kept_apart.kept_apart("run", "all", source, source, is_large=True) == ("run", "two")


def test_bytes_that_nobody_sealed_are_not_loaded(source: Path) -> None:
    kept_apart.kept_apart("run", "all", source, source, is_large=True)
    (beside,) = source.parent.glob("*.kept")
    whole = beside.read_bytes()
    evil = whole.replace(pickle.dumps(("run", "one")), pickle.dumps(("run", "two")))
    assert evil != whole
    longer = whole[:32] + (10**12).to_bytes(8, "big") + whole[40:]
    for spoilt in (b"", bytes(32) + pickle.dumps("evil"), evil, longer, whole[:60]):
        beside.write_bytes(spoilt)
        assert kept_apart.kept_apart("run", "all", source, source, is_large=True) == ("run", "one")
    kept_apart.seal_with("another key")
    assert kept_apart.kept_apart("run", "all", source, source, is_large=True) == ("run", "one")


def test_a_piece_is_loaded_alone_and_under_its_own_name(
    source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not kept_apart.is_kept("run", source, source)
    assert kept_apart.kept_apart("run", "more", source, source, is_large=True) == "more"
    assert kept_apart.is_kept("run", source, source)
    loaded: list[bytes] = []
    load = kept_apart._loaded
    monkeypatch.setattr(kept_apart, "_loaded", lambda data: (loaded.append(data), load(data))[1])
    assert kept_apart.kept_apart("run", "more", source, source, is_large=True) == "more"
    assert loaded == [pickle.dumps("more")]
    (beside,) = source.parent.glob("*.kept")
    told = kept_apart._told("run", source, source)
    data = beside.read_bytes()
    index = kept_apart._index(beside, told)
    assert index is not None
    at, size = index["more"]
    beside.write_bytes(data[:at] + data[at : at + size][::-1] + data[at + size :])
    assert kept_apart._piece(beside, told, "more") is None
    assert kept_apart._piece(beside, told, "all") == ("run", "one"), "the others still hold"
    assert kept_apart._piece(beside, told, "none of them") is None
    source.write_text("two")
    assert not kept_apart.is_kept("run", source, source)


def test_what_other_libraries_or_files_made_is_made_anew(
    source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept_apart.kept_apart("run", "all", source, source, is_large=True)
    with monkeypatch.context() as other:
        other.setattr(kept_apart, "_code", lambda: "another version")
        other.setattr(kept_apart, "_made", lambda *told: {"all": pickle.dumps("of the other")})
        assert kept_apart.kept_apart("run", "all", source, source, is_large=True) == "of the other"
    folder = source.parent / "run"
    folder.mkdir()
    stamp, beside = folder / "run.json", folder / "plan.json"
    stamp.write_text("same")
    seen = []
    for text in ("one", "longer"):
        beside.write_text(text)
        seen.append(kept_apart._content(folder, stamp))
    assert len(set(seen)) == 2, "a file beside the stamp was written again"
    unknown = b"cinfraplan\nno_such_class\n."
    monkeypatch.setattr(kept_apart, "_made", lambda *told: {"all": unknown})
    source.write_text("three")
    for _ in range(2):  # as it was made, and as it was kept
        assert kept_apart.kept_apart("run", "all", source, source, is_large=True) is None


def test_a_process_that_was_killed_is_told_and_one_that_refuses_is_not(
    source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    ended = subprocess.CompletedProcess[bytes]([], -9)
    monkeypatch.setattr(kept_apart, "run_apart", lambda line: ended)
    with pytest.raises(CommandError):
        kept_apart.kept_apart("run", "all", source, source, is_large=True)
    ended.returncode = 1
    assert kept_apart.kept_apart("run", "all", source, source, is_large=True) is None


def test_small_ones_and_failures_are_left_to_the_server(
    source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert kept_apart.kept_apart("run", "all", source, source, is_large=False) is None
    monkeypatch.setattr(kept_apart, "_made", lambda *told: None)
    assert kept_apart.kept_apart("run", "all", source, source, is_large=True) is None
    kept_apart.seal_with("")
    monkeypatch.setattr(kept_apart, "_made", lambda *told: pytest.fail("nothing seals"))
    assert kept_apart.kept_apart("run", "all", source, source, is_large=True) is None
    assert not list(source.parent.glob("*.kept"))


def test_what_is_loaded_is_not_searched_for_garbage() -> None:
    """Which took most of the time in which runs of thousands of projects were compared."""
    import gc
    import pickle

    from infraplan.optimizer.workbench import kept_apart

    data = pickle.dumps([[number] for number in range(100_000)])
    seen: list[str] = []

    def told(phase: str, info: dict[str, int]) -> None:
        seen.append(phase)

    assert gc.isenabled()
    gc.collect()
    gc.callbacks.append(told)
    try:
        with kept_apart._uncollected():
            made = kept_apart._loaded(data)
            assert not gc.isenabled(), "whoever else loads has not ended"
            during = list(seen)
    finally:
        gc.callbacks.remove(told)
    assert (len(made), during) == (100_000, [])
    assert gc.isenabled()
