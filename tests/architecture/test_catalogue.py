"""Whatever a person reads stands in the catalogue, in English and Chinese."""

from __future__ import annotations

import ast
import importlib
import inspect
import re
from collections.abc import Iterator
from enum import Enum
from typing import Any

import pytest
import typer

from infraplan.models.capital_ratios import CAPITAL_RATIO_SETS
from infraplan.models.catalogue import Phrase, entries, entry, listed, phrase, term, term_of
from infraplan.models.catalogue.entries import SOURCES, kinds
from infraplan.models.catalogue.meanings import COLUMNS, SETTINGS
from infraplan.models.catalogue.phrases import PLURAL
from infraplan.models.errors import Finding, InstanceFormatError, Severity
from infraplan.models.finance.carbon import CARBON_VALUES
from infraplan.models.finance.discounting import SOCIAL_RATES
from infraplan.models.money_presets import MONEY_PRESETS
from infraplan.models.plan import SourceKind
from infraplan.models.rule_sets import RULE_SETS
from infraplan.optimizer.cli.help_texts import chinese_help
from infraplan.optimizer.cli.main import app
from infraplan.optimizer.status import SolutionState, Termination
from infraplan.optimizer.storage.fields import Base
from infraplan.optimizer.verify import csv_tables, rows
from infraplan.optimizer.verify.violations import LAWS, Violation
from infraplan.optimizer.work_clock import ClockReason, ClockStep
from tests.architecture.raw_texts import placeholders, raw_texts
from tests.architecture.sources import ROOT, Source, sources
from tests.assertions import half_width_marks

CHINESE = re.compile(r"[\u4e00-\u9fff]")
TEMPLATES = ("message", "help", "usage")
"""Kinds whose entries take values."""

ALIKE = {"PuLP", "run", "json"}
"""Words that both languages write alike: names of programs and files."""


def test_every_entry_stands_in_both_languages() -> None:
    for kind in kinds():
        assert entries(kind), kind
        for key, found in entries(kind).items():
            if found.same:
                assert not CHINESE.search(found.english), f"{kind} {key}: no English"
                words = re.findall("[A-Za-z]+", re.sub(r"\{[^}]*\}", "", found.english))
                assert set(words) <= ALIKE, f"{kind} {key}: {found.english!r} has no Chinese"
                continue
            if (kind, key) == ("report", "language"):
                continue  # the switch between languages: each names the other in its own words
            said = re.sub(r"\{[^}]*\}", "", found.chinese) if kind in TEMPLATES else found.chinese
            is_chinese = CHINESE.search(said) or not re.search("[A-Za-z]", said)
            assert is_chinese, f"{kind} {key}: {found.chinese!r} is not Chinese"
            if kind in TEMPLATES:
                names = placeholders(found.english), placeholders(found.chinese)
                assert names[0] == names[1], f"{kind} {key}: other values in Chinese"


def test_a_figure_and_the_name_of_its_money_are_kept_apart() -> None:
    """`1.24 100 million CNY` reads as another figure: money units may begin with a number."""
    texts = [found.english for kind in TEMPLATES for found in entries(kind).values()]
    joined = [text for text in texts if re.search(r"\{[^{}]*:[^{}]*\}\s+\{unit\}", text)]
    assert not joined
    assert len([text for text in texts if "} x {unit}" in text]) >= 5


def test_a_count_of_one_is_followed_by_one_of_its_things() -> None:
    """`1 projects are` is no English: what hangs on a count is marked in the template."""
    plain = re.compile(r"\{(?:count|num_\w+)(?::,|:g)?\} (?:[a-z]+ )?[a-z]+s\b(?!\()")
    too_long = ("{num_raw:,} characters", "{num_text:,} characters")  # more than one at any time
    found = entries("message").values()
    bare = [one.english for one in found if plain.search(one.english)]
    assert not [text for text in bare if not any(part in text for part in too_long)]
    marked = [one.english for one in found if PLURAL in one.english]
    for name, one, several in re.findall(r"\{(\w+):=([^|}]*)\|([^|}]*)\}", " ".join(marked)):
        assert one != several, name
    assert sum(text.count(PLURAL) for text in marked) == " ".join(marked).count("|")
    told = [phrase("verified-checks-of-laws-hold", count=n, num_laws=n) for n in (0, 1, 2)]
    assert told == [
        "Verified: 0 checks of 0 laws hold.",
        "Verified: 1 check of 1 law holds.",
        "Verified: 2 checks of 2 laws hold.",
    ]


@pytest.mark.parametrize(
    ("chinese", "marks"),
    [
        ("已写出{target}，共{count:,}处（见1,200）。", 0),
        ("按“名称=数值; 名称=数值”填写，如a=1;b=2", 0),
        ("已写出{target},共两处", 1),
        ("{law}:{message}", 1),
        ("先后关系(precedence)", 2),
        ("下一步: infraplan solve", 1),
        ("资金结余:", 1),
    ],
)
def test_half_width_marks_are_told_from_code(chinese: str, marks: int) -> None:
    assert len(half_width_marks(chinese)) == marks


