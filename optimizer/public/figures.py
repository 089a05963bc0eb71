"""Figures of a plan, drawn by matplotlib: those of the council paper, one function each.

A figure is a `matplotlib.figure.Figure` of its own, in no window: `figure.savefig("map.png")`
writes it, a notebook shows it. They need the extra `figures`. Each function takes a result of
`solve`, an outcome of `run`, or the path of a run folder.
"""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING

from infraplan.answers import run_of

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from infraplan.answers import Answer

LIBRARY = "matplotlib"


def map_figure(answer: Answer, lang: str = "en") -> Figure:
    """Draw where the works are, and what state they have reached at the plan's end.

    Parameters
    ----------
    answer
        A result of `solve`, an outcome of `run`, or the path of a run folder.
    lang
        `en` or `zh`.

    Returns
    -------
    Figure
        Longitude and latitude in degrees; the size of a mark grows with the cost.

    Raises
    ------
    NotThereError
        If no project has coordinates.
    SolverUnavailableError
        If matplotlib is not installed.
    NoPlanError, InfeasibleError
        If there is no plan.

    Examples
    --------
    >>> import infraplan
    >>> county = infraplan.example()
    >>> spots = [
    ...     place.model_copy(update={"lon": 108.4 + 0.1 * number, "lat": 31.2})
    ...     for number, place in enumerate(county.places)
    ... ]
    >>> county = infraplan.Instance.model_validate(county.model_dump() | {"places": spots})
    >>> figure = infraplan.map_figure(infraplan.solve(county))
    >>> len(figure.axes)
    1
    """
    return _figure(answer, "picture_map", lang)


def phases_figure(answer: Answer, lang: str = "en") -> Figure:
    """Draw the money of every phase as bars stacked by sector.

    Parameters
    ----------
    answer
        A result of `solve`, an outcome of `run`, or the path of a run folder.
    lang
        `en` or `zh`.

    Returns
    -------
    Figure
        Nominal money in the instance's unit.

    Raises
    ------
    NotThereError
        If nothing is spent.
    SolverUnavailableError
        If matplotlib is not installed.
    NoPlanError, InfeasibleError
        If there is no plan.

    Examples
    --------
    >>> import infraplan
    >>> result = infraplan.solve(infraplan.example(), infraplan.Options(gap=0.0))
    >>> figure = infraplan.phases_figure(result, lang="en")
    >>> len(figure.axes)
    1
    """
    return _figure(answer, "picture_phases", lang)


def money_figure(answer: Answer, lang: str = "en") -> Figure:
    """Draw the money of every year as bars stacked by source: whose money pays.

    Parameters
    ----------
    answer
        A result of `solve`, an outcome of `run`, or the path of a run folder.
    lang
        `en` or `zh`.

    Returns
    -------
    Figure
        Nominal money in the instance's unit.

    Raises
    ------
    NotThereError
        If nothing is spent.
    SolverUnavailableError
        If matplotlib is not installed.
    NoPlanError, InfeasibleError
        If there is no plan.

    Examples
    --------
    >>> import infraplan
    >>> result = infraplan.solve(infraplan.example(), infraplan.Options(gap=0.0))
    >>> infraplan.money_figure(result).savefig("money.png")
    """
    return _figure(answer, "picture_money", lang)


def debt_figure(answer: Answer, lang: str = "en") -> Figure:
    """Draw debt, new issues and debt service to the last maturity, all borrowers together.

    Parameters
    ----------
    answer
        A result of `solve`, an outcome of `run`, or the path of a run folder.
    lang
        `en` or `zh`.

    Returns
    -------
    Figure
        Nominal money in the instance's unit; a dotted line ends the plan's years.

    Raises
    ------
    NotThereError
        If nobody owes anything.
    SolverUnavailableError
        If matplotlib is not installed.
    NoPlanError, InfeasibleError
        If there is no plan.

    Examples
    --------
    >>> import infraplan
    >>> result = infraplan.solve(infraplan.example(), infraplan.Options(gap=0.0))
    >>> figure = infraplan.debt_figure(result)
    >>> [line.get_label() for line in figure.axes[0].lines][:2]
    ['balance', 'issued']
    """
    return _figure(answer, "picture_debt", lang)


def _figure(answer: Answer, key: str, lang: str) -> Figure:
    """The council paper's picture of `key`."""
    from infraplan.models.catalogue import pair, phrase
    from infraplan.optimizer.errors import NotThereError, SolverUnavailableError

    if find_spec(LIBRARY) is None:
        raise SolverUnavailableError(phrase("figures-need-matplotlib"))
    from infraplan.optimizer.report.council_pictures import draw_figure
    from infraplan.optimizer.report.texts import both

    figure: Figure | None = draw_figure(run_of(answer), key, lang)
    if figure is None:
        raise NotThereError(phrase("nothing-to-draw", title=pair(*both(key))))
    return figure
