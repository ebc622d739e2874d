"""The whole product on one machine: PostgreSQL, Redis, web, worker, beat and a mail catcher under one supervisor.

`bootstrap` runs on any Python and only prepares the virtual environment; everything else runs inside it.
"""
