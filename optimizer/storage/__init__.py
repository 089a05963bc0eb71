"""Instances and runs on disk: folder, workbook, JSON; every fault with file, row and column."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from infraplan.optimizer.storage.assembly import ReadInstance
from infraplan.optimizer.storage.faults import OutputError
from infraplan.optimizer.storage.instance_file import (
    inspect_instance,
    read_instance,
    write_instance,
)

if TYPE_CHECKING:
    from infraplan.optimizer.storage.json_form import (
        instance_from_json,
        instance_hash,
        instance_to_json,
    )
    from infraplan.optimizer.storage.run_folder import (
        RunFiles,
        check_run_place,
        write_run,
    )
    from infraplan.optimizer.storage.run_reading import read_plan, read_run
    from infraplan.optimizer.storage.schema import schema_markdown
    from infraplan.optimizer.storage.template import example_instance, new_instance

__all__ = [
    "OutputError",
    "ReadInstance",
    "RunFiles",
    "check_run_place",
    "example_instance",
    "inspect_instance",
    "instance_from_json",
    "instance_hash",
    "instance_to_json",
    "new_instance",
    "read_instance",
    "read_plan",
    "read_run",
    "schema_markdown",
    "write_instance",
    "write_run",
]

_LATER = {
    "RunFiles": "run_folder",
    "check_run_place": "run_folder",
    "instance_from_json": "json_form",
    "instance_hash": "json_form",
    "instance_to_json": "json_form",
    "read_plan": "run_reading",
    "read_run": "run_reading",
    "write_run": "run_folder",
    "schema_markdown": "schema",
    "example_instance": "template",
    "new_instance": "template",
}
"""What reading and checking an instance does without: imported when it is asked for."""


def __getattr__(name: str) -> Any:
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_LATER[name]}"), name)
