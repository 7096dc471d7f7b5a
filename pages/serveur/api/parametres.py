"""Ce que chaque adresse accepte : ses paramètres, déclarés une fois, lus et vérifiés ; la description en vient.

Les noms sont ceux d'Explorer (`pages/parametres.py`) : son lien devient une adresse de données en changeant son
début. Un nom ou une valeur inconnus sont refusés, jamais ignorés : un chiffre de trop ne se verrait pas.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from indicators.base.base import Base
from indicators.base.exploration import NOMMES, TEXTE_MAXIMAL, Filtre
from indicators.socle.erreurs import ErreurObservatoire
from indicators.socle.observations import Fiabilite, Statut
from indicators.socle.territoires import Maille
from pages.commun.adresse import SUIVI_DES_CLICS
from pages.parametres import FACETTES, TEXTE

VALEURS_AU_PLUS = 500
"""Codes qu'une liste peut nommer : une adresse n'est pas un fichier."""


class DemandeRefusee(ErreurObservatoire):
    """Une demande que l'adresse ne sert pas : le paramètre, ce qui est reçu, ce qui est admis, quoi faire."""

    def __init__(
        self,
        fait: str,
        quoi_faire: str,
        *,
        parametre: str | None = None,
        recu: str | None = None,
        admis: Collection[str] = (),
        statut: int = 400,
    ) -> None:
        super().__init__(fait)
        self.statut = statut
        self.corps = {
            "erreur": fait,
            "parametre": parametre,
            "recu": recu,
            "admis": list(admis),
            "quoi_faire": quoi_faire,
        }


@dataclass(frozen=True)
class Parametre:
    """Un paramètre d'adresse. `motif` : la forme de chaque valeur ; `admis` : les valeurs elles-mêmes, quand la base
    les dit ; `enumere` : elles sont assez peu pour être écrites dans la description ; `liste` : plusieurs, à virgules.
    """

    nom: str
    texte: str
    exemple: str = ""
    motif: str = ""
    admis: Callable[[Base], Collection[str]] | None = None
    enumere: tuple[str, ...] = ()
    liste: bool = True
    defaut: str = ""


def _codes(mots: type[Maille] | type[Statut] | type[Fiabilite]) -> tuple[str, ...]:
    return tuple(str(mot) for mot in mots)


TERRITOIRES = Parametre(
    "territoires", "les codes des territoires", "QP062011,COM62178", admis=lambda base: base.codes_connus
)
_ADMIS: Mapping[str, dict[str, object]] = {
    "pilier": {
        "admis": lambda base: list(dict.fromkeys(i.pilier for i in base.catalogue.indicateurs.values() if i.pilier))
    },
    "theme": {"admis": lambda base: base.catalogue.themes},
    "indicateur": {
        "admis": lambda base: {**base.catalogue.indicateurs, **base.catalogue.mesures},
        "exemple": "taux_pauvrete",
    },
    "bailleur": {"admis": lambda base: base.catalogue.bailleurs, "exemple": "sia_habitat"},
    "agglomeration": {
        "admis": lambda base: [t.territoire for t in base.de_maille(Maille.EPCI)],
        "exemple": "EPCI200042190",
    },
    "type": {"motif": r"[^,]{1,40}", "exemple": "QPV"},
    "perimetre": {"enumere": ("2015", "2024", "sans")},
    "fiabilite": {"enumere": _codes(Fiabilite)},
    "maille": {"enumere": _codes(Maille)},
    "date": {"motif": r"[12]\d{3}|ed[12]\d{3}|nd", "exemple": "2021"},
    "statut": {"enumere": _codes(Statut)},
    "source": {"admis": lambda base: base.catalogue.sources},
}
_PRECISIONS = {
    "date": " : « 2021 » (année mesurée), « ed2015 » (édition, quand l’année n’est pas imprimée) ou « nd »",
    "perimetre": " : le zonage de 2015 ou de 2024 ; « sans » pour ce qui n’est pas un quartier",
    "agglomeration": " : elle, ses communes et ses quartiers",
}
DES_FACETTES = {
    facette: Parametre(p.nom, p.sens + _PRECISIONS.get(facette, ""), **_ADMIS[facette])  # type: ignore[arg-type]
    for facette, p in FACETTES.items()
}
"""Ceux d'Explorer, par facette."""
MOTS = Parametre(
    TEXTE.nom,
    f"un mot : il nomme des territoires (les {NOMMES} plus ressemblants), à défaut des indicateurs",
    "denain",
    motif=rf"[\s\S]{{1,{TEXTE_MAXIMAL}}}",
    liste=False,
)
DECIMALES = Parametre(
    "decimales",
    "la décimale du CSV : « virgule » (Excel en français) ou « point » (un SIG, un programme)",
    enumere=("virgule", "point"),
    liste=False,
    defaut="virgule",
)
REFERENCE = Parametre(
    "reference",
    "la seconde référence du portrait, comme à l’écran ; la première est son agglomération",
    "REG32",
    admis=lambda base: base.codes_connus,
    liste=False,
)
DES_LIEUX = (TERRITOIRES, *(DES_FACETTES[f] for f in ("agglomeration", "type", "perimetre", "maille")), MOTS)
DES_CHIFFRES = (TERRITOIRES, *DES_FACETTES.values(), MOTS)


