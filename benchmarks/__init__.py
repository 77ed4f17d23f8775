"""What is measured and generated, outside the product: printers of reports, a country, speed and damage runs."""
