"""La séance d'un territoire : du coup d'œil aux sources, un message par diapositive, à partir du portrait."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from indicators.analyse.comparaison import Jugement, Motif
from indicators.analyse.comparatif import cle_de_periode, confronter
from indicators.analyse.evolution import Tendance
from indicators.analyse.portrait import Ligne, Portrait
from indicators.analyse.series import Suivi, indicateurs_suivis, suivre
from indicators.base.base import Base
from indicators.recit import phrases, resume
from indicators.recit.page import portrait, projet
from indicators.recit.page.chiffres import carte, en_phrase, importance
from indicators.recit.page.diapositives import (
    Barre,
    Barres,
    Bloc,
    Cartes,
    Diapositive,
    Liste,
    Seance,
    Situation,
    Tableau,
    Texte,
)
from indicators.recit.page.modele import a_dire
from indicators.socle.catalogue import Theme
from indicators.socle.nombres import INSECABLE, capitale, cardinal, minuscule
from indicators.socle.observations import Observation
from indicators.socle.territoires import Maille, Territoire

AUTRES_AU_PLUS = 5
"""Indicateurs au tableau d'un thème, en plus de celui qui est dessiné."""
SEMBLABLES_AU_PLUS = 7
"""Au-delà, les trois plus élevés et les trois plus faibles."""


def composer(base: Base, vue: Portrait, situation: Situation | None) -> Seance:
    """La séance entière de ce portrait ; `situation` : sa carte, s'il se situe.

    `Seance.choisir` en retire ou réordonne des diapositives.
    """
    territoire, catalogue = vue.territoire, base.catalogue
    diapositives = [
        _apercu(vue),
        *_situation(vue, base, situation),
        _chiffres(vue, base),
        *_saillants(vue, base),
        *(_theme(theme, lignes, vue, base) for theme, lignes in _par_theme(vue, base)),
        _ecarts(vue, base),
        *projet.projet(base, vue),
        *projet.engagements(base, vue),
        *projet.limites(vue, catalogue),
        *projet.sources(vue, catalogue),
    ]
    lieux = ", ".join(c.nom for c in vue.fiche.communes)
    morceaux = (
        territoire.nom,
        resume.code_lisible(territoire),
        territoire.perimetre,
        lieux if lieux not in territoire.nom else "",
    )
    return Seance(territoire, a_dire([m for m in morceaux if m]), tuple(diapositives))


def _pied(chiffres: Iterable[Observation | None], base: Base) -> str:
    """Les années puis les sources des chiffres montrés, les deux premières nommées."""
    montres = [o for o in chiffres if o is not None]
    annees = ", ".join(dict.fromkeys(phrases.periode(o) for o in sorted(montres, key=lambda o: o.recence)))
    titres = list(dict.fromkeys(_source(o, base) for o in montres))
    suite = f" et {cardinal(len(titres) - 2, feminin=True)} autre{'s' if len(titres) > 3 else ''}"
    nommees = f"{INSECABLE}; ".join(titres[:2]) + (suite if len(titres) > 2 else "")
    return f"{annees}{INSECABLE}· {nommees}" if montres else ""


def _source(observation: Observation, base: Base) -> str:
    source = base.catalogue.sources[observation.source]
    return source.nom


def _des_lignes(lignes: Iterable[Ligne]) -> list[Observation | None]:
    return [o for li in lignes for o in (li.chiffre, *(c.reference for c in li.comparaisons[:1]))]


def _apercu(vue: Portrait) -> Diapositive:
    connus = [li for li in vue.lignes if li.chiffre is not None and li.chiffre.a_une_valeur]
    douteux = sum(li.chiffre is not None and li.chiffre.douteuse for li in vue.lignes)
    compte = f"{capitale(cardinal(len(connus)))} indicateur{'s' if len(connus) > 1 else ''} connu"
    compte += "s" if len(connus) > 1 else ""
    if douteux:
        compte += f", dont {cardinal(douteux)} à prendre avec prudence"
    face = ", ".join(t.nom for t in vue.references)
    faits = [*portrait.identite(vue).morceaux, f"{compte}.", f"Comparé à{INSECABLE}: {face}." if face else ""]
    return Diapositive(
        "apercu",
        "En un coup d’œil",
        vue.territoire.nom,
        (Texte(resume.chapeau(vue)), Liste(tuple(f for f in faits if f))),
    )


def _situation(vue: Portrait, base: Base, situation: Situation | None) -> list[Diapositive]:
    """Où est le territoire ; rien pour celui qui ne se situe pas."""
    if vue.fiche.agglomeration is None or situation is None:
        return []
    titre = f"{vue.territoire.nom} dans son agglomération ({vue.fiche.agglomeration.nom_court})"
    return [Diapositive("situation", "Où est-ce ?", titre, (situation,), _pied([situation.chiffre], base))]


