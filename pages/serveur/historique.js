/* Servi avec la page (voir intergiciels.py) : un geste, une étape de l'historique ; un « retour » la défait.
   Streamlit en pousse une pour le changement d'écran, une autre pour les réglages qui suivent la personne. La première
   poussée après un geste est une étape ; les suivantes, et celles que personne n'a demandées, la corrigent. */
(() => {
  let geste = false;
  // Un clic sans pointeur (`detail` nul) vient d'un lecteur d'écran. « change » n'est pas un geste : il suit l'écran qui
  // s'en va.
  for (const nature of ["pointerdown", "keydown", "click"])
    addEventListener(nature, (e) => (geste ||= nature !== "click" || e.detail === 0), true);
  addEventListener("popstate", () => (geste = false), true);
  const pousser = history.pushState.bind(history);
  history.pushState = (...etape) => {
    if (geste) pousser(...etape);
    else history.replaceState(...etape);
    geste = false;
  };
})();
