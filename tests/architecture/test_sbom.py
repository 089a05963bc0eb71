"""The bill of materials has what CycloneDX asks for, and every package of the lock once."""

from __future__ import annotations

import json
import re
from pathlib import Path
from uuid import UUID

import pytest

from tests.architecture.locks import RUN_LOCK, entries
from tools.sbom import bill, main, read_lock

TOP = {"$schema", "bomFormat", "specVersion", "serialNumber", "version", "metadata", "components"}
PURL = re.compile(r"pkg:pypi/[a-z0-9-]+@[0-9A-Za-z.%-]+")


def test_it_has_the_fields_of_the_schema_and_every_package(tmp_path: Path) -> None:
    assert main([str(tmp_path / "bom.json")]) == 0
    found = json.loads((tmp_path / "bom.json").read_text("utf-8"))
    assert set(found) == TOP | {"dependencies"}
    assert (found["bomFormat"], found["specVersion"], found["version"]) == ("CycloneDX", "1.6", 1)
    UUID(found["serialNumber"].removeprefix("urn:uuid:"))
    own = found["metadata"]["component"]
    assert own["type"] == "application"
    assert own["licenses"] == [{"license": {"id": "Apache-2.0"}}]
    components = found["components"]
    assert len(components) == len(entries(RUN_LOCK))
    refs = [row["bom-ref"] for row in components]
    assert len({*refs, own["bom-ref"]}) == len(refs) + 1, "each is told once"
    for row in components:
        assert row["type"] == "library"
        assert row["scope"] in ("required", "optional")
        assert PURL.fullmatch(row["purl"])
        assert row["version"] in row["purl"]
        hashes = [p["value"] for p in row["properties"] if p["name"].endswith("sha256")]
        assert hashes
        assert all(re.fullmatch(r"[0-9a-f]{64}", value) for value in hashes)
    depends = {row["ref"]: row.get("dependsOn", []) for row in found["dependencies"]}
    assert set(depends) == {*refs, own["bom-ref"]}
    assert depends[own["bom-ref"]] == refs


def test_the_same_lock_makes_the_same_bill_and_another_one_another() -> None:
    lock = f"a-b==1.0 ; sys_platform == 'win32' \\\n    --hash=sha256:{'0' * 64}\n"
    one = bill(lock)
    assert one == bill(lock)
    (row,) = one["components"]
    assert row["purl"] == "pkg:pypi/a-b@1.0"
    assert row["scope"] == "optional"
    assert bill(lock.replace("1.0", "1.1"))["serialNumber"] != one["serialNumber"]


@pytest.mark.parametrize("text", ["a==1\n", "a>=1 \\\n    --hash=sha256:0\n", "--find-links x\n"])
def test_a_lock_that_says_less_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"lock|hash"):
        list(read_lock(text))
