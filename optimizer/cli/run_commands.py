"""Commands on runs: verify, show, export."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from infraplan.models.catalogue import in_language, listed, pair, phrase
from infraplan.models.errors import Finding, InstanceError
from infraplan.models.horizon import Objective
from infraplan.models.plan import Plan
from infraplan.optimizer.analysis.missed_dates import MissedDate
from infraplan.optimizer.analysis.told_again import check_missed_dates
from infraplan.optimizer.certify.checking import check_certificate
from infraplan.optimizer.certify.making import upward
from infraplan.optimizer.cli.output import Language, Output, finding_data, print_findings, reporting
from infraplan.optimizer.cli.parameters import Json, Lang, RunPath
from infraplan.optimizer.errors import NoPlanError
from infraplan.optimizer.interop.geojson import to_geojson
from infraplan.optimizer.interop.gmns_out import write_gmns
from infraplan.optimizer.interop.icalendar import to_icalendar
from infraplan.optimizer.interop.mspdi import to_mspdi
from infraplan.optimizer.report.frames import make_run
from infraplan.optimizer.report.html import render_report
from infraplan.optimizer.report.network_drawing import network_page
from infraplan.optimizer.report.network_tables import network_links
from infraplan.optimizer.report.parquet_tables import write_parquet_export
from infraplan.optimizer.report.plan_tables import TABLES
from infraplan.optimizer.report.table_data import table_data
from infraplan.optimizer.report.terminal import (
    TABLE_KINDS,
    print_network,
    print_summary,
    print_tables,
)
from infraplan.optimizer.report.texts import unit_pair
from infraplan.optimizer.report.workbook import write_csv_export, write_workbook
from infraplan.optimizer.storage import instance_hash, read_instance
from infraplan.optimizer.storage.declared_state import hashes_before
from infraplan.optimizer.storage.run_folder import (
    HASHES,
    INSTANCE_FILE,
    MANIFEST_FILE,
    SIGNATURE_FILE,
    RunFiles,
    file_hashes,
    files_due,
    own_hash,
)
from infraplan.optimizer.storage.run_reading import read_run, run_format
from infraplan.optimizer.storage.settings_head import NEWER_FORMAT
from infraplan.optimizer.storage.signature import Signed, check_signature, read_key
from infraplan.optimizer.verify import (
    CertificateCheck,
    Verification,
    Violation,
    find_differences,
    verify_laws_told,
    verify_left_out,
    verify_manifest,
    verify_money_check,
    verify_plan,
    verify_record,
    verify_shown,
    verify_tables,
)
from infraplan.optimizer.verify.certified_plan import ROW_SHARE, VALUE_SHARE
from infraplan.optimizer.version import __version__


class ExportFormat(StrEnum):
    """What `export` writes."""

    XLSX = "xlsx"
    CSV = "csv"
    HTML = "html"
    GEOJSON = "geojson"
    GPKG = "gpkg"
    GMNS = "gmns"
    MSPDI = "mspdi"
    DOCX = "docx"
    ICS = "ics"
    PARQUET = "parquet"


BOUNDS = ("bound", "gap", "certified_bound", "certified_gap")
"""Keys of the JSON object of `verify` on bounds, as run.json states them."""
SHOWN_SINCE = 3
"""Format version of runs since which every table has its texts for the reader."""


def check_run(
    files: RunFiles, certificate: CertificateCheck | None = None
) -> tuple[tuple[Violation, ...], list[dict[str, object]]]:
    """Every violation of a run's files, and the laws checked; none is checked without a plan.

    `certificate` is what was found of the run's certificate, where that was checked already.
    """
    if certificate is None:
        certificate = certificate_of(files)
    listed = files.manifest.get(HASHES)
    names = [str(name) for name in listed] if isinstance(listed, dict) else []
    record = verify_record(
        files.manifest,
        has_plan=files.plan is not None,
        run_hash=own_hash(files.manifest),
        file_hashes=file_hashes(files.folder, names),
        files_due=files_due(has_plan=files.plan is not None),
        hashes_before=hashes_before(files.manifest),
    )
    computed_hash = instance_hash(files.instance)
    rejected = files.tables.rejected
    record = (*record, *verify_left_out(files.instance, files.plan, rejected, files.manifest))
    if files.plan is None:
        return record, []
    from_tables = files.plan_of_tables or files.plan
    verification = verify_plan(files.instance, from_tables)
    violations: tuple[Violation, ...] = (
        *verification.violations,
        *verify_manifest(files.instance, from_tables, files.manifest, computed_hash),
        *record,
        *verify_money_check(files.instance, from_tables, files.manifest, files.tables.money_check),
        *find_differences(files.plan, from_tables),
        *verify_tables(files.instance, from_tables, _shown_tables(files)),
        *_violations_of_shown(files),
        *certificate.violations,
    )
    if not violations:  # what is explained of a plan is asked of a sound one
        violations = _violations_of_this_version(files, from_tables, verification)
    laws: list[dict[str, object]] = [
        {"law": law.law, "checked": law.checked, "worst_error": law.worst_error}
        for law in verification.laws
    ]
    return violations, laws


def _violations_of_shown(files: RunFiles) -> tuple[Violation, ...]:
    """Texts of the tables that are not the instance's; runs of before version 3 had fewer."""
    if run_format(files.manifest) < SHOWN_SINCE:
        return ()
    tables, shown = files.tables, files.tables.shown
    rows = {
        "schedule": [row.model_dump() for row in tables.schedule],
        "stated_dates": [row.model_dump() for row in tables.stated_dates],
        "targets": [
            {**row.model_dump(), **cells}
            for row, cells in zip(tables.targets, shown.get("targets", ()), strict=True)
        ],
        "rejected": [
            {**row.model_dump(), **cells}
            for row, cells in zip(tables.rejected, shown.get("rejected", ()), strict=True)
        ],
    }
    return verify_shown(files.instance, rows, tables.rejected)


