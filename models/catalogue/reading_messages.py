"""What is wrong with files, tables, rows and cells."""

from __future__ import annotations

MESSAGES: dict[str, tuple[str, ...]] = {
    "is-a-run-and-no-instance": (
        "{name} is a run, the answer to an instance, and no instance",
        "{name}是求解结果，不是算例",
    ),
    "give-the-instance-of-the-run": (
        "the instance that was solved is its file {place}: give that one",
        "所解算例是其中的{place}，请改用该文件",
    ),
    "must-be-a-list": ("{table} must be a list", "{table}须为列表"),
    "give-a-list-of-objects": ("give a list of objects", "填写由对象组成的列表"),
    "is-not-an-id-in-projects": (
        "{name!r} is not an id in projects",
        "项目表中没有编号“{name}”",
    ),
    "add-the-project-or-correct-the-id-here": (
        "add the project, or correct the id here",
        "补充该项目，或更正此处的编号",
    ),
    "the-cell-holds-characters-at-most-are-allowed": (
        "the cell holds {num_raw:,} characters; at most {max_text:,} are allowed",
        "单元格有{num_raw:,}个字符，最多允许{max_text:,}个",
    ),
    "shorten-it-a-long-text-belongs-in-a-document": (
        "shorten it; a long text belongs in a document that `source` names",
        "请缩短；长文应放在source所指的文件中",
    ),
    "the-cell-holds-the-control-character-u": (
        "the cell holds the control character U+{found:04X}",
        "单元格含有控制字符U+{found:04X}",
    ),
    "delete-it-the-file-may-be-damaged": (
        "delete it; the file may be damaged",
        "删除该字符；文件可能已损坏",
    ),
    "is-not-a-number": ("{raw} is not a number", "{raw}不是数"),
    "give-a-number-or-leave-blank": ("give a number or leave blank", "填写数字或留空"),
    "is-not-a-number-2": ("{text!r} is not a number", "“{text}”不是数"),
    "write-the-year-alone": ("write the year alone: {year}", "只写年份：{year}"),
    "a-year": ("a year", "年份"),
    "something-else": ("something else", "其他内容"),
    "the-cell-holds-the-date-is-asked-for": (
        "the cell holds the date {text}; {what} is asked for",
        "单元格内是日期{text}，此处应填{what}",
    ),
    "is-neither-yes-nor-no": ("{text!r} is neither yes nor no", "“{text}”既不是“是”也不是“否”"),
    "write-yes-or-no-or": ("write yes or no (是 or 否)", "填写“是”或“否”（yes或no）"),
    "is-not-a-known-word-here": (
        "{shown_text!r} is not a known word here",
        "此处不认识“{shown_text}”",
    ),
    "one-of": ("one of: {shown}", "可用的词：{shown}"),
    "a-is-asked-for-not": ("a {base} is asked for, not {raw!r}", "此处应为{base}，不能是“{raw}”"),
    "part-the-entries-by-or-put-the-entry-in": (
        "part the entries by ; or put the entry in double quotes",
        "各项用“;”分隔，或将该项放在双引号内",
    ),
    "holds-a-comma": ("{entry!r} holds a comma", "“{entry}”含有逗号"),
    "write-name-value-name-value": ("write name=value;name=value", "按“名称=数值;名称=数值”填写"),
    "has-no": ("{entry!r} has no =", "“{entry}”没有等号"),
    "write-name-value-name-value-parted-by": (
        "write name=value;name=value, parted by ;",
        "按“名称=数值;名称=数值”填写，以“;”分隔",
    ),
    "has-no-proper-name-before-its": (
        "{entry!r} has no proper name before its =",
        "“{entry}”的等号前没有正确的名称",
    ),
    "stands-twice-in-the-cell": ("{name!r} stands twice in the cell", "“{name}”在单元格中重复出现"),
    "keep-one": ("keep one", "只保留一个"),
    "has-no-value": ("{name!r} has no value", "“{name}”没有数值"),
    "write-name-value": ("write name=value", "按“名称=数值”填写"),
    "the-list-has-an-empty-entry": ("the list has an empty entry", "列表中有空项"),
    "delete-the-extra-separator": ("delete the extra separator", "删除多余的分隔符"),
    "a-double-quote-in-the-cell-is-not-closed": (
        "a double quote in the cell is not closed",
        "单元格中的双引号没有闭合",
    ),
    "there-is-no-file": ("there is no file {path}", "没有文件{path}"),
    "replace-the-folder-by-a-file": ("replace the folder by a file", "用文件替换该文件夹"),
    "is-a-folder": ("{path} is a folder", "{path}是文件夹"),
    "cannot-be-read": ("{path} cannot be read: {reason}", "{path}无法读取：{reason}"),
    "check-its-permissions": ("check its permissions", "检查其访问权限"),
    "byte-0x-line-is-neither-utf-8-nor-gbk": (
        "byte {start_byte} (0x{byte:02X}, line {line}) is neither UTF-8 nor GBK",
        "第{start_byte}字节（0x{byte:02X}，第{line}行）既不是UTF-8也不是GBK编码",
    ),
    "save-the-file-as-utf-8-in-excel-csv-utf-8": (
        "save the file as UTF-8 (in Excel: CSV UTF-8)",
        "将文件另存为UTF-8（Excel中选“CSV UTF-8”）",
    ),
    "byte-is-not": ("byte {start_byte} is not {upper}", "第{start_byte}字节不符合{upper}编码"),
    "save-the-file-as-utf-8": ("save the file as UTF-8", "将文件另存为UTF-8"),
    "close-the-quote-write-a-double-quote-inside-a": (
        "close the quote; write a double quote inside a quoted cell twice",
        "闭合引号；引号内的双引号应写两次",
    ),
    "a-double-quote-is-opened-in-this-row-and": (
        "a double quote is opened in this row and never closed",
        "本行有一个双引号未闭合",
    ),
    "text-follows-the-closing-double-quote-of-a": (
        "text follows the closing double quote of a cell",
        "单元格的右双引号后还有文字",
    ),
    "stands-twice-first-in-row": (
        "{key!r} stands twice (first in row {first})",
        "“{key}”重复出现（首次在第{first}行）",
    ),
    "rename-it-to": ("rename it to {settings_file}", "改名为{settings_file}"),
    "instance-yml-is-not-read": ("instance.yml is not read", "不读取instance.yml"),
    "the-table-has-a-heading-and-no-project": (
        "the table has a heading and no project",
        "该表只有表头，没有项目",
    ),
    "add-one-row-per-project": ("add one row per project", "每个项目填写一行"),
    "is-not-known-here": ("{name!r} is not known here", "此处不认识“{name}”"),
    "delete-it": ("delete it", "删除该项"),
    "did-you-mean-2": ("did you mean {close}?", "是否为{close}？"),
    "known-tables": ("known tables: {known}", "可用的表：{known}"),
    "is-not-a-table-of-an-instance-and-is-not-read": (
        "{name} is not a table of an instance and is not read",
        "{name}不是算例的表，未读取",
    ),
    "is-a-file-a-folder-is-to-be-written-there": (
        "{folder} is a file; a folder is to be written there",
        "{folder}是文件，此处应写为文件夹",
    ),
    "cannot-be-written": ("{path} cannot be written: {name}", "{path}无法写入：{name}"),
    "check-the-path-infraplan-new-makes-a-template": (
        "check the path; `infraplan new` makes a template",
        "检查路径；可用infraplan new生成模板",
    ),
    "there-is-nothing-at": ("there is nothing at {path}", "{path}处没有任何内容"),
    "is-a-folder-2": ("{name} is a folder", "{name}是文件夹"),
    "give-a-file": ("give a {suffix} file", "请给出{suffix}文件"),
    "the-folder-cannot-be-read": ("the folder cannot be read: {name}", "无法读取该文件夹：{name}"),
    "a-file-is-not-read": ("a {suffix} file is not read", "不读取{suffix}文件"),
    "save-it-as-xlsx": ("save it as .xlsx", "另存为.xlsx"),
    "is-one-file-of-an-instance-folder": (
        "{path} is one file of an instance folder",
        "{path}是算例文件夹中的一个文件",
    ),
    "give-the-folder-that-it-lies-in": ("give the folder that it lies in", "请给出它所在的文件夹"),
    "is-a-file-but-neither-xlsx-nor-json": (
        "{path} is a file, but neither .xlsx nor .json",
        "{path}是文件，但既不是.xlsx也不是.json",
    ),
    "give-an-instance-folder-an-xlsx-workbook-or-a": (
        "give an instance folder, an .xlsx workbook or a .json file",
        "请给出算例文件夹、.xlsx工作簿或.json文件",
    ),
    "is-a-folder-a-file-is-to-be-written-there": (
        "{path} is a folder; a {form} file is to be written there",
        "{path}是文件夹，此处应写为{form}文件",
    ),
    "is-no-instance": ("{data} is no instance", "{data}不是算例"),
    "give-settings-projects": ("give settings, projects", "填写settings和projects"),
    "known-settings": ("known: settings, {tables}", "可用的项：settings、{tables}"),
    "settings-are-missing": ("settings are missing", "缺少settings（设置）"),
    "add-them": ("add them", "请补充"),
    "stands-twice-in-one-object": (
        "{name!r} stands twice in one object",
        "“{name}”在同一对象中重复出现",
    ),
    "correct-the-file-there": ("correct the file there", "在该处更正文件"),
    "character": ("{column}", "第{column}"),
    "a-number-has-too-many-digits": ("a number has too many digits", "有一个数的位数过多"),
    "the-file-is-nested-too-deep": ("the file is nested too deep", "文件嵌套层次过深"),
    "the-text-has-line-ends-other-than-line-feed": (
        "{path}: the text has line ends other than line feed",
        "{path}：文字中有换行符以外的行结束符",
    ),
    "is-not-a-number-3": ("{cleaned!r} is not a number", "“{cleaned}”不是数"),
    "is-a-percentage-money-is-asked-for": (
        "{cleaned!r} is a percentage; money is asked for",
        "“{cleaned}”是百分数，此处应填金额",
    ),
    "is-a-date-a-number-is-asked-for": (
        "{text!r} is a date; a number is asked for",
        "“{text}”是日期，此处应填数字",
    ),
    "write-e-g-1200-1-200-3-2-1-200-or-12-5": (
        "write e.g. 1200, 1,200, 3.2亿, 1,200万元 or 12.5%",
        "可写为1200、1,200、3.2亿、1,200万元或12.5%",
    ),
    "is-not-a-number-4": ("{text} is not a number", "{text}不是数"),
    "is-too-large": ("{text} is too large", "{text}过大"),
    "give-a-finite-number": ("give a finite number", "填写有限的数"),
    "is-not-a-whole-number": ("{text} is not a whole number", "{text}不是整数"),
    "is-a-date-a-year-is-asked-for": (
        "{cleaned!r} is a date; a year is asked for",
        "“{cleaned}”是日期，此处应填年份",
    ),
    "write-e-g-2025-2025-or": ("write e.g. 2025, 2025年 or 十四五", "可写为2025、2025年或十四五"),
    "is-not-a-year": ("{text} is not a year", "{text}不是年份"),
    "stands-for-one-year-is-asked-for": (
        "{cleaned!r} stands for {first}-{last}; one year is asked for",
        "“{cleaned}”表示{first}—{last}年，此处应填一个年份",
    ),
    "stands-for-years-not-before": (
        "{text!r} stands for {first}-{last}; not before which year?",
        "“{text}”表示{first}—{last}年，不早于哪一年？",
    ),
    "write-the-year-not-before": (
        "write {first} if works may begin in these years, {after} if they are only studied then",
        "如期内可以开工，请写{first}；如期内仅开展研究论证，请写{after}",
    ),
    "write-one-row-per-year-or-choose-a-year": (
        "write one row per year, or choose a year",
        "每年填写一行，或选定一个年份",
    ),
    "the-file-is-empty": ("the file is empty", "文件是空的"),
    "the-sheet-is-empty": ("the sheet is empty", "工作表是空的"),
    "the-first-row-must-hold-the-headings": (
        "the first row must hold the headings: {columns}, ...",
        "第一行须为表头：{columns}等",
    ),
    "is-not-read": ("{reason} {filled} is not read", "未读取{reason}{filled}"),
    "the-note": ("the note", "注释"),
    "the-heading-of-a-group": ("the heading of a group", "分组标题"),
    "the-sum": ("the sum", "合计"),
    "column-is-not-known-here": ("column {text} is not known here", "此处不认识列{text}"),
    "amounts-stand-in-the-unit-above": (
        "amounts whose heading and cell state no unit are read in {unit}",
        "表头和单元格未写单位的金额按{unit}读取",
    ),
    "is-read-as-an-estimate": (
        "{text} is read as {value}, an estimate",
        "{text}按估计值{value}读取",
    ),
    "is-read-as-the-number": ("{text} is read as {value}", "{text}读作{value}"),
    "is-read-as-the-middle": (
        "{text} is read as {value}, the middle of {low} to {high}",
        "{text}取{low}至{high}的中值{value}",
    ),
    "is-read-as-low-middle-high": (
        "{text} is read as {value}, the middle of {low} (low) to {high} (high)",
        "{text}取中值{value}，低值{low}、高值{high}一并读取",
    ),
    "is-read-in-half-width": (
        "{text} is read in half-width signs as {name}{more}",
        "{text}按半角读作{name}{more}",
    ),
    "and-more-cells": ("; {more} more cell(s) likewise", "，另有{more}个单元格同样处理"),
    "repeats-the-cell-above": (
        "the mark repeats the cell above and is read as {value}{more}",
        "同上，按上一行的“{value}”读取{more}",
    ),
    "repeats-the-cell-above-which-is-blank": (
        "{text} repeats the cell above, and that is blank",
        "填的是“{text}”，而上一行该格为空",
    ),
    "the-file-is-a-workbook": (
        "the file is a workbook, and text is asked for",
        "文件是Excel工作簿，而此处应为文本文件",
    ),
    "save-it-as-csv-utf-8": (
        "save it as CSV UTF-8 (in Excel or WPS: save as), a sheet to a file",
        "在Excel或WPS中另存为“CSV UTF-8”，每张工作表一个文件",
    ),
    "write-whole-years": (
        "write whole years, e.g. 3 (36 months are 3); what is begun counts as a year",
        "请填写整年数，如3（36个月即3年），不足一年的按一年计",
    ),
    "write-what-is-meant": ("write what is meant", "请填写实际内容"),
    "column-stands-twice": (
        "column {column} stands twice ({shown}, {text})",
        "列{column}重复出现（{shown}、{text}）",
    ),
    "keep-one-of-them": ("keep one of them", "只保留其中一列"),
    "the-required-column-is-missing": ("the required column {name} is missing", "缺少必填列{name}"),
    "add-it": ("add it: {description}", "请补充：{description}"),
    "did-you-mean-3": ("did you mean {column}? ", "是否为{column}？"),
    "a-heading-that-begins-with-or-note-is-ignored": (
        "{hint}a heading that begins with # or note_ is ignored; known columns: {columns}",
        "{hint}以#或note_开头的表头不读取；可用的列：{columns}",
    ),
    "the-row-has-cells-but-there-are-headings": (
        "the row has {num_cells} {num_cells:=cell|cells}, but there {width:=is|are} {width} "
        "{width:=heading|headings}; {extra} stands beyond the last",
        "本行有{num_cells}个单元格，而表头只有{width}个；{extra}超出最后一列",
    ),
    "put-cells-that-hold-a-comma-in-double-quotes": (
        "put cells that hold a comma in double quotes, or delete what is too much",
        "含逗号的单元格放在双引号内，或删除多余内容",
    ),
    "is-blank": ("{name} is blank", "{name}为空"),
    "entry": ("entry {place}: {message}", "第{place}项：{message}"),
    "is-out-of-range": ("{value} is out of range", "{value}超出范围"),
    "is-not-a-proper-id": ("{value} is not a proper id", "{value}不是合规的编号"),
    "is-missing": ("{field} is missing", "缺少{field}"),
    "it-is-required": ("it is required", "此项必填"),
    "the-list-is-empty": ("the list is empty", "列表是空的"),
    "name-at-least-one": ("name at least one", "至少填写一项"),
    "cannot-be-a-further-file-of-a-run": (
        "{name!r} cannot be a further file of a run",
        "“{name}”不能作为结果目录的附加文件",
    ),
    "is-a-folder-with-other-files-in-it-choose": (
        "{run_dir} is a folder with other files in it; choose another place for the run",
        "{run_dir}是含有其他文件的文件夹，请为结果另选位置",
    ),
    "is-a-file-choose-another-place-for-the-run": (
        "{run_dir} is a file; choose another place for the run",
        "{run_dir}是文件，请为结果另选位置",
    ),
    "id-leads-elsewhere": (
        "{name!r} cannot be an id: a part of it that is . or .. would lead to another folder",
        "“{name}”不能作为编号：其中的“.”或“..”会指向别的文件夹",
    ),
    "is-no-folder": ("{run_dir} is no folder", "{run_dir}不是文件夹"),
    "there-is-nothing-at-2": ("there is nothing at {run_dir}", "{run_dir}处没有任何内容"),
    "give-a-run-folder": ("give a run folder", "请给出结果目录"),
    "is-not-the-file-that-the-run-wrote": (
        "{name} is not the file that the run wrote: it was cut or changed since",
        "{name}已不是该次运行写出的文件：其后被截断或改动",
    ),
    "take-a-copy-of-the-run-or-solve-again": (
        "take a copy of the run, or solve again",
        "请使用该结果的备份，或重新求解",
    ),
    "is-no-run-folder-it-has-no": (
        "{run_dir} is no run folder: it has no {manifest_file}",
        "{run_dir}不是结果目录：其中没有{manifest_file}",
    ),
    "stands-where-an-object-is-asked-for": (
        "{data} stands where an object is asked for",
        "此处应为对象，却是{data}",
    ),
    "stands-where-settings-are-asked-for": (
        "{data} stands where {settings} settings are asked for",
        "此处应为{settings}设置，却是{data}",
    ),
    "give-names-and-values": ("give names and values: {fields}, ...", "填写名称和数值：{fields}等"),
    "did-you-mean-4": ("did you mean {close}? ", "是否为{close}？"),
    "known-here": ("{hint}known here: {known}", "{hint}此处可用：{known}"),
    "stands-where-a-list-is-asked-for": (
        "{raw} stands where a list is asked for",
        "此处应为列表，却是{raw}",
    ),
    "write-one-entry-per-line-each-after": (
        "write one entry per line, each after - ",
        "每行一项，各以“- ”开头",
    ),
    "give-a": ("give a {base}", "请填写{base}"),
    "stands-where-a-is-asked-for": (
        "{raw} stands where a {base} is asked for",
        "此处应为{base}，却是{raw}",
    ),
    "an-entry-is-blank": ("an entry is blank", "有一项为空"),
    "give-a-value-or-delete-the-entry": ("give a value or delete the entry", "填写数值或删除该项"),
    "the-number-is-too-large": ("the number is too large", "数字过大"),
    "a-group-of-names-and-values": ("a group of names and values", "一组名称和数值"),
    "a-list": ("a list", "列表"),
    "the-workbook-has-no-sheet": (
        "the workbook has no sheet {required} ({title})",
        "工作簿中没有工作表{required}（{title}）",
    ),
    "add-it-infraplan-new-makes-a-template": (
        "add it; `infraplan new` makes a template",
        "请补充；可用infraplan new生成模板",
    ),
    "the-file-is-an-old-xls-workbook-or-protected": (
        "the file is an old .xls workbook, or protected by a password",
        "文件是旧版.xls工作簿，或设有密码",
    ),
    "save-it-as-xlsx-without-a-password": (
        "save it as .xlsx without a password",
        "取消密码后另存为.xlsx",
    ),
    "the-file-is-no-xlsx-workbook-or-it-is-damaged": (
        "the file is no .xlsx workbook, or it is damaged",
        "文件不是.xlsx工作簿，或已损坏",
    ),
    "open-it-in-excel-and-save-it-again": (
        "open it in Excel and save it again",
        "用Excel打开后重新保存",
    ),
    "the-workbook-unpacks-to-bytes-at-most-are": (
        "the workbook unpacks to {unpacked:,} bytes; at most {max_unpacked:,} are allowed",
        "工作簿解压后有{unpacked:,}字节，最多允许{max_unpacked:,}字节",
    ),
    "delete-empty-formatted-rows-pictures": (
        "delete empty formatted rows, pictures",
        "删除带格式的空行和图片",
    ),
    "the-workbook-cannot-be-read": (
        "the workbook cannot be read: {reason}",
        "无法读取工作簿：{reason}",
    ),
    "two-sheets-hold-the-table": (
        "two sheets hold the table {table}: {first}, {second}",
        "两个工作表都是表{table}：{first}、{second}",
    ),
    "known": ("known: {known}", "可用的工作表：{known}"),
    "the-sheet-is-not-a-table-of-an-instance-and": (
        "the sheet {title!r} is not a table of an instance and is not read",
        "工作表“{title}”不是算例的表，未读取",
    ),
    "the-sheet-spans-rows-and-columns": (
        "the sheet spans {max_row:,} {max_row:=row|rows} and {max_column:,} "
        "{max_column:=column|columns}",
        "工作表有{max_row:,}行、{max_column:,}列",
    ),
    "delete-the-empty-formatted-rows-and-columns": (
        "delete the empty formatted rows and columns",
        "删除带格式的空行和空列",
    ),
    "the-headings-are-taken-from-row-what-stands": (
        "the headings are taken from row {heading_row}; what stands above is not read",
        "表头取自第{heading_row}行，其上内容未读取",
    ),
    "the-sheet-is-hidden-and-is-read": (
        "the sheet is hidden; it is read like the others",
        "该工作表已隐藏，仍照常读取",
    ),
    "the-sheet-is-hidden-and-not-read": (
        "the sheet is hidden and, by its name, no table: it is not read",
        "该工作表已隐藏，且按名称不是数据表，未读取",
    ),
    "rows-are-hidden-and-are-read": (
        "hidden rows are read like the others: {rows}",
        "隐藏的行仍照常读取：{rows}",
    ),
    "columns-are-hidden-and-are-read": (
        "hidden columns are read like the others: {columns}",
        "隐藏的列仍照常读取：{columns}",
    ),
    "show-them-or-delete-what-is-not-meant": (
        "show it, and delete what is not meant; a column whose heading begins with # is not read",
        "请取消隐藏核对，不需要的请删除；表头以#开头的列不读取",
    ),
    "the-merged-cells-all-take-the-value": (
        "the merged cells {coord} all take the value {value!r}",
        "合并单元格{coord}均取值“{value}”",
    ),
    "unmerge-them-and-fill-each-cell-if-that-is": (
        "unmerge them and fill each cell if that is not meant",
        "如果并非此意，请取消合并并逐格填写",
    ),
    "correct-the-formula-or-put-the-value-in-its": (
        "correct the formula, or put the value in its place",
        "更正公式，或直接填写数值",
    ),
    "the-cell-holds-the-error": ("the cell holds the error {error}", "单元格为错误值{error}"),
    "open-the-workbook-in-excel-or-libreoffice-and": (
        "open the workbook in Excel or LibreOffice and save it, or put in the value",
        "用Excel或WPS打开工作簿后保存，或直接填写数值",
    ),
    "the-formula-has-no-stored-value": ("the formula has no stored value", "公式没有保存计算结果"),
    "sheet-cell-the-text-has-characters-a-workbook": (
        "sheet {title}, cell {coordinate}: the text has {num_text:,} characters; a "
        "workbook's cell holds {max_cell:,}. Write a folder or .json instead",
        "工作表{title}单元格{coordinate}：文字有{num_text:,}个字符，工作簿单元格最多{max_cell:,}"
        "个。请改写为文件夹或.json",
    ),
    "a-character-is-not-allowed": (
        "character {number}, U+{code:04X}, is not allowed in YAML",
        "第{number}个字符（U+{code:04X}）不能用于YAML文件",
    ),
    "delete-the-damaged-part": ("delete the damaged part", "删除损坏的部分"),
    "not-yaml": ("not YAML", "不符合YAML格式"),
    "check-the-indentation-the-colons-and-the": (
        "check the indentation, the colons and the quotes there",
        "检查该处的缩进、冒号和引号",
    ),
    "write-repeated-parts-out-without-anchors": (
        "write repeated parts out, without anchors",
        "重复部分请逐一写出，不用锚点",
    ),
    "the-file-expands-to-more-than-values": (
        "the file expands to more than {max_values:,} values",
        "文件展开后超过{max_values:,}个值",
    ),
    "the-file-is-nested-too-deep-or-in-a-circle": (
        "the file is nested too deep or in a circle",
        "文件嵌套过深或形成循环",
    ),
    "the-tag-is-not-allowed": ("the tag {tag} is not allowed", "不允许使用标签{tag}"),
    "a-name-must-be-a-plain-text": ("a name must be a plain text", "名称须为普通文字"),
    "stands-twice-first-in-line": (
        "{name!r} stands twice (first in line {first})",
        "“{name}”重复出现（首次在第{first}行）",
    ),
    "exists-already-choose-another-name": (
        "{path} exists already; choose another name",
        "{path}已存在，请换一个名称",
    ),
    "it-must-be-at-least": ("it must be at least {bound}", "不得小于{bound}"),
    "it-must-be-more-than": ("it must be more than {bound}", "须大于{bound}"),
    "it-must-be-at-most": ("it must be at most {bound}", "不得大于{bound}"),
    "it-must-be-less-than": ("it must be less than {bound}", "须小于{bound}"),
    "form-of-an-id": (
        "an id holds no blanks, commas, semicolons, quotes or =, and does not begin with @ "
        "+ -; at most 80 characters",
        "编号不得含空格、逗号、分号、引号或=，不得以@ + -开头，最多80个字符",
    ),
    "value-and-reason": ("{value}: {reason}", "{value}：{reason}"),
    "write-names-with-values": (
        "write NAME=VALUE, with ; between several",
        "请写成“名称=数值”，多项之间用“;”分隔",
    ),
    "text-at": ("{path}: {message}", "{path}：{message}"),
    "nothing": ("nothing", "空值"),
    "column-number": ("no. {number}", "第{number}"),
    "form-of-a-folder-name": (
        "use letters, digits, - and _; no / \\ : * ? < > |, no dot at either end",
        "可用文字、数字、-和_；不得含“/ \\ : * ? < > |”，首尾不得为点",
    ),
    "write-it-so-or-state-the-comma": (
        "write {number}, or `decimal: comma` in instance.yaml (in a workbook: its sheet of "
        "settings)",
        "写作{number}，或在instance.yaml（工作簿则在设置表）中写“decimal: comma”",
    ),
    "is-in-another-currency-than-the-instance": (
        "{cleaned!r} is in {sign}, but the money of the instance is {currency}",
        "“{cleaned}”以{sign}计，而算例的币种为{currency}",
    ),
    "stands-in-yuan-below-another-unit": (
        "{cleaned!r} counts single units of the currency, but its heading says {unit}",
        "“{cleaned}”以元计，而表头写明单位为{unit}",
    ),
    "write-the-amount-with-its-unit": (
        "write {number}{unit} if that is meant, else convert the amount to {unit}",
        "如为{number}{unit}，请写成“{number}{unit}”；如确以元计，请换算为{unit}",
    ),
    "is-money-no-money-is-asked-for": (
        "{text!r} is money, which is not asked for here",
        "“{text}”是金额，此处不应填金额",
    ),
    "convert-it-to": ("convert it to {currency}", "请换算为{currency}"),
    "can-be-read-in-two-ways": (
        "{text} can be {by_comma:.15g} or {by_point:.15g}",
        "{text}既可为{by_comma:.15g}，也可为{by_point:.15g}",
    ),
    "so-can-more-cells": (
        "{message}; so can {more} more cell(s)",
        "{message}；另有{more}个单元格也是如此",
    ),
    "state-the-decimal-mark": (
        "write `decimal: comma` or `decimal: point` in instance.yaml (in a workbook: its sheet of "
        "settings), or the cells without parting thousands",
        "在instance.yaml（工作簿则在设置表）中写“decimal: comma”或“decimal: point”，"
        "或填数时不用千分位分隔",
    ),
    "no-folder-can-be-made-there": (
        "{run_dir} cannot be written: no folder can be made in {above} ({reason})",
        "{run_dir}无法写入：不能在{above}中建立文件夹（{reason}）",
    ),
    "is-a-link-to-nothing": (
        "{run_dir} is a link to nothing; choose another place for the run",
        "{run_dir}是失效的链接，请为结果另选位置",
    ),
    "is-inside-the-run-folder": (
        "{run_dir} lies inside the run folder {outer}; choose another place for the run",
        "{run_dir}位于结果目录{outer}之内，请为结果另选位置",
    ),
    "a-dash-can-be-0-or-nothing": (
        "'-' can be 0 or nothing, which are not the same here",
        "“-”既可表示0也可表示空，此处二者不同",
    ),
    "write-0-or-leave-the-cell-blank": (
        "write 0, or leave the cell blank",
        "填写0，或将单元格留空",
    ),
    "ends-in-no-form-of-an-instance": (
        "{path} ends in {suffix}, which is no form of an instance; give a name that ends in "
        ".xlsx or .json, or that of a folder",
        "{path}的扩展名{suffix}不是算例的格式；请给出以.xlsx或.json结尾的名称，或文件夹名",
    ),
    "the-run-has-format-version": (
        "the run has format version {version!r}; this program reads 1 to {latest}",
        "结果目录的格式版本为{version!r}，本程序只读取1至{latest}",
    ),
    "use-the-version-that-wrote-the-run": (
        "use the version of the program that wrote the run, or a later one",
        "请使用写出该结果的程序版本或更新的版本",
    ),
    "the-account-of-an-instrument-states-it": (
        "the account of an instrument states it",
        "融资工具的台账须填写此项",
    ),
    "is-no-format-version": ("{value!r} is no format version", "“{value}”不是格式版本"),
    "write-this": ("write {value}", "请写{value}"),
    "the-instance-has-format-version": (
        "the instance has format version {version}; this program reads 1 to {latest}",
        "算例的格式版本为{version}，本程序只读取1至{latest}",
    ),
    "use-the-version-that-wrote-it": (
        "use the version of the program that wrote it, or a later one",
        "请使用写出该文件的程序版本或更新的版本",
    ),
    "is-no-decimal-mark": ("{value!r} is no decimal mark", "“{value}”不是小数点写法"),
    "write-point-or-comma": ("write point or comma", "请写point或comma"),
}
