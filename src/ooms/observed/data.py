"""The data that everything is computed from, as one explicit value.

`Data` names a folder of tables, and the day whose editions count. Whatever reads a table, a claim,
an assumption or a scenario takes one, and hands it on; nothing remembers a table by its name. What
is kept in memory is kept by content: a table is parsed and checked once for each content it has
had, and a changed file changes what the next call returns.

The environment is looked at in one place, `Data.current`, for the edge of a program: a command, or
a notebook that says nothing else. ``OOMS_DATA`` names another folder of tables, ``OOMS_VINTAGE``
(an ISO date) takes the editions of that day, and ``OOMS_SCENARIO`` names the position that a whole
book is built under.
"""

from __future__ import annotations

import functools
import hashlib
import os
import re
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ooms import text
from ooms.observed import checks, corrections
from ooms.observed.package import JOURNAL, DataError, Package

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["FOLDER", "SCENARIO", "VINTAGE", "Data", "shipped"]

#: Environment variables that `Data.current` reads.
FOLDER, VINTAGE, SCENARIO = "OOMS_DATA", "OOMS_VINTAGE", "OOMS_SCENARIO"

#: Checked tables that are kept, the latest used last. The book has fewer than sixty.
_KEPT = 160
_tables: OrderedDict[str, checks.Sheet] = OrderedDict()


