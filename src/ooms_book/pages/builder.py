"""Sphinx's HTML builder, for pages that are read and written one at a time and kept.

A page is read in a process of its own, forked from one that has read nothing, and written in
another, forked from one that has read everything. So what comes of it hangs on nothing but what
that process used, and the one it was forked from until then: files, which are watched as those of
a notebook are (`ooms_book.run.kernel`);
what it asked of the book's records (`ooms_book.pages.told`); the configuration; and, for writing,
the facts that all pages tell of each other, such as titles and numbers (`ooms_book.pages.facts`).
A page is kept with the fingerprints of all this. When they are the same, so would the page be.

What pages told is merged in the order of their names, whether they were read or kept.
"""

from __future__ import annotations

import contextlib
import gc
import logging
import os
import pickle
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Set
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.environment import BuildEnvironment
from sphinx.util.build_phase import BuildPhase
from sphinx.util.logging import is_suppressed_warning
from sphinx.util.parallel import ParallelTasks

from ooms_book.files import digest, hash_bytes, tree, write_atomically
from ooms_book.pages import (
    cite,
    data_files,
    explain,
    facts,
    faster,
    figures,
    notebooks,
    numbers,
    places,
    references,
    search,
    told,
)
from ooms_book.pages.memory import load, save
from ooms_book.pages.outline import outline
from ooms_book.run.kernel import Tracer, watch_stat
from ooms_book.run.store import Dependencies, Now
from ooms_book.site.parts import Place

__all__ = ["Eyes", "Pages", "put", "setup"]

# Settings that name places of this one build, or that only a written page shows.
_OF_THIS_BUILD = frozenset(
    f"ooms_book_{name}" for name in ("drawings", "kept", "listed", "ready", "scratch", "store")
)
_WRITTEN_ONLY = frozenset({"html_theme_options", "ooms_book_work"})

Kept = TypeVar("Kept", "Read", "Written")


@dataclass(frozen=True)
class Read:
    """A page as it was read.

    Attributes
    ----------
    key
        The fingerprint of the configuration and all else that every page is read with.
    sound
        Whether it may be used again: nothing was amiss, and nothing out of sight was used.
    used, asked
        What it used of the project, and asked of the records.
    environment, doctree
        Its part of Sphinx's environment, and its text, both pickled.
    outline
        Its sections and numbered things alone (`ooms_book.pages.outline`), pickled.
    terms, uses
        What it defines, and the sections in which it cites.
    files
        What goes to the site besides, by path.
    content
        The fingerprint of what it gives.
    """

    key: str
    sound: bool
    used: Dependencies
    asked: dict[str, str]
    environment: bytes
    doctree: bytes
    outline: bytes
    terms: list[explain.Definition]
    uses: list[tuple[str, references.Section]]
    files: dict[str, bytes]
    content: str


@dataclass(frozen=True)
class Written:
    """A page as it was written.

    Attributes
    ----------
    key
        The fingerprint of all it was written from.
    sound, used, asked
        As those of `Read`.
    files
        What it put into the site, by path.
    places
        All on it that has an address.
    images
        The images it shows, as Sphinx has them.
    found
        What can be searched for on it.
    """

    key: str
    sound: bool
    used: Dependencies
    asked: dict[str, str]
    files: dict[str, bytes]
    places: list[Place]
    images: dict[str, str]
    found: list[search.Entry] = field(default_factory=list)


def put(app: Sphinx, path: str, content: bytes) -> None:
    """Write a file that belongs to the page being read or written."""
    target = Path(app.outdir, path)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content)
    app.builder.made[path] = content  # type: ignore[attr-defined]


class _Count(logging.Handler):
    """Counts the warnings that Sphinx will show."""

    def __init__(self, app: Sphinx) -> None:
        super().__init__(logging.WARNING)
        self.quiet = app.config.suppress_warnings
        self.count = 0

    def emit(self, record: logging.LogRecord) -> None:
        kind, part = getattr(record, "type", ""), getattr(record, "subtype", "")
        self.count += not is_suppressed_warning(kind, part, self.quiet)


