"""Which requests an answer leads to: the ids in it, put into the addresses that take them (OpenAPI links)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

__all__ = ["add_links"]

_METHODS: Final = frozenset({"get", "put", "post", "delete", "patch"})
_JSON: Final = "application/json"
_WITHIN_RESOURCE: Final = frozenset({"request_id", "code", "version", "kind"})
"""Names that mean different things in different resources."""
_OF_PERSONS: Final = "people"
"""What a person asks for by a token of its own: no answer to others leads there."""


class _Operation(NamedTuple):
    """One operation of the description."""

    path: str
    method: str
    content: dict[str, Any]

    @property
    def resource(self) -> str:
        """Resource that the operation belongs to."""
        return self.path.removeprefix("/v1/").split("/", 1)[0]

    @property
    def in_path(self) -> list[str]:
        """Names of the parameters in its address."""
        given = self.content.get("parameters", [])
        return [each["name"] for each in given if each["in"] == "path"]


def add_links(document: dict[str, Any]) -> None:
    """Describe, at every answer that holds an id, the operations that take it.

    Parameters
    ----------
    document
        An OpenAPI document, which is changed. A link is made where every parameter of an address is a field
        of the answer, a field of an object or of the first item of a list in it, or a parameter of the
        request itself.
    """
    operations = list(_operations(document))
    targets = [each for each in operations if each.in_path]
    for source in operations:
        for answer in _answers(source.content):
            found = _fields(document, answer)
            links = {
                target.content["operationId"]: {
                    "operationId": target.content["operationId"],
                    "parameters": given | _tag(source, target, answer),
                    "description": target.content["summary"],
                }
                for target in targets
                if (given := _given(source, target, found))
            }
            if links:
                answer["links"] = links


def _operations(document: Mapping[str, Any]) -> Iterator[_Operation]:
    for path, item in document["paths"].items():
        for method, content in item.items():
            if method in _METHODS:
                yield _Operation(path, method, content)


def _answers(operation: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for status, answer in operation["responses"].items():
        if status.startswith("2") and _JSON in answer.get("content", {}):
            yield answer


def _fields(document: Mapping[str, Any], answer: Mapping[str, Any]) -> dict[str, str]:
    """Return where in an answer each field is: its own, else in an object or first item of a list in it."""
    properties = _properties(document, answer["content"][_JSON].get("schema", {}))
    found: dict[str, str] = {}
    for name, schema in properties.items():
        for inner in _properties(document, schema):
            found.setdefault(inner, f"$response.body#/{name}/{inner}")
        for inner in _properties(document, schema.get("items", {})):
            found.setdefault(inner, f"$response.body#/{name}/0/{inner}")
    return found | {name: f"$response.body#/{name}" for name in properties}


def _properties(document: Mapping[str, Any], schema: Mapping[str, Any]) -> dict[str, Any]:
    if "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
    properties: dict[str, Any] = schema.get("properties", {})
    return properties


def _tag(source: _Operation, target: _Operation, answer: Mapping[str, Any]) -> dict[str, str]:
    """Return where the tag that a change must name comes from: an answer that is the thing to be changed."""
    asked = any(each["name"] == "If-Match" for each in target.content.get("parameters", []))
    about_it = source.path == target.path or source.method == "post"
    if asked and about_it and "ETag" in answer.get("headers", {}):
        return {"header.If-Match": "$response.header.ETag"}
    return {}


def _given(source: _Operation, target: _Operation, found: Mapping[str, str]) -> dict[str, str]:
    """Return where the parameters of a target come from; nothing where one is missing or all were known."""
    same = source.resource == target.resource
    itself = source.path == target.path and source.method == target.method
    if itself or (_OF_PERSONS in (source.resource, target.resource) and not same):
        return {}
    usable = {name: place for name, place in found.items() if same or name not in _WITHIN_RESOURCE}
    own = {name: f"$request.path.{name}" for name in source.in_path} if same else {}
    given = own | usable
    if not (set(target.in_path) <= set(given) and set(target.in_path) & set(usable)):
        return {}
    return {name: given[name] for name in target.in_path}
