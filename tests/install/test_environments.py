"""Environments made from the locks: with the oldest and the newest pip, and with the wheel.

Run by `make test-slow PART=install`. The files of the lock are fetched once from pip's own index;
then pip is given these files alone (`PIP_NO_INDEX`), so that it fails where it looks for anything
that the lock does not hold.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

import pytest
from packaging.utils import canonicalize_name

from tests.architecture.locks import RUN_LOCK, TEST_LOCK, locked
from tests.architecture.sources import ROOT

pytestmark = [pytest.mark.slow, pytest.mark.install]

OLDEST_PIP = "22.3"
"""What Python 3.11.0 brings, the oldest Python that is supported."""
PYTHON = ".".join(map(str, sys.version_info[:2]))
LEFT_OUT = shutil.ignore_patterns(
    ".git", ".venv", "build", "results", "*.egg-info", "__pycache__", ".*_cache", ".coverage*"
)


def _call(*command: object, cwd: Path, **settings: str) -> str:
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env={k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "VIRTUAL_ENV")}
        | {"PIP_DISABLE_PIP_VERSION_CHECK": "1"}
        | settings,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{command}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
    return done.stdout


@pytest.fixture(scope="session")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder with the files that the locks name for this Python and machine, and no other."""
    folder = tmp_path_factory.mktemp("files")
    pip = (sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--require-hashes")
    _call(*pip, "--dest", folder, "--requirement", ROOT / TEST_LOCK, cwd=folder)
    return folder


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A copy of the project as a clone has it: without an environment and without results."""
    return Path(shutil.copytree(ROOT, tmp_path / "clone", ignore=LEFT_OUT))


def _installed(python: Path) -> dict[str, str]:
    rows = json.loads(_call(python, "-m", "pip", "list", "--format=json", cwd=python.parent))
    return {canonicalize_name(row["name"]): row["version"] for row in rows}


@pytest.mark.parametrize("pip", [OLDEST_PIP, "newest"])
def test_make_installs_the_lock_and_nothing_else(clone: Path, files: Path, pip: str) -> None:
    venv.create(clone / ".venv", with_pip=True)
    python = clone / ".venv" / "bin" / "python"
    wanted = "pip" if pip == "newest" else f"pip=={pip}"
    _call(python, "-m", "pip", "install", "--quiet", "--upgrade", wanted, cwd=clone)
    version = _installed(python)["pip"]
    assert version == pip or (pip == "newest" and int(version.split(".")[0]) >= 26)
    offered = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(files)}
    for target, lock in (("setup", RUN_LOCK), ("setup-test", TEST_LOCK)):
        _call("make", target, cwd=clone, **offered)
        found = _installed(python)
        assert found.pop("pip") == version
        assert found.pop("infraplan")
        assert found == locked(lock, PYTHON)
        _call(python, "-m", "pip", "check", cwd=clone)
    program = "import infraplan; print(infraplan.solve(infraplan.example()).termination)"
    assert _call(python, "-c", program, cwd=clone.parent).split() == ["optimal"]


def test_the_wheel_solves_the_demo_in_an_empty_folder(
    clone: Path, files: Path, tmp_path: Path
) -> None:
    build = "from setuptools.build_meta import build_wheel; print(build_wheel('wheels'))"
    _call(sys.executable, "-c", build, cwd=clone)
    (wheel,) = (clone / "wheels").glob("*.whl")
    venv.create(tmp_path / "env", with_pip=True)
    binaries = tmp_path / "env" / "bin"
    install = (binaries / "python", "-m", "pip", "install", "--quiet", "--no-deps")
    offered = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(files)}
    _call(*install, "--require-hashes", "-r", ROOT / RUN_LOCK, cwd=tmp_path, **offered)
    _call(*install, wheel, cwd=tmp_path, **offered)
    (packages,) = (tmp_path / "env" / "lib").glob("python3*/site-packages")
    tops = {path.stem for path in packages.iterdir()}
    assert "infraplan" in tops
    assert not tops & {"models", "optimizer", "instances", "tests", "tools"}

    empty = tmp_path / "empty"
    empty.mkdir()
    demo = ("demo", "--time-limit", "600", "--gap", "0.05", "--json")  # ends at the gap
    data = json.loads(_call(binaries / "infraplan", *demo, cwd=empty))
    assert data["verified"] is True
    assert data["instance"] == "kaizhou"
    assert (empty / "results" / "demo" / "report.html").stat().st_size > 100_000

    # A user's own files, some called as modules of the standard library, change nothing.
    for name in ("models", "optimizer", "numbers", "json", "logging", "results"):
        (empty / f"{name}.py").write_text(f"raise SystemExit('{name}.py was imported')\n")
    _call(binaries / "infraplan", "new", "plan", cwd=empty)
    solved = _call(binaries / "infraplan", "solve", "plan", "--json", cwd=empty)
    assert json.loads(solved)["verified"] is True
