"""The published files that the tables come from: where they are, how they are known and read.

A file is recognised by what is in it, not by its name: names of downloads change, and a file under
a known name may be another one, or a page that says it has moved.
"""

from __future__ import annotations

import csv
import io
import os
import re
import stat
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, timedelta
from email.utils import parsedate_to_datetime
from http.client import HTTPException
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import urljoin, urlsplit

import pandas as pd

from ooms import clock
from ooms.observed import aliases, tables
from ooms.observed.package import DataError
from ooms.update.readers import (
    ImportRefused,
    Taken,
    cells,
    clean_text,
    containers,
    epoch_models,
    hardware,
    horizons,
    render,
    speedrun,
)
from ooms.update.readers import capability_index as index

__all__ = [
    "SOURCES",
    "Collected",
    "Edition",
    "Fetched",
    "Source",
    "collect",
    "editions",
    "fetch",
]

#: Seconds without an answer, and for a whole file.
TIMEOUT_SECONDS = 60.0
LONGEST_SECONDS = 300.0
MOST_REDIRECTS = 10
_CHUNK = 1 << 16

_DAY = re.compile(r"(?<!\d)(20\d\d)[-_]?(\d\d)[-_]?(\d\d)(?!\d)", re.ASCII)
_ISO = re.compile(r"20\d\d-\d\d-\d\d", re.ASCII)

#: What a vintage was taken from, where that is weak.
NEWEST_ROW, TODAY = "its newest row", "today"
#: And where it is sure.
_TOLD, _NAME, _OUTER_NAME = "as told", "its name", "the name of what it came in"
_PUBLISHER = "the day its publisher last changed it"
_ARCHIVE = "the file's time in its archive, as nothing else says a day"


def _latest_anywhere(today: str) -> str:
    """The latest day that it is anywhere while it is a day in Greenwich."""
    return (date.fromisoformat(today) + timedelta(days=1)).isoformat()


@dataclass(frozen=True)
class Source:
    """A publisher's file, and the table that is made of it.

    Attributes
    ----------
    name
        What the update calls it.
    table
        The table's name in the data package.
    parts
        The kinds of file it takes, in the order in which `take` wants them.
    address
        Where the publisher keeps the newest.
    take
        From the paths of the parts to what the table holds.
    order
        The columns by which the table is sorted.
    stamp
        A column that says when a record was last changed, if the publisher gives one.
    prefers
        Of several files of the first kind in one archive, how a name begins that goes before
        others.
    like
        Columns in which a row that was only renamed stays near: an organisation, a day, and a
        number (which may be lacking). None where rows have no names.
    lacking
        What is done about an edition, of a day, of which only the first part came.
    """

    name: str
    table: str
    parts: tuple[str, ...]
    address: tuple[str, ...]
    take: Callable[..., Taken]
    order: tuple[str, ...]
    stamp: str = ""
    prefers: str = ""
    like: tuple[str, str, str] | None = None
    lacking: Callable[[Taken, str], Taken] | None = None


def _known_prices(taken: Taken, day: str) -> Taken:
    """Accelerators that came without the table of prices, with the prices known by that day."""
    frame, count = taken.frame.copy(), 0
    known = tables.load("accelerators").set_index("accelerator")
    known = known[known["price_date"] <= pd.Timestamp(day)]
    names = aliases.names_of("accelerators")
    for row in frame.index[frame["price_usd"].isna()]:
        name = frame.loc[row, "accelerator"]
        name = names.get(name, name)
        if name in known.index:
            count += 1
            for column in ("price_usd", "price_date", "price_kind", "price_source"):
                frame.loc[row, column] = known.loc[name, column]
    note = f"accelerators: came without the table of prices; {count} known prices stay"
    return replace(taken, frame=frame, notes=(*taken.notes, note))


