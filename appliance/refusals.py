"""Every field that the public API documents of a body, and whether it is taken or refused in words until it can be done.

Nothing is accepted and ignored: whoever sends an embed is told that it would not be seen. A refused field may still say
nothing, as bot libraries let it: with null, or with what stands in `nothing`. What is not documented is not in here, and is
ignored as everywhere. A newcomer would add a field to a body alone; tests/unit/test_refusals.py asks for it here too.
"""

from collections.abc import Callable
from operator import attrgetter
from typing import Any, ClassVar

import msgspec
from msgspec import UNSET

from appliance.errors import Invalid


class NotYet(Invalid):
    problem_key = "not_yet"
    problem = "{detail}"


class Refused(msgspec.Struct, frozen=True):
    """A field that cannot be taken yet: what to say of it, and the values that ask for nothing."""

    problem: str
    nothing: tuple[object, ...] = ()


TAKEN = None

_NO_PICTURES = Refused("This box cannot keep pictures of this kind yet.")
_NO_FLAGS = Refused("There are no flags to set here yet.", (0,))
_NO_FORUMS = Refused("There are no forums yet.", (0, [], {}))
_NO_VIDEO_MODE = Refused("The quality of a picture follows everybody's line; it cannot be chosen.", (1,))
_NO_AGE = Refused("Channels cannot be kept for adults yet.", (False,))
_NO_BITRATE = Refused("The bitrate of a room cannot be chosen yet.", (64_000,))
_NO_REGION = Refused("There is one box, so there is no region to choose.", ("",))
_NO_COMPONENTS = Refused("Buttons and menus cannot be shown yet; say it in words.", ([],))
_NO_MODERATION = Refused("This cannot be set for a space yet.", (0,))
_NO_SPECIAL_CHANNEL = Refused("A space has no channel for this yet.")
_NO_EMOJI_ROLES = Refused("An emoji is for everybody in its space.", ([],))
_NO_TARGET = Refused("An invite leads into a channel, and to nothing in it yet.", (0, []))

_CHANNEL: dict[str, Refused | None] = {
    "name": TAKEN,
    "type": TAKEN,
    "topic": TAKEN,
    "position": TAKEN,
    "parent_id": TAKEN,
    "permission_overwrites": TAKEN,
    "rate_limit_per_user": TAKEN,
    "user_limit": TAKEN,
    "bitrate": _NO_BITRATE,
    "nsfw": _NO_AGE,
    "rtc_region": _NO_REGION,
    "video_quality_mode": _NO_VIDEO_MODE,
    "flags": _NO_FLAGS,
    "default_auto_archive_duration": TAKEN,
    "default_thread_rate_limit_per_user": TAKEN,
    "available_tags": _NO_FORUMS,
    "default_reaction_emoji": _NO_FORUMS,
    "default_sort_order": _NO_FORUMS,
    "default_forum_layout": _NO_FORUMS,
}
_OVERWRITE: dict[str, Refused | None] = {"type": TAKEN, "allow": TAKEN, "deny": TAKEN}

