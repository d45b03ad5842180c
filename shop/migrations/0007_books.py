import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("shop", "0006_double_entry"), ("wagtailcore", "0098_apitoken")]
    operations = [
        migrations.AlterField(
            model_name="ledgerentry",
            name="site",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="wagtailcore.site"
            ),
        ),
        migrations.AlterField(
            model_name='ledgerentry',
            name='debit',
            field=models.CharField(choices=[('receivable', 'Owed by customers'), ('sales', 'Sales'), ('no_show', 'Fees for missed visits'), ('returns', 'Price given back'), ('written_off', 'Written off'), ('provider', 'With the payment provider'), ('till', 'In the till'), ('fees', 'Fees of providers'), ('suspense', 'Came, belongs to nothing yet'), ('disputed', 'Held back in disputes'), ('lost', 'Lost in disputes')], help_text='Where the amount went.', max_length=12),
        ),
        migrations.AlterField(
            model_name='ledgerentry',
            name='credit',
            field=models.CharField(choices=[('receivable', 'Owed by customers'), ('sales', 'Sales'), ('no_show', 'Fees for missed visits'), ('returns', 'Price given back'), ('written_off', 'Written off'), ('provider', 'With the payment provider'), ('till', 'In the till'), ('fees', 'Fees of providers'), ('suspense', 'Came, belongs to nothing yet'), ('disputed', 'Held back in disputes'), ('lost', 'Lost in disputes')], help_text='Where it came from.', max_length=12),
        ),
        migrations.AddConstraint(
            model_name='ledgerentry',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gte', 0)), name='entry_not_negative'),
        ),
        migrations.AddConstraint(
            model_name='ledgerentry',
            constraint=models.CheckConstraint(condition=models.Q(('debit', models.F('credit')), _negated=True), name='entry_between_two_accounts'),
        ),
        migrations.AddConstraint(
            model_name='payment',
            constraint=models.CheckConstraint(condition=models.Q(('returned__gte', 0), ('returned__lte', models.F('captured'))), name='never_back_more_than_came'),
        ),
    ]
