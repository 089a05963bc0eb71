"""The council paper: what it says, in an office's template or none, and what it refuses."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import sys
import zipfile
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from infraplan.models.errors import InstanceFormatError
from infraplan.models.plan import DebtYear, Rejection
from infraplan.optimizer.cli.main import app
from infraplan.optimizer.errors import SolverUnavailableError
from infraplan.optimizer.report import council_pictures, first_screen
from infraplan.optimizer.report.council_paper import PARTS, share_out, write_council_paper
from infraplan.optimizer.report.council_words import heading, narrative, paragraph
from infraplan.optimizer.report.frames import make_run
from infraplan.optimizer.report.html import render_report
from infraplan.optimizer.report.office_template import fill_template, open_document
from infraplan.optimizer.report.people_money import told_money
from infraplan.optimizer.solve_result import SolveOptions
from infraplan.optimizer.workflow import run_solve
from tests.assertions import english_sentences, half_width_marks
from tests.builders import (
    edit,
    make_instance,
    make_jurisdictions,
    make_plan,
    make_pool,
    make_project,
)
from tests.report.test_report import INSTANCE, MANIFEST, PLAN, REJECTIONS

docx: Any = pytest.importorskip("docx", reason="python-docx (extra docx) is not installed")


def text_of(path: Path) -> str:
    """All words of a paper: paragraphs, then cells of tables, heads."""
    document = docx.Document(str(path))
    lines = [line.text for line in document.paragraphs]
    for table in document.tables:
        lines += [cell.text for row in table.rows for cell in row.cells]
    lines += [line.text for section in document.sections for line in section.header.paragraphs]
    return "\n".join(lines)


@pytest.fixture
def no_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(council_pictures, "PICTURES", {})


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_part_is_told_in_its_language(tmp_path: Path, lang: str, no_pictures: None) -> None:
    path = tmp_path / "paper.docx"
    write_council_paper(path, INSTANCE, PLAN, MANIFEST, REJECTIONS, lang=lang)
    words = text_of(path)
    for part in PARTS[1:]:
        told = heading(part)
        assert (told.zh if lang == "zh" else str(told)) in words
    assert "{" not in words
    if lang == "zh":
        run = make_run(INSTANCE, PLAN, MANIFEST, REJECTIONS)
        for part in PARTS:
            told = paragraph(narrative(run, part)).zh
            assert not english_sentences(told), told
            assert not half_width_marks(told), told


def test_the_pictures_are_png_files_in_the_paper(tmp_path: Path) -> None:
    path = tmp_path / "paper.docx"
    write_council_paper(path, INSTANCE, PLAN, MANIFEST, REJECTIONS)
    with zipfile.ZipFile(path) as archive:
        pictures = [name for name in archive.namelist() if name.endswith(".png")]
        assert len(pictures) >= 2
        assert all(archive.read(name).startswith(b"\x89PNG") for name in pictures)
    assert all(shape._inline.docPr.get("descr") for shape in docx.Document(str(path)).inline_shapes)


@pytest.mark.parametrize("most", [0.4, 4.0, 18.0, 1800.0])
def test_a_tick_says_where_it_stands(most: float) -> None:
    figure = pytest.importorskip("matplotlib.figure").Figure()
    axes = figure.add_subplot()
    axes.bar([0, 1], [0.8 * most, most], label="paid")
    council_pictures._finish(axes, make_run(INSTANCE, PLAN, MANIFEST), "en")
    figure.draw_without_rendering()
    for place, text in zip(axes.get_yticks(), axes.get_yticklabels(), strict=True):
        assert float(text.get_text().replace(",", "")) == pytest.approx(place)


def test_without_a_chinese_font_the_paper_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(council_pictures, "CHINESE_FONTS", ())
    path = tmp_path / "paper.docx"
    write_council_paper(path, INSTANCE, PLAN, MANIFEST, REJECTIONS, lang="zh")
    assert "没有可用于图片的中文字体" in text_of(path)


def test_a_table_of_the_paper_is_no_wider_than_its_page(tmp_path: Path, no_pictures: None) -> None:
    long = edit(INSTANCE, settings=edit(INSTANCE.settings, money_unit="long name of money " * 3))
    path = tmp_path / "paper.docx"
    write_council_paper(path, long, PLAN, MANIFEST, REJECTIONS)
    document = docx.Document(str(path))
    portrait, landscape = document.sections
    assert portrait.page_width < portrait.page_height
    assert landscape.page_width > landscape.page_height
    rooms = [s.page_width - s.left_margin - s.right_margin for s in document.sections]
    widths = [sum(column.width for column in table.columns) for table in document.tables]
    assert widths
    assert all(width <= rooms[0] + 5000 for width in widths[:-1])
    assert widths[-1] <= rooms[1] + 5000
    assert all(row._tr.trPr is not None for table in document.tables for row in table.rows)


def test_widths_fill_the_room_and_keep_figures_whole() -> None:
    widths = share_out(["name", "sum"], [["a b c " * 20, "1,234,567.89"]], 15.0, ["text", "money"])
    assert sum(widths) == pytest.approx(15.0)
    assert widths[1] >= 12 * 0.17
    assert widths[0] > widths[1]
    crowded = share_out(["m" * 40] * 9, [], 15.0, ["money"] * 9)
    assert sum(crowded) == pytest.approx(15.0)
    words = share_out(
        ["甲", "乙"], [["水利30、市政13、" * 5, "G243道路提升" * 12]], 15.0, ["text"] * 2
    )
    assert words[0] > 4.0
    amounts = share_out(["投资", "乙"], [["195.8 亿元", "长" * 200]], 15.0, ["text"] * 2)
    assert amounts[0] >= 10 * 0.17 + 0.45  # an amount keeps its unit on its line


@pytest.mark.parametrize(
    ("amount", "english", "chinese"),
    [
        (1207.0, "CNY 120.7 billion", "1,207 亿元"),
        (4.38, "CNY 438 million", "4.38 亿元"),
        (-1e-9, "CNY 0", "0 元"),
    ],
)
def test_money_is_told_as_people_say_it(amount: float, english: str, chinese: str) -> None:
    units = {"currency": "CNY", "money_unit_zh": "亿元", "money_factor": 1e8}
    instance = edit(INSTANCE, settings=edit(INSTANCE.settings, **units))
    assert told_money(instance, amount).both == (english, chinese)


def test_what_is_left_out_is_counted_once() -> None:
    instance = make_instance([make_project(name, 1.0, 1.0) for name in "abcd"])
    run = make_run(
        instance,
        make_plan(instance),
        MANIFEST,
        (
            Rejection(project="a", best_npv=0.0, rule="value", loss=1.0, method="x"),
            Rejection(project="b", best_npv=0.0, rule="value", loss=1.0, method="x"),
        ),
    )
    told = str(first_screen.left_out(run))
    assert told.startswith("4 candidate projects are left out. They would cost")
    assert told.endswith("For 2 of them no reason was worked out.")


@pytest.mark.parametrize(
    ("recorded", "told"),
    [
        ({"verified": False}, "NOT verified"),
        ({"verification": {}, "verified": True}, "No independent check was made"),
    ],
)
def test_a_plan_without_a_passed_check_is_told_as_such(recorded: dict[str, Any], told: str) -> None:
    run = make_run(INSTANCE, PLAN, {**MANIFEST, **recorded})
    assert told in str(paragraph(narrative(run, "paper_proof")))


def test_page_and_paper_tell_the_same_sentences(tmp_path: Path, no_pictures: None) -> None:
    path = tmp_path / "paper.docx"
    write_council_paper(path, INSTANCE, PLAN, MANIFEST, REJECTIONS)
    paper = " ".join(text_of(path).split())
    page = unescape(re.sub(r"<[^>]*>", "", render_report(INSTANCE, PLAN, MANIFEST, REJECTIONS)))
    for part in ("paper", "paper_cost", "paper_left_out", "paper_debt", "paper_sure"):
        for sentence in narrative(make_run(INSTANCE, PLAN, MANIFEST, REJECTIONS), part):
            assert str(sentence) in paper
            assert str(sentence) in page


def test_classes_of_a_robust_run_are_told(tmp_path: Path, no_pictures: None) -> None:
    assert PLAN is not None
    rows = [{"project": row.project, "class": "always"} for row in PLAN.starts]
    path = tmp_path / "paper.docx"
    write_council_paper(path, INSTANCE, PLAN, MANIFEST, REJECTIONS, robust=rows)
    assert f"{len(rows)} are built in every draw" in text_of(path)


def test_debt_of_several_pools_is_summed_once(tmp_path: Path) -> None:
    instance = make_instance(
        jurisdictions=make_jurisdictions("region"),
        pools=[make_pool("general"), make_pool("special")],
    )
    rows = [
        DebtYear(
            jurisdiction="region",
            pool=pool,
            year=2021,
            instrument="b",
            balance=balance,
            borrow=balance,
            principal=0.0,
            interest=0.0,
        )
        for pool, balance in (("general", 5.0), ("special", 7.0))
    ]
    plan = edit(make_plan(instance), debt_years=tuple(rows))
    path = tmp_path / "paper.docx"
    write_council_paper(path, instance, plan, MANIFEST)
    cells = [
        [cell.text for cell in row.cells]
        for table in docx.Document(str(path)).tables
        for row in table.rows
    ]
    assert ["2021", "12.00", "0.00", "0.00", "12.00"] in cells


# ------------------------------------------------------------------------------------- template


def template_of(path: Path, *lines: str, cell: str = "") -> Path:
    document = docx.Document()
    for line in lines:
        document.add_paragraph(line)
    if cell:
        document.add_table(rows=1, cols=1).cell(0, 0).text = cell
    document.save(str(path))
    return path


def test_a_template_is_filled_where_its_fields_stand(tmp_path: Path, no_pictures: None) -> None:
    template = template_of(
        tmp_path / "office.docx",
        "Of {{ title }}: {{built}} of {{ candidates }}",
        "{{ paper_proof }}",
        "after the proof",
        cell="paid {{ paid }}",
    )
    path = tmp_path / "paper.docx"
    write_council_paper(path, INSTANCE, PLAN, MANIFEST, REJECTIONS, template=template)
    lines = [line.text for line in docx.Document(str(path)).paragraphs]
    assert lines[0] == f"Of test: {len(PLAN.starts)} of {len(INSTANCE.projects)}"  # type: ignore[union-attr]
    assert lines[1] == str(heading("paper_proof"))
    assert lines[-1] == "after the proof"
    assert str(heading("paper_built")) not in lines
    assert re.search(r"paid \S+ [0-9]", text_of(path))
    assert "{{" not in text_of(path)


def test_a_template_without_parts_has_the_paper_at_its_end(
    tmp_path: Path, no_pictures: None
) -> None:
    template = template_of(tmp_path / "office.docx", "Our letterhead")
    path = tmp_path / "paper.docx"
    write_council_paper(path, INSTANCE, PLAN, MANIFEST, REJECTIONS, template=template)
    lines = [line.text for line in docx.Document(str(path)).paragraphs]
    assert lines[0] == "Our letterhead"
    assert str(heading("paper_annex")) in lines


def test_a_field_that_word_has_cut_into_runs_is_filled() -> None:
    document = docx.Document()
    line = document.add_paragraph("A ")
    for piece in ("{{ ti", "tle", " }}"):
        line.add_run(piece)
    fill_template(document, Path("x"), {"title": "plan"}, {}, lambda: None)
    assert line.text == "A plan"


def test_all_faults_of_a_template_are_told_at_once(tmp_path: Path) -> None:
    template = template_of(
        tmp_path / "office.docx", "{{ titel }} {{ paper_proof }}", cell="{{ 7*7 }}"
    )
    with pytest.raises(InstanceFormatError) as told:
        write_council_paper(tmp_path / "p.docx", INSTANCE, PLAN, MANIFEST, template=template)
    assert len(told.value.findings) == 2
    assert "7*7, titel" in str(told.value)
    assert "paper_proof" in str(told.value.findings[1])
    assert not (tmp_path / "p.docx").exists()


@pytest.mark.parametrize("content", [b"", b"no archive", None])
def test_what_is_no_word_document_is_refused(tmp_path: Path, content: bytes | None) -> None:
    template = tmp_path / "office.docx"
    if content is not None:
        template.write_bytes(content)
    with pytest.raises(InstanceFormatError, match="is not a Word document"):
        open_document(template, "en")


# -------------------------------------------------------------------------------------- command


def test_the_command_says_what_it_needs_and_refuses(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    instance = make_instance([make_project("a", 1.0, 5.0)])
    run_solve(instance, SolveOptions(gap=0.0), tmp_path / "run")
    call = CliRunner().invoke
    run = str(tmp_path / "run")
    done = call(
        app, ["export", run, "--to", "docx", "-o", str(tmp_path / "p.docx"), "--lang", "zh"]
    )
    assert done.exit_code == 0, done.output
    assert "重大项目" in text_of(tmp_path / "p.docx")
    for option in ("--template", "--robust"):
        wrong = call(app, ["export", run, "--to", "xlsx", option, "x.docx"])
        assert wrong.exit_code == 2
    monkeypatch.setitem(sys.modules, "docx", None)
    missing = call(app, ["export", run, "--to", "docx"])
    assert missing.exit_code == SolverUnavailableError.exit_code
    assert "pip install 'infraplan[docx]'" in missing.output


@pytest.mark.slow
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_paper_becomes_pages_that_nothing_runs_over(tmp_path: Path, lang: str) -> None:
    office = shutil.which("soffice")
    if office is None or shutil.which("pdftotext") is None:
        pytest.skip("LibreOffice or pdftotext is not installed")
    path = tmp_path / "paper.docx"
    write_council_paper(path, INSTANCE, PLAN, MANIFEST, REJECTIONS, lang=lang)
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    convert = [office, profile, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path)]
    # Only what reads no bare document either may be excused: the paper itself has to be read.
    bare = tmp_path / "bare.docx"
    docx.Document().save(str(bare))
    subprocess.run([*convert, str(bare)], check=True, capture_output=True, timeout=300)
    if not (tmp_path / "bare.pdf").exists():
        pytest.skip("this LibreOffice reads no Word documents (no Writer)")
    subprocess.run([*convert, str(path)], check=True, capture_output=True, timeout=300)
    assert (tmp_path / "paper.pdf").exists()
    boxes = subprocess.run(
        ["pdftotext", "-bbox", str(tmp_path / "paper.pdf"), "-"], capture_output=True, check=True
    ).stdout.decode("utf-8")
    width = 0.0
    for line in io.StringIO(boxes):
        if page := re.search(r'<page width="([0-9.]+)"', line):
            width = float(page[1])
        if word := re.search(r'xMin="([0-9.-]+)".*xMax="([0-9.]+)"', line):
            assert float(word[1]) >= 20.0, line
            assert float(word[2]) <= width - 20.0, line
    assert width
