"""Un bassin de deux éditions : cinq communes aux listes de 2024, et ce que disent d'elles celles d'après.

Les éditions de 2024 sont de vraies lignes du COG, de la DGCL et de l'Insee ; celles de 2026 en sont des copies où les
changements sont écrits à la main. `conftest.py` donne ces bases à tous les tests.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from depots import classeur, depot, rapport_de
from feuilles import PETITE_BASE, ecrire_les_feuilles

from indicators.base.base import Base
from indicators.base.construction import assurer, construire
from indicators.imports.moteur.ajout import appliquer

BETHUNE, BRUAY, LENS, LIEVIN, AVION = "COM62119", "COM62178", "COM62498", "COM62510", "COM62065"
CABBALR, CALL = "EPCI200072460", "EPCI246200364"
_NOMS = {BETHUNE: "Béthune", BRUAY: "Bruay-la-Buissière", LENS: "Lens", LIEVIN: "Liévin", AVION: "Avion"}
_EPCI = {BETHUNE: CABBALR, BRUAY: CABBALR, LENS: CALL, LIEVIN: CALL, AVION: CALL}

COG_2024 = """TYPECOM,COM,REG,DEP,CTCD,ARR,TNCC,NCC,NCCENR,LIBELLE,CAN,COMPARENT
COM,62065,32,62,62D,627,1,AVION,Avion,Avion,6206,
COM,62119,32,62,62D,622,0,BETHUNE,Béthune,Béthune,6209,
COM,62178,32,62,62D,622,0,BRUAY LA BUISSIERE,Bruay-la-Buissière,Bruay-la-Buissière,6215,
COM,62498,32,62,62D,627,0,LENS,Lens,Lens,6229,
COM,62510,32,62,62D,627,0,LIEVIN,Liévin,Liévin,6230,
"""
COG_2026 = (
    COG_2024.replace(
        "COM,62510,32,62,62D,627,0,LIEVIN,Liévin,Liévin,6230,", "COMD,62510,,,,,0,LIEVIN,Liévin,Liévin,,62498"
    ).replace("BETHUNE,Béthune,Béthune", "BETHUNE EN ARTOIS,Béthune-en-Artois,Béthune-en-Artois")
    + "COM,62900,32,62,62D,622,0,NEUVILLE,Neuville,Neuville-l'Essai,6215,\n"
)
MVT_2025 = """MOD,DATE_EFF,TYPECOM_AV,COM_AV,TNCC_AV,NCC_AV,NCCENR_AV,LIBELLE_AV,\
TYPECOM_AP,COM_AP,TNCC_AP,NCC_AP,NCCENR_AP,LIBELLE_AP
32,2025-01-01,COM,62510,0,LIEVIN,Liévin,Liévin,COM,62498,0,LENS,Lens,Lens
32,2025-01-01,COM,62510,0,LIEVIN,Liévin,Liévin,COMD,62510,0,LIEVIN,Liévin,Liévin
32,2025-01-01,COM,62498,0,LENS,Lens,Lens,COM,62498,0,LENS,Lens,Lens
"""
EPCI_2026 = (
    "\ufeffCODGEO;LIBGEO;EPCI;LIBEPCI;DEP;REG\r\n"
    "62065;Avion;246200364;CA de Lens - Liévin;62;32\r\n62119;Béthune;200072460;CA de Béthune-Bruay;62;32\r\n"
    "62178;Bruay-la-Buissière;246200364;CA de Lens - Liévin;62;32\r\n62498;Lens;246200364;CA de Lens - Liévin;62;32\r\n"
    "62510;Liévin;246200364;CA de Lens - Liévin;62;32\r\n"
)
EPCI_2020 = EPCI_2026.replace("62065;Avion;246200364;CA de Lens - Liévin", "62065;Avion;200072460;CA de Béthune-Bruay")
POPULATIONS = "REG;Région;DEP;CODARR;CODCAN;CODCOM;COM;Commune;PMUN;PCAP;PTOT\n" + "".join(
    f"32;Hauts-de-France;62;7;01;{code[-3:]};{code[3:]};{nom};{n};0;{n}\n"
    for code, nom, n in ((BETHUNE, "Béthune", 25000), (BRUAY, "Bruay-la-Buissière", 21800), (AVION, "Avion", 17600),
                         (LENS, "Lens", 63000))
)  # fmt: skip
"""La population de 2023, publiée en 2026 : Lens y compte Liévin, qui n'a plus de ligne."""


def _epcicom(annee: int, lignes: list[tuple[int, str, str, str]]) -> bytes:
    membres = {siren: sum(s == siren for s, *_ in lignes) for siren, *_ in lignes}
    entete = ["dept", "siren", "raison_sociale", "nb_membres", "dep_com", "insee", "nom_membre", f"pmun_{annee}"]
    return classeur([entete, *(["62", s, nom, membres[s], "62", com, lib, 1000] for s, nom, com, lib in lignes)])


