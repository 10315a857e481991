"""What training and serving have in common: configuration, features, forecasters, registry, plumbing."""
