"""Help in the language asked for: `infraplan solve --help --lang zh`.

Commands and options state their help in English where they are defined; the catalogue holds the
same text with its Chinese. A group of this class shows the help of itself and of its commands in
Chinese where `--lang zh` stands on the command line, or the environment says so: INFRAPLAN_LANG,
else the locale (LC_ALL, LC_MESSAGES, LANG).
"""

from __future__ import annotations

import copy
import json
import re
import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import IO, Any

import typer
from typer.core import TyperGroup

from infraplan.models.catalogue import entries
from infraplan.models.regular_expressions import regex
from infraplan.optimizer.cli.language import LANGUAGE_VARIABLE, language_of
from infraplan.optimizer.cli.wrong_use import IN_JSON, USAGE

_OWN_OPTIONS = ("--help", "--version")
"""What a group of commands is asked for by itself, without one of its commands."""
_LOCALE = ("LC_ALL", "LC_MESSAGES", "LANG")
_FRAME = {
    "ARGUMENTS_PANEL_TITLE": "Arguments",
    "OPTIONS_PANEL_TITLE": "Options",
    "COMMANDS_PANEL_TITLE": "Commands",
    "DEFAULT_STRING": "[default: {}]",
    "ENVVAR_STRING": "[env var: {}]",
    "REQUIRED_LONG_STRING": "[required]",
}
"""Words that Typer itself puts around the help of a command, by the name of its constant."""
_KINDS = (
    *("<float range>", "<int range>", "<float>", "<int>", "<str>", "<path>", "<bool>"),
    *("<list[str]>", "<list[int]>", "<list[float]>", "<list[path]>"),
)
"""How Typer names the kinds of values of options and arguments."""
_NAMES = ("FORM", "ADDRESS")
"""How options name their values themselves."""
_USAGE_WORDS = ("Usage: ", "[OPTIONS]", "COMMAND [ARGS]...")
"""Words of the line of usage, as Click writes them."""
_HEADINGS = regex("^(Arguments|Options|Commands):$", re.MULTILINE)
"""Headings of help without boxes, as the program's own page has it."""

_HEAD_OF_LINE = regex(r" +\S+ {2,}| +")
"""What stands before the text of a line: its indent, in a list of commands their names too."""


def _language_of(arguments: Sequence[str]) -> str:
    """Return the language of help: unlike that of messages, the locale may choose it."""
    return language_of(arguments, (LANGUAGE_VARIABLE, *_LOCALE))


def chinese_help(english: str, kind: str = "help") -> str:
    """Return the Chinese of a text of `kind`; the text itself where the catalogue has none.

    A text with names of the program in it (`One table: a, b; or all.`) stands in the catalogue as
    a template. That every text has its Chinese is tested.
    """
    plain = " ".join(english.split())
    known = entries(kind)
    if plain in known:
        return known[plain].chinese
    for template, found in known.items():
        if "{" in template:
            pattern = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>.+)", re.escape(template))
            if match := re.fullmatch(pattern, plain):
                values = {name: v.replace("', '", "'、'") for name, v in match.groupdict().items()}
                if "message" in values:
                    values["message"] = chinese_help(values["message"], kind)
                return found.chinese.format(**values)
    return english


class TranslatedGroup(TyperGroup):
    """A group of commands whose help is shown in the language asked for."""

    lang = "en"
    is_in_json = False
    """Whether the command line that is read asks for JSON: the outermost group knows."""

    def main(self, args: Sequence[str] | None = None, *rest: Any, **more: Any) -> Any:
        """Run the command line; what Typer says around help is in the language too."""
        line = list(sys.argv[1:] if args is None else args)
        own_page = all(argument in _OWN_OPTIONS for argument in _without_language(line))
        if _language_of(line) == "en" or own_page:  # that page has no boxes: Rich is not loaded
            return super().main(args, *rest, **more)
        with _chinese_frame():
            return super().main(args, *rest, **more)

    def make_context(self, info_name: str | None, args: list[str], *rest: Any, **more: Any) -> Any:
        """Read the command line; the outermost group decides on the language."""
        outermost = not rest and more.get("parent") is None
        self.is_in_json = outermost and "--json" in args
        if outermost and self.lang == "en" and _language_of(args) == "zh":
            return in_chinese(self).make_context(info_name, args, *rest, **more)
        with _told_errors(self.lang, as_json=self.is_in_json):
            return super().make_context(info_name, _without_language(args), *rest, **more)

    def invoke(self, ctx: Any) -> Any:
        """Run the command that the context was made for, which may be the Chinese copy."""
        if ctx.command is not self and isinstance(ctx.command, TranslatedGroup):
            return ctx.command.invoke(ctx)
        with _told_errors(self.lang, as_json=self.is_in_json):
            return super().invoke(ctx)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Return the command `cmd_name`, its help in the group's language."""
        found = super().get_command(ctx, cmd_name)
        return in_chinese(found) if found is not None and self.lang == "zh" else found


def _without_language(arguments: list[str]) -> list[str]:
    """Take `--lang zh` from a group's own line: a group has the option for its help alone."""
    kept = []
    skip = False
    for argument in arguments:
        if skip or argument == "--lang" or argument.startswith("--lang="):
            skip = argument == "--lang"
            continue
        kept.append(argument)
    return kept if all(argument in _OWN_OPTIONS for argument in kept) else arguments


