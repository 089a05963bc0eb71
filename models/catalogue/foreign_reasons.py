"""Reasons that the operating system and parsers of files give, by their own names for them."""

from __future__ import annotations

SYSTEM: dict[str, tuple[str, ...]] = {
    "ENOENT": ("no such file or folder", "没有该文件或文件夹"),
    "EACCES": ("permission denied", "没有访问权限"),
    "EPERM": ("operation not permitted", "不允许该操作"),
    "EISDIR": ("is a folder", "是文件夹"),
    "ENOTDIR": ("not a folder", "不是文件夹"),
    "EEXIST": ("already there", "已存在"),
    "ENOSPC": ("no space left on the disk", "磁盘空间不足"),
    "EROFS": ("read-only file system", "文件系统只读"),
    "ENAMETOOLONG": ("name too long", "文件名过长"),
    "ELOOP": ("links in a circle", "链接形成循环"),
    "EIO": ("input or output error", "读写错误"),
    "EMFILE": ("too many open files", "打开的文件过多"),
    "EBUSY": ("in use by another program", "被其他程序占用"),
    "ENOTEMPTY": ("the folder is not empty", "文件夹不为空"),
    "EXDEV": ("on another disk", "位于另一磁盘"),
    "EDQUOT": ("disk quota used up", "磁盘配额已用完"),
    "other": ("cannot be used", "无法使用"),
}
"""By the name of the error number."""

PARSERS: dict[str, tuple[str, ...]] = {
    "Expecting value": ("Expecting value", "此处应有值"),
    "Expecting ',' delimiter": ("Expecting ',' delimiter", "此处应有逗号"),
    "Expecting ':' delimiter": ("Expecting ':' delimiter", "此处应有冒号"),
    "Expecting property name enclosed in double quotes": (
        "Expecting property name enclosed in double quotes",
        "此处应有双引号内的名称",
    ),
    "Extra data": ("Extra data", "其后有多余内容"),
    "Unterminated string starting at": (
        "Unterminated string starting at",
        "字符串没有结束，起于此处",
    ),
    "Invalid control character at": ("Invalid control character at", "含有控制字符"),
    "Invalid \\escape": ("Invalid \\escape", "转义符有误"),
    "Illegal trailing comma before end of object": (
        "Illegal trailing comma before end of object",
        "对象末尾有多余的逗号",
    ),
    "Illegal trailing comma before end of array": (
        "Illegal trailing comma before end of array",
        "列表末尾有多余的逗号",
    ),
    "mapping values are not allowed here": (
        "mapping values are not allowed here",
        "此处不能有“名称: 值”",
    ),
    "could not find expected ':'": ("could not find expected ':'", "缺少冒号"),
    "expected <block end>": ("expected <block end>", "缩进有误，此处应结束该部分"),
    "found character '\\t' that cannot start any token": (
        "found character '\\t' that cannot start any token",
        "不能用制表符缩进",
    ),
    "found unexpected end of stream": ("found unexpected end of stream", "文件在此处意外结束"),
    "expected the node content": ("expected the node content", "此处应有内容"),
    "expected ',' or ']'": ("expected ',' or ']'", "此处应有逗号或]"),
    "expected ',' or '}'": ("expected ',' or '}'", "此处应有逗号或}"),
    "found undefined alias": ("found undefined alias", "引用了未定义的锚点"),
    "other": ("bad syntax", "语法有误"),
}
"""By the beginning of the parser's message."""
