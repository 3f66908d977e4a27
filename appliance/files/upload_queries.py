"""The SQL behind files on their way."""

import msgspec

from appliance.ids import AccountId, ChannelId, Millis
from appliance.storage import Select, Transaction


class UploadRow(msgspec.Struct, frozen=True):
    """`offset` bytes are on the disk for certain; `blob` is there once all are, and then the file is kept."""

    id: str
    account_id: AccountId
    channel_id: ChannelId
    length: int
    offset: int
    filename: str
    filetype: str
    expires_at: Millis
    blob: bytes | None


class IdRow(msgspec.Struct, frozen=True):
    id: str


class CountRow(msgspec.Struct, frozen=True):
    number: int


FORM_PREFIX = "form-"
"""What the ids of files begin with that came in one request with their message: nobody else can take them."""

_UPLOAD = (
    'SELECT id, account_id, channel_id, length, "offset", filename, filetype, expires_at, blob FROM upload '
)
UPLOAD = Select(UploadRow, _UPLOAD + "WHERE id = :id")
UPLOADS = Select(UploadRow, _UPLOAD + "WHERE id IN (SELECT value FROM json_each(:ids))")
OPEN = Select(CountRow, "SELECT count(*) AS number FROM upload WHERE account_id = :account_id")
EXPECTED = Select(IdRow, "SELECT id FROM upload WHERE blob IS NULL AND expires_at > :now")
EXPIRED = Select(IdRow, "SELECT id FROM upload WHERE expires_at <= :now LIMIT 500")


async def add(tx: Transaction, row: UploadRow) -> None:
    await tx.run(
        'INSERT INTO upload (id, account_id, channel_id, length, "offset", filename, filetype, expires_at, blob)'
        " VALUES (:id, :account_id, :channel_id, :length, :offset, :filename, :filetype, :expires_at, :blob)",
        **msgspec.structs.asdict(row),
    )


async def set_offset(tx: Transaction, upload_id: str, offset: int, expires_at: Millis) -> bool:
    """Note how much is durable; False if the upload is gone."""
    touched = await tx.run(
        'UPDATE upload SET "offset" = :offset, expires_at = :expires_at WHERE id = :id AND blob IS NULL',
        id=upload_id, offset=offset, expires_at=expires_at,
    )  # fmt: skip
    return touched == 1


async def set_blob(tx: Transaction, upload_id: str, sha256: bytes, length: int, expires_at: Millis) -> bool:
    """The file is kept; False if the upload is gone."""
    touched = await tx.run(
        'UPDATE upload SET "offset" = :length, blob = :sha256, expires_at = :expires_at WHERE id = :id',
        id=upload_id, sha256=sha256, length=length, expires_at=expires_at,
    )  # fmt: skip
    return touched == 1


async def remove(tx: Transaction, ids: list[str]) -> None:
    await tx.run_many("DELETE FROM upload WHERE id = :id", [{"id": one} for one in ids])


async def remove_of_forms(tx: Transaction) -> None:
    """Forget the files of forms: at a start there is no request left whose message could take them."""
    await tx.run("DELETE FROM upload WHERE id LIKE :prefix || '%'", prefix=FORM_PREFIX)
