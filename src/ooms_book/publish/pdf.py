"""The whole book in one PDF file, printed by Chromium from the built site.

The pages of the site become one document: addresses between them become places in it, drawings stay
drawings, folded code and everything to press is left out. It is printed twice, because a browser
cannot say in a table of contents on which page something will be: the first print tells. Times are
those of the commit, so that one commit gives one file.
"""

from __future__ import annotations

import hashlib
import os
import posixpath
import re
import shutil
import subprocess
import tempfile
import tomllib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from bs4 import BeautifulSoup, Tag
from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, ByteStringObject

from ooms_book.errors import BookError
from ooms_book.project import repository
from ooms_book.project.project import Project
from ooms_book.project.repository import Repository
from ooms_book.templates import Markup, fill

__all__ = ["Entry", "browser", "combine", "pages_of", "write"]

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
SHEET = Path(__file__).parent / "pdf.css"
SCRIPT = Path(__file__).parent / "pdf.js"
#: What paper has no use for, or shows otherwise.
DROPPED = (
    "script, style, noscript, template, link, button, input, select, form, dialog, iframe,"
    " .cite, .headerlink, .listing-link, .chart-links, .chart-narrow, .chart-tools, .onlyprint,"
    " details.hide:not(.above-output), .above-output .expanded, figure details, .no-print,"
    " .d-print-none, p.moved, section:has(> .ways), .control-yours"
)
#: Rows that a table may have to be kept on one page, and columns from which its type is smaller.
SHORT_ROWS, MANY_COLUMNS = 16, 7
#: The margins of a page below and above its column, as in ``pdf.css``, in millimetres.
MARGINS = (17, 18)
#: The share of a page that may be empty before the end of a chapter.
EMPTY = 1 / 3
#: Stands in a document where its contents will.
CONTENTS = "<!-- contents -->"
#: Stands on the cover where a chart will.
HERO = "<!-- hero -->"
_REFERENCES = ("for", "aria-labelledby", "aria-describedby", "aria-controls", "headers")
_PLACE = re.compile(r"url\(\s*['\"]?#([^)'\"]+)['\"]?\s*\)")


@dataclass(frozen=True)
class Entry:
    """A line of the table of contents: its depth from 1, its text and its place in the document."""

    depth: int
    text: str
    place: str


def browser() -> str:
    """Return the path of a Chromium: the one named in the variable ``CHROMIUM``, or the system's.

    Raises
    ------
    BookError
        If there is none.
    """
    named = os.environ.get("CHROMIUM")
    for name in (named,) if named else BROWSERS:
        path = shutil.which(name)
        if path:
            return path
    raise BookError(
        ["a PDF is printed by Chromium, and none is found; install it, or set CHROMIUM to its path"]
    )


def _read(path: Path) -> BeautifulSoup:
    return BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")


def _string(tag: Tag, name: str) -> str:
    """Return an attribute that holds one string."""
    value = tag.get(name)
    return value if isinstance(value, str) else ""


def _anchor(page: str, place: str = "") -> str:
    """Name a place of a page in the one document."""
    prefix = re.sub(r"\W+", "-", page.removesuffix(".html"))
    return f"{prefix}--{place}" if place else prefix


def _link(tag: Tag, page: str, pages: Sequence[str], ids: Mapping[str, set[str]]) -> None:
    """Make a link lead to a place in the document, or to where it led; else leave only its text."""
    address = _string(tag, "href")
    parts = urlsplit(address)
    if parts.scheme in ("http", "https", "mailto"):
        return
    target = page
    if parts.path:
        target = posixpath.normpath(posixpath.join(posixpath.dirname(page), unquote(parts.path)))
    if parts.scheme or target not in pages:
        tag.unwrap()
        return
    place = unquote(parts.fragment)
    tag["href"] = "#" + _anchor(target, place if place in ids[target] else "")


def _leave_folded(tag: Tag, web: str) -> None:
    """Say of a long table that a page has folded where it is, in place of its rows."""
    rows = len(tag.select("tbody tr")) or len(tag.find_all("tr"))
    for part in list(tag.children):
        if not (isinstance(part, Tag) and part.name == "summary"):
            part.extract()
    said = BeautifulSoup(fill("folded.html", rows=rows, web=web), "html.parser")
    tag.append(said)