class Eyes:
    """Sees what this process uses of a project from now on.

    Parameters
    ----------
    root
        The project's folder.
    scratch
        A folder for what was seen.
    """

    def __init__(self, root: Path, scratch: Path) -> None:
        self.root, self.scratch = root, scratch
        self.trace = scratch / "trace"
        self.tracer = Tracer(str(root), str(self.trace))
        watch_stat(self.tracer)
        sys.addaudithook(self.tracer.hook)

    def begin(self, pages: Set[str]) -> None:
        """Go on in a process that was forked, as if pages had not been seen.

        What a page gives the others is told by it, and compared.
        """
        self.trace = self.scratch / f"trace-{os.getpid()}"
        seen = {(kind, what) for kind, what in self.tracer.seen if what not in pages}
        self.tracer.follow(str(self.trace), frozenset(seen))

    @contextlib.contextmanager
    def shut(self) -> Iterator[None]:
        """See nothing of what is done meanwhile."""
        seen, self.tracer.write = self.tracer.write, lambda kind, what: None  # type: ignore[method-assign]
        try:
            yield
        finally:
            self.tracer.write = seen  # type: ignore[method-assign]

    def used(self) -> Dependencies:
        """Return what was used so far, as it is now."""
        return Dependencies.of_trace(self.trace.read_text("utf-8").splitlines(), self.root)


class _Watch:
    """Sees what this forked process uses of the project, and whether it warns, until it ends."""

    def __init__(self, app: Sphinx) -> None:
        self.eyes: Eyes = app.ooms_book_eyes  # type: ignore[attr-defined]
        names = app.env.found_docs
        self.eyes.begin({os.path.relpath(app.env.doc2path(name), app.srcdir) for name in names})
        self.warnings = _Count(app)
        logging.getLogger("sphinx").addHandler(self.warnings)

    def seen(self) -> tuple[Dependencies, bool]:
        """Return what was used so far, and whether that is all there is to know."""
        used = self.eyes.used()
        return used, not used.unseen and not self.warnings.count


def _settings(app: Sphinx, without: frozenset[str]) -> dict[str, str]:
    return {
        item.name: repr(item.value)
        for item in app.config
        if item.name not in without and not callable(item.value)
    }


def _kept(app: Sphinx, name: str, kind: type[Kept], key: str, now: Now) -> Kept | None:
    """Return a page as kept, if it would come out the same."""
    found = load(Path(app.config.ooms_book_kept, f"{name}.{kind.__name__.lower()}"))
    if not isinstance(found, kind) or not found.sound or found.key != key:
        return None
    same = told.answered_as(app, found.asked)
    return found if same and found.used.as_of_now(now) == found.used else None


def _bring(app: Sphinx, kept: Read | Written) -> None:
    for folder in {os.path.dirname(path) for path in kept.files}:
        os.makedirs(os.path.join(app.outdir, folder), exist_ok=True)
    for path, content in kept.files.items():
        with open(os.path.join(app.outdir, path), "wb") as stream:
            stream.write(content)


