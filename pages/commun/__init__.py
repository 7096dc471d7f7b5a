"""Ce que les écrans partagent : accès à la base, état dans l'adresse, sélecteur, mise en page, graphiques."""
