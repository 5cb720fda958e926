"""No deadline beyond the years that are counted with: 9999-12-31 has no day after it on which to turn red.

What was entered before the rule moves to the nearest day within reach, so that nothing stands in its way.
"""

import datetime

from django.db import migrations, models

FIRST, LAST = datetime.date(1900, 1, 1), datetime.date(2200, 12, 31)
DAY = datetime.timedelta(days=1)


def bring_within_reach(apps, schema_editor):
    items = apps.get_model("tasks", "LedgerItem").objects
    # In an order in which no deadline comes to lie before its start.
    for column in ("starts_on", "due_on", "due_on_original"):
        items.filter(**{f"{column}__gt": LAST}).update(**{column: LAST})
    for column in ("due_on", "due_on_original", "starts_on"):
        items.filter(**{f"{column}__lt": FIRST}).update(**{column: FIRST})
    items.filter(red_on__gt=LAST + DAY).update(red_on=LAST + DAY)
    items.filter(yellow_on__gt=LAST - 7 * DAY).update(yellow_on=LAST - 7 * DAY)
    extensions = apps.get_model("tasks", "Extension").objects
    extensions.filter(due_before__gte=LAST).update(due_before=LAST - DAY)
    extensions.filter(due_requested__gt=LAST).update(due_requested=LAST)
    if schema_editor.connection.vendor == "postgresql":
        # A row changed twice waits for its foreign keys to be checked, and so would the constraints below.
        schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def within_reach(column):
    return models.Q((f"{column}__isnull", True), (f"{column}__range", (FIRST, LAST)), _connector="OR")


class Migration(migrations.Migration):
    dependencies = [("tasks", "0009_ledger_item_open")]

    operations = [
        migrations.RunPython(bring_within_reach, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="extension",
            constraint=models.CheckConstraint(
                condition=models.Q(within_reach("due_before"), within_reach("due_requested")),
                name="extension_days_within_reach",
                violation_error_message="The year must lie between 1900 and 2200.",
            ),
        ),
        migrations.AddConstraint(
            model_name="ledgeritem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    within_reach("starts_on"), within_reach("due_on"), within_reach("due_on_original")
                ),
                name="ledger_item_days_within_reach",
                violation_error_message="The year must lie between 1900 and 2200.",
            ),
        ),
    ]
