"""Bots as they go over the wire."""

import msgspec

from appliance.accounts.model import User


class NewBot(msgspec.Struct, frozen=True):
    """The body of POST …/bots."""

    name: str


class Bot(msgspec.Struct, frozen=True):
    """A bot of a guild; its id is its user id, and `name` what the others read."""

    id: str
    name: str


class BotWithToken(msgspec.Struct, frozen=True):
    """A bot whose token has just been made: it is shown this once and kept nowhere."""

    id: str
    name: str
    token: str


class Application(msgspec.Struct, frozen=True, kw_only=True):
    """What a bot is told of itself; ours take no part in interactions, so there is no key to verify them by."""

    id: str
    name: str
    icon: None = None
    description: str = ""
    bot_public: bool = False
    bot_require_code_grant: bool = False
    verify_key: str = ""
    flags: int = 0
    owner: User
