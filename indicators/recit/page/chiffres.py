"""Composer un chiffre : sa valeur, ses faces, sa place, ce qui se déplie dessous, et ce qui compte d'abord."""

from __future__ import annotations

from indicators.analyse.comparaison import Comparaison, Jugement, Motif
from indicators.analyse.portrait import Ligne, Portrait
from indicators.recit import phrases, regroupements, tendances
from indicators.recit.dessins import bandes
from indicators.recit.page.modele import CarteDeChiffre, DessinDePlace, DessinDeSerie, Details, Face, Valeur
from indicators.socle.catalogue import Catalogue, Indicateur
from indicators.socle.nombres import INSECABLE, capitale, nombre, ordinal
from indicators.socle.observations import Observation
from indicators.socle.territoires import Territoire


def importance(ligne: Ligne) -> tuple[bool, ...]:
    """L'unique ordre de ce qui compte, du plus important au moins important ; à égalité, l'ordre du catalogue.

    Un chiffre passe après un autre, dans cet ordre de raisons : il n'a pas de valeur ; c'est un nombre absolu ; il est
    douteux ; la première référence ne le juge pas ; ce n'est pas un chiffre clé ; il ne se compare pas. Cet ordre
    choisit le chiffre dessiné en grand dans une séance comme les lignes qui entrent sur une fiche : un fait sûr et jugé
    se lit avant un chiffre clé douteux, qui est nommé ailleurs (« à prendre avec prudence »).
    """
    chiffre = ligne.chiffre
    premiere = ligne.comparaisons[0] if ligne.comparaisons else None
    return (
        chiffre is None or not chiffre.a_une_valeur,
        ligne.indicateur.est_effectif,
        chiffre is not None and chiffre.douteuse,
        premiere is None or premiere.jugement not in {Jugement.FAVORABLE, Jugement.DEFAVORABLE, Jugement.PROCHE},
        ligne.famille is None,
        premiere is None or not phrases.ecart(premiere),
    )


def carte(ligne: Ligne, vue: Portrait, catalogue: Catalogue) -> CarteDeChiffre:
    """Un indicateur composé ; sans chiffre, son titre et ce qui existe ailleurs."""
    chiffre, place, indicateur = ligne.chiffre, ligne.place, ligne.indicateur
    if chiffre is None or place is None:
        return CarteDeChiffre(
            indicateur.indicateur,
            indicateur.libelle_court,
            absence=regroupements.absence(ligne),
            famille=ligne.famille.libelle if ligne.famille else "",
            note=ligne.note,
        )
    dessin = dessin_de_place(ligne, vue)
    rang = place.rang
    lectures = _comparaisons_en_phrases(ligne, vue)
    return CarteDeChiffre(
        indicateur.indicateur,
        indicateur.libelle_court,
        valeur(chiffre, indicateur.unite),
        phrases.periode(chiffre),
        phrases.date_complete(chiffre),
        tuple(face(c, t) for t, c in zip(vue.references, ligne.comparaisons, strict=True)),
        place=phrases.rang(rang, vue.territoire),
        rang=f"{ordinal(rang.rang)} sur {nombre(rang.effectif)}" if rang is not None and rang.effectif > 1 else "",
        ex_aequo=rang is not None and rang.ex_aequo,
        source=_source(chiffre, catalogue),
        variations=tuple(_variation(v, o, chiffre, catalogue) for v, o in ligne.variations if o.a_une_valeur),
        dessin=dessin,
        situe=not indicateur.est_effectif and bool(dessin.reperes or place.effectif > 1),
        alternative=" ".join(lectures) or indicateur.libelle_court,
        details=_details(ligne, lectures, vue, catalogue),
        absolue=indicateur.est_effectif,
        famille=ligne.famille.libelle if ligne.famille else "",
        note=ligne.note,
        plus_recent=_plus_recent(ligne),
        tendance=tendances.tendance(ligne.trajectoire) if ligne.trajectoire is not None else "",
        jugement_de_tendance=ligne.evolution.jugement if ligne.evolution is not None else Jugement.INDETERMINE,
        courbe=_courbe(ligne, vue),
    )


