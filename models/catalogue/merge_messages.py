"""What `infraplan merge` says."""

from __future__ import annotations

MESSAGES: dict[str, tuple[str, ...]] = {
    "merge-blank": ("blank", "空"),
    "merge-yes": ("yes", "是"),
    "merge-no": ("no", "否"),
    "merge-rows": ("{count} row(s)", "{count}行"),
    "merge-thing": ("{text}", "{text}"),
    "merge-settings": ("settings", "设置"),
    "merge-of-row": ("{table}, {row}", "{table}“{row}”"),
    "merge-says": ("{place}: {value}", "{place}为{value}"),
    "merge-conflict": (
        "{where}: the value here is {value}, but {others}",
        "{where}：此处为{value}，而{others}",
    ),
    "merge-conflict-advice": (
        "agree on one value, or choose by --prefer FIRST|LAST or --decisions FILE",
        "请协商一致，或用--prefer FIRST|LAST、--decisions 文件选定",
    ),
    "merge-conflict-taken": (
        "{where}: the value here is {value}, but {others}; taken from {taken}",
        "{where}：此处为{value}，而{others}；采用{taken}",
    ),
    "merge-taken-advice": ("check that this is meant", "请核对是否符合本意"),
    "merge-row-does-not-fit": (
        "the cells taken from several files do not fit together in one row: {message}",
        "取自不同文件的单元格合为一行后不相符：{message}",
    ),
    "merge-alike-id": (
        "{id} differs from {other} ({place}) in {table} only in case, width or blanks; they are "
        "kept as two",
        "{table}中的{id}与{other}（{place}）仅大小写、全半角或空格不同，现作为两条保留",
    ),
    "merge-alike-name": (
        "{id} has the name of {other} ({place}) in {table}; they are kept as two",
        "{table}中的{id}与{other}（{place}）名称相同，现作为两条保留",
    ),
    "merge-alike-advice": (
        "if they are one, give them the same id in both files",
        "若为同一对象，请在两个文件中使用同一编号",
    ),
    "merge-other-currency": (
        "the currency is {value}, that of {first} is {other}",
        "币种为{value}，而{first}为{other}",
    ),
    "merge-other-price-year": (
        "amounts are in prices of {value}, those of {first} in prices of {other}: restate one of "
        "them first by `infraplan convert --price-year {other} --index ...`",
        "金额按{value}年价格，而{first}按{other}年价格：请先用"
        "`infraplan convert --price-year {other} --index ...`换算其一",
    ),
    "merge-unit-of-factor": ("{factor:,.0f} {money}", "{factor:,.0f} {money}"),
    "merge-unit-named": ("{unit} (money_factor {factor:,.0f})", "{unit}（换算系数{factor:,.0f}）"),
    "merge-unit-not-stated": (
        "the money unit is {unit}, that of {first} is {other}, and money_factor is not stated in "
        "{silent}: state it, so that amounts can be restated",
        "金额单位为{unit}，而{first}为{other}，{silent}未注明换算系数（money_factor）：请先填写，以便换算",
    ),
    "merge-unit-belied": (
        "the money unit is {unit}, that of {first} is {other}, and in {file} the name of the unit "
        "means a money_factor of {means:,.0f}: correct it, so that amounts can be restated",
        "金额单位为{unit}，而{first}为{other}；{file}中单位名称对应的换算系数应为{means:,.0f}：请先更正，以便换算",
    ),
    "merge-unit-of-unsound": (
        "the money unit is {unit}, that of {first} is {other}; it can be restated only of a file "
        "that is without errors by itself: `infraplan convert --exchange` or `infraplan validate` "
        "first",
        "金额单位为{unit}，而{first}为{other}；仅能换算自身无错误的文件，"
        "请先用`infraplan validate`检查或用`infraplan convert --exchange`换算",
    ),
    "merge-restated": (
        "all amounts were in {unit} and are restated in that of {first}, {other}: times "
        "{exchange:g}",
        "全部金额由{unit}换算为{first}所用的{other}：乘以{exchange:g}",
    ),
    "merge-other-horizon": (
        "the phases are {value}, those of {first} are {other}; they must agree",
        "规划分期为{value}，而{first}为{other}；各文件须一致",
    ),
    "merge-name": (
        "the plan is called {value} here; the whole is called {taken}",
        "此处算例编号为{value}；合并后为{taken}",
    ),
    "merge-stated": (
        "{value} is stated here alone and holds for all; {silent} says nothing",
        "{value}仅在此处注明，合并后统一采用；{silent}未注明",
    ),
    "merge-fewer-than-two": ("give two files or more, then OUT", "请给出两个以上文件及写出位置"),
    "merge-done": (
        "Merged {files} into {path}: {projects} {projects:=project|projects}, {same} row(s) "
        "that stand in several, {conflicts} conflict(s) decided. Next: infraplan validate "
        "{path}",
        "已将{files}合并为{path}：共{projects}个项目，{same}行在多个文件中相同，已处理{conflicts}处冲突。"
        "下一步：infraplan validate {path} --lang zh",
    ),
    "merge-stopped": (
        "Nothing was written: {conflicts} conflict(s) to decide, {errors} error(s) in all.",
        "未写出：待处理冲突{conflicts}处，错误共{errors}处。",
    ),
    "merge-conflicts-written": (
        "The conflicts stand in {path}: put an x into take where the value counts, then give the "
        "file to --decisions.",
        "冲突清单已写入{path}：请在“采用”列标x选定取值，再以--decisions给出该文件。",
    ),
    "merge-no-such-file": (
        "{file} is none of the files that are merged: {files}",
        "{file}不在所合并的文件之列：{files}",
    ),
    "merge-taken-twice": (
        "the cell is decided twice: {file} is taken already",
        "该单元格重复选定：前面已采用{file}",
    ),
    "merge-decisions-lack": ("the table lacks: {columns}", "表中缺少列：{columns}"),
    "merge-nothing-to-decide": (
        "nothing is to be decided about {place}: the files agree, or it is in none",
        "{place}无需选定：各文件一致或均无此项",
    ),
    "merge-table": ("table", "表"),
    "merge-row": ("row", "编号"),
    "merge-column": ("column", "字段"),
    "merge-file": ("file", "文件"),
    "merge-sheet": ("sheet", "工作表"),
    "merge-line": ("line", "行号"),
    "merge-heading": ("heading", "表头"),
    "merge-value": ("value", "取值"),
    "merge-take": ("take", "采用"),
}
