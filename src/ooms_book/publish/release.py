"""A release: one commit with its version, a tag, and the files that go with it.

``python -m ooms_book release 1.2.0`` writes the version where the project names it, takes what
changed from "Unreleased" in ``CHANGELOG.md``, keeps every new identifier, commits, tags, builds,
and leaves in ``dist/1.2.0`` the site as an archive that opens from a disk, the book as PDF, the
sources, checksums, and what an archive that mints DOIs asks for. It all happens or nothing does,
and nothing leaves this machine. Times are those of the last commit.
"""

from __future__ import annotations

import hashlib
import html
import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ooms_book.build import build, places_of
from ooms_book.errors import BookError
from ooms_book.project import repository
from ooms_book.project.project import Project
from ooms_book.project.work import FILE, Work
from ooms_book.publish import archive, pdf
from ooms_book.site import identifiers, schemas
from ooms_book.site.formats import formats, record

__all__ = ["deposit", "notes", "release"]

CHANGES = "CHANGELOG.md"
_VERSION = re.compile(r"\d+\.\d+\.\d+")
# Where what a heading is over ends: at the next, or at its label.
_NEXT = r"(?=^(?:\([\w-]+\)=\n)?## |\Z)"
_UNRELEASED = re.compile(rf"^## Unreleased[ \t]*\n(?P<text>.*?){_NEXT}", re.MULTILINE | re.DOTALL)
NOTHING = "Nothing yet."


def _git(root: Path, *arguments: str, epoch: int = 0) -> str:
    """Run git; what it commits has a fixed time."""
    moment = {"GIT_AUTHOR_DATE": f"{epoch} +0000", "GIT_COMMITTER_DATE": f"{epoch} +0000"}
    done = subprocess.run(
        ["git", "-C", str(root), *arguments],
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        check=False,
        env={**os.environ, **(moment if epoch else {})},
    )
    if done.returncode != 0:
        said = (done.stderr or done.stdout).strip()
        raise BookError([f"git {arguments[0]} did not do its part: {said}"])
    return done.stdout.strip()


def notes(text: str, version: str) -> str:
    r"""Return what a list of changes says of a version.

    Parameters
    ----------
    text
        The list: a heading ``## Version 1.2.0`` for each.
    version
        The version.

    Examples
    --------
    >>> notes("# Changes\n\n## Version 1.1.0\n\n- Peas.\n\n## Version 1.0.0\n", "1.1.0")
    '- Peas.'
    """
    heading = rf"^## Version {re.escape(version)}[ \t]*\n(.*?){_NEXT}"
    found = re.search(heading, text, re.MULTILINE | re.DOTALL)
    return found[1].strip() if found else ""


def _with_version(text: str, version: str, day: str) -> str:
    """Give what is unreleased a version, and begin anew."""
    found = _UNRELEASED.search(text)
    said = found["text"].strip() if found else ""
    if found is None or said in ("", NOTHING):
        raise BookError([f'{CHANGES}: nothing stands under "## Unreleased"; say there what is new'])
    label = f"(sec-changes-{version.replace('.', '-')})="
    fresh = f"## Unreleased\n\n{NOTHING}\n\n{label}\n## Version {version}\n\nOf {day}.\n\n{said}\n"
    rest = text[found.end() :]
    return text[: found.start()] + fresh + (f"\n{rest}" if rest else "")


def _replace(path: Path, pattern: str, text: str) -> None:
    """Write a line of a file anew; the file must have it."""
    before = path.read_text(encoding="utf-8")
    after, count = re.subn(pattern, text, before, count=1, flags=re.MULTILINE)
    if not count:
        raise BookError([f"{path.name}: it has no line {text.split()[0]}...; add it"])
    path.write_text(after, encoding="utf-8")


