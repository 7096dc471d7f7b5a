"""Les contours de la France : communes de 2024, EPCI, départements, régions, quartiers prioritaires de 2024.

Les communes sont celles d'IGN Admin Express (COG 2018), réunies quand elles ont fusionné depuis ; EPCI, départements et
régions sont l'union de leurs communes, pour que les limites communes le restent. Sources : IGN et Insee (communes),
DGCL (EPCI), ANCT (quartiers, coordonnées à quatre décimales). Rien n'est demandé au réseau.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
import tarfile
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import shapely
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from indicators.donnees.traces import PAR_DEGRE, coder
from indicators.socle.erreurs import ErreurImport
from indicators.socle.interruption import d_un_geste

FINE, GROSSE = 150, 1000
"""Ce que la simplification peut retirer, en mètres : d'une agglomération à un département ; une région, le pays."""

FINE_IRIS = 25
"""Ce que la simplification peut retirer du contour d'un IRIS, en mètres : deux fois la précision du fichier."""

GRILLE = 1e-4
"""Le pas des coordonnées gardées, en degrés : dix mètres, celui des périmètres publiés par l'ANCT."""

_METRES_PAR_DEGRE = 90_000

Formes = dict[str, BaseGeometry]


@dataclass(frozen=True)
class Embarques:
    """Les contours d'une livraison, et ce qui n'a pas pu l'être.

    `absorbees` : communes de 2018 que rien ne rattache à une commune de 2024 ; `sans_contour` : communes de 2024
    rétablies depuis 2018, dont le contour est encore compris dans celui de la commune qu'elles ont quittée.
    """

    communes: Formes
    quartiers: Formes
    iris: Formes
    absorbees: tuple[str, ...]
    sans_contour: tuple[str, ...]


def lire(dossier: Path) -> Embarques:
    """Les communes de 2024 et les quartiers, au détail des fichiers ; lève `ErreurImport` s'il en manque un."""
    de_2018 = _communes_2018(_octets(dossier / "contours" / "communes-france-2018.zip"))
    actuelles, fusions = _cog(_octets(dossier / "cog" / "communes.csv"))
    anciens = _anciens_codes(_octets(dossier / "population-2023" / "etalab-decoupage-administratif-6.0.0.tgz"))
    groupes: dict[str, list[BaseGeometry]] = defaultdict(list)
    absorbees = []
    for code, forme in de_2018.items():
        suite = code if code in actuelles else fusions.get(code) or anciens.get(code, "")
        if suite in actuelles:
            groupes[suite].append(forme)
        else:
            absorbees.append(code)
    communes = {
        f"COM{code}": formes[0] if len(formes) == 1 else shapely.union_all(formes)
        for code, formes in sorted(groupes.items())
    }
    quartiers = perimetres(dossier)
    return Embarques(communes, quartiers, iris(dossier), tuple(absorbees), tuple(sorted(actuelles - groupes.keys())))


def perimetres(dossier: Path) -> Formes:
    """Le périmètre de chaque quartier de 2024, au détail du fichier ; lève `ErreurImport` s'il manque."""
    return _quartiers(_octets(dossier / "qpv-perimetres-2024" / "gazetteer_qpv_2024_france.json.gz"))


def iris(dossier: Path) -> Formes:
    """Le contour de chaque IRIS des fichiers `iris-contours-*/iris_*.geojson`, à leur détail ; vide s'il n'y en a pas.

    Une commune non découpée y est aussi (`IRIS620010000`) : c'est le fond de la carte des IRIS, pas un territoire. Ses
    limites y sont celles de ses voisins, ce que le contour des communes, d'un autre fichier, ne garantit pas.
    """
    formes: Formes = {}
    for chemin in sorted(dossier.glob("iris-contours-*/iris_*.geojson")):
        for entite in json.loads(_octets(chemin))["features"]:
            code = f"IRIS{entite['properties']['code_iris']}"
            if code not in formes:
                formes[code] = shapely.make_valid(shape(entite["geometry"]))
    return dict(sorted(formes.items()))


