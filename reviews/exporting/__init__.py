"""The annual report as a file: one organization's, or the whole round in one archive. Render only."""

from reviews.exporting.archive import summary, write_archive
from reviews.exporting.report import FORMATS, Format, document, report_file_name, write

__all__ = ["FORMATS", "Format", "document", "report_file_name", "summary", "write", "write_archive"]
