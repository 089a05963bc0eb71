"""What a reader of foreign files says of a damaged one."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from infraplan.models.errors import Finding, InstanceFormatError


def told_of(read: Callable[[], object]) -> Sequence[Finding]:
    """The findings with which `read` refuses its file."""
    with pytest.raises(InstanceFormatError) as caught:
        read()
    return caught.value.findings
