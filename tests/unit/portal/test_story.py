"""How setup goes, step by step."""

import pytest

from appliance.portal.commands import (
    Close,
    CloseAp,
    Forget,
    Join,
    Keep,
    OpenAp,
    Rejoin,
    Reopen,
    Scan,
    SetCountry,
)
from appliance.portal.deadlines import (
    FIRST_SHARE,
    HANDOVER_ALONE_SECONDS,
    HANDOVER_SECONDS,
    JOIN_ALONE_SECONDS,
    LEASE_SECONDS,
    LEAST_TRY_SECONDS,
    LEAVE_SECONDS,
    LINGER_ALONE_SECONDS,
    LINGER_SECONDS,
    OPEN_AGAIN_SECONDS,
    OPEN_SECONDS,
    SAVED_SECONDS,
    SCAN_SECONDS,
)
from appliance.portal.model import Circumstances, Failure, Method, Security
from appliance.portal.story import Question, Stage, Story
from tests.unit.portal.stories import MAPLE, asking, joining, wish


def test_it_looks_round_before_the_setup_network_opens() -> None:
    story = Story()

    first = story.start(Circumstances(has_admin=False), 0)
    then = story.scanned([MAPLE], 3)

    assert (first, then) == ([Scan()], [OpenAp()])
    assert story.networks == [MAPLE]


def test_a_look_round_that_never_ends_keeps_nobody_waiting() -> None:
    story = Story()
    story.start(Circumstances(has_admin=False), 0)

    assert story.tick(SCAN_SECONDS - 1) == []
    assert story.tick(SCAN_SECONDS) == [OpenAp()]


def test_the_questions_come_in_order_and_the_join_after_the_last() -> None:
    story = asking()
    asked = [story.question()]
    for answer in (
        lambda: story.choose_country("PT"),
        lambda: story.choose_network(wish(), 5),
        lambda: story.name_household("Maple Street"),
    ):
        answer()
        asked.append(story.question())

    story.admin_made(7)

    assert asked == [Question.TONGUE, Question.NETWORK, Question.HOUSEHOLD, Question.ADMIN]
    assert (story.stage, story.question()) == (Stage.LEAVING, None)


def test_one_radio_leaves_only_after_the_phone_has_its_page() -> None:
    story = asking(has_admin=True)
    story.choose_country("PT")

    assert story.choose_network(wish(), 5) == []
    assert story.tick(5 + LEAVE_SECONDS - 0.1) == []
    assert story.tick(5 + LEAVE_SECONDS) == [CloseAp(), Join(wish(), Method.PSK)]


def test_with_a_second_radio_the_setup_network_stays_open() -> None:
    story = asking(shares=True, has_admin=True)
    story.choose_country("PT")

    assert story.choose_network(wish(), 5) == [Join(wish(), Method.PSK)]
    assert story.failed(Failure.REFUSED, 9) == [Forget()]
    assert (story.stage, story.ap_open, story.failure) == (Stage.ASKING, True, Failure.REFUSED)


@pytest.mark.parametrize("failure", list(Failure))
def test_a_failure_brings_the_network_back_with_the_reason_and_no_profile(failure: Failure) -> None:
    story = joining()
    long = 10 + JOIN_ALONE_SECONDS - LEAST_TRY_SECONDS + 0.1

    commands = story.failed(failure, long)
    story.opened(long + 2)

    assert commands == [Forget(), OpenAp()]
    assert (story.stage, story.failure, story.question()) == (Stage.ASKING, failure, Question.NETWORK)


@pytest.mark.parametrize("locked", [Security.PSK, Security.UNKNOWN])
def test_a_wrong_password_is_believed_the_second_time(locked: Security) -> None:
    story = joining(locked)

    again = story.failed(Failure.WRONG_PASSWORD, 16)
    end = story.failed(Failure.WRONG_PASSWORD, 22)

    assert again == [Forget(), Join(wish(locked), Method.PSK)]
    assert end == [Forget(), OpenAp()]
    assert story.failure is Failure.WRONG_PASSWORD


def test_a_password_that_was_lost_on_the_way_is_taken_the_second_time() -> None:
    story = joining()
    story.failed(Failure.WRONG_PASSWORD, 16)

    assert story.joined("192.168.1.42", 21) == [Keep(), OpenAp()]
    assert story.failure is None


def test_a_second_time_that_hangs_ends_with_the_reason_of_the_first() -> None:
    story = joining()
    story.failed(Failure.WRONG_PASSWORD, 16)

    assert story.tick(10 + JOIN_ALONE_SECONDS) == [Forget(), OpenAp()]
    assert story.failure is Failure.WRONG_PASSWORD


