"""Texts that a person reads and that the catalogue does not hold, by file and line."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from string import Formatter

from infraplan.models.catalogue import entries

MAKERS = {"Finding", "Inconsistency", "Violation", "CellFault", "AgreementFault", "doubt"}
"""What takes messages, besides every class whose name ends in `Error`."""
SPEAKERS = {
    *("say", "report", "finding", "fault", "fail", "holds", "equal", "at_most", "at_least"),
    *("refuse", "one_fault", "note", "warn", "_note", "_refuse", "BadParameter"),
}
"""Functions and methods that take messages."""
WORDS_FROM_DATA = {"foreign", "pair", "as_phrase"}
"""Makers of phrases that the catalogue does not hold: they may take no text of the program."""
FOR_THE_PROGRAMMER = {
    *("TypeError", "KeyError", "AssertionError", "NotImplementedError", "ArithmeticError"),
    *("LookupError", "IndexError", "AttributeError", "RuntimeError"),
}
_SENTENCE = re.compile(r"[A-Za-z\u4e00-\u9fff]\S* \S|[\u4e00-\u9fff]")


def placeholders(template: str) -> set[str]:
    """Names that `template` puts values in for."""
    return {name for _, name, _, _ in Formatter().parse(template) if name is not None}


def raw_texts(tree: ast.Module, *, value_errors: bool) -> Iterator[tuple[int, str]]:
    """Yield line and fault of every text of `tree` that the catalogue does not hold.

    `value_errors`: whether a ValueError is told to the user, as those of validators are.
    """
    scopes = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    raw_names = {id(scope): _raw_names(scope) for scope in scopes}
    inside = {id(node): scope for scope in scopes for node in ast.walk(scope)}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = _called(node)
        if name == "phrase":
            yield from _wrong_phrase(node)
        takes = name in MAKERS | SPEAKERS | WORDS_FROM_DATA or (
            name.endswith("Error")
            and name not in FOR_THE_PROGRAMMER
            and (value_errors or name != "ValueError")
        )
        if takes:
            scope = inside.get(id(node))
            known = raw_names[id(scope)] if scope is not None else {}
            for argument in [*node.args, *(key.value for key in node.keywords)]:
                for line, text in _raw(argument, known):
                    yield line, f"{name}({text[:60]!r}) stands outside the catalogue"
        for key in node.keywords:
            if key.arg == "help" and isinstance(key.value, ast.Constant):
                text = " ".join(str(key.value.value).split())
                if text not in entries("help"):
                    yield key.value.lineno, f"help {text[:60]!r} has no Chinese in the catalogue"


def _called(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def _text(node: ast.AST) -> str | None:
    """The literal text of a constant or f-string, its values left out; None for anything else."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        parts = (part.value if isinstance(part, ast.Constant) else "x" for part in node.values)
        return "".join(str(part) for part in parts)
    return None


def _raw(node: ast.AST, names: dict[str, str]) -> Iterator[tuple[int, str]]:
    """Sentences that `node` is made of: literals, their sums and choices, and variables of them."""
    text = _text(node)
    if text is not None and _SENTENCE.search(text):
        yield getattr(node, "lineno", 0), text
    elif isinstance(node, ast.BinOp):
        yield from _raw(node.left, names)
        yield from _raw(node.right, names)
    elif isinstance(node, ast.IfExp):
        yield from _raw(node.body, names)
        yield from _raw(node.orelse, names)
    elif isinstance(node, ast.Name) and node.id in names:
        yield node.lineno, names[node.id]


def _raw_names(scope: ast.FunctionDef) -> dict[str, str]:
    """Variables of a function that are given a literal sentence."""
    found = {}
    for node in ast.walk(scope):
        if isinstance(node, ast.Assign):
            for _, text in _raw(node.value, {}):
                found.update({to.id: text for to in node.targets if isinstance(to, ast.Name)})
    return found


def _wrong_phrase(node: ast.Call) -> Iterator[tuple[int, str]]:
    """Keys that the catalogue does not have, and values that the template does not ask for."""
    first = node.args[0]
    keys = [first] if not isinstance(first, ast.IfExp) else [first.body, first.orelse]
    given = {key.arg for key in node.keywords}
    for key in keys:
        if not isinstance(key, ast.Constant):
            continue
        found = entries("message").get(str(key.value))
        if found is None:
            yield node.lineno, f"the catalogue has no message {key.value!r}"
        elif None not in given and placeholders(found.english) != given:
            wanted = sorted(placeholders(found.english))
            yield (
                node.lineno,
                f"message {key.value!r} asks for {wanted}, not {sorted(map(str, given))}",
            )
