"""What clients may rely on, as one OpenAPI document: `python -m appliance.schema FILE`.

The REST routes and their bodies come from the handlers; the gateway's events from the `payload` of every event class,
as `GatewayEvents`, an object whose keys are event names. `./just types` turns it into the web client's types. What a
newcomer would get wrong: a field with a default may be left out of a body that we receive, but is always in what we
send, unless its default is UNSET; the document says both,
but for keys that only bot libraries read (`_FOR_LIBRARIES`).
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, get_args, get_origin, get_type_hints

import msgspec
from litestar import Litestar
from litestar.openapi import OpenAPIConfig
from litestar.routes import HTTPRoute

from appliance import app as composition
from appliance.events import declared_dispatches
from appliance.http.body_limits import FORMS
from appliance.refusals import BODIES

# What bot libraries read and the web client does not; whatever stands in for an object of ours there may go without.
_FOR_LIBRARIES = frozenset(
    {
        "animated",
        "colors",
        "count_details",
        "me_burst",
        "flags",
        "premium_progress_bar_enabled",
        "system",
        "tags",
        "widget_enabled",
    }
)
_REFERENCE = "#/components/schemas/{name}"


def document() -> dict[str, Any]:
    """The whole contract: each path once, and the schemas of bodies and events."""
    application = Litestar(
        route_handlers=composition.routers(),
        dependencies=composition.DEPENDENCIES,
        openapi_config=OpenAPIConfig(title="Hearth", version="v10"),
    )
    whole = application.openapi_schema.to_schema()
    schemas: dict[str, Any] = whole["components"]["schemas"]
    schemas.update(_events())
    schemas.update(_forms(application, whole["paths"]))
    for name, fields in BODIES.items():
        for field, refused in fields.items():
            if refused is not None:
                # What would be refused is nothing that our own client could send.
                schemas.get(name, {}).get("properties", {}).pop(field, None)
    received = set(_received(whole["paths"], schemas))
    always = {kind.__name__: _always_sent(kind) for kind in _structs(msgspec.Struct)}
    for name in schemas.keys() - received:
        for field, shape in schemas[name].get("properties", {}).items():
            if field not in always.get(name, ()):
                # The generator takes whatever has a default for required.
                shape.pop("default", None)
        if required := [
            field for field in schemas[name].get("properties", {}) if field in always.get(name, ())
        ]:
            schemas[name]["required"] = sorted(required)
    return whole


def _forms(application: Litestar, paths: dict[str, Any]) -> dict[str, Any]:
    """Give routes that take forms the body that their JSON is; the schemas of those bodies."""
    handlers = [
        (route.path_format, handler)
        for route in application.routes
        if isinstance(route, HTTPRoute)
        for handler in route.route_handlers
        if FORMS in handler.opt
    ]
    references, schemas = msgspec.json.schema_components(
        [handler.opt[FORMS] for _, handler in handlers], ref_template=_REFERENCE
    )
    for (path, handler), reference in zip(handlers, references, strict=True):
        for method in handler.http_methods:
            content = {"application/json": {"schema": reference}}
            paths[path][method.lower()]["requestBody"] = {"content": content, "required": True}
    return schemas


def _events() -> dict[str, Any]:
    # A list, since an event of a guild and one of a conversation may have the same name.
    payloads: dict[str, list[Any]] = {}
    for event in declared_dispatches():
        of_name = payloads.setdefault(event.name, [])
        payload = get_type_hints(event)["payload"]
        if payload not in of_name:
            of_name.append(payload)
    flat = [payload for of_name in payloads.values() for payload in of_name]
    references, schemas = msgspec.json.schema_components(flat, ref_template=_REFERENCE)
    remaining = iter(references)
    properties = {name: _one_of([next(remaining) for _ in of_name]) for name, of_name in payloads.items()}
    events = {"type": "object", "properties": properties}
    return {**schemas, "GatewayEvents": {**events, "required": sorted(payloads)}}


def _one_of(references: list[dict[str, Any]]) -> dict[str, Any]:
    return references[0] if len(references) == 1 else {"oneOf": references}


def _structs(kind: type[msgspec.Struct]) -> Iterator[type[msgspec.Struct]]:
    for child in kind.__subclasses__():
        yield child
        yield from _structs(child)


def _always_sent(kind: type[msgspec.Struct]) -> set[str]:
    fields = msgspec.structs.fields(kind)
    return {
        field.encode_name
        for field in fields
        if field.default is not msgspec.UNSET
        and (field.encode_name == "id" or not _has_one_value(field.type))
        and field.encode_name not in _FOR_LIBRARIES
    }


def _has_one_value(kind: object) -> bool:
    """Whether a key of this type tells nothing: it is always null, always empty or always the same number."""
    return (
        kind is type(None) or kind == tuple[()] or (get_origin(kind) is Literal and len(get_args(kind)) == 1)
    )


def _received(paths: dict[str, Any], schemas: dict[str, Any]) -> Iterator[str]:
    """The names of all schemas that stand in a body that we receive, however deep."""
    bodies = [route.get("requestBody", {}) for path in paths.values() for route in path.values()]
    waiting, seen = list(_references(bodies)), set[str]()
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            yield name
            waiting += _references(schemas[name])


def _references(part: object) -> Iterator[str]:
    if isinstance(part, dict):
        for key, value in part.items():  # pyright: ignore[reportUnknownVariableType]  # JSON of any shape
            if key == "$ref":
                yield str(value).rsplit("/", 1)[-1]  # pyright: ignore[reportUnknownArgumentType]  # as above
            else:
                yield from _references(value)  # pyright: ignore[reportUnknownArgumentType]  # as above
    elif isinstance(part, list):
        for value in part:  # pyright: ignore[reportUnknownVariableType]  # as above
            yield from _references(value)  # pyright: ignore[reportUnknownArgumentType]  # as above


def main() -> None:
    """Write the document to the file that is named on the command line."""
    Path(sys.argv[1]).write_text(json.dumps(document(), indent=1, sort_keys=True) + "\n")


if __name__ == "__main__":
    main()
