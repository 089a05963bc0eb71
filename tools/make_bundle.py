"""A folder from which Infraplan is installed and started on a machine without a network.

Run as `python -m tools.make_bundle FOLDER` (`make bundle`): the files of requirements.lock, the
project's wheel, what the extras docx and serve need at the versions of requirements-test.lock, all
with their hashes, and start scripts. It is for the system and the Python that run it.
"""

from __future__ import annotations

import hashlib
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
PARTS = ROOT / "tools" / "bundle"
EXTRAS = "docx,serve"
SERIES = ".".join(map(str, sys.version_info[:2]))
LEFT_OUT = shutil.ignore_patterns(
    ".*", "build", "dist", "results", "tests", "docs", "*.egg-info", "__pycache__"
)


def call(*command: object, cwd: Path = ROOT) -> None:
    """Run a command without the paths of this checkout; end where it fails."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    subprocess.run([str(part) for part in command], cwd=cwd, env=kept, check=True)


def plain(name: str) -> str:
    """Name of a distribution as all spellings of it are compared."""
    return re.sub(r"[-_.]+", "-", name).lower()


def blocks(lock: str) -> dict[str, str]:
    """Entries of a lock by name: requirement and hashes, as they stand.

    A name may have several, each for other versions of Python: pip takes the one that fits.
    """
    text = re.sub(r"(?m)^#.*\n", "", (ROOT / lock).read_text("utf-8")).strip()
    found = re.split(r"\n(?=\S)", text)
    by_name: dict[str, list[str]] = {}
    for block in found:
        name = plain(re.split(r"[=<>;\[ ]", block, maxsplit=1)[0])
        by_name.setdefault(name, []).append(block)
    return {name: "\n".join(entries) for name, entries in by_name.items()}


def build_wheel(folder: Path) -> Path:
    """The project's wheel, built of a copy so that nothing is left in the checkout."""
    with tempfile.TemporaryDirectory() as place:
        copy = Path(place) / "infraplan"
        shutil.copytree(ROOT, copy, ignore=LEFT_OUT)
        build = "from setuptools.build_meta import build_wheel; build_wheel('wheels')"
        call(sys.executable, "-c", build, cwd=copy)
        (wheel,) = (copy / "wheels").glob("*.whl")
        return Path(shutil.copy2(wheel, folder))


def gather(folder: Path) -> str:
    """Put all wheels into `folder`; return what pip is to install, with hashes."""
    wheel = build_wheel(folder)
    locked = blocks("requirements-test.lock")
    lines = "\n".join(locked.values()).splitlines()
    pins = "\n".join(line.rstrip(" \\") for line in lines if "==" in line)
    with tempfile.TemporaryDirectory() as place:
        constraints = Path(place) / "constraints.txt"
        constraints.write_text(pins + "\n", encoding="utf-8")
        pip = (sys.executable, "-m", "pip", "download", "--quiet", "--only-binary", ":all:")
        options = ("--dest", folder, "--constraint", constraints)
        call(*pip, *options, f"{wheel}[{EXTRAS}]")
    names = {plain(path.name.split("-")[0]) for path in folder.glob("*.whl")}
    strange = names - set(locked) - {"infraplan"}
    if strange:
        raise SystemExit(f"not in requirements-test.lock: {', '.join(sorted(strange))}")
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    own = f"infraplan=={wheel.name.split('-')[1]} --hash=sha256:{digest}"
    return "\n".join([*(locked[name] for name in sorted(names - {"infraplan"})), own]) + "\n"


def make_bundle(folder: Path) -> None:
    """Write the bundle into `folder`, whole or not at all.

    Raises
    ------
    SystemExit
        Something stands there, or a file is needed that no lock names.
    """
    if folder.exists():
        raise SystemExit(f"{folder} is there already; remove it, or name another folder")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".bundle-") as place:
        made = Path(place) / folder.name
        (made / "wheels").mkdir(parents=True)
        (made / "requirements.txt").write_text(gather(made / "wheels"), encoding="utf-8")
        (made / "python-version.txt").write_text(f"{SERIES}\n", encoding="utf-8")
        (made / "language.txt").write_text("zh\n", encoding="utf-8")
        for name in ("start.sh", "infraplan.desktop"):
            shutil.copy(PARTS / name, made)
        batch = (PARTS / "start.bat").read_text("utf-8")
        (made / "start.bat").write_text(batch, encoding="ascii", newline="\r\n")
        for name in ("start.sh", "infraplan.desktop"):
            (made / name).chmod(0o755)
        (wheel,) = (made / "wheels").glob("infraplan-*.whl")
        told = {"series": SERIES, "version": wheel.name.split("-")[1]}
        told["platform"] = f"{platform.system()} {platform.machine()}"
        text = (PARTS / "README.md").read_text("utf-8")
        for name, value in told.items():
            text = text.replace(f"{{{name}}}", value)
        (made / "README.md").write_text(text, encoding="utf-8")
        made.rename(folder)
    print(folder)


if __name__ == "__main__":
    make_bundle(Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "dist" / "infraplan-offline"))
