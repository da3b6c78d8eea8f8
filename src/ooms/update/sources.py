"""The published files that the tables come from: where they are, how they are known and read.

A file is recognised by what is in it, not by its name: names of downloads change, and a file under
a known name may be another one, or a page that says it has moved.
"""

from __future__ import annotations

import csv
import io
import re
import urllib.error
import urllib.request
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime
from pathlib import Path, PurePosixPath
from urllib.parse import urlsplit

import pandas as pd

from ooms import clock
from ooms.observed import package, tables
from ooms.update.readers import (
    ImportRefused,
    capability_index,
    clean_text,
    epoch_models,
    hardware,
    horizons,
    render,
    speedrun,
)

__all__ = ["SOURCES", "Edition", "Fetched", "Source", "editions", "fetch"]

#: No published table comes near this; what does is not one.
LARGEST_BYTES = 100_000_000
TIMEOUT_SECONDS = 60.0

_DAY = re.compile(r"(?<!\d)(20\d\d)[-_]?(0[1-9]|1[0-2])[-_]?(0[1-9]|[12]\d|3[01])(?!\d)")


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
        The kinds of file it takes, in the order in which `read` wants them.
    address
        Where the publisher keeps the newest.
    read
        From the paths of the parts to a frame of the table.
    stamp
        A column that says when a record was last changed, if the publisher gives one.
    """

    name: str
    table: str
    parts: tuple[str, ...]
    address: tuple[str, ...]
    read: Callable[..., pd.DataFrame]
    stamp: str = ""


def _hardware(performance: Path, prices: Path | None = None) -> pd.DataFrame:
    """Read the table of performance; without that of prices, known prices stay as they are."""
    frame = hardware.read(performance, prices)
    if prices is None:
        known = tables.load("accelerators").set_index("accelerator")
        for row in frame.index[frame["price_usd"].isna()]:
            name = frame.loc[row, "accelerator"]
            if name in known.index:
                for column in ("price_usd", "price_date", "price_kind", "price_source"):
                    frame.loc[row, column] = known.loc[name, column]
    return frame


SOURCES: dict[str, Source] = {
    source.name: source
    for source in (
        Source(
            "models",
            "models",
            ("models",),
            ("https://epoch.ai/data/all_ai_models.csv",),
            epoch_models.read,
            stamp="Last modified",
        ),
        Source(
            "horizons",
            "horizons",
            ("horizons",),
            ("https://metr.org/assets/benchmark_results_1_1.yaml",),
            horizons.read,
        ),
        Source(
            "speedrun",
            "speedrun",
            ("speedrun",),
            ("https://raw.githubusercontent.com/KellerJordan/modded-nanogpt/master/README.md",),
            speedrun.read,
        ),
        Source(
            "capability-index",
            "capability_index",
            ("capability-index",),
            ("https://epoch.ai/data/benchmark_data.zip",),
            capability_index.read,
        ),
        Source(
            "hardware",
            "accelerators",
            ("hardware", "hardware-prices"),
            # The table of prices has no address of its own: it comes as a file.
            ("https://epoch.ai/data/ml_hardware.csv",),
            _hardware,
        ),
    )
}

#: The columns by which a CSV file is known: of each group one has to be there.
_KNOWN_BY: dict[str, tuple[tuple[str, ...], ...]] = {
    "models": (
        epoch_models.ALIASES["Model"],
        ("Publication date",),
        epoch_models.ALIASES["Training compute (FLOP)"],
    ),
    "capability-index": (("Model version",), ("ECI Score",)),
    "hardware": (("Hardware name",), ("Release date",), ("TDP (W)",)),
    "hardware-prices": (("Hardware model",), ("Price source",), ("Price (hardware purchase)",)),
    "speedrun": (("track",), ("record",), ("minutes_8xH100",)),
}


@dataclass(frozen=True)
class Fetched:
    """A file in memory, and where it came from.

    Attributes
    ----------
    name
        The file's, without folders; in an archive, that of the entry.
    content
        Its bytes.
    location
        The path or address given.
    modified
        ISO date of its last change, where it came from an address or an archive.
    modified_by
        Whose word that date is.
    """

    name: str
    content: bytes
    location: str
    modified: str = ""
    modified_by: str = ""


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
    """

    table: str
    vintage: str
    dated_by: str
    text: str
    files: tuple[str, ...]


