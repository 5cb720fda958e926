"""The ladders that ship. The office edits them on the settings page; nothing here is read again."""

from django.db import migrations

O, L, S, C, P = "owner", "leader", "secretary", "liaison", "office"

# Offsets are working days, except for silence, term and post (calendar days).
LADDERS = {
    "item": {-7: [O], -3: [O], -1: [O], 0: [O], 1: [O, S], 3: [O, S, C], 7: [O, S, C, P]},
    "unsigned": {1: [O], 3: [O, S], 5: [O, S, P]},
    "silence": {30: [O], 60: [S]},
    "extension": {0: [P, L], 2: [P, L], 5: [P, L]},
    "requirement": {-5: [S], -1: [S], 3: [S, C]},
    "term": {-180: [S, C, P], -90: [S, C, P], -30: [S, C, P]},
    "post": {-30: [O, S], -7: [O, S], 1: [O, S, P]},
    "urge": {0: [O]},
}


def make(apps, schema_editor):
    rules = apps.get_model("tasks", "ReminderRule").objects
    rungs = apps.get_model("tasks", "ReminderRung").objects
    for subject, ladder in LADDERS.items():
        rule, _ = rules.get_or_create(subject=subject)
        for offset, audiences in ladder.items():
            for audience in audiences:
                rungs.get_or_create(rule=rule, offset=offset, audience=audience)


class Migration(migrations.Migration):
    dependencies = [("tasks", "0003_reminder_digest")]
    operations = [migrations.RunPython(make, migrations.RunPython.noop)]
