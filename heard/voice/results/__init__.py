"""The results of a survey: every question by its kind, in numbers one can defend."""
