"""A file on its way to the browser."""

from __future__ import annotations

from typing import BinaryIO

from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header


def download(filename: str, content_type: str, body: bytes | BinaryIO) -> HttpResponseBase:
    """``body`` as an attachment: named after RFC 5987, never sniffed, never cached, never run.

    An open file is streamed and closed when it is sent.
    """
    response: HttpResponseBase
    if isinstance(body, bytes):
        response = HttpResponse(body, content_type=content_type)
        response["Content-Length"] = str(len(body))
    else:
        response = FileResponse(body, content_type=content_type)
    response["Content-Disposition"] = (
        content_disposition_header(as_attachment=True, filename=filename) or "attachment"
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "private, no-store"
    return response