SOURCES: dict[str, Source] = {
    source.name: source
    for source in (
        Source(
            "models",
            "models",
            ("models",),
            ("https://epoch.ai/data/all_ai_models.csv",),
            epoch_models.take,
            ("date", "model"),
            stamp="Last modified",
            prefers="all_",
            like=("organization", "date", "training_compute_flop"),
        ),
        Source(
            "horizons",
            "horizons",
            ("horizons",),
            ("https://metr.org/assets/benchmark_results_1_1.yaml",),
            horizons.take,
            ("date", "key"),
        ),
        Source(
            "speedrun",
            "speedrun",
            ("speedrun",),
            ("https://raw.githubusercontent.com/KellerJordan/modded-nanogpt/master/README.md",),
            speedrun.take,
            ("track", "date", "record", "retimed"),
        ),
        Source(
            "capability-index",
            "capability_index",
            ("capability-index",),
            ("https://epoch.ai/data/benchmark_data.zip",),
            index.take,
            ("date", "version"),
            prefers="epoch_capabilities_index",
        ),
        Source(
            "hardware",
            "accelerators",
            ("hardware", "hardware-prices"),
            # The table of prices has no address of its own: it comes as a file.
            ("https://epoch.ai/data/ml_hardware.csv",),
            hardware.take,
            ("date", "accelerator"),
            lacking=_known_prices,
            like=("manufacturer", "date", "flop_per_s_fp32"),
        ),
    )
}

#: Tables that are made of published files; all others are kept by hand.
PUBLISHED = {source.table: source for source in SOURCES.values()}

#: The columns by which a table is known: of each group one has to be there.
_KNOWN_BY: tuple[tuple[str, tuple[tuple[str, ...], ...]], ...] = (
    (
        "models",
        (
            epoch_models.ALIASES["Model"],
            ("Publication date",),
            epoch_models.ALIASES["Training compute (FLOP)"],
        ),
    ),
    ("capability-index", (("Model version",), ("ECI Score",))),
    ("capability-index", (("Model",), ("eci",), ("date",))),
    ("hardware", (("Hardware name",), ("Release date",), ("TDP (W)",))),
    ("hardware-prices", (("Hardware model",), ("Price source",), ("Price (hardware purchase)",))),
    ("speedrun", (("track",), ("record",), ("minutes_8xH100",))),
)


@dataclass(frozen=True)
class Fetched:
    """A file in memory.

    Attributes
    ----------
    name
        Its name, fit for a message.
    content
        Its bytes.
    location
        The path or address it came from.
    modified
        ISO date of its last change, where it came from an address or an archive.
    modified_by
        Whose word that date is.
    fetched
        ISO date on which it was fetched from an address; empty for a path.
    """

    name: str
    content: bytes
    location: str
    modified: str = ""
    modified_by: str = ""
    fetched: str = ""


@dataclass(frozen=True)
class Edition:
    """One edition of a table, read from what a publisher (or an editor) gave.

    Attributes
    ----------
    table
        The table's name in the data package.
    vintage
        ISO date.
    dated_by
        What the vintage was taken from, in words.
    text
        The table as the book's CSV.
    files
        The names of the files it was read from.
    by_hand
        Whether it is an editor's correction of the table in place, and not an edition that
        stands beside the one before.
    places
        Where each row stands in the first of the files.
    notes
        What a reader of the report should know.
    left
        Names that the file lists and the edition does not hold, with why.
    frame
        The rows, where a reader made them.
    as_given
        The text as it was under the publisher's own names.
    """

    table: str
    vintage: str
    dated_by: str
    text: str
    files: tuple[str, ...]
    by_hand: bool = False
    places: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    left: Mapping[str, str] = field(default_factory=dict)
    frame: pd.DataFrame | None = None
    as_given: str = ""

    @property
    def told(self) -> bool:
        """Whether somebody said the day: who gave the file, or who named it."""
        return self.dated_by in (_TOLD, _NAME, _OUTER_NAME)

    @property
    def source(self) -> Source | None:
        """The source it is an edition of; None for a table in the book's own columns."""
        return PUBLISHED.get(self.table) if self.frame is not None else None

    def with_rows(self, frame: pd.DataFrame, places: Sequence[str], *notes: str) -> Edition:
        """The same edition with other rows, in the table's order."""
        order = PUBLISHED[self.table].order
        frame = frame.reset_index(drop=True).sort_values(list(order), kind="stable")
        sorted_places = tuple(places[i] for i in frame.index)
        frame = frame.reset_index(drop=True)
        return replace(
            self,
            frame=frame,
            text=render(frame),
            places=sorted_places,
            notes=(*self.notes, *notes),
        )

    def renamed(self, names: Mapping[str, str], *notes: str) -> Edition:
        """The same edition with some rows called as the book calls them."""
        assert self.frame is not None
        key = str(self.frame.columns[0])
        frame = self.frame.copy()
        frame[key] = [names.get(name, name) for name in frame[key]]
        left = {names.get(name, name): why for name, why in self.left.items()}
        changed = self.with_rows(frame, self.places, *notes)
        return replace(changed, left=left, as_given=self.as_given or self.text)


