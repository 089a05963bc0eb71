"""The signature of a run: whoever has not the key cannot change run.json and what it lists unseen.

HMAC-SHA-256 (RFC 2104) of the standard library over the content of run.json, which holds the hash
of every other file. It lies beside the files of the run in signature.json and is none of them.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping
from enum import StrEnum
from hashlib import sha256
from pathlib import Path
from typing import Any

from infraplan.models.catalogue import phrase
from infraplan.optimizer.errors import NotThereError
from infraplan.optimizer.storage.folder import replace_file, writing
from infraplan.optimizer.storage.run_folder import (
    MANIFEST_FILE,
    SIGNATURE_FILE,
    canonical_text,
)

METHOD = "hmac-sha256"
LEAST_BYTES = 16
"""Bytes of a key at least, blanks around it left out."""
_OF_RUNS, _OF_KEYS = b"infraplan run\n", b"infraplan key\n"
"""What is signed begins so: a signature of something else is none of a run."""


class Signed(StrEnum):
    """What a signature says of a run."""

    VALID = "valid"
    MISSING = "missing"
    OTHER_KEY = "other_key"
    CHANGED = "changed"


def read_key(path: Path) -> bytes:
    """Return the key in a file, without blanks and line ends around it.

    Raises
    ------
    NotThereError
        If it cannot be read, or is shorter than `LEAST_BYTES`.
    """
    try:
        with path.open("rb") as stream:
            key = stream.read(1 << 16).strip()
    except OSError as error:
        raise NotThereError(phrase("key-cannot-be-read", path=path)) from error
    if len(key) < LEAST_BYTES:
        raise NotThereError(phrase("key-is-too-short", path=path, least=LEAST_BYTES))
    return key


def sign_run(run_dir: Path, key: bytes) -> dict[str, str]:
    """Write signature.json beside the files of the run, and return what it holds.

    Raises
    ------
    OutputError
        If run.json cannot be read or the signature cannot be written.
    """
    with writing(run_dir / SIGNATURE_FILE):
        manifest = json.loads((run_dir / MANIFEST_FILE).read_bytes())
    content = {"method": METHOD, "key": key_name(key), "value": _value(manifest, key)}
    path = run_dir / SIGNATURE_FILE
    with writing(path):
        replace_file(path, (json.dumps(content, indent=1) + "\n").encode())
    return content


def check_signature(run_dir: Path, manifest: Mapping[str, Any], key: bytes) -> Signed:
    """Say whether run.json is what the holder of `key` signed; what cannot be read is missing."""
    try:
        content = json.loads((run_dir / SIGNATURE_FILE).read_bytes())
    except (OSError, ValueError):
        return Signed.MISSING
    if not isinstance(content, dict) or content.get("method") != METHOD:
        return Signed.MISSING
    if content.get("key") != key_name(key):
        return Signed.OTHER_KEY
    stated = str(content.get("value")).encode()
    is_same = hmac.compare_digest(stated, _value(manifest, key).encode())
    return Signed.VALID if is_same else Signed.CHANGED


def key_name(key: bytes) -> str:
    """Name of a key, which tells nothing of it: 16 digits of a hash."""
    return hmac.new(key, _OF_KEYS, sha256).hexdigest()[:16]


def _value(manifest: Mapping[str, Any], key: bytes) -> str:
    return hmac.new(key, _OF_RUNS + canonical_text(manifest), sha256).hexdigest()