def _violations_of_this_version(
    files: RunFiles, plan: Plan, verification: Verification
) -> tuple[Violation, ...]:
    """What this version would say otherwise of a run that it made: laws checked, missed dates."""
    versions = files.manifest.get("versions")
    if not isinstance(versions, dict) or versions.get("infraplan") != __version__:
        return ()
    told = verify_laws_told(files.manifest, verification.laws)
    reasons = {
        (row.project, row.kind): MissedDate(row.rule, row.rule_year, row.others)
        for row in files.tables.stated_dates
    }
    rejected = files.tables.rejected
    return (*told, *check_missed_dates(files.instance, plan, rejected, reasons))


def certificate_of(files: RunFiles) -> CertificateCheck:
    """What the run's certificate proves; nothing where it has none."""
    if files.plan is None:
        return CertificateCheck()
    plan = files.plan_of_tables or files.plan
    return check_certificate(files.folder, files.manifest, files.instance, plan)


def _say_certificate(output: Output, files: RunFiles, found: CertificateCheck) -> None:
    """What the certificate proves, how the plan obeys its model, and whose model that is."""
    if found.proof is None or found.plan is None or found.violations:
        return
    proof, manifest = found.proof, files.manifest
    bound, gap = upward(proof.bound / proof.factor), manifest.get("certified_gap")
    if files.instance.settings.objective is Objective.NPV:
        unit = pair(*unit_pair(files.instance))
        told = phrase("amount-of-money", amount=bound, unit=unit)
    else:
        told = phrase("number-of-years", years=bound)
    share = phrase("no-share") if gap is None else phrase("share-above", share=gap)
    cases = {"model": proof.model_hash, "cases": proof.leaves, "gap": share}
    output.say(phrase("certificate-proves", bound=told, **cases))
    miss = {"row": float(found.plan.worst_row), "value": float(found.plan.value_miss)}
    output.say(phrase("certificate-plan-obeys", accepted=float(ROW_SHARE), **miss))
    if found.is_this_program:
        output.say(phrase("certificate-model-is-this-program"))
    else:
        output.say(phrase("certificate-model-is-another-program"))


def _certificate_data(files: RunFiles, found: CertificateCheck) -> dict[str, object]:
    """Keys of the JSON object of `verify` on bounds; those of the certificate as it proves them."""
    manifest, proof = files.manifest, found.proof
    data = {key: manifest.get(key) for key in BOUNDS}
    if proof is None or found.plan is None:
        return data
    return data | {
        "certified_bound": upward(proof.bound / proof.factor),
        "certificate": {
            "proved": not found.violations,
            "is_this_program": found.is_this_program,
            "model_hash": proof.model_hash,
            "bound": upward(proof.bound / proof.factor),
            "cases": proof.leaves,
            "worst_row": float(found.plan.worst_row),
            "value_miss": float(found.plan.value_miss),
            "accepted_row": float(ROW_SHARE),
            "accepted_value": float(VALUE_SHARE),
        },
    }


