"""From rows to what the algorithm of `permissions` is given: the one place that reads permission rows."""

from collections.abc import Iterable
from typing import Protocol

from appliance.access.permissions import Overwrite, Standing
from appliance.access.queries import ROLE
from appliance.ids import AccountId, GuildId, Millis


class Grant(Protocol):
    """A row with one role of a member (`kind` 2), one overwrite of a channel (0, 1), or neither."""

    @property
    def kind(self) -> int | None: ...
    @property
    def target_id(self) -> int | None: ...
    @property
    def allow(self) -> int | None: ...
    @property
    def deny(self) -> int | None: ...


class MemberOfGuild(Protocol):
    """A row that says of a member what does not come from roles."""

    @property
    def guild_id(self) -> GuildId: ...
    @property
    def owner_id(self) -> AccountId: ...
    @property
    def everyone(self) -> int: ...


def fold(rows: Iterable[Grant]) -> tuple[dict[int, int], list[Overwrite]]:
    """The roles (id and permissions) and the overwrites of these rows, each in their order."""
    roles: dict[int, int] = {}
    overwrites: list[Overwrite] = []
    for row in rows:
        if row.kind is None or row.target_id is None or row.allow is None or row.deny is None:
            continue
        if row.kind == ROLE:
            roles[row.target_id] = row.allow
        else:
            overwrites.append(Overwrite(row.target_id, row.kind, row.allow, row.deny))
    return roles, overwrites


def standing(account_id: AccountId, of: MemberOfGuild, roles: dict[int, int], *, timed_out: bool) -> Standing:
    """A member as the algorithm sees them."""
    return Standing(
        account_id=account_id,
        guild_id=of.guild_id,
        is_owner=of.owner_id == account_id,
        everyone=of.everyone,
        roles=roles,
        timed_out=timed_out,
    )


def is_timed_out(until: Millis | None, now: Millis) -> bool:
    return until is not None and until > now
