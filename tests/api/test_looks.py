"""Looks at people as the audit notes them."""

from __future__ import annotations

import getpass

from api.looks import look_of, note_matches, user_of_machine
from data.pseudonyms import read_key
from data.records import Posting, Profile
from data.store.audit import Action, read_accesses

POSTING = Posting(posting_id="inline", source="api", source_row=0, employer="", title="岸桥司机")


def test_a_list_of_people_notes_everyone_it_shows(service):
    matcher = service.matcher
    found = matcher.match_vacancy(matcher.vacancies.ids[0], k=4, near=3)
    look = look_of(found, actor="甲")
    assert (look.action, look.vacancy_id, look.profile_id) == (
        Action.MATCH_PROFILES,
        matcher.vacancies.ids[0],
        None,
    )
    assert look.shown == [each.id for each in (*found.results, *found.near_miss)]
    assert look.results == len(found.results) == 4


def test_a_list_of_vacancies_notes_the_person_who_asked_and_nobody_else(service):
    matcher = service.matcher
    look = look_of(matcher.match_profile(matcher.profiles.ids[0], k=2), actor="甲")
    assert (look.action, look.vacancy_id, look.profile_id) == (
        Action.MATCH_VACANCIES,
        None,
        matcher.profiles.ids[0],
    )
    assert (look.results, list(look.shown)) == (2, [])


def test_content_given_in_full_names_neither_vacancy_nor_person(service):
    matcher = service.matcher
    for found in (
        matcher.match_vacancy(POSTING, k=1),
        matcher.match_profile(Profile(profile_id="inline", title="岸桥司机"), k=1),
    ):
        look = look_of(found, actor="甲")
        assert (look.vacancy_id, look.profile_id) == (None, None)


def test_a_command_notes_the_user_of_the_machine(service, sqlite_store):
    found = service.matcher.match_vacancy(service.matcher.vacancies.ids[0], k=1)
    note_matches(sqlite_store, service.settings, found)
    key = read_key(service.settings.var_dir)
    (noted,) = read_accesses(sqlite_store, found.results[0].id, key=key)
    assert noted["actor"] == user_of_machine() == f"cli:{getpass.getuser()}"
