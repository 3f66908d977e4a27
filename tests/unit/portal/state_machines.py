"""Stories that have come to a certain point."""

from appliance.portal.deadlines import LEAVE_SECONDS
from appliance.portal.model import Circumstances, Network, NetworkChoice, Password, Security
from appliance.portal.state_machine import State, StateMachine

MAPLE = Network(b"Maple-Net", Security.MIXED, 80, ("2.4", "5"))


def choice(security: Security = Security.PSK, typed: str = "seven-apples-42", **more: bool) -> NetworkChoice:
    return NetworkChoice(b"Maple-Net", security, Password(typed), **more)


def asking(
    *, shares: bool = False, has_admin: bool = False, reentry: bool = False, saved: bool = False
) -> StateMachine:
    """A machine whose setup network is open, at second 3."""
    machine = StateMachine()
    machine.start(Circumstances(has_admin=has_admin, shares=shares, reentry=reentry, saved=saved), 0)
    machine.scanned([MAPLE], 2)
    machine.opened(3)
    return machine


def joining(security: Security = Security.PSK, *, shares: bool = False) -> StateMachine:
    """A machine that has begun to join at second 10, everything else answered."""
    machine = asking(shares=shares)
    machine.choose_country("PT")
    machine.choose_network(choice(security), 6)
    machine.name_household("Maple Street")
    machine.admin_made(10 if shares else 10 - LEAVE_SECONDS)
    machine.tick(10)
    assert machine.state is State.JOINING
    return machine
