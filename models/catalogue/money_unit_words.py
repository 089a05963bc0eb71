"""Words of which names of money units are made: 亿元, 100 million CNY."""

from __future__ import annotations

from infraplan.models.regular_expressions import regex

TIMES_ZH = {"十": 10.0, "百": 100.0, "千": 1e3, "万": 1e4, "亿": 1e8}
UNIT_ZH = regex(r"(?:人民币)?([十百千万亿]*)(?:元|美元|欧元|日元|港元|英镑)(?:人民币)?")
"""A unit in Chinese: what it counts, and of which currency."""

TIMES = {"hundred": 100.0, "thousand": 1e3, "million": 1e6, "billion": 1e9}
UNIT = regex(r"([0-9][0-9,]*)?\s*(hundred|thousand|million|billion)?s?\s*(?:[A-Z]{3}|yuan)?")
"""A unit in English: a number, what it counts, and of which currency."""
