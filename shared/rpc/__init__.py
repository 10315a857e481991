"""The gRPC plumbing that both servers need."""
