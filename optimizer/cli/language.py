"""Which language a command line asks for; loads nothing, so that it can be asked at once."""

from __future__ import annotations

import os
from collections.abc import Sequence
from itertools import pairwise

LANGUAGE_VARIABLE = "INFRAPLAN_LANG"


def language_of(arguments: Sequence[str], variables: Sequence[str] = (LANGUAGE_VARIABLE,)) -> str:
    """Return `en` or `zh`: what `--lang` of `arguments` says, else the first of `variables` set."""
    for argument, following in pairwise([*arguments, ""]):
        asked = following if argument == "--lang" else argument.removeprefix("--lang=")
        if argument.startswith("--lang") and asked in {"en", "zh"}:
            return asked
    said = (os.environ.get(name, "") for name in variables)
    return "zh" if next(filter(None, said), "").casefold().startswith("zh") else "en"
