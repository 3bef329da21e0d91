"""The labelled synthetic city 营口 (合成数据): invented employers and people, and the truth behind them."""

from data.synthetic.city import SyntheticCity, Truth, generate_city, write_city
from data.synthetic.postings import POSTING_COLUMNS
from data.synthetic.profiles import PROFILE_COLUMNS

__all__ = ["POSTING_COLUMNS", "PROFILE_COLUMNS", "SyntheticCity", "Truth", "generate_city", "write_city"]
