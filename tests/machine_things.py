"""Something for every argument of the rooms that other systems use."""

from typing import Any


def machine_things(case: Any) -> dict[str, Any]:
    """A key, a webhook and one delivery of it."""
    from heard.core import clock
    from heard.core.models import Event
    from heard.keys.models import Scope
    from heard.keys.tests.making import made_key
    from heard.webhooks.models import Delivery, Subscription

    now = clock.now()
    hook = Subscription.objects.create(
        name="Works", url="https://works.example/", events=["case.closed"], made_by="Sam",
        created_at=now,
    )  # fmt: skip
    delivery = Delivery.objects.create(
        subscription=hook, event=Event.objects.earliest("id"), kind="case.closed",
        body="{}", due_at=now, created_at=now,
    )  # fmt: skip
    return {
        "keys:revoke.pk": made_key(Scope.READ_CITY)[0].pk,
        "webhooks.pk": hook.pk,
        "webhooks:delivery.pk": delivery.pk,
    }