BODIES: dict[str, dict[str, Refused | None]] = {
    "NewMessage": {
        "content": TAKEN,
        "nonce": TAKEN,
        "enforce_nonce": TAKEN,
        "message_reference": TAKEN,
        "allowed_mentions": TAKEN,
        "tts": Refused("Messages cannot be read aloud yet.", (False,)),
        "embeds": TAKEN,
        "embed": TAKEN,
        "components": _NO_COMPONENTS,
        "attachments": TAKEN,
        "sticker_ids": Refused("There are no stickers yet.", ([],)),
        "poll": TAKEN,
        "flags": TAKEN,
        "shared_client_theme": Refused("Themes cannot be shared yet."),
    },
    "MessageEdit": {
        "content": TAKEN,
        "allowed_mentions": TAKEN,
        "embeds": TAKEN,
        "embed": TAKEN,
        "components": _NO_COMPONENTS,
        "attachments": TAKEN,
        "flags": TAKEN,
    },
    "NewAttachment": {
        "id": TAKEN,
        "filename": TAKEN,
        "description": TAKEN,
        "duration_secs": TAKEN,
        "waveform": TAKEN,
        "uploaded_filename": TAKEN,
        "is_spoiler": TAKEN,
        "title": Refused("A file has a name and a description, and no title beside them.", ("",)),
    },
    "MessageReference": {
        "message_id": TAKEN,
        "channel_id": TAKEN,
        "guild_id": TAKEN,
        "fail_if_not_exists": TAKEN,
        "type": Refused("Messages can be answered, but not forwarded yet.", (0,)),
    },
    "AllowedMentions": {"parse": TAKEN, "roles": TAKEN, "users": TAKEN, "replied_user": TAKEN},
    "BulkDelete": {"messages": TAKEN},
    "RoleEdit": {
        "name": TAKEN,
        "permissions": TAKEN,
        "color": TAKEN,
        "colors": TAKEN,
        "hoist": TAKEN,
        "mentionable": TAKEN,
        "icon": _NO_PICTURES,
        "unicode_emoji": _NO_PICTURES,
    },
    "RoleColorsEdit": {"primary_color": TAKEN, "secondary_color": TAKEN, "tertiary_color": TAKEN},
    "RolePosition": {"id": TAKEN, "position": TAKEN},
    "NewEmoji": {"name": TAKEN, "image": TAKEN, "roles": _NO_EMOJI_ROLES},
    "EmojiEdit": {"name": TAKEN, "roles": _NO_EMOJI_ROLES},
    "MemberEdit": {
        "nick": TAKEN,
        "roles": TAKEN,
        "mute": TAKEN,
        "deaf": TAKEN,
        "channel_id": TAKEN,
        "communication_disabled_until": Refused(
            "Nobody can be timed out yet; take their roles, or send them away."
        ),
        "flags": _NO_FLAGS,
    },
    "NickEdit": {
        "nick": TAKEN,
        "avatar": _NO_PICTURES,
        "banner": _NO_PICTURES,
        "bio": Refused("Members have no text about themselves yet.", ("",)),
    },
    "ProfileEdit": {
        "username": TAKEN,
        "global_name": TAKEN,
        "hearth_takes_friend_requests": TAKEN,
        "locale": TAKEN,
        "avatar": _NO_PICTURES,
        "banner": _NO_PICTURES,
    },
    "GuildEdit": {
        "name": TAKEN,
        "description": TAKEN,
        "owner_id": TAKEN,
        "system_channel_id": TAKEN,
        "region": _NO_REGION,
        "verification_level": _NO_MODERATION,
        "default_message_notifications": _NO_MODERATION,
        "explicit_content_filter": _NO_MODERATION,
        "afk_channel_id": _NO_SPECIAL_CHANNEL,
        "afk_timeout": Refused("Nobody is moved for being silent yet.", (300,)),
        "icon": _NO_PICTURES,
        "splash": _NO_PICTURES,
        "discovery_splash": _NO_PICTURES,
        "banner": _NO_PICTURES,
        "system_channel_flags": _NO_FLAGS,
        "rules_channel_id": _NO_SPECIAL_CHANNEL,
        "public_updates_channel_id": _NO_SPECIAL_CHANNEL,
        "safety_alerts_channel_id": _NO_SPECIAL_CHANNEL,
        "preferred_locale": Refused("Everybody chooses their own language; a space has none.", ("en-GB",)),
        "features": Refused("A space has no features to switch on yet.", ([],)),
        "premium_progress_bar_enabled": Refused("There is nothing to buy here.", (False,)),
    },
    "NewGuild": {
        "name": TAKEN,
        "icon": _NO_PICTURES,
        "region": _NO_REGION,
        "verification_level": _NO_MODERATION,
        "default_message_notifications": _NO_MODERATION,
        "explicit_content_filter": _NO_MODERATION,
        "roles": Refused("Make roles once the space is there.", ([],)),
        "channels": Refused("Make channels once the space is there.", ([],)),
        "afk_channel_id": _NO_SPECIAL_CHANNEL,
        "afk_timeout": Refused("Nobody is moved for being silent yet.", (300,)),
        "system_channel_id": Refused(
            "The first text channel is the one for greetings; choose another afterwards."
        ),
        "system_channel_flags": _NO_FLAGS,
    },
    "NewChannel": _CHANNEL,
    "ChannelEdit": {
        **_CHANNEL,
        "archived": TAKEN,
        "auto_archive_duration": TAKEN,
        "locked": TAKEN,
        "invitable": TAKEN,
        "applied_tags": _NO_FORUMS,
    },
    "NewThread": {
        "name": TAKEN,
        "type": TAKEN,
        "auto_archive_duration": TAKEN,
        "rate_limit_per_user": TAKEN,
        "invitable": TAKEN,
        "applied_tags": _NO_FORUMS,
        "message": _NO_FORUMS,
    },
    "NewThreadAtMessage": {"name": TAKEN, "auto_archive_duration": TAKEN, "rate_limit_per_user": TAKEN},
    "ChannelPosition": {
        "id": TAKEN,
        "position": TAKEN,
        "parent_id": TAKEN,
        "lock_permissions": Refused(
            "A channel that is moved keeps its permissions; set them afterwards.", (False,)
        ),
        "flags": _NO_FLAGS,
    },
    "NewConversation": {
        "recipient_id": TAKEN,
        "recipients": TAKEN,
        "access_tokens": Refused("Groups are made by people, of people whom they know.", ([],)),
        "nicks": Refused("Nobody has another name in a group.", ({},)),
    },
    "NewOverwrite": {"id": TAKEN, **_OVERWRITE},
    "OverwriteEdit": _OVERWRITE,
    "NewInvite": {
        "max_age": TAKEN,
        "max_uses": TAKEN,
        "unique": TAKEN,
        "temporary": Refused(
            "Whoever comes in stays a member; guests for one visit do not exist yet.", (False,)
        ),
        "target_type": _NO_TARGET,
        "target_user_id": _NO_TARGET,
        "target_application_id": _NO_TARGET,
        "role_ids": Refused("An invite gives no roles yet; give them once somebody is in.", ([],)),
    },
}
"""The fields of each body, by the name of its Struct."""


