"""`manage.py import_agencies FILE`: brings the agency directory up to a published list."""

import csv
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from mvai.agencies.directory import RefusedRow
from mvai.agencies.importing import Change, Summary, import_directory
from mvai.web.refusals import Refused

_PROGRESS_EVERY = 5_000
_SHOWN = 10


class Command(BaseCommand):
    help = (
        "Add and change agencies from a published list (CSV, matched by ORI) and unlist those "
        "it no longer holds. Safe to repeat; deletes nothing."
    )

    # Checking every page of the site costs more memory than reading the list does.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--dry-run", action="store_true", help="say what would happen, and change nothing"
        )
        parser.add_argument(
            "--errors", type=Path, help="where refused rows go (default: FILE.errors.csv in var)"
        )
        parser.add_argument(
            "--report", type=Path, help="a CSV of what is new, renamed, changed and dropped"
        )
        parser.add_argument(
            "--partial", action="store_true", help="the file is a part: unlist nothing"
        )
        parser.add_argument(
            "--drop-many", action="store_true", help="unlist even more than half of the directory"
        )

    def handle(
        self,
        *,
        file: Path,
        dry_run: bool,
        errors: Path | None,
        report: Path | None,
        partial: bool,
        drop_many: bool,
        **options: Any,
    ) -> None:
        errors = errors or _default_errors(file)
        if errors.resolve() == file.resolve():
            raise CommandError("The error file would overwrite the list. Name another one.")
        if report is not None and report.resolve() in (file.resolve(), errors.resolve()):
            raise CommandError("The report would overwrite another file. Name another one.")
        self.stdout.write(f"Reading {file}{' (dry run)' if dry_run else ''}.")
        with ExitStack() as stack:
            refused = RefusedRows(errors, stack)
            changes: list[Change] = []
            try:
                summary = import_directory(
                    file,
                    at=timezone.now(),
                    dry_run=dry_run,
                    partial=partial,
                    drop_many=drop_many,
                    on_refused=refused.add,
                    on_change=changes.append,
                    on_progress=self._progress(),
                )
            except Refused as refusal:
                raise CommandError(f"{refusal} Nothing was changed.") from refusal
        self._report(summary, errors, dry_run=dry_run, partial=partial)
        self._tell("Renamed", [f"{one.was} → {one.name}" for one in changes if one.was])
        self._tell(
            "No longer listed; requests keep them",
            [f"{one.name} ({one.ori})" for one in changes if one.what == "dropped"],
        )
        if report is not None:
            _write(report, changes)
        if summary.refused == summary.rows:
            raise CommandError(f"Every row was refused; the reasons are in {errors}.")

    def _tell(self, what: str, lines: list[str]) -> None:
        """The first few; all of them are in the report."""
        if not lines:
            return
        self.stdout.write(f"{what}:")
        for line in lines[:_SHOWN]:
            self.stdout.write(f"  {line}")
        if len(lines) > _SHOWN:
            self.stdout.write(f"  and {len(lines) - _SHOWN:,} more (--report FILE names all)")

    def _progress(self) -> Any:
        said = 0

        def say(summary: Summary) -> None:
            nonlocal said
            if summary.rows - said >= _PROGRESS_EVERY:
                said = summary.rows
                self.stdout.write(f"  {summary.rows:,} rows read")
                self.stdout.flush()

        return say

    def _report(self, summary: Summary, errors: Path, *, dry_run: bool, partial: bool) -> None:
        would = "would be " if dry_run else ""
        self.stdout.write(f"{summary.rows:,} rows:")
        self.stdout.write(f"  {summary.added:,} {would}added")
        self.stdout.write(f"  {summary.renamed:,} {would}renamed")
        self.stdout.write(f"  {summary.changed:,} {would}changed")
        self.stdout.write(f"  {summary.unchanged:,} unchanged")
        self.stdout.write(f"  {summary.refused:,} refused")
        if partial:
            self.stdout.write("Agencies that are not in the file stay listed (--partial).")
        else:
            self.stdout.write(f"  {summary.no_longer_listed:,} {would}no longer listed")
        if summary.refused:
            self.stdout.write(f"Refused rows, with line and reason: {errors}")
        if dry_run:
            self.stdout.write("Nothing was changed.")


class RefusedRows:
    """The error file, made with its first row: no refusals, no file."""

    def __init__(self, path: Path, stack: ExitStack) -> None:
        self._path = path
        self._stack = stack
        self._writer: Any = None

    def add(self, row: RefusedRow) -> None:
        if self._writer is None:
            try:
                file = self._path.open("w", encoding="utf-8", newline="")
            except OSError as problem:
                raise CommandError(
                    f"The error file {self._path} can't be written: {problem.strerror}. "
                    "Nothing was changed."
                ) from problem
            self._stack.enter_context(file)
            self._writer = csv.writer(file)
            self._writer.writerow(["line", "reason", *row.header])
        self._writer.writerow([row.line, row.reason, *row.cells])


def _default_errors(file: Path) -> Path:
    folder = settings.VAR if settings.VAR.is_dir() else Path()
    return folder / f"{file.name}.errors.csv"


def _write(report: Path, changes: list[Change]) -> None:
    try:
        with report.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["what", "ori", "name", "was"])
            writer.writerows([one.what, one.ori, one.name, one.was] for one in changes)
    except OSError as problem:
        raise CommandError(
            f"The report {report} can't be written: {problem.strerror}. The import is done."
        ) from problem
