"""The estimates of usability tests, against published figures."""

from __future__ import annotations

import pytest
from handrail_guides.usability.statistics import mean_score, success_rate, sus_score, t_quantile, task_time

# Student's table, two-sided 95 %.
STUDENT = [(1, 12.7062), (2, 4.3027), (4, 2.7764), (9, 2.2622), (29, 2.0452), (120, 1.9799)]


@pytest.mark.parametrize(("df", "t"), STUDENT)
def test_students_t_is_that_of_the_printed_table(df: int, t: float) -> None:
    assert t_quantile(0.975, df) == pytest.approx(t, abs=1e-4)


# Sauro & Lewis (2005): 9 of 10 users succeed, adjusted Wald 95 %: 57.4 % to 100 %.
def test_nine_of_ten_successes_have_the_published_interval() -> None:
    rate = success_rate(9, 10)
    assert (rate.value, rate.low, rate.high) == (0.9, pytest.approx(0.574, abs=0.002), 1.0)


def test_no_success_and_no_user_are_said_as_what_they_are() -> None:
    assert success_rate(0, 5).low == 0.0
    assert success_rate(0, 0).value is None


def test_times_are_told_by_their_geometric_mean() -> None:
    time = task_time([1.0, 10.0, 100.0])
    assert time.value == pytest.approx(10.0)
    assert time.low is not None
    assert time.high is not None
    assert time.low * time.high == pytest.approx(100.0)


def test_one_observation_has_no_interval() -> None:
    assert (task_time([4.0]).value, task_time([4.0]).low) == (pytest.approx(4.0), None)


# Brooke (1996): odd items count answer - 1, even items 5 - answer, times 2.5.
@pytest.mark.parametrize(
    ("answers", "score"),
    [([5, 1] * 5, 100.0), ([1, 5] * 5, 0.0), ([3] * 10, 50.0), ([4, 1, 4, 1, 5, 1, 2, 1, 3, 2], 80.0)],
)
def test_sus_is_scored_as_its_author_says(answers: list[int], score: float) -> None:
    assert sus_score(answers) == score


def test_sus_refuses_answers_that_are_not_on_its_scale() -> None:
    with pytest.raises(ValueError, match="ten answers"):
        sus_score([6] * 10)


def test_a_mean_score_stays_on_its_scale() -> None:
    seq = mean_score([7, 7, 6], 1, 7)
    assert seq.high == 7
