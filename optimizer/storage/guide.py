"""The page of explanations of a workbook, in English and Chinese."""

from __future__ import annotations

from infraplan.optimizer.storage.tables import CSV_TABLES
from infraplan.optimizer.storage.words import SHEETS

_EN: tuple[tuple[str, str], ...] = (
    ("Infraplan workbook", "One sheet is one table, one row is one object, row 1 holds the names."),
    (
        "What must be filled",
        "instance (settings) and projects. Every other sheet may stay empty. Columns with an "
        "orange heading must be filled in each row; a blank cell elsewhere takes the default.",
    ),
    (
        "First steps",
        "1. instance: id, title, price_year, money_unit and money_factor (currency units in one "
        "money unit, e.g. 100000000 for 100 million), the phases with first and last year. "
        "2. projects: one row each. 3. `infraplan validate FILE.xlsx`, correct what it names by "
        "sheet, row and column. 4. `infraplan solve FILE.xlsx`.",
    ),
    (
        "Numbers",
        "1200, 1,200, 12.5%, full-width digits, 3.2亿, 1,200万元. In money columns, and where 元 "
        "follows, 万 and 亿 count currency units and are converted to the money unit; in other "
        "columns they multiply; so do $120M and 1.2bn in money columns. (5) is -5, a dash 0. "
        "A heading may end in a unit in brackets: 总投资（万元）.",
    ),
    (
        "Years",
        "2025, 2025年, FY2025, 2025-26 (the year in which it begins), 十四五 (2021-2025: its "
        "first year for the earliest start, its last year for "
        "the latest start and open_by). A full date is refused: write the year.",
    ),
    ("Yes and no", "yes / no, true / false, 1 / 0, 是 / 否."),
    (
        "Lists and pairs",
        "Entries are parted by ; (also ； 、 |): road1;road2. Pairs are name=value: "
        "road_km=12;stations=3. `none` means explicitly nothing.",
    ),
    (
        "Remarks",
        "A column whose heading begins with # or note_ is not read; nor is a row below the table "
        "that begins with Note: or 注：, nor a sum (合计).",
    ),
    ("Text that begins with = + - @", "Put an apostrophe before it."),
)
_ZH: tuple[tuple[str, str], ...] = (
    ("Infraplan 工作簿", "一张表一个工作表，一行一个对象，第 1 行是列名。"),
    (
        "哪些必须填",
        "必须填 instance（设置）和 projects（项目），其他工作表可以留空。橙色表头的列每行必填；"
        "其余单元格留空则取默认值。",
    ),
    (
        "怎样开始",
        "1. instance：编号 id、名称、价格年份 price_year、金额单位 money_unit 与 money_factor"
        "（一个金额单位等于多少元，亿元填 100000000），各阶段的起止年份。"
        "2. projects：每个项目一行。3. 运行 infraplan validate 文件.xlsx --lang zh，"
        "按提示的工作表、行、列修改。4. 运行 infraplan solve 文件.xlsx --lang zh。",
    ),
    (
        "数字怎么写",
        "1200、1,200、12.5%、全角数字、3.2亿、1,200万元都可以。金额列中（以及带“元”的数），"
        "万、亿按元计，自动换算为金额单位；其他列中万、亿只作倍数。列名后可加括号写单位："
        "总投资（万元）。金额列也可写 $120M、1.2bn；(5) 表示 -5，单独的横线表示 0。",
    ),
    (
        "年份怎么写",
        "2025、2025年、FY2025、2025-26（指开始的年份）、十四五都可以。"
        "“十四五”在最早开工年里是 2021，在最晚开工年、最晚投用年里是"
        " 2025。完整日期不接受，请只写年份。",
    ),
    ("是与否", "是 / 否、yes / no、1 / 0。"),
    (
        "多个值",
        "用 ; 或 ；、| 分隔：road1;road2。“名称=数值”成对书写：road_km=12;stations=3。"
        "“无”表示明确没有。",
    ),
    (
        "备注",
        "表头以 # 或 note_ 开头的列不读；表下方以“注：”“说明：”开头的行、“合计”行不读。",
    ),
    ("以 = + - @ 开头的文字", "前面加一个英文单引号。"),
)
_PURPOSES: dict[str, tuple[str, str]] = {
    "projects": ("candidate projects, each with its base option", "候选项目及其基本方案"),
    "options": ("further sizes or variants of a project", "项目的其他规模或方案"),
    "benefits": ("further benefit streams with own growth", "另有增长率的效益流"),
    "relations": ("order, exclusion, synergy between projects", "项目之间的先后、互斥、协同"),
    "jurisdictions": ("who leads and pays", "牵头和出资的辖区"),
    "fiscal": ("revenues and expenditures by year", "逐年财政收支"),
    "pools": ("debt pools and the funds that serve them", "债务类别及其偿债资金"),
    "debt": ("old debt, ceilings, quotas by year", "逐年存量债务、限额、新增限额"),
    "funds": ("funds and what they may pay for", "资金来源及其用途限制"),
    "inflows": ("money into funds by year", "资金逐年流入"),
    "receipts": ("what projects bring into funds", "项目给资金带来的收入或损失"),
    "instruments": ("ways to borrow", "债务工具（债券、贷款）"),
    "shares": ("who pays and gains which share of a project", "项目出资与效益分担"),
    "agreements": ("chosen shares, consent, compensation", "共建项目的协商出资、同意与补偿"),
    "targets": ("metrics to reach by a year", "到某年应达到的指标"),
    "policies": ("floors and caps on spending or starts", "投资或开工的上下限"),
    "resources": ("non-money quotas", "用地等非资金限额"),
    "start_paces": ("most starts a year, by sector", "分行业每年开工数上限"),
    "places": ("places with coordinates", "地点及坐标"),
    "network_nodes": ("nodes of networks", "网络节点"),
    "network_links": ("links of networks", "网络线路"),
    "demands": ("demands on networks", "网络需求"),
    "project_network": ("what a project changes in a network", "项目对网络的改变"),
    "scenarios": ("named changes, one change per row", "情景：每行一项改变"),
}


def purpose(table: str, lang: str) -> str:
    """Return what a table is for, in `lang` (`en` or `zh`)."""
    return _PURPOSES[table][1 if lang == "zh" else 0]


def guide_rows(lang: str) -> list[tuple[str, str]]:
    """Return heading and text of each line of the guide in `lang`."""
    rows = list(_ZH if lang == "zh" else _EN)
    for table in (*CSV_TABLES, "scenarios"):
        rows.append((f"{table} {SHEETS[table][0]}", purpose(table, lang)))
    return rows