def _shown_tables(files: RunFiles) -> dict[str, list[dict[str, object]]]:
    """Rows of the tables that hold sums, as the verifier takes them."""
    tables = files.tables
    return {
        "schedule": [row.model_dump() for row in tables.schedule],
        "spend": [
            {"project": project, "year": year, "amount": amount}
            for (project, year), amount in tables.spend.items()
        ],
        "phases": [row.model_dump() for row in tables.phases],
        "debt": [row.model_dump() for row in tables.debt],
    }


SignatureKey = Annotated[
    Path | None,
    typer.Option("--signature", metavar="KEYFILE", help="Check the signature too, with this key."),
]


def _of_signature(
    files: RunFiles, key: bytes | None
) -> tuple[tuple[Violation, ...], dict[str, object]]:
    """What the signature of a run breaks, and what `--json` says; nothing without a key."""
    if key is None:
        return (), {}
    found = check_signature(files.folder, files.manifest, key)
    told: dict[str, object] = {"signature": found.value}
    if found is Signed.VALID:
        return (), told
    return (Violation("manifest", SIGNATURE_FILE, phrase(_SIGNATURE_FAULTS[found])),), told


_SIGNATURE_FAULTS = {
    Signed.MISSING: "signature-missing",
    Signed.OTHER_KEY: "signature-other-key",
    Signed.CHANGED: "signature-changed",
}


def verify(
    run: RunPath,
    signature: SignatureKey = None,
    as_json: Json = False,
    lang: Lang = Language.EN,
) -> None:
    """Check a run again from its files alone; exit code 7 names each broken law.

    A run without a plan, or one that cannot be read in full, is not verified: exit code 7 too.
    """
    output = Output(as_json, lang.value)
    with reporting(output):
        key = None if signature is None else read_key(signature)
        try:
            files = read_run(run)
        except InstanceError as error:
            later = any(finding.rule == NEWER_FORMAT for finding in error.findings)
            if later or not (run / MANIFEST_FILE).is_file():
                raise
            _emit_verified(output, run, None, (), [], error.findings)
            print_findings(output, error.findings)
            output.say(phrase("not-verified-cannot-be-read"))
            raise typer.Exit(7) from None
        certificate = certificate_of(files)
        violations, laws = check_run(files, certificate)
        unsigned, told = _of_signature(files, key)
        violations += unsigned
        has_record = HASHES in files.manifest
        has_plan = files.plan is not None
        _emit_verified(
            output,
            run,
            has_plan,
            violations,
            laws,
            (),
            has_record=has_record,
            more=_certificate_data(files, certificate) | told,
        )
        for violation in violations:
            output.say(violation.phrase)
        count = _num_checks(laws)
        if not count:
            output.say(phrase("not-verified-no-plan"))
            raise typer.Exit(7)
        if violations:
            output.say(phrase("law-s-broken", num_violations=len(violations)))
            if run_format(files.manifest) == 1:
                again = run / INSTANCE_FILE
                output.say(phrase("run-of-version-1-under-older-laws", instance=again))
            raise typer.Exit(7)
        ended = "verified-checks-of-laws-hold"
        if not has_record:
            output.say(phrase("run-of-version-1-without-hashes"))
            ended = "laws-hold-but-the-record-was-not-checked"
        output.say(phrase(ended, count=count, num_laws=len(laws)))
        _say_certificate(output, files, certificate)
        if key is not None:
            output.say(phrase("signature-is-valid"))


def _num_checks(laws: Sequence[Mapping[str, object]]) -> int:
    return sum(int(str(law["checked"])) for law in laws)


def _emit_verified(
    output: Output,
    run: Path,
    has_plan: bool | None,
    violations: Sequence[Violation],
    laws: Sequence[Mapping[str, object]],
    findings: Sequence[Finding],
    *,
    has_record: bool = False,
    more: Mapping[str, object] | None = None,
) -> None:
    """The JSON object of `verify`; `verified` only where something was checked and all held.

    `record_checked` says whether hashes cover what no law does: solver, options, times.
    """
    count = _num_checks(laws)
    output.emit(
        {
            "run_dir": str(run),
            "verified": bool(count) and not violations,
            "has_plan": has_plan,
            "record_checked": has_record,
            "checks": count,
            "laws": list(laws),
            "violations": [
                {
                    "law": v.law,
                    "subject": v.subject,
                    "message": v.message,
                    "message_zh": in_language(v.message, "zh"),
                    "expected": v.expected,
                    "found": v.found,
                }
                for v in violations
            ],
            "findings": [finding_data(finding) for finding in findings],
            **(more or dict.fromkeys(BOUNDS)),
        }
    )


