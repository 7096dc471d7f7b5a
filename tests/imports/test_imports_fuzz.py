"""Des octets quelconques, et des extraits valables abîmés : un rapport ou une `ErreurImport`, jamais autre chose."""

from __future__ import annotations

import io
from contextlib import suppress
from functools import cache

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from depots import EXTRAITS, depot, modele, pauvrete
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indicators.base.base import Base
from indicators.donnees.schema import COLONNES
from indicators.imports.moteur import isole
from indicators.imports.moteur.annees import Demande
from indicators.imports.moteur.lecteur import lire_tableaux
from indicators.imports.moteur.lot import preparer
from indicators.imports.moteur.rapport import rapporter
from indicators.socle.erreurs import ErreurImport

REGLAGES = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
TEXTES = {
    **EXTRAITS,
    "EPCI_2020.csv": "CODGEO;LIBGEO;EPCI;LIBEPCI;DEP;REG\n01005;Neuve;200000001;CA des Essais;01;84\n",
    "communes.csv": "TYPECOM,COM,REG,DEP,LIBELLE\nCOM,01005,84,01,Neuve\nCOMD,01006,84,01,Autre\n",
    "departement.csv": "DEP,REG,CHEFLIEU,TNCC,NCC,NCCENR,LIBELLE\n01,84,01053,5,AIN,Ain,Ain\n",
    "region.csv": "REG,CHEFLIEU,TNCC,NCC,NCCENR,LIBELLE\n84,69123,1,AURA,Aura,Aura\n",
    "populations_2021.csv": "REG;Région;DEP;COM;Commune;PMUN\n84;A;01;01004;A;7\n",
    "epci.csv": "siren,raison_sociale,nb_membres,dep_com,insee,nom_membre,pmun_2024\n200000001,CA,1,01,01004,A,7\n",
    "FILO2019_DISP_COM.csv": "CODGEO;LIBGEO;Q219;NBUC19;PPSOC19\n01004;Ambérieu;21000;12,5;4,1\n",
    "IPRO_2022.csv": "CODGEO;LIBGEO;TX_TOT_EMPL;TX_F_EMPL;ABC;ABCDE\nQP001001;La Gare;41,2;33,0;397;435\n",
    "DEMO_2022.csv": "CODGEO;LIBGEO;POP_MUN;LIB_COM;TX_TOT_0A24;A\nQP001001;La Gare;1\u202f088;Ambérieu;39,8;7\n",
    "modele.csv": modele("QP001001;taux_pauvrete;2021;;44;;;;", "La Gare;population;2020;2015;;1;3;;note"),
    "pauvrete.csv": pauvrete("44,5"),
}
MORCEAUX = st.sampled_from(
    [b";", b'"', b"\n", b"\r", b",", b"\0", b"\xff", b"s", b"-", b"9" * 40, b"e99", b"\xe2\x80\xaf", b"\xc2\xb2", b"",
     "٣".encode(), b"2018", b"nan", b"QN00101M", b"Ensemble", b"200000001", b"=1", b"\xef\xbb\xbf"]
)  # fmt: skip


@pytest.fixture(autouse=True)
def dans_ce_processus(monkeypatch):
    """Des centaines d'exemples : un processus pour chacun n'apprendrait rien de plus."""
    monkeypatch.setattr(isole, "lire", isole.ici)


@cache
def classeurs() -> tuple[bytes, ...]:
    """Les mêmes tables en XLSX et en Parquet."""
    octets = []
    for nom, texte in TEXTES.items():
        tableau, *_ = lire_tableaux(texte.encode(), nom)
        livre = openpyxl.Workbook()
        livre.active.append(list(tableau.entete))
        for _, cellules in tableau.lignes:
            livre.active.append(list(cellules))
        sortie = io.BytesIO()
        livre.save(sortie)
        octets.append(sortie.getvalue())
        sortie = io.BytesIO()
        pq.write_table(pa.table({c: [li[k] for _, li in tableau.lignes] for k, c in enumerate(tableau.entete)}), sortie)
        octets.append(sortie.getvalue())
    return tuple(octets)


@st.composite
def abimes(tirer: st.DrawFn, origines: tuple[bytes, ...]) -> bytes:
    """Un extrait valable dont quelques morceaux sont remplacés, ôtés ou répétés."""
    octets = tirer(st.sampled_from(origines))
    for _ in range(tirer(st.integers(1, 4))):
        debut = tirer(st.integers(0, max(len(octets) - 1, 0)))
        fin = debut + tirer(st.integers(0, 6))
        octets = octets[:debut] + tirer(st.one_of(MORCEAUX, st.binary(max_size=3))) + octets[fin:]
    return octets


def lu_ou_refuse(base: Base, octets: bytes, nom: str = "depot_2022.csv") -> None:
    """Toute la chaîne jusqu'au rapport ; seule une `ErreurImport` en sort, et ce qui serait écrit se relit."""
    with suppress(ErreurImport):
        lot = preparer([depot(nom, octets)], base, demande=Demande(sans_annee=True), territoires="tous")
        assert rapporter(lot, base.catalogue).texte()
        for feuille, lignes in lot.feuilles.items():
            for ligne in lignes:
                for colonne in COLONNES[feuille]:
                    colonne.lire(ligne.get(colonne.nom, ""))
                    assert ligne.get(colonne.nom) or not colonne.requise, (feuille, colonne.nom)


@given(octets=st.binary(max_size=400))
@REGLAGES
def test_des_octets_quelconques(petite, octets):
    lu_ou_refuse(petite, octets)


@pytest.mark.parametrize("entete", [b"PK\x03\x04", b"PAR1", b"\xff\xfe", b"\xd0\xcf\x11\xe0", b"{"])
@given(octets=st.binary(max_size=200))
@REGLAGES
def test_des_octets_quelconques_sous_un_faux_nom(petite, entete, octets):
    lu_ou_refuse(petite, entete + octets)


@pytest.mark.parametrize("nom", TEXTES)
@given(donnees=st.data())
@REGLAGES
def test_un_extrait_abime(petite, nom, donnees):
    lu_ou_refuse(petite, donnees.draw(abimes((TEXTES[nom].encode(),))), nom)


@given(octets=st.deferred(lambda: abimes(classeurs())))
@settings(REGLAGES, max_examples=150)
def test_un_classeur_ou_un_parquet_abime(petite, octets):
    lu_ou_refuse(petite, octets)


@pytest.mark.parametrize("nom", TEXTES)
@given(donnees=st.data())
@REGLAGES
def test_une_table_aux_cases_quelconques(petite, nom, donnees):
    """Le bon en-tête, et n'importe quoi dessous : en Parquet, où rien ne peut déborder."""
    tableau, *_ = lire_tableaux(TEXTES[nom].encode(), nom)
    case = st.one_of(
        st.sampled_from([c for _, li in tableau.lignes for c in li]), st.text(max_size=8),
        st.sampled_from(["²", "9" * 5_000, "1e400", "-0", "٣", "2018-2019", "0", "<b>", "1\u202f000"]),
    )  # fmt: skip
    n = donnees.draw(st.integers(1, 3))
    colonnes = {c: donnees.draw(st.lists(case, min_size=n, max_size=n)) for c in tableau.entete}
    sortie = io.BytesIO()
    pq.write_table(
        pa.table({c: [v.encode("utf-8", "ignore").decode() for v in vs] for c, vs in colonnes.items()}), sortie
    )
    lu_ou_refuse(petite, sortie.getvalue(), nom)