@dataclass(frozen=True)
class Collected:
    """What came of some files: the editions, and what was refused, with why."""

    editions: tuple[Edition, ...]
    refused: tuple[str, ...] = ()


# ---- fetching -----------------------------------------------------------------------------------


def fetch(
    location: str, *, timeout: float = TIMEOUT_SECONDS, longest: float = LONGEST_SECONDS
) -> Fetched:
    """Read a file from a path or from an address (http or https).

    Parameters
    ----------
    location : str
        A path, or an address.
    timeout : float
        Seconds to wait for an answer, and for each part of it.
    longest : float
        Seconds in which the whole has to come.

    Returns
    -------
    Fetched

    Raises
    ------
    ImportRefused
        If there is no such file, the host does not answer in time, or what it sends is too large or
        cut short.
    """
    try:
        address = urlsplit(location)
    except ValueError:
        raise ImportRefused([f"{_fit(location)}: is neither a path nor an address"]) from None
    if address.scheme in ("http", "https"):
        return _from_address(location, timeout, longest)
    if address.scheme and "://" in location:
        raise ImportRefused(
            [f"{_fit(location)}: only http and https addresses, and paths, can be read"]
        )
    return _from_path(location)


def _from_path(location: str) -> Fetched:
    name = _fit(Path(location).name)
    try:
        path = Path(location).expanduser()
        # Opened without waiting, so that a pipe which nobody writes to does not hold it up.
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
        with open(handle, "rb") as stream:
            kind = os.fstat(handle).st_mode
            if not stat.S_ISREG(kind):
                what = "a folder" if stat.S_ISDIR(kind) else "no plain file"
                raise ImportRefused([f"{_fit(location)}: is {what}; name a file"])
            content = stream.read(containers.LARGEST_BYTES + 1)
    except IsADirectoryError:
        raise ImportRefused([f"{_fit(location)}: is a folder; name a file"]) from None
    except (OSError, ValueError, RuntimeError) as error:
        if isinstance(error, ImportRefused):
            raise
        why = getattr(error, "strerror", None) or error
        raise ImportRefused([f"{_fit(location)}: cannot be read ({why})"]) from None
    if len(content) > containers.LARGEST_BYTES:
        raise ImportRefused([f"{name}: is larger than {containers.LARGEST_BYTES:,} bytes"])
    return Fetched(name, content, location)