def _promises(root: Path) -> list[str]:
    """Say what of the last release's schemas a reader's program could no longer count on."""
    tags = _git(root, "tag", "--list", "v*", "--merged", "HEAD", "--sort=-version:refname")
    if not tags:
        return []
    tag = tags.splitlines()[0]
    released = {}
    for folder in (schemas.FOLDER, f"src/ooms_book/site/{schemas.FOLDER}"):
        for path in _git(root, "ls-tree", "--name-only", tag, f"{folder}/").splitlines():
            if path.endswith(".json"):
                released[Path(path).stem] = json.loads(_git(root, "show", f"{tag}:{path}"))
    found = schemas.breaks(released, schemas.read(root))
    return [f"schemas, against {tag}: {fault}" for fault in found]


def _write_address(root: Path, version: str, work: Work) -> None:
    """Write into the citation file where this version is for good, in the place of the last one."""
    path = root / FILE
    text = re.sub(r"^identifiers:\n(?:[ -].*\n)*", "", path.read_text(encoding="utf-8"), flags=re.M)
    if work.address:
        text = text.rstrip("\n") + (
            "\nidentifiers:\n"
            f"  - type: url\n    value: {work.address}v/{version}/\n"
            f"    description: Version {version}, whole and unchanged\n"
        )
    path.write_text(text, encoding="utf-8")


def _write_version(root: Path, version: str, day: str) -> None:
    """Write a version wherever the project names it."""
    _replace(root / FILE, r"^version:.*$", f"version: {version}")
    _replace(root / FILE, r"^date-released:.*$", f'date-released: "{day}"')
    if (root / "pyproject.toml").is_file():
        _replace(root / "pyproject.toml", r"^version\s*=.*$", f'version = "{version}"')
    changes = root / CHANGES
    text = changes.read_text(encoding="utf-8")
    changes.write_text(_with_version(text, version, day), encoding="utf-8")


