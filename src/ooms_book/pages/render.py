"""Render the pages of a project from its records with Sphinx, those that are not as they were.

It gets ready while notebooks run, and reads pages once all have. Sphinx's own memory of earlier
builds compares times and misses what it does not know; pages are kept by content instead
(`ooms_book.pages.builder`). This runs as a process of its own
(``python -m ooms_book.pages.render``, the job as JSON on standard input): hash seed, locale and
time zone are fixed, and nothing left over in the caller can reach a page.
"""

from __future__ import annotations

import contextlib
import gc
import html
import importlib
import io
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from ooms_book.charts.ahead import environment
from ooms_book.errors import BookError
from ooms_book.files import write_atomically
from ooms_book.pages import unused
from ooms_book.project.work import Work

__all__ = ["Job", "Rendered", "Renderer"]

#: The frame of every page (`ooms_book.pages.frame`).
THEME = "book"
# They load code from other hosts, or serve output formats this site has not.
DROPPED = {
    "sphinx_comments",
    "sphinx_jupyterbook_latex",
    "sphinx_thebe",
    "sphinx.ext.intersphinx",
    # The frame of pages is this package's own.
    "sphinx_book_theme",
    "sphinx_design",
    "sphinx_togglebutton",
}
_CELL_LINE = re.compile(r"(\.ipynb):(\d{5,})")
_NEW_WARNING = re.compile(r"^(?:\S.*?)?(?:WARNING|ERROR|CRITICAL|SEVERE): ", re.MULTILINE)
_ANSI = re.compile("\x1b\\[[0-9;]*m")


@dataclass(frozen=True)
class Job:
    """What to render.

    Attributes
    ----------
    root, output, work, store, drawings, kept
        The project, and the folders for the site, for scratch, of the records, of drawings and of
        pages.
    key
        The fingerprint of what every page depends on besides what it is seen to use.
    documents, notebooks
        All documents and all notebooks in order.
    environment
        What runs them (`ooms_book.run.runs.environment`).
    address
        Where the site will be, with a slash at the end, if that is known.
    repository, cited
        `ooms_book.project.repository.Repository` and, if there is one,
        `ooms_book.project.work.Work` as dictionaries.
    jobs
        How many processes to share the pages among.
    epoch
        The time that pages may name, in seconds since 1970; 0 if there is none.
    banner, beside, base
        Of a variant: what stands at the head of every page, what stands beside a number that
        differs, and the folder of the records of the book itself.
    """

    root: str
    output: str
    work: str
    store: str
    drawings: str
    kept: str
    key: str
    documents: list[str]
    notebooks: list[str]
    environment: dict[str, Any]
    repository: dict[str, Any]
    address: str
    cited: dict[str, Any] | None
    jobs: int = 1
    epoch: int = 0
    banner: str = ""
    beside: str = ""
    base: str = ""

    @property
    def ready(self) -> Path:
        """The file that is there once all records are made."""
        return Path(self.work) / "ready"

    @property
    def listed(self) -> Path:
        """The file with all that has an address (`ooms_book.pages.places`)."""
        return Path(self.work) / "places.json"


