"""The gateway: the WebSocket on which clients hear what happens, and resume after a cut.

    async with Gateway.open(Services(database, callers, limits, messages, bus, voice), folder) as gateway:
        …                               # `gateway` is the ASGI application of `/ws`
        await gateway.say_goodbye()     # before the HTTP server stops: afterwards granian sends nothing more

Leaving the block keeps the sessions in `folder`, so that a planned restart loses nothing.
"""

from appliance.gateway.gateway import Gateway, Services

__all__ = ["Gateway", "Services"]
