"""A plan, and the same question with one project more that must be built."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from infraplan.models.agreement import Consent
from infraplan.models.plan import Plan
from infraplan.models.rules import RULES
from infraplan.optimizer.analysis.money_rows import with_open_money
from infraplan.optimizer.analysis.window_rows import Row, with_named_rows
from infraplan.optimizer.backends.dual_bound import dual_bound
from infraplan.optimizer.backends.forced import with_forced
from infraplan.optimizer.backends.quick_relaxation import quick_relaxation
from infraplan.optimizer.engines.convex_search import clean_flows, has_convex_costs
from infraplan.optimizer.engines.plan_starts import start_values
from infraplan.optimizer.engines.to_the_unit import FAMILY as REFUSED
from infraplan.optimizer.formulation.money_scale import conditioning_of, scale_money
from infraplan.optimizer.formulation.networks.still_served import FAMILY as STILL_SERVED
from infraplan.optimizer.formulation.networks.still_served import still_served
from infraplan.optimizer.formulation.networks.tightening import tightened
from infraplan.optimizer.mip import FloatArray, IntArray, Mip
from infraplan.optimizer.mip_edits import matrix_of
from infraplan.optimizer.program import Formulation

HOMELY = frozenset({"monotone", "choose_one", "sources_uses"})
"""Rows that a plan without one of its projects keeps: those of a project itself, and payments,
where money may stay unspent."""
OWN_BY_KEY = frozenset({"capital", "coverage", "sharing", "share_limit", "compensation", "consent"})
"""Rules whose rows name one project and hold its starts and payments alone: all 0 without it."""
JOINT = frozenset({"synergy", "shared_works"})
"""Rules of what projects gain together: without one of them they hold where the gain is 0."""
MOST_FOLLOWERS = 4
"""Projects that may have to leave a plan one after the other, where what they follow leaves."""
HOLDING_MONEY = frozenset({"matching", "reinvest"})
"""Rules for which it may matter that a project is paid for."""


@dataclass(frozen=True)
class Forcing:
    """The model (in a suitable unit of money) with a row per project left out that can force it in.

    Attributes
    ----------
    formulation
        The program, its `mip` scaled and with the rows `forced`.
    factor
        Money in `mip` per money of the instance.
    columns
        Numbers of the columns `started`.
    taken
        Values of `started` in the plan (shape: columns).
    worth, bound
        Value of the plan, and the least known bound of any plan, in the model's money.
    row_of
        Number of the row that forces a project in, by position of the project.
    until
        Last position of years in which a project is asked to begin, by its position: of projects
        that the plan builds, and that are to begin earlier. All others may begin in their windows.
    original, column_scale
        The model as written, in the instance's own money, limits of instruments and funds in
        rows, and the unit of each column in `mip` (shape: columns).
    """

    formulation: Formulation
    factor: float
    columns: IntArray
    taken: FloatArray
    worth: float
    bound: float | None
    row_of: Mapping[int, int]
    original: Mip
    column_scale: FloatArray
    until: Mapping[int, int] = field(default_factory=dict)

    @property
    def mip(self) -> Mip:
        """The model; nothing is forced in."""
        return self.formulation.mip

    @staticmethod
    def of(
        formulation: Formulation,
        plan: Plan,
        bound: float | None,
        before: Mapping[str, int] | None = None,
    ) -> Forcing:
        """The model of `formulation` around `plan`; `bound` is of every plan's value.

        `before` names years before which projects of the plan are to begin that can be forced to.
        """
        first_year = formulation.instance.settings.horizon.first_year
        until = {
            formulation.sets.project_index[name]: year - 1 - first_year
            for name, year in (before or {}).items()
        }
        original = with_named_rows(*with_open_money(formulation))
        # Else a plan with one project more is worth what no plan may do after its last year.
        asked = still_served(original, formulation.sets, formulation.started, formulation.networks)
        scale = scale_money(asked, conditioning_of(formulation.coefficients))
        # Else the relaxation lets a share of a works serve all there is to serve.
        mip = tightened(scale.mip, formulation.networks)
        built = {start.project for start in plan.starts}
        rows: list[Row] = []
        row_of: dict[int, int] = {}
        for index, project in enumerate(formulation.instance.projects):
            last = last_columns(formulation, index, until.get(index))
            if (project.id not in built or index in until) and last:
                row_of[index] = mip.num_rows + len(rows)
                rows.append(Row("mandate", (project.id,), last, (1.0,) * len(last), low=0.0))
        columns = mip.columns("started").index.ravel()
        return Forcing(
            replace(formulation, mip=with_named_rows(mip, rows)),
            scale.factor,
            columns,
            start_values(formulation, plan)[columns],
            plan.objective * scale.factor,
            None if bound is None else bound * scale.factor,
            row_of,
            original,
            scale.columns,
            until,
        )

    def forced(self, index: int) -> Mip:
        """The model in which project `index` must be built."""
        return with_forced(self.mip, self.row_of[index])

    def own_columns(self, index: int) -> IntArray:
        """Columns `started` of project `index`."""
        parts = [self.formulation.started[o] for o in self._open_options(index)]
        found = np.unique(np.concatenate(parts)) if parts else np.zeros(0, np.int64)
        return np.asarray(found[found >= 0])

    def held(self, mip: Mip, free: IntArray, values: FloatArray | None = None) -> Mip:
        """`mip` with the plan's starts kept, those of the columns `free` apart.

        With `values` (shape: columns) it is their starts, rounded, that are kept.
        """
        lower, upper = mip.col_lower.copy(), mip.col_upper.copy()
        kept = self.taken if values is None else np.round(values[self.columns])
        lower[self.columns] = upper[self.columns] = kept
        lower[free], upper[free] = self.mip.col_lower[free], self.mip.col_upper[free]
        return replace(mip, col_lower=lower, col_upper=upper)

    def true_worth(self, values: FloatArray) -> float:
        """Value of the plan at column `values`, convex costs of networks in full."""
        if has_convex_costs(self.formulation):
            values = clean_flows(self.formulation, values)
        return self.mip.value(values)

    def best_alone(self, index: int) -> float:
        """Largest present value of project `index` alone in its window, in the model's money."""
        value = self.formulation.coefficients.value
        flats = self.formulation.sets.options
        found = [
            float(value[o, flats[o].first : last + 1].max())
            for o in self._open_options(index)
            if (last := self._last(index, flats[o].last)) >= flats[o].first
        ]
        return self.factor * max(found)

    def cost(self, index: int) -> float:
        """Least cost of the options of project `index`, in the model's money."""
        project = self.formulation.instance.projects[index]
        return self.factor * min(option.overnight_cost for option in project.options)

    def _open_options(self, index: int) -> list[int]:
        flats = self.formulation.sets.options
        return [o for o in self.formulation.sets.options_of[index] if flats[o].is_open]

    def patterns(self, index: int) -> list[IntArray]:
        """For each start of project `index`, the columns `started` that it sets to 1."""
        flats = self.formulation.sets.options
        return [
            self.formulation.started[o, t : flats[o].last + 1]
            for o in self._open_options(index)
            for t in range(flats[o].first, self._last(index, flats[o].last) + 1)
        ]

    def _last(self, index: int, last: int) -> int:
        """Last position of years in which an option that may begin until `last` is to begin."""
        return min(last, self.until.get(index, last))


