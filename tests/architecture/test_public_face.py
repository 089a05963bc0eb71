"""What `import infraplan` gives: names, examples that run, and no clash with a user's files."""

from __future__ import annotations

import ast
import doctest
import inspect
import os
import re
import subprocess
import sys
import types
import typing
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path

import pytest

import infraplan
from infraplan import api, figures, frames
from infraplan.models.base import DomainModel
from tests.architecture.sources import ROOT, files, imports, tree_of

FUNCTIONS = ("compare", "example", "read", "run", "solve", "validate", "verify", "write")
FRAMES = (
    "debt_frame", "money_frame", "outputs_frame", "payments_frame", "rejections_frame",
    "schedule_frame", "service_frame", "table_frame", "targets_frame",
)  # fmt: skip
FIGURES = ("debt_figure", "map_figure", "money_figure", "phases_figure")
OF_A_PLAN = (*FRAMES, *FIGURES)
OPTIONS = doctest.NORMALIZE_WHITESPACE


def _run_examples(test: doctest.DocTest) -> None:
    runner = doctest.DocTestRunner(optionflags=OPTIONS, verbose=False)
    said: list[str] = []
    runner.run(test, out=said.append)
    assert not runner.failures, "".join(said)
    assert runner.tries > 0


# ------------------------------------------------------------------------------------ examples


@pytest.fixture(scope="module")
def made() -> dict[str, infraplan.Result]:
    """What was solved for the examples, by what was asked."""
    return {}


