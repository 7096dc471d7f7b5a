"""Les chiffres à une adresse : des routes en lecture seule, pour un tableur, un SIG, un programme."""
