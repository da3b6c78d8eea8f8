"""Each notebook as it ran, to take away: with its numbers in the prose, and with its outputs.

A first cell installs the edition it is of. A chapter's own file has roles where its numbers go, and
expects the project around it; the copy needs neither the book's build nor its folder.
"""

from __future__ import annotations

import base64
import json
import re
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

from ooms_book.author.listing import anchor
from ooms_book.author.mime import OWN
from ooms_book.charts.draw import VEGA_LITE_MIME
from ooms_book.charts.settled import settled
from ooms_book.pages import builder, cite, places, told

__all__ = ["FOLDER", "address", "executed", "install", "plain", "write"]

#: The folder of the copies.
FOLDER = "notebooks"
_ROLE = re.compile(r"\{([\w:-]+)\}`([^`]+)`")
# A label over a heading, one behind a formula, the fence and the options of a directive.
_LABEL = re.compile(r"^\([\w-]+\)=\n", re.MULTILINE)
_AFTER_FORMULA = re.compile(r"^(\$\$) \([\w-]+\)$", re.MULTILINE)
_FENCE = re.compile(
    r"^(?P<fence>:{3,}|`{3,})\{\w+\}[ ]*(?P<title>.*)\n(?::\w+:.*\n)*"
    r"(?P<body>(?:.*\n)*?)(?P=fence)$",
    re.MULTILINE,
)


def address(docname: str) -> str:
    """Return the path of a notebook's copy on the site."""
    return f"{FOLDER}/{docname}.ipynb"


def install(name: str, url: str, commit: str) -> str:
    """Return the code of the cell that installs an edition of a project.

    Parameters
    ----------
    name
        The project's, as its package is called.
    url, commit
        Its repository and the edition there; empty where they are not known.

    Examples
    --------
    >>> print(install("peas", "https://github.com/a/peas", "0a1b2c"))
    # Installs the edition that this notebook is of: its functions and its tables.
    %pip install --quiet "peas @ git+https://github.com/a/peas@0a1b2c"
    >>> print(install("peas", "", "").splitlines()[-1])
    %pip install --quiet .
    """
    if url and commit:
        return (
            "# Installs the edition that this notebook is of: its functions and its tables.\n"
            f'%pip install --quiet "{name} @ git+{url.rstrip("/")}@{commit}"'
        )
    return (
        "# This copy was made where the address of its repository is not known: run it in the\n"
        f"# folder of the sources of {name}, or name a file of a release in place of the dot.\n"
        "%pip install --quiet ."
    )


def plain(text: str, said: Any) -> str:
    r"""Return MyST as plain Markdown.

    Parameters
    ----------
    text
        The text of a cell.
    said
        What a role shows: a function of its name and its text.

    Examples
    --------
    >>> print(plain("(sec-a)=\n# A\n\nIt is {implied}`x`.", lambda role, key: f"<{role} {key}>"))
    # A
    <BLANKLINE>
    It is <implied x>.
    >>> print(plain(":::{admonition} In brief\n:class: tip\nIt grows.\n:::", None))
    **In brief**
    <BLANKLINE>
    It grows.
    """
    text = _AFTER_FORMULA.sub(r"\1", _LABEL.sub("", text))
    text = _FENCE.sub(lambda m: f"**{m['title']}**\n\n{m['body']}".rstrip(), text)
    return _ROLE.sub(lambda m: said(m[1], m[2]), text)


def _said(app: Sphinx, docname: str, role: str, text: str) -> str:
    """Return what a role shows, in Markdown."""
    work = cite.work_of(app)
    base = work.cited_at if work else ""
    if role in app.config.ooms_book_value_roles:
        page, _, key = text.rpartition(":")
        value, _ = told.ask(app, "value", page or docname, key)
        return str(value["text"]) if value else text
    if role in app.config.ooms_book_mark_roles:
        page = app.config.ooms_book_mark_roles[role]
        answer = told.ask(app, "mark", page, text)
        words = str(answer[2]) if answer else text
        return f"[{words}]({base}{page}.html#{anchor(text)})" if base else words
    if role.startswith("cite"):
        named = places.sources(app)
        found = "; ".join(named.get(key.strip(), key.strip()) for key in text.split(","))
        return found if role == "cite:t" else f"({found})"
    target = re.search(r"<([^>]+)>$", text)
    label = (target[1] if target else text).strip()
    words = text[: target.start()].strip() if target else ""
    if role == "eq":
        known = app.env.domains["math"].data["objects"].get(label)
        return f"equation ({known[1]})" if known else words or label
    domain = app.env.domains["std"].data
    page, name, *title = domain["labels"].get(label) or domain["anonlabels"].get(label, ("", ""))
    if not page:
        return words or label
    for kind, counts in app.env.toc_fignumbers.get(page, {}).items():
        if name in counts and kind in app.config.numfig_format:
            words = app.config.numfig_format[kind] % ".".join(map(str, counts[name]))
    words = words or (title[0] if title else label)
    return f"[{words}]({base}{page}.html#{name})" if base else words


