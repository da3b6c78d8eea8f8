"""The commands: ``python -m ooms_book build``, ``serve``, ``pdf``, ``archive`` and others."""

from __future__ import annotations

import argparse
import os
import re
import sys
from pathlib import Path

from ooms_book.build import Report, build, places_of
from ooms_book.errors import BookError
from ooms_book.project.project import Project


def _say(line: str) -> None:
    print(line, flush=True)


def _shown(path: Path) -> str:
    relative = os.path.relpath(path)
    return relative if len(relative) < len(str(path)) else str(path)


def _tell(report: Report) -> None:
    seconds = f"{report.total_seconds:.1f} s"
    site = _shown(report.site)
    if not report.rendered:
        _say(f"Nothing changed; {site} is up to date ({seconds}).")
    else:
        _say(f"The site is in {site} ({seconds}).")
    _say(f"Look at it: make serve, or open {_shown(report.site / 'index.html')} in a browser.")


def _project(arguments: argparse.Namespace) -> Project:
    if arguments.vintage and arguments.variant:
        raise BookError(["--variant and --vintage can't go together; choose one"])
    if arguments.vintage:
        return Project(arguments.root, arguments.output, arguments.vintage, "vintage")
    return Project(arguments.root, arguments.output, arguments.variant)


def _build(arguments: argparse.Namespace) -> int:
    _tell(build(_project(arguments), jobs=arguments.jobs, say=_say))
    return 0


def _serve(arguments: argparse.Namespace) -> int:
    from functools import partial
    from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

    site = _project(arguments).site
    if not (site / "index.html").is_file():
        raise BookError([f"there is no site in {_shown(site)} yet; run: make book"])

    class Handler(SimpleHTTPRequestHandler):
        def end_headers(self) -> None:
            # A reload must show the latest build.
            self.send_header("Cache-Control", "no-cache")
            super().end_headers()

        def log_message(self, format: str, *args: object) -> None:
            if arguments.verbose:
                super().log_message(format, *args)

    handler = partial(Handler, directory=str(site))
    try:
        server = ThreadingHTTPServer(("127.0.0.1", arguments.port), handler)
    except OSError as error:
        raise BookError(
            [f"port {arguments.port} can't be used ({error.strerror}); choose one with --port"]
        ) from error
    with server:
        _say(f"http://localhost:{server.server_address[1]}/ shows {_shown(site)}; Ctrl-C ends it.")
        server.serve_forever()
    return 0


def _slug(project: Project) -> str:
    """Return the project's title as the name of a file."""
    return re.sub(r"[^a-z0-9]+", "-", str(project.config.get("title", "book")).lower()).strip("-")


def _pdf(arguments: argparse.Namespace) -> int:
    from ooms_book.publish import pdf

    project = Project(arguments.root, arguments.output)
    target = Path(arguments.to or project.folder / f"{_slug(project)}.pdf")
    made = pdf.write(project, target)
    _say(f"The book is in {_shown(target)}: {made['pages']} pages.")
    most = int(project.setting("most_pages", 0))
    if most and made["pages"] > most:
        _say(f"That is more than the {most} it may have (ooms_book_most_pages in _config.yml).")
    if made["empty"]:
        _say(f"More than a third is empty of page {', '.join(map(str, made['empty']))}.")
    return 0


def _archive(arguments: argparse.Namespace) -> int:
    from ooms_book.project import repository
    from ooms_book.publish import archive, editions

    project = Project(arguments.root, arguments.output)
    target = Path(arguments.to or project.folder / f"{_slug(project)}.zip")
    epoch = repository.describe(project.root).epoch
    site, releases = project.site, editions.archives_in(project.root / "dist")
    if releases and arguments.output is None:
        site = project.folder / "editions"
        editions.lay_out(project.site, releases, site, _say)
    count = archive.write(site, target, _slug(project), epoch)
    _say(f"The site is in {_shown(target)}: {count} files. Unpack it and open index.html.")
    return 0


