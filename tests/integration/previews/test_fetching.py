"""The fetcher against a real server that means no good: where it goes, how much it takes, and how long it waits."""

import asyncio
import datetime
import gzip
import ssl
import zlib
from collections.abc import AsyncGenerator, Sequence
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from appliance.previews import fetching, public_addresses
from appliance.previews.fetching import (
    MOST_PAGE_BYTES,
    MOST_PICTURE_BYTES,
    USER_AGENT,
    Clock,
    Fetched,
    Fetcher,
    NotFetched,
)
from appliance.previews.pinned_network import SystemResolver
from appliance.previews.targets import target
from tests.integration.previews.site import NAME, Site, redirect, reply, site

pytestmark = pytest.mark.anyio

PAGE = b"<title>Cabin</title>"
# Where a server would like to have the box go: itself, its neighbours, and forms of both.
INSIDE = (
    "127.0.0.2", "10.0.0.1", "192.168.1.1", "172.16.0.1", "169.254.169.254", "100.64.0.1", "0.0.0.1", "224.0.0.1", "[::1]", "[::]",
    "[fe80::1]", "[fd00::1]", "[::ffff:127.0.0.1]", "[::ffff:10.0.0.1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "[ff02::1]",
)  # fmt: skip


@pytest.fixture
async def lake() -> AsyncGenerator[Site]:
    async with site() as made:
        yield made


async def page(where: Site, path: str = "/", clock: Clock | None = None, host: str = NAME) -> Fetched:
    found = target(where.address(path, host))
    assert found is not None
    return await where.fetcher().page(found, clock or Clock(60))


async def content(where: Site, path: str = "/") -> bytes:
    fetched = await page(where, path)
    with fetched.file:
        fetched.file.seek(0)
        return fetched.file.read()


async def test_a_page_is_fetched_and_little_is_said_of_us(lake: Site) -> None:
    lake.pages["/a?b=c"] = reply(PAGE, kind='Text/HTML; Charset="latin1"')
    fetched = await page(lake, "/a?b=c#d")

    with fetched.file:
        fetched.file.seek(0)
        assert fetched.file.read() == PAGE
    assert (fetched.is_picture, fetched.charset, fetched.address) == (
        False,
        '"latin1"',
        lake.address("/a?b=c"),
    )
    [head] = lake.asked
    assert head.startswith("GET /a?b=c HTTP/1.1\r\n")
    lines = dict(line.split(": ", 1) for line in head.split("\r\n")[1:] if line)
    assert set(lines) == {"Host", "User-Agent", "Accept", "Accept-Encoding", "Connection"}
    assert (lines["Host"], lines["User-Agent"]) == (f"{NAME}:{lake.port}", USER_AGENT)


