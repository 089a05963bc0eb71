"""The program of a plan that needs only money by year, as one would write it by hand.

A column says that an option starts in a year; a row says that a project starts once at most, one
for each fund and year that works are paid. Nothing is labelled, no payment has a column, nothing
is known before the solver is asked. With `started = sum x` up to a year the same program speaks of
"started by". Of the product only the numbers are used: worth and spending of each start, inflows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.sparse import block_diag, csr_array, diags_array, eye_array, hstack, vstack

from infraplan.models.catalogue import Phrase, listed, phrase, term
from infraplan.models.horizon import Objective
from infraplan.models.instance import Instance
from infraplan.models.progress import may_stop, must_be_built
from infraplan.models.relation import ORDER_TYPES, Relation, RelationType
from infraplan.models.rules import RULES, asked_rules
from infraplan.optimizer.accounts.candidates import Candidates, lay_out
from infraplan.optimizer.accounts.funds import interest_on, least_cash, most_cash
from infraplan.optimizer.accounts.inflows import fund_inflows
from infraplan.optimizer.accounts.spending import spending_of
from infraplan.optimizer.accounts.value import build_coefficients
from infraplan.optimizer.column_forms import Columns
from infraplan.optimizer.mip import BoolArray, FloatArray, IntArray, Mip

WRITTEN = frozenset(
    {"monotone", "choose_one", "mandate", "precedence", "sources_uses", "fund_balance"}
)
"""Rules that are written here, besides those that only bound the years of a start."""


@dataclass(frozen=True)
class Starts:
    """What may start when, and the money of it; a start is an option of a project in a year.

    Attributes
    ----------
    worth
        Present value of each start, shape (starts,).
    project, year, opening
        Its project, its year and that of its opening, from the plan's first year; each (starts,).
    last
        Whether it is the last start of its option, shape (starts,).
    spending
        What it spends of each fund in each year, shape (funds x years, starts); nominal money.
    must
        Whether a project must be built, shape (projects,).
    inflow
        What comes in, opening balances included, shape (funds, years); nominal money.
    growth, least, most
        One plus a fund's interest rate, least and most cash at a year's end; each (funds,).
    waits
        Pairs (project, project that it needs to be open, years after that).
    """

    worth: FloatArray
    project: IntArray
    year: IntArray
    opening: IntArray
    last: BoolArray
    spending: csr_array
    must: BoolArray
    inflow: FloatArray
    growth: FloatArray
    least: FloatArray
    most: FloatArray
    waits: tuple[tuple[int, int, int], ...]


def unwritten(instance: Instance) -> tuple[str, ...]:
    """Rules and tables that `instance` asks for and no program here has; empty: it is written."""
    found = [r.name for r in asked_rules(instance) if r.name not in WRITTEN and not r.is_bound]
    funds = [fund.jurisdiction for fund in instance.funds]
    earmarked = (f for f in instance.funds if f.sectors or f.subsectors or f.places or f.projects)
    laid = lay_out(instance)
    others = {
        "networks": bool(instance.network_nodes),
        "receipts": bool(instance.receipts),
        "stated_dates": bool(instance.stated_dates),
        "funds": len(set(funds)) < len(funds) or any(earmarked),
        "shares": any(len(instance.shares_of(project)) > 1 for project in instance.projects),
        "relations": any(
            not _is_plain(row) for row in instance.relations if row.type in ORDER_TYPES
        ),
        "spending_after_plan": laid.num_money_years > laid.num_years,
        "standing": any(f.standing is not None or f.begun is not None for f in laid.options)
        or any(may_stop(project) for project in instance.projects),
        "objective": instance.settings.objective is not Objective.NPV,
    }
    return (*found, *(name for name, is_there in others.items() if is_there and name not in RULES))


_WORDS: Mapping[str, str] = {
    "funds": "by-hand-funds",
    "shares": "by-hand-shares",
    "relations": "by-hand-relations",
    "standing": "by-hand-standing",
    "networks": "by-hand-networks",
    "objective": "by-hand-objective",
    "spending_after_plan": "by-hand-spending-after-plan",
}
"""Messages by what `unwritten` calls neither by a rule nor by a table."""


def unwritten_words(instance: Instance) -> Phrase:
    """What is `unwritten` of `instance`, in the words of the catalogue; empty: nothing."""
    found = [
        term("law", RULES[name].law)
        if name in RULES
        else phrase(_WORDS[name])
        if name in _WORDS
        else term("table", name)
        for name in unwritten(instance)
    ]
    return listed({str(words): words for words in found}.values())


def _is_plain(relation: Relation) -> bool:
    """Whether every follower waits until each of its predecessors is open."""
    return relation.type is RelationType.FINISH_TO_START and relation.count is None


def starts_of(instance: Instance) -> Starts:
    """The starts of an instance of which nothing is `unwritten`."""
    laid = lay_out(instance)
    option, year = _windows(laid)
    flats, years = laid.options, laid.num_years
    number = np.full((len(flats), years), -1, dtype=np.int64)
    number[option, year] = np.arange(option.size)
    position = {fund.jurisdiction: n for n, fund in enumerate(instance.funds)}
    payer = np.array(
        [position.get(next(iter(instance.shares_of(f.project)), ""), -1) for f in flats]
    )
    spent = spending_of(laid)
    paid = payer[spent.option] >= 0
    spending = csr_array(
        (
            spent.nominal[paid],
            (
                payer[spent.option[paid]] * years + spent.year[paid],
                number[spent.option[paid], spent.start[paid]],
            ),
        ),
        shape=(len(instance.funds) * years, option.size),
    )
    growth = np.array([1.0 + interest_on(fund, 1.0) for fund in instance.funds])
    inflow = np.array([fund_inflows(instance, fund, laid.years) for fund in instance.funds])
    inflow = inflow.reshape(-1, years)
    inflow[:, 0] += growth * np.array([fund.opening_balance for fund in instance.funds])
    lead = np.array([flat.option.lead_time for flat in flats], dtype=np.int64)
    return Starts(
        worth=build_coefficients(laid).value[option, year],
        project=np.array([flat.project_index for flat in flats], dtype=np.int64)[option],
        year=year,
        opening=year + lead[option],
        last=year == np.array([flat.last for flat in flats], dtype=np.int64)[option],
        spending=spending,
        must=np.array([must_be_built(p) for p in instance.projects]),
        inflow=inflow,
        growth=growth,
        least=np.array([least_cash(fund) for fund in instance.funds]),
        most=np.array([most_cash(fund) for fund in instance.funds]),
        waits=_waits(laid),
    )


def _windows(laid: Candidates) -> tuple[IntArray, IntArray]:
    """Option and year of every start, option by option."""
    spans = [(n, f.first, f.last) for n, f in enumerate(laid.options) if f.is_open]
    years = [np.arange(first, last + 1, dtype=np.int64) for _, first, last in spans]
    option = np.repeat([n for n, _, _ in spans], [part.size for part in years])
    return option.astype(np.int64), np.concatenate([*years, np.zeros(0, dtype=np.int64)])


def _waits(laid: Candidates) -> tuple[tuple[int, int, int], ...]:
    index = laid.project_index
    return tuple(
        (index[after], index[before], row.lag)
        for row in laid.instance.relations
        if row.type in ORDER_TYPES and row.is_enforced
        for after in row.to_projects
        for before in row.from_projects
    )


def obeys(starts: Starts, taken: FloatArray) -> bool:
    """Whether the starts `taken` (0 or 1, shape (starts,)) are a plan, read off without rows."""
    chosen = np.flatnonzero(taken > 0.5)
    times = np.bincount(starts.project[chosen], minlength=starts.must.size)
    opens = np.full(starts.must.size, np.inf)
    opens[starts.project[chosen]] = starts.opening[chosen]
    begins = np.full(starts.must.size, np.inf)
    begins[starts.project[chosen]] = starts.year[chosen]
    if np.any(times > 1) or np.any(starts.must & (times == 0)):
        return False
    if any(begins[i] < opens[h] + lag for i, h, lag in starts.waits):
        return False
    spent = (starts.spending @ taken).reshape(starts.inflow.shape)
    cash = np.zeros(starts.growth.size)
    for year in range(starts.inflow.shape[1]):
        cash = starts.growth * cash + starts.inflow[:, year] - spent[:, year]
        slack = 1e-6 * (1.0 + np.abs(starts.inflow[:, year]))
        if np.any(cash < starts.least - slack):
            return False
        cash = np.minimum(cash, starts.most)
    return True


def hand_model(starts: Starts, form: Columns) -> Mip:
    """The program of `starts`: columns by start, or cumulative.

    Rows: ``sum x <= 1`` (``= 1`` for what must be built) for each project; ``sum_{s<=t} x[i,s] <=
    sum_{opening <= t - lag} x[h,s]`` for each wait and year; ``cash[f,t] - (1 + rho) cash[f,t-1] +
    spending[f,t] x = inflow[f,t]`` with cash only for funds that carry it over, else
    ``spending[f,t] x <= inflow[f,t]``. Cumulative: ``z[s] >= z[s-1]`` besides.
    """
    count, years = starts.worth.size, starts.inflow.shape[1]
    once = _incidence(starts.project, starts.must.size)
    waiting = _waiting(starts, years)
    held = np.repeat(starts.most > 0.0, years)
    kept = np.flatnonzero(held)
    cash = _cash(starts.growth, years)[:, kept]
    change = csr_array(eye_array(count))
    order = csr_array((0, count))
    if form is Columns.CUMULATIVE:
        # x[s] = z[s] - z[s-1] within an option
        previous = np.flatnonzero(~np.concatenate([[True], starts.last[:-1]]))
        lag = csr_array((np.ones(previous.size), (previous, previous - 1)), shape=(count, count))
        change = csr_array(change - lag)
        order = csr_array(change[previous])
    rows = [once @ change, waiting @ change, order, starts.spending @ change]
    sizes = [block.shape[0] for block in rows]
    bare = csr_array((sum(sizes[:3]), kept.size))
    matrix = csr_array(hstack([vstack(rows), vstack([bare, cash])]))
    matrix.sum_duplicates()
    matrix.eliminate_zeros()
    room = starts.inflow.ravel()
    floor = np.repeat(starts.least, years)[kept]
    return Mip(
        objective=np.concatenate([change.T @ starts.worth, np.zeros(kept.size)]),
        objective_offset=0.0,
        col_lower=np.concatenate([np.zeros(count), floor]),
        col_upper=np.concatenate([np.ones(count), np.full(kept.size, np.inf)]),
        integrality=np.arange(count + kept.size) < count,
        a_start=matrix.indptr.astype(np.int64),
        a_index=matrix.indices.astype(np.int64),
        a_value=matrix.data.astype(np.float64),
        row_lower=np.concatenate(
            [
                np.where(starts.must, 1.0, -np.inf),
                np.full(sizes[1], -np.inf),
                np.zeros(sizes[2]),
                np.where(held, room, -np.inf),
            ]
        ),
        row_upper=np.concatenate(
            [np.ones(sizes[0]), np.zeros(sizes[1]), np.full(sizes[2], np.inf), room]
        ),
    )


def _cash(growth: FloatArray, years: int) -> csr_array:
    """Entries of cash in the rows of money: ``cash[f,t] - growth[f] cash[f,t-1]``."""
    back = diags_array(np.ones(years - 1), offsets=-1, shape=(years, years))
    blocks = [eye_array(years) - factor * back for factor in growth]
    return csr_array(block_diag(blocks)) if blocks else csr_array((0, 0))


def _incidence(of: IntArray, size: int) -> csr_array:
    """Matrix (size, members) that adds up what is of the same one."""
    return csr_array((np.ones(of.size), (of, np.arange(of.size))), shape=(size, of.size))


def _waiting(starts: Starts, years: int) -> csr_array:
    """Rows, at most 0, of what waits for something to be open."""
    parts = [csr_array((0, starts.worth.size))]
    for after, before, lag in starts.waits:
        mine, other = starts.project == after, starts.project == before
        for t in range(years):
            begun = mine & (starts.year <= t)
            if begun.any():
                row = begun * 1.0 - (other & (starts.opening <= t - lag)) * 1.0
                parts.append(csr_array(row[None, :]))
    return csr_array(vstack(parts))
