"""Faire un regroupement : vérifier son nom et ses membres, puis le mettre en service comme tout ajout local.

Des IRIS (et des communes que l'Insee ne découpe pas, qui sont leur propre IRIS), des communes, ou des quartiers d'un
même périmètre et d'un même statut : deux membres ne comptent jamais deux fois les mêmes habitants.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from indicators.base.base import Base
from indicators.base.construction import DOSSIER_DONNEES
from indicators.base.sommes import LIEN
from indicators.imports.moteur.ajout import Depot, poser
from indicators.imports.moteur.journal import Entree
from indicators.socle.codes import identifiant, identifiant_d_iris
from indicators.socle.erreurs import ErreurImport
from indicators.socle.nombres import INSECABLE, compter, et_autres
from indicators.socle.territoires import PREFIXE_A_SOI, Maille, Territoire, cle_de_recherche

NOM_AU_MOINS, NOM_AU_PLUS, COURT_AU_PLUS = 3, 80, 40
MEMBRES_AU_PLUS = 200
FORMAT = "Regroupement"
_ADMIS = re.compile(r"[\w’'«»()/,.:°+ –—-]+")
_NUMERO = re.compile(r"(?:\d[ .-]?){9,}")
_MAILLES = (Maille.IRIS, Maille.COMMUNE, Maille.QUARTIER)
_CONTENANTS = (("epci", Maille.EPCI), ("departement", Maille.DEPARTEMENT), ("region", Maille.REGION))


@dataclass(frozen=True)
class Regroupement:
    """Un regroupement prêt à être fait ; `contenants` : les liens (nature, code) vers ce qui contient tous ses membres.

    `base` : le fichier de la base où tout cela a été vérifié.
    """

    code: str
    nom: str
    membres: tuple[Territoire, ...]
    contenants: tuple[tuple[str, str], ...]
    base: str

    @property
    def geographie(self) -> int | None:
        """Le périmètre de ses quartiers ; None pour des IRIS ou des communes."""
        return self.membres[0].geographie


def preparer(base: Base, nom: str, codes: Iterable[str]) -> Regroupement:
    """Ce nom et ces membres, vérifiés ; lève `ErreurImport` avec une phrase qui dit quoi changer."""
    propre = verifier_le_nom(base, nom)
    membres = trouver(base, codes)
    verifier_les_membres(base, membres)
    return Regroupement(_code(base, propre), propre, tuple(membres), _contenants(base, membres), base.chemin.name)


def regrouper(
    pret: Regroupement, dossier: Path = DOSSIER_DONNEES, auteur: str = "", jour: date | None = None
) -> Entree:
    """Met le regroupement en service et rend son entrée au journal ; lève comme tout ajout, rien n'a alors changé."""
    fait_le = f"Regroupement fait ici le {jour or date.today():%d/%m/%Y}"
    codes = ", ".join(t.territoire for t in pret.membres)
    return poser(
        Depot(
            "regroupement",
            pret.base,
            {
                "territoires": [
                    {
                        "territoire": pret.code,
                        "maille": str(Maille.REGROUPEMENT),
                        "geographie": str(pret.geographie or ""),
                        "nom": pret.nom,
                        "nom_court": _court(pret.nom),
                    }
                ],
                "appartenances": [
                    {"territoire": t, "parent": parent, "nature": nature, "source": fait_le}
                    for t, parent, nature in (
                        *((m.territoire, pret.code, LIEN) for m in pret.membres),
                        *((pret.code, contenant, nature) for nature, contenant in pret.contenants),
                    )
                ],
            },
            f"«{INSECABLE}{pret.nom}{INSECABLE}» : {compter(len(pret.membres), 'membre')}",
            f"{fait_le} : « {pret.nom} » ({pret.code}), {len(pret.membres)} membres : {codes}.",
            [{"nom": pret.nom, "empreinte": hashlib.sha256(codes.encode()).hexdigest(), "format": FORMAT}],
        ),
        dossier,
        auteur,
    )


def verifier_le_nom(base: Base, nom: str) -> str:
    """Le nom, espaces remis en ordre ; lève `ErreurImport` s'il est vide, trop long, pris, ou n'est pas un nom."""
    propre = " ".join(unicodedata.normalize("NFC", nom).replace("'", "’").split())
    if not NOM_AU_MOINS <= len(propre) <= NOM_AU_PLUS:
        raise ErreurImport(
            f"Le nom a {compter(len(propre), 'lettre')} : de {NOM_AU_MOINS} à {NOM_AU_PLUS} sont admises "
            "(« Quartier vécu du Centre »)."
        )
    if refuses := sorted({c for c in propre if not _ADMIS.fullmatch(c) or c == "_"}):
        raise ErreurImport(
            f"Le nom porte {' '.join(map(repr, refuses[:5]))} : seuls des lettres, des chiffres, des espaces et "
            "- ’ « » ( ) / , . : ° + y sont admis."
        )
    if not propre[0].isalnum() or not any(c.isalpha() for c in propre):
        raise ErreurImport(
            f"« {propre} » n’est pas un nom : il commence par une lettre ou un chiffre, et a une lettre."
        )
    if _NUMERO.search(propre):
        raise ErreurImport("Le nom porte ce qui ressemble à un numéro de téléphone : aucune donnée personnelle ici.")
    cle = cle_de_recherche(propre)
    pris = next((t for t in base.territoires() if cle in {cle_de_recherche(n) for n in (t.nom, t.nom_court)}), None)
    if pris is not None:
        raise ErreurImport(
            f"« {propre} » est déjà le nom de {pris.maille.libelle} {pris.territoire} : donnez-en un autre, ou annulez "
            "d’abord ce regroupement."
            if pris.est_a_soi
            else f"« {propre} » est déjà le nom d’un territoire ({pris.maille.libelle}, {pris.territoire}) : donnez-en "
            "un autre."
        )
    return propre


