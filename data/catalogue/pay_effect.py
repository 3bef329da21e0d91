"""What better pay does to the days until a vacancy is filled, told from the city's own vacancies."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.optimize import approx_fprime, minimize
from scipy.stats import norm

from data.catalogue.cells import gather_cells
from data.catalogue.indicators import FloatArray
from data.errors import RefusedError

__all__ = ["PayEffect", "pay_effect"]

MIN_PRICED = 60
MIN_CELL_SPELLS = 3
MIN_SPREAD = 1e-3


@dataclass(frozen=True)
class PayEffect:
    """Effect of log pay on log days to fill, within occupations."""

    elasticity: float
    """Change of log days for a change of log pay; negative when better pay fills sooner."""
    error: float
    """Its standard error."""


def pay_effect(spells: pd.DataFrame) -> PayEffect:
    """Estimate what pay does to the days to fill, comparing vacancies of one cell only.

    Parameters
    ----------
    spells
        Frame with timing and ``net_pay``.

    Returns
    -------
    PayEffect
        Maximum likelihood of log-normal days, censored where the end is not known, with a mean for every
        cell. The effect is an association: better payers may fill sooner for other reasons too.

    Raises
    ------
    RefusedError
        When under sixty vacancies tell their pay and their days, or pay does not differ within cells.
    """
    told = spells[spells["days"].notna() & spells["net_pay"].notna()]
    parts = []
    for cell in gather_cells(told):
        filled = cell.column("filled")
        if cell.n_spell < MIN_CELL_SPELLS or not filled.any():
            continue
        pay, days = cell.column("net_pay"), np.log(np.maximum(cell.column("days"), 1.0))
        parts.append(np.column_stack([pay - pay.mean(), days - days[filled > 0].mean(), filled]))
    table = np.vstack(parts) if parts else np.empty((0, 3))
    if len(table) < MIN_PRICED or float(table[:, 0].std()) < MIN_SPREAD:
        raise RefusedError(
            "no_pay_effect",
            f"说明薪酬且有招聘时长的招聘只有{len(table)}次或薪酬没有差别，无法估计提薪的作用",
            hint="补充薪酬与招聘结果后再试",
        )
    return _fitted(table)


def _fitted(table: FloatArray) -> PayEffect:
    premium, days, filled = table[:, 0], table[:, 1], table[:, 2] > 0

    def loss(parameters: FloatArray) -> float:
        middle, slope, log_sd = parameters
        z = (days - middle - slope * premium) / np.exp(log_sd)
        return -float(norm.logpdf(z[filled]).sum() - filled.sum() * log_sd + norm.logsf(z[~filled]).sum())

    def gradient(parameters: FloatArray) -> FloatArray:
        middle, slope, log_sd = parameters
        sd = np.exp(log_sd)
        z = (days - middle - slope * premium) / sd
        pull = np.where(filled, z, np.exp(norm.logpdf(z) - norm.logsf(z)))
        return -np.array([pull.sum() / sd, (pull * premium).sum() / sd, (pull * z).sum() - filled.sum()])

    found = minimize(loss, np.array([0.2, 0.0, 0.0]), jac=gradient, method="BFGS")
    # The curvature at the optimum, not the optimiser's guess of it, which depends on the path it took.
    curvature = approx_fprime(found.x, gradient)
    return PayEffect(float(found.x[1]), float(np.sqrt(np.linalg.inv(curvature)[1, 1])))
