"""`python -m training_service` starts the training service."""

from training_service.server import main

main()
