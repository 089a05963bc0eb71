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
    "is-beyond-what-an-instance-takes": (
        "{value:g} is beyond what an instance takes: {most:g} at most",
        "{value:g}超出算例可用的范围：绝对值不超过{most:g}",
    ),
    "a-load-is-not-finite": ("bus {bus:g} has no finite load", "母线{bus:g}的负荷不是有限的数"),
    "the-row-has-other-words": (
        "the row should hold {asked} {asked:=number|numbers}",
        "该行应有{asked}个数",
    ),
    "only-upper-limits-are-read": (
        "a limit reads `resource period L value`; lower limits (G) and ranges (I) are not read",
        "限额应写作resource period L value；不支持下限（G）和区间（I）",
    ),
    "the-discount-rate-is-no-share": (
        "the discount rate {rate:g} is not between 0 and 1",
        "折现率{rate:g}不在0与1之间",
    ),
    "there-is-no-such-number": (
        "there is no number {value}: {name} is {size}, counted from 0",
        "没有编号{value}：{name}为{size}，编号从0开始",
    ),
    "is-no-index": (
        "{word!r} is no number of a block, destination, resource or period: whole, from 0 on",
        "“{word}”不是矿块、去向、资源或时段的编号：应为不小于0的整数",
    ),
    "is-no-entry-or-section": (
        "{word!r} is no entry and no section of the format",
        "“{word}”不是该格式的条目或部分",
    ),
    "head-stands-twice": (
        "{head} stands twice, first on line {first}",
        "{head}重复出现，首次在第{first}行",
    ),
    "the-row-stands-twice": (
        "the row stands twice, first on line {first}",
        "该行重复出现，首次在第{first}行",
    ),
    "the-row-stands-in-no-section": (
        "a row of numbers stands before the first section",
        "第一个部分之前有数据行",
    ),
    "the-file-has-no-end-mark": ("the file does not end with EOF", "文件没有以EOF结束"),
    "rows-are-left-after-the-end": (
        "the file goes on after its EOF on line {end}",
        "第{end}行的EOF之后还有内容",
    ),
    "the-file-has-not": ("the file lacks: {names}", "文件缺少：{names}"),
    "the-entry-has-not-one-value": (
        "{name} should be followed by one value",
        "{name}之后应有一个值",
    ),
    "a-block-has-one-destination": (
        "{name} is 1 in a file of type cpit",
        "cpit类型的文件中{name}应为1",
    ),
    "there-must-be-one": ("{name} must be at least 1", "{name}至少为1"),
    "rows-are-not-as-many-as-stated": (
        "{section} has rows for {found}, and {names} states {stated}; {which}",
        "{section}有{found}个的数据，而{names}写明为{stated}个；{which}",
    ),
    "first-without-a-row": ("without a row, the first ones: {rows}", "缺少数据的前几个：{rows}"),
    "first-beyond": ("beyond, the first ones: {rows}", "超出的前几个：{rows}"),
    "a-block-stands-twice-in-the-row": (
        "a block stands twice among those that come before",
        "在先的矿块中有重复",
    ),
    "blocks-wait-for-one-another": (
        "these blocks wait for one another in a circle: {circle}",
        "这些矿块循环等待：{circle}",
    ),
}
