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
from appliance.portal.state_machine import Question, State, StateMachine
from tests.unit.portal.state_machines import MAPLE, asking, choice, joining


def test_it_looks_round_before_the_setup_network_opens() -> None:
    machine = StateMachine()

    first = machine.start(Circumstances(has_admin=False), 0)
    then = machine.scanned([MAPLE], 3)

    assert (first, then) == ([Scan()], [OpenAp()])
    assert machine.networks == [MAPLE]


def test_a_look_round_that_never_ends_keeps_nobody_waiting() -> None:
    machine = StateMachine()
    machine.start(Circumstances(has_admin=False), 0)

    assert machine.tick(SCAN_SECONDS - 1) == []
    assert machine.tick(SCAN_SECONDS) == [OpenAp()]


def test_the_questions_come_in_order_and_the_join_after_the_last() -> None:
    machine = asking()
    asked = [machine.question()]
    for answer in (
        lambda: machine.choose_country("PT"),
        lambda: machine.choose_network(choice(), 5),
        lambda: machine.name_household("Maple Street"),
    ):
        answer()
        asked.append(machine.question())

    machine.admin_made(7)

    assert asked == [Question.LANGUAGE, Question.NETWORK, Question.HOUSEHOLD, Question.ADMIN]
    assert (machine.state, machine.question()) == (State.LEAVING, None)


def test_one_radio_leaves_only_after_the_phone_has_its_page() -> None:
    machine = asking(has_admin=True)
    machine.choose_country("PT")

    assert machine.choose_network(choice(), 5) == []
    assert machine.tick(5 + LEAVE_SECONDS - 0.1) == []
    assert machine.tick(5 + LEAVE_SECONDS) == [CloseAp(), Join(choice(), Method.PSK)]


def test_with_a_second_radio_the_setup_network_stays_open() -> None:
    machine = asking(shares=True, has_admin=True)
    machine.choose_country("PT")

    assert machine.choose_network(choice(), 5) == [Join(choice(), Method.PSK)]
    assert machine.failed(Failure.REFUSED, 9) == [Forget()]
    assert (machine.state, machine.ap_open, machine.failure) == (State.ASKING, True, Failure.REFUSED)


@pytest.mark.parametrize("failure", list(Failure))
def test_a_failure_brings_the_network_back_with_the_reason_and_no_profile(failure: Failure) -> None:
    machine = joining()
    long = 10 + JOIN_ALONE_SECONDS - LEAST_TRY_SECONDS + 0.1

    commands = machine.failed(failure, long)
    machine.opened(long + 2)

    assert commands == [Forget(), OpenAp()]
    assert (machine.state, machine.failure, machine.question()) == (State.ASKING, failure, Question.NETWORK)


@pytest.mark.parametrize("locked", [Security.PSK, Security.UNKNOWN])
def test_a_wrong_password_is_believed_the_second_time(locked: Security) -> None:
    machine = joining(locked)

    again = machine.failed(Failure.WRONG_PASSWORD, 16)
    end = machine.failed(Failure.WRONG_PASSWORD, 22)

    assert again == [Forget(), Join(choice(locked), Method.PSK)]
    assert end == [Forget(), OpenAp()]
    assert machine.failure is Failure.WRONG_PASSWORD


def test_a_password_that_was_lost_on_the_way_is_taken_the_second_time() -> None:
    machine = joining()
    machine.failed(Failure.WRONG_PASSWORD, 16)

    assert machine.joined("192.168.1.42", 21) == [Keep(), OpenAp()]
    assert machine.failure is None


def test_a_second_time_that_hangs_ends_with_the_reason_of_the_first() -> None:
    machine = joining()
    machine.failed(Failure.WRONG_PASSWORD, 16)

    assert machine.tick(10 + JOIN_ALONE_SECONDS) == [Forget(), OpenAp()]
    assert machine.failure is Failure.WRONG_PASSWORD


def test_silence_brings_it_back_within_thirty_seconds() -> None:
    machine = joining()

    assert machine.tick(10 + JOIN_ALONE_SECONDS - 0.1) == []
    assert machine.tick(10 + JOIN_ALONE_SECONDS) == [Forget(), OpenAp()]
    assert JOIN_ALONE_SECONDS < 30
    assert machine.failure is Failure.TOO_SLOW


def test_a_network_that_has_let_the_box_in_gets_time_for_an_address() -> None:
    machine = joining()
    machine.let_in(10 + JOIN_ALONE_SECONDS - 1)

    assert machine.tick(10 + JOIN_ALONE_SECONDS) == []
    assert machine.joined("192.168.1.42", 10 + JOIN_ALONE_SECONDS + 5) == [Keep(), OpenAp()]


