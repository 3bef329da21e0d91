from __future__ import annotations

import numpy as np
import pytest

from training.forecast.library import INTERMITTENT, LIBRARY, library_steps
from training.forecast.smoothing import Method

FLAT = np.ones(27)


@pytest.mark.parametrize("method", [*LIBRARY, *INTERMITTENT])
def test_every_method_forecasts_a_wandering_series_near_its_level(method: Method) -> None:
    known = np.random.default_rng(4).poisson(40, (1, 24)).astype(float)
    found = library_steps(known, method, horizon=3, factors=FLAT)
    assert found.shape == (1, 3)
    assert found.tolist()[0] == pytest.approx([40] * 3, rel=0.25)


def test_the_season_is_taken_off_and_put_back() -> None:
    factors = np.tile([1.0, 2.0, 3.0], 9)
    found = library_steps(50 * factors[None, :24], Method.ETS, horizon=3, factors=factors)
    assert found.tolist()[0] == pytest.approx([50, 100, 150])


def test_a_series_that_never_moves_needs_no_method() -> None:
    assert (
        library_steps(np.full((2, 24), 7.0), Method.THETA, horizon=3, factors=FLAT).tolist() == [[7] * 3] * 2
    )


def test_too_few_months_are_not_tried() -> None:
    assert np.isnan(library_steps(np.ones((2, 9)), Method.TSB, horizon=3, factors=np.ones(12))).all()


def test_a_method_that_fails_says_nothing_and_is_not_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    class Failing:
        def forecast(self, *, y: np.ndarray[tuple[int], np.dtype[np.float64]], h: int) -> dict[str, object]:
            if y[0] > 50:
                raise NotImplementedError("tiny datasets")
            return {"mean": np.full(h, np.inf if y[0] > 20 else 1.0)}

    monkeypatch.setattr("training.forecast.library._model", lambda method: Failing())
    known = np.array([[10.0], [30.0], [60.0]]) + np.arange(24) % 2
    found = library_steps(known, Method.ETS, horizon=3, factors=FLAT)
    assert found[0].tolist() == [1, 1, 1]
    assert np.isnan(found[1:]).all()
