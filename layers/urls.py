"""The addresses of `layers`."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