def _chiffres(vue: Portrait, base: Base) -> Diapositive:
    return Diapositive(
        "chiffres",
        "Cinq chiffres",
        resume.bilan(vue).rstrip(".") or "Les cinq chiffres clés",
        (Cartes(tuple(carte(li, vue, base.catalogue) for li in vue.tete)),),
        _pied(_des_lignes(vue.tete), base),
    )


def _saillants(vue: Portrait, base: Base) -> list[Diapositive]:
    """Ce qui va mieux et ce qui va moins bien, en phrases ; rien si rien n'est jugé."""
    groupes = portrait.saillants(vue, base.catalogue, 5)
    montrees = [li for s in groupes for li, _ in resume.points_saillants(vue, s.jugement, base.catalogue, 5)]
    if not montrees:
        return []
    mieux, moins = (len(vue.jugees(j)) for j in (Jugement.FAVORABLE, Jugement.DEFAVORABLE))
    titre = (
        f"{capitale(cardinal(mieux))} indicateur{'s' if mieux > 1 else ''} favorable{'s' if mieux > 1 else ''}, "
        f"{cardinal(moins)} défavorable{'s' if moins > 1 else ''} {phrases.face_a(vue.references[0])}"
    )
    pied = _pied(_des_lignes(montrees), base)
    listes = tuple(Liste(s.en_phrases(), s.titre, s.jugement) for s in groupes)
    return [Diapositive("mieux-moins", "Ce qui va mieux, ce qui va moins bien", titre, listes, pied)]


def _doute(chiffre: Observation | None) -> str:
    return " (douteux)" if chiffre is not None and chiffre.douteuse else ""


# --- les thèmes --------------------------------------------------------------------------------------------


def _par_theme(vue: Portrait, base: Base) -> list[tuple[Theme, list[Ligne]]]:
    """Toutes les lignes du portrait, chiffres clés compris, dans leur thème."""
    suite = {theme.theme: list(lignes) for theme, lignes in vue.themes}
    for ligne in reversed(vue.tete):
        if ligne.chiffre is not None:
            suite.setdefault(ligne.indicateur.theme, []).insert(0, ligne)
    return [(theme, suite[theme.theme]) for theme, _ in base.catalogue.par_theme() if theme.theme in suite]


def _theme(theme: Theme, lignes: Sequence[Ligne], vue: Portrait, base: Base) -> Diapositive:
    rangees = sorted(lignes, key=importance)
    principale, autres = rangees[0], rangees[1 : 1 + AUTRES_AU_PLUS]
    assert principale.chiffre is not None
    titre = en_phrase(principale, vue)
    barres = _barres(principale, vue, base)
    blocs: list[Bloc] = [barres] if len(barres.barres) > 1 else []
    if autres:
        blocs.append(_tableau(autres, vue))
    reste = len(rangees) - 1 - len(autres)
    if reste:
        blocs.append(Texte(f"… {reste} autre{'s' if reste > 1 else ''} indicateur{'s' if reste > 1 else ''}"
                           f"{INSECABLE}: voir l’écran Portrait."))  # fmt: skip
    if not blocs:
        blocs.append(Texte(phrases.typographie(f"{principale.indicateur.libelle}. {principale.indicateur.definition}")))
    montres = [*_des_lignes([principale, *autres]), *(b.chiffre for b in barres.barres)]
    return Diapositive(f"theme-{theme.theme}", theme.libelle, titre, tuple(blocs), _pied(montres, base))


def _tableau(lignes: Sequence[Ligne], vue: Portrait) -> Tableau:
    face = (vue.references[0].nom_court, "Écart") if vue.references else ()
    return Tableau(("Indicateur", vue.territoire.nom_court, "Année", *face), tuple(_rangee(ligne) for ligne in lignes))


def _rangee(ligne: Ligne) -> tuple[str, ...]:
    o, unite = ligne.chiffre, ligne.indicateur.unite
    assert o is not None
    debut = (ligne.indicateur.libelle_court, phrases.chiffre(o, unite) + _doute(o), phrases.periode(o))
    if not ligne.comparaisons:
        return debut
    c = ligne.comparaisons[0]
    raison = "nombre absolu, non comparé" if c.motif is Motif.EFFECTIF else phrases.motif(c)
    if c.reference is None:
        return (*debut, "—", raison)
    annee = f" ({phrases.periode(c.reference)})" if c.des_annees_differentes else ""
    ecart = ", ".join((phrases.ecart(c), phrases.verdict(c))) if phrases.ecart(c) else raison
    return (*debut, phrases.chiffre(c.reference, unite) + annee + _doute(c.reference), ecart)


