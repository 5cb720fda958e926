"""Keyset paging: a page costs the same at the end of a list as at its start.

The cursor is the sort key of the row at the edge of a page, signed, and bound to the order it
was made for. A cursor that is broken, forged or of another order simply shows the first page.

    page = paginate(items, order=["due_on", "-pk"], query=request.GET, total=count)
    {% include "components/pager.html" %}
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from django.core import signing
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db import models
from django.db.models import F, Q, QuerySet
from django.db.models.expressions import OrderBy
from django.http import QueryDict

from common.typed import whole_number

Row = TypeVar("Row", bound=models.Model)
Entry = TypeVar("Entry")

SIZES = (20, 50, 100, 200)
DEFAULT_SIZE = 50


@dataclass(frozen=True)
class Page(Generic[Entry]):
    """One page of rows with what its links need. ``total`` is ``None`` when nobody counted."""

    rows: list[Entry]
    size: int
    after: str = ""
    before: str = ""
    total: int | None = None
    sizes: tuple[int, ...] = SIZES
    query: QueryDict = field(default_factory=QueryDict)

    def __iter__(self) -> Iterator[Entry]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def next_url(self) -> str:
        """Query string of the next page with every filter kept; empty on the last page."""
        return self._url(after=self.after) if self.after else ""

    @property
    def previous_url(self) -> str:
        """Query string of the page before; empty on the first."""
        return self._url(before=self.before) if self.before else ""

    @property
    def first_url(self) -> str:
        return self._url()

    @property
    def kept(self) -> list[tuple[str, str]]:
        """The filters as name and value, for a form that must not lose them."""
        return [
            (name, value)
            for name, values in self.query.lists()
            if name not in {"after", "before", "size"}
            for value in values
        ]

    def _url(self, **cursor: str) -> str:
        query = self.query.copy()
        for name in ("after", "before"):
            query.pop(name, None)
        for name, value in cursor.items():
            query[name] = value
        return "?" + query.urlencode()


@dataclass(frozen=True)
class _Key:
    """One column of the order."""

    name: str
    path: str
    descending: bool
    nullable: bool
    output: models.Field[Any, Any] | None

    def order(self, reverse: bool) -> OrderBy:
        """Empty values come last; going backwards they come first."""
        nulls: dict[str, bool] = {}
        if self.nullable:
            nulls = {"nulls_first": True} if reverse else {"nulls_last": True}
        column = F(self.path)
        return column.desc(**nulls) if self.descending != reverse else column.asc(**nulls)

    def beyond(self, value: Any, reverse: bool) -> Q | None:
        """Rows strictly past ``value`` in this column, or ``None`` when there can be none."""
        if value is None:
            return Q(**{f"{self.path}__isnull": False}) if reverse else None
        past = Q(**{f"{self.path}__{'lt' if self.descending != reverse else 'gt'}": value})
        return past | Q(**{f"{self.path}__isnull": True}) if self.nullable and not reverse else past

    def same(self, value: Any) -> Q:
        return Q(**{f"{self.path}__isnull": True}) if value is None else Q(**{self.path: value})

    def clean(self, value: Any) -> Any:
        return self.output.to_python(value) if self.output is not None and value is not None else value


def paginate(
    queryset: QuerySet[Row],
    *,
    order: Sequence[str],
    query: QueryDict,
    total: int | None = None,
    default_size: int = DEFAULT_SIZE,
    filled: Sequence[str] = (),
) -> Page[Row]:
    """Cut the page that ``query`` asks for (``after`` or ``before`` a cursor, ``size`` rows).

    ``order`` names fields, related fields or annotations, ``-`` for descending; the last must be
    unique (the primary key). Empty values sort last; a column that is never empty in these rows
    although it might be (``filled``) is read straight from its index. One query, or two when the
    cursor points past the rows that are left.
    """
    keys, queryset = _keys(queryset, order, filled)
    size = _size(query.get("size", ""), default_size)
    salt = "paging:" + ",".join(order)
    after = _read(query.get("after", ""), keys, salt)
    before = _read(query.get("before", ""), keys, salt) if after is None else None

    rows: list[Row] = []
    more_before = more_after = False
    if before is not None:
        rows = _cut(queryset, keys, before, size, reverse=True)
        # Fewer rows than a page in front of the cursor: that is the first page, shown whole.
        if len(rows) <= size:
            before, rows = None, []
        else:
            rows, more_before, more_after = rows[size - 1 :: -1], True, True
    elif after is not None:
        rows = _cut(queryset, keys, after, size)
        more_before, more_after = bool(rows), len(rows) > size
    if not rows:
        rows = _cut(queryset, keys, None, size)
        more_before, more_after = False, len(rows) > size
    rows = rows[:size]
    return Page(
        rows=rows,
        size=size,
        after=_write(rows[-1], keys, salt) if more_after else "",
        before=_write(rows[0], keys, salt) if more_before else "",
        total=total,
        query=query,
    )


def paginate_computed(
    rows: Sequence[Entry], *, query: QueryDict, default_size: int = DEFAULT_SIZE
) -> Page[Entry]:
    """Cut a list that was reckoned, not queried: its cursor is the place in the list."""
    size = _size(query.get("size", ""), default_size)
    start = whole_number(query.get("after", ""))
    if not start and "before" in query:
        start = max(0, whole_number(query.get("before", "")) - size)
    start = start if start < len(rows) else 0
    return Page(
        rows=list(rows[start : start + size]),
        size=size,
        after=str(start + size) if start + size < len(rows) else "",
        before=str(start) if start else "",
        total=len(rows),
        query=query,
    )


def ordered(queryset: QuerySet[Row], order: Sequence[str], filled: Sequence[str] = ()) -> QuerySet[Row]:
    """The whole list in the order its pages show it (for an export of what is seen)."""
    keys, queryset = _keys(queryset, order, filled)
    return queryset.order_by(*(key.order(False) for key in keys))


def _keys(
    queryset: QuerySet[Row], order: Sequence[str], filled: Sequence[str] = ()
) -> tuple[list[_Key], QuerySet[Row]]:
    keys: list[_Key] = []
    for number, name in enumerate(order):
        descending, path = name.startswith("-"), name.removeprefix("-")
        output: models.Field[Any, Any] | None
        annotation = queryset.query.annotations.get(path)
        if annotation is not None:
            output, nullable = annotation.output_field, True
        else:
            output, nullable = _resolve(queryset.model, path)
        alias = path
        if "__" in path:
            # The cursor needs the value of the row at the edge without fetching the related row.
            alias = f"page_key_{number}"
            queryset = queryset.annotate(**{alias: F(path)})
        keys.append(_Key(alias, path, descending, nullable and path not in filled, output))
    return keys, queryset


def _resolve(model: type[models.Model], path: str) -> tuple[models.Field[Any, Any] | None, bool]:
    """The field at the end of a path and whether anything along it may be empty."""
    nullable, output = False, None
    current: type[models.Model] | None = model
    for part in path.split("__"):
        if current is None:
            raise FieldDoesNotExist(path)
        found = current._meta.pk if part == "pk" else current._meta.get_field(part)
        nullable = nullable or bool(getattr(found, "null", True))
        output = found if isinstance(found, models.Field) else None
        related = found.related_model if found is not None and found.is_relation else None
        current = related if isinstance(related, type) else None
    return output, nullable


def _cut(
    queryset: QuerySet[Row], keys: list[_Key], values: list[Any] | None, size: int, reverse: bool = False
) -> list[Row]:
    if values is not None:
        queryset = queryset.filter(_past(keys, values, reverse))
    return list(queryset.order_by(*(key.order(reverse) for key in keys))[: size + 1])


def _past(keys: list[_Key], values: list[Any], reverse: bool) -> Q:
    """Row comparison spelled out: a > x or (a = x and (b > y or (b = y and ...)))."""
    past = Q(pk__in=[])
    for key, value in reversed(list(zip(keys, values, strict=True))):
        beyond = key.beyond(value, reverse)
        here = key.same(value) & past
        past = here if beyond is None else beyond | here
    first, value = keys[0], values[0]
    if value is not None and not first.nullable:
        # The same bound once more as a plain range, so that the index is entered at the cursor.
        edge = "lte" if first.descending != reverse else "gte"
        past = Q(**{f"{first.path}__{edge}": value}) & past
    return past


def _write(row: Row, keys: list[_Key], salt: str) -> str:
    values = [getattr(row, key.name) for key in keys]
    plain = [v if v is None or isinstance(v, int | float | str) else str(v) for v in values]
    return signing.Signer(salt=salt).sign_object(plain)


def _read(cursor: str, keys: list[_Key], salt: str) -> list[Any] | None:
    if not cursor:
        return None
    try:
        values = signing.Signer(salt=salt).unsign_object(cursor)
        return [key.clean(value) for key, value in zip(keys, values, strict=True)]
    except (signing.BadSignature, ValidationError, ValueError, TypeError):
        return None


def _size(asked: str, default: int) -> int:
    return int(asked) if asked in {str(size) for size in SIZES} else default
