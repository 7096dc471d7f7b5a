/* Une carte où l'on coche des lieux : d'un clic, ou aux flèches puis à la barre d'espace. La liste d'à côté dit la même
   chose : ce que le serveur renvoie ne s'applique que s'il a déjà vu le dernier geste. */
export default ({ data, setStateValue, parentElement }) => {
  const etat = (parentElement.oqCarte ??= { n: 0, choisis: [] });
  let bloc = parentElement.querySelector(":scope > .a-cocher");
  if (!bloc) {
    bloc = document.createElement("div");
    bloc.className = "a-cocher";
    parentElement.append(bloc);
  }
  if (etat.dessin !== data.dessin) {
    etat.dessin = data.dessin;
    bloc.innerHTML = data.dessin;
  }
  const cases = () => [...bloc.querySelectorAll("[role=checkbox]")].filter((c) => c.getBoundingClientRect().width);
  const dit = bloc.querySelector(".dit");

  const montrer = () => {
    const choisis = new Set(etat.choisis);
    for (const e of bloc.querySelectorAll("[data-code]")) {
      e.toggleAttribute("data-choisi", choisis.has(e.dataset.code));
      if (e.role === "checkbox") e.setAttribute("aria-checked", choisis.has(e.dataset.code));
    }
    for (const e of bloc.querySelectorAll("[data-coche]")) e.toggleAttribute("data-choisi", choisis.has(e.dataset.coche));
  };
  const dire = (e) => {
    const choisi = etat.choisis.includes(e.dataset.code);
    dit.textContent = `${e.querySelector("title").textContent}\u00a0: ${choisi ? "dans le regroupement" : "pas choisi"}.`;
  };
  /* Une seule case se prend à la tabulation ; les flèches vont à la plus proche de leur côté. */
  const prendre = (e) => {
    for (const c of bloc.querySelectorAll("[role=checkbox]")) c.setAttribute("tabindex", c === e ? 0 : -1);
  };
  const basculer = (code) => {
    etat.choisis = etat.choisis.includes(code) ? etat.choisis.filter((c) => c !== code) : [...etat.choisis, code];
    etat.n += 1;
    montrer();
    setStateValue("geste", { n: etat.n, choisis: etat.choisis });
  };
  const milieu = (e) => {
    const { left, top, width, height } = e.getBoundingClientRect();
    return [left + width / 2, top + height / 2];
  };
  const voisine = (de, dx, dy) => {
    const [x, y] = milieu(de);
    const rangees = cases().filter((c) => c !== de).map((c) => {
      const [a, b] = milieu(c), loin = (a - x) * dx + (b - y) * dy;
      return { c, loin, cout: loin + 2 * Math.abs((a - x) * dy + (b - y) * dx) };
    });
    return rangees.filter((r) => r.loin > 1).sort((r, s) => r.cout - s.cout)[0]?.c;
  };
  const FLECHES = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

  bloc.onclick = (evenement) => {
    const code = evenement.target.closest("[data-code]")?.dataset.code;
    if (!code) return;
    const e = cases().find((c) => c.dataset.code === code);
    basculer(code);
    e.focus({ preventScroll: true });
    dire(e);
  };
  bloc.onkeydown = (evenement) => {
    const e = evenement.target.closest("[role=checkbox]"), fleche = FLECHES[evenement.key];
    if (!e || !(fleche || evenement.key === " " || evenement.key === "Enter")) return;
    evenement.preventDefault();
    evenement.stopPropagation();
    if (fleche) voisine(e, ...fleche)?.focus();
    else { basculer(e.dataset.code); dire(e); }
  };
  bloc.removeEventListener("focusin", etat.entrer);
  etat.entrer = (evenement) => {
    const e = evenement.target.closest("[role=checkbox]");
    if (!e) return;
    prendre(e);
    dire(e);
  };
  bloc.addEventListener("focusin", etat.entrer);
  if (data.vu >= etat.n) etat.choisis = data.choisis;
  montrer();
  if (!bloc.querySelector('[role=checkbox][tabindex="0"]')) prendre(cases()[0]);
};
