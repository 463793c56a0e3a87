import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("widget", "0002_answers_of_voice")]

    operations = [
        migrations.RemoveField("pagerating", "rating"),
        migrations.RemoveField("pagerating", "words"),
        migrations.RemoveField("pagerating", "language"),
        migrations.AlterField(
            "pagerating",
            "response",
            models.OneToOneField(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="page_rating", to="voice.response",
            ),
        ),
    ]  # fmt: skip