def test_a_network_that_lets_the_box_in_and_gives_no_address_is_named_for_that() -> None:
    machine = joining()
    machine.let_in(15)

    assert machine.tick(15 + LEASE_SECONDS) == [Forget(), OpenAp()]
    assert machine.failure is Failure.NO_ADDRESS


def test_a_setup_network_that_does_not_open_is_tried_again() -> None:
    machine = joining()
    machine.failed(Failure.NOT_FOUND, 14)

    assert machine.ap_lost(15) == []
    assert machine.tick(15 + OPEN_AGAIN_SECONDS) == [OpenAp()]
    assert machine.tick(15 + OPEN_AGAIN_SECONDS + OPEN_SECONDS) == [OpenAp()]


@pytest.mark.parametrize("vague", [Failure.NOT_FOUND, Failure.REFUSED, Failure.TOO_SLOW])
def test_a_wpa3_network_that_vanishes_after_it_was_seen_may_be_a_wrong_password(vague: Failure) -> None:
    machine = joining(Security.SAE)

    machine.failed(vague, 14)

    assert machine.failure is Failure.MAYBE_PASSWORD


def test_a_mixed_network_is_tried_with_wpa2_too() -> None:
    machine = joining(Security.MIXED)

    retry = machine.failed(Failure.NOT_FOUND, 14)
    end = machine.failed(Failure.WRONG_PASSWORD, 18)

    assert retry == [Forget(), Join(choice(Security.MIXED), Method.PSK)]
    assert end == [Forget(), OpenAp()]
    assert machine.failure is Failure.WRONG_PASSWORD


def test_a_mixed_network_that_hangs_leaves_time_for_the_second_way() -> None:
    machine = joining(Security.MIXED)

    assert machine.tick(10 + JOIN_ALONE_SECONDS * FIRST_SHARE) == [
        Forget(),
        Join(choice(Security.MIXED), Method.PSK),
    ]
    assert machine.tick(10 + JOIN_ALONE_SECONDS) == [Forget(), OpenAp()]


@pytest.mark.parametrize("final", [Failure.NO_ADDRESS, Failure.NO_INTERNET])
def test_a_network_that_took_the_password_is_not_tried_another_way(final: Failure) -> None:
    assert joining(Security.MIXED).failed(final, 14) == [Forget(), OpenAp()]


@pytest.mark.parametrize(
    ("given", "first"), [("", Method.OPEN), ("seven-apples-42", Method.PSK)]
)  # fmt: skip
def test_a_hidden_network_is_tried_as_its_password_suggests(given: str, first: Method) -> None:
    machine = asking(shares=True, has_admin=True)
    machine.choose_country("PT")

    hidden = choice(Security.UNKNOWN, given, hidden=True)

    assert machine.choose_network(hidden, 5) == [Join(hidden, first)]


def test_one_radio_shows_the_address_on_the_setup_network_and_then_goes_home() -> None:
    machine = joining()

    joined = machine.joined("192.168.1.42", 15)
    machine.opened(18)
    state, chosen = machine.state, machine.choice
    finished = machine.finish(40)
    early = machine.tick(18 + LINGER_SECONDS - 1)
    home = machine.tick(18 + LINGER_SECONDS)
    machine.joined("192.168.1.42", 110)

    assert joined == [Keep(), OpenAp()]
    assert (state, machine.address, chosen) == (State.HANDOVER, "192.168.1.42", None)
    assert (finished, early, home) == ([Close()], [], [CloseAp(), Rejoin()])
    assert machine.state is State.RESTING


def test_whoever_read_long_with_one_radio_waits_only_until_the_phone_has_its_answer() -> None:
    machine = joining()
    machine.joined("192.168.1.42", 15)
    machine.opened(18)
    machine.finish(140)

    assert machine.tick(140 + LINGER_ALONE_SECONDS - 1) == []
    assert machine.tick(140 + LINGER_ALONE_SECONDS) == [CloseAp(), Rejoin()]


def test_a_home_that_is_gone_when_the_box_returns_opens_setup_again() -> None:
    machine = joining()
    machine.joined("192.168.1.42", 15)
    machine.opened(18)
    machine.finish(40)
    machine.tick(100)

    assert machine.failed(Failure.NOT_FOUND, 110) == [Reopen(), Forget(), Scan()]
    machine.scanned([], 112)
    machine.opened(115)
    assert (machine.question(), machine.failure) == (Question.NETWORK, Failure.NOT_FOUND)
    assert machine.networks == [MAPLE]


def test_probes_are_told_that_all_is_well_only_after_the_finish() -> None:
    machine = joining(shares=True)
    before = machine.over
    machine.joined("192.168.1.42", 15)
    shown = machine.over
    machine.finish(20)

    assert (before, shown, machine.over) == (False, False, True)


