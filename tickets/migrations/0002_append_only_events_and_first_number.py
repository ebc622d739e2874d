from django.db import migrations

REFUSE = """
CREATE FUNCTION ticket_event_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'ticket events are appended, never changed or removed';
END $$;
CREATE TRIGGER ticket_event_append_only BEFORE UPDATE OR DELETE ON tickets_ticketevent
    FOR EACH ROW EXECUTE FUNCTION ticket_event_is_append_only();
"""
ALLOW = """
DROP TRIGGER ticket_event_append_only ON tickets_ticketevent;
DROP FUNCTION ticket_event_is_append_only();
"""
# five digits from the start, so that numbers keep one width for years
FIRST_NUMBER = "ALTER TABLE tickets_ticket ALTER COLUMN id RESTART WITH 10001"


class Migration(migrations.Migration):
    dependencies = [("tickets", "0001_initial")]

    operations = [
        migrations.RunSQL(REFUSE, ALLOW),
        migrations.RunSQL(FIRST_NUMBER, migrations.RunSQL.noop),
    ]