def ecrire(embarques: Embarques, parents: Sequence[Mapping[str, str]], sortie: Path) -> int:
    """Écrit `contours.parquet` (clé : `territoire`, `niveau`) et rend le nombre de contours.

    Colonnes : `territoire` ; `niveau` et `jusqu_a`, les niveaux de détail où il sert ; `grain`, le pas de la grille en
    degrés ; `anneaux` et `pas` (voir `donnees.traces`), en grains ; `longitude`, `latitude`, un point qui est dedans.
    `parents` : l'EPCI, le département et la région de chaque commune, dans cet ordre.
    """
    lignes: list[tuple[str, int, int, BaseGeometry]] = []
    communes = {code: code for code in embarques.communes}
    epci, *au_dessus = parents
    for metres, niveau, jusqu_a, mailles in (
        (FINE, 0, 1, (communes, epci)),
        (GROSSE, 2, 2, (communes, epci)),
        # Le trait d'un département ou d'une région ne se lit qu'à petite échelle : une seule finesse leur suffit.
        (GROSSE, 0, 2, au_dessus),
    ):
        reduites = dict(zip(communes, _simplifiees(embarques.communes, metres), strict=True))
        for contenant in mailles:
            groupes: dict[str, list[BaseGeometry]] = defaultdict(list)
            for commune, parent in contenant.items():
                if commune in reduites:
                    groupes[parent].append(reduites[commune])
            lignes += [
                (parent, niveau, jusqu_a, membres[0] if len(membres) == 1 else shapely.coverage_union_all(membres))
                for parent, membres in sorted(groupes.items())
            ]
    lignes += [(code, 0, 2, forme) for code, forme in sorted(embarques.quartiers.items())]
    # Un IRIS ne se montre qu'à l'échelle d'une agglomération : une seule finesse.
    fins = zip(embarques.iris, _simplifiees(embarques.iris, FINE_IRIS), strict=True) if embarques.iris else ()
    lignes += [(code, 0, 2, forme) for code, forme in fins]
    arrondies = shapely.set_precision([forme for *_, forme in lignes], GRILLE)
    gardees = [
        brute if arrondie.is_empty else arrondie for (*_, brute), arrondie in zip(lignes, arrondies, strict=True)
    ]
    anneaux, pas = coder(gardees)
    dedans = shapely.point_on_surface(gardees)
    grains = round(GRILLE * PAR_DEGRE)
    table = pa.table(
        {
            "territoire": [code for code, *_ in lignes],
            "niveau": pa.array([niveau for _, niveau, _, _ in lignes], pa.uint8()),
            "jusqu_a": pa.array([jusqu_a for _, _, jusqu_a, _ in lignes], pa.uint8()),
            "grain": pa.array([grains] * len(lignes), pa.uint8()),
            "anneaux": pa.array(anneaux, pa.list_(pa.int32())),
            "pas": pa.array([p // grains for p in pas], pa.list_(pa.int32())),
            "longitude": pa.array(np.rint(shapely.get_x(dedans) / GRILLE), pa.int32()),
            "latitude": pa.array(np.rint(shapely.get_y(dedans) / GRILLE), pa.int32()),
        }
    )
    sortie.parent.mkdir(parents=True, exist_ok=True)
    # Octets rangés par poids : de petits entiers signés se compressent un cinquième de mieux.
    tasses = {"pas.list.element": "BYTE_STREAM_SPLIT"}
    brouillon = sortie.with_name(f".construction-{sortie.name}")
    pq.write_table(
        table, brouillon, compression="zstd", compression_level=19, use_dictionary=False,
        column_encoding=tasses, row_group_size=1 << 20,
    )  # fmt: skip
    with d_un_geste(f"« {sortie.name} » est refait"):
        os.replace(brouillon, sortie)
    return len(lignes)


def contenants(dossier: Path, communes: Iterable[str]) -> list[dict[str, str]]:
    """L'EPCI, le département et la région de chaque commune (clés et valeurs : identifiants de la maison)."""
    classeur = openpyxl.load_workbook(io.BytesIO(_octets(dossier / "cog" / "epcicom.xlsx")), read_only=True)
    lues = classeur.worksheets[0].iter_rows(values_only=True)
    entete = [str(titre) for titre in next(lues)]
    siren, insee = entete.index("siren"), entete.index("insee")
    epci = {f"COM{ligne[insee]}": f"EPCI{ligne[siren]}" for ligne in lues if ligne[insee]}
    rattachements = _rattachements(_octets(dossier / "cog" / "communes.csv"))
    connues = [code for code in communes if code in rattachements]
    return [
        epci,
        {code: f"DEP{rattachements[code][0]}" for code in connues},
        {code: f"REG{rattachements[code][1]}" for code in connues},
    ]


def _simplifiees(formes: Formes, metres: int) -> list[BaseGeometry]:
    return list(shapely.coverage_simplify(list(formes.values()), metres / _METRES_PAR_DEGRE))


def _octets(chemin: Path) -> bytes:
    try:
        return chemin.read_bytes()
    except OSError as erreur:
        raise ErreurImport(
            f"Les contours de la France demandent « {chemin.parent.name}/{chemin.name} », qui ne peut pas être lu "
            f"({erreur.strerror}). Le dossier à donner est celui qui contient « contours/ » et « cog/ »."
        ) from erreur


def _communes_2018(octets: bytes) -> Formes:
    trouvees: Formes = {}
    with zipfile.ZipFile(io.BytesIO(octets)) as archive:
        for nom in sorted(archive.namelist()):
            if nom.endswith(".geojson"):
                for entite in json.loads(archive.read(nom))["features"]:
                    trouvees[entite["properties"]["code"]] = shapely.make_valid(shape(entite["geometry"]))
    return trouvees


def _lignes_du_cog(octets: bytes) -> Iterable[dict[str, str]]:
    return csv.DictReader(io.StringIO(octets.decode("utf-8-sig")))


def _cog(octets: bytes) -> tuple[set[str], dict[str, str]]:
    """Les codes des communes de 2024, et celle qui porte chaque commune déléguée, associée ou arrondissement."""
    actuelles, fusions = set(), {}
    for ligne in _lignes_du_cog(octets):
        if ligne["TYPECOM"] == "COM":
            actuelles.add(ligne["COM"])
        else:
            fusions[ligne["COM"]] = ligne["COMPARENT"]
    return actuelles, fusions


def _rattachements(octets: bytes) -> dict[str, tuple[str, str]]:
    return {
        f"COM{ligne['COM']}": (ligne["DEP"], ligne["REG"])
        for ligne in _lignes_du_cog(octets)
        if ligne["TYPECOM"] == "COM"
    }


def _anciens_codes(octets: bytes) -> dict[str, str]:
    """La commune actuelle de chaque code supprimé sans commune déléguée."""
    with tarfile.open(fileobj=io.BytesIO(octets)) as archive:
        fichier = archive.extractfile("package/data/communes.json")
        communes: list[dict[str, Any]] = json.load(fichier) if fichier else []
    return {
        ancien: commune["code"]
        for commune in communes
        if commune["type"] == "commune-actuelle"
        for ancien in commune.get("anciensCodes", ())
    }


def _quartiers(octets: bytes) -> Formes:
    lus: list[dict[str, Any]] = json.loads(gzip.decompress(octets))["qpvs"]
    formes = {}
    for quartier in lus:
        brute = shapely.make_valid(shape({"type": "MultiPolygon", "coordinates": quartier["g"]}))
        surfaces = [p for p in shapely.get_parts(brute) if p.geom_type in {"Polygon", "MultiPolygon"}]
        formes[quartier["code"]] = shapely.union_all(surfaces)
    return formes