def _variation(indicateur: Indicateur, variation: Observation, montre: Observation, catalogue: Catalogue) -> str:
    """« +236 478 de 2011 à 2019 » ; son doute, et qui la publie quand ce n'est pas la source du chiffre montré."""
    debut, fin = variation.annee_debut, variation.annee
    quand = (f" de {debut} à {fin}" if fin else f" depuis {debut}") if debut else ""
    suite = [
        *(["douteux"] if variation.douteuse else []),
        *([f"d’après {catalogue.sources[variation.source].producteur}"] if variation.source != montre.source else []),
    ]
    return f"{phrases.chiffre(variation, indicateur.unite)}{quand}" + (f" ({', '.join(suite)})" if suite else "")


def _plus_recent(ligne: Ligne) -> str:
    """« 2019 : 49,9 %, sans référence à cette date » ; chaîne vide si le chiffre montré est le plus récent."""
    autre = ligne.plus_recent
    if autre is None:
        return ""
    doute = ", douteux" if autre.douteuse else ", sans référence à cette date" if ligne.comparaisons else ""
    return f"{phrases.periode(autre)}{INSECABLE}: {phrases.chiffre(autre, ligne.indicateur.unite)}{doute}"


def _courbe(ligne: Ligne, vue: Portrait) -> DessinDeSerie | None:
    trajectoire, chiffre = ligne.trajectoire, ligne.chiffre
    if trajectoire is None or chiffre is None or chiffre not in trajectoire.points or len(trajectoire.points) < 2:
        return None
    titre = f"{ligne.indicateur.libelle_court}, {vue.territoire.nom_court}"
    return DessinDeSerie(trajectoire, chiffre, ligne.indicateur.unite, titre)


def _source(chiffre: Observation, catalogue: Catalogue) -> str:
    producteur = catalogue.sources[chiffre.source].producteur
    return f"{producteur}, l.{INSECABLE}{chiffre.ligne}" if chiffre.ligne else producteur


def valeur(chiffre: Observation, unite: str) -> Valeur:
    """Le chiffre comme on le lit, son unité à part s'il tient en un nombre."""
    texte = phrases.chiffre(chiffre, unite)
    en_mots = not chiffre.est_ponctuelle or texte.startswith("environ")
    suite = "" if en_mots else texte.partition(INSECABLE)[2]
    return Valeur(texte, suite, chiffre.douteuse, en_mots)


def face(comparaison: Comparaison, reference: Territoire) -> Face:
    """Une comparaison en mots, la même sur tout écran et tout papier."""
    autre, unite = comparaison.reference, comparaison.indicateur.unite
    fait = phrases.ecart(comparaison) if autre is not None else ""
    motif = phrases.motif(comparaison)
    if not comparaison.observation.a_une_valeur and autre is not None and autre.a_une_valeur:
        # La raison est celle du territoire, que sa valeur dit déjà : la référence, elle, a un chiffre.
        motif = f"{phrases.chiffre(autre, unite)} ({phrases.periode(autre)})"
    return Face(
        reference.nom_court,
        fait,
        phrases.que(reference),
        valeur(autre, unite) if autre is not None else None,
        phrases.periode(autre) if autre is not None and comparaison.des_annees_differentes else "",
        phrases.rapport(comparaison),
        phrases.verdict(comparaison),
        motif,
        comparaison.jugement,
        note=autre.note if autre is not None and autre.douteuse else "",
        absolue=comparaison.motif is Motif.EFFECTIF,
    )


def dessin_de_place(ligne: Ligne, vue: Portrait) -> DessinDePlace:
    """La place du chiffre de cette ligne, qui en a un, à dessiner."""
    assert ligne.chiffre is not None and ligne.place is not None
    paires = zip(vue.references, ligne.comparaisons, strict=True)
    return DessinDePlace(
        ligne.chiffre,
        vue.territoire.nom_court,
        ligne.place,
        tuple(r for t, c in paires if (r := bandes.repere_de(c, t.nom_court))),
        ligne.comparaisons[0].jugement if ligne.comparaisons else Jugement.NEUTRE,
        ligne.indicateur.unite,
    )


