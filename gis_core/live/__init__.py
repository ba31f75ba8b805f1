"""What changes, told as it happens: one follower a process reads for all its readers (`docs/reference/live.md`)."""
