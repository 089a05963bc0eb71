"""A map for a foreign table, proposed from its headings and from what stands below them.

Nothing is written: the map is text, to be read and corrected by whoever knows the table. What it
takes for granted is told beside it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from infraplan.models.catalogue import Phrase, phrase
from infraplan.models.regular_expressions import regex
from infraplan.optimizer.interop.faults import listed_few
from infraplan.optimizer.interop.table_columns_seen import (
    SUM_OF_YEARS,
    Seen,
    adds_up,
    cells_below,
    distinct_rows,
    is_number_of_place,
    seen_columns,
)
from infraplan.optimizer.interop.table_costs import (
    counted_in,
    fund_id,
    further_funds,
    low_and_high,
    parts_of_a_cost,
    rows_by_payer,
    shares,
    sums_of_some,
    years_of_a_sum,
)
from infraplan.optimizer.interop.table_dates import are_years, without_year, year_in
from infraplan.optimizer.interop.table_file import Sheet, cell_text, shown
from infraplan.optimizer.interop.table_groups import bare_groups, groups_of, stage_of_group
from infraplan.optimizer.interop.table_layout import Headings, find_headings, headings_at
from infraplan.optimizer.interop.table_likely import is_transposed, likeliest_sheet
from infraplan.optimizer.interop.table_map import COORDINATES, SHEET, SPOT
from infraplan.optimizer.interop.table_settings import SettingsChooser, amount_rules, years_in
from infraplan.optimizer.interop.table_words import (
    PART_OF_YEAR,
    plain_heading,
    sector_suggested,
)

_WHOLE = regex(
    r"whole[- ]?life|\bwlc\b|总投资|投资总额|"
    r"total (?:project|estimated|capital)? ?(?:cost|investment)|"
    r"project (?:cost|total)|total cost|estimated cost|gesamtkosten|coût total|costo total",
    re.IGNORECASE,
)
_BEFORE = regex(r"\boriginal|\binitial|原概算|原投资|原批|调整前|vor änderung", re.IGNORECASE)
"""Words of a cost that another one beside it has replaced."""
_PHASE = regex(r"\bphase|阶段|分期|期次", re.IGNORECASE)
_NO_YEARS = ("spent", "carried", "change", "benefit", "total", "begins", "ends")
"""Columns that may name a year and hold no amounts of it."""
_MOST_WORDS = 60
_MOST_OWNERS = 30


@dataclass
class Proposal:
    """A map as data, how sure each of its columns is, and what it asks.

    Attributes
    ----------
    tree
        The map.
    sure
        Confidence by column of the table, 0 to 1.
    asks
        What a person should look at, in the order of the map.
    """

    tree: dict[str, Any]
    sure: dict[int, float] = field(default_factory=dict)
    asks: list[Phrase] = field(default_factory=list)


def propose(path: Path, sheets: Sequence[Sheet], chosen: str = "") -> Proposal:
    """Return a map for the table in sheet `chosen`, or in the one that looks most like one."""
    sheet = likeliest_sheet(sheets if chosen else shown(sheets), chosen)
    proposal = Proposal({})
    headings = find_headings(sheet)
    if is_transposed(sheet, headings):
        proposal.tree["transposed"] = "yes"
        width = max(map(len, sheet.grid), default=0)
        grid = [[r[p] if p < len(r) else None for r in sheet.grid] for p in range(width)]
        sheet = Sheet(sheet.title, grid)
        headings = find_headings(sheet)
    alike = [
        s.title for s in shown(sheets) if find_headings(s).names == headings.names and headings.last
    ]
    is_several = len(alike) > 1 and not chosen and "transposed" not in proposal.tree
    if is_several:
        proposal.tree["sheet"] = alike
    elif len(sheets) > 1:
        proposal.tree["sheet"] = sheet.title
    by_year = is_several and are_years(alike)
    if len(sheets) > 1 and not by_year:
        proposal.asks.append(phrase("ask-sheets", sheets=listed_few([s.title for s in sheets])))
    rows = [headings.first, headings.last] if headings.first < headings.last else headings.last
    proposal.tree["heading_row"] = rows
    if not headings.last:
        headings = headings_at(sheet, 0, 0)
        proposal.asks.append(phrase("ask-no-headings"))
    _Chooser(path, sheet, headings, proposal, by_year=by_year).choose()
    return proposal


class _Chooser:
    """Chooses what each column of one table is."""

    def __init__(
        self, path: Path, sheet: Sheet, headings: Headings, proposal: Proposal, *, by_year: bool
    ) -> None:
        self.path, self.sheet, self.headings, self.by_year = path, sheet, headings, by_year
        self.proposal = proposal
        self.columns = seen_columns(sheet, headings)
        self.taken: set[int] = set()
        self.fields: dict[str, list[Seen]] = {}
        self.asks = proposal.asks
        self.before: list[Seen] = []  # years before those that a stated total counts

    def choose(self) -> None:
        """Fill the proposal."""
        money = self._money()
        self._ids_and_names(money)
        self._words(has_funds=bool(money.get("funding") or money.get("long", {}).get("fund")))
        if not ({"years", "long"} & set(money)):
            self._dates()
        tree = self.proposal.tree
        chooser = SettingsChooser(
            self.path, self.sheet, self.headings, self.columns, self.fields, self.asks
        )
        settings = chooser.settings(money)
        columns = {
            name: [c.heading for c in found] if len(found) > 1 else found[0].heading
            for name, found in self.fields.items()
        }
        self.proposal.tree = {"settings": settings, **tree, "columns": columns}
        tree = self.proposal.tree
        groups = self._groups()
        stages = {word: stage for word in groups if (stage := stage_of_group(word))}
        if groups and len(stages) == len(groups) and "stage" not in columns:
            tree |= {"groups": "stage", "words": {"stage": stages}}
            groups = []
        elif groups:
            tree["groups"] = "sector"
        self._fill_down(tree, money)
        self._sector_words(groups)
        tree |= money
        amount_rules(tree, self.columns, self.fields, self.asks)
        self._sure()

    def _fill_down(self, tree: dict[str, Any], money: Mapping[str, Any]) -> None:
        """Name columns whose blanks mean the cell above: of names, where rows are of funds."""
        names = ("sector", "jurisdiction", *(("name_en", "name_zh") if "payer" in money else ()))
        blank = [
            column.heading
            for name in names
            for column in self.fields.get(name, ())
            if column.filled < 0.8 and (cell_text(column.cells[0]) or not column.num)
        ]
        if blank:
            tree["fill_down"] = blank
            self.asks.append(phrase("ask-fill-down", names=listed_few(blank)))

    def _take(self, name: str, *found: Seen) -> None:
        self.fields[name] = list(found)
        self.taken.update(column.place for column in found)

    def _free(self, *meanings: str) -> Iterator[Seen]:
        for column in self.columns:
            if column.place not in self.taken and column.meaning in meanings and column.num:
                yield column

    # -------------------------------------------------------------------------------- money

    def _money(self) -> dict[str, Any]:
        """Columns of years, costs, funds and what was spent, as keys of the map."""
        found: dict[str, Any] = {}
        years = [
            column
            for column in self.columns
            if column.year is not None
            and (column.is_money or (not column.num and column.meaning == ""))
            and column.meaning not in _NO_YEARS
        ]
        funding = self._funding(years)
        costs = sorted(self._free("cost", "total"), key=self._cost_rank)
        if not self.headings.last:
            costs = [c for c in self.columns if c.is_money and not (c.is_counter or c.are_years)]
            costs.sort(key=lambda c: -sum(n or 0.0 for n in c.numbers))
        costs = [column for column in costs if column.is_money and column not in [*years, *funding]]
        if len({column.year for column in years}) < 2 and costs:
            years = []  # one year of works that take several is no cost of theirs
        if years:
            self._yearly(found, years, costs)
        else:
            self._whole(found, costs)
        if funding and "years" in found and any(c in years for c in funding):
            funding = [column for column in funding if column not in years]
        payer = next((c for c in self.columns if c.names_payers), None)
        if payer is not None and "years" in found and not funding:
            found |= {"payer": payer.heading, "repeats": "add"}
            self.taken.add(payer.place)
            self.asks.append(phrase("ask-payer", name=payer.heading))
        elif funding:
            self._funds(found, funding)
        spent = [column for column in self._free("spent") if column.is_money][:1]
        if spent or self.before:
            self._take("spent_to_date", *spent, *self.before)
        if not funding and (parts := shares(self.columns)):
            self.asks.append(phrase("ask-shares", names=listed_few([c.heading for c in parts])))
        return found

    def _funding(self, years: Sequence[Seen]) -> list[Seen]:
        found = [
            column
            for column in self.columns
            if column.is_funding and column.is_money and column not in years and column.positive()
        ]
        parts = shares(found)
        found = [c for c in found if c not in parts and not c.is_fund_code]
        weak = [
            c
            for c in found
            if re.search(r"\bother\b|其他|\bcity\b|\bcounty\b|\bstate\b", c.heading, re.I)
        ]
        found = found if len(found) > len(weak) or len(found) > 1 else []
        whole = [
            c for c in found if c.meaning == "total" or _WHOLE.search(plain_heading(c.heading))
        ]
        found = [column for column in found if column not in whole]
        more = further_funds([c for c in self.columns if c not in years], found)
        if more:
            self.asks.append(
                phrase("ask-funds-by-sum", names=listed_few([c.heading for c in more]))
            )
        return [*found, *more]

    def _cost_rank(self, column: Seen) -> tuple[float, ...]:
        return (
            not _WHOLE.search(plain_heading(column.heading)),
            column.meaning != "cost",
            _BEFORE.search(column.heading) is not None,
            -column.amounts * column.filled,
            column.place,
        )

    def _yearly(self, found: dict[str, Any], years: Sequence[Seen], costs: Sequence[Seen]) -> None:
        by_year: dict[int, list[Seen]] = {}
        for column in years:
            by_year.setdefault(column.year or 0, []).append(column)
        pairs: dict[Any, Any] = {}
        for year, same in sorted(by_year.items()):
            for column in self._of_year(year, same, [c for c in costs if adds_up(c, years) >= 0.8]):
                is_shared = len(same) > 1 and column in same and column.is_funding
                fund = fund_id(column) if is_shared else ""
                pairs[column.heading] = {"year": year, "fund": fund} if fund else year
                self.taken.add(column.place)
        later = self._beside("later", pairs, costs)
        pairs = self._beside("carried", pairs, costs) | pairs | later
        self._leave_before(pairs, costs)
        plain = all(year_in(name) == said for name, said in pairs.items())
        found["years"] = list(pairs) if plain else pairs
        used = [column for column in self.columns if column.heading in pairs]
        sums = [column for column in costs if adds_up(column, used) >= 0.8]
        sums.sort(key=lambda column: column.is_funding)
        if sums:
            found["total"] = sums[0].heading
            self.taken.add(sums[0].place)
        partial = sums_of_some(used, [c for c in costs if c not in sums])
        if partial:
            found["leave_out_columns"] = [column.heading for column in partial]
        costs = [column for column in costs if column not in partial]
        whole = [c for c in costs if c not in sums and _WHOLE.search(plain_heading(c.heading))]
        whole = whole or [c for c in costs if not sums and c.meaning == "cost"]
        if whole:
            self._take("overnight_cost", whole[0])
            self.asks.append(phrase("ask-whole-cost", name=whole[0].heading))

    def _beside(
        self, meaning: str, pairs: Mapping[Any, Any], costs: Sequence[Seen]
    ) -> dict[Any, Any]:
        """Money before or after the years that a total counts in: of the first, of one more."""
        used = [column for column in self.columns if column.heading in pairs]
        free = [c for c in self._free(meaning) if c.is_money and c.positive()]
        spent = [column for column in self._free("spent") if column.is_money][:1]
        column = counted_in(free, used, costs, spent)
        if column is None:
            return {}
        years = [column.year or 0 for column in used]
        year = min(years) if meaning == "carried" else max(years) + 1
        self.taken.add(column.place)
        said = {"name": column.heading, "year": year}
        is_before = meaning == "carried"
        self.asks.append(
            phrase("ask-carried", **said) if is_before else phrase("ask-later", **said)
        )
        return {column.heading: year}

    def _leave_before(self, pairs: dict[Any, Any], costs: Sequence[Seen]) -> None:
        """Take years that no stated total counts, but later ones it does, for spent before."""
        used = [column for column in self.columns if column.heading in pairs]
        used.sort(key=lambda column: column.year or 0)
        self.before = [column for column in used if column not in years_of_a_sum(used, costs)]
        for column in self.before:
            del pairs[column.heading]
        if self.before:
            names = listed_few([column.heading for column in self.before])
            self.asks.append(phrase("ask-years-before", names=names))

    def _of_year(self, year: int, same: Sequence[Seen], sums: Sequence[Seen]) -> list[Seen]:
        """Those of several columns of one year that count: its parts, or a whole beside them.

        All where they, with those of all other years, add up to a column of `sums`.

        The first, and a question, where neither headings nor sums tell.
        """
        if len(same) == 1:
            return list(same)
        wholes = [column for column in same if not without_year(column.heading)]
        parts = [column for column in same if column not in wholes]
        totals = [
            column
            for column in self.columns
            if column.is_money
            and column not in same
            and SUM_OF_YEARS.search(column.heading)
            and year_in(column.heading) == year
        ]
        is_told = all(column.is_funding or PART_OF_YEAR.search(column.heading) for column in parts)
        adding = [c for c in [*wholes, *totals] if parts and adds_up(c, parts) >= 0.8]
        if len(parts) > 1 and (adding or (is_told and not wholes)):
            if wholes and not all(column.is_funding for column in parts):
                return wholes[:1]
            return parts
        if sums:
            names = listed_few([column.heading for column in same])
            self.asks.append(phrase("ask-year-added", year=year, names=names))
            return list(same)
        chosen = [*totals, *wholes, *parts][0]
        self.asks.append(phrase("ask-year-twice", year=year, name=chosen.heading))
        return [chosen]

    def _whole(self, found: dict[str, Any], costs: Sequence[Seen]) -> None:
        """Without columns of years: a row for each year, or a cost for each project."""
        if not costs:
            return
        cost = costs[0]
        if self.by_year:
            found["long"] = {"year": SHEET, "amount": cost.heading}
            self.taken.add(cost.place)
            self.asks.append(phrase("ask-sheets-are-years", name=cost.heading))
            return
        year = next((column for column in self._free("year") if len(years_in(column)) > 1), None)
        is_again = _WHOLE.search(plain_heading(cost.heading)) is not None
        if year is not None and not is_again:
            found["long"] = {"year": year.heading, "amount": cost.heading}
            self.taken.update((year.place, cost.place))
            fund = next((c for c in self.columns if c.names_payers), None)
            if fund is not None:
                found["long"]["fund"] = fund.heading
                self.taken.add(fund.place)
            return
        parts = parts_of_a_cost(self.columns, costs)
        if parts is not None:
            payer, part, total = parts
            self._take("overnight_cost", part)
            self.taken.update((payer.place, total.place))
            found |= {"payer": payer.heading, "repeats": "add"}
            said = {"name": part.heading, "total": total.heading}
            self.asks.append(phrase("ask-parts-of-a-cost", **said))
            return
        paid = rows_by_payer(self.columns, cost)
        if paid is not None:
            found |= {"payer": paid.heading, "repeats": "add"}
            self.taken.add(paid.place)
            self.asks.append(phrase("ask-payer", name=paid.heading))
        bounds = low_and_high(costs)
        for key, column in zip(("overnight_cost_low", "overnight_cost_high"), bounds, strict=False):
            self._take(key, column)
        costs = [column for column in costs if column not in bounds]
        if costs:
            cost = costs[0]
            self._take("overnight_cost", cost)
        else:
            low, high = (column.heading for column in bounds)
            self.asks.append(phrase("ask-middle", low=low, high=high))
        year = next((c for c in self._free("edition") if c.distinct > 1), year)
        if year is not None:
            found |= {"repeats": "latest", "latest": year.heading}
            self.asks.append(phrase("ask-editions", name=year.heading))
            self.taken.add(year.place)
        if len(costs) > 1:
            names = listed_few([column.heading for column in costs])
            self.asks.append(phrase("ask-costs", names=names, name=cost.heading))

    def _funds(self, found: dict[str, Any], funding: Sequence[Seen]) -> None:
        funds = {fund_id(column): column.heading for column in funding}
        found["funding"] = funds
        self.taken.update(column.place for column in funding)
        cost = self.fields.get("overnight_cost", [None])[0]
        share = adds_up(cost, funding) if cost is not None else 1.0
        if share < 1.0:
            found["rest"] = "other_money"
            self.asks.append(phrase("ask-rest", share=round(100 * (1.0 - share))))

    # ---------------------------------------------------------------------- ids, names and words

    def _ids_and_names(self, money: dict[str, Any]) -> None:
        is_long = "long" in money or "latest" in money
        for column in self._free("id", "counter"):
            is_one = column.distinct == column.num == column.rows or (
                is_long and column.filled > 0.95 and column.distinct < column.num
            )
            if column.filled >= 0.95 and (is_one or is_long) and not column.is_counter:
                self._take("id", column)
                break
            twice = [text for text, count in column.counts.items() if count > 1]
            if column.meaning == "id" and twice and column.filled >= 0.95:
                repeated = {"name": column.heading, "words": listed_few(twice)}
                self.asks.append(phrase("ask-ids-repeat", **repeated))
        names = [c for c in self._free("name") if c.is_text and c.length > 2 - (c.chinese > 0.5)]
        if not names:  # each stands above the rows of its funds
            named = [c for c in self.columns if c.meaning == "name" and not c.num]
            names = named if "payer" in money else []
        if not names:
            names = [c for c in self._free("note") if c.is_text and 2 < c.length < 80][:1]
        if not names:
            texts = [c for c in self.columns if c.is_text and c.place not in self.taken]
            texts = [
                c for c in texts if c.meaning not in ("note", "place", "stage") and c.length < 150
            ]
            names = sorted(texts, key=lambda c: -c.distinct * c.filled)[:1]
        if not names:
            return
        joined = [names[0]]
        # Of rows of years a name repeats as it should: what is said of one year is no name.
        notes = [] if "long" in money else list(self._free("note"))
        more = [*names[1:], *(c for c in notes if c.is_text and c.length < 80)]
        for column in more:
            before = distinct_rows(joined)
            if before >= 0.97 * names[0].rows:
                break
            if distinct_rows([*joined, column]) >= before + 0.05 * names[0].rows:
                joined.append(column)
        above = " ".join(cells_below(self.sheet, self.headings, names[0].place))
        is_chinese = names[0].chinese > 0.5 or (not names[0].num and not above.isascii())
        language = "name_zh" if is_chinese else "name_en"
        self._take(language, *joined)
        self._phases(money, joined)
        has_repeats = distinct_rows(joined) < joined[0].num
        # Of sheets by year the same names stand in other sheets; in one they are other projects.
        if "long" in money and "id" not in self.fields and has_repeats != self.by_year:
            money["repeats"] = "add"
            shown = " + ".join(column.heading for column in joined)
            self.asks.append(phrase("ask-rows-of-one-name", name=shown))
        elif has_repeats and "id" not in self.fields and "repeats" not in money:
            count = joined[0].num - distinct_rows(joined)
            self.asks.append(phrase("ask-names-repeat", count=count))

    def _phases(self, money: dict[str, Any], named: Sequence[Seen]) -> None:
        """Rows of one name in several phases are parts of one project, where no id says more."""
        phases = next((c for c in self.columns if _PHASE.search(c.heading) and c.is_text), None)
        if phases is None or "id" in self.fields or {"long", "repeats"} & set(money):
            return
        count = distinct_rows(named)
        if count < named[0].num and distinct_rows([*named, phases]) == named[0].num:
            money["repeats"] = "add"
            self.asks.append(phrase("ask-phases", name=phases.heading))

    def _words(self, *, has_funds: bool) -> None:
        stages = [c for c in self.columns if c.place not in self.taken and c.is_text]
        by_content = [c for c in stages if c.stages >= 0.6]
        by_name = [
            c for c in stages if c.meaning == "stage" and c.distinct <= 30 and c.stages > 0.0
        ]
        for column in (by_content + by_name)[:1]:
            self._take("stage", column)
        if "stage" not in self.fields:
            for column in self._free("stage"):
                if column.is_text and column.distinct <= _MOST_OWNERS:
                    words = {"name": column.heading, "words": listed_few(list(column.counts))}
                    self.asks.append(phrase("ask-stages", **words))
        spots = [c for c in self.columns if c.is_spot and c.place not in self.taken]
        for column in spots[:1]:
            self._take(SPOT, column)
        for name in () if spots else COORDINATES:
            limit = 180.0 if name == "lon" else 90.0
            for column in self._free(name):
                numbers = [n for n in column.numbers if n is not None]
                if numbers and max(map(abs, numbers)) <= limit:
                    self._take(name, column)
                    break
        self._sector()
        places = [c for c in self._free("place") if c.is_text and c.length < 80]
        places = places or [c for c in self._free("place") if is_number_of_place(c)]
        if places:
            self._take(
                "place",
                max(
                    places,
                    key=lambda c: (c.filled > 0.1, c.length >= 4 or c.chinese > 0.5, c.distinct),
                ),
            )
        owners = [c for c in self._free("owner") if c.is_text and c.distinct <= _MOST_OWNERS]
        if owners and owners[0].filled == 1.0 and not has_funds:
            self._take("jurisdiction", owners[0])
            if owners[0].distinct > 1:
                self.asks.append(
                    phrase("ask-owners", name=owners[0].heading, count=owners[0].distinct)
                )
        notes = [
            c for c in self._free("note") if c.is_text and "comment" not in c.heading.casefold()
        ]
        if notes:
            self._take("note", max(notes, key=lambda c: c.filled * min(c.length, 200)))

    def _sector(self) -> None:
        """The column whose words mean fields of works, and a second one of kinds of works."""
        likely = [
            column
            for column in self.columns
            if column.place not in self.taken
            and column.is_text
            and column.meaning in ("sector", "subsector", "owner")
            and column.distinct <= max(_MOST_WORDS, column.num // 4)
        ]
        rank = {"sector": 0, "owner": 1, "subsector": 2}
        sectors = sorted(likely, key=lambda c: (-round(c.sectors * c.filled, 1), rank[c.meaning]))
        plain = [c for c in sectors if c.meaning != "owner" or c.sectors >= 0.3]
        if self._groups():
            plain = [c for c in plain if c.meaning == "sector" and c.sectors > 0.5]
        if not plain:
            return
        self._take("sector", plain[0])
        kinds = [
            c for c in self._free("subsector", "sector") if c.is_text and c.distinct <= _MOST_WORDS
        ]
        if kinds:
            self._take("subsector", kinds[0])

    def _groups(self) -> list[str]:
        """Names of the groups of rows that the table is parted into."""
        named = [*self.fields.get("name_en", ()), *self.fields.get("name_zh", ())]
        if named and not named[0].num:
            return []
        if "sector" not in self.fields:
            return groups_of(self.sheet, self.headings)
        names = bare_groups(self.sheet, self.headings)
        # Where a column says the sector, a name alone may be the rest of the name above.
        if names and not any(asked.key == "ask-names-alone" for asked in self.asks):
            self.asks.append(phrase("ask-names-alone", names=listed_few(names)))
        return []

    def _sector_words(self, groups: Sequence[str]) -> None:
        column = self.fields.get("sector", [None])[0]
        words = list(groups) if column is None else [w for w, _ in column.counts.most_common()]
        if column is None and not groups:
            self.proposal.tree["constants"] = {"sector": "other"}
            self.asks.append(phrase("ask-sector"))
            return
        told = {word: sector for word in words[:_MOST_WORDS] if (sector := sector_suggested(word))}
        self.proposal.tree.setdefault("words", {})["sector"] = {**told, "*": "other"}
        rest = [word for word in words if word not in told]
        if rest:
            self.asks.append(phrase("ask-sectors", words=listed_few(rest)))

    def _dates(self) -> None:
        spans = [
            c
            for c in self.columns
            if c.place not in self.taken and c.spans >= 0.3 and not c.is_money
        ]
        if spans:
            self._take("span", max(spans, key=lambda c: c.spans))
            return
        for name in ("begins", "ends"):
            dated = [c for c in self._free(name) if c.years >= 0.4]
            if dated:
                self._take(name, max(dated, key=lambda c: c.years))

    def _sure(self) -> None:
        for column in self.columns:
            known = bool(column.meaning or column.year)
            taken = column.place in self.taken
            if taken:
                sure = 0.9 if known else 0.6
            else:
                sure = 0.8 if column.meaning in ("change", "counter", "note", "benefit") else 0.5
            self.proposal.sure[column.place] = sure