def configuration(job: Job) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return Sphinx's configuration: Jupyter Book's, with what this package decides."""
    from jupyter_book.config import get_final_config

    root = Path(job.root)
    config, meta = get_final_config(
        user_yaml=root / "_config.yml",
        cli_config={"latex_individualpages": False},
        sourcedir=root,
        raise_on_invalid=True,
    )
    config["extensions"] = [
        name for name in config["extensions"] if name not in DROPPED and name != "ooms_book"
    ] + ["ooms_book", "notfound.extension"]
    config["nb_execution_mode"] = "off"
    config["nb_merge_streams"] = True
    config["nb_render_markdown_format"] = "myst"
    config["html_math_renderer"] = "mathml"
    config["html_last_updated_fmt"] = None
    config.setdefault("nb_code_prompt_show", "Show the code")
    config.setdefault("nb_code_prompt_hide", "Hide the code")
    config["ooms_book_store"] = job.store
    config["ooms_book_drawings"] = job.drawings
    config["ooms_book_listed"] = str(job.listed)
    config["ooms_book_documents"] = job.documents
    config["ooms_book_notebooks"] = job.notebooks
    config["ooms_book_kept"] = job.kept
    config["ooms_book_key"] = job.key
    config["ooms_book_scratch"] = job.work
    config["ooms_book_environment"] = job.environment
    config["ooms_book_work"] = job.cited
    config["ooms_book_ready"] = str(job.ready)
    config["ooms_book_base"] = job.base
    config["ooms_book_beside"] = job.beside
    for name in ("comments_config", "use_jupyterbook_latex"):
        config.pop(name, None)
    # Where the site will be: told to other sites, and to whoever asks for a page that is not there.
    config["html_baseurl"] = job.address
    config["notfound_urls_prefix"] = urlsplit(job.address).path or "/"
    config["notfound_template"] = "404.html"
    config["notfound_context"] = {}
    config["ooms_book_repository"] = {
        name: job.repository[name] for name in ("url", "branch", "folder")
    }
    said = ""
    if job.cited is not None:
        work = Work(**job.cited)
        # How old the data are differs from page to page, and is said by each.
        edition = replace(work, vintage="", oldest="").edition
        said = f"{edition[:1].upper()}{edition[1:]}, {work.day}."
    config["html_theme"] = THEME
    config["html_theme_options"] = {
        "announcement": job.banner,
        "edition": html.escape(said),
    }
    config["html_permalinks_icon"] = "#"
    for name in ("html_sidebars", "html_favicon", "html_logo"):
        config.pop(name, None)
    return config, meta


def messages(text: str, root: str) -> list[str]:
    """Split what Sphinx warned about into messages that name places as people know them.

    Examples
    --------
    >>> messages("/b/a.ipynb:20003: WARNING: no such label [ref]", "/b")
    ['a.ipynb, cell 2, line 2: no such label [ref]']
    """
    plain = _ANSI.sub("", text).replace(root.rstrip("/") + "/", "")
    starts = [match.start() for match in _NEW_WARNING.finditer(plain)]
    if not starts or plain[: starts[0]].strip():
        starts.insert(0, 0)
    pieces = [plain[a:b].strip() for a, b in zip(starts, [*starts[1:], None], strict=True)]

    def place(match: re.Match[str]) -> str:
        cell, line = divmod(int(match.group(2)), 10000)
        # MyST-NB counts from the line before the first.
        return f"{match.group(1)}, cell {cell}" + (f", line {line - 1}" if line > 1 else "")

    said = [re.sub(r"(?:WARNING|ERROR|CRITICAL|SEVERE): ", "", piece, count=1) for piece in pieces]
    return [_CELL_LINE.sub(place, piece) for piece in dict.fromkeys(said) if piece]


@dataclass(frozen=True)
class Rendered:
    """What came of it: what is amiss, and the pages that were read and written anew, in order."""

    amiss: list[str]
    read: list[str]
    written: list[str]


def _render(job: Job) -> Rendered:
    """Run Sphinx in this process."""
    from sphinx.application import Sphinx
    from sphinx.errors import SphinxError
    from sphinx.util.docutils import docutils_namespace, patch_docutils

    from ooms_book.pages.builder import Eyes

    eyes = Eyes(Path(job.root), Path(job.work))
    config, _ = configuration(job)
    warnings = io.StringIO()
    amiss: list[str] = []
    done: dict[str, list[str]] = {}
    with patch_docutils(job.root), docutils_namespace():
        try:
            app = Sphinx(
                srcdir=job.root,
                confdir=None,
                outdir=job.output,
                doctreedir=str(Path(job.work) / "doctrees"),
                buildername="html",
                confoverrides=config,
                status=None,
                warning=warnings,
                freshenv=True,
                parallel=job.jobs,
            )
            app.ooms_book_eyes = eyes  # type: ignore[attr-defined]
            toc = Path(job.root, "_toc.yml").read_text(encoding="utf-8")
            if app.config["use_multitoc_numbering"] and re.search(r"numbered:", toc):
                app.setup_extension("sphinx_multitoc_numbering")
                # It only numbers sections once all pages are read, and says nothing of it.
                app.extensions["sphinx_multitoc_numbering"].parallel_read_safe = True
            done = app.builder.fresh  # type: ignore[attr-defined]
            app.build(force_all=True)
            if app.statuscode:
                amiss.append("Sphinx could not write the site")
        except SphinxError as error:
            amiss.append(f"{error.category}: {error}".replace(job.root.rstrip("/") + "/", ""))
    amiss = [*messages(warnings.getvalue(), job.root), *amiss]
    return Rendered(amiss, done.get("Read", []), done.get("Written", []))


# What every rendering needs, and what takes long to import.
_HEAVY = (
    "jupyter_book.config",
    "sphinx.application",
    "sphinx.builders.html",
    "myst_nb.sphinx_ext",
    "ooms_book.pages.extension",
)


class Renderer:
    """A process that renders a project once.

    It starts at once and gets ready while the caller does something else, such as running
    notebooks. Use it in a ``with`` statement: it ends with it, whatever happens.

    Parameters
    ----------
    root
        The project's folder.
    """

    def __init__(self, root: Path) -> None:
        # A file, since nobody reads a pipe while notebooks run.
        self.errors = tempfile.TemporaryFile("w+", encoding="utf-8")  # noqa: SIM115
        self.process = subprocess.Popen(
            [sys.executable, "-m", "ooms_book.pages.render"],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=self.errors,
            encoding="utf-8",
            cwd=root,
            env=environment(),
        )

    def __enter__(self) -> Renderer:
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the process."""
        self.process.kill()
        # What it started and still waits sees the end of this pipe, and ends too.
        self.process.communicate()
        self.errors.close()

    def start(self, job: Job) -> None:
        """Get ready, as far as that can be done before all records are there.

        Parameters
        ----------
        job
            What to render.
        """
        assert self.process.stdin is not None
        self.job = job
        # If it has died already, `finish` says so, with what it said.
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.write(json.dumps(asdict(job)) + "\n")
            self.process.stdin.flush()

    def go_on(self) -> None:
        """Say that all records are there."""
        write_atomically(self.job.ready, b"")

    def finish(self, say: Callable[[str], None] = lambda line: None) -> Rendered:
        """Wait for the end.

        Parameters
        ----------
        say
            Called every two seconds with how far it is.

        Returns
        -------
        Rendered
            What was done, and what Sphinx warned about.

        Raises
        ------
        BookError
            If the process itself failed.
        """
        done = Path(self.job.work, "progress")
        last = ""
        while True:
            try:
                self.process.wait(2)
                break
            except subprocess.TimeoutExpired:
                said = done.read_text(encoding="utf-8") if done.exists() else last
                if said != last:
                    say(f"  {said}")
                last = said
        result = Path(self.job.work) / "result.json"
        if self.process.returncode != 0 or not result.exists():
            self.errors.seek(0)
            said = self.errors.read().strip()[-4000:]
            raise BookError([f"the pages could not be rendered:\n{said}"])
        return Rendered(**json.loads(result.read_text(encoding="utf-8")))


def main() -> None:
    """Get ready, take a job from standard input, do it, and write what is amiss.

    Standard input stays open as long as somebody wants the pages.
    """
    # It ends soon, and most of what it makes it needs until then.
    gc.disable()
    unused.postpone()
    for name in _HEAVY:
        importlib.import_module(name)
    line = sys.stdin.readline()
    if not line:
        return
    job = Job(**json.loads(line))
    if job.epoch:
        os.environ["SOURCE_DATE_EPOCH"] = str(job.epoch)
    Path(job.work, "result.json").write_text(json.dumps(asdict(_render(job))), encoding="utf-8")


if __name__ == "__main__":
    main()
