from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models

from tickets.models.ticket import Ticket


class SearchDocument(models.Model):
    """What the search knows of one ticket; kept by `tickets.search.document` in the transaction of every command.

    Apart from the ticket so that its row stays small and is not written twice. The vector holds the words (weights A to
    C for what the requester may read, D for staff) and marks such as `s:open`, `t:3` or `b:30` for who sees it, what it
    is and how new it is: one index answers the whole question.
    """

    ticket = models.OneToOneField(Ticket, on_delete=models.CASCADE, primary_key=True, related_name="search_document")
    opened_at = models.DateTimeField()
    words = SearchVectorField()

    class Meta:
        # no pending list: a write pays for itself and no reader has to go through what others left
        indexes = (GinIndex(fields=("words",), name="searchdocument_words", fastupdate=False),)

    def __str__(self) -> str:
        return str(self.ticket_id)


class SearchWord(models.Model):
    """A word that occurs in recent tickets or articles: what a mistyped one is corrected to."""

    word = models.CharField(max_length=64, primary_key=True)
    times = models.PositiveIntegerField()
    trigrams = ArrayField(models.CharField(max_length=3))

    class Meta:
        indexes = (GinIndex(fields=("trigrams",), name="searchword_trigrams"),)

    def __str__(self) -> str:
        return self.word