class Pages(StandaloneHTMLBuilder):
    """Reads and writes the pages that are not what they were, and takes the others as kept."""

    # Sphinx's own is of pages; `ooms_book.pages.search` is of places.
    search = False

    def init(self) -> None:
        """Prepare (called by Sphinx)."""
        super().init()
        self.made: dict[str, bytes] = {}
        self.parts: dict[str, Read] = {}
        self.fresh: dict[str, list[str]] = {}

    def _done(
        self,
        names: Iterable[str],
        kept: Callable[[str], Kept | None],
        task: Callable[[str], None],
        kind: type[Kept],
    ) -> dict[str, Kept]:
        """Return some pages as kept, or else as a process of its own makes each meanwhile."""
        tasks = ParallelTasks(max(1, self.app.parallel))
        found: dict[str, Kept] = {}
        wanted: list[str] = []
        progress = Path(self.config.ooms_book_scratch, "progress")
        start, count = time.monotonic(), 0

        def ended(name: str, _: object) -> None:
            nonlocal count
            count += 1
            rest = (time.monotonic() - start) * (len(wanted) - count) / count
            said = (
                f"{kind.__name__.lower()}: {count} of {len(wanted)} pages, about {rest:.0f} s left"
            )
            write_atomically(progress, said.encode(), lasting=False)

        # Long pages come first, so that no core waits for one at the end.
        by_size = sorted(names, key=lambda name: -os.path.getsize(self.env.doc2path(name)))
        for name in by_size:
            page = kept(name)
            if page is not None:
                found[name] = page
                _bring(self.app, page)
                continue
            wanted.append(name)
            if len(wanted) == 1:
                # What is there already stays where it is, so that processes share it.
                gc.freeze()
                tasks.add_task(task, name, ended)
        if len(wanted) > 1:
            faster.ready()
            gc.freeze()
        for name in reversed(wanted[1:]):  # it begins with the last
            tasks.add_task(task, name, ended)
        tasks.join()
        for name in wanted:
            made = load(self._place(name, kind))
            assert isinstance(made, kind), name
            found[name] = made
        self.fresh[kind.__name__] = [name for name in names if name in wanted]
        return found

    def _place(self, name: str, kind: type[Kept]) -> Path:
        return Path(self.config.ooms_book_scratch, "kept", f"{name}.{kind.__name__.lower()}")

    # ---- reading ---------------------------------------------------------------------------------

    def read(self) -> list[str]:  # type: ignore[misc]
        """Read all pages; none of them counts as changed, since Sphinx keeps nothing here."""
        super().read()
        return []

    def _read_serial(self, docnames: list[str]) -> None:
        self._read_pages(docnames)

    def _read_parallel(self, docnames: list[str], nproc: int) -> None:
        self._read_pages(docnames)

    def _read_pages(self, docnames: list[str]) -> None:
        settings = _settings(self.app, _OF_THIS_BUILD | _WRITTEN_ONLY)
        key = digest([settings, str(self.srcdir), self.config.ooms_book_work is None])
        now, app = Now(Path(self.srcdir)), self.app
        # Found once, before it forks.
        places.sources(app)
        for name in docnames:
            # Nothing is known yet; this lays out what will be.
            self.events.emit("env-purge-doc", self.env, name)
            self.env.clear_doc(name)
        self.parts = self._done(
            docnames,
            lambda name: _kept(app, name, Read, key, now),
            lambda name: self._read_page(name, key),
            Read,
        )
        for name in docnames:
            page = self.parts[name]
            self.env.merge_info_from([name], pickle.loads(page.environment), app)
            self.env._pickled_doctree_cache[name] = page.doctree
            app.ooms_book_outlines[name] = pickle.loads(page.outline)  # type: ignore[attr-defined]
            app.ooms_book_terms[name] = page.terms  # type: ignore[attr-defined]
            app.ooms_book_uses[name] = page.uses  # type: ignore[attr-defined]

    def _read_page(self, name: str, key: str) -> None:
        watch = _Watch(self.app)
        env = self.env
        env.app = self.app
        self.read_doc(name)
        doctree = env._write_doc_doctree_cache.pop(name)
        text = Path(self.doctreedir, f"{name}.doctree").read_bytes()
        terms = explain.defined(env, doctree, name)
        part = pickle.dumps(_own(env, name), pickle.HIGHEST_PROTOCOL)
        used, sound = watch.seen()
        page = Read(
            key=key,
            sound=sound,
            used=used,
            asked=told.asked(self.app),
            environment=part,
            doctree=text,
            outline=pickle.dumps(outline(doctree, env), pickle.HIGHEST_PROTOCOL),
            terms=terms,
            uses=references.uses(doctree, name),
            files=self.made,
            content=digest([hash_bytes(part), hash_bytes(text)]),
        )
        save(self._place(name, Read), page)

    # ---- writing ---------------------------------------------------------------------------------

    def write(self, *arguments: Any, **named: Any) -> None:
        """Write all pages."""
        self.env.check_consistency()
        super().write(*arguments, **named)

    def _write_serial(self, docnames: Any) -> None:
        self._write_pages(list(docnames))

    def _write_parallel(self, docnames: Any, nproc: int) -> None:
        self._write_pages(list(docnames))

    def _write_pages(self, docnames: list[str]) -> None:
        common = [
            _settings(self.app, _OF_THIS_BUILD),
            str(self.srcdir),
            tree(Path(self.outdir, "_static")),
            facts.told(self.app),
        ]
        shared = digest(common)
        keys = {name: digest([shared, self.parts[name].content]) for name in docnames}
        now, app = Now(Path(self.srcdir)), self.app
        for template in ("page.html", "layout.html"):
            # Compiled once, before it forks.
            self.templates.environment.get_template(template)
        pages = self._done(
            docnames,
            lambda name: _kept(app, name, Written, keys[name], now),
            lambda name: self._write_page(name, keys[name]),
            Written,
        )
        for name in docnames:
            page = pages[name]
            self.images.update(page.images)
            app.ooms_book_places[name] = page.places  # type: ignore[attr-defined]
            app.ooms_book_found[name] = page.found  # type: ignore[attr-defined]

    def _write_page(self, name: str, key: str) -> None:
        app = self.app
        watch = _Watch(app)
        told.record(app, name)
        _enter(app, BuildPhase.RESOLVING)
        doctree = self.env.get_and_resolve_doctree(name, self, doctree=_text(self.env, name))
        _enter(app, BuildPhase.WRITING)
        self.write_doc_serialized(name, doctree)
        self.write_doc(name, doctree)
        cite.write(app, name)
        data_files.write_parts(app, name, doctree)
        figures.write(app, name, doctree)
        notebooks.write(app, name)
        numbers.write(app, name)
        used, sound = watch.seen()
        page = Written(
            key=key,
            sound=sound,
            used=used,
            asked=told.asked(app),
            files=self.made,
            places=places.of_page(app, name),
            images=dict(self.images),
            found=app.ooms_book_found[name],  # type: ignore[attr-defined]
        )
        save(self._place(name, Written), page)

    def handle_page(self, pagename: str, *arguments: Any, **named: Any) -> None:
        """Write a page, and note what is new."""
        super().handle_page(pagename, *arguments, **named)
        written = [Path(self.get_outfilename(pagename))]
        if pagename in self.env.all_docs:
            source = Path(self.env.doc2path(pagename)).name
            folder = Path(self.outdir, "_sources", pagename).parent
            suffixes = ("", self.config.html_sourcelink_suffix)
            written += {folder / f"{source}{suffix}" for suffix in suffixes}
        for path in written:
            if path.is_file():
                relative = path.relative_to(self.outdir).as_posix()
                self.made[relative] = path.read_bytes()