def test_silence_brings_it_back_within_thirty_seconds() -> None:
    story = joining()

    assert story.tick(10 + JOIN_ALONE_SECONDS - 0.1) == []
    assert story.tick(10 + JOIN_ALONE_SECONDS) == [Forget(), OpenAp()]
    assert JOIN_ALONE_SECONDS < 30
    assert story.failure is Failure.TOO_SLOW


def test_a_network_that_has_let_the_box_in_gets_time_for_an_address() -> None:
    story = joining()
    story.let_in(10 + JOIN_ALONE_SECONDS - 1)

    assert story.tick(10 + JOIN_ALONE_SECONDS) == []
    assert story.joined("192.168.1.42", 10 + JOIN_ALONE_SECONDS + 5) == [Keep(), OpenAp()]


def test_a_network_that_lets_the_box_in_and_gives_no_address_is_named_for_that() -> None:
    story = joining()
    story.let_in(15)

    assert story.tick(15 + LEASE_SECONDS) == [Forget(), OpenAp()]
    assert story.failure is Failure.NO_ADDRESS


def test_a_setup_network_that_does_not_open_is_tried_again() -> None:
    story = joining()
    story.failed(Failure.NOT_FOUND, 14)

    assert story.ap_lost(15) == []
    assert story.tick(15 + OPEN_AGAIN_SECONDS) == [OpenAp()]
    assert story.tick(15 + OPEN_AGAIN_SECONDS + OPEN_SECONDS) == [OpenAp()]


@pytest.mark.parametrize("vague", [Failure.NOT_FOUND, Failure.REFUSED, Failure.TOO_SLOW])
def test_a_wpa3_network_that_vanishes_after_it_was_seen_may_be_a_wrong_password(vague: Failure) -> None:
    story = joining(Security.SAE)

    story.failed(vague, 14)

    assert story.failure is Failure.MAYBE_PASSWORD


def test_a_mixed_network_is_tried_with_wpa2_too() -> None:
    story = joining(Security.MIXED)

    retry = story.failed(Failure.NOT_FOUND, 14)
    end = story.failed(Failure.WRONG_PASSWORD, 18)

    assert retry == [Forget(), Join(wish(Security.MIXED), Method.PSK)]
    assert end == [Forget(), OpenAp()]
    assert story.failure is Failure.WRONG_PASSWORD


def test_a_mixed_network_that_hangs_leaves_time_for_the_second_way() -> None:
    story = joining(Security.MIXED)

    assert story.tick(10 + JOIN_ALONE_SECONDS * FIRST_SHARE) == [
        Forget(),
        Join(wish(Security.MIXED), Method.PSK),
    ]
    assert story.tick(10 + JOIN_ALONE_SECONDS) == [Forget(), OpenAp()]


@pytest.mark.parametrize("final", [Failure.NO_ADDRESS, Failure.NO_INTERNET])
def test_a_network_that_took_the_password_is_not_tried_another_way(final: Failure) -> None:
    assert joining(Security.MIXED).failed(final, 14) == [Forget(), OpenAp()]


@pytest.mark.parametrize(
    ("given", "first"), [("", Method.OPEN), ("seven-apples-42", Method.PSK)]
)  # fmt: skip
def test_a_hidden_network_is_tried_as_its_password_suggests(given: str, first: Method) -> None:
    story = asking(shares=True, has_admin=True)
    story.choose_country("PT")

    hidden = wish(Security.UNKNOWN, given, hidden=True)

    assert story.choose_network(hidden, 5) == [Join(hidden, first)]


def test_one_radio_shows_the_address_on_the_setup_network_and_then_goes_home() -> None:
    story = joining()

    joined = story.joined("192.168.1.42", 15)
    story.opened(18)
    stage, wished = story.stage, story.wish
    finished = story.finish(40)
    early = story.tick(18 + LINGER_SECONDS - 1)
    home = story.tick(18 + LINGER_SECONDS)
    story.joined("192.168.1.42", 110)

    assert joined == [Keep(), OpenAp()]
    assert (stage, story.address, wished) == (Stage.HANDOVER, "192.168.1.42", None)
    assert (finished, early, home) == ([Close()], [], [CloseAp(), Rejoin()])
    assert story.stage is Stage.RESTING


def test_whoever_read_long_with_one_radio_waits_only_until_the_phone_has_its_answer() -> None:
    story = joining()
    story.joined("192.168.1.42", 15)
    story.opened(18)
    story.finish(140)

    assert story.tick(140 + LINGER_ALONE_SECONDS - 1) == []
    assert story.tick(140 + LINGER_ALONE_SECONDS) == [CloseAp(), Rejoin()]


def test_a_home_that_is_gone_when_the_box_returns_opens_setup_again() -> None:
    story = joining()
    story.joined("192.168.1.42", 15)
    story.opened(18)
    story.finish(40)
    story.tick(100)

    assert story.failed(Failure.NOT_FOUND, 110) == [Reopen(), Forget(), Scan()]
    story.scanned([], 112)
    story.opened(115)
    assert (story.question(), story.failure) == (Question.NETWORK, Failure.NOT_FOUND)
    assert story.networks == [MAPLE]


