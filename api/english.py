"""Problem documents in English, for callers who prefer it to Chinese (Accept-Language)."""

from __future__ import annotations

from typing import Final

__all__ = ["FIELD_MESSAGES", "MESSAGES", "TITLES", "prefers_english"]

TITLES: Final[dict[int, str]] = {
    400: "Bad input",
    401: "Not authenticated",
    403: "Not allowed",
    404: "Not found",
    408: "Too slow",
    409: "Too little evidence",
    413: "Too large",
    414: "Address too long",
    422: "Malformed request",
    429: "Too many requests",
    431: "Headers too large",
    500: "Internal error",
    503: "Not ready",
}
"""Title of each status."""

MESSAGES: Final[dict[str, tuple[str, str]]] = {
    "agency_licence_expired": (
        "The licence of the agency has expired",
        "Submit the renewed licence to the talent office",
    ),
    "agency_licence_not_yet_valid": ("The licence of the agency is not valid yet", "Come back once it is"),
    "agency_suspended": ("The agency is suspended from the API", "Contact the talent office"),
    "body_too_large": ("The body of the request is too large", "Send it in several parts"),
    "body_too_slow": ("The body of the request did not come in time", "Send it in several parts"),
    "body_unreadable": ("The body of the request cannot be read", "See /openapi.json"),
    "credentials_ambiguous": ("Both a key and a token were sent", "Send one of them"),
    "csrf_refused": (
        "The request does not seem to come from a page of this system",
        "Send X-CSRF-Token with the token of the session",
    ),
    "headers_too_large": ("The headers of the request are too many or too long", "Send fewer"),
    "internal_error": (
        "The request failed inside the service",
        "Try again later, then tell the administrator",
    ),
    "key_expired": ("The API key has expired", "Ask the administrator for a new one"),
    "key_missing_or_invalid": (
        "No valid API key was sent",
        "Send the key in X-API-Key or a token in Authorization",
    ),
    "length_invalid": ("Content-Length is no whole number", "Change the header"),
    "login_delayed": ("Too many attempts to log in failed", "Wait as long as Retry-After says"),
    "login_failed": (
        "Name or password is wrong, or the account is locked",
        "Check both, or ask the administrator",
    ),
    "method_not_allowed": ("The address does not support this method", "See /openapi.json"),
    "not_allowed": ("This is not allowed", "See /openapi.json"),
    "not_found": ("There is no such address", "See /openapi.json"),
    "not_ready": ("The service is not ready", "Try again in a moment"),
    "oidc_failed": ("Logging in with the identity provider failed", "Try again, or ask the administrator"),
    "oidc_no_role": ("The identity provider gives you no role here", "Ask the administrator for a role"),
    "quota_exceeded": (
        "The quota of the day is used up",
        "Wait as long as Retry-After says, or ask for more",
    ),
    "rate_exceeded": ("Too many requests in a short time", "Wait as long as Retry-After says"),
    "request_malformed": ("The request does not have the form that is described", "Change what errors lists"),
    "role_missing": ("Your roles do not allow this", "Somebody with the role must do it"),
    "scope_missing": ("The key, token or user lacks the scope", "Ask the administrator for it"),
    "session_ended": ("The session has ended", "Log in again"),
    "session_missing": ("Nobody is logged in", "Log in first"),
    "store_unreachable": (
        "The database cannot be read or written at the moment",
        "Try again later, then tell the administrator",
    ),
    "text_not_plain": (
        "The content holds NaN, infinity, half of a character or NUL",
        "Take it out and send again",
    ),
    "token_expired": ("The access token has expired", "Get another one from /v1/oauth/token"),
    "token_invalid": ("The access token is invalid", "Get another one from /v1/oauth/token"),
    "token_revoked": (
        "The key of the access token was revoked or has expired",
        "Get a token for a valid key",
    ),
    "url_too_long": ("The address of the request is too long", "Put the content into the body"),
}
"""Detail and hint of each code that has them in English; other codes keep their Chinese text."""

FIELD_MESSAGES: Final[dict[str, str]] = {
    "missing": "required field is missing",
    "extra_forbidden": "no such field",
    "json_invalid": "not valid JSON",
    "string_type": "must be a string",
    "string_too_short": "must not be empty",
    "string_too_long": "too long, at most {max_length} characters",
    "string_pattern_mismatch": "must match {pattern}",
    "int_parsing": "must be an integer",
    "int_from_float": "must be an integer",
    "int_type": "must be an integer",
    "float_parsing": "must be a number",
    "float_type": "must be a number",
    "finite_number": "must be a finite number",
    "greater_than_equal": "must not be less than {ge}",
    "less_than_equal": "must not be more than {le}",
    "enum": "must be one of {expected}",
    "tuple_type": "must be a list",
    "too_long": "too many, at most {max_length} items",
    "too_short": "too few, at least {min_length} items",
    "dict_type": "must be an object",
    "model_type": "must be an object",
    "model_attributes_type": "must be an object",
    "date_type": "must be a date YYYY-MM-DD",
    "date_parsing": "must be a date YYYY-MM-DD",
    "date_from_datetime_parsing": "must be a date YYYY-MM-DD",
    "date_from_datetime_inexact": "must be a date YYYY-MM-DD",
}
"""What is wrong with a field, by pydantic's name of the error."""


def prefers_english(accept_language: str) -> bool:
    """Return whether a caller would rather read English than Chinese.

    Parameters
    ----------
    accept_language
        The header (RFC 9110 §12.5.4); empty or unreadable means Chinese.

    Examples
    --------
    >>> prefers_english("en-GB,en;q=0.9,zh;q=0.1"), prefers_english("zh-CN,en;q=0.8"), prefers_english("*")
    (True, False, False)
    """
    best = {"en": 0.0, "zh": 0.0}
    for part in accept_language[:500].split(","):
        tag, _, weight = part.partition(";")
        language = tag.strip().lower().split("-")[0]
        if language in best:
            best[language] = max(best[language], _weight(weight))
    return best["en"] > best["zh"]


def _weight(text: str) -> float:
    name, _, value = text.strip().partition("=")
    if not name:
        return 1.0
    try:
        weight = float(value) if name.strip().lower() == "q" else 0.0
    except ValueError:
        return 0.0
    return weight if 0 <= weight <= 1 else 0.0
