"""Lanes: how deep they lie beyond the last place where a vehicle surely gets, and what there is in them."""
