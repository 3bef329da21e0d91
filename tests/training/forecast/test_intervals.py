from __future__ import annotations

import numpy as np
import pytest

from training.forecast.intervals import (
    Residuals,
    bands_at,
    conformal_quantiles,
    error_units,
    interval_bands,
    residuals_of,
)
from training.forecast.market import FIRST_ORIGIN

ALTERNATING = np.tile([1.0, -1.0], 4)
LARGE = 6  # class of 100 to 500 heads a month


def residuals(sizes: list[float], *, n_origins: int = 8, horizon: int = 1) -> Residuals:
    """Series that miss by their size, above and below in turn; one-month and summed errors alike."""
    signs = np.resize(ALTERNATING, n_origins)
    errors = np.array(sizes)[:, None] * signs
    return Residuals(
        horizon,
        np.arange(FIRST_ORIGIN, FIRST_ORIGIN + n_origins),
        np.repeat(errors[:, :, None], horizon + 1, axis=2),
        np.full((len(sizes), n_origins), LARGE),
    )


def classes(count: int, value: int = LARGE) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    return np.full(count, value, dtype=np.int64)


def test_quantiles_of_39_scores_of_many_origins_are_known() -> None:
    # (39 + 1)·p is 1, 4, 36 and 39; 10,000 origins need hardly any allowance.
    shuffled = np.random.default_rng(0).permutation(np.arange(1.0, 40.0))
    assert conformal_quantiles(shuffled, 10_000_000_000).tolist() == [1.0, 4.0, 36.0, 39.0]


def test_quantiles_are_rounded_outwards_and_stay_within_the_scores() -> None:
    # (9 + 1)·p is 0.25, 1, 9 and 9.75.
    assert conformal_quantiles(np.arange(1.0, 10.0), 10_000_000_000).tolist() == [1.0, 1.0, 9.0, 9.0]
    # (14 + 1)·p is 0.375, 1.5, 13.5 and 14.6.
    assert conformal_quantiles(np.arange(1.0, 15.0), 10_000_000_000).tolist() == [1.0, 1.0, 14.0, 14.0]


def test_few_origins_are_allowed_for() -> None:
    # Of 8 origins 80 % means 0.8·(1 + 1/16) = 85 %: (99 + 1)·0.075 = 7.5 and its mirror. 95 % means
    # 0.95·(1 + 1/16) > 1, which takes every score.
    assert conformal_quantiles(np.arange(1.0, 100.0), 8).tolist() == [1.0, 7.0, 93.0, 99.0]


def test_no_scores_have_no_quantiles() -> None:
    assert np.isnan(conformal_quantiles(np.array([]), 9)).all()


def test_series_that_always_miss_by_ten_get_an_interval_of_ten() -> None:
    bands = interval_bands(residuals([10.0] * 25), classes(25), known_months=21)
    assert bands.calibrated.all()
    assert (bands.n_origins[0], bands.n_residuals[0], bands.labels[0]) == (8, 200, "0+")
    assert bands.offsets[7, 1].tolist() == pytest.approx([-10, -10, 10, 10])


def test_a_series_own_record_widens_its_interval() -> None:
    # 24 series miss by 10 and one by 20: the class mean is 10.4. After 8 errors of its own a series has the
    # scale 10.4·(8·own/10.4 + 5)/(8 + 5): (160 + 52)/13 for the one and (80 + 52)/13 for the others.
    bands = interval_bands(residuals([20.0] + [10.0] * 24), classes(25), known_months=21)
    assert bands.offsets[0, 0, 2] / bands.offsets[1, 0, 2] == pytest.approx(212 / 132)


def test_a_score_uses_only_errors_known_at_its_origin() -> None:
    # Every series misses by 1 seven times and then by 9: the class mean is 2, the ratios 1/2 and 9/2. With
    # three months ahead five errors are known at the last origin: its scale is 2·(5/2 + 5)/(5 + 5) = 1.5
    # and its score 6. One error in eight scores 6, so it is the upper quantile; the present scale, with
    # all eight errors known, is 2·(8 + 5)/(8 + 5) = 2.
    late = residuals([1.0] * 25, horizon=3)
    late.errors[:] = 1.0
    late.errors[:, 7] = 9.0
    bands = interval_bands(late, classes(25), known_months=23)
    assert bands.offsets[0, 0, 2:].tolist() == pytest.approx([12, 12])


