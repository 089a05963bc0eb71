"""Words by which free text says that it is a length in kilometres, or that it is not."""

from __future__ import annotations

from infraplan.models.regular_expressions import regex

KILOMETRES = frozenset(("km", "kms", "kilometre", "kilometres", "kilometer", "kilometers"))
KILOMETRES_ZH = frozenset(("公里", "千米"))
"""Units of a quantity that is a length."""

NO_LENGTH = regex(
    "lanes?|tracks?|circuits?|veh|vehicles?|pax|passengers?|persons?|trips?|t|tons?|tonnes?"
    "|per|h|sq|square"
)
NO_LENGTH_ZH = frozenset("人吨车客货方")
"""Words of a metric in km that is a multiple of a length, an area, a speed or traffic."""
