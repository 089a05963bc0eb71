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
    "EFBIG": ("larger than is read", "文件过大，不予读取"),
    "EOPNOTSUPP": ("no file on disk", "不是磁盘上的文件"),
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

EPANET: dict[str, tuple[str, ...]] = {
    "101": ("insufficient memory available", "内存不足"),
    "102": ("no network data available", "没有管网数据"),
    "103": ("hydraulics not initialized", "水力计算未初始化"),
    "110": ("cannot solve network hydraulic equations", "无法求解管网水力方程"),
    "120": ("cannot solve water quality transport equations", "无法求解水质输移方程"),
    "200": ("one or more errors in input file", "输入文件有错误"),
    "201": ("syntax error", "语法错误"),
    "202": ("illegal numeric value", "数值无效"),
    "203": ("undefined node", "节点未定义"),
    "204": ("undefined link", "管段未定义"),
    "205": ("undefined time pattern", "时间模式未定义"),
    "206": ("undefined curve", "曲线未定义"),
    "207": ("attempt to control a CV/GPV link", "不能控制止回阀或通用阀管段"),
    "208": ("illegal PDA pressure limits", "按压力供水的压力界限无效"),
    "209": ("illegal node property value", "节点属性值无效"),
    "211": ("illegal link property value", "管段属性值无效"),
    "212": ("undefined trace node", "追踪节点未定义"),
    "213": ("invalid option value", "选项值无效"),
    "214": ("too many characters in input line", "输入行过长"),
    "215": ("duplicate ID label", "编号重复"),
    "216": ("reference to undefined pump", "引用了未定义的水泵"),
    "217": ("pump has no head curve or power defined", "水泵没有扬程曲线或功率"),
    "219": ("illegal valve connection to tank node", "阀门不能与水池相连"),
    "220": ("illegal valve connection to another valve", "阀门不能与另一阀门如此相连"),
    "221": ("misplaced rule clause in rule-based control", "规则控制中语句位置有误"),
    "222": ("link assigned same start and end nodes", "管段起止节点相同"),
    "223": ("not enough nodes in network", "管网节点不足"),
    "224": ("no tanks or reservoirs in network", "管网没有水池或水库"),
    "225": ("invalid lower/upper levels for tank", "水池水位上下限无效"),
    "226": ("no head curve or power rating for pump", "水泵没有扬程曲线或额定功率"),
    "227": ("invalid head curve for pump", "水泵扬程曲线无效"),
    "230": ("nonincreasing x-values for curve", "曲线横坐标未递增"),
    "233": ("network has unconnected node", "管网有未连接的节点"),
    "234": ("network has an unconnected node", "管网有未连接的节点"),
    "240": ("nonexistent water quality source", "水质源不存在"),
    "241": ("nonexistent control", "控制不存在"),
    "250": ("invalid format", "格式无效"),
    "251": ("invalid parameter code", "参数代码无效"),
    "252": ("invalid ID name", "编号无效"),
    "253": ("nonexistent demand category", "用水类别不存在"),
    "254": ("node with no coordinates", "节点没有坐标"),
    "255": (
        "invalid link vertex",
        "管段折点无效",
    ),
    "257": (
        "nonexistent rule",
        "规则不存在",
    ),
    "258": (
        "nonexistent rule clause",
        "规则语句不存在",
    ),
    "259": (
        "attempt to delete a node that still has links connected to it",
        "不能删除仍连有管段的节点",
    ),
    "260": (
        "attempt to delete node assigned as a Trace Node",
        "不能删除追踪节点",
    ),
    "261": (
        "attempt to delete a node or link contained in a control",
        "不能删除控制所用的节点或管段",
    ),
    "262": (
        "attempt to modify network structure while a solver is open",
        "求解期间不能改动管网结构",
    ),
    "263": (
        "node is not a tank",
        "该节点不是水池",
    ),
    "302": (
        "cannot open input file",
        "无法打开输入文件",
    ),
    "other": ("cannot be read", "无法读取"),
}
"""Errors of EPANET files, by their number in its manual."""