def fetch(location: str, *, timeout: float = TIMEOUT_SECONDS) -> Fetched:
    """Read a file from a path or from an address (http or https).

    Parameters
    ----------
    location : str
        A path, or an address.
    timeout : float
        Seconds to wait for an answer.

    Returns
    -------
    Fetched

    Raises
    ------
    ImportRefused
        If there is no such file, the host does not answer, or what it sends is too large or cut
        short.
    """
    address = urlsplit(location)
    if address.scheme not in ("http", "https"):
        if address.scheme and "://" in location:
            raise ImportRefused(
                [f"{location}: only http and https addresses, and paths, can be read"]
            )
        path = Path(location).expanduser()
        try:
            size = path.stat().st_size
            if size > LARGEST_BYTES:
                raise ImportRefused([f"{path.name}: has {size} bytes; no published table has"])
            return Fetched(path.name, path.read_bytes(), location)
        except OSError as error:
            raise ImportRefused([f"{location}: cannot be read ({error.strerror})"]) from None
    request = urllib.request.Request(location, headers={"User-Agent": "counting-the-ooms"})
    try:
        with urllib.request.urlopen(request, timeout=timeout) as answer:
            content = answer.read(LARGEST_BYTES + 1)
            length = answer.headers.get("Content-Length")
            modified = answer.headers.get("Last-Modified")
    except (OSError, urllib.error.HTTPError, ValueError) as error:
        raise ImportRefused([f"{location}: cannot be fetched ({error})"]) from None
    if len(content) > LARGEST_BYTES:
        raise ImportRefused([f"{location}: is larger than {LARGEST_BYTES} bytes"])
    if length is not None and length.isdigit() and int(length) != len(content):
        raise ImportRefused(
            [f"{location}: {len(content)} of {length} bytes came; the transfer was cut short"]
        )
    name = PurePosixPath(address.path).name or "file"
    return Fetched(
        name, content, location, _utc_day(modified), "the day its publisher last changed it"
    )


def _utc_day(moment: str | None) -> str:
    """The day, in UTC, of a moment as mail and HTTP write it; nothing where it says none."""
    if not moment:
        return ""
    try:
        found = parsedate_to_datetime(moment)
    except ValueError:
        return ""
    # One written without a zone ("-0000") is in UTC already.
    return (found if found.tzinfo is None else found.astimezone(UTC)).date().isoformat()


