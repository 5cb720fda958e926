"""User names that differ in case only are one name."""

import django.db.models.functions.text
from django.db import migrations, models


def part_namesakes(apps, schema_editor):
    """Of names that differ in case only the first keeps its name; the others get their key behind it.

    Neither could sign in before, so that nobody loses a way in.
    """
    users = apps.get_model("accounts", "User").objects
    events = apps.get_model("accounts", "AuditEvent").objects
    taken = {}
    for user in users.order_by("pk"):
        if taken.setdefault(user.username.lower(), user.pk) == user.pk:
            continue
        before, number = user.username, str(user.pk)
        while user.username.lower() in taken:
            user.username, number = f"{before[: 149 - len(number)]}-{number}", f"{number}0"
        taken[user.username.lower()] = user.pk
        user.save(update_fields=["username"])
        events.create(
            verb="update",
            target_type="accounts.user",
            target_id=str(user.pk),
            target_name=(user.display_name or user.username)[:200],
            changes={"username": [before, user.username]},
        )


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_sent_form")]

    operations = [
        migrations.RunPython(part_namesakes, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.UniqueConstraint(
                django.db.models.functions.text.Lower("username"),
                name="user_name_once",
                violation_error_message="This user name is taken. Choose another.",
            ),
        ),
    ]
