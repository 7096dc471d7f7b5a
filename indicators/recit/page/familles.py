"""Les diapositives des familles : un message, un grand chiffre, sa tendance, et les questions que la salle pose."""

from __future__ import annotations

from collections.abc import Sequence

from indicators.analyse.comparaison import Jugement
from indicators.analyse.evolution import MotifEvolution, Tendance, traversees
from indicators.analyse.portrait import Ligne, Portrait
from indicators.analyse.series import Suivi, suivre
from indicators.base.base import Base
from indicators.recit import phrases, tendances
from indicators.recit.dessins.courbes import Trace
from indicators.recit.page import entourage
from indicators.recit.page.chiffres import carte
from indicators.recit.page.diapositives import Barres, Courbe, Diapositive, Famille, Reponse, Tableau
from indicators.recit.page.pied import pied
from indicators.socle.catalogue import NatureRupture
from indicators.socle.nombres import INSECABLE, capitale, minuscule, nombre
from indicators.socle.observations import Observation
from indicators.socle.territoires import Maille, Territoire
from indicators.socle.unites import avec_unite

_TITRE_AU_PLUS = 105
"""Lettres d'un titre de deux lignes au mur ; au-delà, l'évolution, qui est sur le dessin, n'y est pas redite."""
_ANNEES_AU_PLUS = 6


def familles(base: Base, vue: Portrait) -> list[Diapositive]:
    """Une diapositive par famille connue, dans l'ordre des chiffres clés ; aucune pour une famille sans chiffre."""
    connues = [li for li in vue.tete if li.chiffre is not None]
    if not connues:
        return []
    qui, semblables = entourage.comparables(base, vue)
    return [_famille(ligne, vue, base, qui, semblables) for ligne in connues]


def _famille(ligne: Ligne, vue: Portrait, base: Base, qui: str, semblables: Sequence[Territoire]) -> Diapositive:
    o = ligne.chiffre
    assert o is not None
    suivi = suivre(base, vue.fiche, ligne.indicateur, vue.references)
    tendance = _courbe(ligne, suivi, vue)
    voisins = entourage.voisins(ligne, vue, base)
    reponses = (
        _a_cote(voisins, vue),
        _comparables(ligne, vue, base, qui, semblables),
        _il_y_a_cinq_ans(ligne, suivi, vue),
    )
    bloc = Famille(
        carte(ligne, vue, base.catalogue),
        f"{minuscule(ligne.indicateur.libelle)}, {phrases.date_complete(o)}"
        + (f" ({ligne.note})" if ligne.note else ""),
        tendance,
        voisins if tendance is None and len(voisins.barres) > 1 else None,
        "" if tendance is not None else _sans_tendance(o, suivi),
        reponses,
    )
    chiffres = [o, *(c.reference for c in ligne.comparaisons)]
    if tendance is not None:
        chiffres += [p for t in (tendance.territoire, *tendance.references) for p in t.points]
    elif bloc.voisins is not None:
        chiffres += [b.chiffre for b in voisins.barres]
    return Diapositive(
        f"famille-{ligne.indicateur.indicateur}",
        ligne.famille.libelle if ligne.famille is not None else ligne.indicateur.libelle_court,
        message(ligne, vue),
        (bloc,),
        pied(chiffres, base.catalogue),
    )


def message(ligne: Ligne, vue: Portrait) -> str:
    """« Taux de pauvreté : 46,7 % en 2018, 2,5 fois l'agglomération, et 5,5 points de plus qu'en 2012 » : vrai seul."""
    o = ligne.chiffre
    assert o is not None
    date = f" en {o.annee}" if o.annee is not None and o.annee_debut is None else f" ({phrases.periode(o)})"
    debut = f"{capitale(ligne.indicateur.libelle_court)}{INSECABLE}: {phrases.chiffre(o, ligne.indicateur.unite)}{date}"
    if o.douteuse:
        debut += " (douteux)"
    if ligne.comparaisons and (ecart := phrases.ecart(ligne.comparaisons[0])):
        face, reference = ligne.comparaisons[0], vue.references[0]
        rapport = phrases.rapport(face)
        debut += f", {rapport} {phrases.nommer(reference)}" if rapport else f", {ecart} {phrases.que(reference)}"
    suite = _depuis(ligne)
    entier = debut + (f", et {suite}" if suite else "")
    return phrases.typographie(entier if len(entier) <= _TITRE_AU_PLUS else debut)


def _depuis(ligne: Ligne) -> str:
    """« 5,5 points de plus qu'en 2012 » ; vide si l'évolution ne se dit pas jusqu'au chiffre montré."""
    e = ligne.evolution
    if e is None or e.variation is None or e.depart is None or e.motif is not MotifEvolution.AUCUN:
        return ""
    if e.tendance is Tendance.STABLE:
        return f"stable depuis {e.depart.annee}"
    d = max(e.depart.decimales, e.arrivee.decimales if e.arrivee else 0)
    taille = avec_unite(nombre(abs(e.variation), d), e.indicateur.unite.ecart, abs(e.variation))
    return f"{taille} de {'plus' if e.variation > 0 else 'moins'} qu’en {e.depart.annee}"


