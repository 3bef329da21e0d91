"""An entry for programs that read pages: schema.org in JSON-LD."""

from __future__ import annotations

import json
from typing import Any

from data.catalogue.entries import DemandEntry, Entry, ShortageEntry

__all__ = ["structured_data"]

_ESCAPED = {ord("<"): "\\u003c", ord(">"): "\\u003e", ord("&"): "\\u0026"}


def structured_data(entry: Entry, place: str) -> str:
    """Describe an entry as an Occupation, with what it says on pay, skills and schooling.

    Parameters
    ----------
    entry
        The entry as published.
    place
        Name of the region.

    Returns
    -------
    str
        JSON that may stand in a script element: no text of the entry can end that.
    """
    described = _shortage(entry) if isinstance(entry, ShortageEntry) else _demand(entry)
    content = {
        "@context": "https://schema.org",
        "@type": "Occupation",
        **described,
        "skills": "、".join(entry.skills_required),
        "occupationLocation": {"@type": "AdministrativeArea", "name": place},
    }
    if entry.education_or_equiv:
        content["educationRequirements"] = entry.education_or_equiv
    if entry.synthetic:
        content["disambiguatingDescription"] = "合成数据，仅供演示"
    return json.dumps(content, ensure_ascii=False).translate(_ESCAPED)


def _shortage(entry: ShortageEntry) -> dict[str, Any]:
    pay = {"percentile25": entry.pay_p25, "median": entry.pay_median, "percentile75": entry.pay_p75}
    return {"name": entry.occ_name, "occupationalCategory": entry.occ_code, **_pay(pay)}


def _demand(entry: DemandEntry) -> dict[str, Any]:
    pay = {"minValue": entry.pay_month_min, "maxValue": entry.pay_month_max}
    category = {"occupationalCategory": entry.occ_code} if entry.occ_code else {}
    return {"name": entry.job_title, "responsibilities": entry.duties, **category, **_pay(pay)}


def _pay(figures: dict[str, int | None]) -> dict[str, Any]:
    known = {name: value for name, value in figures.items() if value is not None}
    if not known:
        return {}
    head = {"@type": "MonetaryAmountDistribution", "name": "月薪", "currency": "CNY", "duration": "P1M"}
    return {"estimatedSalary": head | known}
