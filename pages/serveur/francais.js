/* Les quelques mots que Streamlit écrit en anglais, à l'écran et pour les lecteurs d'écran, dits en français. */
(() => {
  const MOTS = {
    "No results": "Aucun résultat : essayez un autre mot, une commune ou un code.",
    "Skip to main content": "Aller au contenu",
    "App pages": "Écrans",
    Sidebar: "Menu",
    "Expand sidebar": "Ouvrir le menu",
    "Collapse sidebar": "Fermer le menu",
    "Clear value": "Effacer le choix",
    "Clear all": "Tout effacer",
    "Selected values": "Choix faits",
    Open: "Ouvrir la liste",
    Increment: "Augmenter",
    Decrement: "Diminuer",
    // La grille des observations.
    "Show/hide columns": "Montrer ou cacher des colonnes",
    "Download as CSV": "Enregistrer en CSV",
    Search: "Chercher",
    Fullscreen: "Plein écran",
    "Close fullscreen": "Quitter le plein écran",
    "Sort ascending": "Trier par ordre croissant",
    "Sort descending": "Trier par ordre décroissant",
    Format: "Écriture",
    Autosize: "Ajuster la largeur",
    "Pin column": "Figer la colonne",
    "Unpin column": "Libérer la colonne",
    "Hide column": "Cacher la colonne",
    "Type to search": "Tapez pour chercher",
    "Running...": "Calcul en cours…",
    Stop: "Arrêter",
    Rerun: "Relancer",
    Connecting: "Connexion…",
    Upload: "Choisir des fichiers",
    "80MB per file": "ou déposez-les ici, 80 Mo chacun au plus",
    "file upload": "Fichiers à déposer",
    "Add files": "Ajouter des fichiers",
    "Drag and drop files here": "Déposez les fichiers ici",
    "File type not allowed.": "Ce genre de fichier n’est pas admis.",
    "Failed to upload": "Le dépôt n’a pas abouti : recommencez.",
    Close: "Fermer",
    Delete: "Retirer",
    "Show password": "Montrer le mot de passe",
    "Hide password": "Cacher le mot de passe",
    "Connection error": "Connexion perdue",
    "Connection timed out.": "L’observatoire met trop de temps à répondre. La page reprendra d’elle-même.",
    "Streamlit server is not responding. Are you connected to the internet?":
      "L’observatoire ne répond pas. Vérifiez la connexion ; la page reprendra d’elle-même.",
    "Is Streamlit still running? If you accidentally stopped Streamlit, just restart it in your terminal:":
      "L’observatoire est arrêté sur cette machine. Relancez-le ; la page reprendra d’elle-même.",
    "Connection lost. Please wait for the app to reconnect, then try again.":
      "La connexion est perdue. Attendez qu’elle revienne, puis recommencez.",
    "Page not found": "Page introuvable",
    "The page that you have requested does not seem to exist. Running the app's main page.":
      "Cet écran n’existe pas. Voici l’accueil.",
  };
  const TOURNURES = [
    [/^Remove (?=\S)/, "Retirer "],
    [/^File is larger than (.+?)B?\.?$/, "Ce fichier dépasse $1o, le maximum."],
    [/^(\S+) files are not allowed\.$/, "Les fichiers $1 ne sont pas admis."],
    [/^Connection failed with status (\d+).*$/, "L’observatoire a répondu par une erreur ($1). La page reprendra d’elle-même."],
  ];
  const dire = (texte) => {
    if (texte in MOTS) return MOTS[texte];
    for (const [motif, francais] of TOURNURES) if (motif.test(texte)) return texte.replace(motif, francais);
    return texte;
  };
  const nommer = (element) => {
    const nom = element.getAttribute("aria-label");
    if (nom && dire(nom) !== nom) element.setAttribute("aria-label", dire(nom));
  };
  const ecrire = (noeud) => {
    const mot = noeud.nodeValue.trim();
    if (!mot || noeud.parentElement?.closest(".oq, script, style")) return;
    // La commande d'un terminal, sous « connexion perdue » : elle ne dit rien à qui lit l'observatoire.
    if (mot === "streamlit run yourscript.py") noeud.parentElement.closest("pre")?.setAttribute("hidden", "");
    const francais = dire(mot);
    if (francais !== mot) noeud.nodeValue = francais;
  };
  const parcourir = (racine) => {
    if (racine.nodeType === Node.TEXT_NODE) return racine.parentElement?.closest("#premiere") || ecrire(racine);
    // La première vue est de nous : tout y est déjà en français.
    if (racine.nodeType !== Node.ELEMENT_NODE || racine.closest("#premiere")) return;
    nommer(racine);
    for (const grille of racine.querySelectorAll('table[role="grid"]:not([aria-label])'))
      grille.setAttribute("aria-label", "Tableau des observations");
    racine.querySelectorAll("[aria-label]").forEach(nommer);
    const textes = document.createTreeWalker(racine, NodeFilter.SHOW_TEXT);
    while (textes.nextNode()) ecrire(textes.currentNode);
  };
  new MutationObserver((changements) => {
    for (const { type, target, addedNodes } of changements) {
      if (type === "attributes") nommer(target);
      else addedNodes.forEach(parcourir);
    }
  }).observe(document, { subtree: true, childList: true, attributes: true, attributeFilter: ["aria-label"] });
})();
