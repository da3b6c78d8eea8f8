"""Formulas."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest

from ooms_book import faces
from ooms_book.pages import formulas
from ooms_book.pages.formulas import FormulaError


@pytest.mark.parametrize(
    "latex",
    [
        r"\frac{a}{b}",
        r"10^{25}",
        r"\begin{aligned} a &= b \\ c &= d \end{aligned}",
        r"\begin{align*} a &= b \\ c &= d \end{align*}",
        r"\begin{gather} a \\ b \end{gather}",
        r"\begin{equation} a = \{b\} \end{equation}",
        r"a < b",
    ],
)
def test_formulas_become_well_formed_mathml(latex: str) -> None:
    root = ET.fromstring(formulas.mathml(latex, display=True))
    assert root.tag == "{http://www.w3.org/1998/Math/MathML}math"
    assert root.attrib["display"] == "block"


def test_lines_of_a_formula_are_aligned() -> None:
    text = formulas.mathml(r"a &= b \\ c &= d", display=True)
    assert text.count("<mtr>") == 2


def test_words_stand_under_and_over_a_brace_not_beside_it() -> None:
    text = formulas.mathml(r"\underbrace{a+b}_{\text{two}} + \overbrace{c}^{\text{one}} + d_1")
    under = text[: text.index("two")]
    assert under.count("<munder") == 2
    assert "<msub" not in under
    over = text[text.index("two") : text.index("one")]
    assert over.count("<mover") == 2
    assert "<msup" not in over
    assert text.count("<msub") == 1
    assert text.startswith('<math xmlns="http://www.w3.org/1998/Math/MathML"><munder>')
    # A drawing that the same process writes is named as ever.
    assert faces.outlined('<svg xmlns="http://www.w3.org/2000/svg"/>').startswith("<svg xmlns=")


@pytest.mark.parametrize(
    "latex",
    [r"\nosuch{x}", r"\frac{1}", r"\begin{matrix} a", r"a & b", r"{x", r"x}", r"\begin{nosuch}x"],
)
def test_broken_formulas_are_refused(latex: str) -> None:
    with pytest.raises(FormulaError):
        formulas.mathml(latex)
