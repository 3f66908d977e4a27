"""What the box remembers of itself, as text by key."""

import msgspec

from appliance.storage import Reader, Select, Transaction

HOUSEHOLD = "household"
LANGUAGE = "language"
SETUP_TOKEN = "setup_token"  # noqa: S105  the key of a row, not a secret


class Entry(msgspec.Struct, frozen=True):
    value: str


ENTRY = Select(Entry, "SELECT value FROM box WHERE key = :key")


async def remembered(reader: Reader, key: str) -> str | None:
    entry = await reader.one(ENTRY, key=key)
    return entry.value if entry else None


async def remember(tx: Transaction, key: str, value: str) -> None:
    await tx.run(
        "INSERT INTO box (key, value) VALUES (:key, :value)"
        " ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        key=key, value=value,
    )  # fmt: skip


async def forget(tx: Transaction, key: str) -> None:
    await tx.run("DELETE FROM box WHERE key = :key", key=key)
