"""Ce qui doit tenir : la structure des fichiers, puis l’arithmétique des documents."""
