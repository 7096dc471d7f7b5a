"""L'accueil : les agglomérations choisies et ce qui y ressort, faits une fois par base."""

from __future__ import annotations

from functools import lru_cache

from indicators.analyse.comparatif import Comparatif, confronter
from indicators.base.base import Base
from indicators.base.construction import dossier_locales
from indicators.recit import phrases
from indicators.recit.methode import JOURNAL, Parution, journal
from indicators.socle.catalogue import Indicateur
from indicators.socle.nombres import INSECABLE, minuscule
from indicators.socle.reglages import FICHIER, PAR_DEFAUT, VARIABLE_AGGLOMERATIONS, agglomerations_d_accueil
from indicators.socle.territoires import Maille, Territoire
from pages.commun.gabarits import rendre
from pages.commun.memoire import garder

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


@garder(6)
def agglomeration(base: Base, code: str) -> str:
    """Une agglomération : ses quartiers, et ce qui ressort de ceux de 2015 sur les chiffres clés."""
    sienne = base.fiche(code)
    quartiers = [t for t in sienne.quartiers if (t.statut, t.geographie) == ("QPV", 2015)]
    # Une ligne par famille : le premier de ses indicateurs que trois quartiers ont à la même date.
    vues = []
    for famille in base.catalogue.familles:
        siennes = (
            confronter(base, base.catalogue.indicateur(choix.indicateur), quartiers, [sienne.territoire])
            for choix in famille.pour(Maille.QUARTIER)
        )
        if (connue := next((v for v in siennes if len(v.classement.classees) >= 3), None)) is not None:
            vues.append(connue)
    lieux = base.communes_par_quartier(t.territoire for t in sienne.quartiers)
    connus = base.nombres_de_chiffres()
    montres = [t for t in sienne.quartiers if t.territoire in connus]
    return str(
        rendre(
            "accueil.html",
            part="agglomeration",
            territoire=sienne.territoire,
            ressort=[_ressort(vue) for vue in vues],
            quartiers=[
                (t, lieux.get(t.territoire, ()), connus[t.territoire])
                for t in sorted(montres, key=lambda t: (-connus[t.territoire], t.nom))
            ],
            sans=len(sienne.quartiers) - len(montres),
        )
    )


def _ressort(vue: Comparatif) -> tuple[Indicateur, str, str]:
    """Un chiffre clé : son année, le quartier le plus élevé et le plus faible."""
    texte = phrases.lecture_classement(vue.classement, [ligne.territoire for ligne in vue.lignes])
    return vue.indicateur, phrases.periode(vue.lignes[0].chiffre), minuscule(texte)


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
