"""Units of physical quantities in both languages, as sources and offices write them."""

from __future__ import annotations

from types import MappingProxyType

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
_ENGLISH = MappingProxyType({chinese: english for english, chinese in _PAIRS})
_CHINESE = MappingProxyType(dict(reversed(_PAIRS)))


def measure(unit: str) -> tuple[str, str]:
    """`unit` in English and Chinese; one that is not known stands for itself in both."""
    return _ENGLISH.get(unit, unit), unit if unit in _ENGLISH else _CHINESE.get(unit, unit)
