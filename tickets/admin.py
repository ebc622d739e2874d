from django.contrib import admin

from tickets.models import PriorityCell


@admin.register(PriorityCell)
class PriorityCellAdmin(admin.ModelAdmin):
    """The impact x urgency matrix. Tickets are not edited here: every change goes through a command."""

    list_display = ("impact", "urgency", "priority")
    list_editable = ("priority",)
