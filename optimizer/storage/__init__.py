"""Instances and runs on disk: folder, workbook, JSON; every fault with file, row and column."""

from optimizer.storage.assembly import Reading
from optimizer.storage.faults import OutputError
from optimizer.storage.instance_file import inspect_instance, read_instance, write_instance
from optimizer.storage.json_form import instance_from_json, instance_hash, instance_to_json

__all__ = [
    "OutputError",
    "Reading",
    "inspect_instance",
    "instance_from_json",
    "instance_hash",
    "instance_to_json",
    "read_instance",
    "write_instance",
]
