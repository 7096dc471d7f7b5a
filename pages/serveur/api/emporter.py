"""Ce que l'écran Explorer emporte quand il ne peut tout montrer : toutes les lignes de son filtre, écrites à mesure.

Ces adresses sont celles des boutons de l'écran ; elles ont ses paramètres, sa comparaison comprise. Le CSV et le
Parquet n'ont pas de borne ; un classeur trop lourd pour un tableur est refusé, en disant lequel prendre.
"""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode

from indicators.analyse.exploration import Niveau, suivre
from indicators.base.base import Base
from indicators.publications import a_part, exports, exports_suivis
from indicators.recit import exploration as mots
from pages.parametres import FACE
from pages.serveur.api.adresses import Adresse, Lues, Morceaux
from pages.serveur.api.parametres import DES_FACETTES, MOTS, DemandeRefusee, Parametre, filtre
from pages.serveur.document import racine

_NIVEAU = Parametre(
    FACE.nom, FACE.sens, enumere=tuple(str(n) for n in Niveau), liste=False, defaut=FACE.defaut or ""
)  # fmt: skip
_DU_FILTRE = (*DES_FACETTES.values(), MOTS, _NIVEAU)


def _preparer(sorte: str, au_plus: int | None = None) -> Callable[[Base, Lues, str], Morceaux]:
    def preparer(base: Base, lues: Lues, _code: str) -> Morceaux:
        demande = filtre(lues)
        niveau = Niveau(next(iter(lues.get(FACE.nom, ())), _NIVEAU.defaut))
        suite = suivre(base, demande, niveau)
        if au_plus is not None and suite.total > au_plus:
            raise DemandeRefusee(
                f"Ce filtre a {suite.total} lignes : un classeur en porte {au_plus} au plus (un tableur n’en ouvre que "
                "1 048 576, et bien avant n’avance plus).",
                "Prenez le CSV ou le Parquet, qui les ont toutes, ou ajoutez un filtre.",
            )
        criteres = mots.criteres(demande, niveau, mots.options_de(base))
        adresse = f"{racine()}explorer?{urlencode({n: ','.join(v) for n, v in lues.items()}, safe=',')}"
        if suite.total > a_part.SEUIL:
            return lambda: a_part.ecrire(a_part.Demande(base.chemin, demande, niveau, sorte, tuple(criteres), adresse))
        return lambda: exports_suivis.ECRIRE[sorte](suite, base.catalogue, criteres, adresse)

    return preparer


EMPORTES: tuple[Adresse, ...] = tuple(
    Adresse(
        f"/explorer.{suffixe}",
        titre,
        "Toutes les lignes de ce filtre, avec leur comparaison.",
        _DU_FILTRE,
        exports.TYPES_MIME[suffixe],
        "",
        f"/explorer.{suffixe}?theme=revenus",
        preparer,
        f"observations.{suffixe}",
    )
    for suffixe, titre, preparer in (
        ("xlsx", "Excel (XLSX)", _preparer("xlsx", exports_suivis.CLASSEUR_AU_PLUS)),
        ("csv", "CSV pour Excel", _preparer("csv")),
        ("parquet", "Parquet", _preparer("parquet")),
    )
)
