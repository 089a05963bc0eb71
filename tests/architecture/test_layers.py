"""The import contracts of pyproject.toml see every module (`lint-imports` enforces them)."""

from __future__ import annotations

import ast
import re
import tomllib

import grimp

from tests.architecture.sources import ROOT, imports, package, sources, top

CONFIG = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
CONTRACTS = CONFIG["tool"]["importlinter"]["contracts"]


def _layered() -> set[str]:
    layers = [layer for row in CONTRACTS if row["type"] == "layers" for layer in row["layers"]]
    return {name for layer in layers for name in re.findall(r"[\w.]+", layer)}


def test_every_module_has_its_layer() -> None:
    # A module that no layer names would escape the contracts silently.
    tops = {package(s.module) for s in sources() if s.module.count(".") >= 2}
    assert tops, "no modules were found"
    assert tops <= _layered(), f"without a layer: {sorted(tops - _layered())}"


def test_a_layer_that_does_not_exist_is_marked_optional() -> None:
    tops = {package(s.module) for s in sources()} | {"infraplan.models"}
    for row in CONTRACTS:
        for layer in row.get("layers", ()):
            for name in re.split(r"\s*\|\s*", layer):
                assert name.startswith("(") or name in tops, f"{name}: in parentheses until it is"


def test_the_architecture_draws_the_layers_as_they_are_enforced() -> None:
    told = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    block = told.split("Upper may import lower, never the reverse:")[1].split("```")[1]
    optimizer, models = (
        [set(re.split(r"\s*\|\s*", layer.strip())) for layer in part.split("->")]
        for part in block.split("models: ")
    )
    enforced = [row["layers"] for row in CONTRACTS if row["type"] == "layers"]
    for drawn, layers in zip((optimizer, models), enforced, strict=True):
        short = [re.sub(r"infraplan\.(optimizer\.|models\.)?", "", layer) for layer in layers]
        assert drawn == [set(re.split(r"\s*\|\s*", layer)) for layer in short]


def test_every_package_outside_the_backends_is_closed_to_solver_libraries() -> None:
    (row,) = [row for row in CONTRACTS if "highspy" in row.get("forbidden_modules", ())]
    named = set(row["source_modules"])
    below = {package(s.module) for s in sources() if s.module.count(".") >= 2}
    packages = {name for name in below if name.startswith("infraplan.optimizer.")}
    packages -= {"infraplan.optimizer.backends"}
    assert packages | {"infraplan.models"} <= named, sorted(packages - named)


def test_every_kernel_is_kept_on_the_disk() -> None:
    users = {s.module for s in sources() if "numba" in {name for name, _ in imports(s.tree)}}
    assert users == {"infraplan.optimizer.compiled"}, "use optimizer/compiled.py"
    decorated = [
        node.name
        for source in sources()
        for node in source.nodes
        if isinstance(node, ast.FunctionDef)
        if any(ast.unparse(mark).startswith("compiled(") for mark in node.decorator_list)
    ]
    assert len(decorated) >= 12


def test_models_know_no_optimizer_and_no_file() -> None:
    files = {"os", "io", "pathlib", "shutil", "subprocess", "csv", "json", "yaml", "openpyxl"}
    seen = 0
    for source in sources():
        if not source.module.startswith("infraplan.models"):
            continue
        seen += 1
        names = {name for name, _ in imports(source.tree)}
        assert not any(name.startswith("infraplan.optimizer") for name in names), source.module
        used = {top(name) for name in names}
        assert not used & files, f"{source.module} reads or writes files"
    assert seen > 10


def test_the_contracts_see_every_module() -> None:
    # An editable install that hides files from the tools would let every contract hold.
    seen = grimp.build_graph("infraplan").modules
    there = {source.module for source in sources()}
    assert len(there) > 200
    assert not there - seen, f"not seen; run `make setup`: {sorted(there - seen)}"


def test_the_one_package_is_checked() -> None:
    assert CONFIG["tool"]["importlinter"]["root_packages"] == ["infraplan"]
    assert CONFIG["tool"]["mypy"]["packages"] == ["infraplan"]
    assert CONFIG["tool"]["coverage"]["run"]["source"] == ["infraplan"]
    assert CONFIG["tool"]["mypy"]["strict"] is True
    assert CONFIG["tool"]["coverage"]["run"]["branch"] is True
    assert CONFIG["tool"]["coverage"]["report"]["fail_under"] >= 90


def test_no_modules_import_one_another_in_a_circle() -> None:
    """Imports for types alone count: a circle of those is one subject cut in two."""
    graph = grimp.build_graph("infraplan", exclude_type_checking_imports=False)
    left = {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}
    assert len(left) > 200
    while free := [module for module, imported in left.items() if not imported & left.keys()]:
        for module in free:
            del left[module]
    assert left == {}, f"in a circle, or above one: {sorted(left)}"
