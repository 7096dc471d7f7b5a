/* La page vivante prend la place de la première vue, d'un seul coup, quand son écran est entier. Avant, elle se prépare
   sans se voir. Ce que la personne a fait entre-temps la suit : où elle en est de sa lecture, ce qu'elle a déplié, ce
   qui a le focus. Si la page vivante ne vient pas, la première vue reste : elle se lit, s'imprime et mène ailleurs. */
(() => {
  const racine = document.documentElement;
  const PATIENCE = 5000; // l'écran a fini, mais il lui manque un bloc ou sa police : il a le dernier mot
  const vue = document.getElementById("premiere");
  let fini, demande;

  const prete = () => {
    const app = document.querySelector(".stApp");
    if (!app || !["notRunning"].includes(app.dataset.testScriptState)) return (fini = undefined), false;
    if (app.querySelector('[data-testid="stSkeleton"], [data-testid="stAppSkeleton"]')) return false;
    if (!app.querySelector("[data-testid=stElementContainer]")) return false;
    if (
      app.querySelectorAll(".oq").length >= vue.querySelectorAll(".oq").length &&
      app.querySelectorAll(".stPlotlyChart .main-svg").length >= app.querySelectorAll(".stPlotlyChart").length &&
      // Sa feuille redéclare sa police : une fois là, et la police lue, plus aucun texte ne se remesure.
      [...document.querySelectorAll('link[rel="stylesheet"]')].every((f) => f.sheet && f.media !== "print") &&
      document.fonts.check('1rem "Source Sans"')
    )
      return true;
    fini ??= performance.now();
    if (performance.now() - fini > PATIENCE) return true;
    setTimeout(regarder, 200);
    return false;
  };

  const reporter = (deLa, vers) => {
    const avant = [...vue.querySelectorAll(deLa)], apres = [...document.querySelectorAll(vers)];
    avant.forEach((e, rang) => e.open && apres[rang] && (apres[rang].open = true));
    const rang = avant.findIndex((e) => e.contains(document.activeElement));
    return rang >= 0 && apres[rang];
  };

  /* Ce qui est déjà tapé dans la case de l'accueil, ou dans celle de la barre : React n'écoute que la valeur posée par le
     navigateur. */
  const taper = () => {
    const champ = vue.querySelector("form input");
    const vif = champ && document.querySelector("#root .st-key-accueil_cherche input, #root .lieu input");
    if (!vif) return;
    const actif = document.activeElement === champ;
    if (champ.value !== champ.defaultValue) {
      Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set.call(vif, champ.value);
      vif.dispatchEvent(new Event("input", { bubbles: true }));
    }
    return actif && vif;
  };

  /* La place de la lecture, tenue une seconde : un bloc qui se mesure encore, ou Streamlit, la remet plus haut. Un geste
     de la personne l'emporte aussitôt ; qui n'a pas quitté le haut n'a pas de place à tenir. */
  const tenir = (lieu) => {
    const jusqua = performance.now() + 1000;
    let libre = false;
    const laisser = () => (libre = true);
    for (const geste of ["wheel", "touchstart", "keydown", "pointerdown"])
      addEventListener(geste, laisser, { once: true, passive: true, capture: true });
    const poser = () => {
      if (libre || performance.now() > jusqua) return;
      const vivante = document.querySelector("#root [data-testid=stMain]");
      if (vivante && vivante.scrollTop < lieu) vivante.scrollTop = lieu;
      requestAnimationFrame(poser);
    };
    poser();
  };

  /* La base se construit : ce que l'écran vivant en dit sans se voir encore (« … (42 %) ») se lit ici. */
  const suivre = () => {
    const attente = document.querySelector("#premiere .attente");
    const dite = document.querySelector('#root [data-testid="stProgress"]')?.textContent.trim();
    const part = dite && /(\d+)\s*%/.exec(dite);
    if (!attente || !part || attente.dataset.dite === dite) return;
    attente.dataset.dite = dite;
    const barre = Object.assign(document.createElement("progress"), { max: 100, value: +part[1], ariaLabel: dite });
    attente.replaceChildren(dite, barre);
  };
  const suivi = setInterval(suivre, 250);

  const prendre = () => {
    observateur.disconnect();
    clearInterval(suivi);
    const page = vue.querySelector(".pv-page");
    const vivante = document.querySelector("#root [data-testid=stMain]");
    const deplie = reporter(".oq details", "#root .oq details");
    const lien = reporter(".oq a[href]", "#root .oq a[href]");
    const champ = taper();
    if (vivante && page) tenir(page.scrollTop);
    vue.remove();
    racine.classList.remove("avant");
    (champ || (deplie && deplie.querySelector("summary")) || lien || null)?.focus({ preventScroll: true });
  };

  const regarder = () => {
    if (demande || !prete()) return;
    // Deux images : ce qui vient d'être posé s'est mesuré.
    demande = requestAnimationFrame(() => requestAnimationFrame(() => ((demande = 0), prete() && prendre())));
  };
  const observateur = new MutationObserver(regarder);
  observateur.observe(document, { subtree: true, childList: true, attributes: true, attributeFilter: ["data-test-script-state"] });

  /* La feuille et les scripts de Streamlit partent quand la première vue se voit : demander tant de fichiers retardait sa première
     image d'un dixième de seconde. Un onglet ouvert derrière un autre ne dessine rien : il n'attend pas. */
  const liste = document.getElementById("apres");
  let partis = !liste;
  const partir = () => {
    if (partis) return;
    partis = true;
    const { feuilles, precharges, scripts } = JSON.parse(liste.textContent);
    const poser = (nom, attributs) => document.head.append(Object.assign(document.createElement(nom), attributs));
    for (const href of feuilles) poser("link", { rel: "stylesheet", crossOrigin: "", href });
    for (const href of precharges) poser("link", { rel: "modulepreload", crossOrigin: "", href });
    for (const src of scripts) poser("script", { type: "module", crossOrigin: "", src });
  };
  addEventListener("DOMContentLoaded", () => {
    if (document.hidden) return partir();
    new PerformanceObserver((peintes) => peintes.getEntriesByName("first-contentful-paint").length && partir())
      .observe({ type: "paint", buffered: true });
    setTimeout(partir, 1000);
  });

  /* Le thème choisi dans Streamlit l'emporte sur celui du système. */
  try {
    for (let rang = 0; rang < localStorage.length; rang++) {
      const cle = localStorage.key(rang);
      if (!cle.startsWith("stActiveTheme")) continue;
      const nom = JSON.parse(localStorage.getItem(cle))?.name || "";
      if (/light|dark/i.test(nom)) vue.classList.add(/dark/i.test(nom) ? "sombre" : "clair");
    }
  } catch {
    // Un navigateur qui refuse sa mémoire : le thème du système suffit.
  }
})();
