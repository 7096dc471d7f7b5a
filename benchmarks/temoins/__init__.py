"""Ce que l'on choisirait à la place : le même portrait ailleurs, et la page nue qui sert de plancher."""
