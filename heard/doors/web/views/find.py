"""A lost link is sent again, to the address we already have and to no other."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from heard.doors.web.forms import FindForm
from heard.doors.web.limits import address_of, bounded, within
from heard.doors.web.secret_pages import kept_private
from heard.doors.web.services import send_lost_link

HOUR = 3600


@bounded
def find(request: HttpRequest) -> HttpResponse:
    """Ask for reference and email; the answer is the same whether they fit or not."""
    if request.method != "POST":
        form = FindForm(initial={"reference": request.GET.get("reference", "")[:60]})
        return render(request, "web/find.html", {"form": form})
    form = FindForm(request.POST)
    if not form.is_valid():
        return render(request, "web/find.html", {"form": form}, status=422)
    reference, email = form.cleaned_data["reference"], form.cleaned_data["email"]
    here = within("find-from", address_of(request), times=20, seconds=HOUR)
    about = within("find-about", reference, times=6, seconds=HOUR)
    if not (here and about):
        return render(request, "web/find.html", {"form": form, "too_often": True}, status=429)
    send_lost_link.enqueue(reference, email)
    return kept_private(
        render(request, "web/find_done.html", {"reference": reference, "email": email})
    )
