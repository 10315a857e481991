"""What both services need: configuration, forecasters, restaurant, registry, messages, and the parts of a server."""
