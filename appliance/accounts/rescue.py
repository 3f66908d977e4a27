"""A new password for somebody who has forgotten theirs: from whoever may run commands on the box, or has it in their hands.

What a newcomer would get wrong: this runs beside the server, which does not hear of it. The sign-ins are over in the
database, so no device gets a new access token; one that it has works on until it runs out.
"""

import secrets
from collections.abc import Callable

from appliance.accounts import names, queries, sessions
from appliance.accounts.passwords import Passwords, accept
from appliance.storage import Database

# Without letters and digits that look alike, for it is copied from one screen to another by hand.
_SIGNS = "abcdefghjkmnpqrstuvwxyz23456789"
_GROUPS, _GROUP = 4, 4


async def new_password(db: Database, username: str) -> str | None:
    """Give a person a made-up password and end all their sign-ins; None if nobody signs in with this name."""
    made = "-".join("".join(secrets.choice(_SIGNS) for _ in range(_GROUP)) for _ in range(_GROUPS))
    return made if await choose_password(db, username, made) else None


async def choose_password(
    db: Database, username: str, password: str, before: Callable[[], None] | None = None
) -> bool:
    """Give a person this password and end all their sign-ins; False if nobody signs in with this name.

    `before` is called when there is somebody, before anything is changed. `Invalid` for a password that is too short, too long or
    easy to guess, whoever it is for: what is said must not tell who lives here.
    """
    typed, spelled = names.keys(username)
    # Hashed for nobody too, or the time would tell.
    hashed = await Passwords(workers=1).hash(accept(password, "password", (username.strip(),)))
    async with db.read() as reader:
        login = await reader.one(queries.LOGIN_BY_KEYS, typed=typed, spelled=spelled)
    if login is None or login.password_hash is None:
        return False
    if before:
        before()
    async with db.transaction() as tx:
        login = await tx.one(queries.LOGIN_BY_KEYS, typed=typed, spelled=spelled)
        if login is None or login.password_hash is None:
            return False
        await queries.replace_password(tx, login.id, login.password_hash, hashed)
        await sessions.end(tx, login.id, [row.id for row in await sessions.living(tx, login.id)])
    return True
