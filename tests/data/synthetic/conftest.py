from __future__ import annotations

import pytest

from data.synthetic import SyntheticCity, generate_city
from data.synthetic.content import Content, read_content


@pytest.fixture(scope="session")
def content() -> Content:
    return read_content()


@pytest.fixture(scope="session")
def city() -> SyntheticCity:
    return generate_city()
