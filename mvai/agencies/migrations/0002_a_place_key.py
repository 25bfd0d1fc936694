import django.contrib.postgres.indexes
from django.db import migrations, models

from mvai.agencies.names import place_key_for

BATCH = 1_000


def fill(apps, schema_editor):
    Agency = apps.get_model("agencies", "Agency")
    some = []
    for agency in Agency.objects.only("county", "city").iterator(BATCH):
        agency.place_key = place_key_for(county=agency.county, city=agency.city)
        some.append(agency)
        if len(some) == BATCH:
            Agency.objects.bulk_update(some, ["place_key"])
            some = []
    Agency.objects.bulk_update(some, ["place_key"])


class Migration(migrations.Migration):
    dependencies = [("agencies", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="agency",
            name="place_key",
            field=models.CharField(blank=True, default="", editable=False, max_length=400),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name="agency",
            index=django.contrib.postgres.indexes.GinIndex(
                fastupdate=False,
                fields=["place_key"],
                name="agencies_place_key_trigrams",
                opclasses=["gin_trgm_ops"],
            ),
        ),
    ]
