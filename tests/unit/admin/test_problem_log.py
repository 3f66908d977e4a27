"""What the log hears of problems that come and go."""

import logging

import pytest

from appliance.admin import verdict
from appliance.admin.watch import LOOKS_UNTIL_OVER, ProblemLog
from hardware.thermal import Heat
from tests.unit.admin.facts import WELL, facts

DOWN = verdict.problems(facts(calls_ready=False))
NONE = verdict.problems(WELL)


@pytest.fixture
def problem_log(caplog: pytest.LogCaptureFixture) -> ProblemLog:
    caplog.set_level(logging.INFO)
    return ProblemLog()


def test_a_problem_that_stays_is_told_once(problem_log: ProblemLog, caplog: pytest.LogCaptureFixture) -> None:
    for _ in range(100):
        problem_log.update(DOWN)

    assert caplog.messages == ["problem began: calls_down (serious)"]


def test_its_end_is_told_when_it_has_been_away_for_some_looks(
    problem_log: ProblemLog, caplog: pytest.LogCaptureFixture
) -> None:
    problem_log.update(DOWN)
    for _ in range(LOOKS_UNTIL_OVER - 1):
        problem_log.update(NONE)
    assert len(caplog.messages) == 1

    for _ in range(10):
        problem_log.update(NONE)

    assert caplog.messages[1:] == ["problem is over: calls_down"]


def test_what_flickers_is_one_problem(problem_log: ProblemLog, caplog: pytest.LogCaptureFixture) -> None:
    for _ in range(50):
        problem_log.update(DOWN)
        problem_log.update(NONE)

    assert caplog.messages == ["problem began: calls_down (serious)"]


def test_what_grows_worse_is_told_again(problem_log: ProblemLog, caplog: pytest.LogCaptureFixture) -> None:
    for celsius in (76.0, 81.0, 76.0, 81.0):
        problem_log.update(verdict.problems(facts(heat=Heat(celsius, 80.0))))

    assert caplog.messages == ["problem began: nearly_too_hot (warning)", "problem began: too_hot (serious)"]
