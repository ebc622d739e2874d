from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import UserChangeForm
from django.utils.translation import gettext_lazy as _

from accounts.forms.languages import SpeaksField
from accounts.models import ApiToken, Department, Membership, Site, Team, Tier, User


class PersonForm(UserChangeForm):
    """Languages are ticked, not written as codes."""

    speaks = SpeaksField()


class MembershipInline(admin.TabularInline):
    model = Membership
    extra = 0
    autocomplete_fields = ("user", "team")


@admin.register(User)
class PersonAdmin(UserAdmin):
    form = PersonForm
    ordering = ("name",)
    list_display = ("name", "email", "department", "site", "is_manager", "is_active")
    list_filter = ("is_active", "is_manager", "is_staff", "department", "site")
    search_fields = ("name", "email")
    inlines = (MembershipInline,)
    fieldsets = (
        (None, {"fields": ("email", "password", "name")}),
        (
            _("Person"),
            {"fields": ("job_title", "phone", "department", "site", "language", "speaks", "time_zone", "is_vip")},
        ),
        (_("Rights"), {"fields": ("is_active", "is_manager", "is_staff", "is_superuser")}),
    )
    add_fieldsets = ((None, {"fields": ("email", "name", "password1", "password2")}),)


@admin.register(Team)
class TeamAdmin(admin.ModelAdmin):
    list_display = ("name", "tier", "is_restricted")
    search_fields = ("name", "slug")
    inlines = (MembershipInline,)


@admin.register(ApiToken)
class ApiTokenAdmin(admin.ModelAdmin):
    """Tokens are made with `manage.py issue_token`; here they are seen and revoked."""

    list_display = ("name", "user", "prefix", "scopes", "last_used_at", "revoked_at")
    readonly_fields = ("user", "prefix", "scopes", "created_at", "last_used_at")
    exclude = ("digest",)

    def has_add_permission(self, request: object) -> bool:
        return False


admin.site.register([Department, Site, Tier])
