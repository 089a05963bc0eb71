"""Software bill of materials of what `requirements.lock` installs: CycloneDX 1.6, JSON.

    python -m tools.sbom [FILE] [--lock requirements.lock]

Every package of the lock is a component with its version, its package URL, the condition under
which it is installed, and the SHA-256 of each file of it that the lock allows. Nothing is asked of
a registry and nothing of this machine enters: the same lock makes the same bytes.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import tomllib
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infraplan.optimizer.version import __version__

ROOT = Path(__file__).resolve().parent.parent
LINE = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)\s*(?:;\s*([^\\]+?))?\s*\\?$")
HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


@dataclass(frozen=True)
class Locked:
    """One package of a lock; `marker` is blank where it is installed everywhere."""

    name: str
    version: str
    marker: str
    sha256: tuple[str, ...]

    @property
    def purl(self) -> str:
        """Package URL: names of PyPI in lower case with dashes, `+` of a version escaped."""
        name = re.sub(r"[-_.]+", "-", self.name).lower()
        return f"pkg:pypi/{name}@{self.version.replace('+', '%2B')}"


def read_lock(text: str) -> Iterator[Locked]:
    """Yield the packages of a lock in its order.

    Raises
    ------
    ValueError
        If a line is neither a package, nor a hash, nor a remark, or a package has no hash.
    """
    found: list[tuple[str, str, str, list[str]]] = []
    for line in text.splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        if (package := LINE.match(line)) is not None:
            found.append((package[1], package[2], package[3] or "", []))
        elif found and (hashes := HASH.findall(line)):
            found[-1][3].extend(hashes)
        else:
            raise ValueError(f"not a line of a lock: {line}")
    for name, version, marker, hashes in found:
        if not hashes:
            raise ValueError(f"{name} has no hash")
        yield Locked(name, version, marker, tuple(hashes))


def bill(lock: str) -> dict[str, Any]:
    """The bill of a lock, as JSON of CycloneDX 1.6."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    own = f"pkg:pypi/{project['name']}@{__version__}"
    components = [_component(package) for package in read_lock(lock)]
    serial = uuid.uuid5(uuid.NAMESPACE_URL, f"{own}\n{lock}")
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{serial}",
        "version": 1,
        "metadata": {
            "tools": {"components": [{"type": "application", "name": "tools.sbom"}]},
            "component": {
                "type": "application",
                "bom-ref": own,
                "name": project["name"],
                "version": __version__,
                "description": project["description"],
                "licenses": [{"license": {"id": project["license"]}}],
                "purl": own,
            },
        },
        "components": components,
        "dependencies": [
            {"ref": own, "dependsOn": [row["bom-ref"] for row in components]},
            *({"ref": row["bom-ref"]} for row in components),
        ],
    }


def _component(package: Locked) -> dict[str, Any]:
    properties = [{"name": "infraplan:file:sha256", "value": value} for value in package.sha256]
    if package.marker:
        properties.insert(0, {"name": "infraplan:marker", "value": package.marker})
    return {
        "type": "library",
        "bom-ref": package.purl,
        "name": package.name,
        "version": package.version,
        "scope": "optional" if package.marker else "required",
        "purl": package.purl,
        "properties": properties,
    }


def main(arguments: list[str] | None = None) -> int:
    """Write the bill to a file, or to standard output."""
    parser = argparse.ArgumentParser(prog="python -m tools.sbom", description=__doc__)
    parser.add_argument("file", nargs="?", type=Path)
    parser.add_argument("--lock", type=Path, default=ROOT / "requirements.lock")
    asked = parser.parse_args(arguments)
    text = json.dumps(bill(asked.lock.read_text("utf-8")), indent=1) + "\n"
    if asked.file is None:
        sys.stdout.write(text)
    else:
        asked.file.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