def _prepare(
    article: Tag, page: str, pages: Sequence[str], ids: Mapping[str, set[str]], web: str = ""
) -> None:
    """Turn the content of one page into a part of the document, in place."""
    for tag in article.select(DROPPED):
        if not tag.decomposed:
            tag.decompose()
    for tag in article.select("details"):
        if len(tag.find_all("tr")) > SHORT_ROWS and not tag.has_attr("open"):
            _leave_folded(tag, web)
        tag["open"] = ""
    for tag in article.select(".cell"):
        # A cell whose code was all it had would leave a gap.
        if not tag.get_text(strip=True) and not tag.find(["svg", "img", "math"]):
            tag.decompose()
    for tag in article.select("table"):
        rows = tag.find_all("tr")
        classes = list(tag.get("class") or [])
        columns = max((len(row.find_all(["td", "th"])) for row in rows), default=0)
        classes += ["short"] * (len(rows) <= SHORT_ROWS)
        classes += ["many-columns"] * (columns >= MANY_COLUMNS)
        tag["class"] = " ".join(classes)
    for tag in article.select("a.value"):
        # Its card is not in the document.
        tag.name, tag.attrs = "span", {"class": tag["class"]}
    for tag in article.find_all("a", href=True):
        _link(tag, page, pages, ids)
    for tag in article.find_all(True):
        if tag.has_attr("id"):
            tag["id"] = _anchor(page, _string(tag, "id"))
        for name in _REFERENCES:
            if tag.has_attr(name):
                tag[name] = " ".join(_anchor(page, part) for part in _string(tag, name).split())
        for name, value in tag.attrs.items():
            if isinstance(value, str) and "url(" in value:
                tag[name] = _PLACE.sub(lambda m: f"url(#{_anchor(page, m[1])})", value)
        for name in ("href", "xlink:href"):
            if tag.name == "use" and _string(tag, name).startswith("#"):
                tag[name] = "#" + _anchor(page, _string(tag, name)[1:])


def _sheets(site: Path, page: str) -> list[Path]:
    """Return the style sheets that a page asks for."""
    found = []
    for tag in _read(site / page).select('link[rel="stylesheet"]'):
        name = posixpath.join(posixpath.dirname(page), _string(tag, "href").partition("?")[0])
        path = site / posixpath.normpath(name)
        if _string(tag, "media") in ("", "all") and path.is_file():
            found.append(path)
    return found


def _images(article: Tag, site: Path, page: str) -> None:
    """Make the addresses of images hold from anywhere."""
    for tag in article.find_all("img"):
        source = _string(tag, "src")
        if not urlsplit(source).scheme:
            name = posixpath.normpath(posixpath.join(posixpath.dirname(page), unquote(source)))
            tag["src"] = (site / name).as_uri()


def _web(soup: BeautifulSoup, page: str) -> str:
    """Return where a page is on the web, as far as it knows."""
    canonical = soup.select_one('link[rel="canonical"]')
    return _string(canonical, "href") if canonical else page


def _online(site: Path, pages: Sequence[str]) -> list[tuple[str, str]]:
    """Return title and address of pages that are not on paper."""
    found = []
    for page in pages:
        soup = _read(site / page)
        title = soup.select_one("article h1, main h1")
        if title is not None:
            for tag in title.select(DROPPED):
                tag.decompose()
            found.append((_heading(title), _web(soup, page)))
    return found


def _heading(tag: Tag) -> str:
    return " ".join(tag.get_text().split())


def _css_text(text: str) -> str:
    """Write text as a string of a style sheet."""
    return '"' + re.sub(r'["\\\n<]', lambda m: f"\\{ord(m[0]):x} ", text) + '"'


def _hero(site: Path, articles: Mapping[str, Tag]) -> str:
    """Return the first chart of the book, for its cover."""
    for article in articles.values():
        drawing = article.select_one(".chart-wide svg")
        if drawing is not None:
            # It stands once more where it belongs: ids are of one place.
            text = re.sub(r'(\bid="|href="#|url\(#)', r"\1cover-", str(drawing))
            return f'<div class="hero" aria-hidden="true">{text}</div>'
    return ""


