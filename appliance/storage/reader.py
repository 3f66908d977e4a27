"""What a service holds while it reads or writes: a view of the database, and one unit of work."""

from collections.abc import Callable, Sequence
from typing import override

import msgspec

from appliance.events import Event
from appliance.ids import IdMaker, Millis, now
from appliance.storage.connection import Connection
from appliance.storage.memory import Memory
from appliance.storage.select import Select, Value


class Reader:
    """A consistent view of the database at one moment, for reading only."""

    def __init__(self, connection: Connection) -> None:
        self.now: Millis = now()
        self._connection = connection

    @property
    def origin(self) -> str:
        """Where the box is reached (`https://192.0.2.7:8443`), for addresses that must be whole; empty if nobody has said."""
        return self._connection.origin()

    async def all[Row: msgspec.Struct](self, query: Select[Row], **args: Value) -> list[Row]:
        return [query.row(*row) for row in await self._connection.select(query.sql, args)]

    async def one[Row: msgspec.Struct](self, query: Select[Row], **args: Value) -> Row | None:
        rows = await self.all(query, **args)
        return rows[0] if rows else None

    async def made_of[Row: msgspec.Struct, Made](
        self, query: Select[Row], make: Callable[[list[Row]], Made], **args: Value
    ) -> Made:
        """What `make` makes of the rows, and of nothing else: a transaction remembers it while they stay as they are."""
        return make(await self.all(query, **args))


class Transaction(Reader):
    """One unit of work: everything in it happens, or nothing does."""

    def __init__(self, connection: Connection, memory: Memory, ids: IdMaker) -> None:
        super().__init__(connection)
        self.events: list[Event] = []
        self._memory = memory
        self._ids = ids

    @override
    async def made_of[Row: msgspec.Struct, Made](
        self, query: Select[Row], make: Callable[[list[Row]], Made], **args: Value
    ) -> Made:
        question = (query.sql, make, *args.items())
        remembered: tuple[Made] | None = self._memory.find(question)
        if remembered is not None:
            return remembered[0]
        made = await super().made_of(query, make, **args)
        self._memory.keep(question, made)
        return made

    def new_id(self) -> int:
        """An id for a new row, larger than every id of this database."""
        return self._ids.make(self.now)

    def note(self, sql: str, **args: Value) -> int:
        """As `run`, for a short INSERT or UPDATE of what no rule depends on: nothing is forgotten for it.

        Never for a column that a query of `made_of` reads, or somebody would keep a permission that was taken from them.
        """
        return self._connection.change(sql, args)

    async def run(self, sql: str, **args: Value) -> int:
        """Execute an INSERT, UPDATE or DELETE and return how many rows it touched."""
        self._memory.forget()
        if not sql.startswith("DELETE"):
            return self._connection.change(sql, args)
        # What is deleted may take years of messages with it.
        thread = self._connection.thread
        return len(list(await self._connection.far(thread.execute_fetchall, f"{sql} RETURNING 1", args)))

    async def run_in_thread(self, sql: str, rows: Sequence[dict[str, Value]]) -> int:
        """Execute one write for each row, each of which may take long; how many rows changed, also those of a table's own index.

        Nothing is forgotten for it, so it is for what no rule depends on.
        """
        if not rows:
            return 0
        connection = self._connection
        before = connection.thread.total_changes
        await connection.far(connection.thread.executemany, sql, rows)
        return connection.thread.total_changes - before

    async def run_many(self, sql: str, rows: Sequence[dict[str, Value]]) -> None:
        """Execute one write for each row."""
        self._memory.forget()
        await self._connection.far(self._connection.thread.executemany, sql, rows)

    def emit(self, event: Event) -> None:
        """Tell the world once the rows are safe."""
        self.events.append(event)
