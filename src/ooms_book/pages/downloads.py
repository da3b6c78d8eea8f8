"""What can be taken away, listed where a page asks with a comment: ``<!-- downloads:book -->``.

Its parts are known once all pages are written, and are put in then. Tables of the data package come
to the site with their descriptor, as they lie in the project.
"""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

from ooms_book.pages import cite, figures, notebooks, places
from ooms_book.project.datapackage import Package
from ooms_book.templates import fill

__all__ = ["setup"]

FOLDER = "data/tables"
_ASKED = re.compile(r"<!-- downloads:(\w+) -->")
_RESULTS = {
    "results": "Headline results under each position, with ranges",
    "conclusions": "What the book concludes, and where it says so",
    "log": "What moved the conclusions, and why",
    "parts": "Figures and tables, with fingerprints of their numbers",
}


def _tables(app: Sphinx) -> list[dict[str, Any]]:
    """Bring the tables to the site; return what is said of each, older editions with the newest."""
    path = str(app.config.ooms_book_data_package or "")
    package = Package.read(Path(app.srcdir), path)
    if not package.tables:
        return []
    source, target = Path(app.srcdir, path).parent, Path(app.outdir, FOLDER)
    said = json.loads((source / Path(path).name).read_text(encoding="utf-8"))
    target.mkdir(parents=True, exist_ok=True)
    shutil.copy(source / Path(path).name, target / "datapackage.json")
    listed: dict[str, dict[str, Any]] = {}
    older: list[tuple[str, str, str]] = []
    for resource in said["resources"]:
        file, name = target / resource["path"], str(resource["name"])
        file.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source / resource["path"], file)
        edition = re.fullmatch(r"(.+)-(\d{4}-\d{2}-\d{2})", name)
        if edition:
            older.append((edition[1], edition[2], f"{FOLDER}/{resource['path']}"))
            continue
        schema = json.dumps(resource.get("schema", {}), ensure_ascii=False, indent=1)
        (target / f"{name}.schema.json").write_text(f"{schema}\n", encoding="utf-8")
        table = package.tables[f"{Path(path).parent.as_posix()}/{resource['path']}"]
        listed[name] = {
            "name": name,
            "title": table.title,
            "file": f"{FOLDER}/{resource['path']}",
            "schema": f"{FOLDER}/{name}.schema.json",
            "vintage": table.vintage,
            "licences": [
                # One without an address has no short name that a reader would know.
                (
                    str(one.get("name" if "path" in one else "title", "licence")),
                    str(one.get("path", "")),
                )
                for one in table.licences
            ],
            "older": [],
        }
    for name, day, file_of in sorted(older):
        if name in listed:
            listed[name]["older"].append((day, file_of))
    return list(listed.values())


def _parts(app: Sphinx) -> list[tuple[str, str, list[dict[str, Any]]]]:
    """Return the figures and tables of each page, with their files."""
    out = Path(app.outdir)
    found = []
    for docname in app.config.ooms_book_documents:
        listed = []
        title = ""
        for place in places.of_page(app, docname):
            title = title or place.title
            if place.kind not in ("figure", "table"):
                continue
            numbers, drawn = (
                f"data/{docname}/{place.anchor}",
                f"_downloads/{docname}-{place.anchor}",
            )
            files = [
                ("CSV", f"{numbers}.csv"),
                ("metadata", f"{numbers}.json"),
                ("SVG", f"{drawn}.svg"),
                ("PNG", f"{drawn}.png"),
                ("picture to share", f"{drawn}-share.png"),
            ]
            own = figures.address(place)
            listed.append(
                {
                    "number": place.number,
                    "title": place.title,
                    "place": f"{docname}.html#{place.anchor}",
                    "files": [(words, file) for words, file in files if (out / file).is_file()],
                    "page": own if place.kind == "figure" and (out / own).is_file() else "",
                }
            )
        if listed:
            found.append((docname, title, listed))
    return found


def _write(app: Sphinx, exception: Exception | None) -> None:
    """Put the lists into the page that asks for them."""
    pages = {
        page: text
        for name in app.config.ooms_book_documents
        if "/" not in name
        and (page := Path(app.outdir, f"{name}.html")).is_file()
        and _ASKED.search(text := page.read_text(encoding="utf-8"))
    }
    if exception is not None or not pages:
        return
    out = Path(app.outdir)
    work = cite.work_of(app)
    url = str(app.config.ooms_book_repository["url"]).rstrip("/")
    tagged = bool(work and work.tagged and url)
    said = {
        "tagged": tagged,
        "releases": f"{url}/releases{f'/tag/v{work.version}' if tagged and work else ''}"
        if url
        else "",
        "results": [
            (words, f"data/{name}.json", f"data/schemas/{name}-1.json")
            for name, words in _RESULTS.items()
            if (out / f"data/{name}.json").is_file()
        ],
        "tables": _tables(app),
        "pages": _parts(app),
        "notebooks": [
            (app.env.titles[name].astext(), notebooks.address(name))
            for name in app.config.ooms_book_notebooks
            if (out / notebooks.address(name)).is_file()
        ],
    }
    for page, text in pages.items():
        made = _ASKED.sub(lambda m: fill("downloads.html", which=m[1], **said).strip(), text)
        page.write_text(made, encoding="utf-8")


def setup(app: Sphinx) -> None:
    """Connect it, after what makes the files."""
    app.connect("build-finished", _write, priority=900)
