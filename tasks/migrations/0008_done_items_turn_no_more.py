"""Only what is open has days on which its light turns: what was done before this rule loses them."""

from django.db import migrations

DONE = ("completed", "cleared")


def forget(apps, schema_editor):
    apps.get_model("tasks", "LedgerItem").objects.filter(state__in=DONE).update(yellow_on=None, red_on=None)


class Migration(migrations.Migration):
    dependencies = [("tasks", "0007_ledger_item_lead_light")]

    operations = [migrations.RunPython(forget, migrations.RunPython.noop)]