def _barres(ligne: Ligne, vue: Portrait, base: Base) -> Barres:
    """Le territoire, ses références de la même période, et ses semblables de la même agglomération."""
    o = ligne.chiffre
    assert o is not None
    jugement = ligne.comparaisons[0].jugement if ligne.comparaisons else Jugement.NEUTRE
    barres = [Barre(vue.territoire.nom_court, o, "territoire")]
    for reference, comparaison in zip(vue.references, ligne.comparaisons, strict=True):
        if comparaison.reference is not None and phrases.ecart(comparaison) and comparaison.reference.a_une_valeur:
            annee = f" ({phrases.periode(comparaison.reference)})" if comparaison.des_annees_differentes else ""
            barres.append(Barre(reference.nom_court + annee, comparaison.reference, "reference"))
    autres = [t for t in _voisins(vue, base) if t.territoire != vue.territoire.territoire]
    if ligne.indicateur.est_effectif and vue.territoire.maille is not Maille.QUARTIER:
        autres = []
    confrontes = confronter(base, ligne.indicateur, autres, [], cle_de_periode(o))
    sans = []
    if confrontes.periode == cle_de_periode(o):
        connues = [Barre(li.territoire.nom_court, li.chiffre, "semblable") for li in confrontes.lignes]
        if len(connues) > SEMBLABLES_AU_PLUS:
            sans.append(
                f"{len(connues) - 6} des {len(connues)} autres, entre les trois plus élevés et les trois plus faibles"
            )
            connues = [*connues[:3], *connues[-3:]]
        barres += connues
    sans += [f"{t.nom_court} (secret)" for t in confrontes.secretes]
    return Barres(ligne.indicateur, tuple(barres), jugement, ", ".join(sans))


def _voisins(vue: Portrait, base: Base) -> Sequence[Territoire]:
    """Les quartiers avec lesquels un dessin situe le territoire : même famille, même agglomération."""
    territoire, agglomeration = vue.territoire, vue.fiche.agglomeration
    if territoire.maille is Maille.QUARTIER and agglomeration is not None:
        famille = (territoire.statut, territoire.geographie)
        quartiers = base.fiche(agglomeration.territoire).quartiers
    elif territoire.maille is Maille.EPCI:
        famille, quartiers = ("QPV", 2015), vue.fiche.quartiers
    else:
        return ()
    return [q for q in quartiers if (q.statut, q.geographie) == famille]


# --- les écarts dans le temps ------------------------------------------------------------------------------


def _ecarts(vue: Portrait, base: Base) -> Diapositive:
    code = vue.territoire.territoire
    suivis = [
        suivre(base, vue.fiche, evolution.indicateur, vue.references)
        for _, evolution in indicateurs_suivis(base, [code], vue.references).get(code, ())
        if not evolution.indicateur.est_effectif
    ]
    rubrique = "Évolution des écarts"
    if not suivis:
        titre = "L’évolution des écarts ne peut pas être dite"
        pourquoi = "Aucun indicateur comparable n’est connu à deux dates sur ce périmètre. " + (
            "Les chiffres de l’autre périmètre du quartier ne s’y raccordent pas." if vue.fiche.filiations else ""
        )
        return Diapositive("ecarts", rubrique, titre, (Texte(pourquoi.strip()),))
    tendances = [s.principale.ecart.tendance for s in suivis if s.principale is not None]
    creuse, reduit = tendances.count(Tendance.SE_CREUSE), tendances.count(Tendance.SE_REDUIT)
    if creuse or reduit:
        morceaux = [(creuse, "se creuse"), (reduit, "se réduit")]
        dits = [f"{verbe} sur {cardinal(n)} indicateur{'s' if n > 1 else ''}" for n, verbe in morceaux if n]
        titre = f"L’écart {' et '.join(dits)}"
    else:
        titre = "Des valeurs suivies, des écarts qui ne se disent pas"
    tableau = Tableau(("Indicateur", "Valeurs", "Évolution", "Écart"), tuple(_suivi(s) for s in suivis[:7]))
    return Diapositive("ecarts", rubrique, titre, (tableau,), _pied((o for s in suivis for o in s.serie.points), base))


def _suivi(suivi: Suivi) -> tuple[str, ...]:
    unite, points, evolution = suivi.indicateur.unite, suivi.serie.points, suivi.evolution
    depart, arrivee = points[0], points[-1]
    if evolution.variation is not None and evolution.depart is not None and evolution.arrivee is not None:
        depart, arrivee = evolution.depart, evolution.arrivee
    valeurs = " puis ".join(f"{phrases.chiffre(o, unite)}{_doute(o)} ({phrases.periode(o)})" for o in (depart, arrivee))
    face = suivi.principale
    ecart = phrases.evolution_ecart(face.ecart, face.territoire) if face is not None else "Aucune référence."
    return (suivi.indicateur.libelle_court, valeurs, minuscule(phrases.evolution(evolution)), ecart)
