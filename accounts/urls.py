from django.urls import path

from accounts import views

urlpatterns = [path("me/preferences/", views.preferences, name="preferences")]
