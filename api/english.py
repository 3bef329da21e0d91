"""Problem documents in English, for callers who prefer it to Chinese (Accept-Language)."""

from __future__ import annotations

from typing import Final

from api.messages import BELOW_THE_EDGE

__all__ = ["FIELD_MESSAGES", "MESSAGES", "TITLES", "prefers_english"]

TITLES: Final[dict[int, str]] = {
    400: "Bad input",
    401: "Not authenticated",
    403: "Not allowed",
    404: "Not found",
    408: "Too slow",
    409: "The present state does not allow it",
    412: "Changed meanwhile",
    413: "Too large",
    414: "Address too long",
    422: "Malformed request",
    428: "Condition required",
    429: "Too many requests",
    431: "Headers too large",
    500: "Internal error",
    503: "Not ready",
}
"""Title of each status."""

MESSAGES: Final[dict[str, tuple[str, str]]] = {
    **BELOW_THE_EDGE,
    "agency_licence_expired": (
        "The licence of the agency has expired",
        "Submit the renewed licence to the talent office",
    ),
    "agency_licence_not_yet_valid": ("The licence of the agency is not valid yet", "Come back once it is"),
    "agency_suspended": ("The agency is suspended from the API", "Contact the talent office"),
    "file_other": ("This is not the file that was handed in", "Choose the same file, unchanged"),
    "refused_rows_none": ("There are no rows to correct", "Correct refused profiles in the file itself"),
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
    "request_contradictory": (
        "Fields that are right by themselves cannot hold together",
        "Change what errors lists",
    ),
    "value_unusable": ("A parameter has a value that cannot be used", "Change what errors lists"),
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
    "after_invalid": ("No entry can have the id given as after", "Write edition/entry, such as 3/E0001"),
    "changes_expired": (
        "What was removed after since is no longer known: changes alone would miss some of it",
        "Take a snapshot anew, then changes from its position",
    ),
    "since_invalid": (
        "since was not given out by this service for this resource and caller",
        "Use the position of a snapshot or of the changes before, as it was given",
    ),
    "storage_unreachable": (
        "The object storage cannot be read or written at the moment",
        "Try again later, then tell the administrator",
    ),
    "storage_damaged": (
        "A file on the object storage is missing or not what was written",
        "Tell the administrator, who can put back a sound copy",
    ),
    "storage_url_invalid": ("The address of the object storage cannot be used", "Tell the administrator"),
    "storage_package_missing": (
        "A package for object storage is not installed",
        "Tell the administrator",
    ),
    "storage_name": ("This cannot be a name on the object storage", "Check the name"),
    "key_differs": (
        "The key of the pseudonyms is not that of the other machines",
        "Tell the administrator, who copies the key",
    ),
    "snapshots_busy": ("Too many snapshots are being read at this moment", "Try again in a minute"),
    "answer_empty": (
        "The answer has no content or nobody gives it",
        "State the reason",
    ),
    "bulletin_unknown": (
        "There is no such bulletin",
        "The numbers stand in the list of bulletins",
    ),
    "edition_unknown": (
        "There is no such edition",
        "The numbers stand in the lists of editions",
    ),
    "entry_unknown": (
        "The edition has no such entry",
        "The codes stand in the catalogue",
    ),
    "receipt_unknown": (
        "There is no objection or comment with this receipt",
        "Check the receipt",
    ),
    "search_changed": (
        "The saved search was changed or deleted in the meantime",
        "Read it again, then run it",
    ),
    "search_unknown": (
        "There is no such saved search",
        "Check the number; searches that expired are deleted",
    ),
    "searches_too_many": (
        "Too many searches are saved",
        "Delete those that are no longer needed",
    ),
    "ticket_answered": (
        "It was answered already",
        "An answer is never rewritten; raise another one",
    ),
    "ticket_empty": (
        "The objection has no content, or nobody raises it",
        "State who says what",
    ),
    "password_common": (
        "The password is too easy to guess",
        "Choose a phrase that only you would think of",
    ),
    "user_unknown": (
        "There is no such user",
        "Check the name",
    ),
    "password_too_long": ("The password is too long", "Choose a shorter phrase"),
    "password_too_short": ("The password is too short", "A phrase of twelve characters or more"),
    "consent_blank": ("Agency, purpose and who records it must be stated", "State what is missing"),
    "consent_of_other": (
        "An agency can record consents that name itself only",
        "The other agency records its own",
    ),
    "consent_unknown": ("There is no such consent", "Check the number"),
    "content_changed": (
        "The content was changed after it was read",
        "Read it again, compare, then change it",
    ),
    "cursor_invalid": (
        "The cursor was not given out for this list",
        "Leave the cursor out to start from the first page",
    ),
    "idempotency_key_reused": (
        "This Idempotency-Key was used for another request",
        "Use the same key for the same request only",
    ),
    "if_match_missing": (
        "The request does not say which content it changes",
        "Read the content, then send its ETag in If-Match",
    ),
    "posting_published": (
        "An entry of a catalogue rests on this posting, so it cannot be deleted",
        "Close it with PUT, stating day and outcome",
    ),
    "posting_unknown": ("There is no such posting", "Check the number"),
    "profile_erased": (
        "The profile with this number was erased as the person asked, and is not accepted again",
        "Ask the person",
    ),
    "profile_unknown": ("There is no such profile", "Check the number"),
    "record_of_other": (
        "The record was not brought by the caller, who cannot change it",
        "Whoever brought it can",
    ),
    "reference_personal": (
        "The number holds a telephone or identity number",
        "Use a number without personal data",
    ),
    "reference_taken": ("There is a record with this number", "Use PUT to correct it"),
    "vacancy_unknown": ("There is no such vacancy", "Check the number"),
    "batch_unknown": (
        "There is no batch with this identifier",
        "Check it; the list is at /v1/batches",
    ),
    "batch_not_done": (
        "The file is still being read, there is no list of problems yet",
        "Ask again when it is done",
    ),
    "file_too_slow": (
        "The file was not read in the time there is",
        "Check the file, split it, or save it as csv",
    ),
    "upload_not_kept": (
        "The file was not kept, the disk may be full",
        "Try again later; if it lasts, ask the administrator",
    ),
    "upload_missing": (
        "The file handed in is gone and cannot be read",
        "Hand it in again; rows that are stored are not repeated",
    ),
    "previews_busy": (
        "Too many files are being looked at",
        "Try again later",
    ),
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
