"""Units of physical quantities in both languages, as sources and offices write them."""

from __future__ import annotations

from types import MappingProxyType

from infraplan.models.regular_expressions import regex

LITRES_A_SECOND = frozenset(
    (
        *("", "l/s", "lps", "litres/s", "litres per second", "litres a second"),
        *("liters per second", "升/秒", "升每秒"),
    )
)
"""Units of a flow, in small letters, that is litres a second; blank: as the law has it."""

_PAIRS = (
    *(("number", "个"), ("sites", "处"), ("plants", "座"), ("lines", "条"), ("rivers", "条河流")),
    *(("plots", "地块"), ("market towns", "场镇"), ("estates", "个小区"), ("households", "户")),
    *(("base stations (cumulative)", "个(累计基站)"), ("places", "地点"), ("beds", "张")),
    *(("persons", "人"), ("10,000 persons", "万人"), ("villages", "村"), ("sets", "套")),
    *(("mu", "亩"), ("10,000 mu", "万亩"), ("t", "吨"), ("10,000 t", "万吨"), ("m", "米")),
    *(("100 million CNY", "亿元"), ("100 million CNY/year", "亿元/年"), ("CNY", "元")),
    *(("10,000 CNY", "万元"), ("10,000 CNY/year", "万元/年"), ("m3/d", "立方米/日")),
    *(("100 million m3/year", "亿m3/年"), ("100 million m3/year", "亿m3/yr")),
    *(("10,000 m3/year", "万m3/年"), ("10,000 m3/day", "万m3/日"), ("10,000 kW", "万千瓦")),
    *(("kW", "千瓦"), ("min", "分钟"), ("hours", "小时"), ("km", "公里"), ("km2", "平方公里")),
)
_WORKS = (
    *(("road", "条道路"), ("platform", "个平台"), ("system", "套系统")),
    *(("line", "条线路"), ("plant", "座厂站"), ("centre", "个中心")),
    *(("project", "个项目"), ("reservoir", "座水库"), ("corridor", "条通道")),
    *(("service", "项服务"), ("base", "个基地"), ("mountain", "座山")),
    *(("waterway", "条航道"), ("hub", "个枢纽"), ("section", "个路段")),
    *(("scheme", "项工程"), ("basin", "个流域"), ("study", "项研究")),
    *(("mechanism", "项机制"), ("port", "个港口"), ("airport", "个机场")),
    *(("pipeline", "条管道"), ("river", "条河流"), ("lab", "个实验室")),
    *(("zone", "个片区"), ("district", "个区"), ("database", "个数据库")),
    *(("station", "座站"), ("facility", "处设施"), ("resort", "个度假区")),
    *(("museum", "座博物馆"), ("channel", "条水道"), ("siding", "条专用线")),
    *(("companies", "家企业"), ("alliance", "个联盟"), ("terminal", "座码头")),
    *(("market", "个市场"), ("chain", "条产业链"), ("areas", "个区域")),
    *(
        ("substation 110kV", "座110千伏变电站"),
        ("substation 220kV", "座220千伏变电站"),
        ("substation 500kV", "座500千伏变电站"),
    ),
)
"""What works are counted in: one of a kind, as the sources' English names it."""
_ENGLISH = MappingProxyType({chinese: english for english, chinese in (*_WORKS, *_PAIRS)})
_CHINESE = MappingProxyType(dict(reversed((*_PAIRS, *_WORKS))))


_SIGNS_ZH = (("m3", "立方米"), ("m2", "平方米"), ("/yr", "/年"))
"""Signs of units as a Chinese text writes them out: 亿m3/年 is 亿立方米/年."""
_COUNTED = regex(r"([0-9][0-9,]*) (.+)")
"""A unit that begins with a number, as 10,000 mu."""


def measure(unit: str) -> tuple[str, str]:
    """`unit` in English and Chinese; one that is not known stands for itself in both."""
    english = _ENGLISH.get(unit, unit)
    chinese = unit if unit in _ENGLISH else _CHINESE.get(unit, unit)
    if not chinese.isascii():
        for sign, word in _SIGNS_ZH:
            chinese = chinese.replace(sign, word)
    return english, chinese


def quantity(value: float, unit: str) -> tuple[str, str]:
    """`value` with its unit, in English and Chinese; in English no number beside a number.

    5 times 10,000 mu is 50,000 mu there, where 5 10,000 mu could be read as one figure.
    """
    (english, chinese), told = measure(unit), value
    if (counted := _COUNTED.fullmatch(english)) is not None:
        told, english = value * float(counted[1].replace(",", "")), counted[2]
    gap = " " if chinese.isascii() else ""
    return f"{_figure(told)} {english}".strip(), f"{_figure(value)}{gap}{chinese}".strip()


def _figure(value: float) -> str:
    """A figure as its source states it, never as a power of ten."""
    whole, point, rest = f"{value:,.10f}".rstrip("0").partition(".")
    return whole + (point + rest if rest else "")