def last_columns(formulation: Formulation, index: int, until: int | None = None) -> tuple[int, ...]:
    """Columns that say whether project `index` is started by the last year of its options.

    By the year of position `until`, where that is given and comes first.
    """
    flats = formulation.sets.options
    lasts = {
        o: flats[o].last if until is None else min(flats[o].last, until)
        for o in formulation.sets.options_of[index]
        if flats[o].is_open
    }
    return tuple(
        int(formulation.started[o, last]) for o, last in lasts.items() if last >= flats[o].first
    )


class Bounds:
    """Upper bounds of the value of plans that hold one project left out: quick ones, all valid."""

    def __init__(self, forcing: Forcing, time_limit_s: float) -> None:
        self._forcing = forcing
        mip = forcing.mip
        self._families = np.empty(mip.num_rows, dtype=object)
        for block in mip.row_blocks:
            self._families[block.start : block.start + block.size] = block.family
        self._by_column = matrix_of(mip).tocsc()
        relaxed = quick_relaxation(mip, time_limit_s)
        self.relaxed = relaxed.values
        self.multipliers = relaxed.multipliers
        self._may_stay = _may_money_stay(forcing)
        self._starts = frozenset(forcing.columns.tolist())
        known = [] if forcing.bound is None else [forcing.bound]
        if relaxed.multipliers is not None:
            value = dual_bound(mip, relaxed.multipliers).value
            known += [] if value is None else [value]
        self._by_index: dict[int, float | None] = {}
        """What a plan loses at most when a project leaves it, which no other bound changes."""
        self.least: float | None = min(known, default=None)
        """Least bound of the value of any plan."""

    def own_value(self, index: int) -> float | None:
        """What the project adds to a plan where nothing is scarce: its own present value.

        None where more may depend on it: networks, targets, synergies, overlaps.
        """
        rows = np.unique(self._by_column[:, self._forcing.own_columns(index)].indices)
        families = {str(family) for family in self._families[rows]} - HOMELY - {REFUSED}
        if STILL_SERVED in families:  # no rule that somebody made, but of networks
            return None
        if any(name == "target" or not RULES[name].gives_way for name in families):
            return None
        found = []
        for pattern in self._forcing.patterns(index):
            own = float(self._forcing.mip.objective[np.unique(pattern)].sum())
            if self._leaving(index, pattern) != own:
                return None
            found.append(own)
        return max(found)

    def cheapest(self, count: int, jurisdiction: str | None = None) -> IntArray:
        """Columns `started` of the `count` projects of the plan that are worth least at the prices.

        Of those of `jurisdiction`, where it is given. Worth is a start's gain less what the rows
        take that it uses, its own rows of order apart.
        """
        projects = self._forcing.formulation.instance.projects
        found = [
            index
            for index in self._by_worth
            if jurisdiction is None or projects[index].jurisdiction == jurisdiction
        ]
        parts = [self._forcing.own_columns(index) for index in found[:count]]
        return np.concatenate(parts) if parts else np.zeros(0, dtype=np.int64)

    @cached_property
    def _by_worth(self) -> list[int]:
        """Projects of the plan, those worth least at the prices first."""
        forcing, mip = self._forcing, self._forcing.mip
        y = np.zeros(mip.num_rows) if self.multipliers is None else self.multipliers.copy()
        y[self._families == "monotone"] = 0.0
        columns = forcing.columns
        gain = (mip.objective[columns] - self._by_column[:, columns].T @ y) * forcing.taken
        found = []
        for index in range(len(forcing.formulation.instance.projects)):
            own = forcing.own_columns(index)
            places = own - columns[0]
            if own.size and forcing.taken[places].any():
                found.append((float(gain[places].sum()), index))
        return [index for _, index in sorted(found)]

    def know(self, bound: float | None) -> None:
        """`bound`, where it is one, is another bound of the value of any plan."""
        known = [value for value in (self.least, bound) if value is not None]
        self.least = min(known, default=None)

    def quick(self, index: int, *, is_priced: bool = False) -> float | None:
        """The least of the bounds that take no solve.

        With `is_priced` the relaxation with the project forced in is known, which no prices beat,
        or there is no time for what prices say, which takes as long as all else.
        """
        found = [self.least, self._by_leaving(index)]
        if not is_priced:
            found.append(self._by_prices(index))
        return min((value for value in found if value is not None), default=None)

    def _by_prices(self, index: int) -> float | None:
        """Weak duality: multipliers of the relaxation, with the force priced at what it must be.

        The row that forces the project in gets the least multiplier at which no start of it is
        worth more than 0, those of its rows that order its own columns get none.
        """
        if self.multipliers is None:
            return None
        forcing = self._forcing
        y = self.multipliers.copy()
        own = forcing.own_columns(index)
        rows = np.unique(self._by_column[:, own].indices)
        y[rows[self._families[rows] == "monotone"]] = 0.0
        reduced = forcing.mip.objective[own] - self._by_column[:, own].T @ y
        at = {int(column): k for k, column in enumerate(own)}
        gains = [
            float(sum(reduced[at[int(c)]] for c in np.unique(pattern)))
            for pattern in forcing.patterns(index)
        ]
        best = max(gains)
        return self._priced(index, y, own, best)

    def _priced(self, index: int, y: FloatArray, own: IntArray, best: float) -> float | None:
        """Bound of the others at multipliers `y`, plus the `best` gain of a start."""
        forcing = self._forcing
        upper = forcing.mip.col_upper.copy()
        upper[own] = 0.0
        rest = dual_bound(replace(forcing.mip, col_upper=upper), y).value
        return None if rest is None else rest + best + 1e-9 * (1.0 + abs(rest) + abs(best))

    def _by_leaving(self, index: int) -> float | None:
        """Whatever plan holds it, without it is one too, and is worth no more than any bound.

        True where each of its starts only uses up what rows limit, and money may stay unspent.
        """
        if self.least is None or not self._may_stay:
            return None
        if index not in self._by_index:
            self._by_index[index] = self._most_left(index, ())
        gain = self._by_index[index]
        return None if gain is None else self.least + gain

    def _most_left(self, index: int, before: tuple[int, ...]) -> float | None:
        """What a plan loses at most when the project leaves it, whatever its start; None: unknown.

        `before` are the projects that it follows and that leave after it.
        """
        own = self._forcing.own_columns(index)
        if len(before) > MOST_FOLLOWERS or index in before:
            return None
        if self._forcing.mip.col_lower[own].any():
            return None  # it may not leave
        gains = []
        for pattern in self._forcing.patterns(index):
            gain = self._leaving(index, pattern, before)
            if gain is None:
                return None
            gains.append(gain)
        return max(gains, default=0.0)

    def _leaving(self, index: int, pattern: IntArray, before: tuple[int, ...] = ()) -> float | None:
        """What a plan loses at most when the project with the start `pattern` leaves it.

        None where a row may need the project. A soft target is missed by what it brought, at the
        price of the shortfall; what it gained with others is lost; what must follow it, and has
        no place without it, leaves first.
        """
        mip, columns = self._forcing.mip, np.unique(pattern)
        gain = float(mip.objective[columns].sum())
        joint: dict[tuple[str, object], dict[int, float]] = {}
        followers: set[int] = set()
        for row, use, is_above in self._needing(columns):
            family = str(self._families[row])
            if self._is_homely(index, row):
                continue
            if family in JOINT:
                together = self._together(row)
                if together is None:
                    return None
                joint.setdefault((family, mip.row_of(row)[1][0]), {}).update(together)
            elif family == "precedence":
                followers.add(self._follower(row))
            else:
                price = self._shortfall_price(row, is_above)
                if price is None:
                    return None
                gain += price * abs(use)
        for follower in followers - set(before):
            more = self._most_left(follower, (*before, index))
            if more is None:
                return None
            gain += max(0.0, more)
        # A saving of works that start together comes once, what serves together each year.
        for (family, _), gains in joint.items():
            gain += max(gains.values()) if family == "shared_works" else sum(gains.values())
        return gain

    def _needing(self, columns: IntArray) -> list[tuple[int, float, bool]]:
        """Rows that a plan may break without `columns`; by how much, and whether from above."""
        mip, table = self._forcing.mip, self._by_column
        # Straight from the arrays: a part of a sparse table is as long as the table has rows.
        parts = [slice(table.indptr[c], table.indptr[c + 1]) for c in columns.tolist()]
        entries = np.concatenate([table.indices[part] for part in parts])
        values = np.concatenate([table.data[part] for part in parts])
        rows, place = np.unique(entries, return_inverse=True)
        use = np.bincount(place, weights=values, minlength=rows.size)
        above = np.isfinite(mip.row_upper[rows]) & (use < -1e-12)
        below = np.isfinite(mip.row_lower[rows]) & (use > 1e-12)
        return [
            (int(rows[at]), float(use[at]), bool(above[at]))
            for at in np.flatnonzero(above | below).tolist()
        ]

    def _together(self, row: int) -> dict[int, float] | None:
        """What each column of a row of `JOINT` is worth at most that counts a gain of several.

        None where another rule reads such a column.
        """
        mip, table = self._forcing.mip, self._by_column
        family, found = self._families[row], {}
        part = slice(mip.a_start[row], mip.a_start[row + 1])
        for column, value in zip(mip.a_index[part].tolist(), mip.a_value[part], strict=True):
            if value <= 0.0 or column in self._starts:
                continue
            rows = table.indices[table.indptr[column] : table.indptr[column + 1]]
            if (self._families[rows] != family).any() or mip.col_lower[column] > 0.0:
                return None
            found[column] = max(0.0, float(mip.objective[column] * mip.col_upper[column]))
        return found

    def _follower(self, row: int) -> int:
        """The project that a row of `precedence` keeps out without its predecessors."""
        key = self._forcing.mip.row_of(row)[1]
        name = str(key[RULES["precedence"].axes.index("follower")])
        return self._forcing.formulation.sets.project_index[name]

    def _is_homely(self, index: int, row: int) -> bool:
        """Whether `row` is one of the project's own, or of payments."""
        family = self._families[row]
        if family in HOMELY or row == self._forcing.row_of.get(index):
            return True
        if family not in OWN_BY_KEY:
            return False
        _, key = self._forcing.mip.row_of(row)
        return bool(key[0] == self._forcing.formulation.instance.projects[index].id)

    def _shortfall_price(self, row: int, above: bool) -> float | None:
        """Price of missing a soft target by one unit; None where `row` is none."""
        mip = self._forcing.mip
        if self._families[row] != "target":
            return None
        part = slice(mip.a_start[row], mip.a_start[row + 1])
        sign = -1.0 if above else 1.0
        for column, value in zip(mip.a_index[part], mip.a_value[part], strict=True):
            is_short = not mip.integrality[column] and mip.objective[column] < 0.0
            if is_short and value * sign > 0.0 and np.isinf(mip.col_upper[column]):
                return float(-mip.objective[column] / abs(value))
        return None


def _may_money_stay(forcing: Forcing) -> bool:
    """Whether every fund may keep or lose what a project does not spend, and no rule asks for it.

    Then payments and debt for one project can be taken out of a plan: they are a share of each
    class's, and every limit on them is one from above.
    """
    if any(block.size and block.family in HOLDING_MONEY for block in forcing.mip.row_blocks):
        return False
    agreements = forcing.formulation.instance.agreements
    if any(row.consent is Consent.PACKAGE for row in agreements):
        return False  # one project makes up for what another takes
    money, mip = forcing.formulation.money, forcing.mip
    if not money.cash.size:
        return True
    may_lapse = (money.lapse >= 0).all(axis=1)
    may_keep = np.isinf(mip.col_upper[money.cash]).all(axis=1)
    return bool((may_lapse | may_keep).all())


def rule_name(family: str, key: tuple[str | int, ...]) -> str:
    """Name of a rule by the family and key of one of its rows."""
    rule = RULES.get(family)
    return family if rule is None else rule.label(key)
