"""Pictures of the README: `python -m tools.screenshots OUT` (report, terminal, workbench; English and Chinese).

Taken by Debian's Chromium from a run of the worked example, with a palette of 64 colours, so that a
picture stays below 150 kB. The workbench needs the extra `serve`.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import infraplan

MOST_BYTES = 150_000
COLOURS = 64
SETTLE_MS = 8_000
"""How long a page may draw before its picture is taken."""
LONGEST_S = 240


def shoot(address: str, picture: Path, width: int, height: int) -> None:
    """Take a picture of `address`, which Chromium opens.

    Raises
    ------
    RuntimeError
        If there is no Chromium, or it takes none.
    """
    browser = shutil.which("chromium")
    if browser is None:
        raise RuntimeError("Chromium is not installed")
    with tempfile.TemporaryDirectory() as profile:
        taken = Path(profile) / "taken.png"
        command = [
            *(browser, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"),
            *(f"--user-data-dir={profile}/profile", f"--window-size={width},{height}"),
            *(f"--virtual-time-budget={SETTLE_MS}", f"--screenshot={taken}", address),
        ]
        subprocess.run(command, capture_output=True, check=False, timeout=LONGEST_S)
        if not taken.exists():
            raise RuntimeError(f"no picture of {address}")
        _save_small(taken, picture)


def _save_small(taken: Path, picture: Path) -> None:
    """Keep a picture with few colours."""
    from PIL import Image

    with Image.open(taken) as full:
        small = full.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
        small.save(picture, optimize=True)
    if picture.stat().st_size > MOST_BYTES:
        raise RuntimeError(f"{picture} is larger than {MOST_BYTES} bytes")


def terminal_page(run: Path, lang: str) -> str:
    """What `infraplan show RUN --table projects` prints, as a page drawn like a terminal."""
    import rich.console
    import rich.text

    command = [sys.executable, "-m", "infraplan", "show", str(run), "--table", "projects"]
    # As in a terminal of 80 columns, with its bold headings.
    env = os.environ | {"COLUMNS": "80", "FORCE_COLOR": "1"}
    done = subprocess.run(
        [*command, "--lang", lang], env=env, capture_output=True, text=True, check=True
    )
    console = rich.console.Console(record=True, width=80, file=io.StringIO())
    console.print(f"$ infraplan show {run.name} --table projects")
    console.print(rich.text.Text.from_ansi(done.stdout), end="")
    page = console.export_html(
        code_format="<html><meta charset=utf-8><style>{stylesheet} body {{margin: 14px; "
        "background: #16212b; color: #e8edf2}} pre {{font: 15px/1.35 'Noto Sans Mono CJK SC', "
        "'Noto Sans Mono', monospace; margin: 0}}</style><pre>{code}</pre></html>"
    )
    page = re.sub("[━─╇┼]+", _ruled, page)
    return page.replace("#000000", "#e8edf2")


def _ruled(found: re.Match[str]) -> str:
    """A rule as wide as its signs: fonts with Chinese draw them twice as wide."""
    look = f"width:{len(found.group()) / 2}em;border-top:1px solid #8fa3b5"
    return f'<span style="display:inline-block;vertical-align:middle;{look}"></span>'


@contextlib.contextmanager
def workbench(folder: Path) -> Iterator[str]:
    """A workbench with its data in `folder`; its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "infraplan", "serve", "--data", str(folder), "--no-browser"]
    env = os.environ | {"LOGNAME": "planner"}
    server = subprocess.Popen(
        [*command, "--port", str(port)],
        env=env,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        for _ in range(LONGEST_S):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(1.0)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait()


def main(arguments: list[str]) -> int:
    """Take all pictures into the folder that is named."""
    if len(arguments) != 1:
        print(__doc__, file=sys.stderr)
        return 2
    out = Path(arguments[0])
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for lang, ending in (("en", ""), ("zh", "-zh")):
            run = folder / f"myplan{ending}"
            infraplan.run(infraplan.example(), run, infraplan.Options(gap=0.0), lang=lang)
            shoot((run / "report.html").as_uri(), out / f"report{ending}.png", 1180, 960)
            page = folder / f"terminal{ending}.html"
            page.write_text(terminal_page(run, lang), "utf-8")
            height = 340 if lang == "en" else 240
            shoot(page.as_uri(), out / f"terminal{ending}.png", 790, height)
        with workbench(folder / "workbench") as address:
            for lang, ending in (("en", ""), ("zh", "-zh")):
                shoot(f"{address}/{lang}/", out / f"workbench{ending}.png", 1180, 700)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
