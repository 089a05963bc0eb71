"""Messages of the maps by which foreign tables and map features come in."""

from __future__ import annotations

MESSAGES: dict[str, tuple[str, ...]] = {
    "a-map-is-keys-and-values": (
        "a map is keys and values; its keys are {keys}",
        "映射文件由键和值组成，可用的键：{keys}",
    ),
    "is-no-key-of-a-map": ("{key!r} is no key of a map: {keys}", "“{key}”不是映射文件的键：{keys}"),
    "must-be-keys-and-values": ("{path} must be keys and values", "{path}须由键和值组成"),
    "is-no-column-of-projects": ("{name!r} is no column of projects", "“{name}”不是项目表的列"),
    "is-no-row": ("{key} is {value!r}, not a number from 1 on", "{key}为“{value}”，不是从1起的数"),
    "no-year-in": ("there is no year in {text!r}", "“{text}”中没有年份"),
    "long-is-year-and-amount": (
        "`long` names the headings `year` and `amount`, and stands without `years`",
        "long须写明year和amount两个列名，且不与years并用",
    ),
    "is-none-of": ("{value!r} is none of {known}", "“{value}”不在可用词中：{known}"),
    "is-no-share": (
        "{value!r} is no share of the amounts, nor `none`",
        "“{value}”不是金额的比例，也不是none",
    ),
    "the-table-has-no-heading": (
        "the table has no heading {name!r}",
        "表中没有列名“{name}”",
    ),
    "stands-in-columns": (
        "the heading {name!r} stands over {count} {count:=column|columns}",
        "列名“{name}”对应{count}列",
    ),
    "its-headings-are": ("its headings are {known}", "表中的列名：{known}"),
    "the-amount-of-is-negative": (
        "the amount of {year} is {amount:g}",
        "{year}年的金额为{amount:g}",
    ),
    "say-in-the-map-what-negative-amounts-are": (
        "say in the map what negative amounts are: `negative: zero` or `negative: leave_out`",
        "请在映射文件中写明负数的含义：“negative: zero”（按零计）或"
        "“negative: leave_out”（不作项目）",
    ),
    "the-years-add-up-to-and-the-table-says": (
        "the years add up to {found:g} and the table says {stated:g}",
        "各年合计{found:g}，而表中写明{stated:g}",
    ),
    "check-the-amounts": ("check the amounts", "请检查金额"),
    "word-of-the-file-is-not-known": (
        "the word {text!r} for {column} is not known ({count}x)",
        "{column}的用词“{text}”无法识别（{count}处）",
    ),
    "say-in-the-map-what-the-word-means": (
        "say in the map, below words.{column}, what it means, or `skip`",
        "请在映射文件的words.{column}中写明其含义，不作项目的写skip",
    ),
    "read-as-year": ("investment of {year}", "{year}年投资"),
    "read-as-total": ("total investment", "总投资"),
    "the-map-gives-no": ("the map gives no {name}", "映射文件没有给出{name}"),
    "map-a-column-or-a-constant": (
        "name its heading below `columns`, or one value for all below `constants`",
        "请在columns中写明其列名，或在constants中写一个统一的值",
    ),
    "the-workbook-has-no-sheet-named": (
        "the workbook has no sheet {sheet!r}",
        "工作簿中没有工作表“{sheet}”",
    ),
    "links-do-not-say-whether-they-are-directed": (
        "link(s) do not say whether they are directed; they are taken as one way",
        "未写明是否单向，按单向处理",
    ),
    "a-map-of-tags-is-rules": (
        "a map of tags is `rules`, a list of `where` (tag: value) and `set` (column: value), and "
        "`names` (tag: column)",
        "标签映射文件由rules（where：标签及其值；set：列及其值）和names（标签：列）组成",
    ),
    "features-that-no-rule-fits-are-left-out": (
        "{count} feature(s) fit no rule of the map and are left out",
        "{count}个要素不符合任何映射规则，未读取",
    ),
    "add-a-rule-to-the-map": ("add a rule to the map", "请在映射文件中增加规则"),
}
