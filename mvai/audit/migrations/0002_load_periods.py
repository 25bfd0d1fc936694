from django.db import migrations

from mvai.audit import periods


def load(apps, schema_editor):
    periods.load(apps.get_model)


class Migration(migrations.Migration):

    dependencies = [("audit", "0001_initial")]

    # The way back drops the table.
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
