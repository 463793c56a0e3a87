"""Webhooks: telling other systems what happened, signed, with a log of every delivery."""
