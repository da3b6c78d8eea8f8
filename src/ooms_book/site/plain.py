"""The look of pages that stand alone.

The page for an address that is not there can't know where the book's faces are, seen from that
address; it names them and makes do with others.
"""

from __future__ import annotations

__all__ = ["STYLE"]


STYLE = """
:root{color-scheme:light dark;--ink:#222832;--paper:#fff;--link:#00527f;--line:#8a94a0}
@media (prefers-color-scheme:dark){:root{--ink:#dfe5ea;--paper:#121212;--link:#7cc5ee}}
body{background:var(--paper);color:var(--ink);font:1.1rem/1.6 "Book Serif",Charter,Georgia,serif;
margin:0 auto;max-width:38rem;padding:12vh 1.2rem 3rem}
h1,form,ul{font-family:"Book Sans",Helvetica,Arial,sans-serif}h1{font-size:1.8rem;
line-height:1.25}a{color:var(--link)}ul{list-style:none;padding:0}li{margin:.4rem 0}
input,button{background:none;border:1px solid var(--line);border-radius:.25rem;color:inherit;
font:inherit;font-size:1rem;padding:.45rem .7rem}:focus-visible{outline:2px solid var(--link);
outline-offset:2px}
"""
