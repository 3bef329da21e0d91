"""What training computes on. The package imports this module first: it comes before torch."""

from __future__ import annotations

import os

# Nothing is asked of a hub, and waiting threads sleep: both are read once, when the libraries load.
for _name, _value in (("HF_HUB_OFFLINE", "1"), ("OMP_WAIT_POLICY", "PASSIVE")):
    os.environ.setdefault(_name, _value)  # noqa: TID251
import torch  # noqa: E402

__all__ = ["training_device"]


def training_device(threads: int = 0) -> str:
    """Return ``cuda`` where there is a GPU, else ``cpu`` with that many threads.

    Parameters
    ----------
    threads
        Threads on the CPU; 0 leaves the choice to torch.

    Returns
    -------
    str
        Name of the device, as torch writes it.
    """
    if threads:
        torch.set_num_threads(threads)
    return "cuda" if torch.cuda.is_available() else "cpu"
