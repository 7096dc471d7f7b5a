"""Écrire `data/france/` : les mêmes chiffres donnent les mêmes octets, à côté puis d'un seul renommage."""

from __future__ import annotations

import csv
import re
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from indicators.donnees import france as national
from indicators.donnees.schema import COLONNES
from indicators.imports.embarquement.composition import Composition
from indicators.imports.embarquement.lieux import noms_uniques
from indicators.imports.embarquement.positions import Position
from indicators.socle import mise_en_place
from indicators.socle.interruption import d_un_geste

_PREFIXE = re.compile("^(COM|EPCI|DEP|REG|IRIS)")
_VIDE = "(vide)"


def ecrire(
    composition: Composition, embarques: set[str], dossier: Path, places: Mapping[str, Position] | None = None
) -> Path:
    """Remplace `dossier/france` par cette composition et rend son chemin ; tué avant la fin, rien n'a changé.

    `embarques` : les territoires que les CSV décrivent ; `places` : la position des quartiers. Les fichiers d'autres
    commandes (contours) sont gardés.
    """
    rang = list(national.COLONNES_CHIFFRES).index("fichier")
    comptes = Counter((source, ligne[rang]) for source, lignes in composition.chiffres.items() for ligne in lignes)
    fichiers = [f | {"chiffres": str(comptes[f["source"], f["fichier"]])} for f in composition.fichiers]
    cible = dossier / national.DOSSIER
    mise_en_place.reprendre(cible)
    with tempfile.TemporaryDirectory(prefix=".embarquement-", dir=dossier, ignore_cleanup_errors=True) as brouillon:
        neuf = Path(brouillon) / national.DOSSIER
        (neuf / "chiffres").mkdir(parents=True)
        _lieux(composition, embarques, neuf, places or {})
        _csv(
            neuf / "sources.csv",
            [c.nom for c in COLONNES["sources"]],
            sorted(composition.sources.values(), key=_source),
        )
        _csv(neuf / "fichiers.csv", national.FICHIERS, sorted(fichiers, key=_cle_du_fichier))
        for source, lignes in sorted(composition.chiffres.items()):
            _chiffres(neuf / "chiffres" / f"{source}.parquet", lignes)
        for autre in cible.iterdir() if cible.exists() else ():  # les contours ont leur propre commande
            if autre.is_file() and not (neuf / autre.name).exists():
                shutil.copy2(autre, neuf / autre.name)
        with d_un_geste(f"« {cible} » est refait"):
            mise_en_place.remplacer(neuf, cible, lambda _ancien: set())
    return cible


def _cle_du_fichier(ligne: dict[str, str]) -> tuple[str, str]:
    return ligne["fichier"], ligne["source"]


def _source(ligne: dict[str, str]) -> str:
    return ligne["source"]


def _lieux(composition: Composition, embarques: set[str], ou: Path, places: Mapping[str, Position]) -> None:
    france = composition.france
    noms = noms_uniques(france.lieux.values())
    territoires = [
        {
            "territoire": code, "maille": str(lieu.maille), "geographie": lieu.geographie, "statut": lieu.statut,
            "nom": noms[code], "nom_court": noms[code], "variantes": lieu.nom if noms[code] != lieu.nom else "",
            "code_officiel": _PREFIXE.sub("", code), **_place(places.get(code)),
        }
        for code, lieu in sorted(france.lieux.items())
        if code not in embarques
    ]  # fmt: skip
    # Les CSV disent déjà l'agglomération, le contrat et le département de leurs territoires.
    liens = [
        {"territoire": t, "parent": p, "nature": n, "source": origine}
        for (t, p, n), origine in sorted(france.liens.items())
        if t not in embarques or n == "commune"
    ]
    liens += [lien for lien in composition.vie.cessees if lien["territoire"] not in embarques]
    liens.sort(key=lambda lien: (lien["territoire"], lien["parent"], lien["nature"]))
    filiations = [
        {"ancien": a, "nouveau": b, "nature": nature, "source": source, "note": ""}
        for (a, b), (nature, source) in sorted(france.filiations.items())
    ]
    for feuille, lignes in (
        ("territoires", territoires), ("appartenances", liens), ("filiations", filiations),
        ("ruptures", composition.vie.ruptures), ("perimetres", composition.vie.perimetres),
    ):  # fmt: skip
        types = [
            (c.nom, {"INTEGER": pa.int32(), "DOUBLE": pa.float64()}.get(c.type_sql, pa.string()))
            for c in COLONNES[feuille]
        ]
        entiers = [nom for nom, genre in types if pa.types.is_integer(genre)]
        typees = [ligne | {nom: _entier(ligne[nom]) for nom in entiers if nom in ligne} for ligne in lignes]
        _parquet(ou / f"{feuille}.parquet", pa.Table.from_pylist(typees, schema=pa.schema(types)))


def _entier(cellule: Any) -> int | None:
    return int(cellule) if cellule not in (None, "") else None


def _place(position: Position | None) -> dict[str, Any]:
    if position is None:
        return {"superficie_ha": None, "latitude": None, "longitude": None, "source_position": ""}
    return asdict(position)


def _chiffres(chemin: Path, lignes: Sequence[tuple[Any, ...]]) -> None:
    """Les chiffres d'une source, triés ; le passage qui se refait à la lecture n'est pas écrit."""
    noms = list(national.COLONNES_CHIFFRES)
    place = {nom: rang for rang, nom in enumerate(noms)}
    triees = sorted(lignes, key=lambda ligne: tuple((ligne[k] is not None, ligne[k]) for k in range(5)))
    colonnes = [list(colonne) for colonne in zip(*triees, strict=True)]
    codes, titres = colonnes[place["territoire"]], colonnes[place["colonne"]]
    imprimes, passages = colonnes[place["imprime"]], colonnes[place["passage"]]
    colonnes[place["passage"]] = [
        None if passage == f"{_PREFIXE.sub('', code)} | {titre} | {imprime or _VIDE}" else passage
        for code, titre, imprime, passage in zip(codes, titres, imprimes, passages, strict=True)
    ]
    schema = pa.schema([(nom, pa.type_for_alias(genre)) for nom, genre in national.COLONNES_CHIFFRES.items()])
    _parquet(
        chemin, pa.Table.from_arrays([pa.array(c, schema.field(n).type) for n, c in enumerate(colonnes)], schema=schema)
    )


def _parquet(chemin: Path, table: pa.Table) -> None:
    pq.write_table(table, chemin, compression="zstd", compression_level=19, version="2.6", data_page_version="2.0")


def _csv(chemin: Path, colonnes: Iterable[str], lignes: Iterable[dict[str, str]]) -> None:
    noms = list(colonnes)
    with chemin.open("w", encoding="utf-8-sig", newline="") as sortie:
        ecrivain = csv.writer(sortie, delimiter=";", lineterminator="\n")
        ecrivain.writerow(noms)
        ecrivain.writerows([ligne.get(nom, "") for nom in noms] for ligne in lignes)
