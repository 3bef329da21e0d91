"""Trials at the desk: what the index of an entry would be if; nothing of it is kept."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from api.service import Service
from data.catalogue.entries import Entry, ShortageEntry
from data.catalogue.what_if import Scenario, WhatIf, what_if
from data.demand import read_demand, read_supply
from data.errors import InputError
from data.releases.judgements import Judgements
from data.releases.rebuild import inputs_of
from data.releases.registry import Release

__all__ = ["TRIALS", "Trial", "tried"]


class Trial(NamedTuple):
    """A scenario that can be tried."""

    name: str
    """Its name in the address."""
    scenario: Scenario
    """What is altered."""
    unit: str
    """Unit of the amount; empty where there is none."""
    most: int
    """Largest amount of the slider."""
    amount: float
    """What stands in it at first."""

    @property
    def factor(self) -> float:
        """What the amount is multiplied with."""
        return 0.01 if self.scenario is Scenario.PAY else 1.0


TRIALS: Final = (
    Trial("supply", Scenario.SUPPLY, "人", 500, 50),
    Trial("pay", Scenario.PAY, "%", 100, 10),
    Trial("skill", Scenario.SKILL, "", 0, 0),
)
"""What can be tried."""


def tried(service: Service, release: Release, entry: Entry, scenario: str, amount: str) -> WhatIf:
    """Ask what the index of an entry would be, on the data that its edition rests on.

    Parameters
    ----------
    service
        The service.
    release
        The edition; where it kept no data, those of the store are taken.
    entry
        The entry.
    scenario
        Name of what is altered.
    amount
        How much, as typed.

    Raises
    ------
    InputError
        There is no such scenario, or the amount cannot be used.
    UnknownName
        The entry puts several occupations together.
    RefusedError
        The data do not tell.
    """
    trial = next((each for each in TRIALS if each.name == scenario), None)
    if trial is None or not isinstance(entry, ShortageEntry):
        raise InputError("one_scenario", "没有这种设想", hint="增加人才、提高薪酬、以技能等级替代学历三选一")
    try:
        size = float(amount or 0) * trial.factor
    except ValueError as error:
        raise InputError("not_a_number", f"设想的数值不是数字：{amount}", hint="如 200 或 10") from error
    document = service.documents.read(release.latest.edition_id).catalogue
    if release.snapshot_folder is None:
        vacancies, profiles = read_demand(service.store, service.region), None
        given = Judgements()
    else:
        inputs = inputs_of(release, service.settings.snapshots_dir)
        vacancies, profiles = inputs.vacancies, inputs.profiles
        given = Judgements.from_extras(inputs.extras)
    if profiles is None or trial.scenario is Scenario.SKILL:
        # What is kept of people for an edition has neither schooling nor skill levels.
        profiles = read_supply(service.store, service.region)
    return what_if(
        vacancies,
        profiles,
        occupation=entry.occ_code,
        industry=entry.key_industry,
        scenario=trial.scenario,
        amount=size,
        as_of=document.as_of,
        rng=np.random.default_rng(release.seed),
        synthetic=entry.synthetic,
        references=given.references,
        survey=given.survey,
    )
