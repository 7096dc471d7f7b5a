/* Un bloc de HTML écrit par nos gabarits, lu par le navigateur lui-même ; il ne change que si son texte a changé. */
export default ({ data, parentElement }) => {
  const texte = new TextDecoder().decode(data);
  let bloc = parentElement.querySelector(":scope > .bloc-long");
  if (!bloc) {
    bloc = document.createElement("div");
    bloc.className = "bloc-long pv";
    parentElement.append(bloc);
  }
  if (bloc.texte === texte) return;
  bloc.texte = texte;
  bloc.innerHTML = texte;
};
