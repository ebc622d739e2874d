from django.contrib import admin
from django.db.models import F
from django.forms import ModelForm
from django.http import HttpRequest

from escalation.models import BusinessCalendar, Holiday, RoutingRule, SlaPolicy, SlaTarget


class HolidayInline(admin.TabularInline):
    model = Holiday
    extra = 0


class SlaTargetInline(admin.TabularInline):
    model = SlaTarget
    extra = 0


@admin.register(BusinessCalendar)
class BusinessCalendarAdmin(admin.ModelAdmin):
    list_display = ("name", "time_zone", "version")
    readonly_fields = ("version",)
    inlines = (HolidayInline,)

    def save_related(self, request: HttpRequest, form: ModelForm, formsets: object, change: bool) -> None:
        """A new version with every edit, holidays included: cached calendars go by it."""
        super().save_related(request, form, formsets, change)
        BusinessCalendar.objects.filter(pk=form.instance.pk).update(version=F("version") + 1)


@admin.register(SlaPolicy)
class SlaPolicyAdmin(admin.ModelAdmin):
    list_display = ("name", "position", "calendar", "breach_step", "is_active")
    list_editable = ("position", "is_active")
    inlines = (SlaTargetInline,)


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
