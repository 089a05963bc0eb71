"""The documentation site: mathematics, pages made of records, tutorials, notebooks as committed."""

from __future__ import annotations

import ast
import json
import re
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest
import yaml

import infraplan
from infraplan.models.rules import LAWS, RULES
from tests.architecture.sources import ROOT
from tools.site.api_page import api_pages
from tools.site.formulation import formulation_pages, laws_of
from tools.site.mathematics import is_formula, mathml
from tools.site.pages import led_aright, place_of

NOTEBOOKS = sorted(ROOT.glob("docs/notebooks/*.ipynb"))
LAWS_PAGE = ROOT / "docs" / "laws.md"


def _drawn(formula: str) -> str:
    """Text of a formula as it is drawn, its tags away."""
    return "".join(ElementTree.fromstring(mathml(formula)).itertext())


def test_a_formula_becomes_mathematics() -> None:
    found = mathml("sum_{i in S} x[o,t] <= most")
    tree = ElementTree.fromstring(found)
    assert [part.tag for part in tree.iter() if part.tag in {"munder", "msub"}] == [
        "munder",
        "msub",
    ]
    assert _drawn("sum_{i in S} x[o,t] <= most") == "∑iinSxo,t≤most"
    assert "msup" in mathml("alpha (v/capacity)^beta")
    assert _drawn("ratio x capacity >= 2") == "ratio×capacity≥2"
    assert _drawn("interest_k + spending_after") == "interestk+spending_after"
    assert not re.search(r"[_*`\[\]{}|]", mathml("|a_b[t] - {x}| * c_long_name"))


@pytest.mark.parametrize(
    ("code", "is_one"), [("x[o,t] = 1", True), ("capital_yearly", False), ("d(v) >= 0", True)]
)
def test_a_name_is_no_formula(code: str, is_one: bool) -> None:
    assert is_formula(code) is is_one


def test_every_rule_has_its_part_of_the_formulation_with_its_law_and_formula() -> None:
    pages = formulation_pages(LAWS_PAGE)
    told = laws_of(LAWS_PAGE.read_text("utf-8"))
    for rule in RULES.values():
        page = pages[f"formulation/{rule.section.value}.md"]
        part = page.partition(f"## `{rule.name}` {{")[2].partition("\n## ")[0]
        assert rule.reason.zh in part.replace("*", ""), rule.name
        assert "<math" in part or rule.is_bound, rule.name
        assert (
            f"[`{rule.name}`]({rule.section.value}.md#{rule.name})" in pages["formulation/index.md"]
        )
    assert {law for law in LAWS if law not in told} <= {"record", "manifest", "network"}


def test_every_formula_of_the_formulation_is_well_formed() -> None:
    formulas = [
        found
        for page in formulation_pages(LAWS_PAGE).values()
        for found in re.findall(r"<math.*?</math>", page, flags=re.DOTALL)
    ]
    assert len(formulas) > 100
    for formula in formulas:
        ElementTree.fromstring(formula)


def test_the_pages_of_the_api_have_every_public_name() -> None:
    text = "\n".join(api_pages().values())
    for name in infraplan.__all__:
        if name != "__version__":
            assert f"## `{name}` {{ #{name} }}" in text


def test_links_lead_to_pages_of_the_site() -> None:
    page = ROOT / "docs" / "instances.md"
    assert place_of(ROOT / "instances" / "kaizhou" / "README.md") == "gallery/kaizhou.md"
    text = "[a](../instances/kaizhou/README.md#x) [b](../setup.py) [c](laws.md) [d](nowhere.md)"
    assert led_aright(text, page) == "[a](gallery/kaizhou.md#x) b [c](laws.md) [d](nowhere.md)"
    deep = ROOT / "instances" / "kaizhou" / "README.md"
    assert led_aright("[a](../../docs/laws.md)", deep) == "[a](../laws.md)"


def test_the_site_leads_to_every_page_of_docs() -> None:
    settings = (ROOT / "tools" / "site" / "mkdocs.yml").read_text("utf-8")
    named = set(re.findall(r"[\w./-]+\.md", settings))
    assert {path.name for path in ROOT.glob("docs/*.md")} <= named
    assert "strict: true" in settings
    assert yaml.safe_load(settings.partition("markdown_extensions:")[0])["theme"]["font"] is False


# ------------------------------------------------------------------------------- tutorials


def tutorial_commands(name: str) -> list[str]:
    """Commands of a tutorial that are run: those of blocks marked sh."""
    text = (ROOT / "docs" / name).read_text("utf-8")
    blocks = re.findall(r"```sh\n(.*?)```", text, flags=re.DOTALL)
    return [line for block in blocks for line in block.splitlines()]


def test_the_search_finds_words_of_chinese() -> None:
    """The theme puts U+200B between them, which is no white space to a browser."""
    separator = re.search(
        r"separator: '([^']+)'", (ROOT / "tools" / "site" / "mkdocs.yml").read_text("utf-8")
    )
    assert separator is not None
    assert re.split(separator[1], "工作\u200b簿\u200b到\u200b上会 材料") == [
        *("工作", "簿", "到", "上会", "材料"),
    ]


def test_both_tutorials_have_the_same_commands() -> None:
    def kinds(name: str) -> list[list[str]]:
        rows = (line.split() for line in tutorial_commands(name))
        return [[row[1], *(word for word in row if word.startswith("--"))] for row in rows]

    assert len(kinds("tutorial.md")) > 10
    assert kinds("tutorial.md") == kinds("tutorial.zh.md")


# ------------------------------------------------------------------------------- notebooks


def test_there_are_six_notebooks() -> None:
    assert len(NOTEBOOKS) == 6


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_kept_without_outputs_and_is_python(path: Path) -> None:
    book = json.loads(path.read_text("utf-8"))
    assert book["metadata"]["kernelspec"]["name"] == "python3"
    assert re.search(r"[\u4e00-\u9fff]", "".join(book["cells"][0]["source"]))
    for cell in book["cells"]:
        if cell["cell_type"] != "code":
            continue
        assert cell["outputs"] == []
        assert cell["execution_count"] is None
        code = re.sub(r"(?m)^%.*$", "", "".join(cell["source"]))
        for node in ast.walk(ast.parse(code)):
            if (
                isinstance(node, ast.Attribute)
                and isinstance(node.value, ast.Name)
                and node.value.id == "infraplan"
            ):
                assert node.attr in infraplan.__all__
