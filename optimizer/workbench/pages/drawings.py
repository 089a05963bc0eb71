"""Charts, maps and schedules of a run on a page: the report's drawings, with what filters them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from html import escape

from nicegui import events, ui

from infraplan.optimizer.report.page_charts import PageChart
from infraplan.optimizer.report.texts import both
from infraplan.optimizer.workbench.pages.light import Choice, Text
from infraplan.optimizer.workbench.pages.shell import Page, rows
from infraplan.optimizer.workbench.plan_view import (
    PlanView,
    count_of,
    drawn_schedule,
    filtered,
)
from infraplan.optimizer.workbench.roles import Role

Part = tuple[str, Callable[[], None]]
"""Title of a part of a page, and what makes it."""

MOST_IN_PAGE = 30_000
"""Letters of a drawing that goes out with its page."""
_LEGEND = (
    ("n", "map_not_yet"),
    ("w", "map_works_on"),
    ("o", "map_operating"),
    ("x", "map_left_out"),
)


def side_of(page: Page) -> int:
    """Place of the page's language in a pair."""
    return 1 if page.lang == "zh" else 0


def heading(page: Page, text: str) -> None:
    """A heading within a card."""
    Text("h3", text)


def drawing(content: str, label: str) -> ui.html:
    """A drawing of the report that scrolls sideways where the page is narrow."""
    made = ui.html(content, sanitize=False).classes("wb-drawing")
    made.props["role"], made.props["aria-label"], made.props["tabindex"] = "region", label, "0"
    return made


def chart(page: Page, shown: PageChart, title: str = "") -> None:
    """A chart with title, unit, years and source."""
    side = side_of(page)
    name = title or shown.title[side]
    with ui.element("figure").classes("wb-figure-chart"):
        Text("figcaption", name)
        drawing(str(shown.drawing), name)
        told = (
            (both("chart_unit")[side], shown.unit[side]),
            (both("chart_years")[side], shown.years[side]),
            (both("chart_source")[side], shown.source[side]),
        )
        mark = "：" if side else ": "
        ui.label("  ".join(f"{name}{mark}{text}" for name, text in told)).classes("wb-soft")


def charts(page: Page, shown: Sequence[PageChart]) -> None:
    """Charts below one another; that there is none is told."""
    for each in shown:
        chart(page, each)
    if not shown:
        ui.label(both("no_rows")[side_of(page)]).classes("wb-soft")


def plan_map(page: Page, view: PlanView, name: str = "map") -> None:
    """The map with a slider of years; `name` keeps it apart from others of the page."""
    side, drawn = side_of(page), view.map_chart
    if drawn is None:
        ui.label(both("no_map")[side]).classes("wb-soft")
        return
    marks = "".join(_legend_entry(state, both(key)[side]) for state, key in _LEGEND)
    (first, now), last = view.years, view.map.last_year
    label = both("map_year")[side]
    slider = (
        f'<p class="years"><label for="{name}-year">{escape(label)}</label>'
        f'<input type="range" class="wb-map-year" id="{name}-year" data-map="{name}" min="{first}" '
        f'max="{last}" value="{now}" step="1"><output for="{name}-year">{now}</output></p>'
    )
    ui.html(f'<p class="note key legend-map">{marks}</p>{slider}', sanitize=False)
    drawing(f'<div id="{name}">{drawn.drawing}</div>', both("map")[side]).classes("wb-map")


def _legend_entry(state: str, words: str) -> str:
    mark = (
        '<path d="M10,5 l6,6 m0,-6 l-6,6"/>' if state == "x" else '<circle cx="13" cy="8" r="5"/>'
    )
    return (
        f'<span><svg viewBox="0 0 26 16" aria-hidden="true"><g class="m {state}">{mark}</g></svg>'
        f"{escape(words)}</span> "
    )


def schedule(page: Page, view: PlanView, path: str = "") -> None:
    """The schedule with search and filters, which act as one types.

    The whole of a large one is fetched from `path`: in the page it would be made anew for each who
    looks at it.
    """
    side, shown = side_of(page), view.schedule
    wanted: dict[str, Choice] = {}

    def renew() -> None:
        chosen = {key: str(field.value or "") for key, field in wanted.items()}
        kept = filtered(shown, str(search.value or ""), chosen)
        with suppress(RuntimeError):  # the page was left meanwhile
            place.set_content(drawn_schedule(kept))
            count.set_text(_count(page, count_of(kept), count_of(shown)))

    with rows("q-mb-sm"):
        search = ui.input(both("filter_search")[side], on_change=renew).classes("wb-field")
        search.props("dense outlined clearable debounce=300 type=search")
        for key, title, choices in shown.filters:
            options = {"": both("filter_any")[side]}
            options |= {choice.key: choice.name[side] for choice in choices}
            field = Choice(options, value="", label=title[side], on_change=renew)
            wanted[key] = field.classes("wb-field")
            field.props("dense outlined")
    count = ui.label(_count(page, count_of(shown), count_of(shown))).classes("wb-soft")
    count.props('role="status" aria-live="polite"')
    _schedule_legend(page)
    is_fetched = bool(path) and len(view.drawn) > MOST_IN_PAGE
    place = drawing("" if is_fetched else view.drawn, both("schedule")[side]).classes("wb-gantt")
    if is_fetched:
        place.props["data-fetched"] = f"{path}/schedule"
    if shown.told[side]:
        ui.label(shown.told[side]).classes("wb-soft")


def _count(page: Page, count: int, of: int) -> str:
    return page.words.say("workbench-rows-of", count=count, of=of)


def _schedule_legend(page: Page) -> None:
    side = side_of(page)
    entries = (("works", "works"), ("operating", "operating"), ("critical", "critical_chain"))
    told = "".join(
        f'<span><i style="background:var(--{tone})"></i>{escape(both(key)[side])}</span> '
        for tone, key in entries
    )
    ui.html(f'<p class="note key">{told}</p>', sanitize=False)


def sections(page: Page, parts: Sequence[Part], *, at_once: bool = False) -> None:
    """Parts of which one is shown at a time, as tabs that the arrow keys go through.

    A part is made when it is first chosen, and all with the page where they are asked for
    `at_once`: of a large plan each takes as long as the rest of the page.
    """
    with (
        ui.tabs()
        .classes("wb-tabs")
        .props("no-caps dense align=left inline-label outside-arrows mobile-arrows") as tabs
    ):
        made = [ui.tab(f"part-{number}", label=title) for number, (title, _) in enumerate(parts)]
    panels = []
    with ui.tab_panels(tabs, value=made[0], animated=False).classes("wb-panels"):
        for number, (tab, (_, build)) in enumerate(zip(made, parts, strict=True)):
            with ui.tab_panel(tab) as panel:
                panels.append(panel)
                if at_once or number == 0:
                    build()
    if at_once:
        return
    left = set(range(1, len(parts)))

    async def show(event: events.ValueChangeEventArguments) -> None:
        number = int(str(event.value).removeprefix("part-"))
        if number in left:
            left.remove(number)
            await _fill(page, panels[number], parts[number][1])

    tabs.on_value_change(show)


async def _fill(page: Page, panel: ui.tab_panel, build: Callable[[], None]) -> None:
    """Make a part, as long as this visitor may see it: a page stays open when a right ends."""
    if await page.done(lambda: page.bench.require(page.visitor, Role.SEE)) is None:
        return
    with suppress(RuntimeError), panel:  # the page was left meanwhile
        build()
