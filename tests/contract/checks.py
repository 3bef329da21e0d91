"""What schemathesis checks beyond its own checks, in the short contract run and in the long one."""

from __future__ import annotations

import schemathesis
from schemathesis.core.failures import Failure

NOT_AS_DESCRIBED = {"request_malformed", "text_not_plain"}
"""Codes that say that a request has not the form of the description."""


@schemathesis.check
def described_data_is_well_formed(ctx, response, case):
    """Fail where a request of the described form is told that it has another.

    Every 422 but one says what no schema can: that a code is of no list, or that fields contradict.
    """
    if case.meta is None or not case.meta.generation.mode.is_positive or response.status_code != 422:
        return
    if response.json()["code"] in NOT_AS_DESCRIBED:
        raise Failure(
            operation=case.operation.label,
            title="Described data called malformed",
            message=response.text,
        )
