"""The pace of an item stops on the day completion was requested: the index that answers it holds the day too."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('tasks', '0012_notification_indexes'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='ledgeritem',
            name='ledger_item_standing',
        ),
        migrations.AddIndex(
            model_name='ledgeritem',
            index=models.Index(fields=['measure', 'state', 'due_on', 'starts_on', 'completed_on', 'yellow_on', 'red_on'], name='ledger_item_standing'),
        ),
    ]