def test_a_setup_network_that_was_lost_while_joining_comes_back_to_show_the_address() -> None:
    machine = joining(shares=True)
    machine.ap_lost(12)

    joined = machine.joined("192.168.1.42", 15)
    machine.opened(18)

    assert joined == [Keep(), OpenAp()]
    assert (machine.state, machine.address, machine.ap_open) == (State.HANDOVER, "192.168.1.42", True)


def test_a_handover_that_nobody_finishes_ends_by_itself() -> None:
    machine = joining(shares=True)
    machine.joined("192.168.1.42", 15)

    assert machine.tick(15 + HANDOVER_SECONDS) == [Close()]
    assert machine.state is State.LINGERING


def test_with_one_radio_the_box_goes_home_soon_after_whoever_left_without_a_word() -> None:
    machine = joining()
    machine.joined("192.168.1.42", 15)
    machine.opened(18)

    assert machine.tick(18 + HANDOVER_ALONE_SECONDS) == [Close()]
    assert HANDOVER_ALONE_SECONDS < HANDOVER_SECONDS


def test_with_a_cable_no_network_is_asked_for_and_none_opened() -> None:
    machine = StateMachine()

    commands = machine.start(Circumstances(has_admin=False, address="192.168.1.7"), 0)
    machine.choose_country("PT")
    asked = machine.question()
    machine.name_household("Maple Street")
    machine.admin_made(9)

    assert (commands, asked) == ([], Question.HOUSEHOLD)
    assert (machine.state, machine.address) == (State.HANDOVER, "192.168.1.7")
    assert machine.finish(20) == [Close()]
    assert machine.state is State.RESTING


def test_a_cable_that_is_pulled_before_the_end_opens_the_setup_network() -> None:
    machine = StateMachine()
    machine.start(Circumstances(has_admin=False, address="192.168.1.7"), 0)

    assert machine.online(None, 5) == [Scan()]


def test_a_remembered_network_gets_a_moment_to_come_back() -> None:
    machine = StateMachine()

    assert machine.start(Circumstances(has_admin=False, saved=True), 0) == []
    assert machine.tick(SAVED_SECONDS) == [Scan()]

    other = StateMachine()
    other.start(Circumstances(has_admin=False, saved=True), 0)
    other.online("192.168.1.7", 4)
    assert other.state is State.ASKING


def test_a_box_with_people_opens_nothing_unless_the_card_asks() -> None:
    resting, asked = StateMachine(), StateMachine()

    assert resting.start(Circumstances(has_admin=True, saved=True, country="PT"), 0) == [SetCountry("PT")]
    assert asked.start(Circumstances(has_admin=True, address="192.168.1.7", reentry=True), 0) == [Scan()]
    assert (resting.state, asked.state) == (State.RESTING, State.LOOKING)


def test_a_power_cut_between_the_admin_and_the_network_opens_setup_again() -> None:
    machine = asking(has_admin=True)

    machine.choose_country("PT")

    assert (machine.ap_open, machine.question()) == (True, Question.NETWORK)


def test_looking_again_with_one_radio_closes_and_opens_the_network() -> None:
    machine = asking()

    first = machine.look_again(5)
    then = machine.tick(5 + LEAVE_SECONDS)

    assert (first, then) == ([], [CloseAp(), Scan()])
    assert asking(shares=True).look_again(5) == [Scan()]


def test_a_box_without_a_radio_waits_for_a_cable() -> None:
    machine = StateMachine()

    assert machine.start(Circumstances(has_admin=False, has_radio=False), 0) == []
    assert machine.tick(1000) == []
    machine.online("192.168.1.7", 1001)
    assert machine.question() is Question.LANGUAGE


def test_a_radio_that_comes_late_opens_the_setup_network() -> None:
    machine = StateMachine()
    machine.start(Circumstances(has_admin=False, has_radio=False), 0)

    assert machine.radio_found(9, shares=False) == [Scan()]
    assert machine.state is State.LOOKING
    assert machine.radio_found(10, shares=False) == []


def test_a_radio_that_comes_late_does_not_disturb_whoever_sets_up_by_cable() -> None:
    machine = StateMachine()
    machine.start(Circumstances(has_admin=False, has_radio=False, address="192.168.1.7"), 0)

    assert machine.radio_found(9, shares=True) == []
    assert (machine.state, machine.shares) == (State.ASKING, True)


def test_no_traceback_and_no_log_shows_a_password() -> None:
    assert "apples" not in repr(choice()) + str(choice()) + repr(Join(choice(), Method.SAE))