class _SameKind(urllib.request.HTTPRedirectHandler):
    """Follow a redirection to another web address, and to nothing else."""

    max_redirections = MOST_REDIRECTS

    def redirect_request(
        self, req: Any, fp: Any, code: Any, msg: Any, headers: Any, newurl: Any
    ) -> Any:
        """Refuse what is no web address."""
        target = urljoin(req.full_url, newurl)
        if urlsplit(target).scheme not in ("http", "https"):
            raise urllib.error.URLError(f"redirects to {_fit(target)}, which is no web address")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _from_address(location: str, timeout: float, longest: float) -> Fetched:
    shown = _fit(location)
    until = time.monotonic() + longest
    content = bytearray()
    try:
        request = urllib.request.Request(location, headers={"User-Agent": "counting-the-ooms"})
        opener = urllib.request.build_opener(_SameKind)
        with opener.open(request, timeout=timeout) as answer:
            length = answer.headers.get("Content-Length")
            modified = answer.headers.get("Last-Modified")
            # Part by part: a host that sends a byte a second is within each wait for ever.
            while part := answer.read1(_CHUNK):
                content += part
                if len(content) > containers.LARGEST_BYTES:
                    raise ImportRefused(
                        [f"{shown}: is larger than {containers.LARGEST_BYTES:,} bytes"]
                    )
                if time.monotonic() > until:
                    raise ImportRefused([f"{shown}: did not come whole in {longest:g} seconds"])
    except (OSError, HTTPException, ValueError, LookupError) as error:
        if isinstance(error, ImportRefused):
            raise
        why = _fit(" ".join(str(getattr(error, "reason", None) or error).split()), 200)
        code = f"{error.code} " if isinstance(error, urllib.error.HTTPError) else ""
        raise ImportRefused([f"{shown}: cannot be fetched ({code}{why})"]) from None
    if length is not None and length.isdigit() and int(length) != len(content):
        raise ImportRefused(
            [f"{shown}: {len(content)} of {length} bytes came; the transfer was cut short"]
        )
    name = PurePosixPath(urlsplit(location).path).name or "file"
    return Fetched(
        _fit(name), bytes(content), location, _utc_day(modified), _PUBLISHER, clock.today()
    )


def _utc_day(moment: str | None) -> str:
    """The day, in UTC, of a moment as mail and HTTP write it; nothing where it says none."""
    if not moment:
        return ""
    try:
        found = parsedate_to_datetime(moment)
        # One written without a zone ("-0000") is in UTC already.
        return (found if found.tzinfo is None else found.astimezone(UTC)).date().isoformat()
    except (ValueError, OverflowError):
        return ""


def _fit(text: str, most: int = 120) -> str:
    r"""A name or an address as a message may show it: printable, and not long.

    >>> _fit("a\x1b[31m.csv")
    'a_[31m.csv'
    """
    return "".join(c if c.isprintable() else "_" for c in text)[:most] or "file"


# ---- from files to editions ---------------------------------------------------------------------


def editions(
    locations: Iterable[str],
    folder: Path,
    *,
    vintage: str | None = None,
    today: str | None = None,
    only: Sequence[str] = (),
) -> list[Edition]:
    """`collect`, where each file has to be fit.

    Raises
    ------
    ImportRefused
        With the reasons of every file that can't be taken.
    """
    found = collect(locations, folder, vintage=vintage, today=today, only=only)
    if found.refused:
        raise ImportRefused(found.refused)
    return list(found.editions)


