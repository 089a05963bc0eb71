"""Regular expressions that are compiled when they are first used.

A command reads one form of an instance and few kinds of cells; compiling the expressions of all
others would take longer than reading a small instance.
"""

from __future__ import annotations

import re
from typing import Any, AnyStr, cast


def regex(expression: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """Regular expression `expression`; one that is wrong is told when it is first used."""
    return cast("re.Pattern[AnyStr]", _Regex(expression, flags))


class _Regex:
    """What `re.compile` would return, made as soon as anything is asked of it."""

    def __init__(self, expression: Any, flags: int) -> None:
        self._said = expression, flags

    def __getattr__(self, name: str) -> Any:
        """Compile, and keep what was asked for: it is not asked for here a second time."""
        found = getattr(re.compile(*self._said), name)
        setattr(self, name, found)
        return found

    def __reduce__(self) -> tuple[type[_Regex], tuple[Any, int]]:
        """Travel between processes as text, as a compiled expression does."""
        return _Regex, self._said
