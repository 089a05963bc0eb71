"""Checklists, changelog and citation are true: what they name exists, what they ask was done."""

from __future__ import annotations

import ast
import re

import pytest
import yaml

from infraplan.optimizer.backends.base import SOLVERS
from infraplan.optimizer.cli import import_commands
from infraplan.optimizer.cli.command_list import COMMANDS
from infraplan.optimizer.version import __version__
from tests.architecture.sources import ROOT, sources

CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
README = (ROOT / "README.md").read_text("utf-8")
CHECKLISTS = ("rule", "column", "solver", "engine", "command", "reader")
PATH = re.compile(r"[\w.*-]+(?:/[\w.*-]*)+|[\w-]+\.(?:py|md|cff|toml|lock|csv)")


def _section(name: str) -> str:
    article = "an" if name[0] in "aeiou" else "a"
    heading = f"\n## Add {article} {name}\n"
    assert CONTRIBUTING.count(heading) == 1, f"CONTRIBUTING.md has one section{heading}"
    return CONTRIBUTING.partition(heading)[2].partition("\n## ")[0]


def _steps(section: str) -> list[str]:
    """Items of the list, whether numbered or not."""
    return re.findall(r"^(?:- |\d+\. )(.*(?:\n +.*)*)", section, flags=re.MULTILINE)


def _named(text: str) -> list[tuple[str, str]]:
    """Paths in backticks, with the test that `::` names; NAME stands for any name."""
    found = []
    for code in re.findall(r"`([^`\n]+)`", text):
        path, _, test = code.partition("::")
        if PATH.fullmatch(path):
            found.append((path.replace("NAME", "*"), test))
    return found


# ---------------------------------------------------------------------------------- checklists


@pytest.mark.parametrize("name", CHECKLISTS)
def test_each_checklist_is_there_and_names_places_and_tests(name: str) -> None:
    section = _section(name)
    assert len(_steps(section)) >= 4
    paths = [path for path, _ in _named(section)]
    assert any(path.startswith(("models/", "optimizer/")) for path in paths)
    assert any(path.startswith("tests/") for path in paths)
    assert any(path.startswith("docs/") or path == "README.md" for path in paths)


def test_every_path_and_test_that_is_named_exists() -> None:
    named = _named(CONTRIBUTING)
    assert len(named) > 40
    for path, test in named:
        matches = list(ROOT.glob(path.rstrip("/")))
        assert matches, f"CONTRIBUTING.md names {path}, which is not there"
        assert path.endswith("/") <= all(match.is_dir() for match in matches), path
        if test:
            (file,) = matches
            tree = ast.parse(file.read_text("utf-8"))
            functions = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
            assert test in functions, f"{path} has no test {test}"


def _calls_of(name: str) -> int:
    """How many tests of commands call `name`."""
    files = [*(ROOT / "tests").rglob("test_*.py")]
    pattern = re.compile(rf"""(?:call\(|invoke\(app, \[)\s*["']{name}["']""")
    return sum(len(pattern.findall(path.read_text("utf-8"))) for path in files)


@pytest.mark.parametrize("command", sorted(set(COMMANDS) - {"demo"}))
def test_every_command_followed_its_checklist(command: str) -> None:
    row = COMMANDS[command]
    assert row.module.endswith("_commands")
    assert _calls_of(command) > 0, f"no test calls {command}"
    assert re.search(rf"^\| [^|]*`{command}[ `]", README, flags=re.MULTILINE)
    page = (ROOT / "docs" / "commands.md").read_text("utf-8")
    assert f"\n| `{command}` |" in page


@pytest.mark.parametrize("solver", SOLVERS)
def test_every_solver_followed_its_checklist(solver: str) -> None:
    entry = SOLVERS[solver]
    assert entry.how_to_install
    assert entry.guest.startswith("infraplan.optimizer.backends.guest_")
    assert entry.guest in {source.module for source in sources()}
    assert f"`{solver}`" in (ROOT / "docs" / "solvers.md").read_text("utf-8")


@pytest.mark.parametrize("reader", [row.name for row in import_commands.app.registered_commands])
def test_every_reader_followed_its_checklist(reader: str) -> None:
    (row,) = re.findall(r"^\| `import ([^`]+)`", README, flags=re.MULTILINE)
    assert reader in re.split(r"[/ ]", row)
    modules = {source.module.rpartition(".")[2] for source in sources()}
    assert modules & {reader, f"{reader}_in"}, f"no module of interop is called {reader}"
    tests = [path.read_text("utf-8") for path in (ROOT / "tests" / "interop").glob("test_*.py")]
    assert any(f"import_{reader}" in text for text in tests)
    docs = [path.read_text("utf-8").lower() for path in (ROOT / "docs").glob("*.md")]
    assert any(reader in text for text in docs)


# ------------------------------------------------------------------------ changelog and citation


def test_the_changelog_is_in_its_form() -> None:
    text = (ROOT / "CHANGELOG.md").read_text("utf-8")
    heads = re.findall(r"^## \[([^\]]+)\](.*)$", text, flags=re.MULTILINE)
    names = [name for name, _ in heads]
    assert names[0] in ("Unreleased", __version__)
    versions = [tuple(map(int, name.split("."))) for name in names if name != "Unreleased"]
    assert versions == sorted(versions, reverse=True)
    assert (0, 1, 0) in versions
    for name, rest in heads:
        assert re.fullmatch(r" - \d{4}-\d\d-\d\d" if name != "Unreleased" else "", rest), name
    kinds = re.findall(r"^### (.*)$", text, flags=re.MULTILINE)
    assert set(kinds) <= {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}
    for part in re.split(r"^##+ .*$", text, flags=re.MULTILINE)[2:]:
        assert all(line.startswith(("- ", "  ")) for line in part.splitlines() if line), (
            f"only lists stand below a heading: {part[:80]!r}"
        )


def test_the_citation_names_this_version() -> None:
    data = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    assert {"cff-version", "message", "title", "authors"} <= set(data)
    assert data["cff-version"] == "1.2.0"
    assert data["type"] == "software"
    assert data["version"] == __version__
    assert data["license"] == "Apache-2.0"
    assert data["authors"]
    assert all("name" in author or "family-names" in author for author in data["authors"])
    known = {
        "abstract", "authors", "cff-version", "commit", "contact", "date-released", "doi",
        "identifiers", "keywords", "license", "message", "preferred-citation", "references",
        "repository-code", "title", "type", "url", "version",
    }  # fmt: skip
    assert set(data) <= known


def test_the_hosted_workflow_calls_make_on_every_supported_python() -> None:
    text = (ROOT / ".github" / "workflows" / "test.yml").read_text("utf-8")
    data = yaml.safe_load(text)
    (job,) = data["jobs"].values()
    pythons = job["strategy"]["matrix"]["python"]
    project = (ROOT / "pyproject.toml").read_text("utf-8")
    assert pythons == re.findall(r"Programming Language :: Python :: (3\.\d+)", project)
    assert any(step.get("run", "").startswith("make test ") for step in job["steps"])
    assert "untested" in README  # other systems
