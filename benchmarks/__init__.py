"""What `make bench` runs: each module here has a ``main`` that prints its ratios."""
