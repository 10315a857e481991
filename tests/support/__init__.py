"""Helpers that several tests share: stores, files, servers, and the running system."""
