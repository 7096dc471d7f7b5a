"""Le modèle de page : des blocs composés une fois, que l'écran, la séance, le PDF et le PPTX ne font que dessiner."""
