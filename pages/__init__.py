"""Les écrans : choisir, demander, montrer. Ni SQL, ni formule, ni chemin de fichier."""
