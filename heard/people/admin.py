"""The administration of people: departments, divisions, staff; customers mostly to read."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.password_validation import validate_password
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from heard.core.admin import AuditedAdmin, actor_of
from heard.core.writes import record
from heard.people.models import Customer, Department, Division, Role, Staff


@admin.register(Department)
class DepartmentAdmin(AuditedAdmin):
    """Departments."""

    list_display = ["__str__", "code"]
    search_fields = ["code"]


@admin.register(Division)
class DivisionAdmin(AuditedAdmin):
    """Divisions, each of a department."""

    list_display = ["__str__", "department", "code", "enforces"]
    list_select_related = ["department"]
    search_fields = ["code"]


class StaffForm(forms.ModelForm):  # type: ignore[type-arg]
    """A member of staff. A password is set here and never shown."""

    new_password = forms.CharField(
        label=_("Password"),
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least 8 characters. Leave it empty to keep the present one."),
    )

    class Meta:
        model = Staff
        fields = ["name", "email", "role", "division", "title", "phone", "language", "is_active"]

    def clean_email(self) -> str:
        """In small letters, as sign-in compares it; one person per address."""
        email: str = self.cleaned_data["email"].lower()
        if Staff.objects.filter(email=email).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(_("Somebody signs in with this address already."))
        return email

    def clean(self) -> dict[str, Any]:
        """A new person needs a password; the last administrator stays one."""
        given: dict[str, Any] = super().clean() or {}
        password = given.get("new_password")
        if password:
            try:
                validate_password(password, self.instance)
            except forms.ValidationError as error:
                self.add_error("new_password", error)
        elif self.instance.pk is None:
            self.add_error("new_password", _("Set a first password; they can change it later."))
        if self._is_last_administrator(given):
            raise forms.ValidationError(
                _("This is the last administrator. Make somebody else one first.")
            )
        return given

    def _is_last_administrator(self, given: dict[str, Any]) -> bool:
        stays = given.get("is_active") and given.get("role") == Role.ADMINISTRATOR
        if stays or self.instance.pk is None:
            return False
        now = Staff.objects.filter(role=Role.ADMINISTRATOR, is_active=True)
        return now.filter(pk=self.instance.pk).exists() and now.count() == 1


@admin.register(Staff)
class StaffAdmin(AuditedAdmin):
    """Staff: made here, and deactivated rather than deleted, so that the record keeps its names."""

    form = StaffForm
    fields = [
        "name", "email", "new_password", "role", "division", "title", "phone", "language",
        "is_active",
    ]  # fmt: skip
    list_display = ["name", "email", "role", "division", "is_active", "last_login"]
    list_select_related = ["division"]
    list_filter = ["role", "is_active", "division"]
    search_fields = ["name", "email"]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Deactivate instead."""
        return False

    def save_model(self, request: HttpRequest, obj: Staff, form: Any, change: bool) -> None:
        """Save, with the new password where one was given."""
        if password := form.cleaned_data.get("new_password"):
            obj.set_password(password)
        super().save_model(request, obj, form, change)
        if password and change:
            # The audit says that it was set, and nothing of what it is.
            changes = {"password": ["", "set anew"]}
            record("staff.password_set", about=obj, actor=actor_of(request), changes=changes)


@admin.register(Customer)
class CustomerAdmin(AuditedAdmin):
    """Customers: found, read, and their address corrected when they ask for it."""

    list_display = ["__str__", "email", "phone", "language", "preferred_channel"]
    list_filter = ["language", "preferred_channel"]
    search_fields = ["name", "email", "phone"]
    readonly_fields = ["created_at"]
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        """They make themselves known, or are noted with a case."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Their cases hang on them."""
        return False
