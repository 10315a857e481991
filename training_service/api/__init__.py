"""The gRPC interface of training: checks requests, delegates, and translates answers into the contract's messages."""
