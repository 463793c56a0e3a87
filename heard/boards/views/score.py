"""The one score at the desk: what it is made of, and whether it is public."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from heard.boards import composing
from heard.boards.forms import RecipeForm
from heard.boards.models import Recipe
from heard.core.errors import Refused
from heard.people.roles import needs, staff_of


@needs("keep comparisons")
def manage(request: HttpRequest) -> HttpResponse:
    """The switch, the recipes there were, and the form for the next one."""
    last = Recipe.objects.order_by("-number").first()
    actor, fault = staff_of(request).as_actor(), ""
    if request.method == "POST" and "switch" in request.POST:
        try:
            composing.switch(on=request.POST["switch"] == "on", actor=actor)
        except Refused as refused:
            fault = str(refused)
        else:
            composing.keep_scores()
            messages.success(request, _("Kept."))
            return redirect("boards:score")
    is_recipe = request.method == "POST" and "switch" not in request.POST
    form = RecipeForm(request.POST if is_recipe else None, recipe=last)
    if is_recipe and form.is_valid():
        given = form.cleaned_data
        try:
            composing.choose(form.parts, why=given["why"], actor=actor, key=given["key"])
        except Refused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        else:
            composing.keep_scores()
            messages.success(request, _("Kept. It counts from this month on."))
            return redirect("boards:score")
    context = {
        "form": form, "fault": fault, "composite": composing.composite(), "here": "score",
        "recipes": Recipe.objects.select_related("made_by").order_by("-number"), "last": last,
    }  # fmt: skip
    return render(
        request, "boards/score.html", context, status=422 if form.errors or fault else 200
    )
