"""Tables of a plan as pandas data frames: `infraplan.schedule_frame` and its like.

A frame has the columns of the run folder's CSV file of the same content (docs/run-folder.md): ids
beside names, numbers as computed. `frame.attrs["units"]` has the unit of each column that has one.
`table_frame` gives the tables of the report instead, in a planner's words. Each takes a result of
`solve`, an outcome of `run`, or the path of a run folder.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from infraplan.answers import run_of

if TYPE_CHECKING:
    import pandas as pd

    from infraplan.answers import Answer
    from infraplan.models.base import DomainModel
    from infraplan.optimizer.report.frames import Run


def schedule_frame(answer: Answer) -> pd.DataFrame:
    """Return the projects that are built: option, phase, start, finish, opening, money paid.

    Parameters
    ----------
    answer
        A result of `solve`, an outcome of `run`, or the path of a run folder.

    Returns
    -------
    DataFrame
        One row per project, columns as in schedule.csv; years are calendar years, `spend_total`
        is nominal money in the instance's unit.

    Raises
    ------
    InfeasibleError, NoPlanError
        If there is no plan.

    Examples
    --------
    >>> import infraplan
    >>> result = infraplan.solve(infraplan.example(), infraplan.Options(gap=0.0))
    >>> frame = infraplan.schedule_frame(result)
    >>> list(frame["project"])
    ['expressway', 'reservoir', 'waterworks', 'hospital', 'substation']
    >>> bool((frame["opening"] > frame["start"]).all())
    True
    """
    return _run_frame(run_of(answer), "schedule").drop(columns="payers")


def payments_frame(answer: Answer) -> pd.DataFrame:
    """Return who pays what for which project, from which source, in which year.

    Parameters
    ----------
    answer
        A result of `solve`, an outcome of `run`, or the path of a run folder.

    Returns
    -------
    DataFrame
        One row per payment, columns as in payments.csv; `amount` is nominal money in the
        instance's unit.

    Raises
    ------
    InfeasibleError, NoPlanError
        If there is no plan.

    Examples
    --------
    >>> import infraplan
    >>> result = infraplan.solve(infraplan.example(), infraplan.Options(gap=0.0))
    >>> frame = infraplan.payments_frame(result)
    >>> by_year = frame.pivot_table(index="year", columns="source", values="amount", aggfunc="sum")
    >>> int(by_year.index.min())
    2026
    """
    return _run_frame(run_of(answer), "payments")


def money_frame(answer: Answer) -> pd.DataFrame:
    """Return the account of every fund in every year: opening cash, inflow, use, closing cash.

    Parameters
    ----------
    answer
        A result of `solve`, an outcome of `run`, or the path of a run folder.

    Returns
    -------
    DataFrame
        One row per fund and plan year, columns as in cashflow.csv; nominal money in the instance's
        unit.

    Raises
    ------
    InfeasibleError, NoPlanError
        If there is no plan.

    Examples
    --------
    >>> import infraplan
    >>> result = infraplan.solve(infraplan.example(), infraplan.Options(gap=0.0))
    >>> frame = infraplan.money_frame(result)
    >>> frame.attrs["units"]["inflow"]
    'nominal money'
    >>> sorted(set(frame["fund"]))
    ['fund_budget', 'own_budget']
    """
    return _run_frame(run_of(answer), "cashflow")


def debt_frame(answer: Answer) -> pd.DataFrame:
    """Return debt by instrument and pool to the last maturity, and what every rule measures.

    Parameters
    ----------
    answer
        A result of `solve`, an outcome of `run`, or the path of a run folder.

    Returns
    -------
    DataFrame
        Columns as in debt.csv: a row of an `instrument`, of a pool's `total` or of a `rule:ID` in
        one year; `limit` and `headroom` where there is a limit. Nominal money.

    Raises
    ------
    InfeasibleError, NoPlanError
        If there is no plan.

    Examples
    --------
    >>> import infraplan
    >>> result = infraplan.solve(infraplan.example(), infraplan.Options(gap=0.0))
    >>> frame = infraplan.debt_frame(result)
    >>> totals = frame[frame["instrument"] == "total"]
    >>> bool((totals["headroom"].dropna() > -1e-6).all())
    True
    """
    return _run_frame(run_of(answer), "debt")


def rejections_frame(answer: Answer) -> pd.DataFrame:
    """Return what is left out, the rule that keeps it out, and the loss of forcing it in.

    Parameters
    ----------
    answer
        A result of `solve`, an outcome of `run`, or the path of a run folder. For a result the
        reasons are found now, in a minute at most; the others have theirs.

    Returns
    -------
    DataFrame
        One row per project, columns as in rejected.csv (docs/reasons.md): `loss` where it is
        exact, else `loss_low` and `loss_high`; present value in the instance's money.

    Raises
    ------
    InfeasibleError, NoPlanError
        If there is no plan.

    Examples
    --------
    >>> import infraplan
    >>> result = infraplan.solve(infraplan.example(), infraplan.Options(gap=0.0))
    >>> frame = infraplan.rejections_frame(result)
    >>> list(frame["project"])
    ['ring_road']
    >>> bool((frame["loss_high"].fillna(frame["loss"]) >= 0.0).all())
    True
    """
    return _run_frame(run_of(answer, explained=True), "rejected")


def service_frame(answer: Answer) -> pd.DataFrame:
    """Return what the networks deliver: flows, demand served and unserved, travel times, costs.

    Parameters
    ----------
    answer
        A result of `solve`, an outcome of `run`, or the path of a run folder.

    Returns
    -------
    DataFrame
        One row per network, element, quantity, year and block, columns as in service.csv; in the
        network's units. Empty where the instance has no network.

    Raises
    ------
    InfeasibleError, NoPlanError
        If there is no plan.

    Examples
    --------
    >>> import infraplan
    >>> result = infraplan.solve(infraplan.example(), infraplan.Options(gap=0.0))
    >>> infraplan.service_frame(result).empty                    # a county without networks
    True
    """
    return _run_frame(run_of(answer), "service")


def targets_frame(answer: Answer) -> pd.DataFrame:
    """Return what every target asks for, what the plan reaches of it, and what is missing.

    Parameters
    ----------
    answer
        A result of `solve`, an outcome of `run`, or the path of a run folder.

    Returns
    -------
    DataFrame
        One row per target, columns as in targets.csv, in the unit of the target's metric.

    Raises
    ------
    InfeasibleError, NoPlanError
        If there is no plan.

    Examples
    --------
    >>> import infraplan
    >>> result = infraplan.solve(infraplan.example(), infraplan.Options(gap=0.0))
    >>> infraplan.targets_frame(result)[["target", "shortfall"]].values.tolist()
    [['road_2035', 18.0]]
    """
    return _run_frame(run_of(answer), "targets")


def outputs_frame(answer: Answer) -> pd.DataFrame:
    """Return what the works of the plan give in each of its years: kilometres, beds, megawatts.

    Parameters
    ----------
    answer
        A result of `solve`, an outcome of `run`, or the path of a run folder.

    Returns
    -------
    DataFrame
        One row per metric, project and plan year in which it operates: `metric`, `project`,
        `option`, `year`, `amount` (in the metric's unit) and `stands`, whether it was there
        before the plan. What the plan retires counts until it ends.

    Raises
    ------
    InfeasibleError, NoPlanError
        If there is no plan.

    Examples
    --------
    >>> import infraplan
    >>> result = infraplan.solve(infraplan.example(), infraplan.Options(gap=0.0))
    >>> frame = infraplan.outputs_frame(result)
    >>> frame.groupby(["metric", "year"])["amount"].sum().loc["expressway_km", 2035].item()
    22.0
    """
    import pandas as pd

    from infraplan.optimizer.accounts.candidates import standing_starts
    from infraplan.optimizer.accounts.retirement import last_operating_year

    run = run_of(answer)
    instance, horizon = run.instance, run.instance.settings.horizon
    built = {start.project: start for start in run.plan.starts} if run.plan else {}
    there = {start.project: start for start in standing_starts(instance)} | built
    rows = []
    for name, start in there.items():
        option = instance.project_by_id[name].option(start.option)
        last = last_operating_year(instance, start, option.lifetime, there)
        years = range(max(start.opening, horizon.first_year), min(last, horizon.last_year) + 1)
        for metric, amount in option.outputs.items():
            rows += [
                (metric, name, start.option, year, amount, name not in built) for year in years
            ]
    columns = ["metric", "project", "option", "year", "amount", "stands"]
    kinds = {"year": "int64", "amount": "float64", "stands": "bool"}
    frame = pd.DataFrame(sorted(rows), columns=columns).astype(kinds)
    frame.attrs["units"] = {"year": "year"}
    return frame


def table_frame(answer: Answer, name: str, lang: str = "en") -> pd.DataFrame:
    """Return a table of the report: `show RUN --table NAME`, its texts in one language.

    Parameters
    ----------
    answer
        A result of `solve`, an outcome of `run`, or the path of a run folder. A result has no
        reasons: the table `rejected` of it is empty (`rejections_frame` finds them).
    name
        `summary`, `projects`, `money`, `funds`, `debt_statement`, `debt_room`, `fairness`,
        `appraisal` and so on; an unknown one is answered with all names.
    lang
        `en` or `zh`: of texts and of `attrs["headings"]`.

    Returns
    -------
    DataFrame
        Columns by their keys; `attrs` has `title`, `headings` and `units` by column.

    Raises
    ------
    NotThereError
        If no table is called so.
    InfeasibleError, NoPlanError
        If there is no plan.

    Examples
    --------
    >>> import infraplan
    >>> result = infraplan.solve(infraplan.example(), infraplan.Options(gap=0.0))
    >>> frame = infraplan.table_frame(result, "projects")
    >>> frame.attrs["headings"]["opening"]
    'opening'
    >>> bool(frame["cost"].sum() > 0.0)
    True
    """
    from infraplan.models.catalogue import listed, phrase
    from infraplan.optimizer.errors import NotThereError
    from infraplan.optimizer.report.plan_tables import TABLES

    key = name.replace("-", "_")
    if key not in TABLES:
        raise NotThereError(
            phrase("no-table-of-a-run-is-called-so", name=name, names=listed(list(TABLES)))
        )
    table = TABLES[key](run_of(answer))
    side = 1 if lang == "zh" else 0
    frame = table.frame[[column.frame_key(lang) for column in table.columns]]
    frame = frame.set_axis([column.key for column in table.columns], axis="columns")
    frame.attrs = {
        "title": table.title[side],
        "headings": {column.key: column.title(lang) for column in table.columns},
        "units": {column.key: column.unit[side] for column in table.columns if column.unit[side]},
    }
    return frame


def _run_frame(run: Run, attribute: str) -> pd.DataFrame:
    """Rows of a table of the run folder, with the columns of its CSV file."""
    from infraplan.optimizer.storage.run_tables import RUN_TABLES, RunTables, tables_of_plan

    (table,) = (table for table in RUN_TABLES if table.attribute == attribute)
    tables = RunTables()
    if run.plan is not None:
        tables = tables_of_plan(run.instance, run.plan, run.rejections)
    return _frame_of(table.model, getattr(tables, attribute))


def _frame_of(model: type[DomainModel], rows: Sequence[DomainModel]) -> pd.DataFrame:
    """Rows of a class as a frame: years and whole numbers as such, missing ones too."""
    import pandas as pd

    from infraplan.optimizer.storage.fields import Base, fields_of

    whole = {Base.INTEGER, Base.YEAR}
    fields = fields_of(model)
    frame = pd.DataFrame(
        [{name: _plain(getattr(row, name)) for name in fields} for row in rows],
        columns=list(fields),
    )
    kinds = {
        name: "Int64" if info.type.optional else "int64"
        for name, info in fields.items()
        if info.type.base in whole
    }
    kinds |= {name: "float64" for name, info in fields.items() if info.type.base is Base.NUMBER}
    frame = frame.astype(kinds)
    frame.attrs["units"] = {name: info.unit for name, info in fields.items() if info.unit}
    return frame


def _plain(value: Any) -> Any:
    """A word of a fixed list as its text."""
    from enum import StrEnum

    return value.value if isinstance(value, StrEnum) else value
