"""A declared formula in one plain sentence, in the language that is active."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from heard.measures.column_words import FACT_WORDS, label_of, value_word
from heard.measures.conditions import Condition
from heard.measures.declared import Formula


def sentence(formula: Formula) -> str:
    """What is counted, of which rows, by which month."""
    parts = [_rows(formula), _made(formula)]
    if formula.of:
        parts.append(
            _("Of these only those enter where {conditions}; the others are left out.").format(
                conditions=_all(formula, formula.of)
            )
        )
    return " ".join(parts)


def _rows(formula: Formula) -> str:
    name = str(FACT_WORDS[formula.fact][0])
    if formula.open:
        begin, end = (label_of(one) for one in formula.open)
        text = _("{rows} that were open at the end of the month (from “{begin}” to “{end}”)")
        said = text.format(rows=name, begin=begin, end=end)
    else:
        text = _("{rows} by the month of “{day}”")
        said = text.format(rows=name, day=label_of(formula.day))
    if formula.where:
        said = _("{rows}, only where {conditions}").format(
            rows=said, conditions=_all(formula, formula.where)
        )
    return said + "."


def _made(formula: Formula) -> str:
    if formula.take == "share":
        counts = _all(formula, formula.counts)
        return _("The share where {conditions}.").format(conditions=counts)
    amount = _amount(formula)
    texts = {
        "count": _("Their number."),
        "mean": _("The mean of {amount}."),
        "sum": _("The sum of {amount}."),
        "quantile": _("The median, and what nine of ten do not exceed, of {amount}."),
        "scale": _("The index from 0 to 100, and the share of 4 and 5, of {amount}."),
        "recommend": _("Those of 9 and 10 less those of 0 to 6, in points, of {amount}."),
    }
    return texts[formula.take].format(amount=amount)


def _amount(formula: Formula) -> str:
    if formula.between:
        begin, end = (label_of(one) for one in formula.between)
        return _("the time from “{begin}” to “{end}”").format(begin=begin, end=end)
    return _quoted(label_of(formula.column)) if formula.column else ""


def _all(formula: Formula, conditions: Sequence[Condition]) -> str:
    joined = _(" and ").join(_one(formula, one) for one in conditions)
    return joined


def _one(formula: Formula, one: Condition) -> str:
    column = label_of(one.column)
    return _operator(one).format(column=column, value=_value(formula, one))


def _operator(one: Condition) -> str:
    if one.type in ("moment", "day"):
        timed = {
            "<": _("“{column}” is before {value}"),
            "<=": _("“{column}” is not after {value}"),
            ">": _("“{column}” is after {value}"),
            ">=": _("“{column}” is not before {value}"),
        }
        if one.operator in timed:
            return timed[one.operator]
    return {
        "is": _("“{column}” is {value}"),
        "=": _("“{column}” is {value}"),
        "is not": _("“{column}” is not {value}"),
        "!=": _("“{column}” is not {value}"),
        "in": _("“{column}” is one of {value}"),
        "empty": _("“{column}” is empty"),
        "filled": _("“{column}” is filled in"),
        "true": _("“{column}” is yes"),
        "false": _("“{column}” is no"),
        "<": _("“{column}” is less than {value}"),
        "<=": _("“{column}” is at most {value}"),
        ">": _("“{column}” is more than {value}"),
        ">=": _("“{column}” is at least {value}"),
    }[one.operator]


def _value(formula: Formula, one: Condition) -> str:
    if one.other:
        return _quoted(label_of(one.other))
    if one.back is not None:
        return _("now") if one.back == 0 else _("{n} days ago").format(n=one.back)
    if isinstance(one.value, tuple):
        return ", ".join(_quoted(value_word(formula.fact, one.column, v)) for v in one.value)
    if one.type == "text":
        return _quoted(value_word(formula.fact, one.column, str(one.value)))
    return str(one.value) if one.value is not None else ""


def _quoted(text: str) -> str:
    return _("“{text}”").format(text=text)
