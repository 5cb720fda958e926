"""What was previewed is what is applied: the rows travel with the page, signed, and are kept nowhere."""

from __future__ import annotations

from dataclasses import dataclass

from django.core import signing

from branches.importing.sheet import Row

#: How long a preview may lie open, in seconds.
MAX_AGE = 3600


@dataclass(frozen=True)
class Parcel:
    """The rows of one file with its name and hash."""

    name: str
    digest: str
    rows: list[Row]


def pack(parcel: Parcel, noun: str, user_pk: int) -> str:
    """The parcel as signed, compressed text that only the same person can send back for the same noun."""
    rows = [[row.number, row.values] for row in parcel.rows]
    return signing.dumps([parcel.name, parcel.digest, rows], salt=f"import:{noun}:{user_pk}", compress=True)


def unpack(token: str, noun: str, user_pk: int) -> Parcel | None:
    """The parcel, or ``None`` when it is too old or not ours."""
    try:
        name, digest, rows = signing.loads(token, salt=f"import:{noun}:{user_pk}", max_age=MAX_AGE)
    except signing.BadSignature:
        return None
    return Parcel(name, digest, [Row(number, values) for number, values in rows])
