"""A workbench on a folder of its own; skipped where the extra `serve` is missing."""

from __future__ import annotations

import importlib.util
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from infraplan.optimizer.storage import new_instance

if TYPE_CHECKING:
    from infraplan.optimizer.workbench.folders import DataFolder
    from infraplan.optimizer.workbench.planning_store import PlanningStore
    from infraplan.optimizer.workbench.storage import Row, Store

MISSING = [name for name in ("nicegui", "sqlalchemy") if importlib.util.find_spec(name) is None]
LONGEST_S = 900.0
"""Seconds after which a test gives up waiting; says nothing of how long anything takes."""


@pytest.fixture(scope="session", autouse=True)
def _needs_the_extra() -> None:
    # Of the session, so that it comes before the servers that a module shares.
    if MISSING:
        pytest.skip(f"the extra serve is not installed: no {' and no '.join(MISSING)}")


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The worked example as a workbook."""
    path = tmp_path_factory.mktemp("template") / "county.xlsx"
    new_instance(path)
    return path


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    from infraplan.optimizer.workbench.folders import DataFolder

    made = DataFolder(tmp_path / "data")
    made.make()
    return made


@pytest.fixture
def store(folder: DataFolder) -> Iterator[PlanningStore]:
    from infraplan.optimizer.workbench.planning_store import PlanningStore
    from infraplan.optimizer.workbench.storage import open_database

    made = PlanningStore(open_database(folder.database_url))
    yield made
    made.close()


@pytest.fixture
def version(store: Store, folder: DataFolder, template: Path) -> Row:
    """Version 1 of the worked example."""
    made = store.add_version(store.add_instance("county", "template", "Li"), "Li")
    path = folder.workbook(made.instance_id, made.number)
    path.parent.mkdir(parents=True)
    path.write_bytes(template.read_bytes())
    return made


def wait_for(holds: Callable[[], object]) -> None:
    """Wait until something holds."""
    end = time.monotonic() + LONGEST_S
    while not holds():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)
