"""What whoever opened setup again may do, and nobody else."""

import pytest

from appliance.portal.commands import Close, CloseAp, Reset
from appliance.portal.deadlines import LINGER_ALONE_SECONDS, RESCUE_SECONDS
from appliance.portal.model import RESCUE_TRIES, Failure
from appliance.portal.state_machine import State, StateMachine
from tests.unit.portal.state_machines import asking, choice


def test_only_the_card_lets_one_start_over() -> None:
    plain, card = asking(), asking(has_admin=True, reentry=True)

    assert plain.start_over(wipe=True) == []
    assert card.start_over(wipe=True) == [Reset(wipe=True)]


def test_setup_that_was_opened_again_can_close_with_the_wifi_kept() -> None:
    machine = asking(has_admin=True, reentry=True, saved=True)

    said = machine.stay(10)
    lingers = machine.state
    then = machine.tick(10 + LINGER_ALONE_SECONDS)

    assert (said, lingers) == ([Close()], State.LINGERING)
    assert (then, machine.state, machine.ap_open) == ([CloseAp()], State.RESTING, False)


def test_a_failed_try_at_another_wifi_does_not_keep_one_from_staying() -> None:
    machine = asking(shares=True, has_admin=True, reentry=True, saved=True)
    machine.choose_country("PT")
    machine.choose_network(choice(), 5)
    machine.failed(Failure.WRONG_PASSWORD, 8)
    machine.failed(Failure.WRONG_PASSWORD, 9)
    before = machine.failure

    assert machine.stay(10) == [Close()]
    assert before is Failure.WRONG_PASSWORD
    assert not machine.failure
    assert not machine.reentry


@pytest.mark.parametrize(
    "machine",
    [asking(), asking(has_admin=True, saved=True), asking(has_admin=True, reentry=True)],
    ids=["new", "not opened again", "nothing to go back to"],
)
def test_nobody_else_closes_setup_by_staying(machine: StateMachine) -> None:
    before = machine.state

    assert machine.stay(10) == []
    assert machine.state is before


def test_a_forgotten_password_is_asked_for_soon_and_a_few_times_by_whoever_opened_setup_again() -> None:
    machine = asking(has_admin=True, reentry=True)

    soon, late = machine.may_rescue(RESCUE_SECONDS - 1), machine.may_rescue(RESCUE_SECONDS)
    machine.password_renewed()
    # A page that went away would tell that the name was right.
    after = machine.may_rescue(10)
    for _ in range(RESCUE_TRIES):
        machine.rescue_tried()

    assert (soon, late, after, machine.may_rescue(10)) == (True, False, True, False)
    assert machine.rescued
    assert not asking(has_admin=True).may_rescue(10)
    assert not asking(reentry=True).may_rescue(10)