@dataclass(frozen=True, eq=False)
class Data:
    """A folder of tables, and the day whose editions count.

    Parameters
    ----------
    folder : Path
        Holds ``datapackage.json``, the tables, ``assumptions.toml`` and ``scenarios/``.
    vintage : str, default ""
        ISO date: each table is its newest edition of that day or before, and its oldest where all
        are later. An edition from before the book was written lacks rows that its text names: those
        are as the edition has them that the table says it was ``written_on``, and rows which that
        had lost stay out, for a renamed model would count twice.
    scenario : str, default "baseline"
        The position that `ooms.assumed.scenarios.Scenario.current` loads.
    replaced : mapping of str to DataFrame
        Tables that stand instead of those in the folder; see `replacing`.
    dated : mapping of str to str
        Days that stand instead of those of some tables' editions.

    Examples
    --------
    >>> data = Data.current()
    >>> models = data.table("models", vintage="2024-05-22").set_index("model")
    >>> float(models.loc["GPT-3 175B (davinci)", "training_compute_flop"])
    3.14e+23
    >>> halved = data.replacing({"models": data.table("models").head(100)})
    >>> len(halved.table("models")), len(data.table("models")) > 100
    (100, True)
    """

    folder: Path
    vintage: str = ""
    scenario: str = "baseline"
    replaced: Mapping[str, pd.DataFrame] = field(default_factory=dict, repr=False)
    dated: Mapping[str, str] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        if self.vintage and not re.fullmatch(r"\d{4}-\d{2}-\d{2}", self.vintage):
            raise DataError([f'{VINTAGE}: "{self.vintage}" is not a date; write year-month-day'])

    @classmethod
    def current(cls) -> Data:
        """The data that the environment names, and otherwise those of the book as they are.

        For the edge of a program. A function that is handed no data asks here, and hands on what
        it is given.

        Raises
        ------
        FileNotFoundError
            If ``OOMS_DATA`` names no directory, or no tables came with the package.
        DataError
            If ``OOMS_VINTAGE`` is not a date.

        Examples
        --------
        >>> (Data.current().folder / "datapackage.json").is_file()
        True
        """
        named = os.environ.get(FOLDER)
        if named:
            folder = Path(named).expanduser().resolve()
            if not folder.is_dir():
                raise FileNotFoundError(
                    f"{FOLDER} is set to {named!r}, which is not a directory: "
                    "unset it, or name a directory that holds datapackage.json"
                )
        else:
            folder = shipped()
        return cls(folder, os.environ.get(VINTAGE) or "", os.environ.get(SCENARIO) or "baseline")

    # ---- files ---------------------------------------------------------------------------------

    def label(self, path: str) -> str:
        """Name a file the way a person at the checkout does.

        Examples
        --------
        >>> Data(Path("book/data")).label("models.csv")
        'data/models.csv'
        """
        return f"{self.folder.name}/{path}"

    def read(self, path: str) -> bytes:
        """Read a file of the folder.

        Raises
        ------
        DataError
            If it is missing or can't be read.
        """
        try:
            return (self.folder / path).read_bytes()
        except FileNotFoundError:
            problem = "the file is missing; restore it"
            if path != "datapackage.json":
                problem += ", or take its resource out of datapackage.json"
            raise DataError([f"{self.label(path)}: {problem}"]) from None
        except OSError as error:
            raise DataError([f"{self.label(path)}: cannot be read ({error.strerror})"]) from None

    # ---- what is said of the tables --------------------------------------------------------------

    @property
    def package(self) -> Package:
        """The data package, as it is now; refused while an update is being written."""
        if (self.folder / JOURNAL).is_file():
            raise DataError(
                [
                    f"{self.folder.name}: an update is being written, or did not end. If none is "
                    "running, `ooms update --undo` puts back what nobody has edited since"
                ]
            )
        found = Package.parse(self.read("datapackage.json"), self.label("datapackage.json"))
        return found.dated(self.dated) if self.dated else found

    def names(self) -> list[str]:
        """The name of every table in the data package, in its order.

        Examples
        --------
        >>> "models" in Data.current().names()
        True
        """
        return self.package.names

    def vintages(self, name: str) -> list[str]:
        """The vintages of a table, oldest first, as ISO dates.

        Examples
        --------
        >>> Data.current().vintages("models")[0]
        '2024-05-22'
        """
        return self.package.vintages(name)

    def vintage_of(self, name: str) -> str:
        """Date of a table's current edition: of its published file, or of our reading of sources.

        Examples
        --------
        >>> Data.current().vintage_of("models") >= "2025-08-07"
        True
        """
        return str(self.package.resource(name)["vintage"])

    @property
    def day(self) -> str:
        """The day that pages call today: of the newest table, or the older day that is asked for.

        What "has not happened yet" has not happened by this day. It is no clock's: the same files
        say the same next year.

        Examples
        --------
        >>> data = Data.current()
        >>> then = replace(data, vintage="2025-08-07")
        >>> then.day, then.day < replace(data, vintage="").day
        ('2025-08-07', True)
        """
        package = self.package
        newest = max(str(resource["vintage"]) for resource in package.resources.values())
        return min(newest, self.vintage or newest)

    @property
    def year(self) -> float:
        """`day` as a decimal year.

        Examples
        --------
        >>> round(replace(Data.current(), vintage="2025-07-02").year, 1)
        2025.5
        """
        from ooms.units import decimal_year

        return float(decimal_year(self.day))

    def describe(self, name: str, vintage: str | None = None) -> dict[str, Any]:
        """Return what the data package says of a table.

        Parameters
        ----------
        name : str
            A name from `names`.
        vintage : str, optional
            ISO date of an older vintage.

        Returns
        -------
        dict
            ``name``, ``title``, ``description``, ``path``, ``vintage``, ``retrieved``, ``licenses``
            and ``sources`` (lists of dict), ``primary_key`` (list of str) and ``fields``: one dict
            a column with ``name``, ``type``, ``title``, ``description`` and ``unit`` (``""`` where
            a column has none).

        Raises
        ------
        DataError
            If there is no such table or vintage.

        Examples
        --------
        >>> fields = Data.current().describe("models")["fields"]
        >>> {field["name"]: field["unit"] for field in fields}["training_compute_flop"]
        'FLOP'
        """
        return self.package.describe(name, vintage)

    # ---- the tables themselves -------------------------------------------------------------------

    def table(self, name: str, vintage: str | None = None) -> pd.DataFrame:
        """Read a table, check all of it, and return it as a frame of one's own.

        Parameters
        ----------
        name : str
            A name from `names`, such as ``"models"``.
        vintage : str, optional
            ISO date: the table as it was published then, for example ``"2024-05-22"``.

        Returns
        -------
        pandas.DataFrame
            One row a record, in the file's order, with a fresh range index. Dates are
            ``datetime64[ns]``, numbers ``float64`` (missing: NaN), whole numbers ``int64``
            (``Int64`` where some are missing), truth values ``bool``, text ``str`` (missing:
            ``""``). Units are in the column names and in `describe`.

        Raises
        ------
        DataError
            If the table is unknown, missing, unreadable, or any cell breaks its description. All
            problems found are listed, up to 20 of them.

        Examples
        --------
        >>> then = Data.current().table("models", "2024-05-22")
        >>> bool((then["date"] < "2024-05-22").all())
        True
        """
        package = self.package
        first, *then = [
            self._frame(package, name, day) for day in self._editions(name, vintage, package)
        ]
        key = package.describe(name)["primary_key"]
        return _as_it_was(first, then[0], key) if then else first.copy()

    def as_published(self, name: str, vintage: str | None = None) -> checks.Sheet:
        """A table as its publisher has it, without what this book corrects.

        Examples
        --------
        >>> sheet = Data.current().as_published("models", "2026-07-19")
        >>> row = next(cells for cells in sheet.rows if cells[0] == "Inkling")
        >>> row[sheet.header.index("training_compute_flop")]
        '1.845e+24'
        """
        resource = self.package.resource(name, vintage)
        return checks.sheet_of(self.read(resource["path"]), resource, self.label(resource["path"]))

    def corrections(self, name: str) -> tuple[corrections.Correction, ...]:
        """What this book reads otherwise than it stands in some edition of a table.

        Examples
        --------
        >>> [c.row for c in Data.current().corrections("models") if c.row == "Inkling"]
        ['Inkling']
        """
        package = self.package
        resource = package.resources.get(corrections.TABLE)
        if resource is None or name == corrections.TABLE:
            return ()
        every = _corrections(self.read(resource["path"]), package, self.label(resource["path"]))
        return every.get(corrections.base_of(name), ())

    def written(self, name: str) -> list[dict[str, str]]:
        """The rows of a table as they are written: for what a number's text decides, and no number.

        Examples
        --------
        >>> Data.current().written("forecast_seals")[0]["registered_on"]
        '2026-11-22'
        """
        if name in self.replaced:
            return [
                {str(column): text.cell(value) for column, value in row.items()}
                for row in self.table(name).to_dict("records")
            ]
        sheet = self._sheet(self.package, name)
        return [dict(zip(sheet.header, cells, strict=True)) for cells in sheet.rows]

    def digest(self, name: str, vintage: str | None = None) -> str:
        """Digest of all that `table` depends on: it gives another frame only with another digest.

        Examples
        --------
        >>> data = Data.current()
        >>> data.digest("models") == data.digest("models", "2024-05-22")
        False
        """
        package = self.package
        days = self._editions(name, vintage, package)
        parts = [self._key(package, name, day)[0] for day in days]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()

    @property
    def quantities(self) -> pd.DataFrame:
        """The published numbers of ``data/quantities.csv`` by id.

        Examples
        --------
        >>> float(Data.current().quantities.loc["published.besiroglu2024chinchilla.alpha", "best"])
        0.3478
        """
        return self.table("quantities").set_index("id")

    @property
    def published(self) -> dict[str, float]:
        """The best value of each of `quantities` that has one, by id, without making a frame.

        Examples
        --------
        >>> Data.current().published["published.besiroglu2024chinchilla.alpha"]
        0.3478
        """
        name = "quantities"
        if name in self.replaced or self._editions(name, None, self.package) != [None]:
            found: dict[str, float] = self.quantities["best"].dropna().to_dict()
            return found
        return {row["id"]: float(row["best"]) for row in self.written(name) if row["best"]}

    def replacing(
        self, frames: Mapping[str, pd.DataFrame], dated: Mapping[str, str] | None = None
    ) -> Data:
        """The same data with other frames for some tables: "and if this row had another value".

        The frames are taken as they are, unchecked, and nothing on disk changes. `dated` gives the
        days of editions that are to come.

        Raises
        ------
        DataError
            For a table that there is not.
        """
        for name in frames:
            self.package.resource(name)
        later = {**self.dated, **(dated or {})}
        return replace(self, replaced={**self.replaced, **frames}, dated=later)

    def check(self) -> None:
        """Check every table of the package, and the package itself.

        Raises
        ------
        DataError
            Listing the problems of all tables together.

        Examples
        --------
        >>> Data.current().check()
        """
        # Half a second to import.
        from frictionless import Package as Frictionless

        report = Frictionless.validate_descriptor(self.package.descriptor)
        label = self.label("datapackage.json")
        problems = [f"{label}: {error.note}" for error in report.errors]
        for name in self.names():
            try:
                self.table(name)
            except DataError as error:
                problems.extend(error.problems)
        if problems:
            raise DataError(problems)

    # ---- helpers ---------------------------------------------------------------------------------

    def _editions(self, name: str, vintage: str | None, package: Package) -> list[str | None]:
        """The editions that a table is made of: what fills in first, then what counts."""
        current = package.resource(name)
        if vintage is not None or not self.vintage or current["name"] in self.replaced:
            return [vintage]
        kept = package.vintages(name)
        day = max((day for day in kept if day <= self.vintage), default=kept[0])
        base = str(current.get("written_on", ""))
        return [base, day] if day < base else [day]

    def _key(
        self, package: Package, name: str, vintage: str | None = None
    ) -> tuple[str, bytes, dict[str, Any]]:
        """The digest of a table's content and description, the content, and the description."""
        resource = package.resource(name, vintage)
        frame = self.replaced.get(resource["name"])
        if frame is not None:
            return _digest_of(frame), b"", resource
        raw = self.read(resource["path"])
        said = package.digests[resource["name"]] + repr(self.corrections(resource["name"]))
        found = hashlib.sha256(raw).hexdigest() + hashlib.sha256(said.encode()).hexdigest()
        return found, raw, resource

    def _sheet(self, package: Package, name: str, vintage: str | None = None) -> checks.Sheet:
        """A table of the folder, checked."""
        digest, raw, resource = self._key(package, name, vintage)
        if digest not in _tables:
            sheet = checks.sheet_of(raw, resource, self.label(resource["path"]))
            _tables[digest] = corrections.applied(sheet, self.corrections(resource["name"]))
            while len(_tables) > _KEPT:
                _tables.popitem(last=False)
        _tables.move_to_end(digest)
        return _tables[digest]

    def _frame(self, package: Package, name: str, vintage: str | None = None) -> pd.DataFrame:
        """A table, checked or replaced, which must not be changed."""
        frame = self.replaced.get(package.resource(name, vintage)["name"])
        return self._sheet(package, name, vintage).frame if frame is None else frame


