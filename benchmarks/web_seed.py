"""Fills a box's channel with old messages, every third with pictures: `python -m benchmarks.web_seed DATABASE CHANNEL NUMBER`.

The box stands still meanwhile. The pictures are those that its messages have already, so that they have been looked at.
"""

import random
import sqlite3
import sys
from collections.abc import Iterator
from pathlib import Path

_ID_BITS = 22
_MINUTE = 60_000 << _ID_BITS
_WORDS = [
    "boiler",
    "dinner",
    "Tuesday",
    "fridge",
    "light",
    "lamp",
    "apples",
    "train",
    "school",
    "garden",
    "robin",
    "homework",
    "table",
    "rain",
    "milk",
    "key",
]


def fill(connection: sqlite3.Connection, channel: int, number: int) -> None:
    """Write so many messages before the channel's first, a minute apart; some with one picture, some with several."""
    chance = random.Random(5)  # noqa: S311  the same each time
    pictures = connection.execute(
        "SELECT a.blob, a.size, a.filename FROM attachment a JOIN blob b ON b.sha256 = a.blob"
        " WHERE a.channel_id = ? AND b.width IS NOT NULL ORDER BY a.id",
        (channel,),
    ).fetchall()
    authors = [row[0] for row in connection.execute("SELECT id FROM account ORDER BY id")]
    [(first, parts)] = connection.execute(
        "SELECT min(id), max(parts) FROM message WHERE channel_id = ?", (channel,)
    ).fetchall()

    def messages() -> Iterator[tuple[int, int, int, str, int, int]]:
        for back in range(number, 0, -1):
            shots = (1, 1, 1, 2, 3)[back // 3 % 5] if back % 3 == 0 else 0
            text = " ".join(chance.choices(_WORDS, k=chance.randint(3, 40)))
            yield first - back * _MINUTE, channel, chance.choice(authors), text, parts if shots else 0, shots

    for *message, shots in messages():
        connection.execute(
            "INSERT INTO message (id, channel_id, author_id, content, parts) VALUES (?, ?, ?, ?, ?)", message
        )
        message_id, _, author, _, _ = message
        for position in range(shots):
            blob, size, name = chance.choice(pictures)
            connection.execute(
                "INSERT INTO attachment (id, message_id, channel_id, account_id, position, blob, size, filename)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (message_id + position + 1, message_id, channel, author, position, blob, size, name),
            )


def main(database: Path, channel: int, number: int) -> None:
    connection = sqlite3.connect(database)
    with connection:
        fill(connection, channel, number)
    connection.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
