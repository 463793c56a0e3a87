"""A case taken down by staff for somebody on the phone or at the counter."""

import hashlib
from typing import Any

from django import forms
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from heard.cases.models import WORDS_LIMIT, Case, Channel
from heard.cases.services import Request, receive
from heard.catalogue.models import Service
from heard.catalogue.reads import by_group
from heard.core import events
from heard.core.writes import about_of_earlier
from heard.doors.desk.forms import new_key
from heard.people.models import Staff
from heard.people.services import know_customer
from heard.ui.forms import Form

WAYS_IN = [
    Channel.PHONE,
    Channel.COUNTER,
    Channel.EMAIL,
    Channel.SMS,
    Channel.SOCIAL,
    Channel.STAFF,
]


class IntakeForm(Form):
    """What they need, where, and how to reach them."""

    key = forms.CharField(widget=forms.HiddenInput, max_length=64, initial=new_key)
    channel = forms.ChoiceField(
        label=_("How did they reach us?"),
        choices=[(way.value, way.label) for way in WAYS_IN],
        initial=Channel.PHONE,
    )
    service = forms.ChoiceField(label=_("Service"))
    words = forms.CharField(
        label=_("What do they need? In their words"),
        max_length=WORDS_LIMIT,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    place = forms.CharField(
        label=_("Where?"),
        help_text=_("Address, corner or park"),
        required=False,
        max_length=300,
    )
    name = forms.CharField(label=_("Customer’s name"), required=False, max_length=120)
    phone = forms.CharField(
        label=_("Phone"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}),
    )
    email = forms.EmailField(
        label=_("Email"),
        help_text=_("With an email they get our answers and can follow the case."),
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    language = forms.ChoiceField(label=_("Their language"), choices=settings.LANGUAGES)

    def __init__(self, data: Any = None, *, viewer: Staff) -> None:
        super().__init__(data, initial={"language": settings.LANGUAGE_CODE})
        self.viewer = viewer
        groups = by_group(viewer.language)
        self.services = {s.code: s for _name, found in groups for s in found}
        field = self.fields["service"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            ("", _("Choose a service")),
            *[
                (name or gettext("Other"), [(s.code, str(s)) for s in found])
                for name, found in groups
            ],
        ]

    def clean(self) -> dict[str, Any]:
        """A service that needs a place gets one."""
        given: dict[str, Any] = super().clean() or {}
        service = self.services.get(given.get("service", ""))
        if service and service.place == Service.Place.REQUIRED and not given.get("place"):
            self.add_error("place", gettext("This service needs a place. Ask where it is."))
        return given

    @transaction.atomic
    def take_down(self) -> Case:
        """Open the case, once for this form. Raises ``Refused`` with the field to mend."""
        given, actor = self.cleaned_data, self.viewer.as_actor()
        digest = hashlib.sha256(repr(sorted(given.items())).encode()).hexdigest()[:32]
        key = f"desk:{self.viewer.pk}:new:{digest}"
        if events.earlier(key) is not None:
            earlier: Any = about_of_earlier(Case, key)
            return earlier  # type: ignore[no-any-return]
        customer = know_customer(
            name=given["name"],
            email=given["email"],
            phone=given["phone"],
            language=given["language"],
            actor=actor,
        )
        return receive(
            Request(
                service=self.services[given["service"]],
                words=given["words"],
                channel=given["channel"],
                language=given["language"],
                customer=customer,
                place=given["place"],
            ),
            actor=actor,
            key=key,
        )
