"""Who decides whether the box looks at links, and what a message shows of them."""

from collections.abc import Sequence

from appliance.accounts import people
from appliance.accounts.callers import Caller
from appliance.ids import AttachmentId, MessageId
from appliance.previews import queries
from appliance.previews.model import NewPreviewSettings, PreviewSettings
from appliance.storage import Reader, Transaction


async def is_on(reader: Reader) -> bool:
    """Whether the box looks at links; it does not until somebody has said so."""
    row = await reader.one(queries.SWITCH)
    return row is not None and row.value == "on"


async def settings(reader: Reader, caller: Caller) -> PreviewSettings:
    """Whether the box looks at links (`AdminsOnly`)."""
    await people.require_admin(reader, caller)
    return PreviewSettings(await is_on(reader))


async def change(tx: Transaction, caller: Caller, wanted: NewPreviewSettings) -> PreviewSettings:
    """Have the box look at links, or not any more (`AdminsOnly`); cards that are there stay."""
    await people.require_admin(tx, caller)
    await queries.switch(tx, on=wanted.enabled)
    return PreviewSettings(wanted.enabled)


async def shown(reader: Reader, message_id: MessageId) -> dict[str, AttachmentId]:
    """The previews of a message by their addresses."""
    rows = await reader.all(queries.OF_MESSAGES, ids=queries.id_list([message_id]))
    return {row.address: row.preview_id for row in rows}


async def show(
    tx: Transaction, message_id: MessageId, addresses: Sequence[str], found: dict[str, AttachmentId]
) -> bool:
    """Show under a message what was found at its addresses; whether anything has changed.

    Of what it shows already, what is at none of its addresses goes.
    """
    before = await shown(tx, message_id)
    gone = [before[address] for address in before if address not in addresses]
    await queries.drop(tx, message_id, gone)
    # What was found may be forgotten again: the only message that showed it was deleted.
    new = {
        address: preview_id
        for address, preview_id in found.items()
        if address not in before and await tx.one(queries.PREVIEW, id=preview_id) is not None
    }
    cards = {**before, **new}
    at = {address: position for position, address in enumerate(addresses)}
    await queries.show(tx, message_id, [(cards[one], at[one]) for one in addresses if one in cards])
    return bool(gone or new)
