"""What people's words and links mean, and what they do. Pure: no I/O, no clock; storage carries a `Reaction` out."""
