"""What older rows lack is filled from the history; from then on the database guards the ledger."""

from django.db import migrations

FILL = """
UPDATE escalation_tiervisit AS visit SET
    entered_event_id = (
        SELECT event.id FROM tickets_ticketevent AS event
        WHERE event.ticket_id = visit.ticket_id AND event.at = visit.entered_at AND event.verb = visit.entered_verb
        AND NOT EXISTS (SELECT FROM escalation_tiervisit AS other
                        WHERE other.ticket_id = visit.ticket_id AND other.id < visit.id
                        AND other.entered_at = visit.entered_at AND other.entered_verb = visit.entered_verb)
        ORDER BY event.id LIMIT 1),
    left_event_id = (
        SELECT event.id FROM tickets_ticketevent AS event
        WHERE event.ticket_id = visit.ticket_id AND event.at = visit.left_at AND event.verb = visit.left_verb
        ORDER BY event.id LIMIT 1),
    left_by_id = (
        SELECT event.actor_id FROM tickets_ticketevent AS event
        WHERE event.ticket_id = visit.ticket_id AND event.at = visit.left_at AND event.verb = visit.left_verb
        ORDER BY event.id LIMIT 1),
    returned_to_id = CASE WHEN visit.left_verb = 'hand_back' THEN (
        SELECT next.team_id FROM escalation_tiervisit AS next
        WHERE next.ticket_id = visit.ticket_id AND next.id > visit.id ORDER BY next.id LIMIT 1) END;
"""
GUARD = """
CREATE FUNCTION tier_visit_is_appended() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('tuntas.rebuilding', true) = 'on' THEN
        RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'tier visits are appended, never removed';
    END IF;
    IF OLD.left_at IS NOT NULL
        OR (OLD.accepted_at IS NOT NULL AND (NEW.accepted_at, NEW.accepted_by_id)
            IS DISTINCT FROM (OLD.accepted_at, OLD.accepted_by_id))
        OR (NEW.ticket_id, NEW.tier_id, NEW.team_id, NEW.entered_event_id, NEW.entered_at, NEW.entered_by_id,
            NEW.entered_verb, NEW.entered_why)
            IS DISTINCT FROM (OLD.ticket_id, OLD.tier_id, OLD.team_id, OLD.entered_event_id, OLD.entered_at,
            OLD.entered_by_id, OLD.entered_verb, OLD.entered_why)
    THEN
        RAISE EXCEPTION 'what a tier visit says is never changed';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER tier_visit_appended BEFORE UPDATE OR DELETE ON escalation_tiervisit
    FOR EACH ROW EXECUTE FUNCTION tier_visit_is_appended();
"""
OPEN = """
DROP TRIGGER tier_visit_appended ON escalation_tiervisit;
DROP FUNCTION tier_visit_is_appended();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("escalation", "0008_visits_as_ledger"),
        ("tickets", "0002_append_only_events_and_first_number"),
    ]

    operations = [
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.RunSQL(GUARD, OPEN),
    ]
