from django.contrib import admin
from django.forms import ModelForm
from django.http import HttpRequest

from accounts.models import User
from knowledgebase.models import Article


@admin.register(Article)
class ArticleAdmin(admin.ModelAdmin):
    list_display = ("title", "state", "audience", "language", "service", "helped")
    list_filter = ("state", "audience", "language", "service")
    search_fields = ("title", "body")
    prepopulated_fields = {"slug": ("title",)}
    exclude = ("author", "helped", "did_not_help")

    def save_model(self, request: HttpRequest, obj: Article, form: ModelForm, change: bool) -> None:
        """Whoever writes it is its author."""
        if not change:
            assert isinstance(request.user, User)  # the operators' site lets nobody else in
            obj.author = request.user
        super().save_model(request, obj, form, change)
