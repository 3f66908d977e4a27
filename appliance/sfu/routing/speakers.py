"""Who speaks, from the levels that browsers put on each packet (RFC 6464).

Silence in the middle of a word must not switch the ring off, and a single knock on the table must not switch it on.
"""

# Speech at a normal microphone lies between -20 and -45 dBov, a quiet room below -55.
SPEECH_LEVEL = 50
HANG_SECONDS = 0.2
# Two packets of 20 ms in a row.
ONSET_PACKETS = 2


class Speaker:
    """One microphone; times are seconds."""

    __slots__ = ("_loud", "_loud_at", "speaking")

    def __init__(self) -> None:
        self.speaking = False
        self._loud = 0
        self._loud_at = 0.0

    def heard(self, level: int, now: float) -> None:
        """A packet of this loudness came, in -dBov: 0 is loudest, 127 silence."""
        if level > SPEECH_LEVEL:
            self._loud = 0
            return
        self._loud += 1
        self._loud_at = now

    def turned(self, now: float) -> bool | None:
        """True if they began to speak since the last call, False if they stopped, None if nothing changed."""
        if self.speaking:
            if now - self._loud_at < HANG_SECONDS:
                return None
            self.speaking = False
            self._loud = 0
            return False
        if self._loud < ONSET_PACKETS or now - self._loud_at >= HANG_SECONDS:
            return None
        self.speaking = True
        return True

    def silence(self) -> None:
        """They are muted: what was heard does not count."""
        self._loud = 0
        self._loud_at = 0.0
