"""The addresses of `hydrants`."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