def in_chinese(command: Any) -> Any:
    """Return a copy of `command` whose help is Chinese; the command itself stays as it is."""
    made = copy.copy(command)
    made.params = [_translated(param) for param in command.params]
    made.help = chinese_help(command.help or "")
    if isinstance(made, TranslatedGroup):
        made.lang = "zh"
    own = vars(made)
    own["_help_option"] = None  # made anew for the copy, so that the original keeps its own
    usage, show = made.get_usage, made.get_help

    def get_usage(ctx: Any) -> str:
        return _chinese_usage(str(usage(ctx)))

    def get_help(ctx: Any) -> str:
        option = made.get_help_option(ctx)
        if option is not None:
            option.help = chinese_help(option.help or "")
            _with_chinese_kind(option)
        page = _chinese_usage(str(show(ctx)))
        page = _HEADINGS.sub(lambda found: f"{chinese_help(found[1])}：", page)
        return _fitted(page, ctx.terminal_width or shutil.get_terminal_size().columns)

    own["get_usage"], own["get_help"] = get_usage, get_help
    return made


def _fitted(page: str, width: int) -> str:
    """`page` with no line beyond `width`: Click counts a Chinese character as one column."""
    lines = []
    for line in page.splitlines():
        if len(line) * 2 <= width or "│" in line:  # what is drawn in a frame keeps the width
            lines.append(line)
            continue
        from infraplan.optimizer.report.drawn_tables import wrapped

        head = _HEAD_OF_LINE.match(line)
        indent = head.end() if head else 0
        told = wrapped(line[indent:], width - indent).replace("\n", "\n" + " " * indent)
        lines.append(line[:indent] + told)
    return "\n".join(lines)


def _chinese_usage(page: str) -> str:
    """Put the words that Click writes into the line of usage into Chinese."""
    for english in _USAGE_WORDS:
        page = page.replace(english, chinese_help(english.strip(), "usage"), 1)
    return page


def _translated(param: Any) -> Any:
    made = copy.copy(param)
    if getattr(param, "help", None):
        made.help = chinese_help(param.help)
    if getattr(param, "metavar", None) in _NAMES:
        made.metavar = chinese_help(param.metavar, "usage")
    _with_chinese_kind(made)
    return made


def _with_chinese_kind(param: Any) -> None:
    """Let `param` name the kind of its values in Chinese."""
    kind = getattr(param, "display_type", None)
    if kind is None:
        return

    def display_type(ctx: Any) -> str:
        told = str(kind(ctx))
        return chinese_help(told, "usage") if told in _KINDS else told

    vars(param)["display_type"] = display_type


def _folding(table: type[Any]) -> type[Any]:
    """Rich's `table`, which folds what has no blanks to be wrapped at instead of cutting it off."""

    class Folding(table):  # type: ignore[misc]
        def add_row(self, *cells: Any, **more: Any) -> None:
            for cell in cells:
                for text in getattr(cell, "renderables", [cell]):
                    if hasattr(text, "overflow"):
                        text.overflow = "fold"
            super().add_row(*cells, **more)

    return Folding


@contextmanager
def _chinese_frame() -> Iterator[None]:
    """Let Typer's own words around help be Chinese while a command line runs."""
    from rich import _wrap
    from typer import rich_utils

    from infraplan.optimizer.report.drawn_tables import WORDS

    words = {name: chinese_help(english) for name, english in _FRAME.items()}
    there: dict[str, Any] = {key: told for key, told in words.items() if hasattr(rich_utils, key)}
    if isinstance(made := getattr(rich_utils, "Table", None), type):
        there["Table"] = _folding(made)
    ours = [(rich_utils, name, told) for name, told in there.items()]
    if hasattr(_wrap, "re_word"):  # Chinese has no blanks: a whole sentence would be one word
        ours.append((_wrap, "re_word", WORDS))
    before = [(module, name, getattr(module, name)) for module, name, _ in ours]
    try:
        for module, name, value in ours:
            setattr(module, name, value)
        yield
    finally:
        for module, name, value in before:
            setattr(module, name, value)


@contextmanager
def _told_errors(lang: str, *, as_json: bool) -> Iterator[None]:
    """Let a wrong use that passes be told in Chinese where `lang` is `zh`, and as JSON if asked."""
    try:
        yield
    except Exception as error:
        tell = getattr(error, "format_message", None)
        is_help = type(error).__name__ == "NoArgsIsHelpError"  # it shows the page, not a fault
        if tell is not None and not is_help:
            english = vars(error).setdefault("in_english", str(tell()))
            if as_json:
                _tell_in_json(error, english)
            if lang == "zh":
                _tell_in_chinese(error, chinese_help(english, "usage"))
        raise


def _tell_in_json(error: Any, english: str) -> None:
    """Write the JSON object of a wrong use, unless the command has written it."""
    if vars(error).setdefault(IN_JSON, False):
        return
    vars(error)[IN_JSON] = True
    data = {"error": USAGE, "message": english, "message_zh": chinese_help(english, "usage")}
    sys.stdout.write(json.dumps(data, ensure_ascii=False) + "\n")


def _tell_in_chinese(error: Any, told: str) -> None:
    """Let `error`, a wrong use, show itself as `told`, with the usage of its command."""

    def show(file: IO[Any] | None = None) -> None:
        ctx = getattr(error, "ctx", None)
        if ctx is not None:
            lines = [ctx.get_usage()]
            if ctx.command.get_help_option(ctx) is not None:
                hint = f"Try '{ctx.command_path} {ctx.help_option_names[0]}' for help."
                lines.append(chinese_help(hint, "usage"))
            typer.echo("\n".join(lines) + "\n", file=file, err=file is None)
        typer.echo(f"{chinese_help('Error:', 'usage')}{told}", file=file, err=file is None)

    vars(error)["format_message"] = lambda: told
    if told:  # where there is nothing to tell, the error is the help page itself
        vars(error)["show"] = show
