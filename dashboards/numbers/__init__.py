"""What the dashboard publishes: one module a subject, one query a function, each with its formula."""
