"""A served store with a few people and needs, and match jobs on it."""

from __future__ import annotations

import shutil
from types import SimpleNamespace

import pytest

from api.jobs.match import MATCH, MatchJobRequest
from api.jobs.registry import workers_of
from api.service import Service
from data.jobs import JobRequest
from data.settings import Settings
from data.store.job_results import iter_results
from data.store.jobs import read_job, submit_job


class Matched:
    """Match jobs on a service."""

    def __init__(self, served):
        self.served, self.service, self.store = served, served.service, served.service.store

    @property
    def vacancy_ids(self):
        return sorted(self.service.matcher.vacancies.ids)

    def submit(self, queries, *, part_size=4, owner="", actor="甲", **options):
        request = MatchJobRequest(queries=queries, **options)
        kept = [each.to_query() for each in request.queries]
        given = JobRequest(MATCH, owner, actor, kept, request.payload(), part_size=part_size)
        return submit_job(self.store, given).job.job_id

    def work(self):
        workers = workers_of(self.service, threads=1)
        workers.start(until_idle=True)
        workers.join()
        return workers.taken

    def results(self, job_id):
        return list(iter_results(self.store, job_id))

    def answered(self, queries, **options):
        job_id = self.submit(queries, **options)
        self.work()
        return self.results(job_id)

    def state(self, job_id, owner=""):
        return read_job(self.store, job_id, owner=owner)


@pytest.fixture(scope="module")
def shared(filled_once, tmp_path_factory, hashing_model):
    """Return match jobs on a service that the tests of a module share."""
    folder = shutil.copytree(filled_once, tmp_path_factory.mktemp("shared"), dirs_exist_ok=True)
    service = Service.from_settings(Settings(var_dir=folder), model=hashing_model)
    yield Matched(SimpleNamespace(folder=folder, service=service))
    service.store.engine.dispose()


@pytest.fixture
def matched(serve):
    return Matched(serve())
