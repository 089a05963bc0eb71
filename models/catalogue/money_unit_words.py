"""Words of which names of money units are made: 亿元, 100 million CNY."""

from __future__ import annotations

from infraplan.models.regular_expressions import regex

TIMES_ZH = {"十": 10.0, "百": 100.0, "千": 1e3, "万": 1e4, "亿": 1e8}
UNIT_ZH = regex(r"(?:人民币)?([十百千万亿]*)(?:元|美元|欧元|日元|港元|英镑)(?:人民币)?")
"""A unit in Chinese: what it counts, and of which currency."""

TIMES = {"hundred": 100.0, "thousand": 1e3, "million": 1e6, "billion": 1e9}
UNIT = regex(r"([0-9][0-9,]*)?\s*(hundred|thousand|million|billion)?s?\s*(?:[A-Z]{3}|yuan)?")
"""A unit in English: a number, what it counts, and of which currency."""

SCALES = ((1e9, "billion"), (1e6, "million"), (1.0, ""))
"""What people count money by in English: from how much on, and the word."""
SCALES_ZH = ((1e8, "亿"), (1e4, "万"), (1.0, ""))
"""The same in Chinese."""
SIZES_ZH = {
    1.0: "",
    10.0: "十",
    1e2: "百",
    1e3: "千",
    1e4: "万",
    1e5: "十万",
    1e6: "百万",
    1e7: "千万",
    1e8: "亿",
    1e9: "十亿",
    1e12: "万亿",
}
"""What Chinese units count, by the number of it."""
CURRENCIES_ZH = {
    "CNY": "元",
    "USD": "美元",
    "EUR": "欧元",
    "JPY": "日元",
    "HKD": "港元",
    "GBP": "英镑",
    "AUD": "澳元",
    "CAD": "加元",
    "CHF": "瑞士法郎",
    "INR": "卢比",
    "BRL": "雷亚尔",
    "KRW": "韩元",
    "SGD": "新加坡元",
}
"""Currencies as one says them in Chinese; another stands by its code."""
