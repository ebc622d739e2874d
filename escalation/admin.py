from django.contrib import admin
from django.forms import ModelForm
from django.http import HttpRequest

from escalation.models import RoutingRule


@admin.register(RoutingRule)
class RoutingRuleAdmin(admin.ModelAdmin):
    list_display = ("name", "position", "team", "priority", "stops", "is_active", "version")
    list_editable = ("position", "is_active")
    readonly_fields = ("version",)

    def save_model(self, request: HttpRequest, obj: RoutingRule, form: ModelForm, change: bool) -> None:
        """A decision names the version of the rule it was made by."""
        if change:
            obj.version += 1
        super().save_model(request, obj, form, change)
