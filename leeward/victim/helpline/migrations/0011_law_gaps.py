from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("helpline", "0010_telephone")]

    operations = [
        migrations.CreateModel(
            name="LawGaps",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("quarter", models.DateField(unique=True)),
                ("counts", models.JSONField()),
                ("kept_at", models.DateTimeField()),
            ],
        ),
    ]
