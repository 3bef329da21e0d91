from collections import Counter
from pathlib import Path

import pandas as pd
import pytest

from data.linter.scan import lint, scan
from data.normalise.contacts import mask_contacts
from data.normalise.text import clean_prose

REAL = Path(__file__).resolve().parents[3] / "../shared/data/demo_seed_pseudonymised.csv.gz"
pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not REAL.exists(), reason="没有 ../shared/data：真实样本不随仓库分发"),
]


@pytest.fixture(scope="module")
def texts():
    frame = pd.read_csv(REAL, dtype=str, keep_default_na=False, usecols=["title", "description"])
    return [
        mask_contacts(clean_prose(text))
        for text in (*frame["title"].unique(), *frame["description"].unique())
        if text
    ]


def test_real_texts_lose_every_demand_and_the_findings_quote_them(texts):
    rules = Counter()
    for text in texts:
        kept, findings = scan(text)
        assert lint(kept) == ()
        for finding in findings:
            assert text[finding.start : finding.end] == finding.text
            rules[finding.rule] += 1
    # Read by eye: nearly all of what is found is a demand, most often the kind of school and the age.
    assert rules["school_tier"] > 200
    assert rules["age"] > 100
    assert 0.01 * len(texts) < sum(rules.values()) < 0.15 * len(texts)
