"""The front door: every connection from outside comes in here, over TLS, and is either a WebSocket of ours or goes on to the HTTP server."""
