"""The guide of a workbook and the words of the page on the instance format."""

from __future__ import annotations

GUIDE: dict[str, tuple[str, ...]] = {
    "what-heading": ("Infraplan workbook", "Infraplan 工作簿"),
    "what": (
        "One sheet is one table, one row is one object, row 1 holds the names.",
        "一张表一个工作表，一行一个对象，第 1 行是列名。",
    ),
    "required-heading": ("What must be filled", "哪些必须填"),
    "required": (
        "instance (settings) and projects. Every other sheet may stay empty. Columns with "
        "an orange heading must be filled in each row; a blank cell elsewhere takes the "
        "default. The three sheets with an orange tab are what most plans are about: projects, "
        "funds (with inflows), old debt with ceilings and quotas. Sheets with a blue tab are "
        "needed by most plans, those with a grey tab by some.",
        "必须填“设置”（instance）和“项目”（projects），其他工作表可以留空。橙色表头的列每行必"
        "填；其余单元格留空则取默认值。橙色标签的三张表是规划的主干：项目、资金（每年到位数填在"
        "“资金流入”）、债务（存量债务及限额）；蓝色标签的表多数规划要用，灰色标签的表按需填写。",
    ),
    "debt-heading": ("Debt", "债务怎么填"),
    "debt": (
        "Old debt is repaid by its own schedule: one row of debt a year to the plan's end with "
        "principal_due and interest_due; the first row holds the opening balance. Ceiling and "
        "new_quota likewise in every year: a year without a row has no limit. pools names the "
        "fund that services a pool (service_funds); a pool without one is serviced by nobody.",
        "存量债务按自己的还本付息计划偿还：在“债务”表中逐年填到规划末年，填应还本金和应付利息，"
        "期初余额只填在首年。债务限额和新增限额也要逐年填：没有行的年份视为没有限额。"
        "在“债务类别”表的“偿债资金”中写明由哪项资金还本付息，否则无人偿还。",
    ),
    "first-steps-heading": ("First steps", "怎样开始"),
    "first-steps": (
        "1. instance: id, title, price_year, money_unit and money_factor (currency units "
        "in one money unit, e.g. 100000000 for 100 million), the phases with first and "
        "last year. 2. projects: one row each. 3. `infraplan validate FILE.xlsx`, correct "
        "what it names by sheet, row and column. 4. `infraplan solve FILE.xlsx`.",
        "1. “设置”：编号、名称、价格年份、金额单位和金额单位折元"
        "（一个金额单位等于多少元，亿元填 100000000），各阶段的首年、末年。2. "
        "“项目”：每个项目一行。3. 运行 infraplan validate 文件.xlsx --lang zh，按提示的工"
        "作表、行、列修改。4. 运行 infraplan solve 文件.xlsx --lang zh。",
    ),
    "numbers-heading": ("Numbers", "数字怎么写"),
    "numbers": (
        "1200, 1,200, 12.5%, full-width digits, 3.2亿, 1,200万元. In money columns, and "
        "where 元 follows, 万 and 亿 count currency units and are converted to the money "
        "unit; in other columns they multiply; so do $120M and 1.2bn in money columns. A sign or "
        "code of the currency alone names no magnitude: $1,200, ¥1,200 and 1,200 CNY stand in the "
        "unit of the column, like 1,200; ¥1.2亿 and 1,200元 count currency units. Another currency "
        "than the instance's is refused. (5) is -5, a dash 0. A heading may end in a unit in "
        "brackets, in which every number below it stands that names none: 静态投资（万元）; there "
        "元 alone is refused, for it contradicts the heading. 单位：万元 above the headings of a "
        "sheet holds likewise, also beside other units (单位：公里、万元) and at the end of a "
        "title; a unit of money that is not known there (千元, 万美元) is an error. Units may "
        "stand in a row of their own below the headings. "
        "长度（米）, 时间（小时） and 常住人口（万人） are converted as well. "
        "Estimates are read, and each is named in a note: 约5亿, about 5 "
        "and 5亿左右 are that number, their quality an estimate; 5~6亿, 5-6亿, 五至六亿 and 5 to 6 "
        "are their middle, with low and high where the table has such columns (5-6 alone may be a "
        "date and is refused); 五亿元, 二十五公里, 1亿2000万 and 两亿 are numbers; 36个月 "
        "are 3 years.",
        "1200、1,200、12.5%、全角数字、3.2亿、1,200万元都可以。金额列中（以及带“元”的数），"
        "万、亿按元计，自动换算为金额单位；其他列中万、亿只作倍数。列名后可加括号写单位：静"
        "态投资（万元），其下未写单位的数均按该单位；此时单写“元”与表头矛盾，不接受；表头上方的“单位：万元”同理，"
        "与其他单位并列（单位：公里、万元）或写在标题末尾均可；其中不认识的金额单位（千元、万美元）按错误处理。"
        "单位也可另占表头下的一行；长度（米）、时间（小时）、常住人口（万人）同样换算。"
        "金额列也可写 $120M、1.2bn。只有币种符号或代码而无量级的（¥1,200、$1,200、1,200 CNY）"
        "与 1,200 相同，按本列单位；¥1.2亿、1,200元按元计。与算例币种不同的不接受。"
        "“(5)”表示 -5，单独的横线表示 0。估计数也可读，并逐一提示："
        "约5亿、5亿左右按5亿读，数据质量记为估算；5~6亿、5-6亿、五至六亿取中值，表中有低值、高值列的一并填入"
        "（单写5-6可能是日期，不接受）；五亿元、二十五公里、1亿2000万、两亿按数字读；工期36个月即3年。",
    ),
    "years-heading": ("Years", "年份怎么写"),
    "years": (
        "2025, 2025年, FY2025, 2025-26 (the year in which it begins); a part of a year is the year "
        "in which it lies: 2025年上半年, 2025年三季度, 2025年底; 2025年底前 is a last year and no "
        "first one; 十四五 (2021-2025: its "
        "first year for the earliest start, its last year for the latest start and open_by, for "
        "targets and stated dates but not_before). A "
        "full date is refused: write the year.",
        "2025、2025年、FY2025、2025-26（指开始的年份）、十四五都可以。2025年上半年、2025年三季度、"
        "2025年底按所在年份读；2025年底前只用于截止年份（如最晚开工年、目标年份）。"
        "“十四五”在最早开工年里是 2021，在最晚开工年、最晚投用"
        "年、目标年份和文本所定年份（not_before 除外）里是 2025。完整日期不接受，请只写年份。",
    ),
    "yes-no-heading": ("Yes and no", "是与否"),
    "yes-no": ("yes / no, true / false, 1 / 0, 是 / 否.", "是 / 否、yes / no、1 / 0。"),
    "lists-heading": ("Lists and pairs", "多个值"),
    "lists": (
        "Ids and names are read in half-width signs (ＸＭ０１ is XM01). "
        "Entries are parted by ; (also ； 、 |): road1;road2. Pairs are name=value: "
        "road_km=12;stations=3. `none` means explicitly nothing.",
        "编号和名称中的全角字母、数字按半角读取（ＸＭ０１即XM01）。"
        "用“;”或“；”“、”“|”分隔：road1;road2。“名称=数值”成对书写：road_km=12;stations=3。“无”"
        "表示明确没有。",
    ),
    "remarks-heading": ("Remarks", "备注"),
    "remarks": (
        "A column whose heading begins with # or note_ is not read; nor is a row below the "
        "table that begins with Note: or 注：, nor a sum (合计), the heading of a group "
        "(二、水利项目) or a signature (填表人：). Of a sum that no rows "
        "beside it add up to a warning tells. 同上 or 〃 is read as the cell above, with a "
        "note. Hidden sheets, rows and columns are read like all others, and named in a note.",
        "表头以 # 或 note_ 开头的列不读；表下方以“注：”“说明：”开头的行、“合计”行、分组标题行"
        "（二、水利项目）和落款（填表人：）不读；合计数与上下各行之和不符的，给出警告。“同上”“〃”按上一行读取，并给出提示。"
        "隐藏的工作表、行、列照常读取，并给出提示。",
    ),
    "apostrophe-heading": ("Text that begins with = + - @", "以 = + - @ 开头的文字"),
    "apostrophe": ("Put an apostrophe before it.", "前面加一个英文单引号。"),
}