def combine(
    site: Path,
    pages: Sequence[str],
    cover: str,
    looked_up: Collection[str] = (),
    below: Collection[str] = (),
) -> tuple[str, list[Entry]]:
    """Make one document of the pages of a site.

    Parameters
    ----------
    site
        The folder of the site.
    pages
        Its pages in order, by path.
    cover
        The HTML that comes first, with `HERO` where the book's first chart belongs.
    looked_up
        Those of the pages that are looked up and not read: set smaller, and in the contents by
        their titles alone.
    below
        Those that belong to the page before them: they begin where it ends, under its running
        head, and are in the contents as a section of it.

    Returns
    -------
    tuple
        The document, with `CONTENTS` where its table of contents belongs, and its entries.
    """
    read = {page: _read(site / page) for page in pages}
    articles: dict[str, Tag] = {}
    for page, soup in read.items():
        article = soup.find("article") or soup.find("main")
        if not isinstance(article, Tag):
            raise BookError([f"{page}: it has no content to print; build the site again"])
        articles[page] = article
    ids = {
        page: {_string(tag, "id") for tag in article.find_all(id=True)}
        for page, article in articles.items()
    }
    cover = cover.replace(HERO, _hero(site, articles))
    entries: list[Entry] = []
    parts: list[tuple[str, str, list[tuple[str, Markup]]]] = []
    rules: list[str] = []
    for page, article in articles.items():
        _prepare(article, page, pages, ids, _web(read[page], page))
        _images(article, site, page)
        title = ""
        for tag in article.find_all(["h1", "h2"]):
            place = _anchor(page, f"heading-{len(entries)}")
            if tag.name == "h1" and not title:
                title, place = _heading(tag), _anchor(page)
            elif page in looked_up or page in below:
                continue
            else:
                tag["id"] = place
            depth = int(tag.name[1]) + (page in below)
            entries.append(Entry(depth, _heading(tag), place))
        name, content = _anchor(page), Markup(article.decode_contents())
        if page in below and parts:
            parts[-1][2].append((name, content))
            continue
        rules.append(
            f"@page {name}{{@top-left{{color:#55606e;content:{_css_text(title)};"
            'font:8.5pt "Book Sans",sans-serif}}'
            f".of-{name}{{page:{name}}}"
        )
        kind = "look-up" if page in looked_up else "read"
        parts.append((name, kind, [(name, content)]))
    sheets = dict.fromkeys(sheet for page in pages for sheet in _sheets(site, page))
    first = read[pages[0]]
    title_tag = first.find("title")
    document = fill(
        "paper.html",
        language=(_string(first.html, "lang") if first.html else "") or "en",
        title=title_tag.get_text() if title_tag else "",
        sheets=[sheet.as_uri() for sheet in sheets],
        rules=Markup(_faces(site) + SHEET.read_text(encoding="utf-8") + "".join(rules)),
        script=Markup(SCRIPT.read_text(encoding="utf-8")),
        cover=Markup(cover),
        contents=Markup(CONTENTS),
        parts=parts,
    )
    return document, entries


def _faces(site: Path) -> str:
    """Return the rules of the book's faces such that paper waits for them, as no page does."""
    sheet = site / "_static" / "fonts.css"
    if not sheet.is_file():
        return ""
    folder = (site / "_static" / "fonts").as_uri()
    waiting = sheet.read_text(encoding="utf-8").replace('url("fonts/', f'url("{folder}/')
    return re.sub(r"font-display: \w+", "font-display: block", waiting)


def _print(document: str, folder: Path, program: str) -> Path:
    """Print a document with Chromium."""
    source, target = folder / "book.html", folder / "book.pdf"
    source.write_text(document, encoding="utf-8")
    target.unlink(missing_ok=True)
    arguments = [
        program,
        "--headless",
        "--disable-gpu",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--no-first-run",
        "--hide-scrollbars",
        "--lang=en",
        f"--user-data-dir={folder / 'profile'}",
        "--no-pdf-header-footer",
        "--generate-pdf-document-outline",
        f"--print-to-pdf={target}",
    ]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        arguments.append("--no-sandbox")
    try:
        done = subprocess.run(
            [*arguments, source.as_uri()],
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=600,
            check=False,
            env={**os.environ, "TZ": "UTC", "LC_ALL": "C.UTF-8"},
        )
        said = done.stderr[-1000:]
    except subprocess.TimeoutExpired:
        said = "it took more than 600 seconds"
    if not target.is_file():
        raise BookError([f"{program} printed nothing: {said.strip()}"])
    return target


def pages_of(path: Path) -> dict[str, int]:
    """Return the page, counted from 1, of each named place of a PDF file."""
    reader = PdfReader(path)
    found = {}
    for name, place in reader.named_destinations.items():
        number = reader.get_destination_page_number(place)
        if number is not None:
            found[name.lstrip("/")] = number + 1
    return found


def emptiness(path: Path) -> list[float]:
    """Return for each page of a PDF file which share of its column is empty below the last text.

    What is drawn carries text as well (a chart its caption), so nothing has to be painted.
    """
    found = []
    for page in PdfReader(path).pages:
        height = float(page.mediabox.height)
        bottom, top = (mm / 25.4 * 72 for mm in MARGINS)
        lines: list[float] = []

        def note(text: str, place: Any, line: Any, *_: Any, to: list[float] = lines) -> None:
            if text.strip():
                to.append(line[4] * place[1] + line[5] * place[3] + place[5])

        page.extract_text(visitor_text=note)
        room = height - top - bottom
        lowest = min((y for y in lines if bottom <= y <= height - top), default=height - top)
        found.append((lowest - bottom) / room)
    return found


