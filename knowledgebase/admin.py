from django.contrib import admin
from django.forms import ModelForm

from accounts.requests import SignedIn
from knowledgebase.models import Article


@admin.register(Article)
class ArticleAdmin(admin.ModelAdmin):
    list_display = ("title", "state", "audience", "language", "service", "helped")
    list_filter = ("state", "audience", "language", "service")
    search_fields = ("title", "body")
    prepopulated_fields = {"slug": ("title",)}
    exclude = ("author", "helped", "did_not_help")

    def save_model(self, request: SignedIn, obj: Article, form: ModelForm, change: bool) -> None:
        """Whoever writes it is its author."""
        if not change:
            obj.author = request.user
        super().save_model(request, obj, form, change)
