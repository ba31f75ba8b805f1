"""Areas that lack roads or water for firefighting, which Law 55/2024 art. 20(5) asks the city to determine."""
