/* Avant tout ce qui se lit : la page vivante ne se voit pas encore. La police de la première vue est là avant la première
   image, ou elle s'en passe : la feuille de Streamlit, en redéclarant les siennes, la ferait essayer encore, et tout ce
   qui se lit bougerait. On s'en passe d'abord : la retirer à la première image ferait disposer deux fois la page. */
(() => {
  const racine = document.documentElement;
  let dessinee = false;
  racine.classList.add("avant", "repli");
  document.fonts.load('1rem "Première vue"').then(() => dessinee || racine.classList.remove("repli"), () => {});
  requestAnimationFrame(() => (dessinee = true));
})();
