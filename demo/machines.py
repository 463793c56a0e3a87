"""Other systems of the demo city: two keys, a webhook that is off, and what is published."""

from datetime import datetime

from heard.catalogue.models import Service
from heard.doors.open311.models import Publishing, Shown
from heard.keys.models import ApiKey, Scope
from heard.keys.services import ALPHABET, digest_of
from heard.webhooks.kinds import KINDS
from heard.webhooks.models import Subscription

# Known to everybody, like the password of the demo's staff.
APP_KEY = f"heard_sagebrk2_{ALPHABET}a"
OPEN = ("pothole", "streetlight", "graffiti")


def load_machines(since: datetime) -> None:
    """Keys and a webhook as a city has them; the same ones each time."""
    if ApiKey.objects.exists() or Subscription.objects.exists():  # a real city has its own
        return
    ApiKey.objects.create(
        name="Neighborhood app", prefix=APP_KEY.split("_")[1], digest=digest_of(APP_KEY),
        scopes=[Scope.READ_CITY, Scope.READ_MEASURES, Scope.OPEN311], made_by="Demo",
        created_at=since,
    )  # fmt: skip
    ApiKey.objects.create(
        name="Old snow dashboard", prefix="sagebrk3", digest="-", scopes=[Scope.READ_CASES],
        made_by="Demo", created_at=since, revoked_at=since,
    )  # fmt: skip
    Subscription.objects.create(
        name="Works management", url="https://works.sagebrook.example/hooks/heard",
        events=sorted(KINDS), made_by="Demo", created_at=since, is_active=False,
        switched_off_at=since,
    )  # fmt: skip
    for service in Service.objects.filter(code__in=OPEN):
        Publishing.objects.create(service=service, shows=Shown.ALL)
