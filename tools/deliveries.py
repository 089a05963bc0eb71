"""What each work delivers in a year: people, traffic and households of its place, never its cost.

    reach.csv         how a quantity of a type follows from who can be reached: driver (people,
                      urban, rural of the place, whole: people of the document), reference, power,
                      low, mid, high, most (by unit of size: what is built), shared (works of a
                      type with the same reach share it), each (by unit of size), source
    populations.csv   instance, place (blank: the whole document), people, urban, year, source
    NAME/deliveries.csv   census_id, option (blank: every option, grown with its size where the type
                      says so), quantity, low, mid, high, known (stated, estimated, assumed),
                      source: what is known of one work, before all others

A quantity is `reference` people's middle figure times (people / reference) ^ power. Where nobody
lives at a place, or nobody knows how many, a quantity is the usual one of the type.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from infraplan.models.place import Place
from infraplan.optimizer.estimating.delivered import Range, deliveries
from tools.census import Book, located, more_of, read

DATA = Path(__file__).parent / "data"
TOWN_SHARE = 0.35
"""Assumed share of a town's people who live in its built-up part."""
URBAN_KINDS = {"subdistrict", "urban_area", "new_town", "district"}
SHARES = {"util", "occupancy"}
LEAST_BASE, MOST_BASE = 0.1, 4.0
"""Where figures grow with a root of the people reached, they do so between these multiples."""


@dataclass(frozen=True)
class Reach:
    """Who can be reached from a place, and its name for sharing."""

    key: str
    people: float
    urban: float

    def by(self, driver: str, whole: float) -> float:
        """The driver's figure."""
        figures = {
            "people": self.people,
            "urban": self.urban,
            "rural": self.people - self.urban,
            "whole": whole,
        }
        return figures[driver]


@cache
def _reach_rows() -> dict[str, list[dict[str, str]]]:
    found: dict[str, list[dict[str, str]]] = {}
    for row in read(DATA / "reach.csv"):
        found.setdefault(row["type"], []).append(row)
    return found


@cache
def _populations(name: str) -> dict[str, tuple[float, float | None]]:
    """People and, where known, townspeople by place id; blank: of the whole document."""
    return {
        row["place"]: (float(row["people"]), float(row["urban"]) if row["urban"] else None)
        for row in read(DATA / "populations.csv")
        if row["instance"] == name
    }


class Deliveries:
    """What the works of a document deliver."""

    def __init__(self, book: Book, known: dict[str, Place]) -> None:
        self._book, self._known = book, known
        name = book.document.name
        self._people = _populations(name)
        self._own: dict[tuple[str, str], dict[str, Range]] = {}
        for row in read(book.document.folder / "deliveries.csv"):
            ends = (float(row[end]) for end in ("low", "mid", "high"))
            key = (row["census_id"], row.get("option", ""))
            self._own.setdefault(key, {})[row["quantity"]] = Range(*ends)
        rows = [row for row in book.rows if row["id"] in book.works]
        self._reach = {row["id"]: self._reach_of(row) for row in rows}
        types = [(book.works[row["id"]]["type"], self._reach[row["id"]]) for row in rows]
        self._at_place = Counter((kind, reach.key) for kind, reach in types if reach is not None)
        self._of_type = Counter(kind for kind, _ in types)

    def of(self, row: dict[str, str], size: float, kind: str, option: str) -> dict[str, Range]:
        """Quantities of a census row built as works of `kind` at `size`, in the kind's unit."""
        found: dict[str, Range] = {}
        for rule in _reach_rows().get(kind, ()):
            value = self._by_rule(rule, self._reach[row["id"]], kind, size)
            if value is not None:
                found[rule["quantity"]] = value
        work = self._book.works[row["id"]]
        if kind == work["type"]:
            for name, value in self._own.get((row["id"], ""), {}).items():
                # What is known of a work is of its full size.
                grows = name in deliveries()[kind].with_size
                found[name] = value * Range.exactly(size / float(work["quantity"]) if grows else 1)
        return found | self._own.get((row["id"], option), {})

    def _by_rule(
        self, rule: Mapping[str, str], reach: Reach | None, kind: str, size: float
    ) -> Range | None:
        ends = [float(rule[end]) for end in ("low", "mid", "high")]
        people = float("inf")
        if rule["driver"]:
            if reach is None:
                return None
            whole, power = self._people[""][0], float(rule["power"])
            people = reach.by(rule["driver"], whole)
            base = people / float(rule["reference"])
            if power < 1.0:
                if reach.key == "":
                    return None  # works of the same kind all over, each with traffic of its own
                base = min(max(base, LEAST_BASE), MOST_BASE)
            ends = [end * base**power for end in ends]
            if rule["shared"]:
                by_type = rule["driver"] == "whole" or reach.key == ""
                count = self._of_type[kind] if by_type else self._at_place[kind, reach.key]
                # An alternative may be of a type that no works have: nobody to share with.
                ends = [end / max(1, count) for end in ends]
        most = float(rule["most"]) if rule["most"] else float("inf")
        if rule["quantity"] in SHARES:
            return Range(*(min(end, most) for end in ends))
        if rule["each"]:
            return Range(*(min(end * size, most * size, people) for end in ends))
        return Range(*(min(end, most * size) for end in ends))

    def _reach_of(self, row: dict[str, str]) -> Reach | None:
        document = self._book.document
        text = more_of(self._book.works[row["id"]]).get("place", row["location_zh"])
        spots = located(text, self._known, document.place_aliases, document.whole)
        if not spots:
            people, urban = self._people[""]
            return Reach("", people, urban or 0.0)
        reached = [found for spot in spots if (found := self._around(spot)) is not None]
        return _mean(reached) if reached else None

    def _around(self, spot: Place) -> Reach | None:
        if spot.id not in self._people or spot.jurisdiction is None:
            return None
        people, urban = self._people[spot.id]
        if urban is None:
            urban = people * (1.0 if spot.kind in URBAN_KINDS else TOWN_SHARE)
        return Reach(spot.id, people, urban)


def _mean(reached: Sequence[Reach]) -> Reach:
    count = len(reached)
    return Reach(
        ";".join(sorted(reach.key for reach in reached)),
        sum(reach.people for reach in reached) / count,
        sum(reach.urban for reach in reached) / count,
    )
