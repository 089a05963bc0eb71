"""GeoJSON (RFC 7946) into an instance: projects, places, jurisdictions, nodes and links.

A feature's `kind` says what it is, a project where it has none; its properties are the columns of
the table, under any heading that the table's CSV file may have. A finding's row is the number of
the feature, its column the property.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from infraplan.models.catalogue import NOTHING_SAID, Phrase, phrase
from infraplan.models.errors import Severity
from infraplan.models.project import Mandate
from infraplan.models.regular_expressions import regex
from infraplan.optimizer.interop.faults import Imported
from infraplan.optimizer.interop.geojson import (
    COLUMN_OF,
    ID_STARTS,
    PLAN_WORDS,
    STYLE_WORDS,
    TABLE_OF,
)
from infraplan.optimizer.interop.geojson_geometry import Point, outline_of, spots_of
from infraplan.optimizer.interop.geojson_map import columns_of, read_tag_map
from infraplan.optimizer.storage.assembly import Assembly
from infraplan.optimizer.storage.cells import BLANK, clean_text, parse_cell
from infraplan.optimizer.storage.csv_text import decode, read_bytes
from infraplan.optimizer.storage.descriptions_zh import meaning
from infraplan.optimizer.storage.faults import CellFault, Origin, error_of
from infraplan.optimizer.storage.fields import Base, FieldInfo
from infraplan.optimizer.storage.file_limits import MOST_FEATURES
from infraplan.optimizer.storage.json_form import parse_json
from infraplan.optimizer.storage.rows import Row
from infraplan.optimizer.storage.table_columns import (
    Heading,
    Table,
    heading_of,
    is_comment,
    table_of,
)
from infraplan.optimizer.storage.tree import TreeReader

DEFAULT_YEARS = (2026, 2035)
"""Plan of a file that states none: two five-year plans of China."""
YEARS = 10
"""Length of a plan of which one end is given."""

LONGEST = 1000
"""Characters of an unknown property that the note keeps."""

_UNPRINTABLE = regex("[\x00-\x1f\ud800-\udfff\ufffe\uffff]")
_CHINESE = regex(r"[\u3400-\u9fff]")
_WGS_84 = regex(r"(.*crs84|.*epsg:+[0-9.]*:*(4326|4490)|wgs ?84)", re.IGNORECASE)


def import_geojson(
    path: Path,
    *,
    first_year: int | None = None,
    last_year: int | None = None,
    fix_starts: bool = False,
    tag_map: Path | None = None,
) -> Imported:
    """The features of `path` as an instance.

    Parameters
    ----------
    path
        GeoJSON file or GeoPackage.
    first_year
        First year of the plan; blank takes that of the file, else 2026.
    last_year
        Last year of the plan; blank takes that of the file, else 2035.
    fix_starts
        Hold what a plan decided: projects that are `selected` must start in their `start`
        year in their `option`, the others must not be built.
    tag_map
        Rules that say what the tags of a feature mean, in a YAML file, or `osm` for those at
        hand. A feature that no rule fits is left out; a cost that no tag states is 0, for
        `infraplan estimate` to fill in.

    Raises
    ------
    InstanceError
        The file cannot be read or makes no sense; names every fault with feature and property.
    """
    return _Importer(path, fix_starts, tag_map).imported(first_year, last_year)


class _Importer:
    def __init__(self, path: Path, fix_starts: bool, tag_map: Path | None) -> None:
        self.path = path
        self.unmapped = 0
        self.fix_starts = fix_starts
        self.assembly = Assembly()
        self.faults = self.assembly.faults
        self.tags = None if tag_map is None else read_tag_map(tag_map, self.faults)
        self.rows: defaultdict[str, list[Row]] = defaultdict(list)
        self.options: list[Row] = []
        self.geometry: dict[int, tuple[Point, ...]] = {}
        self.kept: defaultdict[str, int] = defaultdict(int)
        self.lost: defaultdict[tuple[str, str], int] = defaultdict(int)
        self.planned = 0

    def imported(self, first_year: int | None, last_year: int | None) -> Imported:
        data = self._read()
        features = self._features(data)
        if features is not None:
            self._set_settings(data, features, first_year, last_year)
            for number, feature in enumerate(features, start=1):
                self._feature(number, feature)
            self._add_places()
            self.assembly.add_projects(self.rows.pop("projects", []), self.options)
            for table, rows in self.rows.items():
                self.assembly.add_rows(table, rows)
            self._tell_rest()
        reading = self.assembly.finish()
        told = [
            finding
            if finding.row is None or features is None
            else replace(
                finding, message=phrase("feature", row=finding.row, message=finding.message)
            )
            for finding in reading.findings
        ]
        if reading.instance is None:
            raise error_of(told[: reading.num_reading], told[reading.num_reading :])
        return Imported(reading.instance, tuple(told))

    # ----------------------------------------------------------------------------------- file

    def _read(self) -> Any:
        # The library of SQLite is loaded where a file asks for it.
        from infraplan.optimizer.interop.geopackage_in import is_geopackage, read_geopackage

        if is_geopackage(self.path):
            return read_geopackage(self.path, self.faults)
        data = read_bytes(self.path, self.faults)
        text = None if data is None else decode(data, self.path.name, self.faults)
        return None if text is None else parse_json(text, self.path.name, self.faults)

    def _features(self, data: Any) -> list[Any] | None:
        """Features of the file; None, with a finding, where it has none."""
        if data is None:
            return None
        kind = data.get("type") if isinstance(data, dict) else None
        features = [data] if kind == "Feature" else None
        if kind == "FeatureCollection":
            features = data.get("features")
        if not isinstance(features, list) or not features:
            text = phrase("the-file-is-no-featurecollection-with")
            advice = phrase("write-2")
            self.faults.report("bad-geojson", text, advice, file=self.path.name, column="features")
            return None
        if len(features) > MOST_FEATURES:
            message = phrase("the-file-holds-too-many-values", most=MOST_FEATURES)
            advice = phrase("part-it-or-delete-what-is-no-data")
            self.faults.report("too-large", message, advice, file=self.path.name)
            return None
        crs = data.get("crs")
        named = crs.get("properties") if isinstance(crs, dict) else None
        name = named.get("name") if isinstance(named, dict) else None
        if name is not None and not _WGS_84.fullmatch(str(name)):
            text = phrase("coordinates-are-in-geojson-has-them-in-wgs-84", name=name)
            advice = phrase("save-the-file-in-epsg-4326")
            self.faults.report("unknown-crs", text, advice, file=self.path.name, column="crs")
        return features

    def _set_settings(
        self, data: Any, features: list[Any], first: int | None, last: int | None
    ) -> None:
        """Settings that the file carries, else those of a plan of the asked years."""
        member = data.get("infraplan")
        given = member.get("settings") if isinstance(member, dict) else None
        name = re.sub(r"[^\w.]+", "-", self.path.stem).strip("-._")[:60] or "geojson"
        tree: dict[str, Any] = {"id": name, "title": {"en": name, "zh": name}}
        if given is not None and not isinstance(given, dict):
            text = phrase("infraplan-settings-is-no-object")
            self.faults.report("wrong-type", text, phrase("delete-it"), file=self.path.name)
        elif given is not None:
            there = {
                str(properties.get("network"))
                for feature in features
                if isinstance(feature, dict)
                and isinstance(properties := feature.get("properties"), dict)
                and properties.get("kind") == "node"
            }
            networks = given.get("networks")
            if isinstance(networks, list):
                kept = [n for n in networks if isinstance(n, dict) and str(n.get("id")) in there]
                given = {**given, "networks": kept}
            tree |= given
        if first is not None or last is not None or "horizon" not in tree:
            begin, end = self._years(first, last)
            phase = {"id": "plan", "first_year": begin, "last_year": end}
            tree |= {"horizon": {"phases": [phase]}, "representative_years": []}
            tree.setdefault("price_year", begin)
        reader = TreeReader(self.faults, self.path.name)
        self.assembly.set_settings(tree, reader, "infraplan.settings")

    def _years(self, first: int | None, last: int | None) -> tuple[int, int]:
        if first is None and last is None:
            first, last = DEFAULT_YEARS
            text = phrase("no-years-are-stated-the-plan-runs-from-to", first=first, last=last)
            self._note("assumed-years", text, phrase("give-first-year-and-last-year"))
        begin = first if first is not None else (last or 0) - YEARS + 1
        end = last if last is not None else begin + YEARS - 1
        if not 1900 <= begin <= end <= 2300:
            text = phrase("a-plan-from-to-has-no-years", begin=begin, end=end)
            advice = phrase("give-first-year-before-last-year")
            self.faults.report("bad-year", text, advice, file=self.path.name)
            return DEFAULT_YEARS
        return begin, end

    def _note(self, rule: str, text: Phrase, advice: Phrase = NOTHING_SAID) -> None:
        self.faults.report(rule, text, advice, file=self.path.name, severity=Severity.NOTE)

    # ------------------------------------------------------------------------------- features

    def _feature(self, number: int, feature: Any) -> None:
        origin = Origin(self.path.name, None, number)
        if not isinstance(feature, dict) or feature.get("type") != "Feature":
            text, advice = phrase("it-is-no-feature"), phrase("give-it-the-type-feature")
            self.faults.add(origin.finding("bad-geojson", text, advice, column="type"))
            self.assembly.lose_rows()
            return
        properties = feature.get("properties")
        if properties is None:
            properties = {}
        if not isinstance(properties, dict):
            text, advice = (
                phrase("the-properties-are-no-object"),
                phrase("give-names-and-values-or-null"),
            )
            self.faults.add(origin.finding("bad-geojson", text, advice, column="properties"))
            self.assembly.lose_rows()
            return
        kind = properties.get("kind")
        own = kind if isinstance(kind, str) and kind in ID_STARTS else "project"
        if self.tags is not None and own == "project":
            mapped = columns_of(self.tags, properties, feature.get("geometry"))
            if mapped is None:
                self.unmapped += 1
                return
            properties = mapped
        skipped = {*STYLE_WORDS, "kind"} if own == kind else set()
        if own == "project" and "selected" in properties:
            skipped |= set(PLAN_WORDS)
        if own == "project":
            skipped.add("options")
        if own == "jurisdiction":
            skipped.add("extent")
        row = self._row(number, own, properties, skipped)
        if "id" not in row.values and "id" not in row.faulty:
            given = feature.get("id")
            try:
                row.values["id"] = _id_of(given).removeprefix(ID_STARTS[own])
            except CellFault as fault:
                finding = origin.finding(fault.rule, fault.message, fault.advice, column="id")
                self.faults.add(finding)
                row = replace(row, faulty=row.faulty | {"id"})
        if own == "project":
            self._options(row, properties)
        self._place(number, own, feature.get("geometry"), row, properties)
        self.rows[TABLE_OF[own]].append(row)

    def _row(self, number: int, kind: str, properties: Mapping[str, Any], skipped: set[str]) -> Row:
        """Values of a feature by column; faults are kept, what is unknown goes into the note."""
        table = table_of(TABLE_OF[kind])
        shown: dict[str, str] = {}
        origin = Origin(self.path.name, None, number, shown)
        values: dict[str, Any] = {}
        faulty: set[str] = set()
        extra: list[str] = []
        for name, raw in properties.items():
            if raw is None or name in skipped or is_comment(name):
                continue
            heading = _heading(table, kind, name, raw)
            if heading is None:
                self._unknown(kind, name, raw, extra)
                continue
            column = heading.column
            if column in shown:
                text = phrase("stands-twice", column=column, shown=shown[column], name=name)
                self.faults.add(
                    origin.finding("duplicate-column", text, phrase("keep-one"), column=column)
                )
                continue
            shown[column] = name
            try:
                value = self._cell(table.columns[column], raw, heading.suffix)
            except CellFault as fault:
                faulty.add(column)
                self.faults.add(
                    origin.finding(fault.rule, fault.message, fault.advice, column=column)
                )
                continue
            if value is not BLANK:
                values[column] = value
        if extra:
            values["note"] = "; ".join([*filter(None, [values.get("note", "")]), *extra])
        for column in table.required:
            if column not in values and column not in faulty and column not in {"id", "project"}:
                faulty.add(column)
                text = phrase("it-has-no", column=column)
                advice = meaning(table.name, table.columns[column])
                self.faults.add(origin.finding("missing-cell", text, advice, column=column))
        return Row(values, origin, frozenset(faulty))

    def _cell(self, field: FieldInfo, raw: Any, suffix: str) -> Any:
        if isinstance(raw, dict | list):
            if field.type.base not in {Base.LIST, Base.MAPPING}:
                text, advice = (
                    phrase("a-plain-value-is-asked-for-not-a-list-or"),
                    phrase("give-one-value"),
                )
                raise CellFault("wrong-type", text, advice)
            parts = raw if isinstance(raw, list) else [f"{_quoted(k)}={v}" for k, v in raw.items()]
            raw = ";".join(
                _quoted(part) if isinstance(raw, list) and isinstance(part, str) else str(part)
                for part in parts
            )
        return parse_cell(field, raw, self.assembly.context, suffix)

    def _unknown(self, kind: str, name: str, raw: Any, extra: list[str]) -> None:
        if kind == "project":
            extra.append(_UNPRINTABLE.sub(" ", f"{name}={raw}")[:LONGEST])
            self.kept[name] += 1
        else:
            self.lost[kind, name] += 1

    def _options(self, row: Row, properties: Mapping[str, Any]) -> None:
        """Further options of a project, and what a plan decided about it."""
        raw, number = properties.get("options"), row.origin.row or 0
        if raw is not None and not (
            isinstance(raw, list) and all(isinstance(item, dict) for item in raw)
        ):
            text = phrase("the-options-are-no-list-of-objects")
            advice = phrase("give-a-list-of-objects-one-for-each-further")
            self.faults.add(row.origin.finding("wrong-type", text, advice, column="options"))
            raw = None
        further = [self._row(number, "option", item, set()) for item in raw or ()]
        selected = properties.get("selected")
        self.planned += selected is not None
        if self.fix_starts and selected is not None:
            self._hold(row, properties, further)
            return
        for option in further:
            option.values["project"] = row.values.get("id", "")
            self.options.append(option)

    def _hold(self, row: Row, properties: Mapping[str, Any], further: list[Row]) -> None:
        """Hold a project to what a plan decided: its start and option, or that it is not built."""
        if not properties["selected"]:
            row.values["mandatory"] = Mandate.MUST_NOT
            return
        start, chosen = properties.get("start"), properties.get("option")
        if not isinstance(start, int) or isinstance(start, bool):
            text, advice = (
                phrase("it-is-selected-and-has-no-start-year"),
                phrase("give-start-e-g-2027"),
            )
            self.faults.add(row.origin.finding("missing-cell", text, advice, column="start"))
            return
        if row.values.get("mandatory") is not Mandate.COMMITTED:
            held = {"mandatory": Mandate.MUST, "earliest_start": start, "latest_start": start}
            row.values.update(held)
        for option in further:
            if option.values.get("option") == chosen:
                row.values.update(option.values)

    # --------------------------------------------------------------------------------- places

    def _place(
        self, number: int, kind: str, geometry: Any, row: Row, properties: Mapping[str, Any]
    ) -> None:
        """Read the geometry of a feature; what it means for places is settled when all are read."""
        try:
            if kind == "jurisdiction":
                if geometry is not None and properties.get("extent") in (None, "given"):
                    row.values["extent"] = outline_of(geometry)
                return
            spots = spots_of(geometry)
            if kind == "place" and spots:
                row.values["lon"], row.values["lat"] = spots[0]
            self.geometry[number] = spots
        except CellFault as fault:
            finding = row.origin.finding(fault.rule, fault.message, fault.advice, column="geometry")
            self.faults.add(finding)

    def _add_places(self) -> None:
        """Make places of projects and nodes that name none that the file holds."""
        taken = {str(row.values.get("id")) for row in self.rows["places"]}
        by_spot: dict[Point, str] = {}
        for table in ("projects", "network_nodes"):
            for row in self.rows[table]:
                spots = self.geometry.get(row.origin.row or 0, ())
                ends = ("from_place", "to_place")
                columns: tuple[str, ...] = ("place",)
                if len(spots) == 2 and table == "projects":
                    columns = ends
                named = {c: row.values[c] for c in ("place", *ends) if c in row.values}
                if named:
                    columns = tuple(c for c in columns if c in named and named[c] not in taken)
                for column in columns:
                    spot = (spots[-1] if column == "to_place" else spots[0]) if spots else None
                    if spot is None or "id" not in row.values:
                        continue
                    if column not in named and spot in by_spot:
                        row.values[column] = by_spot[spot]
                        continue
                    default = f"{row.values['id']}"[:70] + _ENDINGS[column]
                    name = str(named.get(column) or default)
                    while name in taken:
                        name += ":"
                    taken.add(name)
                    by_spot.setdefault(spot, name)
                    row.values[column] = name
                    self.rows["places"].append(self._made_place(name, spot, row, column))

    def _made_place(self, name: str, spot: Point, row: Row, column: str) -> Row:
        names = ("name_en", "name_zh") if column == "place" else ()
        values = {key: row.values[key] for key in names if key in row.values}
        source = f"{self.path.name}, feature {row.origin.row}"
        values |= {"id": name, "lon": spot[0], "lat": spot[1], "source": source}
        return Row(values, row.origin)

    def _tell_rest(self) -> None:
        if self.unmapped:
            text = phrase("features-that-no-rule-fits-are-left-out", count=self.unmapped)
            self._note("unmapped-feature", text, phrase("add-a-rule-to-the-map"))
        for name, count in self.kept.items():
            self.faults.report(
                "unknown-property",
                phrase("property-is-no-column-of-projects-it-is-kept", name=name, count=count),
                phrase("rename-it-or-begin-its-name-with-to-leave-it"),
                file=self.path.name,
                column=name,
                # Of tags that a map reads it is no surprise.
                severity=Severity.WARNING if self.tags is None else Severity.NOTE,
            )
        for (kind, name), count in self.lost.items():
            self.faults.report(
                "unknown-property",
                phrase(
                    "property-is-no-column-of-and-is-not-read-x",
                    name=name,
                    kind=TABLE_OF[kind],
                    count=count,
                ),
                phrase("rename-it-or-begin-its-name-with-to-leave-it"),
                file=self.path.name,
                column=name,
                severity=Severity.WARNING,
            )
        if self.planned and not self.fix_starts:
            text = phrase("starts-options-and-phases-of-projects-are", planned=self.planned)
            self._note(
                "plan-not-read",
                phrase("and-are-not-read", text=text),
                phrase("fix-starts-holds-them"),
            )


_ENDINGS = {"place": "", "from_place": ":from", "to_place": ":to"}


def _heading(table: Table, kind: str, name: str, raw: Any) -> Heading | None:
    """Column that a property means in `table`."""
    renamed = COLUMN_OF.get(kind, {}).get(name)
    if renamed is not None:
        return Heading(renamed)
    if name in COLUMN_OF.get(kind, {}).values():
        return None  # `kind` of a place is that of the feature
    if kind == "project" and name.casefold() == "cost":
        return Heading("overnight_cost")
    if name.casefold() == "name" and "name_en" in table.columns:
        return Heading("name_zh" if _CHINESE.search(str(raw)) else "name_en")
    return heading_of(table, name)


def _id_of(given: Any) -> str:
    """Id that stands as a member of a feature: a text or a number."""
    if isinstance(given, bool) or not isinstance(given, str | int | float):
        advice = phrase("give-it-an-id-as-a-member-of-the-feature-or")
        raise CellFault("missing-cell", phrase("it-has-no-id"), advice)
    return clean_text(str(given))


def _quoted(text: Any) -> str:
    return '"' + str(text).replace('"', '""') + '"'
