"""Every note on an answer is of a kind that stands in the list, and each of the list is made."""

from __future__ import annotations

import re

from infraplan.optimizer.backends.base import NOTE_KINDS
from tests.architecture.sources import ROOT, files

_LIST = ROOT / "optimizer" / "backends" / "base.py"


def test_every_note_is_of_a_kind_that_is_listed() -> None:
    texts = {path: path.read_text(encoding="utf-8") for path in files("optimizer")}
    made = {kind for text in texts.values() for kind in re.findall(r'\bNote\(\s*"(\w+)"', text)}
    assert made <= set(NOTE_KINDS), sorted(made - set(NOTE_KINDS))
    body = texts[_LIST]
    begin = body.index("NOTE_KINDS = (")
    rest = body[:begin] + body[body.index("\n)\n", begin) :]
    elsewhere = "\n".join([rest, *(text for path, text in texts.items() if path != _LIST)])
    unmade = [kind for kind in NOTE_KINDS if f'"{kind}"' not in elsewhere]
    assert unmade == []