DGCL_2026 = _epcicom(
    2026,
    [
        (200999999, "CA de l'Artois", "62119", "Béthune"),
        (200999999, "CA de l'Artois", "62178", "Bruay-la-Buissière"),
        *(
            (246200364, "CA de Lens - Liévin", c, n)
            for c, n in (("62065", "Avion"), ("62498", "Lens"), ("62510", "Liévin"))
        ),
    ],
)


def _chiffre(territoire: str, indicateur: str, annee: str, valeur: str) -> dict[str, str]:
    return {"territoire": territoire, "indicateur": indicateur, "annee": annee, "valeur": valeur, "statut": "exact",
            "fiabilite": "sure", "source": "insee", "ligne": "1", "passage": valeur, "imprime": valeur,
            "origine": "publiee"}  # fmt: skip


@pytest.fixture
def bassin(tmp_path: Path, locales: Path) -> Path:
    """Cinq communes, deux agglomérations, un quartier de Liévin et un de Bruay ; listes de 2024."""

    def lieu(code: str, maille: str, nom: str, **reste: str) -> dict[str, str]:
        officiel = code.removeprefix("COM").removeprefix("EPCI")
        return {"territoire": code, "maille": maille, "nom": nom, "nom_court": nom, "code_officiel": officiel, **reste}

    lieux = [lieu(code, "commune", nom) for code, nom in _NOMS.items()]
    lieux += [lieu(CABBALR, "epci", "CA de Béthune-Bruay"), lieu(CALL, "epci", "CA de Lens - Liévin")]
    lieux += [
        {"territoire": code, "maille": maille, "nom": nom, "nom_court": nom, "code_officiel": code[3:]}
        for code, maille, nom in (("DEP62", "departement", "Pas-de-Calais"), ("REG32", "region", "Hauts-de-France"))
    ]
    lieux += [lieu(q, "quartier", q, geographie="2015", statut="QPV") for q in ("QP062045", "QP062017")]
    liens = [{"territoire": c, "parent": e, "nature": "epci"} for c, e in _EPCI.items()]
    liens += [{"territoire": c, "parent": "DEP62", "nature": "departement"} for c in (*_NOMS, CABBALR, CALL)]
    liens += [{"territoire": "DEP62", "parent": "REG32", "nature": "region"}]
    for quartier, commune in (("QP062045", LIEVIN), ("QP062017", BRUAY)):
        liens += [{"territoire": quartier, "parent": commune, "nature": "commune"},
                  {"territoire": quartier, "parent": _EPCI[commune], "nature": "epci"}]  # fmt: skip
    chiffres = [_chiffre(c, "population", a, v) for c, a, v in (
        (LENS, "2018", "31000"), (LENS, "2013", "32000"), (LIEVIN, "2018", "30900"), (AVION, "2018", "17700"),
        (BETHUNE, "2018", "25100"), (BRUAY, "2018", "21900"),
        (CALL, "2018", "242000"), (CALL, "2013", "243000"))]  # fmt: skip
    chiffres += [_chiffre(c, "taux_pauvrete", "2018", v) for c, v in (
        (LENS, "34,0"), (LIEVIN, "33,0"), (AVION, "32,0"), (CALL, "24,0"), ("REG32", "18,0"))]  # fmt: skip
    chiffres += [_chiffre(c, "nb_communes", "2024", str(n)) for c, n in ((CABBALR, 2), (CALL, 3))]
    feuilles = PETITE_BASE | {"territoires": lieux, "appartenances": liens, "filiations": [], "observations": chiffres}
    feuilles["indicateurs"] = [*PETITE_BASE["indicateurs"],
        {"indicateur": "nb_communes", "libelle": "Communes", "libelle_court": "Communes", "theme": "population",
         "pilier": "Cohésion sociale", "unite": "communes", "decimales": "0", "sens": "neutre", "mini": "0",
         "definition": "Nombre de communes."}]  # fmt: skip
    return ecrire_les_feuilles(tmp_path / "data", feuilles)


@pytest.fixture
def edition_2024(bassin: Path) -> Iterator[Base]:
    """La base du bassin, ouverte."""
    ouverte = Base(construire(bassin))
    yield ouverte
    ouverte.fermer()


@pytest.fixture
def fusionnee(bassin: Path, edition_2024: Base) -> Iterator[Base]:
    """La base après la fusion de Liévin dans Lens, Béthune renommée, et la population de 2023."""
    appliquer(rapport_de(edition_2024, depot("v_commune_2026.csv", COG_2026), mouvements=True), bassin)
    apres = Base(assurer(bassin).chemin)
    appliquer(rapport_de(apres, depot("pop.csv", POPULATIONS), annees={"": 2023}, edition=2026), bassin)
    apres.fermer()
    derniere = Base(assurer(bassin).chemin)
    yield derniere
    derniere.fermer()
