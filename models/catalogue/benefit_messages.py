"""What is said of benefits: how they were estimated, and where their range is wrong."""

from __future__ import annotations

MESSAGES: dict[str, tuple[str, ...]] = {
    "benefit-range-misses-its-middle": (
        "{field} {stream}={value:g} does not go with benefits {stream}={benefits:g}: a low "
        "estimate is no higher, a high one no lower, and the stream is in both columns",
        "{field}的{stream}={value:g}与benefits（年效益）的{stream}={benefits:g}不符：低值不高于中值，"
        "高值不低于中值，效益流须在两列中都有",
    ),
    "no-estimate-of-the-type-reads-it": (
        "{name} is no quantity of works of type {type}: no estimate reads it",
        "{name}不是{type}类工程的数量：估算不会读取",
    ),
    "quantities-that-it-reads": ("its quantities are {names}", "其数量有：{names}"),
    "not-a-formula-of-benefits": (
        "{formula} is no formula of names, numbers and + - * /",
        "{formula}不是由名称、数字和+ - * /组成的公式",
    ),
}
