"""A fictional city, Sagebrook, with a year of cases, loaded by ``heard demo``.

``content/`` holds what people read; ``plan.py`` makes the plan of the city and its cases from it
without Django; ``load.py`` writes the plan to the tables.
"""
