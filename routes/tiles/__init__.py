"""Vector tiles of ways: each piece of road with its verdict for a vehicle, drawn from the network in memory."""
