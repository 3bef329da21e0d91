"""The edition before, as far as this one depends on it: stars, listing, and whether both can be compared."""

from __future__ import annotations

from dataclasses import dataclass, field

from data.catalogue.entries import METHOD_VERSION, Catalogue, ShortageEntry
from data.catalogue.references import References

__all__ = ["CellBefore", "EditionBefore"]


@dataclass(frozen=True)
class CellBefore:
    """What the edition before said of a cell."""

    entry_id: str
    """Its entry."""
    star: int | None
    """Its stars."""
    listed: bool
    """Whether it was listed."""


@dataclass(frozen=True)
class EditionBefore:
    """The edition before, one nature of data."""

    cells: dict[tuple[str, str | None], CellBefore] = field(default_factory=dict)
    """By occupation and key industry."""
    exists: bool = False
    """Whether there is an edition before at all."""
    is_comparable: bool = True
    """False after a break: another method, or reference values of another basis."""

    @classmethod
    def from_catalogue(
        cls, previous: Catalogue[ShortageEntry] | None, *, synthetic: bool, basis: str | None
    ) -> EditionBefore:
        """Take what is needed from a catalogue.

        Parameters
        ----------
        previous
            The edition before; None for the first one.
        synthetic
            Nature of the data.
        basis
            Name of the frozen reference values of this edition; None when it uses its own.

        Returns
        -------
        EditionBefore
            Without cells for a first edition.
        """
        if previous is None:
            return cls()
        cells = {
            (entry.occ_code, entry.key_industry): CellBefore(entry.entry_id, entry.star, bool(entry.listed))
            for entry in previous.entries
            if entry.synthetic == synthetic
        }
        same_method = previous.method_version == METHOD_VERSION
        return cls(cells, True, same_method and _basis(previous.references, synthetic=synthetic) == basis)

    def of(self, occ_code: str, key_industry: str | None) -> CellBefore | None:
        """Return what was said of a cell; None when it is new."""
        return self.cells.get((occ_code, key_industry))

    def comparable_star(self, occ_code: str, key_industry: str | None) -> int | None:
        """Return the stars of before that this edition may hold on to; None when there are none."""
        before = self.of(occ_code, key_industry)
        return before.star if before is not None and self.is_comparable else None


def _basis(references: tuple[References, ...], *, synthetic: bool) -> str | None:
    return next((values.version for values in references if values.synthetic == synthetic), None)
