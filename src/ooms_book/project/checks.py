"""What must hold of a project's pages before and after they are built, said in sentences."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterable, Mapping
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from ooms_book.files import is_ignored

__all__ = ["headings", "notebooks", "typed_numbers", "typed_numbers_of", "unread_data"]

_CODE_CELL = re.compile(r"^\s*(?:`{3,}|:{3,})\{code-cell\}", re.MULTILINE)

# A block that is shown as it stands, against one whose inside is prose (a note, a table).
_FENCE = re.compile(
    r"^(?P<indent>[ \t]*)(?P<fence>`{3,}|~{3,}|:{3,})(?P<info>[^\n]*)\n(?P<body>.*?)"
    r"^(?P=indent)(?P=fence)[ \t]*$",
    re.MULTILINE | re.DOTALL,
)
_SHOWN_AS_IS = re.compile(
    r"(?!\{)|\{(?:code|code-block|code-cell|literalinclude|math|mermaid|raw|sourcecode)\}"
)
_OPTION = re.compile(r"^[ \t]*:(?!alt:|caption:)[\w-]+:.*$", re.MULTILINE)

# What is not prose, in the order in which it is taken out.
_NOT_PROSE = (
    re.compile(r"^\s*>.*$", re.MULTILINE),
    re.compile(r"\$\$.*?\$\$", re.DOTALL),
    re.compile(r"\{[\w:.-]+\}`[^`]*`"),
    re.compile(r"`[^`]*`"),
    re.compile(r"(?<!\\)\$[^$\n]+\$"),
    re.compile(r"(?<=\])\([^)\n]*\)"),
    re.compile(r"<[^>\n]+>"),
    re.compile(r"https?://\S+"),
    re.compile(r"\b10\.\d{4,9}/\S+"),
    re.compile(r"\b(?:arxiv|doi)\s*:?\s*[\w./-]*\d", re.IGNORECASE),
    re.compile(r"^\([^)\s]+\)=\s*$", re.MULTILINE),
    re.compile(r"^\s*\d+\.\s", re.MULTILINE),
    re.compile(r"^#+\s+\d+(?:\.\d+)*\.?\s", re.MULTILINE),
    # A place in a text, and the version of a thing: v1.2, Python 3.11, GPT-3.5, 1.4.2.
    re.compile(
        r"(?:§+|\b(?:chapter|eq|equation|fig|figure|footnote|line|p|page|pp|section|step|table|"
        r"version)\b)\.?\s*\d+(?:\.\d+)*",
        re.IGNORECASE,
    ),
    re.compile(r"(?<![\w.])v?\d+(?:\.\d+){2,}"),
    re.compile(r"(?<![^\W_])v\d+(?:\.\d+)+"),
    re.compile(r"(?<=[^\W\d_]-)\d+(?:\.\d+)*"),
    re.compile(r"(?:(?<=[\w,;)'’]\s)|(?<=\())[A-Z][\w-]*\s\d{1,2}\.\d{1,2}(?![\d.]*\d|\s*[%×])"),
)

# A number that somebody worked out or looked up: not a count or a year, which are plain digits.
_SUPER = "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺"
_TYPED = re.compile(
    rf"(?<![\w.,])(?:10(?:\^|\*\*|[{_SUPER}])[-+{{]?[\d.{_SUPER}]*}}?"
    r"|\d+(?:\.\d+)?[eE][-+]?\d+"
    r"|\d{1,3}(?:[,\u00a0\u2009\u202f]\d{3})+(?:\.\d+)?"
    r"|\d*\.\d+)(?!\d)"
)


def _blank(match: re.Match[str]) -> str:
    return re.sub(r"[^\n]", " ", match.group(0))


def _prose(text: str) -> str:
    """Blank out what is not prose; every line stays in its place."""

    def inside(match: re.Match[str]) -> str:
        info = match["info"].strip()
        if _SHOWN_AS_IS.match(info):
            return _blank(match)
        # The inside of a note is prose, and may hold blocks of its own.
        body = _OPTION.sub(lambda option: " " * len(option.group(0)), match["body"])
        fence = " " * (len(match["indent"]) + len(match["fence"]))
        head = re.sub(r"\{[^}\n]*\}", _blank, match["info"], count=1)
        return f"{fence}{head}\n{_FENCE.sub(inside, body)}"

    text = _FENCE.sub(inside, text)
    for pattern in _NOT_PROSE:
        text = pattern.sub(_blank, text)
    return text


def _captions(source: str) -> list[tuple[int, str]]:
    """Return the texts given as ``caption=...`` in code, each with its line."""
    try:
        tree = ast.parse(source)
    except SyntaxError:  # not Python, or a cell with IPython's own commands
        return []
    return [
        text
        for call in ast.walk(tree)
        if isinstance(call, ast.Call)
        for keyword in call.keywords
        if keyword.arg == "caption"
        for text in _texts(keyword.value)
    ]


def _texts(value: ast.expr) -> list[tuple[int, str]]:
    """Return the text that stands in an expression, without what code puts into it."""
    if isinstance(value, ast.Constant) and isinstance(value.value, str):
        return [(value.lineno, value.value)]
    if isinstance(value, ast.JoinedStr):
        # Not what stands within the braces: a format such as .2f is no text.
        parts = [part for part in value.values if isinstance(part, ast.Constant)]
        return [text for part in parts for text in _texts(part)]
    if isinstance(value, ast.BinOp):
        return [*_texts(value.left), *_texts(value.right)]
    return []


def _source(cell: Mapping[str, Any]) -> str:
    source = cell.get("source", "")
    return "".join(source) if isinstance(source, list) else str(source)


def typed_numbers(
    text: str, place: str, values: Mapping[str, Mapping[str, str]] | None = None, line: int = 1
) -> list[str]:
    """Find numbers typed into prose that code should have put there.

    The rule looks at the text alone, never at the data, so that new data can't break it: a number
    with a decimal point, a thousands separator or a power of ten was computed or looked up, and
    has to come through a role.

    Parameters
    ----------
    text
        Prose, in MyST.
    place
        Where it stands, for messages.
    values
        What the notebook published; a value with the same number is named as a hint.
    line
        The number of the text's first line.

    Returns
    -------
    list of str
        One message for each number found, with what to write instead. Roles, code, formulas,
        quotations (lines that start with ``>``), addresses, link targets, numbers of headings and
        lists, places in a text (section 2.3) and versions (Python 3.11, GPT-3.5) are not looked at.

    Examples
    --------
    >>> published = {"growth": {"text": "4.6×", "kind": "implied"}}
    >>> print(typed_numbers("It grows 4.6-fold a year.", "a.md", published)[0])
    a.md, line 1: "4.6" is typed by hand; let a cell publish it and write its role here
    ({implied}`growth` shows the same number), or write {quoted}`4.6` if it is a source's own
    """
    found = []
    prose = _prose(text)
    for match in _TYPED.finditer(prose):
        number = match.group(0)
        same = [
            f" ({{{value['kind']}}}`{key}` shows the same number)"
            for key, value in sorted((values or {}).items())
            if re.search(rf"(?<![\d.,]){re.escape(number)}(?![\d]|[.,]\d)", value["text"])
        ]
        at = prose.count("\n", 0, match.start()) + line
        found.append(
            f'{place}, line {at}: "{number}" is typed by hand; let a cell publish it and write its '
            f"role here{''.join(same[:1])}, or write {{quoted}}`{number}` if it is a source's own"
        )
    return found


def typed_numbers_of(
    notebook: Mapping[str, Any], place: str, values: Mapping[str, Mapping[str, str]]
) -> list[str]:
    """Find the numbers typed into a notebook's prose and captions; see `typed_numbers`.

    Parameters
    ----------
    notebook
        The notebook, as JSON.
    place
        Its path, for messages.
    values
        What it published.
    """
    found = []
    for number, cell in enumerate(notebook.get("cells", []), 1):
        where = f"{place}, cell {number}"
        if cell.get("cell_type") == "markdown":
            found += typed_numbers(_source(cell), where, values)
        elif cell.get("cell_type") == "code":
            for line, caption in _captions(_source(cell)):
                found += typed_numbers(caption, where, values, line)
            figure = cell.get("metadata", {}).get("mystnb", {}).get("figure", {})
            caption = str(figure.get("caption", ""))
            found += typed_numbers(caption, f"{where}, caption in its metadata", values)
    return found


# A heading, with what stands on the line over it.
_HEADING = re.compile(
    r"^(?P<over>.*\n)?(?P<marks>#{1,6})[ \t]+(?P<words>\S.*?)[ \t]*$", re.MULTILINE
)


def headings(root: Path, docname: str) -> list[str]:
    """Find the headings of a page that have no label on the line over them.

    Parameters
    ----------
    root
        The project's folder.
    docname
        The page, without suffix.

    Returns
    -------
    list of str
        One message for each, with what to write. (Tables, figures, and what a cell shows, are seen
        to once the pages are made: `ooms_book.site.identifiers.faults`.)
    """
    page, notebook = root / f"{docname}.md", root / f"{docname}.ipynb"
    texts: list[tuple[str, str]] = []
    if notebook.is_file():
        cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
        texts = [
            (f"{docname}.ipynb, cell {number}", _source(cell))
            for number, cell in enumerate(cells, 1)
            if cell["cell_type"] == "markdown"
        ]
    elif page.is_file():
        texts = [(f"{docname}.md", page.read_text(encoding="utf-8"))]
    found = []
    for place, text in texts:
        prose = _FENCE.sub(_blank, text)
        for match in _HEADING.finditer(prose):
            if not re.fullmatch(r"\([^()\s]+\)=\s*", match["over"] or ""):
                line = prose.count("\n", 0, match.start("marks")) + 1
                label = re.sub(r"[^a-z0-9]+", "-", match["words"].lower()).strip("-")
                found.append(
                    f'{place}, line {line}: the heading "{match["words"]}" has no label, and its '
                    f"address would change with its words; write (sec-{label})= on the line over it"
                )
    return found


def unread_data(
    package: str, files: Iterable[str], read: Iterable[str], allowed: Iterable[str] = ()
) -> list[str]:
    """Find files beside a data package that nothing in the book reads.

    Parameters
    ----------
    package
        The package's descriptor, relative to the project.
    files
        The project's files.
    read
        Those that a notebook or the book itself has read.
    allowed
        Patterns of files that nothing needs to read.

    Returns
    -------
    list of str
        A message for each file that lies unread in the descriptor's folder, and for each
        pattern that fits none of them.

    Examples
    --------
    >>> unread_data("data/datapackage.json", ["data/a.csv", "b.txt"], [])[0][:32]
    'data/a.csv: no chapter reads it;'
    """
    folder = Path(package).parent.as_posix() + "/"
    inside = [path for path in files if path.startswith(folder) and not path.endswith("/")]
    known = set(read)
    unread = [path for path in sorted(inside) if path not in known and not is_ignored(path)]
    spared = list(allowed)
    return [
        f"{path}: no chapter reads it; use it in one, or remove it (and from {package})"
        for path in unread
        if not any(fnmatch(path, pattern) for pattern in spared)
    ] + [
        f"_config.yml, ooms_book_unread_data: {pattern} fits no file; take it out of the list"
        for pattern in spared
        if not any(fnmatch(path, pattern) for path in inside)
    ]


def notebooks(
    root: Path, listed: Iterable[str], files: Iterable[str], excluded: Iterable[str] = ()
) -> list[str]:
    """Check that the notebooks of a project and its table of contents agree.

    Parameters
    ----------
    root
        The project's folder.
    listed
        The documents in the table of contents, without suffix.
    files
        The project's files, relative to ``root``.
    excluded
        Patterns of files that are not part of the book.

    Returns
    -------
    list of str
        A message for each notebook that is not listed, each document listed but missing, each
        notebook with stored outputs, and each text page whose code cells would not run.
    """
    wanted = list(listed)
    patterns = list(excluded)
    present = [path for path in files if not path.endswith("/") and not is_ignored(path)]
    found = []
    for docname in wanted:
        if not any((root / f"{docname}{suffix}").is_file() for suffix in (".ipynb", ".md")):
            found.append(
                f"_toc.yml lists {docname}, but there is no {docname}.ipynb or {docname}.md; "
                "write it, or take it out of the list"
            )
    homes = {
        str(Path(docname).parent) for docname in wanted if (root / f"{docname}.ipynb").is_file()
    }
    for path in sorted(present):
        if any(fnmatch(path, pattern) for pattern in patterns):
            continue
        docname, _, suffix = path.rpartition(".")
        if suffix == "ipynb" and docname not in wanted and str(Path(path).parent) in homes:
            found.append(f"{path}: it is not in _toc.yml; add it there, or move it away")
    for docname in wanted:
        notebook = root / f"{docname}.ipynb"
        page = root / f"{docname}.md"
        if notebook.is_file():
            found += _stored_outputs(notebook, f"{docname}.ipynb")
        elif page.is_file() and _CODE_CELL.search(page.read_text(encoding="utf-8")):
            found.append(
                f"{docname}.md: it has code cells, and only .ipynb notebooks are run and tested; "
                "turn it into a notebook"
            )
    return found


def _stored_outputs(path: Path, place: str) -> list[str]:
    try:
        notebook = json.loads(path.read_text(encoding="utf-8"))
        cells = notebook["cells"]
    except (ValueError, KeyError, TypeError) as error:
        return [f"{place}: it is not a notebook ({error})"]
    stored = [
        str(number)
        for number, cell in enumerate(cells, 1)
        if cell.get("outputs") or cell.get("execution_count") is not None
    ]
    if not stored:
        return []
    cells_word = "cell" if len(stored) == 1 else "cells"
    return [
        f"{place}: {cells_word} {', '.join(stored[:5])}{' and more' if len(stored) > 5 else ''} "
        "kept outputs or run numbers; clear all outputs and save the notebook again"
    ]
