"""Ce qui se déplie sous un chiffre : lecture, définition, doutes, source et passage du document."""

from __future__ import annotations

from html import escape

from indicators.analyse.comparaison import Motif
from indicators.analyse.portrait import Ligne, Portrait
from indicators.recit import phrases
from indicators.socle.catalogue import Catalogue
from indicators.socle.nombres import INSECABLE
from indicators.socle.observations import Observation


def drapeau(chiffre: Observation) -> str:
    """La marque d'un chiffre douteux, à côté de lui partout où il est écrit ; rien sinon."""
    return '<span class="drapeau">douteux</span>' if chiffre.douteuse else ""


def lectures(ligne: Ligne, vue: Portrait) -> list[str]:
    """Les phrases d'une ligne : sa comparaison avec chaque référence, puis l'évolution de la valeur et de l'écart."""
    phrases_ = [
        phrases.lecture(c, vue.territoire, t)
        for t, c in zip(vue.references, ligne.comparaisons, strict=True)
        if c.motif is not Motif.EFFECTIF
    ]
    if ligne.evolution is not None:
        phrases_.append(f"Évolution{INSECABLE}: {phrases.evolution(ligne.evolution)}.")
    if ligne.evolution_ecart is not None and vue.references:
        phrases_.append(phrases.evolution_ecart(ligne.evolution_ecart, vue.references[0]))
    return phrases_


def details(ligne: Ligne, vue: Portrait, catalogue: Catalogue) -> str:
    """Sous un chiffre : la lecture, la définition, ce qui le précède, le doute, la source et son passage."""
    chiffre, indicateur = ligne.chiffre, ligne.indicateur
    assert chiffre is not None
    source = catalogue.sources[chiffre.source]
    morceaux = [f"<p><b>Lecture.</b> {escape(texte)}</p>" for texte in lectures(ligne, vue)]
    for comparaison in ligne.comparaisons:
        if comparaison.voisine is not None:
            autre = catalogue.indicateurs[comparaison.voisine.indicateur]
            morceaux.append(
                "<p><b>Non comparé.</b> La référence publie un autre indicateur"
                f"{INSECABLE}: {escape(autre.libelle)}, {escape(phrases.chiffre(comparaison.voisine, autre.unite))} "
                f"({escape(phrases.periode(comparaison.voisine))}).</p>"
            )
    morceaux += [
        f"<p><b>Référence douteuse.</b> {escape(c.reference.note)}</p>"
        for c in ligne.comparaisons
        if c.reference is not None and c.reference.douteuse
    ]
    morceaux.append(
        f"<p><b>{escape(indicateur.libelle)}.</b> {escape(indicateur.definition)} {escape(indicateur.precautions)}</p>"
    )
    if chiffre.note:
        titre = "Douteux" if chiffre.douteuse else "Note"
        morceaux.append(f"<p><b>{titre}.</b> {escape(chiffre.note)}</p>")
    if ligne.autres:
        autres = f"{INSECABLE}; ".join(
            f"{phrases.chiffre(o, indicateur.unite)} ({phrases.periode(o)}, {catalogue.sources[o.source].titre}"
            f"{f', l. {o.ligne}' if o.ligne else ''})"
            for o in ligne.autres
        )
        morceaux.append(f"<p><b>Autres chiffres lus.</b> {escape(autres)}.</p>")
    morceaux.append(f"<p><b>Source.</b> {escape(phrases.provenance(chiffre, source))}.</p>")
    morceaux.append(f"<blockquote>{escape(chiffre.passage)}</blockquote>")
    return f"<details><summary>lecture et source</summary><div>{''.join(morceaux)}</div></details>"
