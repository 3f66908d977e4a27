"""Connections to public servers alone, for httpcore: a name is looked up once, every address of it is checked, and the
connection goes to one that was checked.

What a newcomer would get wrong: checking first and letting the library connect by name. It would look the name up again, and
whoever owns the name may answer differently the second time. A library that is given a checked address has nothing to look up.
"""

import asyncio
import contextlib
import ipaddress
import socket
import threading
import typing
from collections.abc import Awaitable, Callable, Sequence
from typing import override

import httpcore

from appliance.previews.public_addresses import Address, Rule

type Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
"""The addresses of a name, as the system finds them; `OSError` if it finds none."""

# Of what a name server answers; each is tried until one takes the connection.
_MOST_ADDRESSES = 4
_MOST_LOOK_UPS = 8


class NotPermitted(Exception):
    """The box does not go there."""


class SystemResolver:
    """The system's own resolver, in threads: one that waits for a name server cannot be cut short.

    They are daemons, or a name server that is silent would hold up the end of the process.
    """

    def __init__(self) -> None:
        self._waiting = 0

    async def __call__(self, host: str, port: int) -> Sequence[str]:
        if self._waiting >= _MOST_LOOK_UPS:
            raise OSError("too many names are being looked up")
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[list[str]] = loop.create_future()

        def done(found: list[str] | OSError) -> None:
            self._waiting -= 1
            if answer.done():
                return
            if isinstance(found, OSError):
                answer.set_exception(found)
            else:
                answer.set_result(found)

        def look_up() -> None:
            found = _look_up(host, port)
            # The loop may have ended meanwhile.
            with contextlib.suppress(RuntimeError):
                loop.call_soon_threadsafe(done, found)

        self._waiting += 1
        threading.Thread(target=look_up, name="previews-dns", daemon=True).start()
        return await answer


def _look_up(host: str, port: int) -> list[str] | OSError:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        return error
    except UnicodeError as error:
        return OSError(str(error))
    return list(dict.fromkeys(str(one[4][0]) for one in found))


class PinnedNetwork(httpcore.AsyncNetworkBackend):
    """What httpcore connects with: `NotPermitted` for whatever the rule does not permit."""

    def __init__(self, rule: Rule, resolve: Resolve) -> None:
        self._rule = rule
        self._resolve = resolve
        # Where anyio is missing, httpcore has another class of this name.
        self._network = typing.cast("httpcore.AsyncNetworkBackend", httpcore.AnyIOBackend())

    @override
    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: typing.Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        if port not in self._rule.ports:
            raise NotPermitted(f"port {port}")
        problem: Exception = httpcore.ConnectError("no address")
        for address in await self._checked(host, port):
            try:
                return await self._network.connect_tcp(
                    str(address), port, timeout, local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                problem = error
        raise problem

    @override
    async def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,
        socket_options: typing.Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        raise NotPermitted("a socket of this machine")

    @override
    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    async def _checked(self, host: str, port: int) -> Sequence[Address]:
        """Where the host is; `NotPermitted` if one of its addresses is where we do not go, be the others what they may."""
        try:
            found = [ipaddress.ip_address(host)]
        except ValueError:
            try:
                found = [ipaddress.ip_address(one) for one in await self._resolve(host, port)]
            except (OSError, ValueError) as error:
                raise httpcore.ConnectError(str(error)) from error
        if not all(self._rule.permits(address) for address in found):
            raise NotPermitted("an address that is not public")
        return found[:_MOST_ADDRESSES]
