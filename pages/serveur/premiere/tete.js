/* Avant tout ce qui se lit : la page vivante ne se voit pas encore, et ce qui se lirait avant que la page soit entière se
   passe de la police (voir `premiere.js`). */
(() => {
  const racine = document.documentElement;
  racine.classList.add("avant", "repli");
  document.fonts.load('1rem "Première vue"').catch(() => {});
  requestAnimationFrame(() => (racine.oqDessinee = true));
})();
