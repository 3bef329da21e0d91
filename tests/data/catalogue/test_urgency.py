import pytest

from data.catalogue.urgency import CRITERIA, UrgencyRating, read_ratings, urgency_of
from data.errors import InputError


def sheet(rater, points, code="6-15-05-01", **changes):
    return UrgencyRating(occ_code=code, rater=rater, **{**dict.fromkeys(CRITERIA, points), **changes})


def pairs(*both):
    return [
        sheet(rater, points, code=f"6-01-01-{place:02d}")
        for place, points_of in enumerate(both, 1)
        for rater, points in zip("甲乙", points_of, strict=True)
    ]


def test_a_sheet_weighs_five_criteria():
    rating = sheet("甲", 0, chain=100, project=80, training=60, substitution=40, public=20)
    # .30·100 + .25·80 + .15·(60 + 40 + 20) = 68
    assert rating.total == pytest.approx(68)
    assert sum(CRITERIA.values()) == pytest.approx(1)


def test_two_raters_who_agree_give_their_middle():
    found = urgency_of([sheet("甲", 70), sheet("乙", 80)])
    cell = found.of("6-15-05-01", None)
    assert (cell.score, cell.parts["training"], cell.reason) == (75, 75, None)
    assert found.alpha is None


def test_agreement_is_krippendorffs_alpha_on_the_interval_scale():
    # (20,20) (40,60) (80,80): Do = mean of squared differences over pairs = 2·400/6 = 133.3;
    # De over all pairs of the six values = Σ(vi−vj)²/15 ... α = 1 − Do/De
    values = [20, 20, 40, 60, 80, 80]
    de = sum((a - b) ** 2 for a in values for b in values) / (6 * 5)
    found = urgency_of(pairs((20, 20), (40, 60), (80, 80)))
    assert found.alpha == pytest.approx(1 - (2 * 400 / 6) / de)


def test_raters_who_agree_on_one_value_agree_fully():
    found = urgency_of(pairs((70, 70), (70, 70)))
    assert found.alpha == 1
    assert found.of("6-01-01-01", None).score == 70


def test_below_two_thirds_everything_must_be_rated_again():
    found = urgency_of(pairs((20, 80), (80, 20), (50, 55)))
    assert found.alpha < 0.67
    assert {cell.reason.code for cell in found.cells.values()} == {"alpha_low"}
    assert {cell.score for cell in found.cells.values()} == {None}


@pytest.mark.parametrize(("first", "second"), [(40, 61), (59, 60)])
def test_raters_far_apart_or_on_either_side_of_60_need_a_third(first, second):
    two = [sheet("甲", first), sheet("乙", second)]
    assert urgency_of(two).of("6-15-05-01", None).reason.code == "raters_apart"
    cell = urgency_of([*two, sheet("丙", 62)]).of("6-15-05-01", None)
    assert cell.score == max(second, min(first, 62)) if second > 62 else sorted([first, second, 62])[1]


def test_one_rater_and_none_decide_nothing():
    found = urgency_of([sheet("甲", 90)])
    assert found.of("6-15-05-01", None).reason.code == "one_rater"
    assert found.of("6-15-05-01", "港口物流").reason.code == "no_urgency"
    assert urgency_of([]).cells == {}


def test_a_rater_rates_a_cell_once():
    with pytest.raises(InputError, match="评了两次"):
        urgency_of([sheet("甲", 70), sheet("甲", 72)])


def test_sheets_are_read_from_a_table(tmp_path):
    path = tmp_path / "评分.csv"
    path.write_text(
        "职业编码,重点产业,评审人代号,产业链关键度,重大项目与揭榜需求,培养周期,可替代难度,公共服务与安全影响\n"
        "6-15-05-01,镁材料深加工,甲,90,80,70,60,50\n6-15-05-02,,甲,10,20,30,40,50\n",
        encoding="utf-8",
    )
    first, second = read_ratings(path)
    assert (first.key_industry, first.chain, second.key_industry, second.training) == (
        "镁材料深加工",
        90,
        None,
        30,
    )


def test_a_table_with_a_bad_cell_or_without_a_column_is_refused(tmp_path):
    path = tmp_path / "评分.csv"
    path.write_text(
        "职业编码,评审人代号,产业链关键度,重大项目与揭榜需求,培养周期,可替代难度,公共服务与安全影响\n"
        "6-15-05-01,甲,900,80,70,60,50\n",
        encoding="utf-8",
    )
    with pytest.raises(InputError, match="有1行不能用：第2行的“产业链关键度”"):
        read_ratings(path)
    path.write_text("职业编码,评审人代号,产业链关键度\n6-15-05-01,甲,90\n", encoding="utf-8")
    with pytest.raises(InputError, match="缺少列：重大项目与揭榜需求"):
        read_ratings(path)