async def test_no_proxy_of_the_environment_is_asked(lake: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    lake.pages["/"] = reply(PAGE)
    assert await content(lake) == PAGE


@pytest.mark.parametrize("host", INSIDE)
async def test_no_address_inside_is_asked(lake: Site, host: str) -> None:
    with pytest.raises(NotFetched, match="not public"):
        await page(lake, host=host)
    assert lake.asked == []


@pytest.mark.parametrize("host", INSIDE)
async def test_no_name_leads_inside(lake: Site, host: str) -> None:
    lake.names.answers["inside.example"] = [[host.strip("[]")]]
    with pytest.raises(NotFetched, match="not public"):
        await page(lake, host="inside.example")
    assert lake.asked == []


async def test_one_address_inside_among_others_is_enough(lake: Site) -> None:
    lake.names.answers[NAME] = [["127.0.0.1", "10.0.0.1"]]
    with pytest.raises(NotFetched, match="not public"):
        await page(lake)
    assert lake.asked == []


async def test_a_name_that_changes_its_mind_is_asked_once(lake: Site) -> None:
    """DNS rebinding: the second answer would be 127.0.0.2, and nobody asks for it."""
    lake.names.answers[NAME] = [["127.0.0.1"], ["127.0.0.2"]]
    lake.pages["/"] = reply(PAGE)
    assert await content(lake) == PAGE
    assert lake.names.asked == [NAME]

    # For another request it is looked up anew, and checked anew.
    with pytest.raises(NotFetched, match="not public"):
        await page(lake)
    assert len(lake.asked) == 1


@pytest.mark.parametrize("host", INSIDE)
async def test_a_redirect_does_not_lead_inside(lake: Site, host: str) -> None:
    lake.pages["/"] = redirect(f"http://{host}:{lake.port}/secret")
    lake.pages["/secret"] = reply(PAGE)
    with pytest.raises(NotFetched, match="not public"):
        await page(lake)
    assert lake.paths == ["/"]


async def test_a_name_may_not_turn_inside_between_redirects(lake: Site) -> None:
    lake.names.answers[NAME] = [["127.0.0.1"], ["192.168.0.1"]]
    lake.pages["/"] = redirect("/next")
    with pytest.raises(NotFetched, match="not public"):
        await page(lake)
    assert lake.paths == ["/"]


async def test_another_port_is_never_tried(lake: Site) -> None:
    found = target(f"http://{NAME}:22/")
    assert found is not None
    with pytest.raises(NotFetched, match="port 22"):
        await lake.fetcher().page(found, Clock(60))
    assert lake.names.asked == []


async def test_three_redirects_are_followed_and_no_fourth(lake: Site) -> None:
    for step in range(4):
        lake.pages[f"/{step}"] = redirect(f"/{step + 1}")
    lake.pages["/4"] = reply(PAGE)

    assert await content(lake, "/1") == PAGE
    with pytest.raises(NotFetched, match="too many redirects"):
        await page(lake, "/0")
    assert lake.paths[-1] == "/3"


@pytest.mark.parametrize(
    "location", ["ftp://lake.example/", "http://nas.local/", "http://a:b@lake.example/", "https://["]
)
async def test_a_redirect_to_nowhere_ends_it(lake: Site, location: str) -> None:
    lake.pages["/"] = redirect(location)
    with pytest.raises(NotFetched):
        await page(lake)
    assert lake.paths == ["/"]


@pytest.mark.parametrize(
    "kind", ["application/pdf", "text/plain", "image/svg+xml", "video/mp4", "", "application/octet-stream"]
)
async def test_only_pages_and_pictures_are_taken(lake: Site, kind: str) -> None:
    lake.pages["/"] = reply(PAGE, kind=kind)
    with pytest.raises(NotFetched):
        await page(lake)


@pytest.mark.parametrize(
    "status", ["404 Not Found", "500 Oh", "204 No Content", "206 Partial Content", "401 Who"]
)
async def test_only_what_is_there_is_taken(lake: Site, status: str) -> None:
    lake.pages["/"] = reply(PAGE if status[:3] != "204" else b"", status=status)
    with pytest.raises(NotFetched):
        await page(lake)


async def _endless(writer: asyncio.StreamWriter, kind: str, piece: bytes) -> None:
    writer.write(f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\n\r\n".encode())
    while True:
        writer.write(piece)
        await writer.drain()


async def test_of_an_endless_page_a_megabyte_is_taken(lake: Site) -> None:
    lake.pages["/"] = lambda writer: _endless(writer, "text/html", b"x" * 65536)
    assert len(await content(lake)) == MOST_PAGE_BYTES


async def test_of_an_endless_picture_nothing_is_taken(lake: Site) -> None:
    lake.pages["/"] = lambda writer: _endless(writer, "image/png", b"x" * 65536)
    with pytest.raises(NotFetched, match="too large"):
        await page(lake)


async def test_a_bomb_unfolds_no_further_than_a_megabyte(lake: Site) -> None:
    bomb = gzip.compress(b"x" * (50 << 20))
    lake.pages["/page"] = reply(bomb, "Content-Encoding: gzip")
    lake.pages["/picture"] = reply(bomb, "Content-Encoding: gzip", kind="image/png")

    assert len(await content(lake, "/page")) == MOST_PAGE_BYTES
    with pytest.raises(NotFetched, match="too large"):
        await page(lake, "/picture")


async def test_what_unfolds_to_nothing_counts_too(lake: Site) -> None:
    """Gzip may begin with as many empty blocks as its sender likes."""
    packer = zlib.compressobj(wbits=16 + zlib.MAX_WBITS)
    head, empty = (
        packer.compress(b"x") + packer.flush(zlib.Z_FULL_FLUSH),
        packer.flush(zlib.Z_FULL_FLUSH) or b"\0\0\0\xff\xff",
    )

    async def send(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip\r\n\r\n" + head)
        while True:
            writer.write(empty * 10_000)
            await writer.drain()

    lake.pages["/"] = send
    assert len(await content(lake)) < 10


@pytest.mark.parametrize("encoding", ["gzip", "x-gzip", "deflate"])
async def test_packed_pages_are_unpacked(lake: Site, encoding: str) -> None:
    packed = zlib.compress(PAGE) if encoding == "deflate" else gzip.compress(PAGE)
    lake.pages["/"] = reply(packed, f"Content-Encoding: {encoding}")
    assert await content(lake) == PAGE


@pytest.mark.parametrize("encoding", ["br", "gzip, gzip", "nonsense", "gzip"])
async def test_packed_otherwise_or_badly_they_are_not(lake: Site, encoding: str) -> None:
    lake.pages["/"] = reply(b"\x1f\x8bnonsense", f"Content-Encoding: {encoding}")
    with pytest.raises(NotFetched, match="packed"):
        await page(lake)


async def test_one_clock_runs_over_everything(lake: Site) -> None:
    async def drip(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
        while True:
            # Never so slow that a read would time out.
            writer.write(b"x")
            await writer.drain()
            await asyncio.sleep(0.02)

    async def silent(_writer: asyncio.StreamWriter) -> None:
        await asyncio.Event().wait()

    lake.pages["/drip"] = drip
    lake.pages["/silent"] = silent
    lake.pages["/redirect"] = redirect("/drip")
    for path in lake.pages:
        with pytest.raises(NotFetched, match="too slow"):
            await page(lake, path, Clock(0.5))
    clock = Clock(0.5)
    with pytest.raises(NotFetched, match="too slow"):
        await page(lake, "/drip", clock)
    lake.pages["/"] = reply(PAGE)
    with pytest.raises(NotFetched, match="too slow"):
        await page(lake, "/", clock)
    assert fetching.SECONDS == 5
    assert MOST_PICTURE_BYTES == 8 << 20


async def test_a_name_server_that_is_silent_is_not_waited_for(lake: Site) -> None:
    async def silent(_host: str, _port: int) -> Sequence[str]:
        await asyncio.Event().wait()
        return ()

    found = target(lake.address())
    assert found is not None
    fetcher = Fetcher(lambda: public_addresses.PublicOnly(frozenset()), silent)
    with pytest.raises(NotFetched, match="port"):
        await fetcher.page(found, Clock(0.2))
    with pytest.raises(NotFetched, match="too slow"):
        await fetcher.page(found._replace(port=80), Clock(0.2))


async def test_one_request_at_a_time_goes_to_a_server(lake: Site) -> None:
    at_once, most = 0, 0
    others = asyncio.Event()

    async def slow(writer: asyncio.StreamWriter) -> None:
        nonlocal at_once, most
        at_once += 1
        most = max(most, at_once)
        await asyncio.sleep(0.05)
        at_once -= 1
        writer.write(reply(PAGE))
        await writer.drain()
        others.set()

    fetcher = lake.fetcher()
    wanted = []
    for number in range(4):
        lake.pages[f"/{number}"] = slow
        found = target(lake.address(f"/{number}"))
        assert found is not None
        wanted.append(found)
    for fetched in await asyncio.gather(*(fetcher.page(one, Clock(60)) for one in wanted)):
        fetched.file.close()
    assert (len(lake.asked), most) == (4, 1)


async def test_the_systems_own_resolver_answers() -> None:
    resolve = SystemResolver()
    assert set(await resolve("localhost", 80)) & {"127.0.0.1", "::1"}
    with pytest.raises(OSError):  # noqa: PT011  whatever the system says
        await resolve("a" * 64 + ".invalid", 80)


async def test_what_is_on_this_machine_is_refused_by_the_rule_of_a_box(lake: Site) -> None:
    """The real rule, the real resolver, and a name that every system knows; ports are the last thing that protects."""
    fetcher = Fetcher(
        lambda: public_addresses.PublicOnly(public_addresses.own_networks(), frozenset({lake.port})),
        SystemResolver(),
    )
    for host in ("127.0.0.1", "localhost"):
        found = target(lake.address(host="127.0.0.1"))
        assert found is not None
        with pytest.raises(NotFetched, match="not public"):
            await fetcher.page(found._replace(host=host), Clock(60))
    assert lake.asked == []


def _authority(folder: Path, name: str) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A server's side with a certificate for a name, and a client's side that trusts it."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    moment = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(moment - datetime.timedelta(days=1))
        .not_valid_after(moment + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / "site.pem"
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    file.write_bytes(private + certificate.public_bytes(pem))
    theirs = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    theirs.load_cert_chain(file)
    return theirs, ssl.create_default_context(cadata=certificate.public_bytes(pem).decode())


async def test_a_certificate_has_to_be_for_the_name(tmp_path: Path) -> None:
    theirs, ours = _authority(tmp_path, NAME)
    async with site(theirs) as lake:
        lake.pages["/"] = reply(PAGE)
        lake.names.answers["other.example"] = [["127.0.0.1"]]
        found = target(lake.address())
        other = target(lake.address(host="other.example"))
        assert found is not None
        assert other is not None

        (await lake.fetcher(ours).page(found, Clock(60))).file.close()
        with pytest.raises(NotFetched):
            await lake.fetcher(ours).page(other, Clock(60))
        with pytest.raises(NotFetched):
            # Of the public authorities none has signed it.
            await lake.fetcher().page(found, Clock(60))
        lake.pages["/"] = redirect(f"http://{NAME}:{lake.port}/")
        with pytest.raises(NotFetched, match="where we do not go"):
            await lake.fetcher(ours).page(found, Clock(60))


PIECES = st.sampled_from([
    b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 302 Found\r\n", b"HTTP/1.0 200\r\n", b"Location: ", b"/", b"http://10.0.0.1/\r\n", b"\r\n",
    b"Content-Type: text/html\r\n", b"Content-Type: image/png\r\n", b"Content-Length: 5\r\n", b"Content-Length: -1\r\n",
    b"Content-Encoding: gzip\r\n", b"Transfer-Encoding: chunked\r\n", b"5\r\nhello\r\n", b"0\r\n\r\n", b"\x1f\x8b\x08", b"\xff", b"\0",
    b"x: y\r\n", b":", b"Set-Cookie: a=b\r\n", b"HTTP/1.1 101 Switch\r\n", b"HTTP/1.1 100 Continue\r\n\r\n",
])  # fmt: skip


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(st.one_of(st.lists(PIECES, max_size=14).map(b"".join), st.binary(max_size=200)))
async def test_whatever_a_server_says_is_fetched_or_not(lake: Site, said: bytes) -> None:
    lake.pages["/"] = said
    try:
        fetched = await page(lake)
    except NotFetched:
        return
    fetched.file.close()
