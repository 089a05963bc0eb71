"""Words of the table of pressures."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, ...]] = {
    "pressures": ("Pressures of the water network", "节点水压"),
    "pressures_note": (
        "Least head: height and least pressure of a node together; - : none is asked for. Over: "
        "head less least head, the scarcest first; of a source, height is that of its water level.",
        "最小水头为高程与最小自由水头之和，-表示不要求。富余为水头减最小水头，由小到大排列；水源的高程为其水面高程。",
    ),
    "node": ("node", "节点"),
    "height": ("height", "高程"),
    "least_head": ("least head", "最小水头"),
    "head": ("head", "水头"),
    "head_over": ("over", "富余"),
    "free_head": ("pressure", "自由水头"),
}
