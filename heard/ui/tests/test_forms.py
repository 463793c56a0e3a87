"""Fields say what they want, faults lead to them, and text comes in tidy."""

import pytest
from django import forms
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from heard.ui.forms import FilterForm, Form, RatingField, faults, tidy


class Sample(Form):
    name = forms.CharField(label="Your name", help_text="As you like it")
    note = forms.CharField(label="A note", required=False, widget=forms.Textarea)
    way = forms.ChoiceField(
        label="Which way", choices=[("a", "This"), ("b", "That")], widget=forms.RadioSelect
    )
    sure = forms.BooleanField(label="I am sure", required=False)
    rating = RatingField(label="How was it?", required=False)


@given(st.text())
def test_tidy_text_holds_no_control_character(text):
    clean = tidy(text)
    assert not [c for c in clean if ord(c) < 32 and c not in "\n\t"]
    assert "\x7f" not in clean
    clean.encode()
    assert tidy(clean) == clean


def test_control_characters_are_stripped_before_anything_sees_them():
    form = Sample({"name": "A\x00n\x1ba", "note": "one\r\ntwo\tthree", "way": "a"})
    assert form.is_valid(), form.errors
    assert form.cleaned_data["name"] == "Ana"
    assert form.cleaned_data["note"] == "one\ntwo\tthree"


def test_a_field_is_bound_to_its_label_hint_and_error():
    html = str(Sample({"way": "a"})["name"].as_field_group())
    assert '<label class="usa-label" for="id_name">Your name' in html
    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert 'id="id_name_helptext"' in html
    assert 'id="id_name_error"' in html
    assert 'aria-invalid="true"' in html
    assert "usa-input--error" in html
    assert "Please fill in “Your name”." in html


def test_optional_fields_say_so_in_words():
    form = Sample()
    assert "(optional)" in form["note"].as_field_group()
    assert "(optional)" not in form["name"].as_field_group()
    form.mark = "required"
    assert "(required)" in form["name"].as_field_group()
    assert "(optional)" not in form["note"].as_field_group()


def test_radio_buttons_stand_in_a_fieldset_with_a_legend():
    html = str(Sample()["way"].as_field_group())
    assert html.count("<fieldset") == 1
    assert '<legend class="usa-legend">Which way' in html
    assert html.count('class="usa-radio__input"') == 2
    assert 'for="id_way_0"' in html


def test_a_single_checkbox_has_its_label_behind_it():
    html = str(Sample()["sure"].as_field_group())
    assert html.index("<input") < html.index("<label")
    assert "usa-checkbox__input" in html


def test_the_summary_links_each_fault_to_an_input():
    form = Sample({"rating": "9"})
    found = {fault.field_id: fault.message for fault in form.error_summary}
    assert found["id_name"] == "Please fill in “Your name”."
    assert found["id_way_0"] == "Please choose an answer for “Which way”."
    assert "id_rating_0" in found
    html = str(form)
    assert html.index("error-summary") < html.index("id_name_error")
    assert '<a href="#id_way_0">' in html


def test_a_library_form_is_summed_up_with_the_names_of_its_fields():
    class Foreign(forms.Form):
        login = forms.CharField(label="Email")

    assert [f.message for f in faults(Foreign({}))] == ["Please fill in “Email”."]


def test_faults_of_the_whole_form_are_told_too():
    class Whole(Form):
        def clean(self):
            raise forms.ValidationError("These two do not fit together.")

    html = str(Whole({}))
    assert "These two do not fit together." in html
    assert 'href="#"' not in html


def test_what_a_person_wrote_is_escaped():
    html = str(Sample({"name": "<script>alert(1)</script>"}))
    assert "<script>" not in html


@pytest.mark.parametrize(("given", "kept"), [("4", 4), ("", None)])
def test_a_rating_is_a_number_or_nothing(given, kept):
    form = Sample({"name": "Ana", "way": "b", "rating": given})
    assert form.is_valid()
    assert form.cleaned_data["rating"] == kept


def test_a_rating_shows_five_faces_with_words():
    html = str(Sample()["rating"])
    assert html.count('type="radio"') == 5
    assert html.count("<svg") == 5
    assert "Very dissatisfied" in html


def test_filters_want_nothing():
    class Filters(FilterForm):
        q = forms.CharField()

    assert Filters(QueryDict("")).is_valid()
    assert "required" not in str(Filters(QueryDict(""))["q"].as_field_group())
