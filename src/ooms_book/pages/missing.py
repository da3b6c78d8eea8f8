"""The page for an address that is not there: it stands alone, so it works at any depth."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from pathlib import Path

from sphinx.application import Sphinx

from ooms_book.site.plain import STYLE

__all__ = ["markup", "setup"]


def markup(title: str, pages: Mapping[str, str], base: str = "/", banner: str = "") -> str:
    """Return the page.

    Parameters
    ----------
    title
        Of the site.
    pages
        For each page that is worth a link, its path in the site and its title.
    base
        The site's address; every link begins with it.
    banner
        HTML that stands at the head of every page of this site.

    Examples
    --------
    >>> '<a href="/book/peas.html">Peas</a>' in markup("Garden", {"peas.html": "Peas"}, "/book/")
    True
    """
    name = html.escape(title)
    start = html.escape(base.rstrip("/") + "/", quote=True)
    notice = f"<p>{banner}</p>\n" if banner else ""
    links = "".join(
        f'<li><a href="{start}{html.escape(path, quote=True)}">{html.escape(words)}</a></li>\n'
        for path, words in pages.items()
    )
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="robots" content="noindex">\n'
        f"<title>No such page \u2014 {name}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n"
        f"<main>\n{notice}<h1>There is no such page</h1>\n"
        "<p>The address may have a slip in it, or the page has moved. Search the book, or begin "
        "with one of these pages.</p>\n"
        f'<form action="{start}search.html" role="search"><input type="search" name="q" '
        'aria-label="Search the book"> <button type="submit">Search</button></form>\n'
        f"<ul>\n{links}</ul>\n</main>\n</body>\n</html>\n"
    )


def _write(app: Sphinx, exception: Exception | None) -> None:
    if exception is not None:
        return
    root = str(app.config.root_doc)
    listed = [root]
    for name in listed:
        listed += [n for n in app.env.toctree_includes.get(name, []) if n not in listed]
    pages = {f"{name}.html": app.env.titles[name].astext() for name in listed}
    pages[f"{root}.html"] = "The front page"
    title = re.sub(r"<[^>]+>", "", str(app.config.html_title))
    banner = str(app.config.html_theme_options.get("announcement", ""))
    text = markup(title, pages, str(app.config.html_baseurl or "/"), banner)
    (Path(app.outdir) / "404.html").write_text(text, encoding="utf-8")


def setup(app: Sphinx) -> None:
    """Write the page when all others are."""
    app.connect("build-finished", _write)
