from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0003_identity")]

    operations = [
        migrations.AddIndex(
            model_name="nameword",
            index=models.Index(fields=["word", "customer"], name="name_word_found"),
        ),
    ]
