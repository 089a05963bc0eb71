"""How a wrong use of a command is named in JSON, and that it was told there already."""

from __future__ import annotations

USAGE = "usage"
"""Value of `error` in the one object that `--json` prints for a wrong use."""
IN_JSON = "is_in_json"
"""Attribute of an error that has been told in JSON."""
