"""Which cipher TLS 1.3 prefers: the one that costs this board least.

OpenSSL puts AES-256 first, for which a Pi 4 has no instructions: there ChaCha20 is several times as fast, and elsewhere
AES-128. What a newcomer would get wrong: Python 3.13 has no way to say it for a context (`set_ciphers` is for TLS 1.2), but
OpenSSL reads it from a configuration, and gives it to every context that is made afterwards in this process.
"""

import ctypes
import logging
import os
import ssl
import sys

from appliance import processor

log = logging.getLogger(__name__)

AES = "TLS_AES_128_GCM_SHA256:TLS_CHACHA20_POLY1305_SHA256:TLS_AES_256_GCM_SHA384"
CHACHA = "TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384"
# openssl.cnf(5), section "SSL Configuration".
_CONFIGURATION = """\
openssl_conf = order
[order]
ssl_conf = contexts
[contexts]
system_default = all
[all]
Ciphersuites = {}
"""


def for_this_board() -> str:
    """The order that costs this processor least."""
    return AES if processor.has_aes() else CHACHA


def prefer(ciphers: str) -> None:
    """Have contexts that are made from now on prefer ciphers in this order; without it TLS works, and costs more."""
    try:
        load = ctypes.CDLL(_library()).CONF_modules_load_file
    except (OSError, AttributeError):
        log.warning("this OpenSSL cannot be told which ciphers to prefer")
        return
    load.argtypes, load.restype = (ctypes.c_char_p, ctypes.c_char_p, ctypes.c_ulong), ctypes.c_int
    # It reads a file, and this one is in memory.
    descriptor = os.memfd_create("cipher-order")
    try:
        os.write(descriptor, _CONFIGURATION.format(ciphers).encode())
        if load(b"/proc/self/fd/%d" % descriptor, None, 0) != 1:
            log.warning("OpenSSL did not take the order of ciphers")
    finally:
        os.close(descriptor)


def _library() -> str | None:
    """Where Python's own OpenSSL is found: through its module, or in the interpreter itself."""
    return getattr(sys.modules[ssl.SSLContext.__base__.__module__], "__file__", None)
