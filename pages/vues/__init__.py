"""Ce que chaque écran dessine : un fichier ou un dossier par écran."""
