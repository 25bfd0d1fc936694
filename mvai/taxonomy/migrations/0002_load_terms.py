from django.db import migrations

from mvai.taxonomy import terms


def load(apps, schema_editor):
    terms.load(apps.get_model)


class Migration(migrations.Migration):

    dependencies = [("taxonomy", "0001_initial")]

    # Terms are never deleted, so the way back leaves them where they are.
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
