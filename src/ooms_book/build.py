"""A book: a folder with a Jupyter Book 1 project, and the site made of it."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ooms_book import files
from ooms_book.errors import BookError
from ooms_book.project import repository
from ooms_book.project.repository import Repository
from ooms_book.project.variants import Variant
from ooms_book.run import fingerprints
from ooms_book.run.store import Record, Store, why_stale

if TYPE_CHECKING:
    from ooms_book.pages.render import Job, Renderer
    from ooms_book.project.datapackage import Package

__all__ = ["Book", "Report"]

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
    ran
        For each notebook that ran, why.
    seconds
        For each notebook that ran, how long.
    rendered
        Whether the pages were made again.
    site
        The folder of the site.
    total_seconds
        How long the build took.
    """

    site: Path
    ran: dict[str, list[str]] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    rendered: bool = False
    total_seconds: float = 0.0


class Book:
    """A project and its site.

    Parameters
    ----------
    root
        The folder with ``_config.yml`` and ``_toc.yml``.
    output
        Where the site goes, relative to ``root`` if not absolute; ``_build/html`` unless given,
        and for a variant ``_build/variants/<name>``.
    variant
        The name of a variant of the book (`ooms_book.project.variants`); the book itself unless
        given.
    kind
        The setting that says what a variant is: ``variant``, or another of the same shape.

    Raises
    ------
    BookError
        If the folder holds no book, or no such variant.
    """

    def __init__(
        self,
        root: Path | str = ".",
        output: Path | str | None = None,
        variant: str = "",
        kind: str = "variant",
    ) -> None:
        self.root = Path(root).resolve()
        missing = [name for name in ("_config.yml", "_toc.yml") if not (self.root / name).is_file()]
        if missing:
            raise BookError(
                [f"{self.root} has no {' and no '.join(missing)}; name the book's folder (--root)"]
            )
        settings = self.setting(kind, None) if variant else None
        self.variant = Variant.of(self.root, settings, variant)
        self.folder = self.root / "_build"
        if self.variant is None:
            self.site = (self.root / (output or "_build/html")).resolve()
            kept = self.folder
        else:
            usual = f"_build/variants/{self.variant.name}"
            self.site = (self.root / (output or usual)).resolve()
            kept = self.folder / f".variants/{self.variant.name}"
        self.store = Store(kept / ".executed")
        self.drawings = self.folder / ".drawings"
        self.state = kept / ".state.json"
        self.report = kept / "report.json"

    # What the project says of itself

    def _yaml(self, name: str) -> dict[str, Any]:
        import yaml

        try:
            content = yaml.safe_load((self.root / name).read_text(encoding="utf-8"))
        except yaml.YAMLError as error:
            raise BookError([f"{name}: it is not YAML: {error}"]) from error
        if not isinstance(content, dict):
            raise BookError([f"{name}: it is empty, or not a mapping of names to values"])
        return content

    @cached_property
    def config(self) -> dict[str, Any]:
        """The content of ``_config.yml``."""
        return self._yaml("_config.yml")

    def metadata(self, name: str) -> dict[str, Any]:
        """Return the content of another file in YAML."""
        return self._yaml(name)

    def setting(self, name: str, default: Any) -> Any:
        """Return a setting of this package, from ``sphinx: config:`` in ``_config.yml``."""
        settings = (self.config.get("sphinx") or {}).get("config") or {}
        return settings.get(f"ooms_book_{name}", default)

    @cached_property
    def documents(self) -> list[str]:
        """All documents in ``_toc.yml``, in order, without suffix."""
        found: list[str] = []

        def collect(item: Any) -> None:
            if isinstance(item, Mapping):
                for key, value in item.items():
                    if key in ("root", "file") and isinstance(value, str):
                        found.append(value.removesuffix(".md").removesuffix(".ipynb"))
                    else:
                        collect(value)
            elif isinstance(item, list):
                for part in item:
                    collect(part)

        collect(self._yaml("_toc.yml"))
        return list(dict.fromkeys(found))

    @property
    def notebooks(self) -> list[str]:
        """The documents that are notebooks, in the order of the table of contents."""
        return [name for name in self.documents if (self.root / f"{name}.ipynb").is_file()]

    def read(self, docname: str) -> dict[str, Any]:
        """Return a notebook as JSON."""
        notebook: dict[str, Any] = json.loads(
            (self.root / f"{docname}.ipynb").read_text(encoding="utf-8")
        )
        return notebook

    def values(self) -> dict[str, dict[str, dict[str, str]]]:
        """Return what each notebook published when it last ran, by document and key."""
        records = {name: self.store.read(name) for name in self.notebooks}
        return {name: record.values for name, record in records.items() if record is not None}

    def environment(self) -> dict[str, Any]:
        """Return what runs the notebooks besides the project's own files."""
        found = fingerprints.environment(self.root)
        if self.variant is not None:
            found["variant"] = f"{self.variant.variable}={self.variant.name}"
        return found

    # What is out of date

    def stale(self, environment: Mapping[str, Any] | None = None) -> dict[str, list[str]]:
        """Return the notebooks that must run, each with the reasons."""
        environment = environment or self.environment()
        reasons = {
            name: why_stale(self.store.read(name), self.read(name), environment, self.root)
            for name in self.notebooks
        }
        return {name: why for name, why in reasons.items() if why}

    def _inputs(self, tree: Mapping[str, str], environment: Mapping[str, Any]) -> dict[str, Any]:
        """Return all that the site is made from, as fingerprints."""
        here = Path(__file__).parent
        return {
            "project": dict(tree),
            "environment": dict(environment),
            "machinery": files.tree(here),
            "repository": repository.describe(self.root).as_dict(),
            "site": os.path.relpath(self.site, self.root),
        }

    def _is_current(self, inputs: Mapping[str, Any]) -> bool:
        """Say whether the site in place is the one that these inputs give."""
        try:
            state = json.loads(self.state.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return False
        if state.get("unseen") or state.get("inputs") != files.digest(inputs):
            return False
        if any(
            files.hash_file(self.root / path) != content
            for path, content in state["hidden"].items()
        ):
            return False
        return self.site.is_dir() and state["site"] == files.digest(files.tree(self.site))

    # Building

    @contextlib.contextmanager
    def _alone(self, say: Say) -> Iterator[None]:
        """Keep other builds of this book out until this one ends."""
        self.folder.mkdir(exist_ok=True)
        with open(self.folder / ".lock", "w", encoding="utf-8") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                say("Another build of this book is running; waiting for it to end.")
                fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def build(self, *, jobs: int | None = None, say: Say = _silent) -> Report:
        """Bring the site up to date.

        Parameters
        ----------
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
        if self.variant is not None:
            # What the book itself says stands beside the numbers of a variant.
            Book(self.root).run(jobs=jobs, say=lambda line: say(f"the book itself: {line}"))
        with self._alone(say):
            report = self._build(jobs or _cores(), say)
        report.total_seconds = time.monotonic() - start
        if report.rendered:
            self._write_report(report)
        return report

    def run(self, *, jobs: int | None = None, say: Say = _silent) -> Report:
        """Run the notebooks that must run, and keep what they gave; make no pages.

        Parameters, return value and errors are those of `build`.
        """
        start = time.monotonic()
        report = Report(self.site)
        with self._alone(say):
            self._check_sources(files.tree(self.root))
            environment = self.environment()
            self._execute(report, environment, self._to_run(environment), jobs or _cores(), say)
        report.total_seconds = time.monotonic() - start
        return report

    def _build(self, jobs: int, say: Say) -> Report:
        report = Report(self.site)
        tree = files.tree(self.root)
        environment = self.environment()
        inputs = self._inputs(tree, environment)
        if self._is_current(inputs):
            return report

        self._check_sources(tree)
        # Slow to import, and only needed now.
        from ooms_book.pages.render import Renderer

        with Renderer(self.root, inputs["repository"]["epoch"]) as renderer:
            stale = self._to_run(environment)
            job = self._job(inputs, stale, jobs)
            renderer.start(job)
            self._execute(report, environment, stale, jobs, say)
            records = self._records()
            self._check_prose(records)
            self._check_data(records, tree)
            texts = {
                "status": self.status(records, environment),
                "data": self.provenance(records),
                "citation": self.citation(inputs["repository"]),
            }
            self._render(report, renderer, job, inputs, texts, say)
        self._keep_state(inputs, tree, records)
        return report

    def _check_sources(self, tree: Mapping[str, str]) -> None:
        from ooms_book.project import checks

        excluded = self.config.get("exclude_patterns") or []
        faults = checks.notebooks(self.root, self.documents, tree, excluded)
        if faults:
            raise BookError(faults)

    def _to_run(self, environment: dict[str, Any]) -> dict[str, list[str]]:
        """Forget the notebooks that are gone; return those that must run, each with the reasons."""
        for docname in set(self.store.names()) - set(self.notebooks):
            self.store.remove(docname)
        return self.stale(environment)

    def _job(self, inputs: Mapping[str, Any], awaited: Iterable[str], jobs: int) -> Job:
        from ooms_book.pages.render import Job

        work = self.folder / ".work"
        shutil.rmtree(work, ignore_errors=True)
        work.mkdir(parents=True, exist_ok=True)
        # A folder of its own: what a killed build left running may still write to another.
        own = tempfile.mkdtemp(dir=work)
        return Job(
            root=str(self.root),
            output=str(Path(own) / "html"),
            work=own,
            store=str(self.store.folder),
            drawings=str(self.drawings),
            repository=inputs["repository"],
            awaited=list(awaited),
            jobs=jobs,
            banner="" if self.variant is None else self.variant.banner,
            beside="" if self.variant is None else self.variant.beside,
            base="" if self.variant is None else str(Book(self.root).store.folder),
            edition=self._edition(inputs["repository"]),
        )

    def _edition(self, known: Mapping[str, Any]) -> str:
        """What the foot of every page says: version, data vintage, commit and its day."""
        from ooms_book.project.work import Work

        work = Work.of(self, Repository(**known))
        if work is None:
            return ""
        return f"{work.edition[:1].upper()}{work.edition[1:]}, {work.day}"

    def _execute(
        self,
        report: Report,
        environment: dict[str, Any],
        stale: dict[str, list[str]],
        jobs: int,
        say: Say,
    ) -> None:
        count = len(self.notebooks)
        if not stale:
            say(f"Running no notebook: nothing the {count} used has changed.")
            return
        # Slow to import, and only needed now.
        from ooms_book.run.execute import Run, execute

        say(f"Running {len(stale)} of {count} notebooks, {min(jobs, len(stale))} at a time:")
        for docname, reasons in stale.items():
            more = f" and {len(reasons) - 3} more" if len(reasons) > 3 else ""
            say(f"  {docname}: {'; '.join(reasons[:3])}{more}")

        def done(run: Run) -> None:
            report.seconds[run.docname] = run.seconds
            if run.record is not None:
                self.store.write(run.docname, run.record)
            word = "ran" if run.record is not None else "FAILED"
            say(f"  {run.docname.ljust(width)} {word} in {run.seconds:.1f} s")

        width = max(len(docname) for docname in stale)

        runs = execute(
            stale,
            self.root,
            environment,
            lambda: files.tree(self.root),
            jobs=jobs,
            timeout=float(self.config.get("execute", {}).get("timeout", 300)),
            done=done,
            variables={} if self.variant is None else {self.variant.variable: self.variant.name},
        )
        report.ran = stale
        faults = [fault for run in runs for fault in run.faults]
        if faults:
            raise BookError(faults)

    def _records(self) -> dict[str, Record]:
        records = {name: self.store.read(name) for name in self.notebooks}
        lost = [
            f"{name}.ipynb: its record is gone; build again"
            for name in records
            if records[name] is None
        ]
        if lost:
            raise BookError(lost)
        return {name: record for name, record in records.items() if record is not None}

    def _check_prose(self, records: Mapping[str, Record]) -> None:
        from ooms_book.project import checks

        faults = [
            fault
            for name, record in records.items()
            for fault in checks.typed_numbers_of(self.read(name), f"{name}.ipynb", record.values)
        ]
        for name in self.documents:
            page = self.root / f"{name}.md"
            if name not in records and page.is_file():
                faults += checks.typed_numbers(page.read_text(encoding="utf-8"), f"{name}.md")
        if faults:
            raise BookError(faults)

    @property
    def _package(self) -> Package:
        from ooms_book.project.datapackage import Package

        return Package.read(self.root, str(self.setting("data_package", "")))

    def status(self, records: Mapping[str, Record], environment: Mapping[str, Any]) -> str:
        """Return what stands where a page says ``{book-status}``, in MyST."""
        from ooms_book.pages.status import markdown
        from ooms_book.project.datapackage import measurements

        measured = measurements(self.root, str(self.setting("measurements", "")))
        return markdown(self.root, records, environment, self._package, measured)

    def provenance(self, records: Mapping[str, Record]) -> str:
        """Return what stands where a page says ``{book-data}``, in MyST."""
        from ooms_book.pages.provenance import markdown

        return markdown(self.root, str(self.setting("data_package", "")), records)

    def citation(self, known: Mapping[str, Any]) -> str:
        """Return what stands where a page says ``{book-citation}``, in MyST."""
        from ooms_book.pages import citation
        from ooms_book.project.work import Work

        work = Work.of(self, Repository(**known))
        return "" if work is None else citation.markdown(work)

    def _check_data(self, records: Mapping[str, Record], tree: Mapping[str, str]) -> None:
        from ooms_book.project import checks

        package = self._package
        # A variant may read other files than the book, and leave some of the book's alone.
        if not package.path or self.variant is not None:
            return
        read = {
            path
            for record in records.values()
            for path, content in record.dependencies.files.items()
            if content is not None
        }
        read |= {package.path, str(self.setting("measurements", ""))}
        faults = checks.unread_data(
            package.path, tree, read, list(self.setting("unread_data", []) or [])
        )
        if faults:
            raise BookError(faults)

    def _render(
        self,
        report: Report,
        renderer: Renderer,
        job: Job,
        inputs: Mapping[str, Any],
        texts: Mapping[str, str],
        say: Say,
    ) -> None:
        say(f"Rendering {len(self.documents)} pages.")
        start = time.monotonic()
        fresh = Path(job.output)
        faults = renderer.finish(texts)
        if not faults:
            from ooms_book.site import checks

            faults = self._address(fresh, job, say)
            faults += checks.faults(fresh)
        if faults:
            raise BookError(faults)
        # It holds a fingerprint of settings with this machine's paths in them.
        (fresh / ".buildinfo").unlink(missing_ok=True)
        if files.tree(self.root) != inputs["project"]:
            raise BookError(["the project changed while it was rendered; build again"])
        self._put_in_place(fresh)
        shutil.rmtree(job.work, ignore_errors=True)
        report.rendered = True
        say(f"  rendered in {time.monotonic() - start:.1f} s")

    def pages(self, site: Path) -> dict[str, str]:
        """Return the HTML of each page of a site of this book, by document, in order."""
        paths = {name: site / f"{name}.html" for name in self.documents}
        return {
            name: path.read_text(encoding="utf-8") for name, path in paths.items() if path.is_file()
        }

    @property
    def identifiers(self) -> Path | None:
        """The list of published identifiers, if the project keeps one."""
        name = str(self.setting("identifiers", ""))
        return self.root / name if name else None

    def _address(self, fresh: Path, job: Job, say: Say) -> list[str]:
        """See that no address was lost, let those that moved lead on, and let parts be cited."""
        from ooms_book.project.work import Work
        from ooms_book.site import cite, cited_in, identifiers, parts, redirects

        pages = self.pages(fresh)
        places = parts.find(pages)
        pages |= cited_in.with_uses(pages, places)
        known = Repository(**job.repository)
        work = Work.of(self, known)
        faults, made = [], {f"{name}.html": text for name, text in pages.items()}
        kept = self.identifiers
        if work is not None:
            made |= cite.put(pages, places, work, self.documents[0], job.banner)
        if kept is not None:
            listed = identifiers.read(kept)
            # A variant may have other parts; the book itself is what is published.
            if self.variant is None:
                faults = identifiers.faults(listed, places, kept.name)
                fresh_ones = len(identifiers.unlisted(listed, places))
                if fresh_ones:
                    say(f"  {fresh_ones} identifiers are not in {kept.name}: make identifiers")
            if not faults:
                shown = {name: made[f"{name}.html"] for name in pages}
                base = "" if work is None else work.address
                moved = redirects.redirect(shown, listed, places, base)
                made |= {f"{name}.html": text for name, text in moved.items()}
        for path, text in made.items():
            (fresh / path).parent.mkdir(parents=True, exist_ok=True)
            (fresh / path).write_text(text, encoding="utf-8")
        return faults

    def _put_in_place(self, fresh: Path) -> None:
        """Swap the new site for the old one."""
        self.state.unlink(missing_ok=True)
        old = self.site.with_name(f".{self.site.name}.old")
        shutil.rmtree(old, ignore_errors=True)
        self.site.parent.mkdir(parents=True, exist_ok=True)
        if self.site.exists():
            self.site.rename(old)
        try:
            fresh.rename(self.site)
        except OSError:
            shutil.move(fresh, self.site)
        shutil.rmtree(old, ignore_errors=True)

    def _keep_state(
        self,
        inputs: Mapping[str, Any],
        tree: Mapping[str, str],
        records: Mapping[str, Record],
    ) -> None:
        used = {
            path: content
            for record in records.values()
            for path, content in record.dependencies.files.items()
        }
        state = {
            "inputs": files.digest(inputs),
            "site": files.digest(files.tree(self.site)),
            # Files that runs used from folders that are no part of the tree.
            "hidden": {path: content for path, content in used.items() if path not in tree},
            "unseen": sorted({way for r in records.values() for way in r.dependencies.unseen}),
        }
        files.write_atomically(self.state, json.dumps(state, indent=1).encode())

    def _write_report(self, report: Report) -> None:
        """Keep how long things took beside the site, never in it."""
        path = self.report
        try:
            known = json.loads(path.read_text(encoding="utf-8"))["notebooks"]
        except (OSError, ValueError, KeyError):
            known = {}
        for entry in known.values():
            entry["ran_last_time"] = False
        for name, reasons in report.ran.items():
            seconds = round(report.seconds.get(name, 0.0), 3)
            known[name] = {"reasons": reasons, "seconds": seconds, "ran_last_time": True}
        content = {
            "total_seconds": round(report.total_seconds, 3),
            "notebooks": {name: known[name] for name in self.notebooks if name in known},
        }
        files.write_atomically(path, json.dumps(content, indent=1).encode())
