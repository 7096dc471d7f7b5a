"""L'accueil : les agglomérations choisies et ce qui y ressort, faits une fois par base."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from indicators.analyse.comparatif import Comparatif, confronter
from indicators.base.base import Base
from indicators.base.construction import dossier_locales
from indicators.recit import phrases
from indicators.recit.methode import JOURNAL, Parution, journal
from indicators.socle.catalogue import Famille, Indicateur
from indicators.socle.nombres import INSECABLE, minuscule
from indicators.socle.reglages import FICHIER, PAR_DEFAUT, VARIABLE_AGGLOMERATIONS, agglomerations_d_accueil
from indicators.socle.territoires import Maille, Territoire
from pages.commun.choix import verifier
from pages.commun.gabarits import rendre
from pages.commun.memoire import garder
from pages.parametres import CHEZ_MOI

TROP = 12
"""Au-delà de ce nombre d'agglomérations, l'accueil ne les montre plus une à une : on cherche la sienne."""


def agglomerations(base: Base) -> tuple[list[Territoire], list[str]]:
    """Celles que l'accueil montre, et les codes demandés que la base ne connaît pas.

    Les réglages de l'installation les choisissent. Sans eux, les trois dont les documents sont lus ; dans une base qui
    ne les a pas, celles qui ont un contrat de ville, si elles ne sont pas trop nombreuses.
    """
    demandees = agglomerations_d_accueil(dossier_locales())
    connues = [t for t in map(base.trouver, demandees) if t is not None]
    if demandees == PAR_DEFAUT and not connues:
        connues = base.agglomerations()
        return connues if len(connues) <= TROP else [], []
    trouvees = {t.territoire for t in connues}
    inconnues = [code for code in demandees if code not in trouvees] if demandees != PAR_DEFAUT else []
    return connues, inconnues


def inconnues(codes: list[str]) -> str:
    """La phrase qui dit que le réglage cite une agglomération que la base n'a pas."""
    cites = ", ".join(f"«{INSECABLE}{code}{INSECABLE}»" for code in codes)
    return (
        f"Le réglage de l’accueil ({VARIABLE_AGGLOMERATIONS}, ou {FICHIER}) cite {cites}, que la base ne connaît pas. "
        "Écrivez des codes d’EPCI, comme EPCI200072460."
    )


def sienne(base: Base) -> Territoire | None:
    """L'agglomération que la personne a choisie pour sienne ; None si aucune, un code qui n'en est pas une est dit."""
    toutes = {t.territoire: t.nom for t in base.de_maille(Maille.EPCI)}
    choisie = verifier(CHEZ_MOI, list(toutes), None, toutes.__getitem__)
    return base.territoire(choisie) if choisie else None


@garder(40)
def ce_qui_ressort(
    base: Base, code: str, seul: Indicateur | None = None
) -> tuple[tuple[Famille | None, Indicateur, str], ...]:
    """Une ligne par famille : le premier de ses indicateurs que trois quartiers de 2015 ont à la même date.

    `seul` : cet indicateur-là, et lui seul. Chaque ligne : sa famille, l'indicateur, sa date et sa phrase.
    """
    quartiers = _de_2015(base, code)
    sienne = base.territoire(code)
    familles: list[tuple[Famille | None, list[str]]] = [
        (famille, [choix.indicateur for choix in famille.pour(Maille.QUARTIER)]) for famille in base.catalogue.familles
    ]
    lignes = []
    for famille, siens in familles if seul is None else [(None, [seul.indicateur])]:
        vues = (confronter(base, base.catalogue.indicateur(nom), quartiers, [sienne]) for nom in siens)
        if (connue := next((v for v in vues if len(v.classement.classees) >= 3), None)) is not None:
            lignes.append((famille, connue.indicateur, _ressort(connue)))
    return tuple(lignes)


def _de_2015(base: Base, code: str) -> list[Territoire]:
    return [t for t in base.fiche(code).quartiers if (t.statut, t.geographie) == ("QPV", 2015)]


def _ressort(vue: Comparatif) -> str:
    """« (2021) : de 49 % (Cités 6 et 30) à 35 % » : l'année, le quartier le plus élevé et le plus faible."""
    texte = phrases.lecture_classement(vue.classement, [ligne.territoire for ligne in vue.lignes])
    return f"({phrases.periode(vue.lignes[0].chiffre)}){INSECABLE}: {minuscule(texte)}"


@garder(12)
def ensemble(base: Base, codes: Sequence[str], sienne: str) -> str:
    """Les agglomérations : ce qui y ressort, leurs quartiers repliés ; ouverts pour la sienne, qui est alors seule."""
    connus = base.nombres_de_chiffres()
    montrees = []
    for fiche in map(base.fiche, codes):
        lieux = base.communes_par_quartier(t.territoire for t in fiche.quartiers)
        siens = [t for t in fiche.quartiers if t.territoire in connus]
        montrees.append(
            {
                "territoire": fiche.territoire,
                "ressort": ce_qui_ressort(base, fiche.territoire.territoire),
                "quartiers": [
                    (t, lieux.get(t.territoire, ()), connus[t.territoire])
                    for t in sorted(siens, key=lambda t: (-connus[t.territoire], t.nom))
                ],
                "sans": len(fiche.quartiers) - len(siens),
            }
        )
    return str(rendre("accueil.html", part="ensemble", agglomerations=montrees, sienne=sienne))


def titre() -> str:
    """Ce qu'est l'observatoire, en deux phrases."""
    return str(rendre("accueil.html", part="titre"))


def entrees() -> str:
    """Trois publics, trois entrées, et la dernière livraison de chiffres."""
    return str(rendre("accueil.html", part="entrees", nouvelle=next(iter(parutions()), None)))


def pied(base: Base) -> str:
    """D'où viennent les données, en une ligne."""
    return str(rendre("accueil.html", part="pied", combien=len(base.catalogue.indicateurs)))


def parutions() -> tuple[Parution, ...]:
    """Le journal des chiffres, relu seulement quand son fichier change."""
    return _parutions(JOURNAL.stat().st_mtime_ns if JOURNAL.exists() else 0)


@lru_cache(1)
def _parutions(date: int) -> tuple[Parution, ...]:
    return journal()
