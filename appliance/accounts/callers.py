"""Who is calling: the one place that turns an `Authorization` header or a gateway token into an account."""

import hashlib
import hmac

import msgspec

from appliance.accounts import tokens
from appliance.accounts.tokens import ACCESS_SECONDS
from appliance.errors import Forbidden, NotSignedIn
from appliance.events import Bus, Event, SessionsRevoked
from appliance.ids import AccountId, Millis, SessionId, now
from appliance.storage import Database, Select

NO_SESSION = SessionId(0)


class PeopleOnly(Forbidden):
    code = 20001
    key = "people_only"
    message = "This is for people; a bot has one token and no devices."


class Caller(msgspec.Struct, frozen=True):
    """Someone who has proved who they are; bots have no sign-in (`NO_SESSION`)."""

    account_id: AccountId
    session_id: SessionId = NO_SESSION
    is_bot: bool = False

    def require_person(self) -> None:
        """Raise `PeopleOnly` for a bot."""
        if self.is_bot:
            raise PeopleOnly


class BotToken(msgspec.Struct, frozen=True):
    account_id: AccountId


class RevokedSession(msgspec.Struct, frozen=True):
    id: SessionId
    revoked_at: Millis


BOT = Select(BotToken, "SELECT account_id FROM bot WHERE token_hash = :token_hash")
REVOKED = Select(RevokedSession, "SELECT id, revoked_at FROM session WHERE revoked_at > :since")


def hash_token(token: str) -> bytes:
    """What we keep of a random token; it is long enough that a plain hash cannot be reversed."""
    return hashlib.sha256(token.encode()).digest()


class Callers:
    """Checks credentials; keeps in memory the sign-ins that were revoked while tokens of theirs are still good."""

    def __init__(self, database: Database, secret: bytes, bus: Bus) -> None:
        self._database = database
        self._secret = secret
        self._verifier = tokens.Verifier(secret)
        self._revoked: dict[SessionId, Millis] = {}
        bus.subscribe(self._on_event, SessionsRevoked)

    async def load(self) -> None:
        """Remember what was revoked shortly before this start."""
        async with self._database.read() as reader:
            rows = await reader.all(REVOKED, since=reader.now - ACCESS_SECONDS * 1000)
        self._revoked = {row.id: row.revoked_at for row in rows}

    def issue(self, account_id: AccountId, session_id: SessionId, at: Millis) -> str:
        return tokens.issue(self._secret, tokens.AccessToken(account_id, session_id), at)

    def secret_for(self, purpose: str) -> bytes:
        """A secret for one other use, of which the one that signs tokens cannot be told (RFC 5869's idea, one block)."""
        return hmac.digest(self._secret, purpose.encode(), hashlib.sha256)

    async def identify(self, credentials: str) -> Caller:
        """The caller behind `Bearer …`, `Bot …` or a bare token; `NotSignedIn` otherwise."""
        scheme, _, token = credentials.strip().rpartition(" ")
        if scheme.lower() == "bot" or (not scheme and token.count(".") == 2 and not token.startswith("eyJ")):
            return await self._bot(token)
        access = self._verifier.verify(token)
        if access.session_id in self._revoked:
            raise NotSignedIn
        return Caller(access.account_id, access.session_id)

    async def _bot(self, token: str) -> Caller:
        async with self._database.read() as reader:
            bot = await reader.one(BOT, token_hash=hash_token(token))
        if bot is None:
            raise NotSignedIn
        return Caller(bot.account_id, is_bot=True)

    def _on_event(self, event: Event) -> None:
        if isinstance(event, SessionsRevoked):
            at = now()
            oldest = at - ACCESS_SECONDS * 1000
            self._revoked = {id_: when for id_, when in self._revoked.items() if when > oldest}
            self._revoked.update(dict.fromkeys(event.session_ids, at))
