"""Tables of a notebook as numbered, captioned tables of the page.

A frame is shown as MyST markdown, so its cells may hold roles and citations, and the page numbers
it like any other table. Other notebooks show the same rows as plain HTML.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence

from ooms_book.author.mime import html_table, show

__all__ = ["escape", "markdown", "powers", "table"]

# No-break spaces are not in it: what must stay together stays.
_SPACE = re.compile(r"[ \t\r\n\f\v]+")
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>|$#~^])")


# A number as programs write it, outside of words, addresses and names.
_E = re.compile(r"(?<![\w./-])(\d+(?:\.\d+)?)e([+-]?\d+)(?![\w-])")
_RAISED = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")


def powers(text: str) -> str:
    r"""Write numbers of a text that stand as a program has them as powers of ten; no code.

    Examples
    --------
    >>> powers("1e29 of 2.1e+25, `1e3`, rfi.1e27")
    '10²⁹ of 2.1\xa0×\xa010²⁵, `1e3`, rfi.1e27'
    """

    def written(match: re.Match[str]) -> str:
        power = f"10{str(int(match[2])).translate(_RAISED)}"
        return power if match[1] == "1" else f"{match[1]}\u00a0×\u00a0{power}"

    parts = re.split(r"(`[^`]*`)", text)
    return "".join(part if part[:1] == "`" else _E.sub(written, part) for part in parts)


def escape(text: str) -> str:
    r"""Write text so that markdown shows it as it is, in one table cell.

    Examples
    --------
    >>> escape("a|b <i>x</i> 2*3_4")
    'a\\|b \\<i\\>x\\</i\\> 2\\*3\\_4'
    """
    return _SPECIAL.sub(r"\\\1", _SPACE.sub(" ", str(text)).strip())


def markdown(
    columns: Mapping[str, Sequence[str]],
    *,
    caption: str = "",
    name: str = "",
    right: Sequence[str] = (),
    marked_up: Sequence[str] = (),
) -> str:
    r"""Write columns of text as a MyST table.

    Parameters
    ----------
    columns
        Heading to cells; all of one length.
    caption
        A sentence over the table, in MyST.
    name
        Its label, for cross-references.
    right
        Columns set flush right: numbers.
    marked_up
        Columns whose cells are MyST already; all others are escaped.

    Raises
    ------
    ValueError
        For columns of different length, or a heading in `right` or `marked_up` that is not there.

    Examples
    --------
    >>> print(markdown({"Year": ["2019"], "Gain": ["2.0"]}, right=["Gain"]))
    | Year | Gain |
    | :--- | ---: |
    | 2019 | 2.0 |
    """
    lengths = {len(cells) for cells in columns.values()}
    if len(lengths) > 1:
        raise ValueError(f"columns differ in length: {sorted(lengths)}")
    for heading in (*right, *marked_up):
        if heading not in columns:
            raise ValueError(f'no column "{heading}"; there are {", ".join(columns)}')
    cells = [
        [
            _SPACE.sub(" ", powers(str(cell))).strip()
            if heading in marked_up
            else escape(powers(str(cell)))
            for cell in column
        ]
        for heading, column in columns.items()
    ]
    rows = [
        "| " + " | ".join(columns) + " |",
        "| " + " | ".join("---:" if heading in right else ":---" for heading in columns) + " |",
        *("| " + " | ".join(row) + " |" for row in zip(*cells, strict=True)),
    ]
    if not caption:
        return "\n".join(rows)
    head = [f"```{{table}} {' '.join(caption.split())}"]
    if name:
        head.append(f":name: {name}")
    return "\n".join([*head, "", *rows, "```"])


def table(
    columns: Mapping[str, Sequence[str]],
    *,
    caption: str = "",
    name: str = "",
    right: Sequence[str] = (),
    marked_up: Sequence[str] = (),
) -> None:
    """Show columns of text as a table; the parameters are those of `markdown`."""
    rows = list(zip(*columns.values(), strict=True))
    show(
        {
            "text/markdown": markdown(
                columns, caption=caption, name=name, right=right, marked_up=marked_up
            ),
            "text/html": html_table(rows, list(columns)),
            "text/plain": "\n".join("\t".join(map(str, row)) for row in rows),
        }
    )


def definitions(entries: Mapping[str, str]) -> None:
    """Show terms, each with a text below it: what a table's cells are too narrow for.

    Parameters
    ----------
    entries
        Term to text, both plain.

    Raises
    ------
    ValueError
        For an empty term or text.

    Examples
    --------
    >>> definitions({"Bean": ""})
    Traceback (most recent call last):
    ValueError: definitions(...): 'Bean' has an empty text
    """
    for term, text in entries.items():
        if not term.strip() or not text.strip():
            raise ValueError(f"definitions(...): {term!r} has an empty text")
    body = "".join(
        f"<dt>{html.escape(term)}</dt><dd>{html.escape(text)}</dd>"
        for term, text in entries.items()
    )
    show(
        {
            "text/markdown": "\n\n".join(
                f"{escape(term)}\n: {escape(text)}" for term, text in entries.items()
            ),
            "text/html": f"<dl>{body}</dl>",
            "text/plain": "\n".join(f"{term}: {text}" for term, text in entries.items()),
        }
    )
