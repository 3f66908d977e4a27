"""SRTP through the libsrtp inside pylibsrtp, in place.

`pylibsrtp.Session.protect` copies a packet in and out and allocates; that alone costs as much as the cipher. So the forwarder
calls the library's own functions on its rings. This module is the one place that knows pylibsrtp's insides.
"""

from contextlib import suppress
from functools import cache
from importlib import import_module
from typing import Any, NamedTuple

import pylibsrtp
from aiortc.rtcdtlstransport import SRTP_AEAD_AES_128_GCM, SRTP_AES128_CM_SHA1_80, SRTPProtectionProfile

from appliance import processor

# Late packets of a Wi-Fi that stalled come up to a second behind: libsrtp's 128 would call them replays.
REPLAY_WINDOW = 1024

# cffi objects: libsrtp's functions and pointers have no Python types. The package is loaded before its inside.
_library: Any = pylibsrtp
_binding: Any = import_module("pylibsrtp._binding")
ffi: Any = _binding.ffi
_lib: Any = _binding.lib
protect: Any = _lib.srtp_protect
unprotect: Any = _lib.srtp_unprotect
protect_rtcp: Any = _lib.srtp_protect_rtcp
unprotect_rtcp: Any = _lib.srtp_unprotect_rtcp


class Keys(NamedTuple):
    """Both directions of one peer, as libsrtp sessions; `handle`s live as long as their `Session`."""

    inbound: pylibsrtp.Session
    outbound: pylibsrtp.Session
    profile: bytes

    @property
    def inbound_handle(self) -> Any:
        return _handle(self.inbound)

    @property
    def outbound_handle(self) -> Any:
        return _handle(self.outbound)

    def forget(self, ssrc: int) -> None:
        """Free what libsrtp keeps of a stream of the peer's. It looks for a packet's stream in a list, one by one."""
        with suppress(pylibsrtp.Error):
            self.inbound.remove_stream(ssrc)


def _handle(session: Any) -> Any:
    return session._srtp[0]  # noqa: SLF001  see the module's docstring


@cache
def profiles() -> list[SRTPProtectionProfile]:
    """What we accept, best first: with AES instructions GCM is faster, without them (Pi 3, Pi 4) it is half as fast."""
    gcm, counter = SRTP_AEAD_AES_128_GCM, SRTP_AES128_CM_SHA1_80
    return [gcm, counter] if processor.has_aes() else [counter, gcm]


def derive(profile_name: bytes, material: bytes) -> Keys:
    """Sessions for the DTLS server (us) from exported keying material (RFC 5764)."""
    profile = next(known for known in profiles() if known.openssl_profile == profile_name)
    return Keys(
        _session(profile, profile.get_key_and_salt(material, 0), _library.Policy.SSRC_ANY_INBOUND),
        _session(profile, profile.get_key_and_salt(material, 1), _library.Policy.SSRC_ANY_OUTBOUND),
        profile_name,
    )


def _session(profile: SRTPProtectionProfile, key: bytes, ssrc_type: int) -> pylibsrtp.Session:
    policy = pylibsrtp.Policy(key=key, ssrc_type=ssrc_type, srtp_profile=profile.libsrtp_profile)
    policy.window_size = REPLAY_WINDOW
    return pylibsrtp.Session(policy)


def material_bytes(profile_name: bytes) -> int:
    """How much keying material the profile takes."""
    profile = next(known for known in profiles() if known.openssl_profile == profile_name)
    return 2 * (profile.key_length + profile.salt_length)


def pointers(memory: bytearray, slot_bytes: int) -> list[Any]:
    """A libsrtp pointer to the beginning of each slot."""
    base = ffi.from_buffer("char[]", memory)
    return [base + at for at in range(0, len(memory), slot_bytes)]
