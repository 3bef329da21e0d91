"""The states of an edition as a row of stages: passed, present and still to come."""

from __future__ import annotations

from typing import NamedTuple

from data.releases.chain import HistoryStep
from data.releases.registry import Release
from data.releases.states import EditionState, Step, main_path, steps_from

__all__ = ["Stage", "next_step", "stages_of"]

_SIDEWAYS = (EditionState.WITHDRAWN, EditionState.REJECTED, EditionState.CORRECTED)


class Stage(NamedTuple):
    """One state on the way."""

    state: EditionState
    """The state."""
    step: HistoryStep | None
    """The step that led to it; None where it is still to come."""
    mark: str
    """``done``, ``now``, ``next``, ``out`` or empty."""


def stages_of(release: Release) -> tuple[Stage, ...]:
    """List the states of the way; of an edition that was taken back or refused only those it passed.

    Parameters
    ----------
    release
        The edition.
    """
    passed = {step.target: step for step in release.history}
    if release.state.is_out:
        done = [Stage(step.target, step, "done") for step in release.history[:-1]]
        return (*done, Stage(release.state, release.history[-1], "out"))
    present = EditionState.PUBLISHED if release.state is EditionState.CORRECTED else release.state
    path = main_path()
    at = path.index(present)
    return tuple(
        Stage(
            release.state if place == at else state,
            passed.get(state) if place <= at else None,
            "done" if place < at else "now" if place == at else "next" if place == at + 1 else "",
        )
        for place, state in enumerate(path)
    )


def next_step(release: Release) -> Step | None:
    """Return the step that leads on; None at the end of the way."""
    return next((step for step in steps_from(release.state) if step.target not in _SIDEWAYS), None)
