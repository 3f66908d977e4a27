"""The box's name in the house, asked of an avahi that we own."""

import asyncio
import ssl
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from cryptography import x509

from appliance.network import certificates, mdns

pytestmark = pytest.mark.anyio

OWN = "192.168.7.20"


@asynccontextmanager
async def avahi(socket: Path, answers: dict[str, bytes]) -> AsyncGenerator[Path]:
    """Its plain socket, as avahi-daemon 0.8 speaks on it."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        command, _, address = (await reader.readline()).decode().strip().partition(" ")
        assert command == "RESOLVE-ADDRESS"
        writer.write(answers.get(address, b"-15 Timeout reached\n"))
        await writer.drain()
        writer.close()

    async with await asyncio.start_unix_server(answer, socket):
        yield socket


async def test_the_name_is_what_avahi_made_of_it(tmp_path: Path) -> None:
    async with avahi(tmp_path / "socket", {OWN: b"+ 2 0 192.168.7.20 hearth-2.local\n"}) as socket:
        assert await mdns.own_name([OWN], socket) == "hearth-2.local"


async def test_an_address_that_nobody_knows_is_followed_by_the_next(tmp_path: Path) -> None:
    async with avahi(tmp_path / "socket", {OWN: b"+ 2 0 192.168.7.20 hearth.local\n"}) as socket:
        assert await mdns.own_name(["10.0.0.1", OWN], socket) == "hearth.local"
        assert await mdns.own_name(["10.0.0.1"], socket) is None


@pytest.mark.parametrize(
    "line", [b"", b"+ 2 0 x evil.example\n", b"+" * 5000, b"+ 2 0 x a b.local\n", b"\xff\n"]
)
async def test_an_answer_that_is_no_name_is_none(tmp_path: Path, line: bytes) -> None:
    async with avahi(tmp_path / "socket", {OWN: line}) as socket:
        assert await mdns.own_name([OWN], socket) is None


async def test_without_avahi_nobody_tells(tmp_path: Path) -> None:
    assert await mdns.own_name([OWN], tmp_path / "nobody") is None


async def test_the_certificate_names_what_the_box_is_really_called(tmp_path: Path) -> None:
    tls = certificates.ensure(tmp_path, "hearth", [OWN])
    first = tls.chain.read_bytes()
    tls = certificates.ensure(tmp_path, "hearth", [OWN], known_as="hearth.local")
    assert tls.chain.read_bytes() == first

    tls = certificates.ensure(tmp_path, "hearth", [OWN], known_as="hearth-2.local")

    leaf = x509.load_pem_x509_certificate(tls.chain.read_bytes())
    names = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert {"hearth-2.local", "hearth.local"} <= set(names.get_values_for_type(x509.DNSName))
    # The authority may sign no names but those of a house.
    context = ssl.create_default_context(cafile=str(tls.authority))
    context.load_cert_chain(tls.chain, tls.key)
