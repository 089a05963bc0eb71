"""Tags of a map to columns of projects: what a feature of OpenStreetMap, or of any map, is.

Rules are tried in order; the first whose tags all fit says what the feature is. Its length gives
the quantity of a line, so that `infraplan estimate` finds its cost.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infraplan.models.catalogue import phrase
from infraplan.models.project import Stage
from infraplan.optimizer.interop.table_stages import stage_word
from infraplan.optimizer.storage.csv_text import decode, read_bytes
from infraplan.optimizer.storage.faults import Faults
from infraplan.optimizer.storage.yaml_text import parse_yaml

OSM = "osm"
"""Name of the rules that are at hand for OpenStreetMap."""
EARTH_KM = 6371.0
_STATES = ("construction", "proposed", "planned")
"""Words that say how far a work is: `highway=construction`, `proposed:power=line`."""


@dataclass(frozen=True)
class TagRule:
    """Tags that a feature must have (`*`: any value), and the columns that it then gets."""

    where: Mapping[str, tuple[str, ...]]
    columns: Mapping[str, str]


@dataclass(frozen=True)
class TagMap:
    """Rules in order, and tags that are columns under another name."""

    rules: tuple[TagRule, ...]
    names: Mapping[str, str]


def _rule(tags: str, sector: str, subsector: str) -> TagRule:
    where = dict(pair.split("=") for pair in tags.split())
    return TagRule(
        {key: tuple(value.split("|")) for key, value in where.items()},
        {"sector": sector, "subsector": subsector},
    )


OSM_MAP = TagMap(
    rules=(
        _rule("railway=rail|light_rail|subway|narrow_gauge", "transport", "intercity_rail"),
        _rule("bridge=* highway=*", "transport", "city_bridge"),
        _rule("tunnel=* highway=*", "transport", "city_tunnel"),
        _rule("highway=motorway|motorway_link", "transport", "expressway"),
        _rule("highway=trunk|primary", "transport", "trunk_road"),
        _rule("highway=secondary|tertiary", "transport", "inter_county_road"),
        _rule("highway=cycleway|footway|path", "municipal", "active_travel"),
        _rule("highway=*", "transport", "city_road"),
        _rule("aeroway=*", "transport", "aviation"),
        _rule("power=substation", "energy", "grid_substation"),
        _rule("power=line|minor_line|cable", "energy", "import_power"),
        _rule("power=plant|generator plant:source=solar|wind", "energy", "renewables"),
        _rule("power=plant|generator", "energy", "generation_gas"),
        _rule("man_made=water_works", "water", "water_works"),
        _rule("man_made=wastewater_plant", "environment", "sewage_plant"),
        _rule("man_made=pipeline substance=gas", "energy", "gas_pipeline"),
        _rule("man_made=pipeline", "water", "diversion"),
        _rule("waterway=dam", "water", "dam"),
        _rule("water=reservoir", "water", "reservoir"),
        _rule("waterway=canal", "water", "irrigation"),
        _rule("amenity=hospital", "health", ""),
        _rule("amenity=school|university|college", "education", ""),
    ),
    names={"name:en": "name_en", "name:zh": "name_zh", "start_date": "earliest_start"},
)


def read_tag_map(path: Path, faults: Faults) -> TagMap | None:
    """Return the rules in the YAML file `path`, or those at hand where it is `osm`.

    None, with findings, where the file cannot be read or is no list of rules.
    """
    if str(path) == OSM:
        return OSM_MAP
    data = read_bytes(path, faults)
    text = None if data is None else decode(data, path.name, faults)
    tree = None if text is None else parse_yaml(text, path.name, faults)
    if tree is None:
        return None
    given = tree.data if isinstance(tree.data, Mapping) else {}
    listed = given.get("rules")
    sound = isinstance(listed, Sequence) and all(
        isinstance(rule, Mapping)
        and isinstance(rule.get("where"), Mapping)
        and isinstance(rule.get("set"), Mapping)
        for rule in listed
    )
    if (
        not sound
        or not isinstance(given.get("names", {}), Mapping)
        or set(given) - {"rules", "names"}
    ):
        faults.report("wrong-type", phrase("a-map-of-tags-is-rules"), file=path.name, row=1)
        return None
    rules = tuple(
        TagRule(
            {str(key): _words(value) for key, value in rule["where"].items()},
            {str(key): str(value) for key, value in rule["set"].items()},
        )
        for rule in listed or ()
    )
    return TagMap(rules, {str(k): str(v) for k, v in given.get("names", {}).items()})


def _words(value: Any) -> tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, list) else (str(value),)


def columns_of(
    tag_map: TagMap, properties: Mapping[str, Any], geometry: Any
) -> dict[str, Any] | None:
    """Properties with the columns that the first fitting rule gives; None where no rule fits.

    What a tag says under a word of its own (`highway=construction` with `construction=primary`,
    or `proposed:power=line`) counts as the tag itself, and as the stage of the work. What is under
    construction must be built; how much of it remains no tag says.
    """
    tags, stage = _plain_tags(properties)
    rule = next((rule for rule in tag_map.rules if _fits(rule, tags)), None)
    if rule is None:
        return None
    duty = {"mandatory": "must"} if stage == Stage.UNDER_CONSTRUCTION else {}
    named = {tag_map.names.get(name, name): value for name, value in properties.items()}
    state = {"stage": stage, **duty} if stage else {}
    made = {"overnight_cost": 0, **state, **rule.columns, **named}
    if "earliest_start" in made and "earliest_start" not in properties:
        made["earliest_start"] = str(made["earliest_start"])[:4]
    length = length_km(geometry)
    if length and "quantity" not in made:
        made |= {"quantity": round(length, 3), "unit": "km"}
    return made


def _plain_tags(properties: Mapping[str, Any]) -> tuple[dict[str, str], str]:
    tags = {str(name): str(value) for name, value in properties.items() if value is not None}
    stage = ""
    for state in _STATES:
        for name, value in list(tags.items()):
            if value == state:
                tags[name] = tags.get(state, "yes")
            elif name.startswith(f"{state}:"):
                tags.setdefault(name.partition(":")[2], value)
            else:
                continue
            stage = stage_word(state)
    return tags, stage


def _fits(rule: TagRule, tags: Mapping[str, str]) -> bool:
    return all(
        key in tags and ("*" in words or tags[key] in words) for key, words in rule.where.items()
    )


def length_km(geometry: Any) -> float:
    """Length of the lines of a geometry along the great circle, 0 for points and areas."""
    kind = geometry.get("type") if isinstance(geometry, Mapping) else None
    data = geometry.get("coordinates") if isinstance(geometry, Mapping) else None
    lines = [data] if kind == "LineString" else data if kind == "MultiLineString" else []
    total = 0.0
    for line in lines if isinstance(lines, list) else []:
        if not isinstance(line, list) or not all(_is_point(point) for point in line):
            return 0.0  # told where the geometry is read
        total += sum(map(_distance, line, line[1:]))
    return total


def _is_point(point: Any) -> bool:
    return (
        isinstance(point, list)
        and len(point) >= 2
        and all(isinstance(part, int | float) and math.isfinite(part) for part in point[:2])
    )


def _distance(one: Sequence[float], other: Sequence[float]) -> float:
    lat1, lat2 = math.radians(one[1]), math.radians(other[1])
    across = math.radians(other[0] - one[0])
    a = (
        math.sin((lat2 - lat1) / 2) ** 2
        + math.cos(lat1) * math.cos(lat2) * math.sin(across / 2) ** 2
    )
    return 2.0 * EARTH_KM * math.asin(min(1.0, math.sqrt(a)))
