"""L'écran Évolution, les mots et les tableaux : la réponse, les écarts, chaque année, les autres indicateurs suivis."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any

from indicators.analyse.comparaison import Jugement
from indicators.analyse.evolution import Evolution, MotifEvolution, traversees
from indicators.analyse.series import Serie, Suivi, SuiviReference
from indicators.base.base import Base
from indicators.recit import phrases, tendances
from indicators.socle.catalogue import Catalogue, Indicateur, Rupture
from indicators.socle.nombres import INSECABLE, capitale, minuscule, signe
from indicators.socle.observations import Observation
from indicators.socle.territoires import Fiche, Territoire
from pages.commun.blocs import titre
from pages.commun.gabarits import rendre

_TITRES = {
    Jugement.FAVORABLE: "Ce qui évolue dans le bon sens",
    Jugement.DEFAVORABLE: "Ce qui évolue dans le mauvais sens",
    Jugement.PROCHE: "Ce qui n’a presque pas changé",
    Jugement.NEUTRE: "Ce qui change sans être bon ni mauvais en soi",
    Jugement.INDETERMINE: "Ce qui ne se juge pas d’une date à l’autre",
}


Phrase = tuple[str, Sequence[Observation | None]]
"""Une phrase, et les chiffres dont elle parle : un seul douteux la marque."""


def libelle(serie: Serie, indicateur: Indicateur) -> str:
    """« Indice de développement territorial · 2011, 2019 » : ce qui existe est dit avant le clic."""
    return f"{indicateur.libelle}{INSECABLE}· {', '.join(str(o.annee) for o in serie.points)}"


def libelle_reference(territoire: Territoire, annees: Sequence[int]) -> str:
    """« CA de la Porte du Hainaut · 2011, 2019 »."""
    return f"{territoire.nom}{INSECABLE}· {', '.join(map(str, annees))}"


def lecture(suivi: Suivi) -> str:
    """La valeur à chaque date et ce qu'elle est devenue : la phrase sous le titre, et l'équivalent du dessin."""
    unite = suivi.indicateur.unite
    valeurs = ", ".join(f"{phrases.chiffre(o, unite)} en {o.annee}" for o in suivi.serie.points)
    nom = f"«{INSECABLE}{suivi.serie.territoire.nom_court}{INSECABLE}»"
    quoi = minuscule(suivi.indicateur.libelle_court)
    if suivi.evolution.variation is None:
        return f"{nom}, {quoi}{INSECABLE}: {valeurs}. {capitale(tendances.tendance(suivi.trajectoire))}."
    return f"{nom}, {quoi}{INSECABLE}: {valeurs}, soit {_change(suivi.evolution)}."


def _change(resultat: Evolution) -> str:
    """« −58 personnes depuis 2016 (−19,8 %) » ; le taux seulement pour un nombre absolu."""
    texte = tendances.evolution(resultat)
    if resultat.indicateur.est_effectif and resultat.taux is not None:
        texte += f" ({_taux(resultat)})"
    return texte


def _taux(resultat: Evolution) -> str:
    return f"{signe(100 * (resultat.taux or 0.0), 1)}{INSECABLE}%"


def _remplir(part: str, **contexte: Any) -> str:
    return str(rendre("evolution.html", part=part, **contexte))


def reponse(suivi: Suivi) -> str:
    """La réponse en une phrase, puis celle des autres références, puis ce qui demande de la prudence."""
    principale = suivi.principale
    reponses: list[Phrase] = [(f"{capitale(_change(suivi.evolution))}.", suivi.serie.points)]
    if suivi.indicateur.est_effectif:
        reponses += _taux_des_references(suivi)
    elif principale is None:
        reponses.append(("Aucune référence choisie n’a de chiffre à comparer.", ()))
    else:
        reponses = [
            (tendances.evolution_ecart(siens[0].ecart, *(r.territoire for r in siens)), siens[0].douteux)
            for siens in _par_raison(sorted(suivi.references, key=lambda r: r is not principale))
        ]
        reponses.append((f"{capitale(tendances.tendance(suivi.trajectoire))}.", suivi.serie.points))
    reponses += [(f"{capitale(r.raison)} ({r.source}).", ()) for r in _coupures(suivi)]
    series = (suivi.serie, *(r.serie for r in suivi.references))
    return _remplir(
        "reponse",
        suivi=suivi,
        reponses=reponses,
        phrase=lecture(suivi),
        doutes=[(s.territoire, o) for s in series for o in s.points if o.douteuse],
        deux_sources=len({o.source for o in suivi.serie.points}) > 1,
    )


def _par_raison(references: Sequence[SuiviReference]) -> list[list[SuiviReference]]:
    """Chaque référence dont l'écart se suit, seule ; les autres ensemble, quand la raison est la même."""
    groupes: dict[object, list[SuiviReference]] = {}
    for reference in references:
        ecart = reference.ecart
        suivie = ecart.motif is MotifEvolution.AUCUN and ecart.variation is not None
        groupes.setdefault(reference.territoire if suivie else (ecart.motif, ecart.rupture), []).append(reference)
    return list(groupes.values())


