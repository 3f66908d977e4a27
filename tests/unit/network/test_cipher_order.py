"""Which cipher a browser gets, by a real handshake: each in a process of its own, for the order is one for all of it."""

import subprocess
import sys
from pathlib import Path

import pytest

from appliance.network import certificates

HANDSHAKE = """
import ssl, sys
from pathlib import Path
from appliance import processor
from appliance.network import certificates
from appliance.network.tls import ServerTls

folder = Path(sys.argv[1])
processor.has_aes = lambda: sys.argv[2] == "aes"
server_tls = ServerTls(certificates.ensure(folder, "hearth", []))
trust = ssl.create_default_context(cafile=str(folder / "ca.crt"))
to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
client = trust.wrap_bio(to_client, to_server, server_hostname="localhost")
server = server_tls.context.wrap_bio(to_server, to_client, server_side=True)
waiting = [client, server]
while waiting:
    for one in list(waiting):
        try:
            one.do_handshake()
        except ssl.SSLWantReadError:
            continue
        waiting.remove(one)
print(*client.cipher()[:2])
"""


@pytest.mark.parametrize(
    ("board", "cipher"), [("aes", "TLS_AES_128_GCM_SHA256"), ("none", "TLS_CHACHA20_POLY1305_SHA256")]
)
def test_a_browser_gets_the_cipher_that_costs_the_board_least(
    tmp_path: Path, board: str, cipher: str
) -> None:
    chosen = certificates.ensure(tmp_path, "hearth", [])
    code = HANDSHAKE.replace('folder / "ca.crt"', f"Path({str(chosen.authority)!r})")

    said = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path), board], capture_output=True, text=True, check=True
    )

    assert said.stdout.split() == [cipher, "TLSv1.3"]
    assert not said.stderr
