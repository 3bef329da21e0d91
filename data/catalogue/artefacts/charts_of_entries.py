"""Charts that the entries of an edition give by themselves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from matplotlib.ticker import MaxNLocator

from data.catalogue.artefacts.charts import GREYS, HATCHES, MARKERS, Chart, new_axes
from data.catalogue.artefacts.reports import banner_of
from data.catalogue.entries import Catalogue, Confidence, ShortageEntry
from data.catalogue.rules import LEVELS, NOT_RATED
from data.catalogue.words import CAUSES, INDICATORS

__all__ = ["entry_charts"]

Shortage = Catalogue[ShortageEntry]
TOP = 20


def entry_charts(catalogue: Shortage) -> list[Chart]:
    """Draw what a shortage catalogue shows.

    Parameters
    ----------
    catalogue
        The catalogue as published.

    Returns
    -------
    list of Chart
        Those whose data exist; none for an empty catalogue.
    """
    makers = (_stars, _quadrant, _top, _tension, _causes, _pay, _strip, _reasons)
    drawn = (maker(catalogue) for maker in makers)
    return [chart for chart in drawn if chart is not None]


def _sections(catalogue: Shortage) -> list[str]:
    return list(dict.fromkeys(entry.section for entry in catalogue.entries))


def _label(entry: ShortageEntry) -> str:
    """Name an entry on an axis, without the note on what was put together in it."""
    return f"{entry.occ_name.split('（')[0][:14]}（{entry.section[:6]}）"


def _stack(
    catalogue: Shortage,
    title: str,
    counts: Sequence[tuple[str, Counter[str]]],
    names: Sequence[str],
    unit: str,
) -> tuple[Chart, int]:
    """Draw bars of counts by section, stacked by name."""
    figure, axes = new_axes(title, banner_of(catalogue), height=0.42 * len(counts) + 1.9)
    labels = [section for section, _ in counts][::-1]
    left = [0] * len(labels)
    for place, name in enumerate(names):
        widths = [found[name] for _, found in counts][::-1]
        axes.barh(
            labels, widths, left=left, label=name, edgecolor="black", linewidth=0.6,
            color=GREYS[min(place, 3)], hatch=HATCHES[place % len(HATCHES)],
        )  # fmt: skip
        left = [start + width for start, width in zip(left, widths, strict=True)]
    axes.set_xlabel(unit)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    figure.legend(loc="outside lower center", ncols=4, frameon=False, fontsize=9)
    rows = tuple((section, *(found[name] for name in names)) for section, found in counts)
    return Chart("", title, "", ("产业", *names), rows, figure), sum(left)


def _named(chart: Chart, stem: str, alt: str) -> Chart:
    return Chart(stem, chart.title, alt, chart.header, chart.rows, chart.figure)


def _stars(catalogue: Shortage) -> Chart | None:
    if not catalogue.entries:
        return None
    names = [*(("★" * star + " " + level).strip() for star, level in enumerate(LEVELS)), NOT_RATED]
    counts = [
        (section, Counter(names[-1 if entry.star is None else entry.star]
                          for entry in catalogue.entries if entry.section == section))
        for section in _sections(catalogue)
    ]  # fmt: skip
    shown = [name for name in names if any(found[name] for _, found in counts)]
    chart, total = _stack(catalogue, "各产业条目的星级", counts, shown, "条目数")
    parts = "，".join(f"{name}{sum(found[name] for _, found in counts)}条" for name in shown)
    return _named(chart, "01-产业与星级", f"共{total}条：{parts}。")


def _quadrant(catalogue: Shortage) -> Chart | None:
    """S against U, with intervals; only where 急需度 was rated."""
    points = [entry for entry in catalogue.entries if entry.S is not None and entry.U_score is not None]
    if not points:
        return None
    title = "紧缺指数与急需度"
    figure, axes = new_axes(title, banner_of(catalogue), height=6)
    for entry in points:
        s, u, low, high = entry.S or 0.0, entry.U_score or 0.0, entry.S_lo or 0.0, entry.S_hi or 0.0
        axes.errorbar(s, u, xerr=[[s - low], [high - s]], fmt="o", color="black", ms=4, lw=0.7)
        axes.annotate(entry.occ_name[:10], (s, u), xytext=(3, 4), textcoords="offset points", fontsize=7)
    axes.axvline(60, color="black", ls="--", lw=0.8)
    axes.axhline(60, color="black", ls="--", lw=0.8)
    axes.set(xlabel="紧缺指数（60为紧缺线，横线为80%区间）", ylabel="急需度（60为急需线）")
    both = sum((entry.S or 0) >= 60 and (entry.U_score or 0) >= 60 for entry in points)
    rows = tuple((e.occ_name, e.section, e.S, e.S_lo, e.S_hi, e.U_score) for e in points)
    header = ("职业", "产业", "紧缺指数", "下限", "上限", "急需度")
    alt = f"{len(points)}个职业中，紧缺指数与急需度都达到60的有{both}个。"
    return Chart("02-紧缺急需象限", title, alt, header, rows, figure)


def _top(catalogue: Shortage) -> Chart | None:
    rated = sorted(
        (entry for entry in catalogue.entries if entry.S is not None),
        key=lambda entry: (-(entry.S or 0.0), entry.entry_id),
    )[:TOP]
    if not rated:
        return None
    title = f"紧缺指数最高的{len(rated)}个条目（点为指数，线为80%区间）"
    figure, axes = new_axes(title, banner_of(catalogue), height=0.28 * len(rated) + 1.6)
    for place, entry in enumerate(rated[::-1]):
        axes.plot([entry.S_lo or 0.0, entry.S_hi or 0.0], [place, place], color="black", lw=1.2)
        axes.plot(entry.S or 0.0, place, color="black", ms=6, marker=MARKERS[entry.star or 0],
                  mfc="white" if (entry.star or 0) < 2 else "black")  # fmt: skip
    axes.set_yticks(range(len(rated)), [_label(e) for e in rated[::-1]], fontsize=8)
    axes.axvline(60, color="black", ls="--", lw=0.8)
    axes.set_xlabel("紧缺指数（虚线60为紧缺线；实心为两星及以上）")
    first = rated[0]
    alt = f"最高的是{first.occ_name}（{first.section}）：{first.S}，80%区间{first.S_lo}–{first.S_hi}。"
    rows = tuple((e.occ_name, e.section, e.S, e.S_lo, e.S_hi, e.star) for e in rated)
    return Chart("03-指数前二十", title, alt, ("职业", "产业", "指数", "下限", "上限", "星级"), rows, figure)


def _tension(catalogue: Shortage) -> Chart | None:
    """V/(V+U) by industry over the entries whose demand and supply may both be shown."""
    shown = [e for e in catalogue.entries if e.demand_heads is not None and e.supply_heads is not None]
    rows = []
    for section in _sections(catalogue):
        own = [e for e in shown if e.section == section]
        demand, supply = sum(e.demand_heads or 0 for e in own), sum(e.supply_heads or 0 for e in own)
        if demand + supply:
            rows.append((section, len(own), demand, supply, round(demand / (demand + supply), 3)))
    if not rows:
        return None
    title = "各产业的张力：需求人数 ÷（需求人数＋求职人数）"
    figure, axes = new_axes(title, banner_of(catalogue), height=0.42 * len(rows) + 1.4)
    bars = axes.barh([row[0] for row in rows][::-1], [row[4] for row in rows][::-1],
                     color=GREYS[2], edgecolor="black", hatch="///", linewidth=0.6)  # fmt: skip
    axes.bar_label(bars, fmt="%.2f", padding=3, fontsize=9)
    axes.axvline(0.5, color="black", ls="--", lw=0.8)
    axes.set(xlim=(0, 1), xlabel="0.5 为供需相当；只含供需人数均可公布的条目，人数按5取整")
    tight = max(rows, key=lambda row: row[4])
    alt = f"张力最高的产业是{tight[0]}（{tight[4]:.2f}）。保密和暂不评价的条目未计入。"
    return Chart(
        "04-供需张力", title, alt, ("产业", "条目数", "需求人数", "求职人数", "张力"), tuple(rows), figure
    )


def _causes(catalogue: Shortage) -> Chart | None:
    counts = [
        (section, Counter(CAUSES[code] for entry in catalogue.entries if entry.section == section
                          for code in entry.cause_codes))
        for section in _sections(catalogue)
    ]  # fmt: skip
    shown = [name for name in CAUSES.values() if any(found[name] for _, found in counts)]
    if not shown:
        return None
    kept = [(section, found) for section, found in counts if found]
    chart, total = _stack(catalogue, "各产业的紧缺成因", kept, shown, "条目次（一条可有多个成因）")
    parts = "，".join(f"{name}{sum(found[name] for _, found in counts)}" for name in shown)
    return _named(chart, "05-成因", f"共{total}条目次：{parts}。")


def _pay(catalogue: Shortage) -> Chart | None:
    paid = sorted(
        (entry for entry in catalogue.entries if entry.pay_median is not None),
        key=lambda entry: (-(entry.S or 0.0), entry.entry_id),
    )[:TOP]
    if not paid:
        return None
    market = sorted(entry.pay_median or 0 for entry in catalogue.entries if entry.pay_median is not None)
    middle = market[len(market) // 2]
    title = "参考月薪：中位数与四分位（按紧缺指数从高到低）"
    figure, axes = new_axes(title, banner_of(catalogue), height=0.28 * len(paid) + 1.6)
    for place, entry in enumerate(paid[::-1]):
        axes.plot([entry.pay_p25 or 0, entry.pay_p75 or 0], [place, place], color="#636363", lw=4,
                  solid_capstyle="butt")  # fmt: skip
        axes.plot(entry.pay_median or 0, place, marker="D", color="white", mec="black", ms=6)
    axes.set_yticks(range(len(paid)), [_label(e) for e in paid[::-1]], fontsize=8)
    axes.axvline(middle, color="black", ls="--", lw=0.8)
    axes.set_xlabel(f"元/月（菱形为中位数，粗线为P25–P75；虚线为可公布条目中位数的中位数 {middle}）")
    rows = tuple((e.occ_name, e.section, e.pay_p25, e.pay_median, e.pay_p75) for e in paid)
    below = sum((entry.pay_median or 0) < middle for entry in paid)
    alt = f"所示{len(paid)}个紧缺职业中，{below}个的月薪中位数低于目录各条目的中间值{middle}元。"
    return Chart("06-参考月薪", title, alt, ("职业", "产业", "P25", "中位数", "P75"), rows, figure)


def _strip(catalogue: Shortage) -> Chart | None:
    """Heat strip: share of entries with each indicator, and of those graded A to C, by industry."""
    sections = _sections(catalogue)
    if not sections:
        return None
    names = [*INDICATORS.values(), "可评级"]
    shares = []
    for section in sections:
        own = [entry for entry in catalogue.entries if entry.section == section]
        found = [sum(getattr(e.indicators, key) is not None for e in own) / len(own) for key in INDICATORS]
        shares.append([*found, sum(e.confidence is not Confidence.D for e in own) / len(own)])
    title = "分指标覆盖与可信度（占本产业条目的比例）"
    figure, axes = new_axes(title, banner_of(catalogue), height=0.42 * len(sections) + 1.6)
    axes.imshow(shares, cmap="Greys", vmin=0, vmax=1.4, aspect="auto")
    for row, line in enumerate(shares):
        for column, share in enumerate(line):
            axes.text(column, row, f"{share:.0%}", ha="center", va="center", fontsize=8,
                      color="white" if share > 0.9 else "black")  # fmt: skip
    axes.set_xticks(range(len(names)), names)
    axes.set_yticks(range(len(sections)), sections)
    rows = tuple(
        (section, *(round(share, 3) for share in line))
        for section, line in zip(sections, shares, strict=True)
    )
    rated = sum(entry.confidence is not Confidence.D for entry in catalogue.entries)
    alt = f"{len(catalogue.entries)}条中{rated}条可评级；各格为公布了该项分指标的条目比例。"
    return Chart("07-覆盖与可信度", title, alt, ("产业", *names), rows, figure)


def _reasons(catalogue: Shortage) -> Chart | None:
    counts = Counter(
        reason.text for entry in catalogue.entries if entry.star is None for reason in entry.reasons
    ).most_common()
    if not counts:
        return None
    title = "暂不评价（X）的原因"
    figure, axes = new_axes(title, banner_of(catalogue), height=0.36 * len(counts) + 1.4)
    bars = axes.barh([text[:26] for text, _ in counts][::-1], [count for _, count in counts][::-1],
                     color=GREYS[1], edgecolor="black", hatch="...", linewidth=0.6)  # fmt: skip
    axes.bar_label(bars, padding=3, fontsize=9)
    axes.set_xlabel("条目数（一条可有多个原因）")
    alt = f"最常见的原因是“{counts[0][0]}”，{counts[0][1]}条。"
    return Chart("08-暂不评价的原因", title, alt, ("原因", "条目数"), tuple(counts), figure)