PAGE: dict[str, tuple[str, ...]] = {
    "settings-intro": (
        "`instance.yaml` nests them; sheet `instance` of a workbook has one row per key, "
        "written as a path in which N counts the entries of a list from 1. Files of version 1 "
        "say `format` instead of `format_version`, or nothing, and are read; `infraplan convert` "
        "writes them anew. A further key, `decimal: comma` or `decimal: point`, says how the "
        "numbers of the CSV tables are written where they leave it open: `12,500` alone can be "
        "12.5 or 12500, while one `0,3` or `2.5` in a column tells.",
        "在 `instance.yaml` 中逐层缩进；在工作簿的 `instance` 工作表中每项一行，N "
        "为列表序号，从 1 起。第 1 版文件用 `format` 或不写版本，仍可读取，"
        "`infraplan convert` 可转为新版。"
        "另可写 `decimal: comma` 或 `decimal: point`，说明 CSV 表中的小数点写法："
        "单独的 `12,500` 既可为 12.5 也可为 12500，同列有 `0,3` 或 `2.5` 时则可判定。",
    ),
    "head-1": ("column", "列名"),
    "head-2": ("Chinese heading", "中文列名"),
    "head-3": ("type", "类型"),
    "head-4": ("unit", "单位"),
    "head-5": ("default", "默认值"),
    "head-6": ("meaning", "含义"),
    "required": ("required", "必填"),
    "ids-of": ("ids of", "编号来自"),
    "one-of": ("one of", "选项"),
    "settings": ("Settings", "设置"),
    "tables": ("Tables", "表"),
    "fixed-words": ("Fixed words", "选项用词"),
    "list-of": ("list of", "列表："),
}

