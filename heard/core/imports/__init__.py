"""Bringing files in: reading them safely, row by row, whatever they hold.

Knows nothing of cases. A room registers what it can import (``registry``); ``run`` reads the file,
hands each row to the room's loader in batches, and keeps count until every row is accounted for.
"""
