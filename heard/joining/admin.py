"""The administration of this room: the organisations outside that help with cases."""

from django.contrib import admin

from heard.core.admin import AuditedAdmin
from heard.joining.models import Organisation


@admin.register(Organisation)
class OrganisationAdmin(AuditedAdmin):
    """Utilities, the county, contractors: where the link to a request is sent."""

    list_display = ["name", "kind", "email", "is_active"]
    list_filter = ["kind", "is_active"]
    search_fields = ["name", "email"]
