"""Files of every kind that is read, damaged at random: told cleanly, never a fault of the program.

Each trial damages one sound file (bytes turned, cut, doubled; words replaced by hostile ones) and
reads it with the command that people would use. It must end with an exit code for bad input or,
where the damage means nothing, with 0; within `SECONDS`; and this process must stay below
`MEGABYTES` more than it began with.
"""

from __future__ import annotations

import io
import random
import resource
import shutil
import signal
import time
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from typer.testing import CliRunner

from infraplan.optimizer.cli.main import app
from infraplan.optimizer.interop.geopackage import to_geopackage
from infraplan.optimizer.storage import write_instance
from tests.cli.conftest import small
from tests.interop import (
    test_epanet,
    test_gmns,
    test_matpower,
    test_minelib,
    test_mknap,
    test_psplib,
    test_tntp,
)
from tests.interop.test_geojson_in import whole
from tests.nightly.run_folders import LIMIT, call

SECONDS, MEGABYTES = 30, 500
CLEAN = (0, 2, 3, 4, 6, 7)
"""Exit codes of docs/commands.md that are no fault of the program."""
WORDS = (
    *("", "0", "-1", "1e308", "1e309", "-1e-320", "nan", "inf", "9" * 400, "0x1f", "1_000", "1,5"),
    *("../../x", "/etc/passwd", "..\\x", "C:\\x", "a/b", ".", "..", "con", "a\x00b", "a\nb"),
    *("=1+1", "@SUM(A1)", "+1", "<script>alert(1)</script>", "{{7*7}}", "%s%n", "${x}"),
    *("a\u202eb", "a\u200bb", "\ufeff", "e\u0301", "\ud83d\ude00".encode("utf-16", "surrogatepass")
      .decode("utf-16"), "é" * 3000, "'", '"', "\\", "&a", "*a", "!!python/object:os.system"),
    *("true", "no", "null", "[]", "{}", "[[[[", "2021-02-30", "十四五", "一万亿", "١٢٣"),
)  # fmt: skip


@dataclass(frozen=True)
class Reader:
    """A sound file, the whole it belongs to, and the arguments of the command that reads it."""

    name: str
    whole: Path
    file: str
    arguments: Callable[[Path, Path], tuple[object, ...]]


class _TooSlowError(BaseException):
    """No `Exception`, so that nothing that reads a file takes it for a fault of the file."""


def readers(folder: Path) -> Iterator[Reader]:
    """One reader for each file of each format, made in `folder`."""
    write_instance(small(), folder / "instance")
    write_instance(small(), folder / "book.xlsx")
    write_instance(small(), folder / "form.json")
    run = folder / "run"
    call("solve", folder / "instance", "-o", run, *LIMIT)
    for path in sorted((folder / "instance").iterdir()):
        yield Reader("instance", folder / "instance", path.name, lambda w, _: ("validate", w))
    yield Reader("workbook", folder / "book.xlsx", "", lambda w, _: ("validate", w))
    yield Reader("json", folder / "form.json", "", lambda w, _: ("validate", w))
    for path in sorted(run.iterdir()):
        if path.suffix in (".csv", ".json"):
            yield Reader("run", run, path.name, lambda w, _: ("verify", w))
    call("export", run, "--to", "geojson", "-o", folder / "map.geojson")
    tables = folder / "gmns"
    tables.mkdir()
    roads = test_gmns.folder(tables)
    for path in sorted(roads.iterdir()):
        yield Reader("gmns", roads, path.name, lambda w, o: ("import", "gmns", w, o))
    tntp = test_tntp.write(_new(folder / "tntp"))
    for path in sorted(tntp.iterdir()):
        yield Reader("tntp", tntp, path.name, lambda w, o: ("import", "tntp", w, o))
    pits = _new(folder / "pits")
    for ending, text in (("prec", test_minelib.PREC), ("cpit", test_minelib.CPIT)):
        (pits / f"small.{ending}").write_text(text)
        yield Reader(
            "minelib", pits, f"small.{ending}",
            lambda w, o: ("import", "minelib", w / "small", o),
        )  # fmt: skip
    (folder / "two.txt").write_text(test_mknap.FILE)
    (folder / "jobs.sm").write_text(test_psplib.FILE)
    power = test_matpower.CASE.replace("{costs}", test_matpower.LINEAR)
    for name, value in (("r", 0), ("x", 0.1), ("rate", 60), ("low", -30), ("high", 30), ("tap", 0)):
        power = power.replace("{" + name + "}", str(value))
    (folder / "power.m").write_text(power)
    test_epanet.two_loop(folder, dict.fromkeys(test_epanet.PIPES, 10.0))
    yield from _tables_and_maps(folder, run)
    for name, file in (
        ("geojson", "map.geojson"),
        ("mknap", "two.txt"),
        ("psplib", "jobs.sm"),
        ("matpower", "power.m"),
        ("epanet", "two_loop.inp"),
    ):
        if (folder / file).exists():
            yield Reader(name, folder / file, "", lambda w, o, n=name: _single(n, w, o))


