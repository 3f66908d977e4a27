"""How patience with wrong passwords is lost and found again."""

from collections.abc import Sequence
from ipaddress import IPv6Network

import pytest

from appliance.accounts import throttle
from appliance.accounts.throttle import LoginPaused, Source, Throttle, sources_of

HERE, THERE = (Source("10.0.0.7"),), (Source("10.0.0.8"),)


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


def pause_of(patience: Throttle, name: str = "ada", sources: Sequence[Source] = HERE) -> float:
    with pytest.raises(LoginPaused) as paused:
        patience.take(name, sources)
    return paused.value.seconds


def test_the_first_five_tries_are_free_and_counted_down(patience: Throttle) -> None:
    assert [patience.take("ada", HERE) for _ in range(5)] == [4, 3, 2, 1, 0]


def test_every_wrong_try_after_that_doubles_the_pause_up_to_a_quarter_of_an_hour(
    patience: Throttle, clock: Clock
) -> None:
    for _ in range(5):
        patience.take("ada", HERE)

    pauses: list[float] = []
    for _ in range(8):
        pauses.append(pause_of(patience))
        clock.seconds += pauses[-1]
        assert patience.take("ada", HERE) == 0

    assert pauses == [15, 30, 60, 120, 240, 480, 900, 900]


def test_a_try_during_the_pause_does_not_make_it_longer(patience: Throttle, clock: Clock) -> None:
    for _ in range(5):
        patience.take("ada", HERE)

    clock.seconds += 10.5

    assert [pause_of(patience) for _ in range(3)] == [5, 5, 5]


def test_the_rest_of_the_family_behind_one_address_is_not_held_up(patience: Throttle) -> None:
    for _ in range(5):
        patience.take("ada", HERE)

    assert patience.take("bo", HERE) == 4
    assert patience.take("ada", THERE) == 4


def test_the_right_password_resets_the_count(patience: Throttle) -> None:
    for _ in range(4):
        patience.take("ada", HERE)

    patience.forget("ada", HERE)

    assert patience.take("ada", HERE) == 4


def test_an_hour_without_tries_resets_the_count(patience: Throttle, clock: Clock) -> None:
    for _ in range(5):
        patience.take("ada", HERE)

    clock.seconds += 3601

    assert patience.take("ada", HERE) == 4


def test_a_try_that_was_never_checked_is_given_back(patience: Throttle) -> None:
    for _ in range(5):
        patience.take("ada", HERE)

    patience.give_back("ada", HERE)
    assert patience.take("ada", HERE) == 0

    patience.take("bo", HERE)
    patience.give_back("bo", HERE)
    patience.give_back("cy", HERE)
    assert patience.take("bo", HERE) == 4


def test_the_memory_is_bounded_and_the_longest_untouched_goes_first(
    patience: Throttle, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(throttle, "_MOST_REMEMBERED", 3)
    for name in ("ada", "bo", "cy", "ada", "di"):
        patience.take(name, HERE)

    assert len(patience._tries) == 3
    assert patience.take("ada", HERE) == 2
    assert patience.take("bo", HERE) == 4


def test_names_that_are_too_long_for_anybody_share_their_beginning(patience: Throttle) -> None:
    patience.take("a" * 1000, HERE)

    assert patience.take("a" * 999, HERE) == 3
    patience.give_back("a" * 998, HERE)
    patience.forget("a" * 998, HERE)
    assert not patience._tries


@pytest.mark.parametrize(
    ("host", "keys"),
    [
        ("192.168.1.20", ["192.168.1.20"]),
        ("::ffff:192.168.1.20", ["192.168.1.20"]),
        ("2001:db8:1:2:3:4:5:6", ["2001:db8:1:2::/64"]),
        ("2001:db8:7:7:3:4:5:6", ["2001:db8:7:7:3:4:5:6", "2001:db8:7:7::/64"]),
        ("fd00::7", ["fd00::7", "fd00::/64"]),
        ("fe80::1", ["fe80::1", "fe80::/64"]),
        ("testclient", ["testclient"]),
        ("", [""]),
    ],
)
def test_tries_are_counted_by_what_one_device_cannot_change(host: str, keys: list[str]) -> None:
    assert [source.key for source in sources_of(host, {IPv6Network("2001:db8:7:7::/64")})] == keys


@pytest.mark.parametrize("prefix", ["fe80::", "fd12:3456:789a:1::", "2001:db8:7:7::"])
def test_one_device_at_home_holds_up_nobody_else_there(patience: Throttle, prefix: str) -> None:
    own = {IPv6Network("2001:db8:7:7::/64")}
    for _ in range(5):
        patience.take("ada", sources_of(f"{prefix}bad", own))

    assert pause_of(patience, "ada", sources_of(f"{prefix}bad", own)) == 15
    assert patience.take("ada", sources_of(f"{prefix}ada", own)) == 4


def test_a_device_that_takes_another_address_for_each_try_gains_a_hundred_tries_a_day_at_most(
    patience: Throttle, clock: Clock
) -> None:
    tried = 0
    for number in range(100_000):
        try:
            patience.take("ada", sources_of(f"fe80::{number:x}"))
        except LoginPaused as paused:
            clock.seconds += paused.seconds
        else:
            tried += 1
        if clock.seconds > 1000 + 24 * 3600:
            break

    assert tried < 40 + 110


def test_a_known_device_has_a_count_of_its_own(patience: Throttle) -> None:
    for _ in range(5):
        patience.take("ada", HERE)

    assert patience.take("ada", [Source("device 7")]) == 4
    assert pause_of(patience) == 15