def collect(
    locations: Iterable[str],
    folder: Path,
    *,
    vintage: str | None = None,
    today: str | None = None,
    only: Sequence[str] = (),
) -> Collected:
    """Fetch, recognise and read files. One that is refused does not hold up the others.

    Parameters
    ----------
    locations
        Paths and addresses, in any order.
    folder
        An empty folder to keep the files in while they are read.
    vintage
        ISO date of all of them; found in each unless given.
    today
        ISO date after which nothing can have been published; the clock's, in Greenwich, unless
        given.
    only
        Sources to take of what is found; all unless given.

    Returns
    -------
    Collected
        Editions in the order of `SOURCES`, one a table, tables in the book's own columns last.
    """
    day = today or clock.today()
    if vintage and not _is_day(vintage):
        return Collected((), (f'--vintage "{_fit(vintage)}": is no day; write year-month-day',))
    refused: list[str] = []
    notes: dict[str, list[str]] = {}
    parts: dict[str, Fetched] = {}
    own: dict[str, Fetched] = {}
    for location in locations:
        try:
            for kind, file, note in _known(fetch(location)):
                into = own if kind.startswith("table:") else parts
                kind = kind.removeprefix("table:")
                if kind in into:
                    refused.append(
                        f"{file.name}: is a second file of the kind {kind}, after "
                        f"{into[kind].name}; give one of the two"
                    )
                    continue
                into[kind] = file
                if note:
                    notes.setdefault(kind, []).append(note)
        except (ImportRefused, DataError) as refusal:
            refused += str(refusal).splitlines()
    found: list[Edition] = []
    for source in SOURCES.values():
        given = [part for part in source.parts if part in parts]
        if not given or (only and source.name not in only):
            continue
        if source.parts[0] not in parts:
            refused.append(f"{parts[given[0]].name}: belongs with a file of {source.parts[0]}")
            continue
        said = [note for part in given for note in notes.get(part, ())]
        try:
            found.append(_edition(source, [parts[p] for p in given], folder, vintage, day, said))
        except (ImportRefused, DataError) as refusal:
            refused += str(refusal).splitlines()
    for table, file in own.items():
        if only and not (table in PUBLISHED and PUBLISHED[table].name in only):
            continue
        if table in {edition.table for edition in found}:
            refused.append(f"{file.name}: is a second file of the table {table}; give one")
            continue
        try:
            found.append(_own(table, file, vintage, day))
        except (ImportRefused, DataError) as refusal:
            refused += str(refusal).splitlines()
    if only and not found and not refused:
        refused.append(f"nothing that was given is of {', '.join(only)}")
    return Collected(tuple(found), tuple(refused))


def _is_day(text: str) -> bool:
    """Whether a text is a day, written year-month-day.

    >>> _is_day("2024-02-29"), _is_day("2024-02-30"), _is_day("20240229")
    (True, False, False)
    """
    try:
        return bool(_ISO.fullmatch(text)) and bool(date.fromisoformat(text))
    except ValueError:
        return False


def recognise(file: Fetched) -> str:
    r"""Say what a file is: a part of a source, or ``table:`` and the name of a table of the book.

    Raises
    ------
    ImportRefused
        If it is empty, binary, a web page, or not a file that the book knows.

    Examples
    --------
    >>> recognise(Fetched("x.csv", b"Model version,ECI Score\n", "x.csv"))
    'capability-index'
    >>> recognise(Fetched("x.csv", b"<!DOCTYPE html><p>Moved", "x.csv"))
    Traceback (most recent call last):
    ...
    ooms.update.readers.refusal.ImportRefused: x.csv: is a web page, and not the file; look ...
    """
    text, _ = containers.text_of(file.name, file.content)
    start = text.lstrip()[:200].lower()
    if re.match(r"<(!doctype|html|\?xml|!--|head|body|meta|script|title|p[ >]|div)", start):
        raise ImportRefused(
            [f"{file.name}: is a web page, and not the file; look where it has moved"]
        )
    if "METR-Horizon" in text and re.search(
        r"(^|[{,])\s*[\"']?results[\"']?\s*:", text, re.MULTILINE
    ):
        return "horizons"
    if any(speedrun.HEAD.match(line) for line in text.splitlines()):
        return "speedrun"
    header = _header(text)
    for kind, groups in _KNOWN_BY:
        if all(any(name in header for name in group) for group in groups):
            return kind
    for table in tables.names():
        if [column["name"] for column in tables.describe(table)["fields"]] == header:
            return f"table:{table}"
    shown = _fit(", ".join(header[:6]) or start[:40])
    raise ImportRefused(
        [
            f'{file.name}: is no file that the book knows; it begins "{shown}". '
            f"Known are {', '.join(SOURCES)}, and every table of data/ in its own columns"
        ]
    )


def _header(text: str) -> list[str]:
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=containers.separator(text))
    try:
        return [clean_text(cell) for cell in next(row for row in rows if row)]
    except (csv.Error, StopIteration):
        return []


