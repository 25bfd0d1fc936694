from django.apps import AppConfig


class TaxonomyConfig(AppConfig):
    name = "mvai.taxonomy"
    label = "taxonomy"
