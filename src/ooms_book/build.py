"""A build: project, runs, pages, site, and the site in its place; each made of what stands before.

`build` brings a site up to date, or leaves it as it is and says why.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from ooms_book import files
from ooms_book.errors import BookError
from ooms_book.project import repository
from ooms_book.project.project import Project
from ooms_book.project.repository import Repository
from ooms_book.project.work import Work, address
from ooms_book.run import runs
from ooms_book.run.runs import Runs
from ooms_book.run.store import Record
from ooms_book.site.parts import Place

if TYPE_CHECKING:
    from ooms_book.pages.render import Renderer

__all__ = ["Report", "alone", "build", "places_of", "run"]

Say = Callable[[str], None]


def _silent(_: str) -> None:
    """Say nothing."""


def _cores() -> int:
    """Return how many cores this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on every system
        return os.cpu_count() or 1


@dataclass
class Report:
    """What a build did.

    Attributes
    ----------
    site
        The folder of the site.
    ran
        For each notebook that ran, why.
    seconds
        For each notebook that ran, how long.
    rendered
        Whether the site was made again.
    written
        The pages of it that were.
    total_seconds
        How long the build took.
    """

    site: Path
    ran: dict[str, list[str]] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    rendered: bool = False
    written: list[str] = field(default_factory=list)
    total_seconds: float = 0.0


@dataclass(frozen=True)
class State:
    """A project at one moment: all that its site is made from.

    Attributes
    ----------
    tree
        The fingerprint of each of its files.
    machinery
        The fingerprint of each file of the code here.
    environment
        What runs its notebooks besides.
    repository
        The commit, and where it lives.
    work
        As it is cited; None if it says nothing of that.
    address
        Where its site is, if that is known.
    inputs
        The fingerprint of all of it, with the code here and the site's place.
    """

    tree: dict[str, str]
    machinery: dict[str, str]
    environment: dict[str, Any]
    repository: Repository
    work: Work | None
    address: str
    inputs: str


@dataclass(frozen=True)
class Pages:
    """Pages as Sphinx made them.

    Attributes
    ----------
    folder
        Where they are.
    places
        All on them that has an address, in order.
    written
        Those that were not taken as kept.
    """

    folder: Path
    places: list[Place]
    written: list[str]


def build(project: Project, *, jobs: int | None = None, say: Say = _silent) -> Report:
    """Bring the site of a project up to date.

    Parameters
    ----------
    project
        The project.
    jobs
        How many notebooks to run at once; as many as there are cores if None.
    say
        Called with each line of progress.

    Returns
    -------
    Report
        What was done.

    Raises
    ------
    BookError
        With every fault found. The site in place, if any, stays the one of the last good build.
    """
    start = time.monotonic()
    if project.variant is not None:
        # What the book itself says stands beside the numbers of a variant.
        run(Project(project.root), jobs=jobs, say=lambda line: say(f"the book itself: {line}"))
    with alone(project, say), contextlib.ExitStack() as started:
        renderer = _renderer(project, started) if _seems_changed(project) else None
        state = look(project)
        if _is_current(project, state):
            return Report(project.site, total_seconds=time.monotonic() - start)
        renderer = renderer or _renderer(project, started)
        _check_sources(project, state)
        made, pages = _runs_and_pages(project, state, renderer, jobs or _cores(), say)
        site = finish(project, state, pages, say)
        put_in_place(project, state, made, site)
    seconds = time.monotonic() - start
    report = Report(project.site, made.reasons, made.seconds, True, pages.written, seconds)
    _write_report(project, report)
    return report


def run(project: Project, *, jobs: int | None = None, say: Say = _silent) -> Report:
    """Run the notebooks that must run, and keep what they gave; make no pages.

    Parameters, return value and errors are those of `build`.
    """
    start = time.monotonic()
    with alone(project, say):
        state = look(project)
        _check_sources(project, state)
        reasons = runs.stale(project, state.environment)
        usual, jobs = _usual_seconds(project), jobs or _cores()
        made = runs.run(project, reasons, state.environment, jobs=jobs, say=say, usual=usual)
    seconds = time.monotonic() - start
    return Report(project.site, made.reasons, made.seconds, total_seconds=seconds)