def shipped() -> Path:
    """Return the directory of tables that came with this installation.

    The tables inside the installed package, or ``data/`` of the checkout that this module belongs
    to.

    Raises
    ------
    FileNotFoundError
        If no tables came with the package.

    Examples
    --------
    >>> (shipped() / "datapackage.json").is_file()
    True
    """
    here = Path(__file__).resolve()
    for candidate in (here.parents[1] / "data", here.parents[3] / "data"):
        if (candidate / "datapackage.json").is_file():
            return candidate
    raise FileNotFoundError(
        "no data directory came with this installation of ooms: install it again, or set "
        f"{FOLDER} to a directory that holds datapackage.json"
    )


@functools.lru_cache(maxsize=8)
def _corrections(
    raw: bytes, package: Package, label: str
) -> dict[str, tuple[corrections.Correction, ...]]:
    """The corrections of each table, once for each content that their table has had."""
    return corrections.by_table(checks.sheet_of(raw, package.resource(corrections.TABLE), label))


def _digest_of(frame: pd.DataFrame) -> str:
    """Digest of a frame's columns, types and cells."""
    import pandas as pd

    found = hashlib.sha256()
    for column in frame.columns:
        found.update(f"{column}\t{frame[column].dtype}\n".encode())
    found.update(pd.util.hash_pandas_object(frame).to_numpy().tobytes())
    return found.hexdigest()


def _as_it_was(current: pd.DataFrame, older: pd.DataFrame, key: list[str]) -> pd.DataFrame:
    """A table whose rows say what an older edition says of them, where that has them.

    >>> import pandas as pd
    >>> now = pd.DataFrame({"model": ["a", "b"], "flop": [2.0, 3.0]})
    >>> then = pd.DataFrame({"model": ["a", "gone"], "flop": [1.0, 9.0]})
    >>> _as_it_was(now, then, ["model"]).to_dict("list")
    {'model': ['a', 'b'], 'flop': [1.0, 3.0]}
    """
    import pandas as pd

    there = older.set_index(key)
    new = current.set_index(key)
    kept = new[~new.index.isin(there.index)]
    back = there[there.index.isin(new.index)].reindex(columns=new.columns)
    joined = pd.concat([back, kept]).reset_index()[list(current.columns)]
    order = [column for column in ("date", *key) if column in joined.columns]
    return joined.sort_values(order, kind="stable", ignore_index=True)
