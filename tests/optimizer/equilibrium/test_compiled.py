"""Compiled kernels are kept where there is a place, and work where there is none."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numba
import pytest

from infraplan.optimizer import compiled as module

PROBE = '''
"""A kernel in a package of its own."""
from infraplan.optimizer.compiled import compiled


@compiled()
def twice(value: float) -> float:
    """Return twice `value`."""
    return 2.0 * value
'''


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A package whose folder takes no cache: a file stands where it would be, even for root."""
    folder = tmp_path / "package"
    folder.mkdir()
    (folder / "kernels.py").write_text(PROBE, encoding="utf-8")
    (folder / "__pycache__").write_text("", encoding="utf-8")
    return folder


def _call(package: Path, cache: Path) -> None:
    path = os.pathsep.join([str(package), os.environ.get("PYTHONPATH", "")])
    done = subprocess.run(
        [sys.executable, "-c", "import kernels; print(kernels.twice(2.5))"],
        cwd=package.parent,
        env={k: v for k, v in os.environ.items() if k != "NUMBA_CACHE_DIR"}
        | {"PYTHONPATH": path, "XDG_CACHE_HOME": str(cache), "HOME": str(cache)},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["5.0"]


def test_a_package_installed_read_only_keeps_kernels_in_the_users_folder(
    package: Path, tmp_path: Path
) -> None:
    cache = tmp_path / "cache"
    cache.mkdir()
    _call(package, cache)
    assert list(cache.rglob("*.nbc")), "the machine code was not kept"


def test_without_any_place_kernels_are_compiled_in_every_process(
    package: Path, tmp_path: Path
) -> None:
    blocked = tmp_path / "no-folder"
    blocked.write_text("", encoding="utf-8")
    _call(package, blocked / "cache")
    assert not list(tmp_path.rglob("*.nbc"))


def test_another_fault_of_the_compiler_is_not_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(**_: object) -> None:
        message = "something else"
        raise RuntimeError(message)

    monkeypatch.setattr(numba, "njit", refuse)
    with pytest.raises(RuntimeError, match="something else"):
        module.compiled()(len)
