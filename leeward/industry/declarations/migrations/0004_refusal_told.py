from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("declarations", "0003_forget_nominees")]

    operations = [
        migrations.AddField(model_name="signatory", name="told_at", field=models.DateTimeField(null=True)),
    ]
