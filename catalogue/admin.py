from django.contrib import admin

from catalogue.models import Asset, Category, IntakeField, Service, SupportTeam


class SupportTeamInline(admin.TabularInline):
    model = SupportTeam
    extra = 0


class IntakeFieldInline(admin.TabularInline):
    model = IntakeField
    extra = 0


@admin.register(Service)
class ServiceAdmin(admin.ModelAdmin):
    list_display = ("name", "state", "is_critical", "position")
    list_editable = ("state", "position")
    prepopulated_fields = {"slug": ("name",)}
    inlines = (SupportTeamInline,)


@admin.register(Category)
class CategoryAdmin(admin.ModelAdmin):
    list_display = ("name", "service", "kind")
    list_filter = ("service", "kind")
    search_fields = ("name", "name_id")
    prepopulated_fields = {"slug": ("name",)}
    inlines = (IntakeFieldInline,)


@admin.register(Asset)
class AssetAdmin(admin.ModelAdmin):
    list_display = ("tag", "name", "kind", "owner", "site")
    list_filter = ("kind", "site")
    search_fields = ("tag", "name")
    autocomplete_fields = ("owner",)
