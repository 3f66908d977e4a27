"""Previews as clients see them: embeds whose picture comes from the box."""

from collections import defaultdict
from collections.abc import Collection

import msgspec
from msgspec import UNSET, UnsetType
from msgspec.structs import replace

from appliance.embeds.model import Embed
from appliance.files import addresses
from appliance.files.addresses import PREVIEW, Address, Signer
from appliance.ids import ChannelId, MessageId
from appliance.previews import queries
from appliance.previews.queries import ShownRow
from appliance.storage import Reader

FILENAME = "preview.webp"
# A picture is of an address, not of a channel: whoever sees a message with it may have it.
_NO_CHANNEL = ChannelId(0)

_card = msgspec.json.Decoder(Embed)


async def of_messages(reader: Reader, message_ids: Collection[MessageId]) -> dict[MessageId, list[Embed]]:
    """The previews of messages, in the order of their links. One query, and one for the key of addresses."""
    found: defaultdict[MessageId, list[Embed]] = defaultdict(list)
    rows = await reader.all(queries.OF_MESSAGES, ids=queries.id_list(message_ids)) if message_ids else []
    if rows:
        signer = await addresses.signer(reader)
        for row in rows:
            found[row.message_id].append(_embed(reader, signer, row))
    return found


def _embed(reader: Reader, signer: Signer, row: ShownRow) -> Embed:
    embed = _card.decode(row.card)
    if isinstance(embed.thumbnail, UnsetType):
        return embed
    path = signer.path(Address(_NO_CHANNEL, row.preview_id, FILENAME, PREVIEW), reader.now)
    shown = replace(
        embed.thumbnail, proxy_url=reader.origin + path, width=row.width or UNSET, height=row.height or UNSET
    )
    return replace(embed, thumbnail=shown)
