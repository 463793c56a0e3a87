"""The words of the screens: found in code and templates, kept in catalogues, compiled."""