def _known(file: Fetched) -> list[tuple[str, Fetched, str]]:
    """The known files in what was given, each with its kind and a note on how it was chosen."""
    file = replace(file, content=containers.unzipped(file.name, file.content))
    if not containers.is_zip(file.content):
        return [(recognise(file), file, "")]
    of_kind: dict[str, list[Fetched]] = {}
    others: list[str] = []
    for path, content, day in containers.entries(file.name, file.content):
        name = _fit(PurePosixPath(path).name)
        part = replace(file, name=name, content=content)
        if day:
            part = replace(part, modified=day, modified_by=_ARCHIVE)
        try:
            of_kind.setdefault(recognise(part), []).append(part)
        except ImportRefused:
            others.append(name)
    if not of_kind:
        held = f"; it holds {', '.join(others[:6])}" if others else ""
        raise ImportRefused([f"{file.name}: holds no file that the book knows{held}"])
    found = []
    for kind, files in of_kind.items():
        prefers = next((s.prefers for s in SOURCES.values() if s.parts[0] == kind), "")

        def rank(part: Fetched, prefers: str = prefers) -> tuple[bool, int]:
            return bool(prefers) and part.name.startswith(prefers), part.content.count(b"\n")

        first = max(files, key=rank)
        rest = [part.name for part in files if part is not first]
        note = (
            f"{file.name}: of its {len(files)} files of this kind, {first.name} is taken, and not "
            f"{', '.join(rest)}"
            if rest
            else ""
        )
        found.append((kind, first, note))
    return found


def _edition(
    source: Source,
    files: list[Fetched],
    folder: Path,
    vintage: str | None,
    today: str,
    notes: Sequence[str],
) -> Edition:
    paths = []
    for part, file in zip(source.parts, files, strict=False):
        # Reasons name the file as its owner knows it.
        name = file.name.lstrip(".") or "file"
        path = folder / part / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(file.content)
        paths.append(path)
    taken = source.take(*paths)
    _refuse_dates(files[0].name, taken, _latest_anywhere(today), "today")
    newest = _newest(taken.frame)
    day, dated_by = (vintage, _TOLD) if vintage else _dated(source, files[0], newest, today)
    if day > _latest_anywhere(today):
        raise ImportRefused([f"{files[0].name}: its vintage, {day}, is after today, {today}"])
    _refuse_dates(files[0].name, taken, day, "the file's vintage")
    if source.lacking is not None and len(files) < len(source.parts):
        taken = source.lacking(taken, day)
    edition = Edition(
        source.table,
        day,
        dated_by,
        render(taken.frame),
        tuple(file.name for file in files),
        places=taken.places,
        notes=(*notes, *taken.notes),
        left=taken.left,
        frame=taken.frame,
    )
    return _called_as_in_the_book(edition)


def _called_as_in_the_book(edition: Edition) -> Edition:
    """Rows under the names that the book has for them (`ooms.aliases`)."""
    assert edition.frame is not None
    here = set(edition.frame.iloc[:, 0])
    known = aliases.names_of(edition.table)
    names: dict[str, str] = {}
    for alias, name in known.items():
        # Where an edition has both names, they are two rows of it.
        if alias in here and name != alias and name not in here and name not in names.values():
            names[alias] = name
    gone = {alias: name for alias, name in known.items() if alias in edition.left}
    if not names and not gone:
        return edition
    shown = [f"{alias} as {name}" for alias, name in names.items()]
    note = f"read by aliases.csv: {'; '.join(shown)}" if shown else ""
    return edition.renamed({**gone, **names}, *([note] if note else []))