def test_probes_are_told_that_all_is_well_only_after_the_finish() -> None:
    story = joining(shares=True)
    before = story.over
    story.joined("192.168.1.42", 15)
    shown = story.over
    story.finish(20)

    assert (before, shown, story.over) == (False, False, True)


def test_a_setup_network_that_was_lost_while_joining_comes_back_to_show_the_address() -> None:
    story = joining(shares=True)
    story.ap_lost(12)

    joined = story.joined("192.168.1.42", 15)
    story.opened(18)

    assert joined == [Keep(), OpenAp()]
    assert (story.stage, story.address, story.ap_open) == (Stage.HANDOVER, "192.168.1.42", True)


def test_a_handover_that_nobody_finishes_ends_by_itself() -> None:
    story = joining(shares=True)
    story.joined("192.168.1.42", 15)

    assert story.tick(15 + HANDOVER_SECONDS) == [Close()]
    assert story.stage is Stage.LINGERING


def test_with_one_radio_the_box_goes_home_soon_after_whoever_left_without_a_word() -> None:
    story = joining()
    story.joined("192.168.1.42", 15)
    story.opened(18)

    assert story.tick(18 + HANDOVER_ALONE_SECONDS) == [Close()]
    assert HANDOVER_ALONE_SECONDS < HANDOVER_SECONDS


def test_with_a_cable_no_network_is_asked_for_and_none_opened() -> None:
    story = Story()

    commands = story.start(Circumstances(has_admin=False, address="192.168.1.7"), 0)
    story.choose_country("PT")
    asked = story.question()
    story.name_household("Maple Street")
    story.admin_made(9)

    assert (commands, asked) == ([], Question.HOUSEHOLD)
    assert (story.stage, story.address) == (Stage.HANDOVER, "192.168.1.7")
    assert story.finish(20) == [Close()]
    assert story.stage is Stage.RESTING


def test_a_cable_that_is_pulled_before_the_end_opens_the_setup_network() -> None:
    story = Story()
    story.start(Circumstances(has_admin=False, address="192.168.1.7"), 0)

    assert story.online(None, 5) == [Scan()]


def test_a_remembered_network_gets_a_moment_to_come_back() -> None:
    story = Story()

    assert story.start(Circumstances(has_admin=False, saved=True), 0) == []
    assert story.tick(SAVED_SECONDS) == [Scan()]

    other = Story()
    other.start(Circumstances(has_admin=False, saved=True), 0)
    other.online("192.168.1.7", 4)
    assert other.stage is Stage.ASKING


def test_a_box_with_people_opens_nothing_unless_the_card_asks() -> None:
    resting, asked = Story(), Story()

    assert resting.start(Circumstances(has_admin=True, saved=True, country="PT"), 0) == [SetCountry("PT")]
    assert asked.start(Circumstances(has_admin=True, address="192.168.1.7", reentry=True), 0) == [Scan()]
    assert (resting.stage, asked.stage) == (Stage.RESTING, Stage.LOOKING)


def test_a_power_cut_between_the_admin_and_the_network_opens_setup_again() -> None:
    story = asking(has_admin=True)

    story.choose_country("PT")

    assert (story.ap_open, story.question()) == (True, Question.NETWORK)


def test_looking_again_with_one_radio_closes_and_opens_the_network() -> None:
    story = asking()

    first = story.look_again(5)
    then = story.tick(5 + LEAVE_SECONDS)

    assert (first, then) == ([], [CloseAp(), Scan()])
    assert asking(shares=True).look_again(5) == [Scan()]


def test_a_box_without_a_radio_waits_for_a_cable() -> None:
    story = Story()

    assert story.start(Circumstances(has_admin=False, has_radio=False), 0) == []
    assert story.tick(1000) == []
    story.online("192.168.1.7", 1001)
    assert story.question() is Question.TONGUE


def test_a_radio_that_comes_late_opens_the_setup_network() -> None:
    story = Story()
    story.start(Circumstances(has_admin=False, has_radio=False), 0)

    assert story.radio_found(9, shares=False) == [Scan()]
    assert story.stage is Stage.LOOKING
    assert story.radio_found(10, shares=False) == []


def test_a_radio_that_comes_late_does_not_disturb_whoever_sets_up_by_cable() -> None:
    story = Story()
    story.start(Circumstances(has_admin=False, has_radio=False, address="192.168.1.7"), 0)

    assert story.radio_found(9, shares=True) == []
    assert (story.stage, story.shares) == (Stage.ASKING, True)


def test_no_traceback_and_no_log_shows_a_password() -> None:
    assert "apples" not in repr(wish()) + str(wish()) + repr(Join(wish(), Method.SAE))
