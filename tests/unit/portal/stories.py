"""Stories that have come to a certain point."""

from appliance.portal.deadlines import LEAVE_SECONDS
from appliance.portal.model import Circumstances, Network, Password, Security, Wish
from appliance.portal.story import Stage, Story

MAPLE = Network(b"Maple-Net", Security.MIXED, 80, ("2.4", "5"))


def wish(security: Security = Security.PSK, typed: str = "seven-apples-42", **more: bool) -> Wish:
    return Wish(b"Maple-Net", security, Password(typed), **more)


def asking(
    *, shares: bool = False, has_admin: bool = False, reentry: bool = False, saved: bool = False
) -> Story:
    """A story whose setup network is open, at second 3."""
    story = Story()
    story.start(Circumstances(has_admin=has_admin, shares=shares, reentry=reentry, saved=saved), 0)
    story.scanned([MAPLE], 2)
    story.opened(3)
    return story


def joining(security: Security = Security.PSK, *, shares: bool = False) -> Story:
    """A story that has begun to join at second 10, everything else answered."""
    story = asking(shares=shares)
    story.choose_country("PT")
    story.choose_network(wish(security), 6)
    story.name_household("Maple Street")
    story.admin_made(10 if shares else 10 - LEAVE_SECONDS)
    story.tick(10)
    assert story.stage is Stage.JOINING
    return story
