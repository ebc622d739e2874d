"""Composition root: settings, addresses, background work, health and the embedded servers."""
