/* Servi avec la page (voir serveur.py) : réduire un graphique à la feuille, l'enregistrer en image. Rien ne sort d'ici. */
(() => {
  const FEUILLE = 690; // largeur utile d'une A4, en pixels
  addEventListener("beforeprint", () => {
    const largeur = document.querySelector(".stPlotlyChart")?.offsetWidth || FEUILLE;
    const racine = document.documentElement;
    racine.style.setProperty("--reduction", Math.min(1, FEUILLE / largeur));
    const fond = getComputedStyle(document.querySelector(".stApp")).backgroundColor.match(/\d+/g).map(Number);
    racine.classList.toggle("sombre", fond[0] + fond[1] + fond[2] < 384);
  });

  /* La police de l'écran, mise dans l'image : sans elle, les noms y seraient plus larges que leur place. */
  const police = async () => {
    const lien = document.querySelector('link[rel="preload"][as="font"]');
    const blob = lien && (await (await fetch(lien.href)).blob());
    if (!blob) return "";
    const donnees = await new Promise((rendre) => {
      const lecteur = new FileReader();
      lecteur.onload = () => rendre(lecteur.result);
      lecteur.readAsDataURL(blob);
    });
    return `@font-face { font-family: "Source Sans"; font-weight: 200 900; src: url("${donnees}") }`;
  };

  const couper = (texte, combien) =>
    texte.split(" ").reduce((lignes, mot) => {
      const derniere = lignes.at(-1);
      if (derniere && derniere.length + mot.length < combien) lignes[lignes.length - 1] = `${derniere} ${mot}`;
      else lignes.push(mot);
      return lignes;
    }, []);

  /* Le graphique qui précède le bouton, son titre au-dessus, sa source au-dessous, sur le fond de la page. */
  const composer = (bouton) => {
    const avant = [...document.querySelectorAll(".js-plotly-plot")].filter(
      (f) => f.compareDocumentPosition(bouton) & Node.DOCUMENT_POSITION_FOLLOWING,
    );
    const figure = avant.at(-1);
    if (!figure) return null;
    const { width, height } = figure.getBoundingClientRect();
    const style = getComputedStyle(document.querySelector(".oq"));
    const racine = getComputedStyle(document.querySelector(".stApp"));
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    const haut = 44;
    const { titre, source } = bouton.dataset;
    const lignes = couper(source, width / 6.2);
    const total = height + haut + 16 + 17 * lignes.length;
    svg.setAttribute("xmlns", "http://www.w3.org/2000/svg");
    svg.setAttribute("width", width);
    svg.setAttribute("height", total);
    svg.setAttribute("viewBox", `0 0 ${width} ${total}`);
    const poser = (nom, attributs, texte = "") => {
      const element = document.createElementNS("http://www.w3.org/2000/svg", nom);
      for (const [cle, valeur] of Object.entries(attributs)) element.setAttribute(cle, valeur);
      element.textContent = texte;
      svg.append(element);
      return element;
    };
    const ecriture = { "font-family": "Source Sans, Source Sans Pro, Arial, sans-serif", fill: style.color };
    poser("rect", { width, height: total, fill: racine.backgroundColor });
    const taille = Math.min(20, (width - 24) / (titre.length * 0.47));
    poser("text", { ...ecriture, x: 12, y: 28, "font-weight": 700, "font-size": taille }, titre);
    for (const calque of figure.querySelectorAll(".main-svg")) {
      const copie = calque.cloneNode(true);
      copie.setAttribute("y", haut);
      copie.style.background = "none";
      svg.append(copie);
    }
    lignes.forEach((ligne, rang) =>
      poser("text", { ...ecriture, x: 12, y: total - 12 - 17 * (lignes.length - 1 - rang), "font-size": 13 }, ligne));
    return { svg, width, total };
  };

  addEventListener("click", async (evenement) => {
    const bouton = evenement.target.closest?.(".oq button.image");
    const compose = bouton && composer(bouton);
    if (!compose) return;
    const feuille = document.createElementNS("http://www.w3.org/2000/svg", "style");
    feuille.textContent = await police();
    compose.svg.prepend(feuille);
    const texte = new XMLSerializer().serializeToString(compose.svg);
    const image = new Image();
    image.onload = () => {
      const toile = document.createElement("canvas");
      toile.width = compose.width * 2;
      toile.height = compose.total * 2;
      toile.getContext("2d").drawImage(image, 0, 0, toile.width, toile.height);
      const lien = document.createElement("a");
      lien.download = `${bouton.dataset.fichier}.png`;
      lien.href = toile.toDataURL("image/png");
      lien.click();
    };
    image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(texte)}`;
  });

  /* « Copier le lien » : l'adresse dit tout l'écran. Sans liaison chiffrée, le presse-papiers moderne est fermé. */
  const copier = async (texte) => {
    if (navigator.clipboard && isSecureContext) return navigator.clipboard.writeText(texte);
    const champ = document.createElement("textarea");
    champ.value = texte;
    champ.setAttribute("readonly", "");
    champ.style.cssText = "position:fixed;opacity:0";
    document.body.append(champ);
    champ.select();
    const fait = document.execCommand("copy");
    champ.remove();
    if (!fait) throw new Error("copie refusée");
  };
  addEventListener("click", async (evenement) => {
    const bouton = evenement.target.closest?.(".oq button.copier");
    if (!bouton) return;
    const dit = bouton.nextElementSibling;
    try {
      await copier(location.href);
      dit.textContent = "Lien copié.";
    } catch {
      dit.textContent = "Copie refusée par le navigateur : copiez l’adresse de la page.";
    }
    bouton.focus();
    setTimeout(() => (dit.textContent = ""), 4000);
  });

  /* Sur un téléphone, le menu couvre l'écran : il se referme dès qu'un écran y est choisi. */
  addEventListener("click", (evenement) => {
    const choisi = evenement.target.closest?.('[data-testid="stSidebarNavLink"]');
    if (choisi && innerWidth <= 768)
      setTimeout(() => document.querySelector('[data-testid="stSidebarCollapseButton"] button')?.click(), 0);
  });
})();
