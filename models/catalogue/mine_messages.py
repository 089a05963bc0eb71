"""What is said of mine schedules that are read."""

from __future__ import annotations

MESSAGES: dict[str, tuple[str, ...]] = {
    "the-file-is-of-another-problem": (
        "the file is of type {found}, not {asked}",
        "文件类型为{found}，不是{asked}",
    ),
    "general-side-constraints-are-not-read": (
        "general side constraints are not read",
        "不支持一般附加约束",
    ),
    "the-row-has-other-words": (
        "the row should hold {asked} numbers",
        "该行应有{asked}个数",
    ),
    "only-upper-limits-are-read": (
        "a limit reads `resource period L value`; lower limits (G) and ranges (I) are not read",
        "限额应写作resource period L value；不支持下限（G）和区间（I）",
    ),
    "blocks-have-no-value": (
        "{found} block(s) have a value, and the file says that there are {stated}",
        "有价值的矿块为{found}个，而文件写明有{stated}个",
    ),
    "the-discount-rate-is-no-share": (
        "the discount rate {rate:g} is not between 0 and 1",
        "折现率{rate:g}不在0与1之间",
    ),
    "there-is-no-such-number": (
        "there is no number {value}: they run from 0 to {last}",
        "没有编号{value}：编号为0至{last}",
    ),
}
