"""Calls: who is in which room, and the signalling between their browsers and the SFU.

async with Voice.open(database, bus, folder / "run" / "sfu.sock") as voice:
    create_app(…, extra={"voice": voice})      # for `voice.api`
"""

from appliance.voice.voice import Voice

__all__ = ["Voice"]
