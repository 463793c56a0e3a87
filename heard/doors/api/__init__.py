"""The API door: /api/v1, for systems that work with cases as the desk does."""
