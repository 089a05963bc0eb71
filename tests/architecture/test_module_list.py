"""The pages on the code name every module, and none that is not there."""

from __future__ import annotations

import re

from tests.architecture.module_list import PAGE, page
from tests.architecture.sources import PACKAGES, ROOT, files

ARCHITECTURE = ROOT / "docs" / "architecture.md"


def test_the_list_of_modules_is_in_step() -> None:
    told = PAGE.read_text(encoding="utf-8")
    assert told == page(), "python -m tests.architecture.module_list"
    assert "`: \n" not in told


def test_every_module_that_the_architecture_names_is_there() -> None:
    there = {path.relative_to(ROOT).as_posix() for path in files(*PACKAGES, "tests", "tools")}
    named = set(re.findall(r"`([\w/]*\w\.py)`", ARCHITECTURE.read_text(encoding="utf-8")))
    assert len(named) > 100
    missing = [name for name in named if not any(f"/{path}".endswith(f"/{name}") for path in there)]
    assert sorted(missing) == []


def test_every_module_beside_the_packages_has_its_place_in_the_architecture() -> None:
    told = ARCHITECTURE.read_text(encoding="utf-8")
    tops = [path for folder in PACKAGES for path in sorted((ROOT / folder).glob("*.py"))]
    missing = [path.name for path in tops if not re.search(rf"\b{path.stem}\b", told)]
    assert [name for name in missing if name != "__init__.py"] == []
