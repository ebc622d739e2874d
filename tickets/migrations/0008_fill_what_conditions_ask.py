from django.db import migrations

# One pass over the history. An agent acts as staff except on a ticket of their own; messages say which it was, other
# steps of people besides the requester are open to agents alone. The report is the requester's word, whoever typed it.
FILL = """
WITH story AS (
    SELECT e.ticket_id,
        max(e.at) FILTER (WHERE e.changes ? 'status') AS status_since,
        max(e.at) FILTER (WHERE e.changes ? 'team') AS team_since,
        max(e.at) FILTER (WHERE e.changes ? 'tier') AS tier_since,
        max(e.at) FILTER (
            WHERE e.actor_id <> t.requester_id AND NOT u.is_automation
            AND coalesce((e.data ->> 'by_staff')::boolean, true)
        ) AS staff_acted_at,
        max(e.at) FILTER (WHERE e.actor_id = t.requester_id OR e.verb = 'open') AS requester_acted_at,
        (array_agg(e.changes -> 'status' -> 0 ORDER BY e.id DESC)
            FILTER (WHERE e.changes ? 'status' AND e.verb <> 'open'))[1] AS status_was,
        (array_agg(e.changes -> 'priority' -> 0 ORDER BY e.id DESC)
            FILTER (WHERE e.changes ? 'priority' AND e.verb <> 'open'))[1] AS priority_was,
        (array_agg(e.changes -> 'team' -> 0 ORDER BY e.id DESC)
            FILTER (WHERE e.changes ? 'team' AND e.verb <> 'open'))[1] AS team_was,
        (array_agg(e.changes -> 'tier' -> 0 ORDER BY e.id DESC)
            FILTER (WHERE e.changes ? 'tier' AND e.verb <> 'open'))[1] AS tier_was,
        (array_agg(e.changes -> 'assignee' -> 0 ORDER BY e.id DESC)
            FILTER (WHERE e.changes ? 'assignee' AND e.verb <> 'open'))[1] AS assignee_was,
        (array_agg(e.changes -> 'category' -> 0 ORDER BY e.id DESC)
            FILTER (WHERE e.changes ? 'category' AND e.verb <> 'open'))[1] AS category_was
    FROM tickets_ticketevent e
    JOIN tickets_ticket t ON t.id = e.ticket_id
    JOIN accounts_user u ON u.id = e.actor_id
    GROUP BY e.ticket_id
)
UPDATE tickets_ticket AS t
SET status_since = story.status_since,
    team_since = CASE WHEN t.team_id IS NOT NULL THEN story.team_since END,
    tier_since = CASE WHEN t.tier_id IS NOT NULL THEN story.tier_since END,
    staff_acted_at = coalesce(story.staff_acted_at, t.opened_at),
    requester_acted_at = story.requester_acted_at,
    was = CASE WHEN status_was IS NULL THEN '{}' ELSE jsonb_build_object('status', status_was) END
        || CASE WHEN priority_was IS NULL THEN '{}' ELSE jsonb_build_object('priority', priority_was) END
        || CASE WHEN assignee_was IS NULL THEN '{}' ELSE jsonb_build_object('assignee', assignee_was) END
        || CASE WHEN team_was IS NULL THEN '{}' ELSE jsonb_build_object('team',
            (SELECT slug FROM accounts_team WHERE id = (team_was #>> '{}')::bigint)) END
        || CASE WHEN tier_was IS NULL THEN '{}' ELSE jsonb_build_object('tier',
            (SELECT level FROM accounts_tier WHERE id = (tier_was #>> '{}')::bigint)) END
        || CASE WHEN category_was IS NULL THEN '{}' ELSE jsonb_build_object('category',
            (SELECT slug FROM catalogue_category WHERE id = (category_was #>> '{}')::bigint)) END
FROM story
WHERE story.ticket_id = t.id
"""


class Migration(migrations.Migration):
    dependencies = [
        ("tickets", "0007_what_conditions_ask"),
        ("accounts", "0001_initial"),
        ("catalogue", "0001_initial"),
    ]

    operations = [migrations.RunSQL(FILL, migrations.RunSQL.noop)]
