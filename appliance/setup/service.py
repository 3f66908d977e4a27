"""The two ways in: the setup link makes the first admin, an invite makes everybody else's account.

What decides is looked at twice: before the password is hashed, so that a stranger without a link costs the box nothing,
and again in the transaction, where of two people with one link exactly one is first.
"""

import hmac
import secrets
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import msgspec

from appliance.accounts import languages, names, passwords, people, queries, service, sessions
from appliance.accounts.authenticator import Authenticator, Origin
from appliance.accounts.callers import hash_token
from appliance.accounts.fair_queue import OWN, Share
from appliance.accounts.queries import NewAccount
from appliance.accounts.service import SignedIn
from appliance.channels import guild_creation
from appliance.errors import NotSignedIn
from appliance.gateway.events import Limits
from appliance.gateway.ready import FEATURES
from appliance.guilds import invites
from appliance.ids import AccountId
from appliance.setup import household
from appliance.setup.model import Info, RegisterRequest, SetupRequest
from appliance.setup.queries import HOUSEHOLD, LANGUAGE, SETUP_TOKEN, forget, remember, remembered
from appliance.storage import Database, Reader, Transaction
from appliance.version import VERSION

LINK_DAYS = 7
_LINK_MS = LINK_DAYS * 24 * 3600 * 1000
_LINK_BYTES = 32


class SetupLinkRefused(NotSignedIn):
    key = "setup_link_refused"
    message = "This setup link is not good any more. Start Hearth again and use the link that it shows then."


class _Link(msgspec.Struct, frozen=True):
    """What is kept of a setup link: the hash of its token in hex, and when it ends."""

    token_hash: str
    expires_at: int


class _Person(msgspec.Struct, frozen=True):
    """Somebody about to get an account; all of it is checked."""

    username: str
    display_name: str
    password: str


async def info(reader: Reader, address: str, *, keeps: bool) -> Info:
    """What anybody may know of the box."""
    return Info(
        version=VERSION,
        name=await household.name(reader),
        address=address,
        setup_required=not await household.has_admin(reader),
        keeps=keeps,
        language=await household.language(reader),
        features=list(FEATURES),
        limits=Limits(),
    )


async def new_setup_link_token(db: Database) -> str | None:
    """A fresh token for the setup link, good for `LINK_DAYS` and instead of any before; None once there is an admin."""
    token = secrets.token_urlsafe(_LINK_BYTES)
    async with db.transaction() as tx:
        if await household.has_admin(tx):
            return None
        link = _Link(hash_token(token).hex(), tx.now + _LINK_MS)
        await remember(tx, SETUP_TOKEN, msgspec.json.encode(link).decode())
    return token


async def set_up(
    db: Database, authenticator: Authenticator, request: SetupRequest, origin: Origin
) -> SignedIn:
    """Make the first admin, name the household and found its guild.

    `AlreadySetUp` if somebody was first, `SetupLinkRefused` if the token is not the newest or has run out.
    """
    async with _founding(db, authenticator.passwords, request, origin.share) as (tx, account_id):
        return await service.sign_in(
            tx, authenticator, await sessions.begin(tx, account_id, origin.device), origin
        )


async def found(db: Database, hasher: passwords.Passwords, request: SetupRequest) -> None:
    """The same without signing anybody in, for a phone that is about to leave for the house's own network."""
    async with _founding(db, hasher, request):
        pass


@asynccontextmanager
async def _founding(
    db: Database, hasher: passwords.Passwords, request: SetupRequest, share: Share = OWN
) -> AsyncGenerator[tuple[Transaction, AccountId]]:
    async with db.read() as reader:
        await _require_link(reader, request.token)
    home = household.household_name(request.household)
    language = languages.language(request.language, "language")
    person = _checked(request)
    password_hash = await hasher.hash(person.password, share)
    async with db.transaction() as tx:
        await _require_link(tx, request.token)
        account_id = await _add(tx, person, password_hash, is_admin=True)
        await forget(tx, SETUP_TOKEN)
        await remember(tx, HOUSEHOLD, home)
        await remember(tx, LANGUAGE, language)
        await guild_creation.create_guild(tx, account_id, home, language)
        yield tx, account_id


async def register(
    db: Database, authenticator: Authenticator, request: RegisterRequest, origin: Origin
) -> SignedIn:
    """Make an account for whoever holds an invite and let them in; the invite's own errors if it opens nothing."""
    async with db.read() as reader:
        await invites.find(reader, request.invite)
    person = _checked(request)
    password_hash = await authenticator.passwords.hash(person.password, origin.share)
    async with db.transaction() as tx:
        account_id = await _add(tx, person, password_hash, is_admin=False)
        await invites.use(tx, account_id, request.invite)
        return await service.sign_in(
            tx, authenticator, await sessions.begin(tx, account_id, origin.device), origin
        )


def _checked(form: SetupRequest | RegisterRequest) -> _Person:
    username = names.username(form.username)
    display_name = names.display_name(form.display_name) if form.display_name else username
    return _Person(
        username, display_name, passwords.accept(form.password, "password", (username, display_name))
    )


async def _add(tx: Transaction, person: _Person, password_hash: str, *, is_admin: bool) -> AccountId:
    """The id of a new account; `UsernameTaken` or `UsernameLooksTaken` if somebody has the name, or nearly."""
    await people.require_free(tx, person.username)
    account = NewAccount(
        id=AccountId(tx.new_id()),
        username=person.username,
        username_key=names.key(person.username),
        display_name=person.display_name,
        password_hash=password_hash,
        is_admin=is_admin,
    )
    if not await queries.add_account(tx, account):
        raise names.UsernameTaken
    return account.id


async def _require_link(reader: Reader, token: str) -> None:
    if await household.has_admin(reader):
        raise household.AlreadySetUp
    kept = await remembered(reader, SETUP_TOKEN)
    if kept is None:
        raise SetupLinkRefused
    link = msgspec.json.decode(kept, type=_Link)
    if reader.now >= link.expires_at or not hmac.compare_digest(link.token_hash, hash_token(token).hex()):
        raise SetupLinkRefused
