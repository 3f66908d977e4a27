"""Bot tokens, in the shape from which bot libraries read the bot's id.

`base64(id).xxxxxx.secret`: hikari takes the id out of the first part, some libraries check that there are three. Only
the hash of the whole is kept, so only the last part has to be hard to guess.
"""

import base64
import secrets

from appliance.ids import AccountId

# Six characters, and 43 with 256 random bits.
_MIDDLE_BYTES, _SECRET_BYTES = 4, 32
MIDDLE_LENGTH, SECRET_LENGTH = 6, 43


def make(bot_id: AccountId) -> str:
    """A new token of a bot."""
    first = base64.urlsafe_b64encode(str(bot_id).encode()).rstrip(b"=").decode()
    return f"{first}.{secrets.token_urlsafe(_MIDDLE_BYTES)}.{secrets.token_urlsafe(_SECRET_BYTES)}"