@contextlib.contextmanager
def alone(project: Project, say: Say) -> Iterator[None]:
    """Keep other builds of this project out until this one ends."""
    project.folder.mkdir(exist_ok=True)
    with open(project.folder / ".lock", "w", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Another build of this book is running; waiting for it to end.")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


# ---- project -------------------------------------------------------------------------------------


def _seems_changed(project: Project) -> bool:
    """Say whether a file is newer than the site: only when to get ready hangs on it."""
    try:
        made = project.state.stat().st_mtime
    except OSError:
        return True
    for folder, inner, names in os.walk(project.root):
        inner[:] = [name for name in inner if not files.is_ignored(name)]
        if any(os.lstat(os.path.join(folder, name)).st_mtime > made for name in names):
            return True
    return False


def look(project: Project) -> State:
    """Take the fingerprints of a project as it is now."""
    tree = files.tree(project.root)
    environment = runs.environment(project)
    known = repository.describe(project.root)
    machinery = files.tree(Path(__file__).parent)
    inputs = {
        "project": tree,
        "environment": environment,
        "machinery": machinery,
        "repository": known.as_dict(),
        "site": os.path.relpath(project.site, project.root),
    }
    return State(
        tree,
        machinery,
        environment,
        known,
        Work.of(project, known),
        address(project, known),
        files.digest(inputs),
    )


def _is_current(project: Project, state: State) -> bool:
    """Say whether the site in place is the one that a project as it is now gives."""
    try:
        known = json.loads(project.state.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    if known["unseen"] or known["inputs"] != state.inputs:
        return False
    if any(
        files.hash_file(project.root / path) != content for path, content in known["hidden"].items()
    ):
        return False
    return project.site.is_dir() and known["site"] == files.digest(files.tree(project.site))


def _refuse(faults: list[str]) -> None:
    if faults:
        raise BookError(faults)


def _check_sources(project: Project, state: State) -> None:
    from ooms_book.project import checks
    from ooms_book.site import identifiers

    if project.identifiers is not None:
        identifiers.read(project.identifiers)
    excluded = project.config.get("exclude_patterns") or []
    faults = checks.notebooks(project.root, project.documents, state.tree, excluded)
    if not faults and project.identifiers is not None:
        faults = [
            fault for name in project.documents for fault in checks.headings(project.root, name)
        ]
    _refuse(faults)


# ---- runs and pages ------------------------------------------------------------------------------


def _renderer(project: Project, started: contextlib.ExitStack) -> Renderer:
    """Start what renders, to get ready meanwhile."""
    # Slow to import, and only needed now.
    from ooms_book.pages.render import Renderer

    return started.enter_context(Renderer(project.root))


def _runs_and_pages(
    project: Project, state: State, renderer: Renderer, jobs: int, say: Say
) -> tuple[Runs, Pages]:
    """Run what must run, and render; what renders waits for the runs."""
    from ooms_book.charts.ahead import Ahead
    from ooms_book.pages.render import Job

    work = project.folder / ".work"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True, exist_ok=True)
    # A folder of its own: what a killed build left running may still write to another.
    own = Path(tempfile.mkdtemp(dir=work))
    with Ahead(project.drawings, jobs) as ahead:
        reasons = runs.stale(project, state.environment)
        variant = project.variant
        renderer.start(
            Job(
                root=str(project.root),
                output=str(own / "html"),
                work=str(own),
                store=str(project.records),
                drawings=str(project.drawings),
                kept=str(project.pages),
                key=_surroundings(state),
                documents=project.documents,
                notebooks=project.notebooks,
                environment=state.environment,
                repository=state.repository.as_dict(),
                address=state.address,
                cited=None if state.work is None else asdict(state.work),
                jobs=jobs,
                epoch=state.repository.epoch,
                banner="" if variant is None else variant.banner,
                beside="" if variant is None else variant.beside,
                base="" if variant is None else str(Project(project.root).records),
            )
        )
        made = runs.run(
            project,
            reasons,
            state.environment,
            jobs=jobs,
            say=say,
            usual=_usual_seconds(project),
            kept=lambda record: ahead.draw(record.outputs),
        )
        say(f"Rendering {len(project.documents)} pages, those that changed anew.")
        start = time.monotonic()
        drawn = _Drawn(project, state)
        for name in made.records.keys() - reasons.keys():
            if not drawn.all_of(made.records[name]):
                ahead.draw(made.records[name].outputs)
        ahead.wait(say)
        drawn.keep(made)
        renderer.go_on()
        # Pages are rendered meanwhile.
        _check_runs(project, state, made)
        done = renderer.finish(say)
        unchanged = files.tree(project.root) == state.tree
        if unchanged:
            _keep_pages(project, own / "kept")
        _refuse(done.amiss)
        if not unchanged:
            raise BookError(["the project changed while it was rendered; build again"])
    seconds = time.monotonic() - start
    say(f"  {len(done.written)} written, of which {len(done.read)} read anew, in {seconds:.1f} s")
    listed = json.loads((own / "places.json").read_text(encoding="utf-8"))
    return made, Pages(own / "html", [Place(**place) for place in listed], done.written)


def _surroundings(state: State) -> str:
    """Return the fingerprint of what any page may hang on besides what it is seen to use.

    That is the code here, and the packages; the files of the project are watched.
    """
    return files.digest([state.machinery, state.environment])


class _Drawn:
    """The runs whose charts are all drawn, by what they gave and what draws them."""

    def __init__(self, project: Project, state: State) -> None:
        self.path, self.by = project.drawings / "drawn.json", _surroundings(state)
        try:
            self.known = set(json.loads(self.path.read_text(encoding="utf-8")))
        except (OSError, ValueError):
            self.known = set()

    def all_of(self, record: Record) -> bool:
        """Say whether all charts of a run have been drawn; a page draws what has gone since."""
        return self._key(record) in self.known

    def keep(self, made: Runs) -> None:
        """Note that all charts of some runs, and of no others, are drawn."""
        known = sorted(self._key(record) for record in made.records.values())
        if set(known) != self.known:
            files.write_atomically(self.path, json.dumps(known).encode(), lasting=False)

    def _key(self, record: Record) -> str:
        return files.digest([self.by, record.content()])


def _keep_pages(project: Project, made: Path) -> None:
    """Keep the pages that were made."""
    if not made.is_dir():
        return
    wanted = {f"{name}.{kind}" for name in project.documents for kind in ("read", "written")}
    wanted.add("checked.json")
    for folder, keeps in ((project.pages, False), (made, True)):
        for path in list(folder.rglob("*")):
            name = path.relative_to(folder).as_posix()
            if path.is_file() and keeps:
                target = project.pages / name
                target.parent.mkdir(parents=True, exist_ok=True)
                path.replace(target)
            elif path.is_file() and name not in wanted and path.suffix != ".known":
                path.unlink()


def _check_runs(project: Project, state: State, made: Runs) -> None:
    """See that no number is typed by hand, and that no data are left unread."""
    from ooms_book.project import checks

    faults = [
        fault
        for name, record in made.records.items()
        for fault in checks.typed_numbers_of(project.read(name), f"{name}.ipynb", record.values)
    ]
    for name in project.documents:
        page = project.root / f"{name}.md"
        if name not in made.records and page.is_file():
            faults += checks.typed_numbers(page.read_text(encoding="utf-8"), f"{name}.md")
    _refuse(faults)
    package = project.package.path
    # A variant may read other files than the book, and leave some of the book's alone.
    if package and project.variant is None:
        read = {path for path, content in made.files.items() if content is not None}
        read |= {package, str(project.setting("measurements"))}
        unread = list(project.setting("unread_data") or [])
        _refuse(checks.unread_data(package, state.tree, read, unread))


def places_of(project: Project) -> list[Place]:
    """Return all that has an address on the site of a project.

    Raises
    ------
    BookError
        If there is no site.
    """
    try:
        listed = json.loads(project.state.read_text(encoding="utf-8"))["places"]
    except (OSError, ValueError, KeyError) as error:
        raise BookError([f"there is no site in {project.site} yet; run: make book"]) from error
    return [Place(**place) for place in listed]


# ---- site ----------------------------------------------------------------------------------------


def finish(project: Project, state: State, pages: Pages, say: Say) -> Pages:
    """Make a site of pages: one that has lost no address, and whose links lead somewhere.

    Parameters
    ----------
    project, state, pages
        The project, as it was looked at, and its pages.
    say
        Called with each line of progress.

    Returns
    -------
    Pages
        The site, which is not in its place yet.

    Raises
    ------
    BookError
        With every fault found.
    """
    from ooms_book.site import checks, identifiers

    faults: list[str] = []
    # A variant may have other parts; the book itself is what is published.
    if project.identifiers is not None and project.variant is None:
        listed, name = identifiers.read(project.identifiers), project.identifiers.name
        faults = identifiers.faults(listed, pages.places, name)
        fresh = len(identifiers.unlisted(listed, pages.places))
        if fresh:
            say(f"  {fresh} identifiers are not in {name}: make identifiers")
    checked = project.pages / "checked.json"
    _refuse(faults + checks.faults(pages.folder, urlsplit(state.address).path, checked))
    # It holds a fingerprint of settings with this machine's paths in them.
    (pages.folder / ".buildinfo").unlink(missing_ok=True)
    return pages


def put_in_place(project: Project, state: State, made: Runs, site: Pages) -> None:
    """Swap a new site for the old one, and keep what it was made from."""
    project.state.unlink(missing_ok=True)
    old = project.site.with_name(f".{project.site.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    project.site.parent.mkdir(parents=True, exist_ok=True)
    if project.site.exists():
        project.site.rename(old)
    try:
        site.folder.rename(project.site)
    except OSError:
        shutil.move(site.folder, project.site)
    shutil.rmtree(old, ignore_errors=True)
    shutil.rmtree(site.folder.parent, ignore_errors=True)
    known: Mapping[str, Any] = {
        "inputs": state.inputs,
        "site": files.digest(files.tree(project.site)),
        # Files that runs used from folders that are no part of the tree.
        "hidden": {path: text for path, text in made.files.items() if path not in state.tree},
        "unseen": made.unseen,
        "places": [asdict(place) for place in site.places],
    }
    files.write_atomically(project.state, json.dumps(known, indent=1).encode())


def _usual_seconds(project: Project) -> dict[str, float]:
    """Return how long each notebook took when it last ran."""
    try:
        known = json.loads(project.report.read_text(encoding="utf-8"))["notebooks"]
        return {name: float(entry["seconds"]) for name, entry in known.items()}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def _write_report(project: Project, report: Report) -> None:
    """Keep how long things took beside the site, never in it."""
    try:
        known = json.loads(project.report.read_text(encoding="utf-8"))["notebooks"]
    except (OSError, ValueError, KeyError):
        known = {}
    for entry in known.values():
        entry["ran_last_time"] = False
    for name, reasons in report.ran.items():
        seconds = round(report.seconds.get(name, 0.0), 3)
        known[name] = {"reasons": reasons, "seconds": seconds, "ran_last_time": True}
    content = {
        "total_seconds": round(report.total_seconds, 3),
        "notebooks": {name: known[name] for name in project.notebooks if name in known},
    }
    files.write_atomically(project.report, json.dumps(content, indent=1).encode())
