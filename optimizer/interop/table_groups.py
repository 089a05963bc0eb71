"""Names of the groups of rows that a foreign table is parted into."""

from __future__ import annotations

import re

from infraplan.optimizer.interop.table_file import Sheet, cell_text
from infraplan.optimizer.interop.table_layout import Headings
from infraplan.optimizer.interop.table_rows import group_in
from infraplan.optimizer.interop.table_stages import stage_word
from infraplan.optimizer.interop.table_words import NOTE, SUM_ALONE


def groups_of(sheet: Sheet, headings: Headings) -> list[str]:
    """Return the names of the groups of rows below `headings`, each once, in their order."""
    found = []
    for cells in sheet.grid[headings.last :]:
        texts = list(dict.fromkeys(text for cell in cells if (text := cell_text(cell))))
        words = [text for text in texts if not re.fullmatch(r"[-(]?[\d,. ]+[)]?", text)]
        if not any(SUM_ALONE.fullmatch(word) for word in words) and (name := group_in(words)):
            found.append(name)
    return list(dict.fromkeys(found or bare_groups(sheet, headings)))


def bare_groups(sheet: Sheet, headings: Headings) -> list[str]:
    """Rows of one word and nothing else, each with projects of several cells below it."""
    filled = [
        [text for cell in cells if (text := cell_text(cell))]
        for cells in sheet.grid[headings.last :]
    ]
    last = max((i for i, texts in enumerate(filled) if len(texts) > 2), default=0)
    alone = [
        texts[0]
        for i, texts in enumerate(filled[:last])
        if len(set(texts)) == 1 and len(texts[0]) <= 60 and not NOTE.fullmatch(texts[0])
    ]
    return alone if 1 <= len(alone) <= len(filled) / 3 else []


def stage_of_group(name: str) -> str:
    """How far the works of a group are that its name tells, 在建项目; blank where it does not."""
    word = re.sub(r"(?:类)?项目$|\s*projects?$", "", name.strip(), flags=re.IGNORECASE).casefold()
    return stage_word(word)
