"""The certificate where the disk takes nothing, and while the server runs."""

import asyncio
import ssl
from pathlib import Path

import pytest

from appliance.network import certificates
from appliance.network.certificates import Certificates
from appliance.network.renewal import Renewal, keep_named, volatile_folder
from tests.patience import until

pytestmark = pytest.mark.anyio


def blocked(folder: Path) -> Path:
    """A folder that cannot be made, for root neither: above it lies a file."""
    folder.write_text("")
    return folder / "tls"


def test_where_nothing_can_be_written_there_is_one_in_memory(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    renewal = Renewal(blocked(tmp_path / "full"), tmp_path / "memory", "hearth")

    tls = renewal.certificates()

    assert tls.chain.is_relative_to(tmp_path / "memory")
    ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(tls.chain, tls.key)
    assert "cannot be kept" in caplog.text
    assert "Traceback" not in caplog.text
    assert renewal.certificates() == tls


async def test_a_look_that_fails_is_not_the_last(tmp_path: Path) -> None:
    renewal = Renewal(blocked(tmp_path / "full"), tmp_path / "memory", "hearth")
    look, shown, looked = asyncio.Event(), list[Certificates](), list[None]()

    def show(tls: Certificates) -> None:
        shown.append(tls)
        if len(shown) == 1:
            raise OSError("a disk that does not answer")

    keeping = asyncio.create_task(keep_named(renewal, show, look, lambda: looked.append(None)))
    look.set()
    await until(lambda: len(looked) == 1)
    look.set()
    await until(lambda: len(looked) == 2)
    keeping.cancel()

    assert [tls.chain.exists() for tls in shown] == [True, True]


def test_sockets_lie_where_systemd_says_or_where_something_can_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    assert volatile_folder("/run/hearth", tmp_path) == Path("/run/hearth")
    assert volatile_folder(None, tmp_path) == tmp_path
    elsewhere = volatile_folder(None, tmp_path / "file" / "run")
    assert elsewhere.is_dir()
    assert not elsewhere.is_relative_to(tmp_path)
    elsewhere.rmdir()


def test_the_chain_that_is_made_in_memory_is_described_as_any_other(tmp_path: Path) -> None:
    tls = Renewal(blocked(tmp_path / "full"), tmp_path / "memory", "hearth").certificates()

    assert certificates.describe(tls.chain.parent)
