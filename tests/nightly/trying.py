"""An edit tried twice: with the manifest as it was written, and with the manifest made anew."""

from __future__ import annotations

import contextlib
import json
import random
import shutil
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from infraplan.models.errors import InstanceError
from infraplan.optimizer.cli.main import app
from infraplan.optimizer.storage import instance_hash
from infraplan.optimizer.storage.instance_file import read_instance
from infraplan.optimizer.storage.run_folder import own_hash
from tests.nightly.edits import Edit, Stratum, Verdict, strata
from tests.nightly.run_folders import RunMade

NOT_VERIFIED = (3, 7)
"""Exit codes of a run that `verify` names something of."""


@dataclass(frozen=True)
class Told:
    """What `verify` says: exit code, and what it names."""

    code: int
    names: tuple[str, ...]


@dataclass
class Tally:
    """What was tried, and what came out otherwise than the schema says."""

    tried: int = 0
    by_verdict: Counter[str] = field(default_factory=Counter)
    survivors: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    kinds: set[str] = field(default_factory=set)

    @property
    def failures(self) -> int:
        """Edits that survived, and harmless ones that were refused."""
        return len(self.survivors) + len(self.refused)


def verify(folder: Path) -> Told:
    """What the command says of a run; a fault of the program is raised."""
    result = CliRunner().invoke(app, ["verify", str(folder), "--json"])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    lines = result.stdout.strip().splitlines()
    data = json.loads(lines[-1]) if lines else {}
    told = [f"{row['law']} {row['subject']}" for row in data.get("violations", ())]
    told += [str(row.get("rule")) for row in data.get("findings", ())]
    return Told(result.exit_code, tuple(told))


def try_edits(runs: Iterable[RunMade], work: Path, seed: int, *, most: int, until: float) -> Tally:
    """Try edits of all columns of all runs in turn until `most` are tried or the clock says so."""
    rng = random.Random(f"edits/{seed}")
    tally = Tally()
    queue: list[tuple[RunMade, Stratum]] = [
        (run, stratum) for run in runs for stratum in strata(run.folder)
    ]
    while queue and tally.tried < most and time.monotonic() < until:
        rng.shuffle(queue)
        for run, stratum in queue:
            if tally.tried >= most or time.monotonic() >= until:
                break
            edit = stratum.draw(rng)
            if edit is not None:
                try_edit(run, edit, work, tally)
    return tally


def try_edit(run: RunMade, edit: Edit, work: Path, tally: Tally) -> None:
    """Try an edit both ways on a copy of the run in `work`."""
    copy = work / "copy"
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(run.folder, copy)
    path = copy / edit.file
    if edit.content is None:
        path.unlink()
    elif edit.content == path.read_bytes():
        return
    else:
        path.write_bytes(edit.content)
    tally.tried += 1
    tally.kinds.add(edit.kind)
    tally.by_verdict[edit.verdict] += 1
    line = f"{run.folder.name}: {edit.kind}: {edit.place}"
    form_alone = edit.file == "run.json" and edit.verdict is Verdict.HOLDS and not edit.place
    if not form_alone:  # run.json in another form has the content that its hash is of
        _expect(verify(copy), True, f"manifest as written: {line}", tally)
    if edit.verdict is Verdict.UNJUDGED:
        return
    make_manifest_anew(copy, edit.file)
    states = json.loads((run.folder / "run.json").read_text("utf-8")).get("states")
    is_sealed = bool(states) and not form_alone
    breaks = edit.verdict is Verdict.BREAKS or is_sealed
    _expect(verify(copy), breaks, f"manifest made anew: {line}", tally)


def _expect(told: Told, breaks: bool, line: str, tally: Tally) -> None:
    if breaks and (told.code not in NOT_VERIFIED or not told.names):
        tally.survivors.append(f"{line}: exit {told.code}")
    if not breaks and told.code != 0:
        tally.refused.append(f"{line}: exit {told.code}: {', '.join(told.names[:3])}")


def make_manifest_anew(folder: Path, name: str) -> None:
    """Give run.json the hashes of the edited file, of the instance and of itself."""
    path = folder / "run.json"
    manifest: dict[str, Any] = json.loads(path.read_text("utf-8"))
    if name != "run.json":
        file = folder / name
        files = manifest["files"]
        if file.exists():
            files[name] = sha256(file.read_bytes()).hexdigest()
        else:
            files.pop(name, None)
    if name == "instance.json" and (folder / name).exists():
        with contextlib.suppress(InstanceError):
            manifest["instance_hash"] = instance_hash(read_instance(folder / name))
    if "run_hash" in manifest:
        manifest["run_hash"] = own_hash(manifest)
    path.write_text(json.dumps(manifest, ensure_ascii=False, indent=1) + "\n", "utf-8")
