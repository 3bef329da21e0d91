"""What we know: records, sources, normalisation, taxonomies, regions, store and catalogue."""