INTRO: dict[str, tuple[str, ...]] = {
    "intro": (
        """# Instance format

<!-- This page is written by `infraplan schema --markdown`; a test keeps it in step. -->

An instance is a folder, one `.xlsx` workbook or one `.json` file. The same content gives the same
hash whatever its form. The folder holds `instance.yaml` (settings), one CSV file per table and
`scenarios.yaml`; the workbook one sheet per table, with the settings as keys and values in sheet
`instance`; the JSON file `settings` and one list of objects per table (a project holds its
`options` as a list there). Only the settings and `projects` are required.

CSV files are UTF-8 (with or without mark), GBK / GB18030 or Windows-1252; the separator is the
comma, or the semicolon or tab where the heading has no comma. They are written as UTF-8 with mark,
so that Excel shows Chinese. A cell holds at most 100,000 characters. Row 1 holds the headings: a
column's name, one of its Chinese titles, or both.

## Cells
""",
        """# 算例格式

<!-- 本页由 `infraplan schema --markdown` 生成，测试保证其与程序一致。 -->

一个算例是一个文件夹、一个 `.xlsx` 工作簿或一个 `.json` 文件；内容相同，哈希值就相同。
文件夹中有 `instance.yaml`（设置）、每张表一个 CSV 文件和 `scenarios.yaml`（情景）；
工作簿每张表一个工作表，设置以“键、值”形式放在 `instance` 工作表；
JSON 文件中有 `settings` 和每张表的对象列表（项目的方案在 `options` 列表中）。
只有设置和 `projects` 是必需的。

CSV 文件可用 UTF-8、GBK / GB18030 或 Windows-1252 编码，分隔符为逗号；
表头没有逗号时也可用分号或制表符。
写出时用带标记的 UTF-8，Excel 可直接打开。每个单元格最多 100,000 个字符。
第 1 行是表头：列名、中文列名或两者并列。

## 单元格
""",
    ),
}
"""Beginning of the page on the instance format, in Markdown."""