@pytest.fixture
def solved_once(made: dict[str, infraplan.Result], monkeypatch: pytest.MonkeyPatch) -> None:
    """Solve once what several examples begin with."""
    solve = infraplan.solve

    def once(instance: infraplan.Instance, options: object = None) -> infraplan.Result:
        key = f"{instance!r} {options!r}"
        if key not in made:
            made[key] = solve(instance, typing.cast("infraplan.Options | None", options))
        return made[key]

    monkeypatch.setattr(infraplan, "solve", once)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_example_of_each_function_runs(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    if name != "solve":
        request.getfixturevalue("solved_once")
    monkeypatch.chdir(tmp_path)
    function = getattr(infraplan, name)
    (test,) = doctest.DocTestFinder(recurse=False).find(function, name)
    assert test.examples, f"{name} has no example"
    _run_examples(test)


@pytest.mark.usefixtures("solved_once")
def test_the_example_of_each_frame_and_figure_runs(
    made: dict[str, infraplan.Result], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    before = len(made)
    for name in OF_A_PLAN:
        (test,) = doctest.DocTestFinder(recurse=False).find(getattr(infraplan, name), name)
        assert test.examples, f"{name} has no example"
        _run_examples(test)
    assert len(made) - before <= 2  # most begin with the same solve


@pytest.mark.usefixtures("solved_once")
def test_the_examples_of_the_page_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = ROOT / "docs" / "python.md"
    monkeypatch.chdir(tmp_path)
    test = doctest.DocTestParser().get_doctest(
        page.read_text("utf-8"), {}, "python.md", str(page), 0
    )
    assert len(test.examples) >= 15
    _run_examples(test)


@pytest.mark.parametrize("name", [*FUNCTIONS, *OF_A_PLAN])
def test_each_function_is_documented(name: str) -> None:
    text = inspect.getdoc(getattr(infraplan, name)) or ""
    signature = inspect.signature(getattr(infraplan, name))
    assert "\nExamples\n--------\n" in text
    for parameter in signature.parameters:
        assert f"\n{parameter}\n" in text or f"\n*{parameter}\n" in text, parameter
    assert ("\nParameters\n----------\n" in text) == bool(signature.parameters)
    page = (ROOT / "docs" / "python.md").read_text("utf-8")
    assert f"| `{name}(" in page


@pytest.mark.parametrize(
    ("module", "names"), [(api, FUNCTIONS), (frames, FRAMES), (figures, FIGURES)]
)
def test_the_functions_are_all_that_the_module_offers(
    module: types.ModuleType, names: tuple[str, ...]
) -> None:
    public = {
        name
        for name, value in vars(module).items()
        if inspect.isfunction(value)
        and not name.startswith("_")
        and value.__module__ == module.__name__
    }
    assert public == set(names)


# --------------------------------------------------------------------------------------- names


def _typed_names() -> dict[str, tuple[str, str]]:
    """Module and name there of each public name, as type checkers see them."""
    tree = ast.parse((ROOT / "optimizer" / "public" / "__init__.py").read_text("utf-8"))
    (block,) = [node for node in tree.body if isinstance(node, ast.If)]
    assert ast.unparse(block.test) == "TYPE_CHECKING"
    return {
        alias.asname or alias.name: (node.module or "", alias.name)
        for node in block.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }


def test_what_is_imported_late_is_what_type_checkers_see() -> None:
    assert _typed_names() == infraplan._PLACES
    assert sorted(infraplan.__all__) == sorted(["__version__", *infraplan._PLACES])


def test_every_name_leads_to_what_it_says() -> None:
    renamed = {"Options": "SolveOptions", "Result": "SolveResult"}
    for name in infraplan.__all__:
        found = getattr(infraplan, name)
        if name != "__version__":
            assert found.__name__ == renamed.get(name, name)
        assert name in dir(infraplan)
    with pytest.raises(AttributeError, match="no attribute 'Instanze'"):
        infraplan.Instanze  # noqa: B018


def _parts(kind: object, seen: set[type]) -> Iterator[type]:
    """Classes of the domain in an annotation, and in the fields of these, each once."""
    for part in (kind, *typing.get_args(kind)):
        if part is not kind:
            yield from _parts(part, seen)
        elif isinstance(part, type) and issubclass(part, DomainModel | StrEnum):
            if part in seen:
                continue
            seen.add(part)
            yield part
            if issubclass(part, DomainModel):
                for field in part.model_fields.values():
                    yield from _parts(field.annotation, seen)


def test_every_class_that_an_instance_or_a_plan_holds_has_a_public_name() -> None:
    needed = {
        part.__name__: part
        for root in (infraplan.Instance, infraplan.Plan)
        for part in _parts(root, set())
    }
    assert len(needed) > 50
    for name, part in needed.items():
        assert getattr(infraplan, name, None) is part, f"{name} is missing in optimizer/public"


# ------------------------------------------------------------------------------------- imports


def _python(program: str, folder: Path, *flags: str) -> str:
    done = subprocess.run(
        [sys.executable, *flags, "-c", program],
        cwd=folder,
        env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=180,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_import_alone_loads_nothing(tmp_path: Path) -> None:
    program = "import sys, infraplan; dir(infraplan); print(*sys.modules)"
    loaded = set(_python(program, tmp_path).split())
    assert {name for name in loaded if name.startswith("infraplan")} == {
        "infraplan",
        "infraplan.optimizer",
        "infraplan.optimizer.version",
    }
    assert not loaded & {"pydantic", "numpy", "pandas", "yaml", "typer", "rich", "scipy", "numba"}


HOSTILE = (
    "models", "optimizer", "instances", "results", "tests", "tools", "infraplan_x", "solve",
    "storage", "cli", "verify", "finance", "public", "api", "version",
)  # fmt: skip
SOLVERS = ("highs", "cbc", "scip")
SOLVE = f"""
import infraplan
for solver in {SOLVERS!r}:
    options = infraplan.Options(gap=0.0, solver=solver, canonical=False)
    result = infraplan.solve(infraplan.example(), options)
    print(solver, result.termination.value, infraplan.verify(result).ok)
"""
COMMAND = """
from infraplan.optimizer.cli.main import app
app(["solve", "county", "--json", "-o", "run"])
"""


@pytest.fixture
def hostile_dir(tmp_path: Path) -> Path:
    """A folder of a user's own modules, each of which stops what imports it."""
    for name in HOSTILE:
        (tmp_path / f"{name}.py").write_text(f"raise SystemExit('{name}.py was imported')\n")
    return tmp_path


def test_a_users_own_modules_disturb_nothing(hostile_dir: Path) -> None:
    found = _python(SOLVE, hostile_dir).splitlines()
    assert found == [f"{solver} optimal True" for solver in SOLVERS]


def test_a_users_own_modules_do_not_disturb_the_command(hostile_dir: Path) -> None:
    # -P: the installed command does not look for modules in the working folder, so that not even
    # a file called as one of the standard library's stops it, or the guests that it starts.
    for name in ("numbers", "json", "logging"):
        (hostile_dir / f"{name}.py").write_text(f"raise SystemExit('{name}.py was imported')\n")
    infraplan.write(infraplan.example(), hostile_dir / "county")
    assert '"verified": true' in _python(COMMAND, hostile_dir, "-P")


def test_no_import_of_the_project_names_its_folders() -> None:
    # They are installed as infraplan.models and infraplan.optimizer; a top-level name would reach
    # the folders of a clone, or a user's files, and load every class twice.
    own = {"models", "optimizer", "instances"}
    found = files("models", "optimizer", "tests", "tools")
    assert len(found) > 300
    wrong = [
        f"{path.relative_to(ROOT)}:{line} {name}"
        for path in found
        if MAY_IMPORT_A_FOLDER.search(path.read_text("utf-8"))
        for name, line in imports(tree_of(path))
        if name.partition(".")[0] in own
    ]
    assert not wrong


MAY_IMPORT_A_FOLDER = re.compile(
    r"""^\s*(?:from|import)\b[^\n]*(?<![\w.])(?:models|optimizer|instances)\b
    | (?:import_module|__import__)\(\s*[rRuU]?["']+(?:models|optimizer|instances)\b""",
    re.MULTILINE | re.VERBOSE,
)
"""What stands in every file that imports one: others need not be parsed.

The linter tells of several modules in one import, and of several statements in a line."""


@pytest.mark.parametrize(
    "text",
    [
        "import models",
        "def f():\n    import os, optimizer.cli as c",
        "from models.plan import (\n    Plan,\n)",
        "from instances import x",
        "importlib.import_module(\n    'optimizer.solve'\n)",
        '__import__("models")',
    ],
)
def test_a_file_that_imports_a_folder_is_parsed(text: str) -> None:
    assert MAY_IMPORT_A_FOLDER.search(text)
    assert not MAY_IMPORT_A_FOLDER.search("from infraplan.models.plan import Plan")


OLD_NAME = re.compile(r"(?:\bfrom|\bimport|-m) (?:models|optimizer)(?=\.| import\b|;|\n|`)")
"""An import of a folder, or a module run from it, in what is a text to Python or a page."""


def test_no_code_given_as_text_and_no_page_names_its_folders() -> None:
    files = [
        path
        for pattern in ("models/**/*.py", "optimizer/**/*.py", "tests/**/*.py", "tools/**/*.py")
        for path in sorted(ROOT.glob(pattern))
        if path != Path(__file__)
    ]
    pages = [*sorted(ROOT.glob("*.md")), *sorted(ROOT.glob("docs/**/*.md")), ROOT / "Makefile"]
    assert len(files) > 300
    assert len(pages) > 10
    wrong = [
        f"{path.relative_to(ROOT)}: {found.group()}"
        for path in (*files, *pages)
        for found in OLD_NAME.finditer(path.read_text("utf-8"))
    ]
    assert not wrong


def test_what_is_no_answer_is_not_verified() -> None:
    with pytest.raises(TypeError, match="not Instance: verify"):
        infraplan.verify(infraplan.example())  # type: ignore[arg-type]


def test_no_stray_file_stands_at_the_top() -> None:
    # A log that a shell had written into a file called `json` was once handed in.
    plain = {path.name for path in ROOT.iterdir() if path.is_file() and not path.suffix}
    assert {name for name in plain if name[0] != "."} <= {"LICENSE", "Makefile"}
