"""The events other systems can be told of, in the words administrators choose them by."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

KINDS: dict[str, str | Promise] = {
    "case.received": _("a case was received"),
    "case.understood": _("what the customer needs was stated"),
    "case.started": _("work began"),
    "case.assigned": _("a case was given to somebody"),
    "case.moved": _("a case went to another division"),
    "case.replied": _("staff wrote to the customer"),
    "case.customer_wrote": _("the customer wrote"),
    "case.resolved": _("a case was resolved"),
    "case.closed": _("a case was closed"),
    "case.declined": _("a case was declined"),
    "case.handed_over": _("a case was handed over to another body"),
    "case.withdrawn": _("the customer withdrew a case"),
    "case.reopened": _("a case was reopened"),
}
