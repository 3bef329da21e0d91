"""A small audited city on the hashing model."""

from __future__ import annotations

import pytest

from data.regions import read_region
from matching.coding import Coders
from matching.encoder.model import EmbeddingModel
from matching.matcher import Matcher
from training.fairness.doors import Sample, city_sample


@pytest.fixture(scope="session")
def sample() -> Sample:
    """Return sixteen open vacancies and twenty people."""
    return city_sample(read_region("yingkou"), seed=7, vacancies=16, profiles=20)


@pytest.fixture(scope="session")
def coders(hashing_model: EmbeddingModel) -> Coders:
    """Return the coders on the hashing model."""
    return Coders.from_reference(hashing_model)


@pytest.fixture(scope="session")
def audited(sample: Sample, hashing_model: EmbeddingModel, coders: Coders) -> Matcher:
    """Return the matcher of the sample."""
    return sample.door.matcher(sample.postings, sample.profiles, hashing_model, coders)
