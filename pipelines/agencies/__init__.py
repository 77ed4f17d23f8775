"""Who reports: names, places, identity, scope and hierarchy of agencies."""
