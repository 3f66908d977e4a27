"""What setting up and registering take and tell."""

import msgspec

from appliance.accounts.languages import FALLBACK, Language
from appliance.gateway.events import Limits


class Info(msgspec.Struct, frozen=True, kw_only=True):
    """What anybody may know of the box before they sign in.

    `address` is its URL for others in the house; `keeps` is False while it runs from memory, because its disk could not be used;
    `language` is that of the box.
    """

    version: str
    name: str
    address: str
    setup_required: bool
    keeps: bool
    language: Language
    registration: str = "invite"
    api: tuple[str, ...] = ("v10",)
    features: list[str]
    limits: Limits


class SetupRequest(msgspec.Struct, frozen=True):
    """The body of POST /setup; `token` is what follows the # of the setup link, `language` becomes that of the box."""

    token: str
    household: str
    username: str
    password: str
    display_name: str | None = None
    language: str = FALLBACK


class RegisterRequest(msgspec.Struct, frozen=True):
    """The body of POST /auth/register; `invite` is the code alone."""

    invite: str
    username: str
    password: str
    display_name: str | None = None