def editions(
    locations: Iterable[str],
    folder: Path,
    *,
    vintage: str | None = None,
    today: str | None = None,
    only: Sequence[str] = (),
) -> list[Edition]:
    """Fetch, recognise and read files; all of them, or none.

    Parameters
    ----------
    locations
        Paths and addresses, in any order.
    folder
        An empty folder to keep the files in while they are read.
    vintage
        ISO date of all of them; found in each unless given.
    today
        ISO date after which nothing can have been published; the clock's unless given.
    only
        Sources to take of what is found; all unless given.

    Returns
    -------
    list of Edition
        One a table, in the order of `SOURCES`, tables in the book's own columns last.

    Raises
    ------
    ImportRefused
        With the reasons of every file that can't be taken.
    """
    day = today or clock.today()
    reasons: list[str] = []
    parts: dict[str, Fetched] = {}
    own: dict[str, Fetched] = {}
    for location in locations:
        try:
            for file in _unpacked(fetch(location)):
                kind = recognise(file)
                into = own if kind.startswith("table:") else parts
                kind = kind.removeprefix("table:")
                if kind in into:
                    reasons.append(
                        f"{file.name}: is a second file of the kind {kind}, after "
                        f"{into[kind].name}; give one of the two"
                    )
                into[kind] = file
        except ImportRefused as refusal:
            reasons += refusal.reasons
    found: list[Edition] = []
    for source in SOURCES.values():
        given = [part for part in source.parts if part in parts]
        if not given or (only and source.name not in only):
            continue
        lacking = [part for part in source.parts if part not in parts]
        if source.parts[0] in lacking:
            reasons.append(f"{parts[given[0]].name}: belongs with a file of {source.parts[0]}")
            continue
        try:
            found.append(_edition(source, [parts[part] for part in given], folder, vintage, day))
        except ImportRefused as refusal:
            reasons += refusal.reasons
    for table, file in own.items():
        try:
            found.append(_own(table, file, vintage, day))
        except ImportRefused as refusal:
            reasons += refusal.reasons
    if reasons:
        raise ImportRefused(reasons)
    return found


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
    ooms.update.readers.ImportRefused: x.csv: is a web page, and not the file; look where it has
      moved
    """
    if not file.content.strip():
        raise ImportRefused([f"{file.name}: the file is empty"])
    try:
        text = file.content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ImportRefused(
            [f"{file.name}: is not a text file (byte {error.start} is not UTF-8)"]
        ) from None
    if "\x00" in text:
        raise ImportRefused([f"{file.name}: is not a text file"])
    start = text.lstrip()[:200].lower()
    if start.startswith(("<!doctype", "<html", "<?xml")):
        raise ImportRefused(
            [f"{file.name}: is a web page, and not the file; look where it has moved"]
        )
    if re.search(r"^results:", text, re.MULTILINE) and "METR-Horizon" in text:
        return "horizons"
    if re.search(r"^\|?\s*#\s*\|\s*Record time", text, re.MULTILINE | re.IGNORECASE):
        return "speedrun"
    try:
        header = [clean_text(cell) for cell in next(csv.reader(io.StringIO(text, newline="")))]
    except (csv.Error, StopIteration):
        header = []
    for kind, groups in _KNOWN_BY.items():
        if all(any(name in header for name in group) for group in groups):
            return kind
    for table in package.names():
        if [field["name"] for field in package.describe(table)["fields"]] == header:
            return f"table:{table}"
    shown = ", ".join(header[:6]) or start[:40]
    raise ImportRefused(
        [
            f'{file.name}: is no file that the book knows; it begins "{shown}". '
            f"Known are {', '.join(SOURCES)}, and every table of data/ in its own columns"
        ]
    )


def _unpacked(file: Fetched) -> list[Fetched]:
    """The known files in an archive; any other file is itself."""
    if not file.content.startswith(b"PK\x03\x04"):
        return [file]
    found: list[Fetched] = []
    try:
        with zipfile.ZipFile(io.BytesIO(file.content)) as archive:
            for entry in archive.infolist():
                if entry.is_dir() or not entry.filename.endswith((".csv", ".yaml", ".yml")):
                    continue
                if entry.file_size > LARGEST_BYTES:
                    raise ImportRefused([f"{file.name}: {entry.filename} is too large"])
                day = "{:04}-{:02}-{:02}".format(*entry.date_time[:3])
                name = PurePosixPath(entry.filename).name
                part = Fetched(
                    name,
                    archive.read(entry),
                    file.location,
                    day,
                    "the file's time in its archive, as nothing else says a day",
                )
                try:
                    recognise(part)
                except ImportRefused:
                    continue
                found.append(part)
    except zipfile.BadZipFile as error:
        raise ImportRefused([f"{file.name}: is not a whole archive ({error})"]) from None
    if not found:
        raise ImportRefused([f"{file.name}: holds no file that the book knows"])
    return found


def _edition(
    source: Source, files: list[Fetched], folder: Path, vintage: str | None, today: str
) -> Edition:
    paths = []
    for part, file in zip(source.parts, files, strict=False):
        # Reasons name the file as its owner knows it; readers go by the suffix.
        name = file.name
        if b"Record time" in file.content and not name.endswith((".md", ".csv")):
            name += ".md"
        path = folder / part / name
        path.parent.mkdir()
        path.write_bytes(file.content)
        paths.append(path)
    frame = source.read(*paths)
    _refuse_dates(files[0].name, frame, today, "today")
    newest = _newest(frame)
    day, dated_by = (vintage, "as told") if vintage else _dated(source, files[0], newest, today)
    if day > today:
        raise ImportRefused([f"{files[0].name}: its vintage, {day}, is after today, {today}"])
    _refuse_dates(files[0].name, frame, day, "the file's vintage")
    return Edition(source.table, day, dated_by, render(frame), tuple(file.name for file in files))


def _dated(source: Source, file: Fetched, newest: str, today: str) -> tuple[str, str]:
    """The day of a file, by the surest sign there is.

    When a file was changed says little of when it was published: unpacking or copying moves it. So
    it counts only where nothing else names a day, and where it can be one at all.
    """
    for name, sign in (
        (file.name, "its name"),
        (PurePosixPath(urlsplit(file.location).path).name, "the name of what it came in"),
    ):
        if named := _DAY.search(name):
            return "-".join(named.groups()), sign
    if source.stamp:
        text = file.content.decode("utf-8-sig")
        rows = csv.DictReader(io.StringIO(text, newline=""))
        stamps = [(row.get(source.stamp) or "")[:10] for row in rows]
        stamps = [stamp for stamp in stamps if re.fullmatch(r"\d{4}-\d{2}-\d{2}", stamp)]
        if stamps:
            return max([*stamps, newest]), f'its column "{source.stamp}"'
    if newest <= file.modified <= today:
        return file.modified, file.modified_by
    return newest, "its newest row"


def _newest(frame: pd.DataFrame) -> str:
    dates = [frame[column].max() for column in _date_columns(frame)]
    return f"{max(day for day in dates if pd.notna(day)):%Y-%m-%d}"


def _date_columns(frame: pd.DataFrame) -> list[str]:
    return [str(c) for c in frame.columns if pd.api.types.is_datetime64_any_dtype(frame[c])]


def _refuse_dates(file: str, frame: pd.DataFrame, latest: str, what: str) -> None:
    label = str(frame.columns[0])
    raise_for = [
        f'{file}: {label} "{frame.loc[row, label]}", {column} {frame.loc[row, column]:%Y-%m-%d} is '
        f"after {what}, {latest}"
        for column in _date_columns(frame)
        for row in frame.index[frame[column] > pd.Timestamp(latest)]
    ]
    if raise_for:
        raise ImportRefused(raise_for)


def _own(table: str, file: Fetched, vintage: str | None, today: str) -> Edition:
    """A table that somebody keeps by hand, in the book's own columns, as text."""
    text = file.content.decode("utf-8-sig")
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error as error:
        raise ImportRefused([f"{file.name}: is not valid CSV ({error})"]) from None
    ragged = [
        f"{file.name}, row {number}: has {len(row)} cells and not {len(rows[0])}"
        for number, row in enumerate(rows, start=1)
        if len(row) != len(rows[0])
    ]
    if not text.endswith("\n"):
        ragged.append(f"{file.name}, row {len(rows)}: the last line does not end")
    if ragged:
        raise ImportRefused(ragged)
    named = _DAY.search(file.name)
    day = vintage or ("-".join(named.groups()) if named else today)
    whole = "\n".join(text.splitlines()) + "\n"
    dated_by = "as told" if vintage else "its name" if named else "today"
    return Edition(table, day, dated_by, whole, (file.name,))


def by_name(names: Sequence[str]) -> Mapping[str, Source]:
    """The sources of these names; all of them where none is named."""
    unknown = [name for name in names if name not in SOURCES]
    if unknown:
        raise ImportRefused(
            [
                f'there is no source "{name}"; the sources are {", ".join(SOURCES)}'
                for name in unknown
            ]
        )
    return {name: SOURCES[name] for name in names or SOURCES}
