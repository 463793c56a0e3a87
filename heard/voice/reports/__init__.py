"""What was answered, in numbers one can defend: scores, response, change, drivers, comments."""
