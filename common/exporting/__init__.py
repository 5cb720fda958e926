"""Writers of the files that leave the system (DOCX, XLSX, PDF): they render and compute nothing."""

from common.exporting.document import MISSING, Cell, Document, Section, Table, cell_text
from common.exporting.docx import DOCX, write_docx
from common.exporting.http import download
from common.exporting.pdf import PDF, write_pdf
from common.exporting.text import file_name
from common.exporting.xlsx import XLSX, write_rows, write_workbook

__all__ = [
    "DOCX",
    "MISSING",
    "PDF",
    "XLSX",
    "Cell",
    "Document",
    "Section",
    "Table",
    "cell_text",
    "download",
    "file_name",
    "write_docx",
    "write_pdf",
    "write_rows",
    "write_workbook",
]
