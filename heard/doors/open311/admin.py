"""The administration of what is published of requests."""

from django.contrib import admin

from heard.core.admin import SHOWN, AuditedAdmin
from heard.doors.open311.models import Publishing

SHOWN.add("open311")


@admin.register(Publishing)
class PublishingAdmin(AuditedAdmin):
    """Which services publish the words and places of their requests."""

    list_display = ["service", "shows"]
    list_filter = ["shows"]
    list_select_related = ["service"]
