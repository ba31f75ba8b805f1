"""The addresses of `routes`."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
