"""What becomes of a delivery: its states, the policies that move it, and the ports through which it is carried out."""