def _finish(source: Path, target: Path, epoch: int, details: Mapping[str, str]) -> None:
    """Write the file with fixed times and names in place of the moment's."""
    writer = PdfWriter(clone_from=PdfReader(source))
    moment = datetime.fromtimestamp(epoch, UTC).strftime("D:%Y%m%d%H%M%S+00'00'")
    writer.metadata = None
    writer.add_metadata(
        {
            **details,
            "/CreationDate": moment,
            "/ModDate": moment,
            "/Creator": "ooms_book",
            "/Producer": "Chromium and pypdf",
        }
    )
    digest = hashlib.sha256(repr((epoch, sorted(details.items()))).encode()).digest()[:16]
    writer._ID = ArrayObject([ByteStringObject(digest), ByteStringObject(digest)])
    beside = target.with_name(target.name + ".new")
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        with beside.open("wb") as file:
            writer.write(file)
        beside.replace(target)
    finally:
        beside.unlink(missing_ok=True)


def _packaged(root: Path) -> dict[str, Any]:
    """Return what ``pyproject.toml`` says of a project, if there is one."""
    path = root / "pyproject.toml"
    if not path.is_file():
        return {}
    try:
        said: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8")).get("project", {})
    except tomllib.TOMLDecodeError as error:
        raise BookError([f"pyproject.toml: it is not TOML: {error}"]) from error
    return said


def _cover(project: Project, known: Repository) -> tuple[str, dict[str, str]]:
    """Return the cover, and what the file says of itself."""
    title = str(project.config.get("title", "Book"))
    author = str(project.config.get("author", ""))
    packaged = _packaged(project.root)
    about = str(packaged.get("description", ""))
    facts = {
        "Version": str(packaged.get("version", "")),
        "Commit": known.commit[:12],
        "Of": f"{datetime.fromtimestamp(known.epoch, UTC):%Y-%m-%d}" if known.epoch else "",
        "Data of": " to ".join(
            dict.fromkeys(filter(None, (project.package.oldest, project.package.vintage)))
        ),
        "By": author,
        "Source": known.url,
    }
    details = {"/Title": title, "/Author": author, "/Subject": about}
    return (
        fill("cover.html", title=title, about=about, facts=facts),
        {name: value for name, value in details.items() if value},
    )


def write(project: Project, target: Path) -> dict[str, Any]:
    """Print a project whose site is built.

    Parameters
    ----------
    project
        The project.
    target
        The file to write. It is replaced only by a whole one.

    Returns
    -------
    dict
        ``pages``: how many there are; ``links``: how many lead to places in the file; ``empty``:
        those of which more than `EMPTY` is, but for the last ones of chapters.

    Raises
    ------
    BookError
        If there is no site or no browser, or if the pages of the contents do not come to rest.
    """
    off = [f"{name}.html" for name in project.setting("off_paper", [])]
    built = [f"{name}.html" for name in project.documents]
    built = [page for page in built if (project.site / page).is_file()]
    pages = [page for page in built if page not in off]
    if not pages:
        raise BookError([f"there is no site in {project.site} to print; run: make book"])
    program = browser()
    known = repository.describe(project.root)
    cover, details = _cover(project, known)
    chapters = {f"{name}.html" for name in project.numbered}
    looked_up = [page for page in pages[1:] if chapters and page not in chapters]
    with tempfile.TemporaryDirectory(prefix="ooms-book-pdf-") as name:
        folder = Path(name)
        below = {f"{name}.html" for name in project.below}
        document, entries = combine(project.site, pages, cover, looked_up, below)
        online = _online(project.site, [page for page in built if page in off])

        def listed(numbers: Mapping[str, int]) -> str:
            contents = fill("contents.html", entries=entries, numbers=numbers, online=online)
            return document.replace(CONTENTS, contents)

        numbers = pages_of(_print(listed({}), folder, program))
        lost = [entry.text for entry in entries if entry.place not in numbers]
        if lost:
            raise BookError([f"the headings {lost} are on no page of the PDF"])
        printed = _print(listed(numbers), folder, program)
        if pages_of(printed) != numbers:
            raise BookError(["the contents moved the pages they name; report this"])
        _finish(printed, target, known.epoch, details)
        empty = emptiness(printed)
        begins = {numbers[entry.place] for entry in entries if entry.depth == 1}
        last = {1, len(empty)} | {number - 1 for number in begins}
        return {
            "pages": len(empty),
            "links": len(numbers),
            "empty": [i for i, share in enumerate(empty, 1) if share > EMPTY and i not in last],
        }
