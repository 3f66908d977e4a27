"""Conversations on the gateway use its household, which listens on a real socket."""

from tests.integration.gateway.conftest import box as box  # noqa: PLC0414  a fixture for this folder
