from django.urls import path

from dashboards import views

urlpatterns = [
    path("desk/dashboard/", views.dashboard, name="dashboard"),
    path("desk/dashboard/tickets/", views.dashboard_tickets, name="dashboard_tickets"),
]
