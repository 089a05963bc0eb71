"""Tones of pages: what is read stands out on light and on dark paper, marks too."""

from __future__ import annotations

import pytest

from infraplan.optimizer.report.drawings.palette import MEANINGS, MONEY_HUES, SECTOR_HUES
from infraplan.optimizer.report.drawings.tones import (
    BENCH,
    DARK,
    LIGHT,
    PAGE,
    STANDS_OUT,
    bench_tones,
    contrast,
    on_dark,
    page_tones,
)

READ = 4.5
"""Least contrast of text (WCAG 2.2, 1.4.3)."""


def test_contrast_is_that_of_the_guideline() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21.0)
    # Greys #777777 and #767676 on white are the guideline's own examples: 4.48 and 4.54.
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.005)


@pytest.mark.parametrize("side", [LIGHT, DARK])
def test_text_is_read_on_every_paper(side: int) -> None:
    papers = [PAGE[name][side] for name in ("paper", "head", "ground")] + [BENCH["back"][side]]
    for name in ("ink", "soft", "accent", "bad", "good"):
        assert all(contrast(PAGE[name][side], paper) >= READ for paper in papers), name
    assert contrast(BENCH["warning"][side], PAGE["paper"][side]) >= READ
    assert contrast("#ffffff", BENCH["bar"][side]) >= READ
    assert contrast("#ffffff", BENCH["button"][side]) >= READ
    for name in ("cell-error", "cell-warning", "cell-note", "cell-edited"):
        assert contrast(PAGE["ink"][side], BENCH[name][side]) >= READ, name


def test_every_hue_stands_out_on_dark_paper() -> None:
    hues = {*MONEY_HUES, *SECTOR_HUES, *(paint.color for paint in MEANINGS.values())}
    assert all(contrast(on_dark(hue), PAGE["paper"][DARK]) >= STANDS_OUT for hue in hues)
    assert on_dark("#ffffff") == "#ffffff"
    changed = {hue for hue in hues if on_dark(hue) != hue}
    assert changed, "the darkest hues vanish on dark paper"
    for hue in changed:
        assert f'[fill="{hue}"] {{ fill: {on_dark(hue)}; }}' in page_tones()


def test_the_switch_overrules_the_system_and_paper_stays_light() -> None:
    made = bench_tones(("p { margin: 0 }",))
    assert ":root[data-theme=dark]" in made
    assert ":root:not([data-theme=light])" in made
    assert made.endswith("p { margin: 0 }")
    for name, pair in {**PAGE, **BENCH}.items():
        assert f"--{name}: {pair[LIGHT]};" in made
        assert made.count(f"--{name}: {pair[DARK]};") >= 2
    assert "@media screen and (prefers-color-scheme: dark)" in page_tones()
    assert "@media print" not in page_tones()
