"""Rates of change in their several units."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ooms import units

rates = st.floats(0.001, 20)


def test_the_published_pairs_agree() -> None:
    # Hernandez & Brown: 16 months per doubling, which Amodei prints as 1.68x a year.
    assert units.factor_per_year(units.ooms_per_year_from_doubling_months(16)) == pytest.approx(
        1.68, abs=0.005
    )
    # Ho et al.: 8 months halving is 2.83x a year.
    assert units.factor_per_year(units.ooms_per_year_from_halving_months(8)) == pytest.approx(
        2.8284, abs=1e-4
    )
    # 44x in seven years doubles every 15.4 months.
    assert units.doubling_months(units.ooms_per_year_from_total(44, 7)) == pytest.approx(
        15.38, abs=0.01
    )
    # Half an OOM a year for four years is a factor of a hundred.
    assert units.factor(4 * units.ooms_per_year(10**0.5)) == pytest.approx(100)


@given(rates)
def test_every_unit_returns_to_the_rate(rate: float) -> None:
    assert units.ooms_per_year_from_halving_months(units.halving_months(rate)) == pytest.approx(
        rate
    )
    assert units.ooms_per_year(units.factor_per_year(rate)) == pytest.approx(rate)
    assert units.ooms(units.factor(rate)) == pytest.approx(rate)


def test_arrays_keep_their_shape_and_numbers_stay_numbers() -> None:
    assert isinstance(units.ooms(100), float)
    assert units.ooms(np.array([[1.0, 10.0], [100.0, 1000.0]])).tolist() == [[0, 1], [2, 3]]


def test_a_shrinking_quantity_has_a_negative_doubling_time() -> None:
    assert units.doubling_months(-0.5) == -units.doubling_months(0.5)
    assert np.isinf(units.doubling_months(0.0))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: units.ooms(-3), "factor: -3 is not a finite number above zero"),
        (lambda: units.ooms([1.0, 0.0]), "factor: 0 at index 1 is not a finite number above zero"),
        (lambda: units.factor(np.inf), "ooms: inf is not a finite number"),
        (lambda: units.ooms_per_year_from_halving_months(0), "halving_months: 0 is not"),
        (lambda: units.ooms_per_year_from_total(44, -7), "years: -7 is not"),
        (lambda: units.ooms("many"), "factor: 'many' is not a number"),
        (lambda: units.decimal_year("spring"), "decimal_year: not a date"),
        (lambda: units.decimal_year(["2024-01-01", None]), "decimal_year: no date at index 1"),
    ],
)
def test_nonsense_is_refused_by_name(call, message: str) -> None:
    with pytest.raises(ValueError, match=message.replace("(", r"\(")):
        call()


def test_decimal_years_know_leap_years() -> None:
    assert units.decimal_year("2023-12-31") == pytest.approx(2023 + 364 / 365)
    assert units.decimal_year("2024-12-31") == pytest.approx(2024 + 365 / 366)
    assert units.years_between("2023-03-14", "2024-03-14") == pytest.approx(1 + 73 / 366 - 72 / 365)


def test_decimal_year_reads_what_tables_hold() -> None:
    series = pd.Series(pd.to_datetime(["2019-02-14", "2020-05-28"]))
    assert units.decimal_year(series) == pytest.approx(
        units.decimal_year(["2019-02-14", "2020-05-28"])
    )
    assert units.decimal_year(pd.Series([2012, 2019])).tolist() == [2012.0, 2019.0]
    assert units.decimal_year(pd.Timestamp("2024-01-01")) == 2024.0
    assert units.decimal_year([]).shape == (0,)


@given(st.datetimes(pd.Timestamp("1950-01-01"), pd.Timestamp("2100-01-01")))
def test_decimal_year_returns_to_the_second(when) -> None:
    back = units.from_decimal_year(units.decimal_year(pd.Timestamp(when)))
    assert abs((back - pd.Timestamp(when)).total_seconds()) <= 1
