// Un champ qui s'enregistre à mesure qu'on tape : une demi-seconde après la dernière frappe, en quittant le champ, et
// quand la page se cache. Ce que le serveur renvoie n'écrase jamais ce qui est en train d'être tapé.
export default function ({ data, setStateValue, parentElement }) {
  const zone = parentElement.querySelector("textarea");
  const dit = parentElement.querySelector("output");
  const nom = parentElement.querySelector(".nom");
  const etat = (parentElement.oqChamp ??= { objet: null, envoye: null, attente: 0 });
  nom.textContent = data.libelle;
  zone.maxLength = data.maximum;
  zone.rows = data.lignes;
  zone.readOnly = data.gele;
  const en_cours = document.activeElement === zone || etat.attente;
  if (etat.objet !== data.objet || (!en_cours && zone.value !== data.texte)) {
    zone.value = data.texte;
    etat.objet = data.objet;
    etat.envoye = data.texte;
  }
  dit.textContent = zone.value === etat.envoye || !en_cours ? data.etat : dit.textContent;
  const envoyer = () => {
    clearTimeout(etat.attente);
    etat.attente = 0;
    if (zone.value === etat.envoye) return;
    etat.envoye = zone.value;
    setStateValue("tape", zone.value);
  };
  zone.oninput = () => {
    dit.textContent = "…";
    clearTimeout(etat.attente);
    etat.attente = setTimeout(envoyer, 500);
  };
  zone.onblur = envoyer;
  const cachee = () => document.visibilityState === "hidden" && envoyer();
  document.removeEventListener("visibilitychange", etat.cachee);
  etat.cachee = cachee;
  document.addEventListener("visibilitychange", cachee);
  return () => {
    envoyer();
    document.removeEventListener("visibilitychange", cachee);
  };
}
