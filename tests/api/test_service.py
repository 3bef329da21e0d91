"""What a running service holds."""

from __future__ import annotations

import datetime as dt

from api.service import Service, matching_day
from data.settings import Settings
from data.store.moments import beijing_today


def test_matches_are_made_for_the_last_day_of_the_data(service):
    assert matching_day(service.store, service.region) == dt.date(2026, 10, 31)


def test_without_data_matches_are_made_for_today(empty_service):
    assert matching_day(empty_service.store, empty_service.region) == beijing_today()


def test_a_service_starts_on_a_store_without_anything(tmp_path, hashing_model):
    made = Service.from_settings(Settings(var_dir=tmp_path), model=hashing_model)
    assert len(made.matcher.vacancies) == 0
