"""Les diapositives des thèmes, hors des familles : un indicateur dessiné, les autres au tableau ; les écarts."""

from __future__ import annotations

from collections.abc import Sequence

from indicators.analyse.comparaison import Motif
from indicators.analyse.evolution import Tendance
from indicators.analyse.portrait import Ligne, Portrait
from indicators.analyse.series import Suivi, indicateurs_suivis, suivre
from indicators.base.base import Base
from indicators.recit import phrases, tendances
from indicators.recit.page import entourage
from indicators.recit.page.chiffres import en_phrase, importance
from indicators.recit.page.diapositives import Bloc, Diapositive, Tableau, Texte
from indicators.recit.page.pied import des_lignes, pied
from indicators.socle.catalogue import Theme
from indicators.socle.nombres import INSECABLE, accord, cardinal, minuscule
from indicators.socle.observations import Observation

AUTRES_AU_PLUS = 5
"""Indicateurs au tableau d'un thème, en plus de celui qui est dessiné."""
SUIVIS_AU_PLUS = 6


def themes(base: Base, vue: Portrait) -> list[Diapositive]:
    """Une diapositive par thème qui a autre chose à montrer que des nombres absolus."""
    return [
        _theme(theme, rangees, vue, base)
        for theme, lignes in vue.themes
        if (rangees := [li for li in sorted(lignes, key=importance) if li.chiffre and li.chiffre.a_une_valeur])
        and not rangees[0].indicateur.est_effectif
    ]


def _theme(theme: Theme, rangees: Sequence[Ligne], vue: Portrait, base: Base) -> Diapositive:
    principale, autres = rangees[0], rangees[1 : 1 + AUTRES_AU_PLUS]
    barres = entourage.voisins(principale, vue, base)
    blocs: list[Bloc] = [barres] if len(barres.barres) > 1 else []
    if autres:
        blocs.append(_tableau(autres, vue))
    reste = len(rangees) - 1 - len(autres)
    if reste:
        autres_mots = accord(reste, "autre indicateur", "autres indicateurs")
        blocs.append(Texte(f"… {reste} {autres_mots}{INSECABLE}: voir l’écran Portrait."))
    if not blocs:
        blocs.append(Texte(phrases.typographie(f"{principale.indicateur.libelle}. {principale.indicateur.definition}")))
    montres = [*des_lignes([principale, *autres]), *(b.chiffre for b in barres.barres)]
    cle, titre = f"theme-{theme.theme}", en_phrase(principale, vue)
    return Diapositive(cle, theme.libelle, titre, tuple(blocs), pied(montres, base.catalogue))


def _tableau(lignes: Sequence[Ligne], vue: Portrait) -> Tableau:
    face = (vue.references[0].nom_court, "Écart") if vue.references else ()
    return Tableau(("Indicateur", vue.territoire.nom_court, *face), tuple(_rangee(ligne) for ligne in lignes))


def _rangee(ligne: Ligne) -> tuple[str, ...]:
    o, unite = ligne.chiffre, ligne.indicateur.unite
    assert o is not None
    debut = (ligne.indicateur.libelle_court, f"{phrases.chiffre(o, unite)} ({phrases.periode(o)}){_doute(o)}")
    if not ligne.comparaisons:
        return debut
    c = ligne.comparaisons[0]
    raison = "nombre absolu, non comparé" if c.motif is Motif.EFFECTIF else phrases.motif(c)
    if c.reference is None:
        return (*debut, "—", raison)
    annee = f" ({phrases.periode(c.reference)})" if c.des_annees_differentes else ""
    ecart = ", ".join((phrases.ecart(c), phrases.verdict(c))) if phrases.ecart(c) else raison
    return (*debut, phrases.chiffre(c.reference, unite) + annee + _doute(c.reference), ecart)


def _doute(chiffre: Observation) -> str:
    return " (douteux)" if chiffre.douteuse else ""


def ecarts(base: Base, vue: Portrait) -> list[Diapositive]:
    """Ce que deviennent les écarts, hors des familles, dont la courbe est déjà montrée ; rien si rien n'est suivi."""
    code = vue.territoire.territoire
    cles = {li.indicateur.indicateur for li in vue.tete}
    suivis = [
        suivre(base, vue.fiche, evolution.indicateur, vue.references)
        for _, evolution in indicateurs_suivis(base, [code], vue.references).get(code, ())
        if not evolution.indicateur.est_effectif and evolution.indicateur.indicateur not in cles
    ]
    if not suivis:
        return []
    tendances = [s.principale.ecart.tendance for s in suivis if s.principale is not None]
    creuse, reduit = tendances.count(Tendance.SE_CREUSE), tendances.count(Tendance.SE_REDUIT)
    if creuse or reduit:
        morceaux = [(creuse, "se creuse"), (reduit, "se réduit")]
        dits = [f"{verbe} sur {cardinal(n)} {accord(n, 'indicateur')}" for n, verbe in morceaux if n]
        titre = f"L’écart {' et '.join(dits)}"
    else:
        titre = "Des valeurs suivies, des écarts qui ne se disent pas"
    montres = suivis[:SUIVIS_AU_PLUS]
    tableau = Tableau(("Indicateur", "Valeurs", "Évolution", "Écart"), tuple(_suivi(s) for s in montres))
    au_pied = pied((o for s in montres for o in s.serie.points), base.catalogue)
    return [Diapositive("ecarts", "Évolution des écarts", titre, (tableau,), au_pied)]


def _suivi(suivi: Suivi) -> tuple[str, ...]:
    unite, evolution = suivi.indicateur.unite, suivi.evolution
    depart, arrivee = suivi.serie.points[0], suivi.serie.points[-1]
    if evolution.variation is not None and evolution.depart is not None and evolution.arrivee is not None:
        depart, arrivee = evolution.depart, evolution.arrivee
    valeurs = " puis ".join(f"{phrases.chiffre(o, unite)}{_doute(o)} ({phrases.periode(o)})" for o in (depart, arrivee))
    face = suivi.principale
    ecart = tendances.evolution_ecart(face.ecart, face.territoire) if face is not None else "Aucune référence."
    return (suivi.indicateur.libelle_court, valeurs, minuscule(tendances.evolution(evolution)), ecart)
