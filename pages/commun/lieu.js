/* La case où se choisit un lieu : on tape, la liste vient du serveur, Entrée ouvre. Avant tout script, la même case est un
   formulaire qui mène à la recherche de l'accueil. Ce que l'on est en train de taper n'est jamais écrasé. */
export default ({ data, setTriggerValue, parentElement }) => {
  const etat = (parentElement.oqLieu ??= { lus: new Map() });
  etat.choisir = (code) => setTriggerValue("choisi", code);
  const html = new TextDecoder().decode(data);
  if (etat.html === html) return;
  etat.html = html;
  const modele = document.createElement("template");
  modele.innerHTML = html;
  const neuve = modele.content.firstElementChild;
  if (!etat.case) {
    parentElement.append(neuve);
    etat.case = neuve;
    brancher(etat);
  } else recevoir(etat, neuve);
};

const AVANT = 60; // millisecondes sans frappe : un mot tapé d'un trait ne demande qu'une liste

function recevoir(etat, neuve) {
  const { case: ici, champ } = etat, son = neuve.querySelector("input");
  ici.dataset.code = neuve.dataset.code;
  champ.placeholder = son.placeholder;
  ici.querySelector(".vider").hidden = !neuve.dataset.code;
  const tape = document.activeElement === champ && champ.value !== etat.libelle;
  etat.libelle = son.value;
  etat.lus.clear();
  if (!tape) ecrire(etat, son.value);
}

function ecrire({ champ, vide }, texte) {
  champ.value = texte;
  if (document.activeElement === champ && texte) champ.select();
}

function brancher(etat) {
  const ici = etat.case, champ = ici.querySelector("input"), liste = ici.querySelector("ul"), dit = ici.querySelector("p");
  const vider = ici.querySelector(".vider");
  Object.assign(etat, { champ, libelle: champ.value });
  for (const [nom, valeur] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false",
    "aria-controls": liste.id })) champ.setAttribute(nom, valeur);
  let attente = 0, demande, actif = -1, entrer = false, montree = "";

  const options = () => [...liste.children];
  /* Ce qui est tapé ; vide tant que c'est le lieu ouvert qui s'y lit. */
  const tape = () => (champ.value !== etat.libelle ? champ.value.trim() : "");
  const activer = (rang) => {
    actif = rang;
    options().forEach((o, n) => o.setAttribute("aria-selected", n === rang));
    const o = liste.children[rang];
    if (o) {
      champ.setAttribute("aria-activedescendant", o.id);
      o.scrollIntoView({ block: "nearest" });
    } else champ.removeAttribute("aria-activedescendant");
  };
  const fermer = () => {
    clearTimeout(attente);
    demande?.abort();
    entrer = false;
    liste.hidden = true;
    champ.setAttribute("aria-expanded", "false");
    activer(-1);
  };
  const choisir = (option) => {
    fermer();
    etat.libelle = option.dataset.libelle;
    ici.dataset.code = option.dataset.code;
    ecrire(etat, etat.libelle);
    etat.choisir(option.dataset.code);
    if (matchMedia("(pointer: coarse)").matches) champ.blur();
  };
  const montrer = ({ lieux, phrase, corrigee }, texte) => {
    montree = texte;
    liste.replaceChildren(...lieux.map(({ code, nom, suite, libelle }, rang) => {
      const option = document.createElement("li"), precision = document.createElement("small");
      Object.assign(option, { id: `${liste.id}-${rang}`, role: "option", textContent: nom });
      Object.assign(option.dataset, { code, libelle });
      precision.textContent = suite;
      option.append(" ", precision);
      return option;
    }));
    dit.textContent = phrase;
    dit.classList.toggle("sr", lieux.length > 0);
    liste.dataset.phrase = corrigee ? phrase : ""; // un compte s'entend, une correction se voit aussi
    liste.hidden = !lieux.length;
    champ.setAttribute("aria-expanded", String(lieux.length > 0));
    activer(texte ? 0 : lieux.findIndex((l) => l.code === ici.dataset.code));
    if (entrer && lieux.length) choisir(liste.children[0]);
    entrer = false;
  };
  /* Sans rien de tapé : les lieux d'à côté. */
  const ouvrir = async () => {
    const texte = tape();
    demande?.abort();
    if (etat.lus.has(texte)) return montrer(etat.lus.get(texte), texte);
    demande = new AbortController();
    const { signal } = demande;
    try {
      const reponse = await fetch(`./lieux.json?${new URLSearchParams({ texte, ici: ici.dataset.code })}`, { signal });
      if (!reponse.ok) throw new Error(reponse.statusText);
      const lus = await reponse.json();
      etat.lus.set(texte, lus);
      if (!signal.aborted) montrer(lus, texte);
    } catch (faute) {
      if (signal.aborted) return;
      montrer({ lieux: [], phrase: "La liste n’est pas venue : vérifiez la connexion, puis recommencez." }, texte);
    }
  };

  champ.oninput = () => {
    clearTimeout(attente);
    attente = setTimeout(ouvrir, AVANT);
  };
  champ.onclick = () => liste.hidden && ouvrir();
  champ.onfocus = () => champ.select();
  champ.onblur = () => {
    fermer();
    dit.textContent = "";
    dit.classList.add("sr");
    champ.value = etat.libelle;
  };
  champ.onkeydown = (evenement) => {
    const combien = liste.hidden ? 0 : options().length;
    if (evenement.key === "ArrowDown" || evenement.key === "ArrowUp") {
      evenement.preventDefault();
      if (!combien) return void ouvrir();
      const pas = evenement.key === "ArrowDown" ? 1 : -1;
      activer(actif < 0 ? (pas > 0 ? 0 : combien - 1) : (actif + pas + combien) % combien);
    } else if (evenement.key === "Escape" && (combien || champ.value !== etat.libelle)) {
      evenement.preventDefault();
      fermer();
      ecrire(etat, etat.libelle);
    }
  };
  ici.onsubmit = (evenement) => {
    evenement.preventDefault();
    if (!liste.hidden && actif >= 0 && montree === tape()) return choisir(liste.children[actif]);
    entrer = champ.value !== etat.libelle;
    clearTimeout(attente);
    if (entrer) ouvrir();
  };
  liste.onpointerdown = (evenement) => evenement.preventDefault(); // le champ garde le focus
  liste.onclick = (evenement) => {
    const option = evenement.target.closest("li");
    if (option) choisir(option);
  };
  vider.onclick = () => {
    fermer();
    Object.assign(etat, { libelle: "" });
    ici.dataset.code = "";
    vider.hidden = true;
    ecrire(etat, "");
    champ.focus();
    etat.choisir("");
  };
}
