"""Calls and signals on the system bus (D-Bus Specification, https://dbus.freedesktop.org/doc/dbus-specification.html)."""

import asyncio
import os
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from typing import Any, Self

from dbus_fast import BusType, Message, MessageType, Variant
from dbus_fast.aio import MessageBus

PROPERTIES = "org.freedesktop.DBus.Properties"
# NetworkManager answers at once what it can; what takes longer comes as a signal.
_CALL_SECONDS = 10.0


class BusError(Exception):
    """A call was refused or not answered; `name` is the D-Bus error's."""

    def __init__(self, name: str, detail: str) -> None:
        super().__init__(f"{name}: {detail}")
        self.name = name


class SystemBus:
    """Use `SystemBus.open` as a context manager."""

    def __init__(self, bus: MessageBus) -> None:
        self._bus = bus

    @classmethod
    @asynccontextmanager
    async def open(cls) -> AsyncGenerator[Self]:
        """The system bus, or the one that DBUS_SYSTEM_BUS_ADDRESS names."""
        address = os.environ.get("DBUS_SYSTEM_BUS_ADDRESS")
        bus = MessageBus(bus_address=address) if address else MessageBus(bus_type=BusType.SYSTEM)
        await bus.connect()
        try:
            yield cls(bus)
        finally:
            bus.disconnect()

    async def gone(self) -> None:
        """Return when the bus has ended."""
        await self._bus.wait_for_disconnect()  # type: ignore[no-untyped-call]  # dbus-fast leaves it without annotations

    async def call(
        self, service: str, path: str, method: tuple[str, str], signature: str = "", *body: Any
    ) -> list[Any]:
        """Call `method` (interface and name) and return what it answers; `BusError` if it does not."""
        message = Message(
            destination=service,
            path=path,
            interface=method[0],
            member=method[1],
            signature=signature,
            body=list(body),
        )
        try:
            reply = await asyncio.wait_for(self._bus.call(message), _CALL_SECONDS)
        except TimeoutError:
            raise BusError("no answer", f"{method[1]} of {service}") from None
        if reply.message_type is MessageType.ERROR:
            # Without the text: nothing promises that it repeats no argument of ours.
            raise BusError(reply.error_name or "unnamed", method[1])
        answer: list[Any] = reply.body
        return answer

    async def properties(self, service: str, path: str, interface: str) -> dict[str, Any]:
        """All properties of one interface, unpacked."""
        [found] = await self.call(service, path, (PROPERTIES, "GetAll"), "s", interface)
        return {name: variant.value for name, variant in found.items()}

    async def set(self, service: str, path: str, name: tuple[str, str], value: Variant) -> None:
        """Set a property (interface and name)."""
        await self.call(service, path, (PROPERTIES, "Set"), "ssv", *name, value)

    async def on_signal(self, interface: str, member: str, heard: Callable[[str, list[Any]], None]) -> None:
        """Call `heard` with the path and the body of every such signal from now on."""

        def pass_on(message: Message) -> None:
            if (
                message.message_type is MessageType.SIGNAL
                and message.interface == interface
                and message.member == member
            ):
                heard(message.path or "", message.body)

        self._bus.add_message_handler(pass_on)
        rule = f"type='signal',interface='{interface}',member='{member}'"
        daemon = "org.freedesktop.DBus"
        await self.call(daemon, "/org/freedesktop/DBus", (daemon, "AddMatch"), "s", rule)
