"""`python -m inference_service` starts the inference service."""

from inference_service.server import main

main()
