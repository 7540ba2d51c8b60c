"""The way out: adapters to gateways and group robots, and the sender that takes notices from the outbox."""
