"""That a form makes one activity is seen to for every form alike (``accounts.once``)."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("tasks", "0010_days_within_reach")]

    operations = [migrations.RemoveField(model_name="activity", name="token")]