class Fields:
    """The refused fields of one body; calling it raises `Invalid` for the first that asks for something."""

    def __init__(self, body: str) -> None:
        self.refused = {field: one for field, one in BODIES[body].items() if one is not None}
        # `attrgetter` gives a tuple for several names only, so the first stands there twice.
        first, *more = self.refused
        self.values: Callable[[object], tuple[object, ...]] = attrgetter(first, first, *more)
        self.absent = (UNSET,) * (len(self.refused) + 1)

    def __call__(self, body: object) -> None:
        values = self.values(body)
        if values != self.absent:
            self.require_nothing(values)

    def require_nothing(self, values: tuple[object, ...]) -> None:
        """Look at each field, of which at least one is there."""
        for (field, one), value in zip(self.refused.items(), values[1:], strict=True):
            if value is not UNSET and value is not None and value not in one.nothing:
                raise NotYet(field, detail=one.problem)


class Body(msgspec.Struct, frozen=True):
    """A body of which some documented fields are refused; each declares them as `Later`, and `fields` by its own name."""

    fields: ClassVar[Fields]

    def __post_init__(self) -> None:
        # As `Fields` does, without a call: many wait for a message, and nearly none has any of these.
        fields = self.fields
        values = fields.values(self)
        if values != fields.absent:
            fields.require_nothing(values)


type Later = Any
"""A field that is refused, so that its type is nobody's business; its default is UNSET."""