def _enter(app: Sphinx, phase: BuildPhase) -> None:
    """Say how far a page is; in newer releases of Sphinx the builder knows it."""
    holder = app.builder if isinstance(getattr(type(app), "phase", None), property) else app
    holder.phase = phase  # type: ignore[union-attr]


def _own(env: BuildEnvironment, name: str) -> BuildEnvironment:
    """Leave in the environment of a process what it learnt from its page, and no more."""
    env.all_docs[name] = 0
    env.config = None  # type: ignore[assignment]
    env.project = None  # type: ignore[assignment]
    env.settings = {}
    # These name the folder of this build.
    env.mystnb_config = None  # type: ignore[attr-defined]
    env.doctreedir = Path()
    if "cite" in env.domaindata:
        env.domaindata["cite"].pop("bibdata", None)
    return env


_text = BuildEnvironment.get_doctree


def _looked_at(env: BuildEnvironment, docname: str) -> nodes.document:
    """Return the outline of a page: who asks Sphinx for a page only looks at it."""
    found: nodes.document = env.app.ooms_book_outlines[docname]  # type: ignore[attr-defined]
    return found


def setup(app: Sphinx) -> None:
    """Make it Sphinx's builder."""
    app.ooms_book_outlines = {}  # type: ignore[attr-defined]
    app.add_config_value("ooms_book_kept", "", "env")
    app.add_config_value("ooms_book_scratch", "", "env")
    app.add_config_value("ooms_book_key", "", "env")
    app.add_builder(Pages, override=True)
    BuildEnvironment.get_doctree = _looked_at  # type: ignore[assignment]