def lire(base: Base, recus: Sequence[tuple[str, str]], attendus: Sequence[Parametre]) -> dict[str, tuple[str, ...]]:
    """Les valeurs demandées, vérifiées, par nom de paramètre ; un paramètre vide n'y est pas. Lève `DemandeRefusee`."""
    par_nom = {p.nom: p for p in attendus}
    lues: dict[str, dict[str, None]] = {}
    for nom, brut in recus:
        if nom.startswith(SUIVI_DES_CLICS):
            continue
        if nom not in par_nom:
            raise DemandeRefusee(
                f"Cette adresse n’a pas de paramètre « {_court(nom)} ».",
                "Retirez-le, ou prenez l’un de ceux qui sont admis.",
                parametre=_court(nom),
                admis=list(par_nom),
            )
        p = par_nom[nom]
        valeurs = [v.strip() for v in brut.split(",")] if p.liste else [brut.strip()]
        for valeur in filter(None, valeurs):
            _verifier(base, p, valeur)
            lues.setdefault(nom, {})[valeur] = None
        if len(lues.get(nom, ())) > VALEURS_AU_PLUS:
            raise DemandeRefusee(
                f"« {nom} » nomme plus de {VALEURS_AU_PLUS} valeurs.", "Demandez-les en plusieurs fois.", parametre=nom
            )
    return {nom: tuple(valeurs) for nom, valeurs in lues.items()}


def _verifier(base: Base, p: Parametre, valeur: str) -> None:
    admis: Collection[str] = p.enumere or (p.admis(base) if p.admis else ())
    if (admis and valeur not in admis) or (p.motif and not re.fullmatch(p.motif, valeur)) or not valeur.isprintable():
        montres = admis if len(admis) <= 40 else get_close_matches(valeur[:60], admis, n=5, cutoff=0.6)
        raise DemandeRefusee(
            f"« {_court(valeur)} » n’est pas une valeur de « {p.nom} » ({p.texte}).",
            "Corrigez la valeur, ou retirez ce paramètre.",
            parametre=p.nom,
            recu=_court(valeur),
            admis=montres,
        )


def _court(texte: str) -> str:
    imprimable = "".join(c if c.isprintable() else "?" for c in texte)
    return imprimable if len(imprimable) <= 80 else f"{imprimable[:79]}…"


def filtre(lues: Mapping[str, tuple[str, ...]]) -> Filtre:
    """Le filtre d'Explorer que disent ces valeurs."""
    par_facette = {facette: lues.get(p.nom, ()) for facette, p in DES_FACETTES.items()}
    return Filtre(**par_facette, texte=" ".join(lues.get(MOTS.nom, ())))
