"""What pyproject.toml declares, what the code imports and what the lock holds are one thing."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.architecture.locks import (
    BROWSER_LOCK,
    DOCS_LOCK,
    MSPDI_LOCK,
    RUN_LOCK,
    TEST_LOCK,
    entries,
    environment,
    locked,
)
from tests.architecture.sources import PACKAGES, ROOT, imports, sources, top

SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
PROJECT = SETTINGS["project"]
NAME_OF_MODULE = {"yaml": "pyyaml", "docx": "python-docx"}
"""Distribution of a module whose name differs."""
COMMERCIAL = {"gurobipy", "cplex", "xpress", "mosek", "coptpy"}
"""Used where the user has them; never declared."""


def _declared(group: str = "") -> dict[str, Requirement]:
    rows = PROJECT["optional-dependencies"][group] if group else PROJECT["dependencies"]
    return {canonicalize_name(Requirement(row).name): Requirement(row) for row in rows}


def test_every_import_is_declared_and_every_declaration_is_imported() -> None:
    used = {top(name) for source in sources() for name, _ in imports(source.tree)}
    used -= {"infraplan"} | set(sys.stdlib_module_names) | COMMERCIAL
    used = {canonicalize_name(NAME_OF_MODULE.get(name, name)) for name in used}
    optional = {
        name for extra in ("water", "cluster", "docx", "serve") for name in _declared(extra)
    }
    assert used - optional == set(_declared())


@pytest.mark.parametrize(
    ("lock", "least"),
    [(RUN_LOCK, 30), (TEST_LOCK, 30), (DOCS_LOCK, 30), (BROWSER_LOCK, 5), (MSPDI_LOCK, 0)],
)
def test_the_lock_pins_everything_with_hashes_and_names_no_place(lock: str, least: int) -> None:
    held = entries(lock)
    assert len(held) > least
    for requirement, hashes in held:
        (pin,) = requirement.specifier
        assert pin.operator == "==", str(requirement)
        assert "*" not in pin.version
        assert requirement.url is None
        assert hashes
        assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", value) for value in hashes), requirement
    for mark in ("://", "index-url", "find-links", "file:", " @ "):
        assert mark not in (ROOT / lock).read_text("utf-8")


PYTHONS = pytest.mark.parametrize("python", ["3.11", "3.12", "3.13", "3.14"])


@PYTHONS
def test_the_locks_satisfy_every_declared_range(python: str) -> None:
    run, test, docs = (locked(lock, python) for lock in (RUN_LOCK, TEST_LOCK, DOCS_LOCK))
    for lock, declared in (
        (run, _declared()),
        (test, _declared() | _declared("test")),
        (docs, _declared() | _declared("docs")),
    ):
        for name, requirement in declared.items():
            assert name in lock, f"{name} is declared and not locked"
            assert requirement.specifier.contains(lock[name]), f"{requirement}: {lock[name]}"
        assert "setuptools" in lock, "the project itself is installed without a build download"
    assert run.items() <= test.items(), "both locks hold one version of a package"
    assert run.items() <= docs.items(), "both locks hold one version of a package"
    shared = test.keys() & docs.keys()
    assert {name: test[name] for name in shared} == {name: docs[name] for name in shared}


@PYTHONS
@pytest.mark.parametrize(("lock", "group"), [(BROWSER_LOCK, "browser"), (MSPDI_LOCK, "mspdi")])
def test_the_lock_of_a_part_satisfies_its_group_and_changes_no_version(
    lock: str, group: str, python: str
) -> None:
    held, test = locked(lock, python), locked(TEST_LOCK, python)
    for row in SETTINGS["dependency-groups"][group]:
        requirement = Requirement(row)
        assert requirement.specifier.contains(held[canonicalize_name(requirement.name)]), row
    # It is laid before the environment of the tests, which must stay what its own lock says.
    assert {name: test[name] for name in held.keys() & test.keys()}.items() <= held.items()


@PYTHONS
def test_the_lock_of_the_browser_holds_the_driver_of_postgres(python: str) -> None:
    held = locked(BROWSER_LOCK, python)
    extra = [Requirement(row) for row in PROJECT["optional-dependencies"]["postgres"]]
    for requirement in extra:
        assert requirement.specifier.contains(held[canonicalize_name(requirement.name)])


def test_the_locks_hold_all_that_their_packages_ask_for() -> None:
    # They are installed without resolving, so nothing would fetch what is missing; extras count:
    # coverage[toml] of pytest-cov is what once broke the installation.
    python = ".".join(map(str, sys.version_info[:2]))
    for lock, extras in ((RUN_LOCK, set()), (TEST_LOCK, {("infraplan", "test")})):
        pinned = locked(lock, python)
        waiting: list[tuple[str, str]] = [
            ("infraplan", ""),
            *extras,
            ("setuptools", ""),
            ("wheel", ""),
        ]
        seen: set[tuple[str, str]] = set()
        while waiting:
            name, extra = waiting.pop()
            if (name, extra) in seen:
                continue
            seen.add((name, extra))
            for row in metadata.requires(name) or ():
                needed = Requirement(row)
                asked = environment(python) | {"extra": extra}
                if needed.marker is not None and not needed.marker.evaluate(asked):
                    continue
                key = canonicalize_name(needed.name)
                assert key in pinned, f"{lock}: {name} needs {row}"
                assert needed.specifier.contains(pinned[key]), f"{lock}: {name} needs {row}"
                waiting += [(key, ""), *((key, each) for each in needed.extras)]
        assert {name for name, _ in seen} - {"infraplan"} == set(pinned)


def test_every_range_has_both_ends() -> None:
    for requirement in _declared().values():
        operators = {specifier.operator for specifier in requirement.specifier}
        assert operators == {">=", "<"}, str(requirement)


def test_the_wheel_holds_every_file_of_the_product_in_one_package(tmp_path: Path) -> None:
    clone = tmp_path / "clone"
    clone.mkdir()
    for name in ("pyproject.toml", "setup.py", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, clone)
    for name in (*PACKAGES, "instances"):
        shutil.copytree(ROOT / name, clone / name, ignore=shutil.ignore_patterns("__pycache__"))
    build = "from setuptools.build_meta import build_wheel; print(build_wheel('wheels'))"
    subprocess.run([sys.executable, "-c", build], cwd=clone, check=True, capture_output=True)
    (wheel,) = (clone / "wheels").glob("*.whl")
    held = {n for n in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in n}
    assert {top(name.replace("/", ".")) for name in held} == {"infraplan"}
    kept = {
        f"infraplan/{path.relative_to(clone).as_posix()}".replace("optimizer/public/", "")
        for name in (*PACKAGES, "instances")
        for path in (clone / name).rglob("*")
        if path.is_file()
    }
    assert len(kept) > 250
    assert held == kept
