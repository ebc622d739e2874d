from django.urls import path

from knowledgebase import views

urlpatterns = [
    path("kb/", views.article_list, name="article_list"),
    path("kb/suggestions/", views.suggestions, name="suggestions"),
    path("kb/<slug:slug>/", views.article, name="article"),
    path("kb/<slug:slug>/feedback/", views.article_feedback, name="article_feedback"),
    path("desk/t/<str:key>/articles/<slug:slug>/link/", views.desk_link_article, name="link_article"),
    path("desk/t/<str:key>/articles/<slug:slug>/unlink/", views.desk_unlink_article, name="unlink_article"),
]
