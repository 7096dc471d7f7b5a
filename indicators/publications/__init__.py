"""Ce qui part de la salle : fiche et atlas (PDF), séance et diaporama (PPTX), classeur (XLSX), paquet de données.

Tous prennent le `Portrait` de l'écran : aucun ne refait une comparaison ni n'écrit un chiffre autrement.
"""
