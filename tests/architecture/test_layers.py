"""The import contracts of pyproject.toml see every module (`lint-imports` enforces them)."""

from __future__ import annotations

import re
import tomllib

from tests.architecture.sources import PACKAGES, ROOT, imports, sources, top

CONFIG = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
CONTRACTS = CONFIG["tool"]["importlinter"]["contracts"]


def _layered() -> set[str]:
    layers = [layer for row in CONTRACTS if row["type"] == "layers" for layer in row["layers"]]
    return {name for layer in layers for name in re.findall(r"[\w.]+", layer)}


def test_every_module_has_its_layer() -> None:
    # A module that no layer names would escape the contracts silently.
    tops = {".".join(s.module.split(".")[:2]) for s in sources() if "." in s.module}
    assert tops, "no modules were found"
    assert tops <= _layered(), f"without a layer: {sorted(tops - _layered())}"


def test_a_layer_that_does_not_exist_is_marked_optional() -> None:
    tops = {".".join(s.module.split(".")[:2]) for s in sources()}
    for row in CONTRACTS:
        for layer in row.get("layers", ()):
            for name in re.split(r"\s*\|\s*", layer):
                assert name.startswith("(") or name in tops, f"{name}: in parentheses until it is"


def test_every_package_outside_the_backends_is_closed_to_solver_libraries() -> None:
    (row,) = [row for row in CONTRACTS if "highspy" in row.get("forbidden_modules", ())]
    named = set(row["source_modules"])
    below = {".".join(s.module.split(".")[:2]) for s in sources() if s.module.count(".") >= 1}
    packages = {name for name in below if top(name) == "optimizer"} - {"optimizer.backends"}
    assert packages | {"models"} <= named, sorted(packages - named)


def test_models_know_no_optimizer_and_no_file() -> None:
    files = {"os", "io", "pathlib", "shutil", "subprocess", "csv", "json", "yaml", "openpyxl"}
    seen = 0
    for source in sources():
        if top(source.module) != "models":
            continue
        seen += 1
        used = {top(name) for name, _ in imports(source.tree)}
        assert "optimizer" not in used, source.module
        assert not used & files, f"{source.module} reads or writes files"
    assert seen > 10


def test_both_packages_are_checked() -> None:
    assert set(CONFIG["tool"]["importlinter"]["root_packages"]) == set(PACKAGES)
    assert set(CONFIG["tool"]["mypy"]["packages"]) == set(PACKAGES)
    assert set(CONFIG["tool"]["coverage"]["run"]["source"]) == set(PACKAGES)
    assert CONFIG["tool"]["mypy"]["strict"] is True
    assert CONFIG["tool"]["coverage"]["run"]["branch"] is True
    assert CONFIG["tool"]["coverage"]["report"]["fail_under"] >= 90
