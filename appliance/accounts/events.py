"""What is heard about an account."""

from typing import ClassVar

from appliance.accounts.model import Me
from appliance.events import Intent, PeopleEvent


class ProfileChanged(PeopleEvent, frozen=True, kw_only=True):
    """The account's own names or language are others; for its own devices only (see `people.edit`)."""

    name: ClassVar[str] = "USER_UPDATE"
    intent: ClassVar[Intent] = Intent.ALWAYS
    payload: Me