def _tables_and_maps(folder: Path, run: Path) -> Iterator[Reader]:
    """A list of projects with the map by which it is read, a GeoPackage, the report."""
    lists = _new(folder / "lists")
    write_project_list(lists / "plan.csv")
    call("map", lists / "plan.csv", "-o", lists / "map.yaml")
    for name in ("plan.csv", "map.yaml"):
        yield Reader(
            "table", lists, name,
            lambda w, o: ("import", "table", w / "plan.csv", o, "--map", w / "map.yaml"),
        )  # fmt: skip
    yield Reader("map", lists, "plan.csv", lambda w, o: ("map", w / "plan.csv", "-o", o))
    (folder / "map.gpkg").write_bytes(to_geopackage(whole(), None, "2026-11-30T10:00:00"))
    if call("import", "geojson", folder / "map.gpkg", folder / "from-gpkg") == 0:
        yield Reader(
            "geopackage", folder / "map.gpkg", "", lambda w, o: ("import", "geojson", w, o)
        )
    if (run / "report.html").exists():
        yield Reader("run", run, "report.html", lambda w, _: ("verify", w))


def write_project_list(path: Path) -> None:
    """A list of projects as offices keep it: names, years, amounts, a sum."""
    rows = ["项目名称,所属行业,建设年限,总投资（万元）,2026年,2027年", "合计,,,900,400,500"]
    rows += [
        f"{'一二三四五六'[k]}号{kind},{kind},2026-2027,{100 + k * 20},{50 + k * 20},50"
        for k, kind in enumerate(("公路", "供水", "公路", "电力", "供水", "公路"))
    ]
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")


def _single(name: str, whole: Path, out: Path) -> tuple[object, ...]:
    return ("import", name, whole, out)


def _new(folder: Path) -> Path:
    folder.mkdir()
    return folder


def damaged(data: bytes, rng: random.Random) -> bytes:
    """`data` with one to four damages; a workbook is damaged in its parts or as an archive."""
    if data.startswith(b"PK") and rng.random() < 0.8:
        return _damaged_book(data, rng)
    for _ in range(rng.randint(1, 4)):
        data = _damage(data, rng)
    return data


def _damage(data: bytes, rng: random.Random) -> bytes:
    at = rng.randrange(len(data) + 1)
    end = min(len(data), at + rng.choice((1, 2, 8, 60, 400)))
    kind = rng.randrange(7)
    if kind == 0:
        return data[:at] + bytes([rng.randrange(256)]) + data[at + 1 :]
    if kind == 1:
        return data[:at] + data[end:]
    if kind == 2:
        return data[:end] + data[at:end] * rng.choice((1, 3, 50)) + data[end:]
    if kind == 3:
        return data[:at]
    words = list(_spans(data))
    if not words:
        return data
    start, stop = rng.choice(words)
    if kind == 4:
        other = rng.choice(words)
        return data[:start] + data[other[0] : other[1]] + data[stop:]
    return data[:start] + rng.choice(WORDS).encode() + data[stop:]


def _spans(data: bytes) -> Iterator[tuple[int, int]]:
    """Words of a text: what stands between separators of any of the formats."""
    start = 0
    for at, sign in enumerate((*data, 10)):
        if sign in b' ,;\t\r\n"<>{}[]:':
            if at > start:
                yield start, at
            start = at + 1


def _damaged_book(data: bytes, rng: random.Random) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old:
        chosen = rng.choice(old.namelist())
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
            for name in old.namelist():
                content = old.read(name)
                new.writestr(name, _damage(content, rng) if name == chosen else content)
    return made.getvalue()


def try_readers(seed: int, until: float, work: Path) -> tuple[int, list[str]]:
    """Trials made until the clock says so, and what came out otherwise than it must."""
    rng = random.Random(f"readers/{seed}")
    sound = list(readers(_new(work / "sound")))
    told = [
        f"sound {reader.name} {reader.file}: {fault}" for reader, fault in _refused(sound, work)
    ]
    tried, most = 0, _megabytes() + MEGABYTES
    while time.monotonic() < until:
        reader = rng.choice(sound)
        tried += 1
        content = damaged((reader.whole / reader.file).read_bytes(), rng)
        fault = try_reading(reader, content, work)
        if fault is None and _megabytes() > most:
            fault, most = f"memory grew to {_megabytes()} MB", _megabytes() + MEGABYTES
        if fault is not None:
            told.append(f"trial {tried}: {reader.name} {reader.file}: {fault}")
    return tried, told


def _refused(sound: Sequence[Reader], work: Path) -> Iterator[tuple[Reader, str]]:
    """Files that are not read as they are, of which damages would try nothing."""
    for reader in sound:
        content = (reader.whole / reader.file).read_bytes()
        if (fault := try_reading(reader, content, work, clean=(0,))) is not None:
            yield reader, fault


def try_reading(
    reader: Reader, content: bytes, work: Path, clean: Sequence[int] = CLEAN
) -> str | None:
    """What is wrong with how a file of this content is read; None where it is told cleanly."""
    whole, out = work / f"trial{reader.whole.suffix}", work / "out"
    for path in (whole, out):
        shutil.rmtree(path, ignore_errors=True)
        path.unlink(missing_ok=True)
    if reader.file:
        shutil.copytree(reader.whole, whole)
    (whole / reader.file).write_bytes(content)
    signal.signal(signal.SIGALRM, _too_slow)
    signal.alarm(SECONDS)
    try:
        arguments = [str(word) for word in reader.arguments(whole, out)]
        done = CliRunner().invoke(app, arguments)
    except _TooSlowError:
        return f"more than {SECONDS} s"
    finally:
        signal.alarm(0)
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        return f"{type(done.exception).__name__}: {str(done.exception)[:200]}"
    return None if done.exit_code in clean else f"exit {done.exit_code}: {done.stderr[-200:]}"


def _too_slow(number: int, frame: FrameType | None) -> None:
    raise _TooSlowError


def _megabytes() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
