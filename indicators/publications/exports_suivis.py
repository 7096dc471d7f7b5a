"""Les fichiers d'Explorer au-delà de ce que l'écran montre : toutes les lignes d'un filtre, écrites à mesure.

Mêmes colonnes et mêmes feuilles que `exports`. Aucun ne tient toutes les lignes en mémoire : le CSV et le Parquet
partent paquet par paquet, le classeur s'écrit dans un fichier temporaire.
"""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence

import pyarrow.parquet as pq

from indicators.analyse.exploration import LigneExploree, Suite
from indicators.publications import exports
from indicators.socle.catalogue import Catalogue, Indicateur

CLASSEUR_AU_PLUS = 200_000
"""Lignes d'un classeur : un tableur en ouvre 1 048 576, mais bien avant il n'est plus qu'une attente."""
MORCEAU = 1 << 18
"""Octets rendus à la fois."""


def csv_suivi(
    suite: Suite, catalogue: Catalogue, _criteres: Sequence[tuple[str, str]], _adresse: str
) -> Iterator[bytes]:
    """Le CSV pour Excel en français, un morceau par paquet ; il ne dit ni ses critères ni son adresse."""
    tete: list[Sequence[str]] = [exports.NOMS]
    marque = "\ufeff"
    for paquet in suite.paquets:
        yield _en_csv([*tete, *(exports.cellules_csv(ligne, catalogue) for ligne in paquet)], marque)
        tete, marque = [], ""
    if tete:
        yield _en_csv(tete, marque)


def _en_csv(lignes: Sequence[Sequence[str]], marque: str) -> bytes:
    sortie = io.StringIO()
    csv.writer(sortie, delimiter=";", lineterminator="\r\n").writerows(lignes)
    return (marque + sortie.getvalue()).encode()


class _Puits(io.RawIOBase):
    """Un fichier que l'on n'écrit que devant soi, et que l'on vide à mesure."""

    def __init__(self) -> None:
        super().__init__()
        self._place = 0
        self._morceaux: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, octets: object) -> int:
        morceau = bytes(octets)  # type: ignore[call-overload]
        self._morceaux.append(morceau)
        self._place += len(morceau)
        return len(morceau)

    def tell(self) -> int:
        return self._place

    def prendre(self) -> bytes:
        """Ce qui a été écrit depuis la dernière fois."""
        pris = b"".join(self._morceaux)
        self._morceaux.clear()
        return pris


def parquet_suivi(
    suite: Suite, catalogue: Catalogue, criteres: Sequence[tuple[str, str]], adresse: str
) -> Iterator[bytes]:
    """Le Parquet, un groupe de lignes par paquet."""
    schema, puits = exports.schema_parquet(criteres, adresse), _Puits()
    with pq.ParquetWriter(puits, schema) as ecrivain:
        for paquet in suite.paquets:
            ecrivain.write_table(exports.table_parquet(paquet, catalogue, schema))
            yield puits.prendre()
    yield puits.prendre()


def classeur_suivi(
    suite: Suite, catalogue: Catalogue, criteres: Sequence[tuple[str, str]], adresse: str
) -> Iterator[bytes]:
    """Le classeur, de `CLASSEUR_AU_PLUS` lignes au plus : écrit au disque, puis envoyé."""
    indicateurs: dict[str, Indicateur] = {}
    sources: set[str] = set()

    def lues() -> Iterator[LigneExploree]:
        for paquet in suite.paquets:
            for ligne in paquet:
                indicateurs[ligne.indicateur.indicateur] = ligne.indicateur
                sources.update(o.source for o in (ligne.chiffre, ligne.chiffre_de_reference) if o is not None)
                yield ligne

    with tempfile.TemporaryFile() as fichier:
        with exports.ouvrir_classeur(fichier, exports.TITRE, au_disque=True) as classeur:
            exports.lisez_moi(classeur, criteres, suite.total, suite.total, adresse)
            exports.feuille_de_donnees(
                classeur, "Observations", [(champ.nom, champ.largeur) for champ in exports.CHAMPS],
                (exports.cellules_classeur(ligne, catalogue) for ligne in lues()),
            )  # fmt: skip
            citees = [source for code, source in catalogue.sources.items() if code in sources]
            exports.feuilles_de_reference(classeur, indicateurs.values(), citees, catalogue)
        fichier.seek(0)
        while morceau := fichier.read(MORCEAU):
            yield morceau


Ecrire = Callable[[Suite, Catalogue, Sequence[tuple[str, str]], str], Iterator[bytes]]
ECRIRE: Mapping[str, Ecrire] = {"csv": csv_suivi, "parquet": parquet_suivi, "xlsx": classeur_suivi}
"""Par suffixe, de quoi écrire toutes les lignes d'une suite."""
