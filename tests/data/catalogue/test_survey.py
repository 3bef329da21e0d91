import pytest
from pydantic import ValidationError

from data.catalogue.survey import SurveyShare, read_survey, survey_by_cell
from data.errors import InputError


def test_published_shares_are_read_and_indexed_by_cell(tmp_path):
    path = tmp_path / "评价.csv"
    path.write_text(
        "职业编码,重点产业,招聘困难占比,填报单位数\n6-15-05-01,镁材料深加工,0.6,12\n6-15-05-01,,0.2,5\n",
        encoding="utf-8",
    )
    found = survey_by_cell(read_survey(path))
    assert found["6-15-05-01", "镁材料深加工"].hard_share == 0.6
    assert found["6-15-05-01", None].n == 5


def test_a_share_of_two_employers_is_no_aggregate():
    with pytest.raises(ValidationError):
        SurveyShare(occ_code="6-1", hard_share=0.5, n=2)


def test_a_cell_stands_once():
    share = SurveyShare(occ_code="6-15-05-01", hard_share=0.5, n=5)
    with pytest.raises(InputError, match="出现两次"):
        survey_by_cell([share, share])
