"""Charts that need the data behind an edition; no employer shows through them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy.stats import CensoredData, ecdf

from data.catalogue.artefacts.charts import GREYS, LINES, Chart, new_axes
from data.catalogue.disclosure import is_confidential
from data.catalogue.frames import read_spells
from data.catalogue.period import Period
from data.catalogue.spells import CAP_DAYS, FILL_DAYS, add_timing
from data.catalogue.suppression import TOTAL, cross_table
from data.records import Education
from data.reference import division_names

__all__ = ["employer_spells", "market_charts"]

MIN_CURVE = 30
GROUPS = {
    "1": "单位负责人", "2": "专业技术人员", "3": "办事人员", "4": "服务人员", "5": "农林牧渔",
    "6": "生产制造",
}  # fmt: skip


def employer_spells(vacancies: pd.DataFrame, period: Period) -> pd.DataFrame:
    """Select the vacancies that employers themselves opened within the period, with their timing.

    Parameters
    ----------
    vacancies
        Table with the columns of the method; it is not changed.
    period
        The four quarters.

    Returns
    -------
    DataFrame
        Real and generated vacancies alike, told apart by ``synthetic``; with ``source`` where it is known.
    """
    spells = add_timing(read_spells(vacancies, period).frame, period)
    if "source" in vacancies.columns:
        spells["source"] = spells["vacancy_id"].map(vacancies.set_index("vacancy_id")["source"])
    own = ~spells["employer_is_agency"].astype(bool) & (spells["employer"] != "")
    return spells[own & (spells["opened_on"] >= period.start)].reset_index(drop=True)


def market_charts(spells: pd.DataFrame, profiles: pd.DataFrame, *, banner: str) -> list[Chart]:
    """Draw what the vacancies and profiles of one nature show.

    Parameters
    ----------
    spells
        What :func:`employer_spells` returned, of one nature.
    profiles
        Profiles of the same nature; those with ``education`` give a comparison.
    banner
        Label of the nature of the data.

    Returns
    -------
    list of Chart
        Those whose data exist and may be shown.
    """
    drawn = (_survival(spells, banner), _education(spells, profiles, banner), _counties(spells, banner))
    return [chart for chart in drawn if chart is not None]


def _survival(spells: pd.DataFrame, banner: str) -> Chart | None:
    """Kaplan–Meier curves of the share still unfilled, by major group of occupation."""
    told = spells[spells["days"].notna() & spells["occupation_code"].notna()]
    curves = []
    for group, own in told.groupby(told["occupation_code"].str[0], sort=True):
        by_employer = np.asarray(own.groupby("employer").size(), dtype=np.float64)
        if str(group) in GROUPS and len(own) >= MIN_CURVE and not is_confidential(by_employer):
            days, filled = own["days"].to_numpy(dtype=np.float64), own["filled"].to_numpy(dtype=np.bool_)
            curves.append((GROUPS[str(group)], ecdf(CensoredData.right_censored(days, ~filled)).sf))
    if not curves:
        return None
    title = "招聘时长：开始后仍未招满的比例（Kaplan–Meier）"
    figure, axes = new_axes(title, banner)
    rows = []
    for place, (name, survival) in enumerate(curves):
        ends = np.concatenate([[0.0], survival.quantiles, [CAP_DAYS]])
        shares = np.concatenate([[1.0], survival.probabilities, survival.probabilities[-1:]])
        axes.step(
            ends, shares, where="post", label=name, color=GREYS[5 - place % 3], ls=LINES[place % len(LINES)]
        )
        rows.append((name, *(round(float(survival.evaluate(day)), 3) for day in (30, 60, FILL_DAYS, 120))))
    axes.axvline(FILL_DAYS, color="black", lw=0.6)
    axes.set(xlim=(0, CAP_DAYS), ylim=(0, 1), xlabel="天（竖线为90日）", ylabel="未招满的比例")
    axes.legend(frameon=False, fontsize=9, ncols=2)
    alt = "90日后仍未招满：" + "，".join(f"{row[0]}{row[3]:.0%}" for row in rows) + "。"
    header = ("职业大类", "30日", "60日", "90日", "120日")
    return Chart("09-招聘时长曲线", title, alt, header, tuple(rows), figure)


def _education(spells: pd.DataFrame, profiles: pd.DataFrame, banner: str) -> Chart | None:
    """Schooling asked for, and held by seekers where profiles tell."""
    stated = spells[spells["education"].notna()]
    if stated.empty:
        return None
    shown, hidden = cross_table(
        pd.Series(1.0, index=stated.index),
        rows=stated["education"].astype(str),
        columns=pd.Series("需求", index=stated.index),
        employers=stated["employer"],
    )
    order = [level.value for level in Education if level.value in shown.index]
    totals = shown[TOTAL].to_dict()
    asked = [float(totals[level]) / len(stated) for level in order]
    held = _held(profiles, order)
    title = "学历要求与求职者学历" if held else "学历要求（均含“或同等技能等级”）"
    figure, axes = new_axes(title, banner)
    sides = [("要求", asked, -0.2, "///")] + ([("持有", held, 0.2, "...")] if held else [])
    for name, shares, shift, hatch in sides:
        places = np.arange(len(order)) + (shift if held else 0.0)
        axes.bar(places, np.nan_to_num(shares), 0.4, label=name, color=GREYS[1 if shift < 0 else 0],
                 edgecolor="black", hatch=hatch, linewidth=0.6)  # fmt: skip
    axes.set_xticks(range(len(order)), order)
    axes.set(
        ylabel="占写明者的比例", xlabel="每档不足三家单位的保密（不是零）" if hidden.to_numpy().any() else ""
    )
    axes.legend(frameon=False)
    rows = tuple(
        (level, None if np.isnan(share) else round(float(share), 3), round(held[place], 3) if held else None)
        for place, (level, share) in enumerate(zip(order, asked, strict=True))
    )
    most = max(rows, key=lambda row: row[1] or 0.0)
    alt = f"写明学历的需求中，“{most[0]}”最多，占{most[1] or 0:.0%}。"
    return Chart("10-学历要求", title, alt, ("学历", "要求", "持有"), rows, figure)


def _held(profiles: pd.DataFrame, order: Sequence[str]) -> list[float]:
    if "education" not in profiles.columns or not profiles["education"].notna().any():
        return []
    shares = profiles["education"].dropna().astype(str).value_counts(normalize=True)
    return [float(shares.get(level, 0.0)) for level in order]


def _counties(spells: pd.DataFrame, banner: str) -> Chart | None:
    """Vacancies by county and industry, with secondary suppression."""
    placed = spells[spells["place_code"].notna()]
    if placed.empty:
        return None
    names = division_names()
    shown, hidden = cross_table(
        pd.Series(1.0, index=placed.index),
        rows=placed["place_code"].map(lambda code: names.get(code, code)),
        columns=placed["key_industry"].fillna("其他产业").astype(str),
        employers=placed["employer"],
    )
    title = "各县（市）区的需求数"
    totals = shown[TOTAL].drop(TOTAL).sort_values()
    figure, axes = new_axes(title, banner, height=0.4 * len(totals) + 1.4)
    bars = axes.barh(list(totals.index), totals.fillna(0).tolist(), color=GREYS[1], edgecolor="black",
                     hatch="///", linewidth=0.6)  # fmt: skip
    axes.bar_label(bars, ["c 保密" if np.isnan(value) else f"{value:.0f}" for value in totals], padding=3)
    axes.set_xlabel("需求数（一需求一计；c 为保密，不是零；未细分到县区的列在市名下）")
    known = totals.dropna()
    alt = f"需求最多的是{known.index[-1]}，{known.iloc[-1]:.0f}个。" if len(known) else "各地数字均保密。"
    rows = tuple(
        (
            str(place),
            *(
                "c" if hidden.loc[place, column] else int(shown.loc[place, column])
                for column in shown.columns
            ),
        )
        for place in shown.index
    )
    return Chart("11-县区分布", title, alt, ("所在地", *map(str, shown.columns)), rows, figure)
