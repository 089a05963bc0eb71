"""The bundle for offices without a network: installed and used where there is none.

Run by `make test-slow PART=bundle`. The bundle is made as `make bundle` makes it, copied to a path
with blanks and Chinese, and started in a network of its own that has the loopback alone.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT

pytestmark = [pytest.mark.slow, pytest.mark.bundle]

SERVED = """
import json, subprocess, sys, urllib.request
command = [sys.argv[1], "serve", "--no-browser", "--json", "--port", "8459", "--data", sys.argv[2]]
served = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
try:
    url = json.loads(served.stdout.readline())["url"]
    with urllib.request.urlopen(url, timeout=60) as page:
        print(page.status, "infraplan" in page.read().decode().lower())
finally:
    served.terminate()
    served.wait(60)
"""


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bundle at its place."""
    folder = tmp_path_factory.mktemp("made") / "infraplan-offline"
    made = (sys.executable, "-m", "tools.make_bundle", folder)
    subprocess.run(list(map(str, made)), cwd=ROOT, check=True)
    return Path(shutil.copytree(folder, tmp_path_factory.mktemp("离线 office") / "规划 软件"))


def cut_off(bundle: Path, *command: object) -> str:
    """Output of a command that has no network but the loopback, and no paths of this checkout."""
    for tool in ("unshare", "ip"):
        if shutil.which(tool) is None:
            pytest.skip(f"there is no {tool} on this machine")
    alone = 'ip link set lo up && exec "$@"'
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "TMPDIR") if name in os.environ}
    kept |= {"HOME": str(bundle.parent)}
    done = subprocess.run(
        ["unshare", "--map-root-user", "--net", "sh", "-c", alone, "sh", *map(str, command)],
        cwd=bundle.parent,
        env=kept,
        capture_output=True,
        text=True,
        check=False,
        timeout=1500,
    )
    if "unshare failed" in done.stderr:
        pytest.skip("this system does not let a user have a network of its own")
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-3000:]
    return done.stdout


def test_a_machine_without_a_network_installs_solves_and_serves(bundle: Path) -> None:
    lost = "import socket; socket.setdefaulttimeout(5); socket.create_connection(('1.1.1.1', 53))"
    with pytest.raises(AssertionError, match="unreachable"):
        cut_off(bundle, sys.executable, "-c", lost)
    start = bundle / "start.sh"
    # A busy machine has time for the report too.
    asked = ("demo", "--gap", "1", "--time-limit", "900", "--json")
    data = json.loads(cut_off(bundle, start, *asked))
    assert data["verified"] is True
    assert (bundle.parent / "results" / "demo" / "report.html").is_file()
    paper = bundle.parent / "上会 材料.docx"
    cut_off(bundle, start, "export", data["run_dir"], "--to", "docx", "-o", paper, "--lang", "zh")
    assert paper.stat().st_size > 10_000
    served = cut_off(bundle, sys.executable, "-c", SERVED, start, bundle / "工作台")
    assert served.split() == ["200", "True"]


def test_another_python_is_refused_in_both_languages(bundle: Path, tmp_path: Path) -> None:
    """Wheels are for one series of Python: what it is said, before anything is made."""
    copy = Path(shutil.copytree(bundle, tmp_path / "b", ignore=shutil.ignore_patterns("env*")))
    (copy / "python-version.txt").write_text("3.2\n", encoding="utf-8")
    done = subprocess.run([str(copy / "start.sh")], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "Python 3.2 with its module venv is needed" in done.stderr
    assert "需要Python 3.2" in done.stderr
    assert not (copy / "environment").exists()


def test_the_batch_file_says_that_it_is_untested(bundle: Path) -> None:
    assert b"UNTESTED" in (bundle / "start.bat").read_bytes()
    text = (bundle / "README.md").read_text("utf-8")
    assert "untested" in text
    assert "未经测试" in text
    assert "{" not in text