def trouver(base: Base, codes: Iterable[str]) -> list[Territoire]:
    """Les territoires de ces codes, chacun une fois, dans leur ordre ; lève `ErreurImport` pour un code inconnu."""
    trouves: dict[str, Territoire] = {}
    inconnus = []
    for code in codes:
        ecrit = code.strip().upper()
        if not ecrit:
            continue
        lectures = (ecrit, identifiant(ecrit), identifiant_d_iris(ecrit))
        territoire = next((t for lu in lectures if lu and (t := base.trouver(lu)) is not None), None)
        if territoire is None:
            inconnus.append(code.strip()[:40])
        else:
            trouves[territoire.territoire] = territoire
    if inconnus:
        dits = ", ".join(f"« {code} »" for code in inconnus[:5])
        raise ErreurImport(
            f"Aucun territoire ne porte {dits}{et_autres(len(inconnus) - 5)} : écrivez un code d’IRIS, de commune "
            "ou de quartier (IRIS621190101, 62119, QN06205M)."
        )
    return list(trouves.values())


def verifier_les_membres(base: Base, membres: Sequence[Territoire]) -> None:
    """Lève `ErreurImport` si ces lieux ne font pas un ensemble : trop peu, de mailles mêlées, ou qui se recouvrent."""
    if len(membres) < 2:
        dit = f" ({membres[0].nom})" if membres else ""
        raise ErreurImport(f"Un regroupement a deux membres au moins : {len(membres)} donné{dit}.")
    if len(membres) > MEMBRES_AU_PLUS:
        raise ErreurImport(f"{len(membres)} membres : {MEMBRES_AU_PLUS} au plus sont admis.")
    if autres := [t for t in membres if t.maille not in _MAILLES]:
        t = autres[0]
        raise ErreurImport(
            f"« {t.nom} » est de maille « {t.maille.libelle} » : un regroupement se fait d’IRIS, de communes ou de "
            "quartiers."
        )
    for t in membres:
        if t.territoire in base.fusionnees:
            ou, depuis = base.fusionnees[t.territoire]
            raise ErreurImport(
                f"« {t.nom} » n’existe plus : elle est entrée dans {base.territoire(ou).nom} ({ou})"
                + (f" en {depuis}" if depuis else "")
                + ", prenez celle-ci."
            )
    par_maille = {m: [t for t in membres if t.maille is m] for m in _MAILLES}
    communes, iris, quartiers = (par_maille[m] for m in (Maille.COMMUNE, Maille.IRIS, Maille.QUARTIER))
    if quartiers and (communes or iris):
        autre = (communes or iris)[0]
        raise ErreurImport(
            f"« {quartiers[0].nom} » est un quartier, « {autre.nom} » est de maille « {autre.maille.libelle} » : leurs "
            "habitants se recouvrent, un regroupement ne les mêle pas."
        )
    if iris:
        for commune in communes:
            if base.iris_ou_commune(commune) != [commune]:
                raise ErreurImport(
                    f"« {commune.nom} » est découpée en IRIS : à côté d’autres IRIS, prenez les siens, non la commune "
                    "entière."
                )
    if len({(t.geographie, t.statut) for t in quartiers}) > 1:
        dits = ", ".join(sorted({f"{t.statut} {t.geographie}" for t in quartiers}))
        raise ErreurImport(
            f"Ces quartiers sont de périmètres ou de statuts différents ({dits}) : ils peuvent se recouvrir, un "
            "regroupement ne les mêle pas."
        )
    parties = [t for t in quartiers if t.statut == "partie de quartier"]
    if parties and len(parties) < len(quartiers):
        raise ErreurImport(
            f"« {parties[0].nom} » est une part de quartier : elle ne se mêle pas à des quartiers entiers."
        )


def _contenants(base: Base, membres: Sequence[Territoire]) -> tuple[tuple[str, str], ...]:
    """L'agglomération, le département et la région qui contiennent tous les membres, quand ils en ont."""
    fiches = [base.fiche(t.territoire) for t in membres]
    liens = []
    for nature, maille in _CONTENANTS:
        siens = [
            {t.territoire for t in (*fiche.agglomerations, *fiche.references) if t.maille is maille} for fiche in fiches
        ]
        # Un quartier à cheval sur deux agglomérations n'est contenu par aucune des deux.
        if all(len(codes) == 1 for codes in siens) and len(set.union(*siens)) == 1:
            liens.append((nature, siens[0].pop()))
    return tuple(liens)


def _code(base: Base, nom: str) -> str:
    court = "-".join(cle_de_recherche(nom).upper().split())[:COURT_AU_PLUS].strip("-")
    court = re.sub(r"[^A-Z0-9-]", "", court) or hashlib.sha256(nom.encode()).hexdigest()[:8].upper()
    essais = (f"{PREFIXE_A_SOI}{court}{suffixe}" for suffixe in ("", *(f"-{n}" for n in range(2, 1000))))
    return next(code for code in essais if base.trouver(code) is None)


def _court(nom: str) -> str:
    return nom if len(nom) <= COURT_AU_PLUS else f"{nom[: COURT_AU_PLUS - 1].rstrip()}…"