def show(
    run: RunPath,
    table: Annotated[
        str, typer.Option(help="One table: " + ", ".join(TABLE_KINDS) + "; or all.")
    ] = "",
    network: Annotated[
        str, typer.Option(help="One network: its links by year. RUN may be an instance here.")
    ] = "",
    drawing: Annotated[
        Path | None,
        typer.Option("-o", "--output", help="With --network: draw it into this .svg file."),
    ] = None,
    as_json: Json = False,
    lang: Lang = Language.EN,
) -> None:
    """Show a run in the terminal."""
    output = Output(as_json, lang.value)
    table = table.replace("-", "_")
    if network:
        with reporting(output):
            _show_network(output, run, network, drawing)
        return
    if table and table != "all" and table not in TABLE_KINDS:
        raise output.refuse(phrase("known-tables-are", tables=listed(TABLE_KINDS)), "--table")
    with reporting(output):
        files = read_run(run)
        kinds = TABLE_KINDS if table == "all" else ((table,) if table else ())
        if as_json:
            output.emit(_shown_data(files, kinds, output.lang))
            return
        if table in ("", "all"):
            print_summary(
                output.console,
                files.instance,
                files.plan,
                files.manifest,
                files.tables.rejected,
                lang=output.lang,
            )
        for kind in kinds:
            print_tables(
                output.console,
                kind,
                files.instance,
                files.plan,
                files.manifest,
                files.tables.rejected,
                lang=output.lang,
            )


def _shown_data(files: RunFiles, kinds: tuple[str, ...], lang: str) -> dict[str, object]:
    """The tables that were asked for; manifest and plan where none was."""
    if not kinds:
        plan = None if files.plan is None else files.plan.model_dump(mode="json")
        return {"run": dict(files.manifest), "plan": plan}
    run = make_run(files.instance, files.plan, files.manifest, files.tables.rejected)
    return {"tables": {kind: table_data(TABLES[kind](run), lang) for kind in kinds}}


def _show_network(output: Output, path: Path, network: str, drawing: Path | None) -> None:
    """Print a network of a run or an instance, and draw it where asked."""
    if (path / "run.json").exists():
        files = read_run(path)
        shown = make_run(files.instance, files.plan, files.manifest)
    else:
        shown = make_run(read_instance(path), None, {})
    known = {node.network for node in shown.instance.network_nodes}
    if network not in known:
        names = listed(sorted(known)) or phrase("none-given")
        raise output.refuse(phrase("networks-are", networks=names), "--network")
    rows = network_links(shown, network)
    output.emit({"network": network, "links": rows})
    print_network(output.console, shown, network, lang=output.lang)
    if drawing is not None:
        drawing.write_text(network_page(shown, network, output.lang), encoding="utf-8")
        output.say(phrase("drawn", drawing=drawing))


def _robust_classes(output: Output, files: RunFiles, folder: Path | None) -> list[dict[str, str]]:
    """Project and class of each row of robust.csv of `folder`; none where none is named."""
    if folder is None:
        return []
    path = folder / "robust.csv"
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError, csv.Error):
        raise output.refuse(phrase("no-robust-run", path=path), "--robust") from None
    known = files.instance.project_by_id
    if not rows or any(row.get("project") not in known or not row.get("class") for row in rows):
        raise output.refuse(phrase("no-robust-run", path=path), "--robust")
    return rows


