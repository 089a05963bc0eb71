"""What pyproject.toml declares, what the code imports and what the lock holds are one thing."""

from __future__ import annotations

import re
import sys
import tomllib

import pytest
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.architecture.sources import PACKAGES, ROOT, imports, sources, top

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
LOCK = (ROOT / "requirements.lock").read_text("utf-8")
NAME_OF_MODULE = {"yaml": "pyyaml"}
"""Distribution of a module whose name differs."""
COMMERCIAL = {"gurobipy", "cplex", "xpress", "mosek", "coptpy"}
"""Used where the user has them; never declared."""


def _declared(group: str = "") -> dict[str, Requirement]:
    rows = PROJECT["optional-dependencies"][group] if group else PROJECT["dependencies"]
    return {canonicalize_name(Requirement(row).name): Requirement(row) for row in rows}


def _entries() -> list[tuple[Requirement, list[str]]]:
    """Requirement and hashes of each entry of the lock."""
    text = "\n".join(line for line in LOCK.splitlines() if not line.startswith("#"))
    entries = []
    for entry in re.split(r"\n(?=\S)", text.replace("\\\n", " ").strip()):
        requirement, *hashes = re.split(r"\s+--hash=", entry.strip())
        entries.append((Requirement(requirement), hashes))
    return entries


def test_every_import_is_declared_and_every_declaration_is_imported() -> None:
    used = {top(name) for source in sources() for name, _ in imports(source.tree)}
    used -= set(PACKAGES) | set(sys.stdlib_module_names) | COMMERCIAL
    used = {canonicalize_name(NAME_OF_MODULE.get(name, name)) for name in used}
    optional = set(_declared("water"))
    assert used - optional == set(_declared())


def test_the_lock_pins_everything_with_hashes_and_names_no_place() -> None:
    entries = _entries()
    assert len(entries) > 30
    for requirement, hashes in entries:
        (pin,) = requirement.specifier
        assert pin.operator == "==", str(requirement)
        assert "*" not in pin.version
        assert requirement.url is None
        assert hashes
        assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", value) for value in hashes), requirement
    for mark in ("://", "index-url", "find-links", "file:", " @ "):
        assert mark not in LOCK


@pytest.mark.parametrize("python", ["3.11", "3.12", "3.13", "3.14"])
def test_the_lock_satisfies_every_declared_range(python: str) -> None:
    environment = {
        **default_environment(),
        "python_version": python,
        "python_full_version": f"{python}.0",
    }
    locked: dict[str, str] = {}
    for requirement, _ in _entries():
        if requirement.marker is None or requirement.marker.evaluate(environment):
            name = canonicalize_name(requirement.name)
            assert name not in locked, f"{name} stands twice for Python {python}"
            (pin,) = requirement.specifier
            locked[name] = pin.version
    for name, requirement in (_declared() | _declared("test")).items():
        assert name in locked, f"{name} is declared and not locked"
        assert requirement.specifier.contains(locked[name]), f"{requirement}: {locked[name]}"
    assert "setuptools" in locked, "the project itself is installed without a build download"


def test_every_range_has_both_ends() -> None:
    for requirement in _declared().values():
        operators = {specifier.operator for specifier in requirement.specifier}
        assert operators == {">=", "<"}, str(requirement)


def test_packages_are_listed_by_name() -> None:
    config = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    find = config["tool"]["setuptools"]["packages"]["find"]
    assert find["include"] == ["models*", "optimizer*"]
    data = config["tool"]["setuptools"]["package-data"]["*"]
    kept = {
        path.name
        for package in PACKAGES
        for path in (ROOT / package).rglob("*")
        if path.is_file() and path.suffix != ".py" and path.parent.name != "__pycache__"
    }
    assert kept
    lost = {name for name in kept if not any(_fits(name, pattern) for pattern in data)}
    assert not lost, f"not part of an installed package: {sorted(lost)}"


def _fits(name: str, pattern: str) -> bool:
    return re.fullmatch(re.escape(pattern).replace(r"\*", ".*"), name) is not None
