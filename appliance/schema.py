"""What clients may rely on, as one OpenAPI document: `python -m appliance.schema FILE`.

The REST routes and their bodies come from the handlers; the gateway's events from the `payload` of every event class,
as `GatewayEvents`, an object whose keys are event names. `./just types` turns it into the web client's types.
"""

import json
import sys
from pathlib import Path
from typing import Any, get_type_hints

import msgspec
from litestar import Litestar, Router
from litestar.openapi import OpenAPIConfig

from appliance import app as composition
from appliance.app import HEARTH, V10
from appliance.events import declared_dispatches

_REFERENCE = "#/components/schemas/{name}"


def document() -> dict[str, Any]:
    """The whole contract: each path once (not again under its aliases), and the schemas of bodies and events."""
    application = Litestar(
        route_handlers=[
            Router("/api/v10", route_handlers=V10),
            Router("/api/hearth/v1", route_handlers=HEARTH),
        ],
        dependencies=composition.DEPENDENCIES,
        openapi_config=OpenAPIConfig(title="Hearth", version="v10"),
    )
    whole = application.openapi_schema.to_schema()
    components: dict[str, Any] = whole.setdefault("components", {}).setdefault("schemas", {})
    components.update(_events())
    return whole


def _events() -> dict[str, Any]:
    payloads = {event.name: get_type_hints(event)["payload"] for event in declared_dispatches()}
    references, schemas = msgspec.json.schema_components(payloads.values(), ref_template=_REFERENCE)
    events = {
        "type": "object",
        "properties": dict(zip(payloads, references, strict=True)),
        "required": sorted(payloads),
    }
    return {**schemas, "GatewayEvents": events}


def main() -> None:
    """Write the document to the file that is named on the command line."""
    Path(sys.argv[1]).write_text(json.dumps(document(), indent=1, sort_keys=True) + "\n")


if __name__ == "__main__":
    main()
