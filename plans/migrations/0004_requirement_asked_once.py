"""Nothing is asked of the same organizations twice. Of requirements that are equal, the first one stays."""

from django.db import migrations, models
from django.db.models.functions import Coalesce

ASKED = ("activity_kind", "organization_kind", "organization", "period", "condition", "measure")


def keep_the_first(apps, schema_editor):
    Requirement = apps.get_model("plans", "Requirement")
    seen = set()
    open_ended = Requirement.objects.filter(active=True, effective_to=None).order_by("effective_from", "pk")
    for pk, *asked in open_ended.values_list("pk", *ASKED):
        if tuple(asked) in seen:
            Requirement.objects.filter(pk=pk).update(active=False)
        seen.add(tuple(asked))


class Migration(migrations.Migration):
    dependencies = [("plans", "0003_requirements_begin_with_the_site")]

    operations = [
        migrations.RunPython(keep_the_first, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="requirement",
            constraint=models.UniqueConstraint(
                models.F("activity_kind"),
                models.F("organization_kind"),
                Coalesce("organization", 0, output_field=models.BigIntegerField()),
                models.F("period"),
                models.F("condition"),
                Coalesce("measure", 0, output_field=models.BigIntegerField()),
                condition=models.Q(("active", True), ("effective_to__isnull", True)),
                name="requirement_asked_once",
                violation_error_message=(
                    "This is asked of them already. Change that requirement, or end it first."
                ),
            ),
        ),
    ]
