"""A ledger: claims with all that their formulas may speak of, checked as a whole.

Every id, relation, rounding, range and formula is looked at before a single claim is recomputed,
and a ledger with an unfit row is refused, naming file, row, column, value and mend.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from ooms.assumed import assumptions
from ooms.claimed.arithmetic import arithmetic
from ooms.claimed.formulas import Evaluator, Reader, digest_of, parse, split_end
from ooms.claimed.problems import EVALUATION_ERRORS, formula_problem, problems_of
from ooms.claimed.records import CANNOT, CLAIMS_FILE, ENDS, Check, Claim, Quantity, Span
from ooms.claimed.verdicts import verdict_on
from ooms.observed.data import Data
from ooms.observed.package import DataError
from ooms.text import did_you_mean

__all__ = ["Ledger"]

#: Checks of one claim that are kept, each with the digests of what it looked up.
_KEPT = 4


class Ledger:
    """Claims with all that their formulas may speak of.

    Building one checks every claim and formula, and refuses the whole if any is unfit.

    Parameters
    ----------
    claims : sequence of Claim
        In reading order.
    quantities : sequence of Quantity
        Published numbers.
    inputs : mapping of str to Span
        Assumptions by id.
    data : Data, optional
        Where formulas look things up; what the environment names unless given.
    compute : bool, default True
        Compute every formula at once, to be sure that each can be. Without it a formula is computed
        when its claim is checked, and only the tables that it needs are read.

    Raises
    ------
    DataError
        Listing every problem by file, row, column and value: a duplicate or malformed id, an
        unknown relation or rounding, ends out of order, a formula that does not parse, names
        something unknown, restates its claim, runs in a circle or cannot be computed.

    Examples
    --------
    >>> book = Ledger([
    ...     Claim("talk.rate", "talk2024", "talk", "p. 1", "Half an OOM a year", None, 0.5, None,
    ...           "OOM/year", "about", "1sf", note="The speaker's own estimate."),
    ...     Claim("talk.gain", "talk2024", "talk", "p. 2", "A hundredfold in four years",
    ...           None, 100, None, "x", "about", "1sf", "10 ** (talk.rate * 4)"),
    ... ])
    >>> result = book.check("talk.gain")
    >>> result.verdict, result.arithmetic
    ('reproduces', '10^(0.5 × 4) = 100; stated about 100 ×')
    """

    def __init__(
        self,
        claims: Iterable[Claim],
        quantities: Iterable[Quantity] = (),
        inputs: Mapping[str, Span] | None = None,
        *,
        data: Data | None = None,
        compute: bool = True,
    ) -> None:
        self.claims = tuple(claims)
        self.quantities = tuple(quantities)
        self.inputs: Mapping[str, Span] = dict(inputs or {})
        self.data = data or Data.current()
        self._known: dict[str, Span] = {
            **self.inputs,
            **{quantity.id: quantity.stated for quantity in self.quantities},
            **{claim.id: claim.stated for claim in self.claims},
        }
        self._by_id = {claim.id: claim for claim in self.claims}
        # What was looked up for a check, by digest, and the check: it holds for that content.
        self._checks: dict[Claim, list[tuple[dict[tuple[str, str | None], str], Check]]] = {}
        problems = problems_of(self.claims, self.quantities, self.inputs)
        if problems:
            raise DataError(problems)
        if compute:
            self.compute()

    @classmethod
    def of(cls, data: Data | None = None) -> Ledger:
        """The book's own ledger: of the claims, quantities and assumptions of some data.

        It is built once for each content these have had. Formulas are computed when a claim is
        checked, and only what they look up is read, so that who asks for one claim depends on the
        tables of that claim's formula and on no other.

        Examples
        --------
        >>> Ledger.of(Data.current()).check("essay.algorithms.four_year_gain").verdict
        'reproduces'
        """
        data = data or Data.current()
        state = (
            data.digest("claims"),
            data.digest("quantities"),
            data.read("assumptions.toml"),
        )
        return _built(state, _Unhashed(data)).over(data)

    def over(self, data: Data) -> Ledger:
        """The same claims over other data: what was looked up there before still holds."""
        other = object.__new__(Ledger)
        other.__dict__.update(self.__dict__, data=data)
        return other

    def compute(self) -> None:
        """Compute every formula, so that all problems are found together.

        Raises
        ------
        DataError
            Listing every formula that cannot be computed.
        """
        problems: list[str] = []
        for claim in self.claims:
            try:
                self.check(claim)
            except DataError as error:
                problems += error.problems
        if problems:
            raise DataError(problems)

    def __getitem__(self, name: str) -> Claim:
        if name not in self._by_id:
            raise DataError(
                [f"{CLAIMS_FILE}: there is no claim {name}{did_you_mean(name, self._by_id)}"]
            )
        return self._by_id[name]

    def check(self, claim: Claim | str) -> Check:
        """Recompute a claim of this ledger and compare.

        Parameters
        ----------
        claim : Claim or str
            A claim, or its id.

        Raises
        ------
        DataError
            If there is no such claim, or its formula cannot be computed.
        """
        if isinstance(claim, str):
            claim = self[claim]
        if not claim.formula:
            return Check(claim, None, None, None, CANNOT, "")
        kept = self._checks.setdefault(claim, [])
        for seen, check in kept:
            if all(digest_of(self.data, *key) == digest for key, digest in seen.items()):
                return check
        seen, check = self._recompute(claim)
        kept.append((seen, check))
        del kept[:-_KEPT]
        return check

    def rests_on(self, claim: Claim | str) -> set[str]:
        """Names of the tables and scenarios that a claim's formula looks something up in.

        Examples
        --------
        >>> Ledger.of().rests_on("essay.compute.gpt2_to_gpt3_revised")
        {'models'}
        """
        if isinstance(claim, str):
            claim = self[claim]
        self.check(claim)
        return {name for seen, _ in self._checks.get(claim, ())[-1:] for name, _ in seen}

    def _recompute(self, claim: Claim) -> tuple[dict[tuple[str, str | None], str], Check]:
        reader = Reader(self.data)
        evaluator = Evaluator(self._number, reader)
        try:
            tree = parse(claim.formula)
            found = _as_span(evaluator.eval("", previously_parsed=tree))
            verdict = verdict_on(claim, found)
            shown = arithmetic(claim, tree, found, self._number, evaluator)
        except EVALUATION_ERRORS as error:
            raise DataError([formula_problem(claim, error)]) from None
        return reader.seen, Check(claim, found.low, found.best, found.high, verdict, shown)

    def frame(self, claims: Iterable[Claim] | None = None) -> pd.DataFrame:
        """Every claim, or each of those given, with its verdict: one row a claim, in order."""
        rows = []
        for claim in self.claims if claims is None else claims:
            result = self.check(claim)
            rows.append(
                {
                    "id": claim.id,
                    "source": claim.source,
                    "section": claim.section,
                    "place": claim.place,
                    "paraphrase": claim.paraphrase,
                    "relation": claim.relation,
                    "low": claim.low,
                    "best": claim.best,
                    "high": claim.high,
                    "unit": claim.unit,
                    "rounding": claim.rounding,
                    "recomputed_low": result.low,
                    "recomputed_best": result.best,
                    "recomputed_high": result.high,
                    "verdict": result.verdict,
                    "arithmetic": result.arithmetic,
                    "formula": claim.formula,
                    "note": claim.note,
                    "reading_of": claim.claim_id,
                    "reading": claim.reading,
                    "later": claim.later,
                }
            )
        frame = pd.DataFrame(rows)
        numbers = [c for c in frame.columns if c.removeprefix("recomputed_") in ENDS]
        frame[numbers] = frame[numbers].astype("float64")
        return frame

    def _number(self, name: str) -> float:
        """The number that an id in a formula stands for."""
        known = self._known
        stem, end = split_end(name, known)
        if stem not in known:
            raise ValueError(
                f"names {name}, which is no claim, quantity or assumption"
                f"{did_you_mean(stem, known)}"
            )
        value = known[stem]
        if not end and value.best is None:
            raise ValueError(f"names {name}, which is a range: say {name}.low or {name}.high")
        number = getattr(value, end or "best")
        if number is None:
            raise ValueError(f"asks for {name}, but {stem} states no {end}")
        return float(number)


def _as_span(value: Any) -> Span:
    if not isinstance(value, Span):
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise ValueError(f"gives {value!r}, which is not a number")
        value = Span(None, float(value), None)
    if any(part is not None and not math.isfinite(part) for part in value):
        raise ValueError("gives a result that is not a finite number")
    return value


# ---- the book's own ------------------------------------------------------------------------------


class _Unhashed:
    """Data beside the state that a cache is keyed by: whatever has that state gives the same."""

    def __init__(self, data: Data) -> None:
        self.data = data

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Unhashed)

    def __hash__(self) -> int:
        return 0


@functools.lru_cache(maxsize=8)
def _built(state: tuple[str, str, bytes], at: _Unhashed) -> Ledger:
    data = at.data
    claims = [Claim(**row) for row in _rows(data.table("claims"))]
    quantities = []
    for row in _rows(data.table("quantities")):
        row.pop("row")
        date = row["date"]
        row["date"] = "" if pd.isna(date) else str(date)[:10]
        quantities.append(Quantity(**row))
    inputs = {
        name: Span(entry.estimate.low, entry.estimate.best, entry.estimate.high)
        for name, entry in assumptions.load(data).items()
    }
    return Ledger(claims, quantities, inputs, data=data, compute=False)


def _rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    rows = []
    for place, record in enumerate(frame.to_dict("records")):
        row: dict[str, Any] = {str(key): value for key, value in record.items()}
        for end in ENDS:
            row[end] = None if pd.isna(row[end]) else float(row[end])
        row["row"] = place + 2
        if "later" in row:
            row["later"] = row["later"] is True
        rows.append(row)
    return rows
