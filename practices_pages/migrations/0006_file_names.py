"""Stored files are asked for by name, and Wagtail has no index on it."""

from django.db import migrations, models
from wagtail.images import get_image_model_string


def indexes(apps):
    image = apps.get_model(get_image_model_string())
    rendition = image._meta.get_field("renditions").related_model
    yield image, models.Index(fields=["file"], name="practices_image_file")
    yield rendition, models.Index(fields=["file"], name="practices_rendition_file")


def add(apps, schema_editor):
    for model, index in indexes(apps):
        schema_editor.add_index(model, index)


def remove(apps, schema_editor):
    for model, index in indexes(apps):
        schema_editor.remove_index(model, index)


class Migration(migrations.Migration):
    dependencies = [
        ("practices_pages", "0005_imports"),
        migrations.swappable_dependency(get_image_model_string()),
        ("wagtailimages", "0027_image_description"),
    ]

    operations = [migrations.RunPython(add, remove)]