def test_an_origin_counts_only_when_its_whole_horizon_was_observed() -> None:
    many = residuals([10.0] * 40, n_origins=10, horizon=3)
    # Origins 13 to 22; with 20 months known those up to 17 have been observed.
    bands = interval_bands(many, classes(40), known_months=20)
    assert bands.n_origins[0] == 5
    assert not bands.calibrated.any()
    assert np.isnan(bands.offsets).all()
    assert interval_bands(many, classes(40), known_months=25).calibrated.all()


def test_too_few_residuals_give_no_interval() -> None:
    bands = interval_bands(residuals([10.0] * 24), classes(24), known_months=21)
    assert bands.n_residuals[0] == 192
    assert np.isnan(bands.offsets).all()


def test_a_series_without_history_gets_no_interval() -> None:
    now = classes(26)
    now[3] = -1
    bands = interval_bands(residuals([10.0] * 26), now, known_months=21)
    assert np.isnan(bands.offsets[3]).all()
    assert not np.isnan(bands.offsets[4]).any()


def test_errors_without_history_are_not_pooled() -> None:
    wild = residuals([10.0] * 25 + [9999.0])
    wild.classes[25] = -1
    bands = interval_bands(wild, classes(26), known_months=21)
    assert bands.n_residuals[0] == 200
    assert bands.offsets[0, 0].tolist() == pytest.approx([-10, -10, 10, 10])


def test_each_volume_class_has_its_own_quantiles() -> None:
    two = residuals([1.0] * 25 + [100.0] * 25)
    two.classes[:25] = 2
    now = np.concatenate([classes(25, 2), classes(25)])
    bands = interval_bands(two, now, known_months=21)
    assert bands.labels[0] != bands.labels[30]
    assert bands.offsets[0, 0, 2] == pytest.approx(1)
    assert bands.offsets[30, 0, 2] == pytest.approx(100)


def test_series_that_never_miss_get_an_interval_of_no_width() -> None:
    bands = interval_bands(residuals([0.0] * 25), classes(25), known_months=21)
    assert (bands.offsets == 0).all()


def test_without_origins_nothing_is_calibrated() -> None:
    none = residuals_of(np.ones((3, 14)), np.ones((3, 0, 3)), np.array([], dtype=np.int64))
    assert none.errors.shape == (3, 0, 4)
    assert not interval_bands(none, classes(3), known_months=14).calibrated.any()


def test_residuals_are_what_came_less_what_was_forecast() -> None:
    # From origin 13 on the series of 10 rises to 12 and 15; the forecast said 11 both times.
    matrix = np.full((2, 15), 10.0)
    matrix[0, 13:] = 12, 15
    matrix[1, :10] = 0  # 3 months of its own are too few to be forecast
    found = residuals_of(matrix, np.full((2, 1, 2), 11.0), np.array([13]))
    assert found.horizon == 2
    assert found.errors.tolist() == [[[1.0, 4.0, 5.0]], [[-1.0, -1.0, -2.0]]]
    assert found.classes.tolist() == [[3], [-1]]


def test_volumes_let_expect_errors_between_chance_and_market() -> None:
    # √(100 + 10²), √(10000 + 1000²) and, below one head a year, that of one.
    assert error_units(np.array([100.0, 10_000.0, 0.0])).tolist() == pytest.approx(
        [200**0.5, 1_010_000**0.5, (1 / 12 + (1 / 120) ** 2) ** 0.5]
    )


def test_series_of_one_class_share_their_record_in_proportion_to_their_volume() -> None:
    # Errors of 10 units each: ten heads of the small series, a thousand of the large one.
    sizes = [10.0] * 24 + [1000.0]
    units = np.array([1.0] * 24 + [100.0])
    known = residuals(sizes)
    scaled = Residuals(known.horizon, known.origins, known.errors, known.classes, np.tile(units[:, None], 8))
    bands = interval_bands(scaled, classes(25), known_months=21, units=units)
    assert bands.offsets[0, 1].tolist() == pytest.approx([-10, -10, 10, 10])
    assert bands.offsets[24, 1].tolist() == pytest.approx([-1000, -1000, 1000, 1000])


def test_the_bands_of_a_past_origin_use_what_was_known_then() -> None:
    many = residuals([10.0] * 25, n_origins=12)
    assert bands_at(many, 8).offsets[:, 1] == pytest.approx(np.tile([-10, -10, 10, 10], (25, 1)))
    assert not bands_at(many, 7).calibrated.any()
    units = np.full((25, 12), 2.0)
    scaled = Residuals(many.horizon, many.origins, many.errors, many.classes, units)
    assert bands_at(scaled, 8).offsets == pytest.approx(bands_at(many, 8).offsets, nan_ok=True)