def executed(
    notebook: dict[str, Any], outputs: Iterable[list[dict[str, Any]]], said: Any, pictures: Any
) -> dict[str, Any]:
    """Return a notebook with its outputs, whose prose says its numbers.

    Parameters
    ----------
    notebook
        As its file has it.
    outputs
        Those of each cell of code.
    said
        As for `plain`.
    pictures
        The picture of a chart as base64, by the name of its figure; None where there is none.
    """
    made = json.loads(json.dumps(notebook))
    ran = iter(outputs)
    count = 0
    for cell in made["cells"]:
        source = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            cell["source"] = plain(source, said)
        elif cell["cell_type"] == "code":
            count += 1
            figure = cell["metadata"].get("mystnb", {}).get("figure", {})
            if figure.get("caption"):
                figure["caption"] = plain(figure["caption"], said)
            cell["execution_count"] = count
            cell["outputs"] = [
                _output(output, pictures(nodes.make_id(str(figure.get("name", "")))), count)
                for output in next(ran)
            ]
    return made


def _output(output: dict[str, Any], picture: str | None, count: int) -> dict[str, Any]:
    """Return an output as any program shows it: a chart as a picture too, settled as on the page.

    What only this package's pages can show is left out.
    """
    shown = dict(output)
    if "data" in output:
        data = {
            mime: settled(value) if VEGA_LITE_MIME.fullmatch(mime) else value
            for mime, value in output["data"].items()
            if not mime.startswith(OWN)
        }
        if picture and any(VEGA_LITE_MIME.fullmatch(mime) for mime in data):
            data["image/png"] = picture
        shown["data"] = data
    if shown["output_type"] == "execute_result":
        shown["execution_count"] = count
    return shown


def _packaged(app: Sphinx) -> str:
    """Return what the project's package is called."""
    path = Path(app.srcdir, "pyproject.toml")
    said = tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    return str(said.get("project", {}).get("name", "the project"))


def write(app: Sphinx, docname: str) -> None:
    """Write the copy of a page's notebook, if it is one."""
    record = told.record(app, docname)
    path = Path(app.env.doc2path(docname))
    if record is None or path.suffix != ".ipynb":
        return

    def pictures(name: str) -> str | None:
        drawn = Path(app.outdir, f"_downloads/{docname}-{name}.png")
        return base64.b64encode(drawn.read_bytes()).decode() if drawn.is_file() else None

    made = executed(
        json.loads(path.read_text(encoding="utf-8")),
        record.outputs,
        lambda role, text: _said(app, docname, role, text),
        pictures,
    )
    work = cite.work_of(app)
    first = f"An executed copy of a chapter of *{work.title}*, {work.edition}." if work else ""
    if work and work.address:
        first += f" The page: <{work.cited_at}{docname}.html>."
    edition = work.version.partition("+")[2] if work else ""
    if work and work.tagged:
        edition = f"v{work.version}"
    url = str(app.config.ooms_book_repository["url"])
    code = install(_packaged(app), url, edition)
    numbered = made.get("nbformat_minor", 0) >= 5
    for place, (kind, source) in enumerate((("markdown", first), ("code", code))):
        cell: dict[str, Any] = {"cell_type": kind, "metadata": {}, "source": source}
        if kind == "code":
            cell |= {"execution_count": None, "outputs": []}
        if numbered:
            cell["id"] = f"this-copy-{place}"
        made["cells"].insert(place, cell)
    made["metadata"]["language_info"] = record.language
    content = json.dumps(made, ensure_ascii=False, indent=1) + "\n"
    builder.put(app, address(docname), content.encode())