def _coupures(suivi: Suivi) -> list[Rupture]:
    """Les ruptures que la série du territoire traverse : chacune est dite, avec sa source."""
    return list(dict.fromkeys(r for _, r in traversees(suivi.serie.points, suivi.serie.ruptures)))


def _taux_des_references(suivi: Suivi) -> list[Phrase]:
    """Un nombre absolu ne se compare pas, son rythme si : le pourcentage de chaque référence aux mêmes années."""
    textes: list[Phrase] = [
        (
            f"{r.territoire.nom}{INSECABLE}: {_taux(r.evolution)} entre {r.evolution.depart.annee} et "
            f"{r.evolution.arrivee.annee}",
            (r.evolution.depart, r.evolution.arrivee),
        )
        for r in suivi.references
        if r.evolution.taux is not None and r.evolution.depart is not None and r.evolution.arrivee is not None
    ]
    absolu = next((c for r in suivi.references for c in r.comparaisons.values()), None)
    return [*textes, (f"Pas d’écart{INSECABLE}: {phrases.motif(absolu)}.", ())] if absolu is not None else textes


def perimetres(suivi: Suivi) -> str:
    """L'autre périmètre du quartier : ses chiffres sont dits, jamais reliés aux siens."""

    def valeurs(autre: Serie) -> str:
        unite = suivi.indicateur.unite
        return ", ".join(f"{phrases.chiffre(o, unite)} en {o.annee}" for o in (*autre.points, *autre.hors_courbe))

    return _remplir("perimetres", suivi=suivi, autres=[(a.territoire, valeurs(a)) for a in suivi.autres_perimetres])


def ecarts(suivi: Suivi) -> str:
    """L'écart à la première et à la dernière date de chaque paire d'années communes, et ce qu'il est devenu."""
    suivies = [
        (reference, paire)
        for reference in suivi.references
        for paire in reference.paires
        if paire.depart is not None and paire.arrivee is not None and paire.variation is not None
    ]
    muettes = [r for r in suivi.references if not any(p.variation is not None for p in r.paires)]
    if suivi.indicateur.est_effectif or not (suivies or muettes):
        return ""
    return _remplir("ecarts", paires=suivies, sans=_par_raison(muettes))


def toutes_les_annees(suivi: Suivi, catalogue: Catalogue) -> str:
    """Chaque année : la valeur, celle des références, l'écart et son jugement, la source et sa ligne."""
    references = [r for r in suivi.references if r.serie.points or r.serie.hors_courbe]

    def montres(annee: int) -> list[tuple[Territoire, Observation]]:
        tous = [(s.territoire, s.en(annee)) for s in (suivi.serie, *(r.serie for r in references))]
        return [(t, o) for t, o in tous if o is not None]

    return _remplir(
        "annees",
        suivi=suivi,
        references=references,
        catalogue=catalogue,
        colonnes=[
            "Année",
            (suivi.serie.territoire.nom_court, "n"),
            *(r.territoire.nom_court for r in references),
            "Source",
        ],
        annees=[(annee, suivi.serie.en(annee), montres(annee)) for annee in suivi.annees],
    )


def autres_indicateurs(suivis: Iterable[tuple[Serie, Evolution]], courant: str) -> str:
    """Les autres indicateurs connus à deux dates, ce qu'ils sont devenus, rangés du meilleur au moins bon."""
    restants = [p for p in suivis if p[1].indicateur.indicateur != courant]
    groupes = [
        (
            _TITRES[jugement],
            jugement.value if jugement in {Jugement.FAVORABLE, Jugement.DEFAVORABLE} else "",
            [(s, e, _change(e)) for s, e in groupe],
        )
        for jugement, groupe in groupby(restants, key=lambda p: p[1].jugement)
    ]
    return _remplir("autres", groupes=groupes)


def rien_a_suivre(fiche: Fiche, connus: int, ailleurs: Sequence[tuple[Territoire, int]]) -> str:
    """L'écran d'un territoire connu à une seule date : ce qui existe à la place."""
    return _remplir("rien", territoire=fiche.territoire, connus=connus, ailleurs=ailleurs)


def compter(
    territoires: Iterable[Territoire], suivis: dict[str, tuple[tuple[Serie, Evolution], ...]]
) -> list[tuple[Territoire, int]]:
    """Ceux qui ont au moins un indicateur suivi, et combien, dans l'ordre reçu."""
    return [(t, len(suivis[t.territoire])) for t in territoires if t.territoire in suivis]


def autour(fiche: Fiche, base: Base) -> list[Territoire]:
    """Où chercher quand rien n'est suivi ici : l'autre périmètre, l'agglomération, ses références, ses quartiers."""
    freres = {c for f in fiche.filiations for c in (f.ancien, f.nouveau) if c} - {fiche.territoire.territoire}
    return list(dict.fromkeys([*base.territoires(freres), *fiche.references, *fiche.quartiers]))


def invitation() -> str:
    """L'écran sans territoire choisi."""
    return titre("Évolution", "Choisissez un territoire pour voir si l’écart avec son agglomération se creuse.")


def pas_suivi(indicateur: Indicateur, fiche: Fiche) -> str:
    """L'indicateur demandé par l'adresse n'a pas deux dates ici : dit avant d'en montrer un autre."""
    return _remplir("pas_suivi", indicateur=indicateur, territoire=fiche.territoire)
