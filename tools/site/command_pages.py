"""A page for each command in each language, made from the commands themselves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from infraplan.optimizer.cli.command_list import COMMANDS
from infraplan.optimizer.cli.help_texts import chinese_help, in_chinese
from infraplan.optimizer.cli.main import app

LANGUAGES = ("en", "zh")
_SAYS = {"en": "what it is", "zh": "说明"}
_HEADS = {
    "en": "Made from the commands themselves: `infraplan COMMAND --help` says the same.",
    "zh": "由命令本身生成，与 `infraplan 命令 --help --lang zh` 所示一致。",
}
TITLES = {"en": "All commands", "zh": "全部命令"}


def command_pages() -> dict[str, str]:
    """Text of each page by its name: an index and one page for each command, by language."""
    from typer.main import get_command

    group: Any = get_command(app)
    pages: dict[str, str] = {}
    for lang in LANGUAGES:
        lines = [f"# {TITLES[lang]}", _HEADS[lang], ""]
        for name, entry in COMMANDS.items():
            says = chinese_help(entry.help) if lang == "zh" else entry.help
            lines.append(f"- [`{name}`]({name}.md): {_plain(says)}")
            command = group.commands[name]
            shown = in_chinese(command) if lang == "zh" else command
            pages[f"commands/{lang}/{name}.md"] = _page(shown, ("infraplan", name), lang)
        pages[f"commands/{lang}/index.md"] = "\n".join(lines) + "\n"
    return pages


def _page(command: Any, path: tuple[str, ...], lang: str) -> str:
    parts = [f"# `{' '.join(path)}`"]
    other = "zh" if lang == "en" else "en"
    if len(path) == 2:
        word = "中文" if other == "zh" else "English"
        parts.append(f"[{word}](../{other}/{path[-1]}.md)")
    parts += list(_sections(command, path, lang))
    return "\n\n".join(parts) + "\n"


def _sections(command: Any, path: tuple[str, ...], lang: str) -> Iterator[str]:
    """What the command is, how it is written, what it takes; then the commands of a group."""
    yield _paragraphs(command.help or "")
    context = command.context_class(command, info_name=" ".join(path))
    yield f"```\n{command.get_usage(context)}\n```"
    for kind, title in (("argument", "Arguments"), ("option", "Options")):
        found = [one for one in command.params if one.param_type_name == kind]
        rows = [_row(one, context, lang) for one in found if not getattr(one, "hidden", False)]
        if rows:
            heading = chinese_help(title) if lang == "zh" else title
            head = f"| | {_SAYS[lang]} |\n|---|---|"
            yield f"**{heading}**\n\n{head}\n" + "\n".join(rows)
    for name, part in getattr(command, "commands", {}).items():
        shown = in_chinese(part) if lang == "zh" else part
        yield f"## `{' '.join((*path, name))}`"
        yield from _sections(shown, (*path, name), lang)


def _row(param: Any, context: Any, lang: str) -> str:
    """How an argument or option is written, and what it is, as the command's own help says it."""
    written, says = param.get_help_record(context)
    if lang == "zh":
        for english in ("[default: {}]", "[env var: {}]", "[required]"):
            begin = english.removesuffix("{}]").removesuffix("]")
            told = chinese_help(english).removesuffix("{}]").removesuffix("]")
            says = says.replace(begin, told).replace(f"; {begin[1:]}", f"；{told[1:]}")
    return f"| `{_cell(written)}` | {_cell(_plain(' '.join(says.split())))} |"


def _paragraphs(text: str) -> str:
    """Paragraphs of a help text, whose lines are broken for a terminal."""
    parts = text.replace("\b", "").split("\n\n")
    return "\n\n".join(_plain(" ".join(part.split())) for part in parts)


def _plain(text: str) -> str:
    """A text in which Markdown finds nothing to draw."""
    for mark in ("\\", "*", "_", "<", "[", "]"):
        text = text.replace(mark, f"\\{mark}")
    return text


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
