"""Reading of the census of a planning document, and of the hand decisions kept as tables."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from infraplan.models.place import Place
from infraplan.models.project import Project
from tools.document import Document

SPLIT = re.compile(r"[、,,;;\-—–~至/ ]+")
POINT = ("lon", "lat", "accuracy_km")
ENDINGS = ("街道", "镇", "乡", "区", "县", "场", "村")


@dataclass(frozen=True)
class Partner:
    """Part that another jurisdiction takes of what the leader would pay and gain."""

    jurisdiction: str
    share: float
    reason: str


@dataclass
class Book:
    """A document: its census, the hand decisions about it, and what is made of them."""

    document: Document
    census: list[dict[str, str]]
    further: list[dict[str, str]]
    """Works that the text describes and no row of the census is, in the columns of the census."""
    links: list[dict[str, str]]
    places: list[dict[str, str]]
    works: dict[str, dict[str, str]]
    options: dict[str, list[dict[str, str]]]
    left_out: dict[str, dict[str, str]]
    relations: list[dict[str, str]]
    projects: list[Project] = field(default_factory=list)
    profiles: dict[str, str] = field(default_factory=dict)
    partners: dict[str, list[Partner]] = field(default_factory=dict)
    coverage: list[tuple[str, str, str]] = field(default_factory=list)
    gains_of_links: dict[str, tuple[float, ...]] = field(default_factory=dict)
    """Yearly benefit by work of each other that it makes possible, had once both stand."""

    @property
    def rows(self) -> list[dict[str, str]]:
        """Rows that become projects or are left out with a reason: the census and what is added."""
        return [*self.census, *self.further]


def read(path: Path) -> list[dict[str, str]]:
    """Rows of a table, empty where it is missing."""
    if not path.exists():
        return []
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return [
            {key: (value or "").strip() for key, value in row.items()}
            for row in csv.DictReader(stream)
        ]


def open_book(document: Document, census: Path) -> Book:
    """Census tables of a document and the hand decisions in its folder."""
    number, folder = document.number, document.folder
    options: dict[str, list[dict[str, str]]] = {}
    for row in read(folder / "options.csv"):
        options.setdefault(row["census_id"], []).append(row)
    return Book(
        document=document,
        census=read(census / f"projects_{number}.csv"),
        further=read(folder / "rows.csv"),
        links=read(census / f"links_{number}.csv"),
        places=read(census / f"places_{number}.csv"),
        works={row["census_id"]: row for row in read(folder / "works.csv")},
        options=options,
        left_out={row["census_id"]: row for row in read(folder / "left_out.csv")},
        relations=read(folder / "relations.csv"),
    )


def slug(text: str) -> str:
    """Id made of a name."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def places_of(book: Book) -> dict[str, Place]:
    """Places by Chinese name, with ids made of the English one.

    A place is its owner's, else the leader's; what lies outside is nobody's. Where the document's
    places.csv has a better point it is taken, and what is only another name of a place is none.
    """
    found: dict[str, Place] = {}
    used: set[str] = set()
    document = book.document
    better = {row["name_zh"]: row for row in read(document.folder / "places.csv")}
    for row in book.places:
        name = slug(row["name_en"]) or f"place-{len(used) + 1}"
        while name in used:
            name += "-2"
        used.add(name)
        point = better.get(row["name_zh"], {})
        if point.get("same_as"):
            continue
        row = {**row, **{key: point[key] for key in POINT if point.get(key)}}
        lon, lat = row.get("lon", ""), row.get("lat", "")
        owner = document.place_owners.get(row["name_zh"], document.leader)
        found[row["name_zh"]] = Place(
            id=name,
            name_en=row["name_en"],
            name_zh=row["name_zh"],
            kind=row["kind"],
            jurisdiction=None if row["name_zh"] in document.outside_places else owner,
            lon=float(lon) if lon else None,
            lat=float(lat) if lat else None,
            accuracy_km=float(row.get("accuracy_km") or 10.0) if lon else None,
            source=(point.get("source") or "recalled, not checked in a gazetteer")
            if lon
            else "coordinates unknown",
        )
    return found


def _place_named(text: str, known: dict[str, Place]) -> Place | None:
    """Place whose name is `text`, also with another ending (town, township, subdistrict)."""
    if text in known:
        return known[text]
    stem = text
    for ending in ENDINGS:
        if text.endswith(ending) and len(text) > len(ending) + 1:
            stem = text[: -len(ending)]
            break
    for candidate in (stem, *(stem + ending for ending in ENDINGS)):
        if candidate in known:
            return known[candidate]
    return None


def located(
    text: str, known: dict[str, Place], aliases: Mapping[str, str], whole: str = ""
) -> list[Place]:
    """Places that the location text of a census row names, in order, each once.

    A text that names the jurisdiction itself (`whole`) and nothing else names no place.
    """
    plain = text.replace("(recall)", "")
    if plain == whole:
        return []
    parts = [aliases.get(part, part) for part in SPLIT.split(plain) if part]
    found = [place for part in parts if (place := _place_named(part, known)) is not None]
    return list(dict.fromkeys(found))


def more_of(row: dict[str, str]) -> dict[str, str]:
    """Further decisions `key=value;key=value` of a works row."""
    pairs = (part.split("=", 1) for part in row.get("more", "").split(";") if "=" in part)
    return {key.strip(): value.strip() for key, value in pairs}


def partners_of(more: dict[str, str]) -> list[Partner]:
    """Partners `jurisdiction:share:reason|...` of a joint project; empty where it has none."""
    parts = (part.split(":", 2) for part in more.get("partners", "").split("|") if part)
    return [Partner(name, float(share), reason) for name, share, reason in parts]


def outputs_of(row: dict[str, str]) -> dict[str, float]:
    """Outputs `metric=amount;metric=amount` of a works row."""
    pairs = (part.split("=", 1) for part in row.get("outputs", "").split(";") if "=" in part)
    return {key.strip(): float(value) for key, value in pairs}
