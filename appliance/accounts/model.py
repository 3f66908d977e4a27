"""People as they go over the wire.

`User` is what everybody may know of an account and is the author of messages, the `user` of members and the inviter of
invites; `Me` is what only the account itself is told.
"""

from typing import Literal, Self

import msgspec

from appliance.accounts.languages import FALLBACK, Language
from appliance.ids import AccountId, Millis
from appliance.refusals import Body, Fields, Later


class AccountRow(msgspec.Struct, frozen=True):
    """An account as stored, without its password."""

    id: AccountId
    username: str
    display_name: str
    is_bot: bool
    is_admin: bool
    created_at: Millis


class OwnRow(AccountRow, frozen=True):
    """An account with what only it is told of itself; `locale` is none until a language was chosen."""

    takes_requests: bool
    locale: Language | None


class User(msgspec.Struct, frozen=True, kw_only=True):
    """Someone as the others see them; `global_name` is the display name."""

    id: str
    username: str
    global_name: str | None
    discriminator: str = "0"
    avatar: str | None = None
    bot: bool = False
    # Nobody has these yet; bot libraries read them without asking whether they are there.
    system: bool = False
    banner: None = None
    accent_color: None = None
    flags: int = 0
    public_flags: Literal[0] = 0
    avatar_decoration_data: None = None
    collectibles: None = None
    primary_guild: None = None

    @classmethod
    def of(cls, row: AccountRow) -> Self:
        return cls(id=str(row.id), username=row.username, global_name=row.display_name, bot=bool(row.is_bot))


class Me(User, frozen=True, kw_only=True):
    """Someone as they see themselves. `locale` is null until a person has chosen a language; a bot always has one."""

    mfa_enabled: bool = False
    verified: bool = True
    email: str | None = None
    locale: Language | None = None
    premium_type: Literal[0] = 0
    hearth_admin: bool = False
    hearth_takes_friend_requests: bool = True

    @classmethod
    def of_own(cls, row: OwnRow) -> Self:
        return cls(
            id=str(row.id),
            username=row.username,
            global_name=row.display_name,
            bot=bool(row.is_bot),
            locale=row.locale or (FALLBACK if row.is_bot else None),
            hearth_admin=bool(row.is_admin),
            hearth_takes_friend_requests=bool(row.takes_requests),
        )


class ProfileEdit(Body, frozen=True):
    """The body of PATCH /users/@me; what is left out stays. A `locale` of null chooses none again."""

    fields = Fields("ProfileEdit")
    username: str | msgspec.UnsetType = msgspec.UNSET
    global_name: str | msgspec.UnsetType | None = msgspec.UNSET
    hearth_takes_friend_requests: bool | msgspec.UnsetType = msgspec.UNSET
    locale: str | msgspec.UnsetType | None = msgspec.UNSET
    avatar: Later = msgspec.UNSET
    banner: Later = msgspec.UNSET


class Credentials(msgspec.Struct, frozen=True):
    """The body of POST /auth/login."""

    username: str
    password: str


class PasswordChange(msgspec.Struct, frozen=True):
    """The body of POST /auth/password."""

    old_password: str
    new_password: str


class Session(msgspec.Struct, frozen=True):
    """The answer to every sign-in; `expires_in` in seconds."""

    access_token: str
    expires_in: int
    user: Me


class Device(msgspec.Struct, frozen=True):
    """A place where somebody is signed in; `current` is the one that asks."""

    id: str
    device: str
    created_at: str
    last_used_at: str
    current: bool