def export(
    run: RunPath,
    to: Annotated[
        ExportFormat,
        typer.Option(
            "--to",
            metavar="FORM",
            help="xlsx, docx, csv, html, geojson, gpkg, gmns, mspdi, ics or parquet.",
        ),
    ] = ExportFormat.XLSX,
    target: Annotated[
        Path | None, typer.Option("-o", "--output", help="File or folder to write.")
    ] = None,
    robust: Annotated[
        Path | None,
        typer.Option(help="With html or docx: folder of a robust run."),
    ] = None,
    template: Annotated[
        Path | None,
        typer.Option(help="With --to docx: the office's own .docx with fields in double braces."),
    ] = None,
    as_json: Json = False,
    lang: Lang = Language.EN,
) -> None:
    """Export a run's schedules for other tools."""
    output = Output(as_json, lang.value)
    if template is not None and to is not ExportFormat.DOCX:
        raise output.refuse(phrase("template-only-for-docx"), "--template")
    if robust is not None and to not in {ExportFormat.HTML, ExportFormat.DOCX}:
        raise output.refuse(phrase("robust-only-for-page-and-paper"), "--robust")
    with reporting(output):
        files = read_run(run)
        classes = _robust_classes(output, files, robust)
        path = _export_path(to, files, run, target)
        if to is ExportFormat.DOCX:
            _write_paper(files, path, template, output.lang, classes)
        else:
            _write_export(to, files, path, output.lang, classes)
        output.emit({"path": str(path)})
        output.say(phrase("wrote-2", path=path))


_SUFFIXES = {
    ExportFormat.XLSX: "-plan.xlsx",
    ExportFormat.GEOJSON: "-plan.geojson",
    ExportFormat.GPKG: "-plan.gpkg",
    ExportFormat.MSPDI: "-plan.xml",
    ExportFormat.HTML: "-plan.html",
    ExportFormat.DOCX: "-plan.docx",
    ExportFormat.ICS: "-plan.ics",
}
"""Ends of the names of files; what is not among them is a folder of its format's name."""


def _export_path(to: ExportFormat, files: RunFiles, run: Path, target: Path | None) -> Path:
    """File or folder to write: as asked, or in the run folder."""
    suffix = _SUFFIXES.get(to)
    name = to.value if suffix is None else files.instance.settings.id + suffix
    return target or run / name


def _write_paper(
    files: RunFiles, path: Path, template: Path | None, lang: str, classes: list[dict[str, str]]
) -> None:
    """Write the council paper of a run that has a plan; with robust `classes`."""
    # python-docx and matplotlib are an extra: they are loaded where a paper is asked for.
    from infraplan.optimizer.report.council_paper import write_council_paper

    if files.plan is None:
        raise NoPlanError(phrase("paper-needs-a-plan", run=files.folder))
    # By the name that the folder has now: who has renamed one knows it by no other.
    manifest = dict(files.manifest) | {"run_dir": str(files.folder)}
    content = (files.instance, files.plan, manifest, files.tables.rejected)
    write_council_paper(path, *content, lang=lang, template=template, robust=classes)


def _write_export(
    to: ExportFormat, files: RunFiles, path: Path, lang: str, classes: list[dict[str, str]]
) -> None:
    """Write a run in any other format than that of the paper; a page with robust `classes`."""
    content = (files.instance, files.plan, files.manifest, files.tables.rejected)
    plan = files.plan or Plan(instance=files.instance.settings.id, objective=0.0)
    if to is ExportFormat.XLSX:
        write_workbook(path, *content, lang=lang)
    elif to is ExportFormat.CSV:
        write_csv_export(path, *content, lang=lang)
    elif to is ExportFormat.PARQUET:
        write_parquet_export(path, *content)
    elif to is ExportFormat.GMNS:
        write_gmns(path, files.instance, files.plan, lang)
    elif to is ExportFormat.HTML:
        page = render_report(*content, lang=lang, robust=classes)
        path.write_text(page, encoding="utf-8")
    elif to is ExportFormat.GEOJSON:
        path.write_text(to_geojson(files.instance, files.plan), encoding="utf-8")
    elif to is ExportFormat.GPKG:
        _write_geopackage(files, path, lang)
    elif to is ExportFormat.MSPDI:
        path.write_text(to_mspdi(files.instance, plan, lang), encoding="utf-8")
    else:
        path.write_text(to_icalendar(files.instance, plan, files.manifest, lang), encoding="utf-8")


def _write_geopackage(files: RunFiles, path: Path, lang: str) -> None:
    """Write a map of a run as a GeoPackage, whole or not at all."""
    # The library of SQLite is loaded where it is asked for.
    from infraplan.optimizer.interop.geopackage import to_geopackage
    from infraplan.optimizer.storage.folder import replace_file, writing

    changed = str(files.manifest.get("created") or "")
    with writing(path):
        replace_file(path, to_geopackage(files.instance, files.plan, changed, lang))
