"""The runs of a project's notebooks: which are out of date, and what came of all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ooms_book import files
from ooms_book.errors import BookError
from ooms_book.project.project import Project
from ooms_book.run import fingerprints
from ooms_book.run.kernels import Kernels
from ooms_book.run.store import Now, Record, Store, why_stale

if TYPE_CHECKING:
    from ooms_book.run.execute import Run

__all__ = ["Runs", "environment", "published", "run", "stale"]


@dataclass(frozen=True)
class Runs:
    """What the notebooks of a project gave.

    Attributes
    ----------
    records
        The record of each notebook, in the order of the table of contents.
    reasons, seconds
        For each notebook that had to run, why and how long it took.
    """

    records: dict[str, Record]
    reasons: dict[str, list[str]] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)

    @property
    def files(self) -> dict[str, str | None]:
        """Every file that any of them used or looked for, with its fingerprint then."""
        return {
            path: content
            for record in self.records.values()
            for path, content in record.dependencies.files.items()
        }

    @property
    def unseen(self) -> list[str]:
        """The ways out of sight that any of them took."""
        return sorted({way for r in self.records.values() for way in r.dependencies.unseen})


def environment(project: Project) -> dict[str, Any]:
    """Return what runs the notebooks of a project besides its own files."""
    found = fingerprints.environment(project.root)
    if project.variant is not None:
        found["variant"] = f"{project.variant.variable}={project.variant.name}"
    return found


def stale(project: Project, now: Mapping[str, Any] | None = None) -> dict[str, list[str]]:
    """Return the notebooks that must run, each with the reasons.

    Parameters
    ----------
    project
        The project.
    now
        Its `environment`, if that is known.
    """
    store, now = Store(project.records), now or environment(project)
    files_now = Now(project.root)
    reasons = {
        name: why_stale(store.read(name), project.read(name), now, files_now)
        for name in project.notebooks
    }
    return {name: why for name, why in reasons.items() if why}


def published(folder: Path) -> dict[str, dict[str, dict[str, str]]]:
    """Return what each notebook published, by document and key, from a folder of records."""
    return {name: record.values for name, record in Store(folder).all().items()}


def left(
    wanted: Iterable[str], ran: Mapping[str, float], usual: Mapping[str, float], jobs: int
) -> str:
    """Say how long the notebooks that have not ended will take; nothing where that is not known.

    Those that have ended say by how much this run is slower or faster than the last.

    Examples
    --------
    >>> left("abc", {"a": 6.0}, {"a": 3.0, "b": 5.0, "c": 1.0}, jobs=2)
    '; about 10 s left'
    >>> left("ab", {"a": 6.0}, {}, jobs=2)
    ''
    """
    others = [name for name in wanted if name not in ran]
    known = [name for name in ran if usual.get(name)]
    if not others or not known or any(name not in usual for name in others):
        return ""
    pace = sum(ran[name] for name in known) / sum(usual[name] for name in known)
    times = [usual[name] * pace for name in others]
    return f"; about {max(*times, sum(times) / jobs):.0f} s left"


def run(
    project: Project,
    reasons: dict[str, list[str]],
    now: dict[str, Any],
    *,
    jobs: int,
    say: Callable[[str], None],
    usual: Mapping[str, float] | None = None,
    kept: Callable[[Record], None] = lambda record: None,
) -> Runs:
    """Run notebooks, and keep what they gave.

    Parameters
    ----------
    project
        The project.
    reasons
        Those that must run, from `stale`.
    now
        The `environment`.
    jobs
        How many to run at once.
    say
        Called with each line of progress.
    usual
        How many seconds a notebook took before, where that is known, to say how long is left.
    kept
        Called with each new record, once it is kept.

    Raises
    ------
    BookError
        With everything amiss with any of them; those without fault are kept.
    """
    store, count = Store(project.records), len(project.notebooks)
    for docname in set(store.names()) - set(project.notebooks):
        store.remove(docname)
    seconds: dict[str, float] = {}
    if reasons:
        say(f"Running {len(reasons)} of {count} notebooks, {min(jobs, len(reasons))} at a time:")
        for docname, why in reasons.items():
            more = f" and {len(why) - 3} more" if len(why) > 3 else ""
            say(f"  {docname}: {'; '.join(why[:3])}{more}")
        width = max(map(len, reasons))

        def done(run: Run) -> None:
            seconds[run.docname] = run.seconds
            if run.record is not None:
                store.write(run.docname, run.record)
                kept(run.record)
            word = "ran" if run.record is not None else "FAILED"
            rest = left(reasons, seconds, usual or {}, jobs)
            say(f"  {run.docname.ljust(width)} {word} in {run.seconds:.1f} s{rest}")

        libraries = project.setting("libraries") or []
        with Kernels(project.root, project.variables, libraries) as kernels:
            # Slow to import, and only needed now.
            from ooms_book.run.execute import execute

            ran = execute(
                sorted(reasons, key=lambda name: -(usual or {}).get(name, 0)),
                project.root,
                now,
                lambda: files.tree(project.root),
                jobs=jobs,
                timeout=float(project.config.get("execute", {}).get("timeout", 300)),
                done=done,
                kernels=kernels,
            )
        faults = [fault for one in ran for fault in one.faults]
        if faults:
            raise BookError(faults)
    else:
        say(f"Running no notebook: nothing the {count} used has changed.")
    found = store.all()
    lost = [name for name in project.notebooks if name not in found]
    if lost:
        raise BookError([f"{name}.ipynb: its record is gone; build again" for name in lost])
    return Runs({name: found[name] for name in project.notebooks}, reasons, seconds)
