/* Avant tout ce qui se lit : la page vivante ne se voit pas encore. La police de la première vue est là à la première image,
   ou elle s'en passe : la feuille de Streamlit, en redéclarant les siennes, la ferait essayer encore, et tout ce qui se
   lit bougerait. On s'en passe d'abord : choisir à la première image seulement ferait disposer deux fois la page entière. */
(() => {
  const racine = document.documentElement;
  const POLICE = '1rem "Première vue"';
  racine.classList.add("avant", "repli");
  document.fonts.load(POLICE).catch(() => {});
  racine.oqPolice = () => racine.classList.toggle("repli", !document.fonts.check(POLICE));
  requestAnimationFrame(() => {
    racine.oqPolice();
    racine.oqPolice = () => {};
  });
})();