def test_chinese_of_the_catalogue_has_full_width_marks() -> None:
    texts = {
        f"{kind} {key}": known.chinese
        for kind in kinds()
        for key, known in entries(kind).items()
        if not known.same
    }
    texts |= {f"meaning {key}": chinese for key, chinese in (COLUMNS | SETTINGS).items()}
    found = [f"{key}: {mark!r}" for key, said in texts.items() for mark in half_width_marks(said)]
    assert not found, "\n".join(found)


BESIDE_CHINESE = re.compile(r"[\u4e00-\u9fff][,;:()?!]|[,;:()?!][\u4e00-\u9fff]")
READ_BY_PROGRAMS = ("optimizer/storage/", "optimizer/interop/")
"""Where Chinese is what readers understand: patterns, units, headings."""


def test_chinese_outside_the_catalogue_has_full_width_marks() -> None:
    found = []
    for source in sources():
        name = source.path.relative_to(ROOT).as_posix()
        if source.path.parent.name == "catalogue" or name.startswith(READ_BY_PROGRAMS):
            continue
        found += [
            f"{name}:{node.lineno}: {node.value!r}"
            for node in source.texts
            if BESIDE_CHINESE.search(str(node.value))
        ]
    assert not found, "\n".join(found)


def test_no_key_of_a_kind_stands_twice() -> None:
    # Modules of one kind are laid together; a second entry would replace the first.
    for kind, places in SOURCES.items():
        seen: dict[str, str] = {}
        for place in places:
            module, _, name = place.partition(":")
            words = getattr(importlib.import_module(f"infraplan.models.catalogue.{module}"), name)
            for key in words:
                assert key not in seen, f"{kind} {key}: in {seen[key]} and {place}"
                seen[key] = place
        assert set(seen) == set(entries(kind))
    modules = {place.partition(":")[0] for place in SOURCES["message"]}
    assert modules == {
        source.path.stem
        for source in sources()
        if source.path.parent.name == "catalogue" and source.path.stem.endswith("_messages")
    }


def _shown(source: Source) -> Iterator[tuple[int, str]]:
    is_models = source.module.startswith("infraplan.models.")
    kernels = source.module.startswith("infraplan.models.finance")
    return raw_texts(source.tree, value_errors=is_models and not kernels)


def test_no_text_of_the_program_stands_outside_the_catalogue() -> None:
    found = [
        f"{source.path.relative_to(ROOT)}:{line}: {fault}"
        for source in sources()
        if source.path.parent.name != "catalogue"
        for line, fault in _shown(source)
    ]
    assert not found, "\n".join(found)


