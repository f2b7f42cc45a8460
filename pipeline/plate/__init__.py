"""The domain's own words: values, geometry, alphabet and grammar. Imports numpy only."""
