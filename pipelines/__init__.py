"""Raw files → documents → statutory tables → facts → checks → warehouse → marts."""
