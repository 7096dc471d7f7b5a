// Le clavier de la séance (et une télécommande, qui envoie Page suivante / Page précédente).
// Les touches frappées dans un champ restent au champ ; Ctrl+Entrée le quitte, ce qui enregistre ce qu'on y a tapé
// (Échap aussi, mais le navigateur quitte alors le plein écran).
const INSTALLATION = 100; // millisecondes : Streamlit pose un champ vide, puis son texte, par-dessus ce qui s'y taperait
export default function ({ data, setTriggerValue, parentElement }) {
  const etat = (parentElement.oqSeance ??= { vise: data.position, envoi: 0 });
  etat.arreter?.();
  etat.position = data.position;
  etat.champ = `.st-key-${data.champ.replaceAll(/[^a-zA-Z0-9_-]/g, "-")} textarea:not([readonly])`;
  etat.saisir?.();
  // Deux appuis rapides : tant que le serveur n'a pas rejoint la diapositive visée, c'est elle qui compte.
  if (data.position === etat.vise || Date.now() - etat.envoi > 1500) etat.vise = data.position;
  const aller = (n) => {
    const cible = Math.max(0, Math.min(data.total - 1, n));
    if (cible === etat.vise) return;
    repondre("");
    etat.vise = cible;
    etat.envoi = Date.now();
    setTriggerValue("aller", cible);
  };
  const plein = () =>
    document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen();
  // Le champ d'une diapositive arrive après son titre, et celui d'avant reste un instant : on attend le bon, que sa clé
  // nomme, et ce qui se tape en l'attendant s'y écrit.
  const laisser = () => {
    etat.veille?.disconnect();
    clearTimeout(etat.fin);
    etat.saisir = etat.trouve = null;
  };
  const ecrire = (champ) => {
    if (champ !== etat.trouve || !champ.isConnected || document.activeElement !== document.body) return;
    champ.focus();
    champ.setSelectionRange(champ.value.length, champ.value.length);
    if (etat.attente) document.execCommand("insertText", false, etat.attente);
    etat.attente = "";
  };
  const noter = () => {
    const { classList } = document.documentElement;
    if (document.fullscreenElement && !classList.toggle("seance-notes")) return;
    laisser();
    etat.attente = "";
    etat.saisir = () => {
      const champ = etat.position === etat.vise && document.querySelector(etat.champ);
      if (!champ || champ === etat.trouve) return;
      etat.trouve = champ;
      setTimeout(() => ecrire(champ), INSTALLATION);
    };
    etat.veille = new MutationObserver(etat.saisir);
    etat.veille.observe(document.body, {
      childList: true, subtree: true, attributes: true, attributeFilter: ["readonly"],
    });
    etat.fin = setTimeout(laisser, 5000);
    etat.saisir();
  };
  // Les questions de la salle : une touche montre la réponse sur la diapositive, la même touche la retire.
  const repondre = (touche) => {
    for (const d of document.querySelectorAll(".diapo details.reponse")) d.open = d.dataset.touche === touche && !d.open;
  };
  const gestes = {
    v: () => repondre("v"), c: () => repondre("c"), p: () => repondre("p"),
    ArrowRight: () => aller(etat.vise + 1), PageDown: () => aller(etat.vise + 1),
    ArrowLeft: () => aller(etat.vise - 1), PageUp: () => aller(etat.vise - 1),
    Home: () => aller(0), End: () => aller(data.total - 1),
    f: plein,
    g: () => document.querySelector(".st-key-choix_diapo input")?.focus(),
    n: noter,
  };
  const surTouche = (e) => {
    const champ = e.target.closest?.("input, textarea, select, [contenteditable], [role=listbox], [role=combobox]");
    if (champ) {
      const fini = e.key === "Escape" || (e.key === "Enter" && e.ctrlKey && champ.matches("textarea"));
      if (fini) {
        laisser();
        champ.blur();
        document.documentElement.classList.remove("seance-notes");
      }
      return;
    }
    if (e.ctrlKey || e.metaKey || e.altKey) return;
    const attendue = etat.saisir && e.key.length === 1;
    const geste = attendue ? () => (etat.attente += e.key) : gestes[e.key] ?? gestes[e.key.toLowerCase()];
    if (!geste) return;
    e.preventDefault();
    e.stopPropagation();
    geste();
  };
  const surPleinEcran = () =>
    document.documentElement.classList.toggle("seance-plein", Boolean(document.fullscreenElement));
  const bouton = parentElement.querySelector("button");
  if (bouton) bouton.onclick = plein;
  document.addEventListener("keydown", surTouche, true);
  document.addEventListener("fullscreenchange", surPleinEcran);
  parentElement.querySelector(".touches")?.setAttribute("data-pret", "");
  etat.arreter = () => {
    document.removeEventListener("keydown", surTouche, true);
    document.removeEventListener("fullscreenchange", surPleinEcran);
  };
  return () => {
    if (parentElement.isConnected) return; // un passage dépassé par le suivant, qui écoute déjà
    etat.arreter();
    document.documentElement.classList.remove("seance-plein", "seance-notes");
    if (document.fullscreenElement) document.exitFullscreen();
  };
}
