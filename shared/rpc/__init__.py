"""What both gRPC servers share: start and drain, errors, checks of requests, metrics, health checks."""
