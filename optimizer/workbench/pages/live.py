"""A solve while it runs: step, best plan, bound, gap, time left, and the button that stops it."""

from __future__ import annotations

from typing import Any

from nicegui import ui

from infraplan.models.catalogue import phrase
from infraplan.optimizer.workbench.pages.shell import Page, card
from infraplan.optimizer.workbench.pages.theme import tone
from infraplan.optimizer.workbench.roles import Role
from infraplan.optimizer.workbench.tables import JobState

EVERY_S = 1.0
"""Seconds between two looks."""
_STEPS = frozenset({"solve", "conflict", "money", "explain", "worth", "report", "write"})


def live(page: Page, number: int) -> None:
    """Show job `number` until it ends; then the page of the run is made anew."""
    w, bench = page.words, page.bench
    with card(w("live")):
        state = ui.label("").props('role="status" aria-live="polite"').classes("text-weight-bold")
        figures = ui.label("")
        chart = ui.echart(_chart(page, [])).style("height: 18rem; width: 100%")
        chart.props(f'role="img" aria-label="{w("live")}"')
        if page.visitor.may(Role.EDIT):

            async def stop() -> None:
                await page.done(lambda: bench.stop(page.visitor, number))
                button.disable()

            button = ui.button(w("stop"), on_click=stop).props("no-caps color=negative")

    def look() -> None:
        if bench.gate.now(page.visitor) is None:  # let in no more
            timer.deactivate()
            ui.navigate.reload()
            return
        job = bench.store.job(number)
        if job.state not in (JobState.QUEUED, JobState.RUNNING):
            timer.deactivate()
            ui.navigate.reload()
            return
        told = bench.queue.history(number)
        last = told[-1] if told else {}
        step = last.get("step")
        words = [w.of(JobState(job.state))]
        if step in _STEPS:
            words.append(w.told(phrase(f"step-{step}")))
        if job.is_stopped:
            words.append(w("is_stopping"))
        text = " - ".join(words)
        if state.text != text:
            state.set_text(text)
        figures.set_text(_line(page, last))
        chart.options["series"] = _series(page, told)
        chart.update()

    timer = ui.timer(EVERY_S, look)


def _line(page: Page, told: dict[str, Any]) -> str:
    """The last line of progress in words."""
    w = page.words

    def number(key: str, form: str) -> str:
        value = told.get(key)
        return "-" if value is None else format(value, form)

    gap = told.get("gap")
    shown = "-" if gap is None else f"{100 * float(gap):.2f} %"
    parts = [
        f"{w('best')} {number('objective', ',.2f')}",
        f"{w('bound')} {number('bound', ',.2f')}",
        f"{w('gap')} {shown}",
        f"{w('seconds')} {number('elapsed_s', ',.0f')}",
        f"{w('seconds_left')} {number('time_left_s', ',.0f')}",
    ]
    return " | ".join(parts)


def _series(page: Page, told: list[dict[str, Any]]) -> list[dict[str, Any]]:
    w = page.words
    kinds = (("best", "objective", "accent"), ("bound", "bound", "works"))
    return [
        {
            "name": w(name),
            "type": "line",
            "step": "end",
            "showSymbol": False,
            "lineStyle": {"width": 2, "type": "solid" if name == "best" else "dashed"},
            "itemStyle": {":color": tone(colour)},
            "data": [
                [row["elapsed_s"], row[key]]
                for row in told
                if row.get(key) is not None and row.get("elapsed_s") is not None
            ],
        }
        for name, key, colour in kinds
    ]


def _axis_tones() -> dict[str, Any]:
    return {
        "axisLabel": {":color": tone("ink")},
        "splitLine": {"lineStyle": {":color": tone("line")}},
    }


def _chart(page: Page, told: list[dict[str, Any]]) -> dict[str, Any]:
    w = page.words
    return {
        "animation": False,
        "legend": {"top": 0, "textStyle": {":color": tone("ink")}},
        "grid": {"left": 70, "right": 20, "top": 40, "bottom": 45},
        "xAxis": {
            "type": "value",
            "name": w("seconds"),
            "nameLocation": "middle",
            "nameGap": 25,
            "nameTextStyle": {":color": tone("ink")},
            **_axis_tones(),
        },
        "yAxis": {"type": "value", "scale": True, **_axis_tones()},
        "tooltip": {"trigger": "axis"},
        "series": _series(page, told),
    }