def deposit(work: Work, chains: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Describe a release as Zenodo's deposit interface asks for it.

    Parameters
    ----------
    work
        The book.
    chains
        Ends of the tables that are only ever added to, by their names: what is published of them
        here cannot be rewritten there.

    Returns
    -------
    dict
        One entry, ``metadata``, to be sent as it is
        (https://developers.zenodo.org/#representation).
    """
    text = work.abstract or work.title
    licences = [name.lower() for name in work.licences]
    # One licence is asked for: that of the text, where there are several.
    licence = next((name for name in licences if name.startswith("cc")), "".join(licences[:1]))
    others = [name for name in work.licences if name.lower() != licence]
    said = [f"{work.data.capitalize()}."] if work.data else []
    said += [f"Code under {', '.join(others)}."] if others else []
    said += [f"Table {name}: {end}." for name, end in (chains or {}).items()]
    creators = [
        {
            "name": author.get("literal")
            or ", ".join(filter(None, (author.get("family"), author.get("given"))))
        }
        for author in work.authors
    ]
    related = [
        {"identifier": work.cited_at, "relation": "isIdenticalTo"},
        *(
            [{"identifier": work.address, "relation": "isVersionOf"}]
            if work.cited_at != work.address
            else []
        ),
        {"identifier": work.source, "relation": "isSupplementedBy"},
    ]
    found: dict[str, Any] = {
        "title": work.title,
        "upload_type": "publication",
        "publication_type": "book",
        "publication_date": work.day,
        "description": f"<p>{html.escape(text)}</p>",
        "creators": creators,
        "version": work.version,
        "language": "eng",
        "access_right": "open",
        "license": licence,
        "keywords": list(work.keywords),
        "notes": " ".join(said),
        "related_identifiers": [entry for entry in related if entry["identifier"]],
    }
    return {"metadata": {name: value for name, value in found.items() if value}}


def _make(project: Project, work: Work, folder: Path, name: str, changed: str) -> None:
    """Write the files of a release into a folder."""
    root = project.root
    epoch = repository.describe(root).epoch
    archive.write(project.site, folder / f"{name}-site.zip", name, epoch)
    pdf.write(project, folder / f"{name}.pdf")
    sources = f"{name}-source"
    _git(
        root,
        *("archive", "--format=zip", f"--prefix={sources}/"),
        *("-o", str(folder / f"{sources}.zip"), "HEAD"),
    )
    shutil.copyfile(root / FILE, folder / FILE)
    texts: Mapping[str, str] = {
        "zenodo.json": json.dumps(
            deposit(work, project.package.chains), ensure_ascii=False, indent=2
        ),
        "citation.bib": formats(record(work))["bibtex"],
        "changes.md": changed,
    }
    for file, text in texts.items():
        (folder / file).write_text(text + "\n", encoding="utf-8")
    sums = [
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n"
        for path in sorted(folder.iterdir())
    ]
    (folder / "SHA256SUMS").write_text("".join(sums), encoding="utf-8")


def release(project: Project, version: str, say: Callable[[str], None] = print) -> Path:
    """Make a release.

    Parameters
    ----------
    project
        The project; everything in it must be committed.
    version
        Three numbers with points. Its tag is ``v`` and them.
    say
        Called with each line of progress.

    Returns
    -------
    pathlib.Path
        The folder with its files.

    Raises
    ------
    BookError
        If it can't be made. Project, commits, tags and earlier releases are then as they were.
    """
    root, tag = project.root, f"v{version}"
    known = repository.describe(root)
    work = Work.of(project, known)
    amiss = []
    if not _VERSION.fullmatch(version):
        amiss.append(f'the version "{version}" is not three numbers with points, such as 1.2.0')
    if not known.commit:
        amiss.append(f"{root.name}: it is no git repository with a commit, and so has no release")
    elif changed := _git(root, "status", "--porcelain"):
        files = ", ".join(line[3:] for line in changed.splitlines()[:3])
        amiss.append(f"not all is committed ({files}); commit it, or put it away")
    elif _git(root, "tag", "--list", tag):
        amiss.append(f"there is a tag {tag} already; choose the next version")
    if work is None:
        amiss.append(f"there is no {FILE}; a release says there who made what")
    if not (root / CHANGES).is_file():
        amiss.append(f'there is no {CHANGES}; write one with "## Unreleased" and what changed')
    target = root / "dist" / version
    if target.exists():
        amiss.append(f"there is a folder dist/{version} already; remove it first")
    if known.commit:
        amiss += _promises(root)
    if amiss:
        raise BookError(amiss)
    assert work is not None
    pdf.browser()

    day = f"{datetime.fromtimestamp(known.epoch, UTC):%Y-%m-%d}"
    fresh = target.with_name(f".{version}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    try:
        _write_version(root, version, day)
        _write_address(root, version, work)
        if project.identifiers is not None:
            build(Project(root), say=say)
            added = identifiers.add(project.identifiers, places_of(project))
            say(f"{len(added)} identifiers are new; they are kept from now on.")
        _git(root, "commit", "-a", "-q", "-m", f"Version {version}", epoch=known.epoch)
        _git(root, "tag", "-a", "-m", f"Version {version}", tag, epoch=known.epoch)
        tagged = Project(root)
        build(tagged, say=say)
        fresh.mkdir(parents=True)
        work = Work.of(tagged, repository.describe(root))
        assert work is not None
        changes = notes((root / CHANGES).read_text(encoding="utf-8"), version)
        name = re.sub(r"[^a-z0-9]+", "-", work.title.lower()).strip("-")
        _make(tagged, work, fresh, f"{name}-{version}", changes)
        fresh.rename(target)
    except BaseException:
        # All was committed before, so nothing of anybody's is lost by this.
        if _git(root, "tag", "--list", tag):
            _git(root, "tag", "-d", tag)
        _git(root, "reset", "-q", "--hard", known.commit)
        shutil.rmtree(fresh, ignore_errors=True)
        raise
    return target