def _comparaisons_en_phrases(ligne: Ligne, vue: Portrait) -> list[str]:
    return [
        phrases.lecture(c, vue.territoire, t)
        for t, c in zip(vue.references, ligne.comparaisons, strict=True)
        if c.motif is not Motif.EFFECTIF
    ]


def _details(ligne: Ligne, lectures: list[str], vue: Portrait, catalogue: Catalogue) -> Details:
    """La lecture, la définition, le doute, les autres chiffres, la source et son passage."""
    chiffre, indicateur = ligne.chiffre, ligne.indicateur
    assert chiffre is not None
    evolution = ligne.trajectoire.evolution if ligne.trajectoire is not None else None
    if evolution is not None:
        lectures = [*lectures, f"Évolution{INSECABLE}: {tendances.evolution(evolution)}."]
    if ligne.evolution_ecart is not None and vue.references:
        lectures = [*lectures, tendances.evolution_ecart(ligne.evolution_ecart, vue.references[0])]
    paragraphes = [("Lecture", texte) for texte in lectures]
    ruptures = [evolution.rupture if evolution is not None else None, *(c.rupture for c in ligne.comparaisons)]
    paragraphes += [
        ("Rupture", f"{capitale(rupture.raison)} ({rupture.source}).")
        for rupture in dict.fromkeys(ruptures)
        if rupture is not None
    ]
    for comparaison in ligne.comparaisons:
        if (voisine := comparaison.voisine) is not None:
            autre = catalogue.indicateurs[voisine.indicateur]
            paragraphes.append(
                (
                    "Non comparé",
                    f"La référence publie un autre indicateur{INSECABLE}: {autre.libelle}, "
                    f"{phrases.chiffre(voisine, autre.unite)} ({phrases.periode(voisine)}).",
                )
            )
    paragraphes += [
        ("Référence douteuse", f"{phrases.chiffre(douteux, indicateur.unite)}. {douteux.note}")
        for c in ligne.comparaisons
        if (douteux := c.reference_douteuse) is not None
    ]
    paragraphes.append((indicateur.libelle, f"{indicateur.definition} {indicateur.precautions}"))
    if chiffre.note:
        paragraphes.append(("Douteux" if chiffre.douteuse else "Note", chiffre.note))
    if ligne.autres:
        paragraphes.append(("Autres chiffres lus", f"{_autres(ligne, catalogue)}."))
    source = catalogue.sources[chiffre.source]
    paragraphes.append(("Source", f"{phrases.provenance(chiffre, source)}."))
    return Details(tuple(paragraphes), chiffre.passage)


def _autres(ligne: Ligne, catalogue: Catalogue) -> str:
    return f"{INSECABLE}; ".join(
        f"{phrases.chiffre(o, ligne.indicateur.unite)} ({phrases.periode(o)}, {catalogue.sources[o.source].titre}"
        f"{f', l. {o.ligne}' if o.ligne else ''})"
        for o in ligne.autres
    )


def en_phrase(ligne: Ligne, vue: Portrait) -> str:
    """« Taux de pauvreté (2018) : 46,7 %, soit 27,9 points de plus que l'agglomération », « (douteux) » s'il l'est."""
    chiffre, indicateur = ligne.chiffre, ligne.indicateur
    assert chiffre is not None
    nom = f"{capitale(indicateur.libelle_court)} ({phrases.periode(chiffre)})"
    texte = phrases.typographie(f"{nom}{INSECABLE}: {phrases.chiffre(chiffre, indicateur.unite)}")
    if ligne.comparaisons and (ecart := phrases.ecart(ligne.comparaisons[0])):
        texte += f", soit {ecart} {phrases.que(vue.references[0])}"
    return texte + (" (douteux)" if chiffre.douteuse else "")
