"""Two to six runs side by side: what `compare` computes of them."""

from __future__ import annotations

import re

from nicegui import run, ui

from infraplan.models.catalogue import phrase
from infraplan.optimizer.workbench import reading
from infraplan.optimizer.workbench.bench import Workbench
from infraplan.optimizer.workbench.pages.shell import (
    Page,
    card,
    cell,
    data_grid,
    html_table,
    register,
)


def add_compare_page(bench: Workbench) -> None:
    """Make the page that compares runs."""
    register("/compare", _build, bench)


async def _build(page: Page) -> None:
    w, bench = page.words, page.bench
    numbers = [int(text) for text in re.findall(r"\d{1,9}", page.query)]
    jobs = [bench.store.job(number) for number in dict.fromkeys(numbers)]
    there = {f"{w('run')} {job.id}": bench.run_folder(job.id) for job in jobs}
    folders = {name: folder for name, folder in there.items() if folder is not None}
    if len(folders) < len(there):
        raise reading.ComparedError(phrase("workbench-compare-without-run"))
    tables = await run.io_bound(reading.compared, folders, page.lang)
    with page.frame(w("compare")):
        with card(w("runs")), html_table([w("label"), w("run"), w("instance"), w("by")]):
            for at, job in enumerate(jobs):
                version = bench.store.version(job.version_id)
                title = bench.store.instance(version.instance_id).title
                with ui.element("tr"):
                    with cell():
                        ui.label(chr(ord("A") + at))
                    with cell():
                        ui.link(f"{w('run')} {job.id}", page.link(f"/run/{job.id}"))
                    for text in (f"{title} v{version.number}", job.by):
                        with cell():
                            ui.label(text)
        for table in tables:
            with card(str(table["title"])):
                data_grid(table, w)
