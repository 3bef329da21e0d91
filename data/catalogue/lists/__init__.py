"""Further lists and views beside the two catalogues, each a plain document of tables."""

from data.catalogue.lists.documents import ListDocument, ListTable, write_document

__all__ = ["ListDocument", "ListTable", "write_document"]
