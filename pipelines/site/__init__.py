"""The static site of the marts' figures: overview, regions, agencies, quality, questions, method."""