def test_every_message_of_the_catalogue_is_used() -> None:
    used = {
        node.value
        for source in sources()
        if source.path.parent.name != "catalogue" or source.path.stem == "phrases"
        for node in source.nodes
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    unused = sorted(set(entries("message")) - used)
    assert not unused, f"nobody says: {unused}"


CHINESE_OF_DATA = {
    "models/rules/": "titles of rules, in their records",
    "models/rule_sets.py": "titles of published rules",
    "models/money_presets.py": "titles of published grants and bonds",
    "models/capital_ratios.py": "titles of published ratios",
    "models/restate.py": "a source, written into the instance",
    "models/problem.py": "an example in a description",
    "optimizer/analysis/rule_words.py": "words of rules",
    "optimizer/analysis/conflicts.py": "words of rules",
    "optimizer/report/texts.py": "words of rules",
    "optimizer/storage/": "what readers understand, and the worked example of the template",
    "optimizer/generating/": "names written into the instance",
    "optimizer/interop/": "units that readers understand, names written into the instance",
}
"""Where Chinese stands outside the catalogue, and why."""


def test_chinese_stands_in_the_catalogue() -> None:
    found = []
    for source in sources():
        name = source.path.relative_to(ROOT).as_posix()
        if source.path.parent.name == "catalogue" or name.startswith(tuple(CHINESE_OF_DATA)):
            continue
        found += [
            f"{name}:{node.lineno}: {str(node.value)[:40]!r}"
            for node in source.texts
            if CHINESE.search(str(node.value))
        ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("code", "fault"),
    [
        ('Finding("rule", "two rows are alike")', "stands outside"),
        ('Finding("rule", message=f"{a} is odd here")', "stands outside"),
        ('Inconsistency("r", "t", 0, "f", phrase("none-given"), "mend it here")', "stands outside"),
        ('output.say("All is well", "一切正常")', "stands outside"),
        ('output.say(pair("All is well", "一切正常"))', "stands outside"),
        ('recorder.holds("law", "x", True, "the plan " + name)', "stands outside"),
        ('def f():\n    text = f"no plan for {a}"\n    raise NoPlanError(text)', "stands outside"),
        ('def f():\n    raise ValueError("must be more")', "stands outside"),
        ('faults.report("rule", "a" if x else "not so good", file=f)', "stands outside"),
        ('typer.Option(help="Something that nobody translated.")', "no Chinese"),
        ('phrase("no-such-key-anywhere")', "has no message"),
        ('phrase("is-not-an-id-in", used=used)', "asks for"),
    ],
)
def test_a_text_outside_the_catalogue_is_named_with_its_line(code: str, fault: str) -> None:
    tree = ast.parse(f"# first line\n{code}\n")
    found = list(raw_texts(tree, value_errors=True))
    assert found, code
    line, told = found[0]
    assert line == 1 + len(code.splitlines())
    assert fault in told


def test_a_text_of_the_catalogue_is_not_reported() -> None:
    code = 'raise NoPlanError(phrase("is-not-an-id-in", used=a, where="the table of projects"))'
    assert not list(raw_texts(ast.parse(code), value_errors=True))


# ------------------------------------------------------------------------------------- commands


def _commands(command: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    yield path, command
    for name, below in getattr(command, "commands", {}).items():
        yield from _commands(below, f"{path} {name}".strip())


def test_every_command_and_option_has_help_in_chinese() -> None:
    commands = list(_commands(typer.main.get_command(app)))
    assert len(commands) > 20
    for path, command in commands:
        inner = inspect.unwrap(command.callback) if command.callback else None
        code = getattr(inner, "__code__", None)
        where = f"{code.co_filename}:{code.co_firstlineno}" if code else path
        texts = {path: command.help or ""}
        texts |= {f"{path} {param.name}": getattr(param, "help", "") for param in command.params}
        for name, english in texts.items():
            assert english, f"{where}: {name} has no help"
            assert not CHINESE.search(english), f"{where}: {name}: English help alone"
            assert CHINESE.search(chinese_help(english)), f"{where}: {name}: no Chinese help"


# ---------------------------------------------------------------------- laws, tables, fixed lists


def test_every_law_has_a_title() -> None:
    assert set(LAWS) == set(entries("law"))


def test_every_table_and_field_that_the_verifier_names_has_its_word() -> None:
    known = {
        table.name: {*table.keys, *table.numbers, *table.texts}
        for module in (rows, csv_tables)
        for value in vars(module).values()
        for table in (value if isinstance(value, tuple) else (value,))
        if isinstance(table, rows.Table)
    }
    assert len(known) > 10
    assert set(known) <= set(entries("plan-table"))
    assert set().union(*known.values()) <= set(entries("plan-field"))


def test_every_fixed_list_that_messages_name_has_its_words() -> None:
    lists: tuple[type[Enum], ...] = (
        Termination,
        SolutionState,
        Severity,
        SourceKind,
        Base,
        ClockReason,
        ClockStep,
    )
    for words in lists:
        for member in words:
            assert f"{words.__name__}.{member.value}" in entries("choice"), member


def test_every_published_source_and_fiscal_item_has_its_words() -> None:
    rules = [rule for found in RULE_SETS.values() for rule in found]
    ratios = [row for found in CAPITAL_RATIO_SETS.values() for row in found]
    presets = MONEY_PRESETS.values()
    dated = (*rules, *ratios, *presets, *SOCIAL_RATES.values(), *CARBON_VALUES.values())
    missing = {row.source for row in dated} - set(entries("published-source"))
    assert not missing, f"no Chinese in models/catalogue/source_words.py: {missing}"
    items = {term.item for rule in rules for term in (*rule.additions, *rule.base)}
    assert items <= set(entries("fiscal-item"))


# --------------------------------------------------------------------------------------- phrases


def test_a_phrase_is_its_english_text_and_knows_its_chinese() -> None:
    made = phrase("is-not-an-id-in", used="roda", where="projects")
    assert made == "'roda' is not an id in projects"
    assert made.zh == "projects中没有编号“roda”"
    assert isinstance(made, Phrase)
    with pytest.raises(KeyError, match="the catalogue has no message"):
        phrase("no-such-message")
    with pytest.raises(KeyError, match="no law"):
        term("law", "no-such-law")


def test_values_are_shown_in_the_language_of_the_sentence() -> None:
    inner = phrase("severity-and-finding", severity=Severity.WARNING, finding=term("law", "debt"))
    assert inner == "warning: accounts of debt"
    assert inner.zh == "警告：债务台账"
    assert listed([inner, "x"]).zh == "警告：债务台账、x"
    assert term_of(Termination.TIME_LIMIT).zh == entry("choice", "Termination.time_limit").chinese


def test_a_finding_is_told_in_both_languages() -> None:
    finding = Finding(
        rule="missing-cell",
        message=phrase("is-blank", name="lead_time"),
        advice=phrase("it-is-required"),
        file="plan.xlsx",
        sheet="projects",
        row=7,
        column="lead_time",
    )
    assert finding.text() == (
        "plan.xlsx, sheet projects, row 7, column lead_time: lead_time is blank (it is required)"
    )
    assert finding.text("zh") == (
        "plan.xlsx，工作表projects，第7行，lead_time列：lead_time为空（此项必填）"
    )
    error = InstanceFormatError([finding])
    assert str(error) == finding.text()
    assert error.message.zh == finding.text("zh")


def test_a_violation_is_told_in_both_languages() -> None:
    violation = Violation("precedence", "a", phrase("is-not-built", name="a"))
    assert str(violation) == "precedence: a is not built"
    assert violation.phrase.zh == "先后关系（precedence）：a未建设"
