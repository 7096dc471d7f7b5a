/* Servi avec la page : agrandir une carte et s'y déplacer. Le dessin entier est déjà là : rien n'est demandé. */
(() => {
  const MAXI = 16, PAS = 1.6;
  const retenus = new WeakMap();
  const dedans = (n, bas, haut) => Math.min(Math.max(n, bas), haut);

  /* Les repères et les noms que montre l'écran : une carte en a parfois pour deux largeurs. */
  const montre = (svg) => [...svg.querySelectorAll(".dc-dessus")].find((d) => getComputedStyle(d.parentElement).display !== "none");

  /* Ce qui ne grossit pas : où chaque repère et chaque nom est attaché, et la place qu'il prend. */
  const relever = (dessus) => {
    const elements = [...dessus.querySelectorAll(".dc-reperes > *, .dc-noms text")];
    const caches = new Set(elements.filter((e) => e.getAttribute("display") === "none"));
    for (const element of caches) element.removeAttribute("display");
    const { width, height } = dessus.ownerSVGElement.viewBox.baseVal;
    const [largeur, hauteur] = dessus.dataset.cadre?.split(" ").map(Number) ?? [width, height];
    const lus = elements.map((element) => {
      const boite = element.getBBox();
      const nom = element.tagName === "text";
      const x = nom ? Number(element.getAttribute("x")) : boite.x + boite.width / 2;
      const y = nom ? Number(element.getAttribute("y")) : boite.y + boite.height / 2;
      return { element, nom, x, y, boite };
    });
    return { lus, caches, largeur, hauteur, k: 1, x: 0, y: 0 };
  };

  const touche = (a, b) => a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;

  const echelle = (dessus, vue) => {
    const barre = dessus.querySelector(".dc-barre") ?? dessus.parentElement.querySelector(":scope > .dc-barre");
    if (!barre) return;
    const metres = Number(barre.dataset.metres) / vue.k, place = vue.largeur * 0.2;
    const longueurs = [1, 2, 3, 4, 5, 6].flatMap((p) => [1, 2, 5].map((m) => m * 10 ** p));
    const choisie = longueurs.filter((d) => d / metres <= place).at(-1) ?? longueurs[0];
    const large = choisie / metres, y = Number(barre.dataset.y);
    barre.querySelector("path").setAttribute("d", `M14 ${y - 5}V${y}H${14 + large}V${y - 5}`);
    const mots = barre.querySelector("text");
    mots.setAttribute("x", 20 + large);
    mots.textContent = `${choisie >= 1000 ? `${choisie / 1000}\u00a0km` : `${choisie}\u00a0m`}\u00a0\u00a0N\u00a0↑`;
  };

  const placer = (dessus, vue) => {
    const svg = dessus.ownerSVGElement;
    vue.x = dedans(vue.x, vue.largeur * (1 - vue.k), 0);
    vue.y = dedans(vue.y, vue.hauteur * (1 - vue.k), 0);
    svg.querySelector(".dc-terrain").setAttribute("transform", `translate(${vue.x} ${vue.y}) scale(${vue.k})`);
    const prises = [];
    for (const { element, nom, x, y, boite } of vue.lus) {
      const dx = x * (vue.k - 1) + vue.x, dy = y * (vue.k - 1) + vue.y;
      element.setAttribute("transform", `translate(${dx} ${dy})`);
      if (!nom) continue;
      const prise = { x: boite.x + dx, y: boite.y + dy, w: boite.width, h: boite.height };
      const cache = vue.k === 1 ? vue.caches.has(element) : prises.some((autre) => touche(prise, autre));
      element.setAttribute("display", cache ? "none" : "inline");
      if (!cache) prises.push(prise);
    }
    echelle(dessus, vue);
    svg.style.cursor = vue.k > 1 ? "grab" : "";
    svg.style.touchAction = vue.k > 1 ? "none" : "";
  };

  const vue = (dessus) => {
    if (!retenus.has(dessus)) retenus.set(dessus, relever(dessus));
    return retenus.get(dessus);
  };

  /* D'une largeur à l'autre, le terrain est le même : une carte agrandie redevient entière. */
  matchMedia("(max-width: 760px)").addEventListener("change", () => {
    for (const dessus of document.querySelectorAll(".dc-dessus[data-cadre]")) {
      const v = retenus.get(dessus);
      if (v) placer(dessus, Object.assign(v, { k: 1, x: 0, y: 0 }));
    }
  });

  addEventListener("click", (evenement) => {
    const bouton = evenement.target.closest?.(".dc-boutons button");
    const svg = bouton && bouton.closest(".dc-toile").querySelector("svg.dc");
    if (!svg) return;
    const dessus = montre(svg), v = vue(dessus), sens = Number(bouton.dataset.zoom), avant = v.k;
    v.k = sens ? dedans(avant * PAS ** sens, 1, MAXI) : 1;
    if (v.k < 1.05) v.k = 1;
    const r = v.k / avant;
    v.x = v.largeur / 2 - (v.largeur / 2 - v.x) * r;
    v.y = v.hauteur / 2 - (v.hauteur / 2 - v.y) * r;
    placer(dessus, v);
  });

  /* Tirer la carte agrandie ; un clic sans bouger reste un clic. */
  let prise = null;
  addEventListener("pointerdown", (evenement) => {
    const svg = evenement.target.closest?.(".dc-toile svg.dc"), dessus = svg && montre(svg), v = retenus.get(dessus);
    if (!v || v.k === 1) return;
    const pas = dessus.getScreenCTM().a;
    prise = { dessus, pas, x0: evenement.clientX, y0: evenement.clientY, x: v.x, y: v.y, tire: false };
  });
  addEventListener("pointermove", (evenement) => {
    if (!prise) return;
    const dx = evenement.clientX - prise.x0, dy = evenement.clientY - prise.y0;
    prise.tire ||= Math.hypot(dx, dy) > 5;
    if (!prise.tire) return;
    const v = vue(prise.dessus);
    v.x = prise.x + dx / prise.pas;
    v.y = prise.y + dy / prise.pas;
    placer(prise.dessus, v);
  });
  addEventListener("dragstart", (evenement) => { if (prise) evenement.preventDefault(); });
  addEventListener("pointerup", () => {
    const tiree = prise?.tire;
    prise = null;
    if (tiree) addEventListener("click", (e) => { e.preventDefault(); e.stopPropagation(); }, { capture: true, once: true });
  });
  addEventListener("pointercancel", () => { prise = null; });
})();