def _editions(arguments: argparse.Namespace) -> int:
    from ooms_book.publish import editions

    project = Project(arguments.root, arguments.output)
    kept = Path(arguments.archives or project.root / "dist")
    target = Path(arguments.to or project.folder / "editions")
    versions = editions.lay_out(project.site, editions.archives_in(kept), target, _say)
    _say(f"The book and {len(versions)} earlier editions are in {_shown(target)}.")
    return 0


def _identifiers(arguments: argparse.Namespace) -> int:
    from ooms_book.site import identifiers

    project = Project(arguments.root, arguments.output)
    path = project.identifiers
    if path is None:
        raise BookError(["_config.yml names no list of identifiers (ooms_book_identifiers)"])
    places = places_of(project)
    if arguments.check:
        fresh = identifiers.unlisted(identifiers.read(path), places)
        if fresh:
            raise BookError(
                [
                    f'{path.name}: it has no row for "{place.name}" ({place.kind}), which the site '
                    "has; run make identifiers and commit the list before this is published"
                    for place in fresh
                ]
            )
        _say(f"Every identifier of the site is in {path.name}.")
        return 0
    added = identifiers.add(path, places)
    _say(f"{path.name}: {len(added)} identifiers added.")
    for name in added:
        _say(f"  {name}")
    return 0


def _release(arguments: argparse.Namespace) -> int:
    from ooms_book.publish import release

    folder = release.release(Project(arguments.root), arguments.number, _say)
    _say(f"Version {arguments.number} is tagged v{arguments.number}; its files are here:")
    for path in sorted(folder.iterdir()):
        _say(f"  {_shown(path)}")
    _say("Nothing has left this machine. To publish it: git push --follow-tags")
    return 0


def main(arguments: list[str] | None = None) -> int:
    """Run a command; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m ooms_book", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    built = commands.add_parser("build", help="bring the site up to date")
    built.add_argument("--jobs", type=int, help="notebooks to run at once (default: all cores)")
    built.set_defaults(run=_build)
    serve = commands.add_parser("serve", help="show the site on localhost")
    serve.add_argument("--port", type=int, default=8000, help="default: 8000; 0 for a free one")
    serve.add_argument("--verbose", action="store_true", help="print each request")
    serve.set_defaults(run=_serve)
    pdf = commands.add_parser("pdf", help="print the built site as one PDF file")
    pdf.set_defaults(run=_pdf)
    archive = commands.add_parser("archive", help="pack the built site into one zip file")
    archive.set_defaults(run=_archive)
    kept = commands.add_parser("identifiers", help="put new parts of the site into the list")
    kept.add_argument("--check", action="store_true", help="only say what is missing there")
    kept.set_defaults(run=_identifiers)
    released = commands.add_parser("release", help="tag a version and make its files")
    released.add_argument("number", help="the version, such as 1.2.0")
    released.set_defaults(run=_release)
    beside = commands.add_parser("editions", help="lay out the site with the releases kept")
    beside.add_argument("--archives", help="the folder of releases' archives (default: dist)")
    beside.set_defaults(run=_editions)
    for command in (pdf, archive, beside):
        command.add_argument("--to", help="the file or folder (default: in _build)")
    for command in (built, serve, pdf, archive, beside, kept, released):
        command.add_argument("--root", default=".", help="the book's folder (default: this one)")
        command.add_argument("--output", help="the site's folder (default: _build/html)")
        command.add_argument("--variant", default="", help="a variant of the book, by name")
        command.add_argument("--vintage", default="", help="the book as of an older day (ISO date)")
    parsed = parser.parse_args(arguments)
    try:
        code: int = parsed.run(parsed)
        return code
    except BookError as error:
        count = len(error.messages)
        for message in error.messages:
            print(f"\n{message}", file=sys.stderr)
        things = "One thing" if count == 1 else f"{count} things"
        print(f"\n{things} to mend; the site was not changed.", file=sys.stderr, flush=True)
        return 1
    except KeyboardInterrupt:
        print("\nStopped; the site was not changed.", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main())
