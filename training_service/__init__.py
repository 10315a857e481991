"""The training service accepts runs, and its workers train the dishes of a run and publish the new version."""
