"""The product as gunicorn runs it, with a line of figures written for every request.

``BENCH_LOG`` names the file. A figure covers a request from its first byte to the last of its answer, so
that a streamed workbook counts whole.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import closing, nullcontext
from pathlib import Path
from typing import Any

from django.core.wsgi import get_wsgi_application

from bench.figures import measured

LOG = Path(os.environ["BENCH_LOG"])
product = get_wsgi_application()


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterator[bytes]:
    """The measured product."""
    with measured() as sample:
        answer: Any = product(environ, start_response)
        with closing(answer) if hasattr(answer, "close") else nullcontext():
            yield from answer
    if environ.get("HTTP_X_BENCH") != "statements":
        sample.statements = []
    with LOG.open("a") as log:
        log.write(json.dumps(vars(sample), default=str) + "\n")
