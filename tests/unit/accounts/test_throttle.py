"""How patience with wrong passwords is lost and found again."""

import pytest

from appliance.accounts import throttle
from appliance.accounts.throttle import LoginPaused, Throttle, network_of


class Clock:
    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def patience(clock: Clock) -> Throttle:
    return Throttle(clock)


def pause_of(patience: Throttle, name: str = "ada", network: str = "10.0.0.7") -> float:
    with pytest.raises(LoginPaused) as paused:
        patience.take(name, network)
    return paused.value.seconds


def test_the_first_five_tries_are_free_and_counted_down(patience: Throttle) -> None:
    assert [patience.take("ada", "10.0.0.7") for _ in range(5)] == [4, 3, 2, 1, 0]


def test_every_wrong_try_after_that_doubles_the_pause_up_to_a_quarter_of_an_hour(
    patience: Throttle, clock: Clock
) -> None:
    for _ in range(5):
        patience.take("ada", "10.0.0.7")

    pauses: list[float] = []
    for _ in range(8):
        pauses.append(pause_of(patience))
        clock.seconds += pauses[-1]
        assert patience.take("ada", "10.0.0.7") == 0

    assert pauses == [15, 30, 60, 120, 240, 480, 900, 900]


def test_a_try_during_the_pause_does_not_make_it_longer(patience: Throttle, clock: Clock) -> None:
    for _ in range(5):
        patience.take("ada", "10.0.0.7")

    clock.seconds += 10.5

    assert [pause_of(patience) for _ in range(3)] == [5, 5, 5]


def test_the_rest_of_the_family_behind_one_address_is_not_held_up(patience: Throttle) -> None:
    for _ in range(5):
        patience.take("ada", "10.0.0.7")

    assert patience.take("bo", "10.0.0.7") == 4
    assert patience.take("ada", "10.0.0.8") == 4


def test_the_right_password_resets_the_count(patience: Throttle) -> None:
    for _ in range(4):
        patience.take("ada", "10.0.0.7")

    patience.forget("ada", "10.0.0.7")

    assert patience.take("ada", "10.0.0.7") == 4


def test_an_hour_without_tries_resets_the_count(patience: Throttle, clock: Clock) -> None:
    for _ in range(5):
        patience.take("ada", "10.0.0.7")

    clock.seconds += 3601

    assert patience.take("ada", "10.0.0.7") == 4


def test_a_try_that_was_never_checked_is_given_back(patience: Throttle) -> None:
    for _ in range(5):
        patience.take("ada", "10.0.0.7")

    patience.give_back("ada", "10.0.0.7")
    assert patience.take("ada", "10.0.0.7") == 0

    patience.take("bo", "10.0.0.7")
    patience.give_back("bo", "10.0.0.7")
    patience.give_back("cy", "10.0.0.7")
    assert patience.take("bo", "10.0.0.7") == 4


def test_the_memory_is_bounded_and_the_longest_untouched_goes_first(
    patience: Throttle, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(throttle, "_MOST_REMEMBERED", 3)
    for name in ("ada", "bo", "cy", "ada", "di"):
        patience.take(name, "10.0.0.7")

    assert len(patience._tries) == 3
    assert patience.take("ada", "10.0.0.7") == 2
    assert patience.take("bo", "10.0.0.7") == 4


def test_names_that_are_too_long_for_anybody_share_their_beginning(patience: Throttle) -> None:
    patience.take("a" * 1000, "10.0.0.7")

    assert patience.take("a" * 999, "10.0.0.7") == 3
    patience.give_back("a" * 998, "10.0.0.7")
    patience.forget("a" * 998, "10.0.0.7")
    assert not patience._tries


@pytest.mark.parametrize(
    ("host", "network"),
    [
        ("192.168.1.20", "192.168.1.20"),
        ("::ffff:192.168.1.20", "192.168.1.20"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("fe80::1", "fe80::/64"),
        ("testclient", "testclient"),
        ("", ""),
    ],
)
def test_tries_are_counted_by_what_one_device_cannot_change(host: str, network: str) -> None:
    assert network_of(host) == network
