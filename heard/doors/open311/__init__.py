"""The Open311 door: GeoReport v2, for apps that any city can be reached by."""
