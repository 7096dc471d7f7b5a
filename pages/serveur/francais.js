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
    "Increment value": "Augmenter",
    "Decrement value": "Diminuer",
    "Running...": "Calcul en cours…",
    Stop: "Arrêter",
    Rerun: "Relancer",
    Connecting: "Connexion…",
    Upload: "Choisir des fichiers",
    "80MB per file": "ou déposez-les ici, 80 Mo chacun au plus",
    "file upload": "Fichiers à déposer",
  };
  const dire = (texte) => MOTS[texte] ?? texte.replace(/^Remove (?=\S)/, "Retirer ");
  const nommer = (element) => {
    const nom = element.getAttribute("aria-label");
    if (nom && dire(nom) !== nom) element.setAttribute("aria-label", dire(nom));
  };
  const ecrire = (noeud) => {
    const mot = noeud.nodeValue.trim();
    if (mot in MOTS && !noeud.parentElement?.closest(".oq")) noeud.nodeValue = MOTS[mot];
  };
  const parcourir = (racine) => {
    if (racine.nodeType === Node.TEXT_NODE) return ecrire(racine);
    if (racine.nodeType !== Node.ELEMENT_NODE) return;
    nommer(racine);
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
