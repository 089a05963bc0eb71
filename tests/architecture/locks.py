"""What the locks hold: requirements.lock for running, the others for tests and docs besides.

requirements-browser.lock lies beside that of the tests: a walk in a browser, a try with PostgreSQL;
so does requirements-mspdi.lock: a schedule as mpxj reads it.
"""

from __future__ import annotations

import re

from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.architecture.sources import ROOT

RUN_LOCK, TEST_LOCK = "requirements.lock", "requirements-test.lock"
DOCS_LOCK = "requirements-docs.lock"
BROWSER_LOCK = "requirements-browser.lock"
MSPDI_LOCK = "requirements-mspdi.lock"


def entries(lock: str) -> list[tuple[Requirement, list[str]]]:
    """Requirement and hashes of each entry of the lock."""
    lines = (ROOT / lock).read_text("utf-8").splitlines()
    text = "\n".join(line for line in lines if not line.startswith("#"))
    found = []
    for entry in re.split(r"\n(?=\S)", text.replace("\\\n", " ").strip()):
        requirement, *hashes = re.split(r"\s+--hash=", entry.strip())
        found.append((Requirement(requirement), hashes))
    return found


def environment(python: str) -> dict[str, str]:
    """What the markers of a requirement are tested against, for a version of Python."""
    return {
        **default_environment(),
        "python_version": python,
        "python_full_version": f"{python}.0",
        "extra": "",
    }


def locked(lock: str, python: str) -> dict[str, str]:
    """Version of each package that `lock` holds for `python`."""
    pins: dict[str, str] = {}
    for requirement, _ in entries(lock):
        if requirement.marker is None or requirement.marker.evaluate(environment(python)):
            name = canonicalize_name(requirement.name)
            assert name not in pins, f"{name} stands twice for Python {python}"
            (pin,) = requirement.specifier
            pins[name] = pin.version
    return pins
