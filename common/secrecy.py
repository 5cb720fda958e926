"""The marking of a state secret at the head of a document."""

from __future__ import annotations

import re

_LEVEL = r"(?:秘\s*密|机\s*密|绝\s*密)"
_MARK = re.compile(
    rf"{_LEVEL}\s*[★☆*＊]"  # the standard mark, e.g. 机密★10年
    rf"|密\s*级\s*[:：]\s*{_LEVEL}"
    rf"|^\s*[【\[(（]?\s*{_LEVEL}\s*[】\])）]?\s*(?:长期|\d+\s*(?:年|个月))?\s*$",  # alone on its line
    re.MULTILINE,
)


def secrecy_mark(text: str) -> str:
    """The secrecy marking at the head of a text, or an empty string.

    Only the first page counts (about 60 lines): a sentence about state secrets is not a marking.
    Source: 国家秘密定密管理规定, the mark is 密级★保密期限 on the first page.
    """
    head = "\n".join(text[:4_000].splitlines()[:60])
    found = _MARK.search(head)
    return found.group().strip() if found else ""
