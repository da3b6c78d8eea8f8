"""The page for an address that is not there: it stands alone, so it works at any depth."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from pathlib import Path

from sphinx.application import Sphinx

__all__ = ["STYLE", "markup", "setup"]

STYLE = """
:root{color-scheme:light dark;--ink:#222832;--paper:#fff;--link:#00527f;--line:#8a94a0}
@media (prefers-color-scheme:dark){:root{--ink:#dfe5ea;--paper:#121212;--link:#7cc5ee}}
body{background:var(--paper);color:var(--ink);font:1.1rem/1.6 Charter,Cambria,Georgia,serif;
margin:0 auto;max-width:38rem;padding:12vh 1.2rem 3rem}
h1,form,ul{font-family:"Helvetica Neue",Helvetica,Arial,sans-serif}h1{font-size:1.8rem;
line-height:1.25}a{color:var(--link)}ul{list-style:none;padding:0}li{margin:.4rem 0}
input,button{background:none;border:1px solid var(--line);border-radius:.25rem;color:inherit;
font:inherit;font-size:1rem;padding:.45rem .7rem}:focus-visible{outline:2px solid var(--link);
outline-offset:2px}
"""


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