def _dated(source: Source, file: Fetched, newest: str, today: str) -> tuple[str, str]:
    """The day of a file, by the surest sign there is.

    When a file was changed says little of when it was published: unpacking or copying moves it. So
    it counts only where nothing else names a day, and where it can be one at all. Its newest row is
    the earliest day that it can be of.
    """
    for name, sign in (
        (file.name, _NAME),
        (PurePosixPath(urlsplit(file.location).path).name, _OUTER_NAME),
    ):
        named = _DAY.search(name)
        if named:
            day = "-".join(named.groups())
            if not _is_day(day):
                raise ImportRefused(
                    [
                        f'{file.name}: "{named[0]}" in {sign} is no day; rename it, or say the '
                        "day: --vintage"
                    ]
                )
            return day, sign
    if source.stamp:
        text, _ = containers.text_of(file.name, file.content)
        by = containers.separator(text)
        rows = csv.DictReader(io.StringIO(text, newline=""), delimiter=by)
        stamps = [str(row.get(source.stamp) or "").strip()[:10] for row in rows]
        stamps = [stamp for stamp in stamps if _is_day(stamp)]
        if stamps:
            return max([*stamps, newest]), f'its column "{source.stamp}"'
    if newest <= file.modified <= _latest_anywhere(today):
        return file.modified, file.modified_by
    if file.fetched >= newest:
        return file.fetched, "the day it was fetched"
    return newest, NEWEST_ROW


def _newest(frame: pd.DataFrame) -> str:
    dates = [frame[column].max() for column in _date_columns(frame)]
    return f"{max(day for day in dates if pd.notna(day)):%Y-%m-%d}"


def _date_columns(frame: pd.DataFrame) -> list[str]:
    return [str(c) for c in frame.columns if pd.api.types.is_datetime64_any_dtype(frame[c])]


def _refuse_dates(file: str, taken: Taken, latest: str, what: str) -> None:
    frame = taken.frame
    label = str(frame.columns[0])
    reasons = [
        f"{file}, {taken.places[row]}: {label} {cells.shown(frame.loc[row, label])}, {column} "
        f"{frame.loc[row, column]:%Y-%m-%d} is after {what}, {latest}"
        for column in _date_columns(frame)
        for row in frame.index[frame[column] > pd.Timestamp(latest)]
    ]
    if reasons:
        raise ImportRefused(reasons)


def _own(table: str, file: Fetched, vintage: str | None, today: str) -> Edition:
    """A table that somebody keeps by hand, in the book's own columns, as text."""
    text, coded = containers.text_of(file.name, file.content)
    by = containers.separator(text)
    notes = list(coded)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), strict=True, delimiter=by))
    except csv.Error as error:
        raise ImportRefused([f"{file.name}: is not valid CSV ({error})"]) from None
    ragged = [
        f"{file.name}, row {number}: has {len(row)} cells and not {len(rows[0])}"
        for number, row in enumerate(rows, start=1)
        if len(row) != len(rows[0])
    ]
    if not text.endswith(("\n", "\r")):
        ragged.append(f"{file.name}, row {len(rows)}: the last line does not end")
    if ragged:
        raise ImportRefused(ragged)
    whole = text.replace("\r\n", "\n").replace("\r", "\n")
    if by != ",":
        notes.append(f"{file.name}: its cells are not separated by commas, and were read so")
        written = io.StringIO()
        csv.writer(written, lineterminator="\n").writerows(rows)
        whole = written.getvalue()
    named = _DAY.search(file.name)
    told = "-".join(named.groups()) if named else ""
    day = vintage or (told if _is_day(told) else today)
    if day > _latest_anywhere(today):
        raise ImportRefused([f"{file.name}: its vintage, {day}, is after today, {today}"])
    dated_by = _TOLD if vintage else _NAME if _is_day(told) else TODAY
    return Edition(
        table,
        day,
        dated_by,
        whole,
        (file.name,),
        # A published table that is given with its day is an edition that somebody has typed.
        by_hand=table not in PUBLISHED or dated_by == TODAY,
        places=tuple(f"row {number}" for number in range(2, len(rows) + 1)),
        notes=tuple(notes),
    )


def by_name(names: Sequence[str]) -> Mapping[str, Source]:
    """The sources of these names; all of them where none is named."""
    unknown = [name for name in names if name not in SOURCES]
    if unknown:
        raise ImportRefused(
            [
                f'there is no source "{_fit(name)}"; the sources are {", ".join(SOURCES)}'
                for name in unknown
            ]
        )
    return {name: SOURCES[name] for name in names or SOURCES}
