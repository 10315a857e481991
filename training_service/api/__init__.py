"""The gRPC face of training: reads requests, delegates, and writes answers in the words of the contract."""
