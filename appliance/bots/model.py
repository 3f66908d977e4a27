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


# GATEWAY_PRESENCE_LIMITED, GATEWAY_GUILD_MEMBERS_LIMITED and GATEWAY_MESSAGE_CONTENT_LIMITED of the public API: at home
# every bot may ask for every intent, and libraries look here before they do.
INTENT_FLAGS = 1 << 13 | 1 << 15 | 1 << 19


class Application(msgspec.Struct, frozen=True, kw_only=True):
    """What a bot is told of itself; ours take no part in interactions, so there is no key to verify them by.

    `summary` is no longer documented, and has always been empty; some libraries still ask for it.
    """

    id: str
    name: str
    icon: None = None
    description: str = ""
    summary: str = ""
    bot_public: bool = False
    bot_require_code_grant: bool = False
    bot: User
    owner: User
    team: None = None
    guild_id: str
    verify_key: str = ""
    cover_image: None = None
    flags: int = INTENT_FLAGS
    flags_new: str = str(INTENT_FLAGS)
    approximate_guild_count: int = 1
    approximate_user_install_count: int = 0
    approximate_user_authorization_count: int = 0
    terms_of_service_url: None = None
    privacy_policy_url: None = None
    interactions_endpoint_url: None = None
    role_connections_verification_url: None = None
    custom_install_url: None = None
    event_webhooks_url: None = None
    event_webhooks_status: int = 1
    event_webhooks_types: tuple[()] = ()
    redirect_uris: tuple[()] = ()
    rpc_origins: tuple[()] = ()
    tags: tuple[()] = ()
    integration_types_config: dict[str, str] = {}
