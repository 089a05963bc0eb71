"""What reading a GeoPackage says."""

from __future__ import annotations

MESSAGES: dict[str, tuple[str, ...]] = {
    "geopackage-cannot-be-read": (
        "the file is no GeoPackage, or it is damaged",
        "文件不是GeoPackage或已损坏",
    ),
    "geopackage-has-no-layer": (
        "the file has no layer of features",
        "文件中没有要素图层",
    ),
    "geopackage-save-again": (
        "save it again as GeoPackage from the map program",
        "请在地图软件中重新另存为GeoPackage",
    ),
    "geopackage-coordinates-are-in": (
        "coordinates of layer {layer} are in {name}",
        "图层{layer}的坐标系为{name}",
    ),
}
