import pytest

from data.errors import InputError
from data.self_forecast import combine


def test_the_better_forecast_weighs_more():
    # squared errors 400 and 100: weights 0.2 and 0.8
    found = combine(100, 140, statistical_errors=[20, -20, 20, -20], own_errors=[10, -10, -10, 10])
    assert (found.status, found.weight, found.value, found.quarters) == ("ok", 0.8, 132.0, 4)


def test_a_forecast_that_was_always_right_stands_alone():
    assert combine(100, 140, statistical_errors=[1] * 4, own_errors=[0] * 4).value == 140.0


@pytest.mark.parametrize(
    ("ours", "theirs", "code"),
    [
        ([20] * 3, [10] * 3, "insufficient_record"),
        ([], [], "insufficient_record"),
        ([10] * 4, [10] * 4, "no_lower_error"),
        ([0] * 4, [0] * 4, "no_lower_error"),
    ],
)
def test_without_a_better_record_there_is_no_combination(ours, theirs, code):
    found = combine(100, 140, statistical_errors=ours, own_errors=theirs)
    assert (found.status, found.value, found.weight, found.reasons[0]["code"]) == (
        "refused",
        None,
        None,
        code,
    )


def test_errors_of_different_quarters_are_refused():
    with pytest.raises(InputError) as caught:
        combine(1, 1, statistical_errors=[1], own_errors=[])
    assert caught.value.code == "errors_unpaired"