def _courbe(ligne: Ligne, suivi: Suivi, vue: Portrait) -> Courbe | None:
    """La tendance, si le territoire a deux années au moins, dont celle du chiffre montré."""
    points = suivi.serie.points
    montre = next((o for o in points if ligne.chiffre is not None and o.annee == ligne.chiffre.annee), None)
    if montre is None or len(points) < 2:
        return None
    debut, fin = points[0].annee or 0, points[-1].annee or 0
    references = [
        Trace(t.nom_court, dedans)
        for t, r in zip(vue.references, suivi.references, strict=True)
        if not ligne.indicateur.est_effectif and (dedans := _entre(r.serie.segments, debut, fin))
    ]
    unite = ligne.indicateur.unite
    en = f", en{INSECABLE}{unite}" if unite.pluriel else ""
    face = suivi.principale
    ecart = tendances.evolution_ecart(face.ecart, face.territoire) if face is not None else ""
    coupures = traversees(points, suivi.serie.ruptures)
    return Courbe(
        f"De {debut} à {fin}{en}",
        ligne.indicateur,
        Trace(vue.territoire.nom_court, suivi.serie.segments),
        tuple(references),
        montre,
        ligne.comparaisons[0].jugement if ligne.comparaisons else Jugement.NEUTRE,
        tuple((annee, _RUPTURES.get(r.nature, "autre calcul")) for annee, r in coupures),
        ecart,
    )


_RUPTURES = {
    NatureRupture.BAREME: "nouveau barème",
    NatureRupture.LEGISLATION: "nouvelles règles",
    NatureRupture.PERIMETRE: "autre périmètre",
    NatureRupture.DEFINITION: "autre définition",
}
"""Ce qui s'écrit sur le trait d'une rupture ; la raison entière est sous la courbe."""


def _entre(segments: Sequence[Sequence[Observation]], debut: int, fin: int) -> tuple[tuple[Observation, ...], ...]:
    """Les morceaux d'une référence entre ces deux années, celles du territoire."""
    coupes = (tuple(o for o in s if debut <= (o.annee or 0) <= fin) for s in segments)
    return tuple(coupe for coupe in coupes if coupe)


def _sans_tendance(chiffre: Observation, suivi: Suivi) -> str:
    """Pourquoi il n'y a pas de tendance à dessiner jusqu'au chiffre montré."""
    if chiffre.annee is None or chiffre.annee_debut is not None:
        return f"Pas de série{INSECABLE}: l’année de mesure de ce chiffre n’est pas imprimée."
    if len(suivi.serie.points) == 1:
        return f"Pas de série{INSECABLE}: une seule année connue, {suivi.serie.points[0].annee}."
    return f"Pas de série{INSECABLE}: ce chiffre n’a pas de valeur unique à placer sur une courbe."


def _a_cote(voisins: Barres, vue: Portrait) -> Reponse:
    ranges = ("semblable",) if vue.territoire.maille is Maille.EPCI else ("territoire", "semblable")
    phrase = entourage.en_phrase(voisins, ranges)
    if not any(b.role == "semblable" for b in voisins.barres):
        return Reponse("v", "à côté ?", "Aucun voisin de l’agglomération n’a ce chiffre à la même date.")
    return Reponse("v", "à côté ?", phrase, voisins)


def _comparables(ligne: Ligne, vue: Portrait, base: Base, qui: str, semblables: Sequence[Territoire]) -> Reponse:
    question = "les comparables ?"
    if not semblables:
        return Reponse("c", question, "Ses habitants sont trop peu décrits pour dire qui lui ressemble.")
    barres = entourage.face_aux(ligne, vue, base, semblables)
    if not any(b.role == "semblable" for b in barres.barres):
        return Reponse("c", question, f"{qui}{INSECABLE}: aucun n’a ce chiffre à la même date.")
    return Reponse("c", question, f"{qui}. {entourage.en_phrase(barres)}".strip(), barres)


def _il_y_a_cinq_ans(ligne: Ligne, suivi: Suivi, vue: Portrait) -> Reponse:
    """La valeur d'il y a cinq ans, à défaut la plus proche d'avant ; et toutes les années connues."""
    o, unite, question = ligne.chiffre, ligne.indicateur.unite, "il y a cinq ans ?"
    assert o is not None
    points = suivi.serie.points
    avant = [p for p in points if o.annee is not None and p.annee is not None and p.annee < o.annee]
    if o.annee is None:
        return Reponse("p", question, _sans_tendance(o, suivi))
    if not avant:
        return Reponse("p", question, "Aucune année plus ancienne n’est connue.")
    cible = o.annee - 5
    choisi = max((p for p in avant if (p.annee or 0) <= cible), key=lambda p: p.annee or 0, default=avant[0])
    fait = f"en {choisi.annee}, {phrases.chiffre(choisi, unite)}{' (douteux)' if choisi.douteuse else ''}"
    phrase = capitale(fait) if choisi.annee == cible else f"{cible} n’est pas connue{INSECABLE}; {fait}"
    phrase += f"{INSECABLE}; en {o.annee}, {phrases.chiffre(o, unite)}."
    phrase += "".join(f" {capitale(r.raison)}." for _, r in traversees((choisi, o), suivi.serie.ruptures))
    reference = next((r for r in suivi.references if r.serie.points), None)
    entetes = ("Année", vue.territoire.nom_court, *((reference.territoire.nom_court, "Écart") if reference else ()))
    lignes = tuple(
        (
            str(p.annee),
            _lu(p, unite),
            *(
                (
                    _lu(reference.serie.en(p.annee), unite),
                    phrases.ecart(reference.comparaisons[p.annee]) if p.annee in reference.comparaisons else "",
                )
                if reference
                else ()
            ),
        )
        for p in points[::-1][:_ANNEES_AU_PLUS]
    )
    return Reponse("p", question, phrase, Tableau(entetes, lignes))


def _lu(o: Observation | None, unite: str) -> str:
    if o is None:
        return "non connue"
    return phrases.chiffre(o, unite) + (" (douteux)" if o.douteuse else "")
