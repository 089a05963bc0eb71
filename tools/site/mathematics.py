"""Formulas of docstrings as MathML: browsers draw it by themselves, without a script or a font.

The formulas of `optimizer/families` are written for reading in code: ``sum_{i in S} x[o,t] <= most``.
A bracket after a name, and one letter after `_`, is its index; ` x ` is a product; words stay words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape

GREEK = {
    "alpha": "α", "beta": "β", "kappa": "κ", "lambda": "λ", "rho": "ρ", "tau": "τ",
}  # fmt: skip
SIGNS = {"<=": "≤", ">=": "≥", "..": "…", "*": "·", "-": "−", "!=": "≠"}
WORDS = {"max", "min", "df"}
TOKEN = re.compile(
    r"\s+|<=|>=|!=|\.\.|[A-Za-z][A-Za-z_0-9]*'?|\d[\d.]*\d|\d|\S",
)
_PLAIN = str.maketrans({sign: f"&#{ord(sign)};" for sign in "_*[]`{}|\\"})


def is_formula(code: str) -> bool:
    """Whether a piece of code in a docstring is a formula and not a name."""
    return bool(re.search(r"[<>=+]|\bsum\b|\[|\w - \w|_\w\b|\^", code)) and ".py" not in code


def mathml(formula: str, *, is_block: bool = False) -> str:
    """Return `formula` as a MathML element.

    Its text has no sign that Markdown would take for its own.
    """
    kind = "block" if is_block else "inline"
    row = _Reader(formula).row(end="")
    return f'<math display="{kind}"><mrow>{row}</mrow></math>'


class _Reader:
    """Reads a formula from left to right."""

    def __init__(self, formula: str) -> None:
        self.tokens = TOKEN.findall(formula)
        self.at = 0

    def peek(self, ahead: int = 0) -> str:
        """The token `ahead` of here; blank at the end."""
        at = self.at + ahead
        return self.tokens[at] if at < len(self.tokens) else ""

    def row(self, end: str) -> str:
        """All up to the token `end`, which is read too; to the formula's end where it is blank."""
        return "".join(self._parts(end))

    def _parts(self, end: str) -> Iterator[str]:
        before = ""
        while self.at < len(self.tokens):
            token = self.peek()
            self.at += 1
            if end and token == end:
                return
            if token.isspace():
                if _is_word(before) and (_is_word(self.peek()) or self.peek() in {"(", "|"}):
                    yield '<mspace width="0.28em"/>'
                continue
            yield self._one(token, before)
            before = token

    def _one(self, token: str, before: str) -> str:
        following = self.peek(1) if self.peek().isspace() else self.peek()
        if token == "x" and before and self.peek().isspace() and _ends(before):
            return "<mo>×</mo>"
        if token == "sum" and following != "of":
            return "<mo>∑</mo>"
        if token.startswith("sum_"):
            return self._sum(token.removeprefix("sum_"))
        if _is_word(token):
            return self._indexed(token)
        if token[0].isdigit():
            return self._raised(f"<mn>{token}</mn>")
        if token == "(":
            return self._raised(
                f'<mrow><mo stretchy="false">(</mo>{self.row(")")}<mo stretchy="false">)</mo></mrow>'
            )
        if token == "[":
            return f"<mrow><mo>{_text('[')}</mo>{self.row(']')}<mo>{_text(']')}</mo></mrow>"
        if token in "{}":
            return ""
        return f'<mo stretchy="false">{_text(SIGNS.get(token, token))}</mo>'

    def _sum(self, index: str) -> str:
        """A sum over `index`, or over what braces hold."""
        if not index and self.peek() == "{":
            self.at += 1
            return f"<munder><mo>∑</mo><mrow>{self.row('}')}</mrow></munder>"
        return f"<munder><mo>∑</mo>{_name(index)}</munder>"

    def _indexed(self, token: str) -> str:
        name, _, index = token.rpartition("_")
        if token == "sum_" or not name or len(index) > 1:
            name, index = token, ""
        parts = [_name(index)] if index else []
        if token.endswith("_") and self.peek() == "{":
            name, self.at = token[:-1], self.at + 1
            parts.append(self.row("}"))
        while self.peek() == "[":
            self.at += 1
            parts.append(self.row("]"))
        drawn = _name(name)
        if parts:
            comma = "<mo>,</mo>"
            drawn = f"<msub>{drawn}<mrow>{comma.join(parts)}</mrow></msub>"
        return self._raised(drawn)

    def _raised(self, drawn: str) -> str:
        """`drawn` with the power that follows it."""
        if self.peek() != "^":
            return drawn
        self.at += 1
        token = self.peek()
        self.at += 1
        power = self.row("}" if token == "{" else ")") if token in ("{", "(") else _name(token)
        return f"<msup>{drawn}<mrow>{power}</mrow></msup>"


def _is_word(token: str) -> bool:
    return bool(token) and token[0].isalpha()


def _ends(before: str) -> bool:
    """Whether a factor may end in `before`."""
    return _is_word(before) or before[-1].isdigit() or before in ")]"


def _name(name: str) -> str:
    if name.isdigit():
        return f"<mn>{name}</mn>"
    if name in GREEK:
        return f"<mi>{GREEK[name]}</mi>"
    if len(name.rstrip("'")) == 1:
        return f"<mi>{_text(name)}</mi>"
    return f'<mi mathvariant="normal">{_text(name)}</mi>'


def _text(text: str) -> str:
    return escape(text, quote=False).replace("'", "′").translate(_PLAIN)
