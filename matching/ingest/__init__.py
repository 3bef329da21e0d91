"""Bring files into the store: read, normalise, code, keep, merge."""

from matching.ingest.file import PARSER_VERSION, Intake, Step, ingest_file, ingest_tables
from matching.ingest.report import IngestReport

__all__ = ["PARSER_VERSION", "IngestReport", "Intake", "Step", "ingest_file", "ingest_tables"]
