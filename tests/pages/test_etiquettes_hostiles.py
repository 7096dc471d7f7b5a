"""Des textes piégés dans tous les CSV : ni écran, ni document, ni tableau n'en fait autre chose que du texte."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from ecrans import PUBLICS, ouvrir
from google.protobuf.message import Message
from hostile import PIEGES, base_piegee, libre, servie
from lecteurs import texte as texte_pdf
from pptx import Presentation
from test_parametres_hostiles import Balises

from indicators.analyse.portrait import dresser
from indicators.base.base import Base
from indicators.donnees.schema import COLONNES
from indicators.publications.atlas import atlas_pdf
from indicators.publications.classeur import classeur_xlsx
from indicators.publications.diaporama import diaporama_pptx
from indicators.publications.fiche import fiche_pdf
from indicators.publications.seance import preparer

JOUR = date(2026, 11, 21)
EPCI, QUARTIER = "EPCI200072460", "QP062011"
_CHOIX: dict[str, list[dict[str, str]]] = {
    "accueil": [{}],
    "portrait": [{"territoire": code} for code in (QUARTIER, "QP062017", "COM62400", EPCI)],
    "seance": [{"territoire": QUARTIER} | ({"diapo": str(n)} if n > 1 else {}) for n in range(1, 9)],
    "comparer": [
        {"territoire": QUARTIER} | vue for vue in ({}, {"vue": "essaim"}, {"vue": "nuage"}, {"vue": "tableau"})
    ],
    "carte": [{"territoire": QUARTIER}],
    "evolution": [{"territoire": QUARTIER}],
    "barometre": [{"territoire": EPCI}],
    "explorer": [{}, {"texte": "zzoq", "territoire": QUARTIER}],
    "suivi": [{}, {"territoire": EPCI}],
    "sources": [{}]
    + [{"rubrique": r} for r in ("sources", "douteux", "absences", "couverture", "guide", "glossaire", "journal")],
}
ECRANS = [(ecran.code, choix) for ecran in PUBLICS for choix in _CHOIX[ecran.code]]
# Les balises qui ouvrent un bloc de HTML brut (CommonMark, type 6) : Markdown n'y touche à rien jusqu'à une ligne vide.
BLOC = re.compile(
    r"<(article|aside|details|dialog|div|dl|figure|footer|form|h[1-6]|header|main|nav|ol|p|section|table|ul)\b|<style"
)


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return base_piegee(tmp_path_factory.mktemp("piegee"))


@pytest.fixture(scope="module")
def piegee(base: Path) -> Iterator[Base]:
    ouverte = Base(base)
    yield ouverte
    ouverte.fermer()


@pytest.fixture(scope="module")
def ecrans(base: Path) -> Iterator[None]:
    with servie(base):
        yield


def test_toutes_les_feuilles_ont_des_textes_pieges(piegee):
    """Si la base n'était pas piégée, le reste ne prouverait rien."""
    assert any(piege in piegee.territoire(QUARTIER).nom for piege in PIEGES)
    assert all(
        any(motif in str(i.libelle + i.definition) for motif in PIEGES) for i in piegee.catalogue.indicateurs.values()
    )
    sans = {feuille for feuille, colonnes in COLONNES.items() if not any(libre(feuille, c) for c in colonnes)}
    assert sans == {"appartenances", "formules", "perimetres", "retraits", "tris"}


def elements(bloc: object) -> Iterator[Message]:
    """Tout ce que l'écran a envoyé au navigateur, éléments inconnus d'AppTest compris."""
    for enfant in getattr(bloc, "children", {}).values():
        if (proto := getattr(enfant, "proto", None)) is not None:
            yield proto
        yield from elements(enfant)


def textes(message: Message) -> Iterator[tuple[str, str]]:
    """Chaque texte d'un message, avec le nom de son champ."""
    for champ, valeur in message.ListFields():
        valeurs = list(valeur.values()) if hasattr(valeur, "values") else valeur
        for v in valeurs if champ.is_repeated else [valeurs]:
            if isinstance(v, Message):
                yield from textes(v)
            elif isinstance(v, str):
                yield champ.name, v


def feuilles_json(valeur: object) -> Iterator[str]:
    if isinstance(valeur, dict):
        for v in valeur.values():
            yield from feuilles_json(v)
    elif isinstance(valeur, list):
        for v in valeur:
            yield from feuilles_json(v)
    elif isinstance(valeur, str):
        yield valeur


@pytest.mark.parametrize(
    ("page", "parametres"), ECRANS, ids=lambda v: v if isinstance(v, str) else "-".join(v.values())
)
def test_un_ecran_n_en_fait_que_du_texte(ecrans, page, parametres):
    essai = ouvrir(None if page == "accueil" else page, **parametres)
    vus = list(elements(essai._tree))
    assert vus
    fautes = []
    for proto in vus:
        genre = type(proto).__name__
        if genre == "Markdown" and proto.allow_html:
            lecteur = Balises()
            lecteur.feed(proto.body)
            fautes += lecteur.trouvees
            if not BLOC.match(proto.body.lstrip()) or re.search(r"[\r\n]", proto.body):
                fautes.append(f"Markdown agit dans : {proto.body[:200]!r}")
        elif genre == "PlotlyChart":
            # Plotly comprend quelques balises, dont <a> ; un texte des données y est toujours échappé.
            chaines = feuilles_json(json.loads(proto.spec))
            fautes += [f"{genre} : {t[:200]!r}" for t in chaines if re.search(r"<(zz|a\b|script|/s)", t)]
        elif genre not in {"Arrow", "ArrowData", "IFrame"}:
            # Étiquettes et messages sont du Markdown ; les choix d'une liste sont du texte.
            fautes += [
                f"{genre}.{champ} : {t[:200]!r}"
                for champ, t in textes(proto)
                if champ in {"label", "body", "help", "caption", "value_label"}
                and re.search(r"(?<!\\)\]\(http|(?<!\\)\$zz", t)
            ]
    assert fautes == []


@pytest.mark.parametrize("code", [QUARTIER, "QP062017", "COM62400", EPCI])
def test_la_fiche_est_du_texte(piegee, code):
    vue = dresser(piegee, code)
    lu = texte_pdf(fiche_pdf(piegee, vue, JOUR))
    assert "zz" in lu


def test_l_atlas_est_du_texte(piegee):
    assert "zz" in texte_pdf(atlas_pdf(piegee, EPCI, lambda *_: None))


@pytest.mark.parametrize("code", [QUARTIER, EPCI])
def test_le_diaporama_est_du_texte_sans_lien(piegee, code):
    octets = diaporama_pptx(preparer(piegee, dresser(piegee, code)))
    document = Presentation(io.BytesIO(octets))
    assert any(
        "zz" in forme.text_frame.text for page in document.slides for forme in page.shapes if forme.has_text_frame
    )
    with zipfile.ZipFile(io.BytesIO(octets)) as archive:
        liens = b"".join(archive.read(nom) for nom in archive.namelist() if nom.endswith(".rels"))
        classeurs = [archive.read(nom) for nom in archive.namelist() if nom.endswith(".xlsx")]
    assert b"mal.example" not in liens and b"javascript" not in liens
    assert classeurs
    for classeur in classeurs:
        sans_formule(classeur)


def sans_formule(octets: bytes) -> list[str]:
    """Les textes d'un classeur, dont aucune cellule n'est une formule ou un lien."""
    livre = openpyxl.load_workbook(io.BytesIO(octets))
    cellules = [c for feuille in livre for rangee in feuille.iter_rows() for c in rangee if c.value is not None]
    assert cellules
    assert [c.coordinate for c in cellules if c.data_type == "f" or c.hyperlink] == []
    with zipfile.ZipFile(io.BytesIO(octets)) as archive:
        assert not [nom for nom in archive.namelist() if "externalLink" in nom or "vbaProject" in nom]
    return [c.value for c in cellules if isinstance(c.value, str)]


def test_le_classeur_n_a_ni_formule_ni_lien(piegee):
    textes = sans_formule(classeur_xlsx(dresser(piegee, QUARTIER), piegee.catalogue))
    assert any(t.startswith("=") for t in textes), "un texte piégé y est bien, en texte"


def executables(octets: bytes) -> list[str]:
    """Les cellules d'un CSV qu'un tableur calculerait : ni un nombre, ni protégées."""
    lignes = csv.reader(io.StringIO(octets.decode("utf-8-sig"), newline=""), delimiter=";")
    toutes = [cellule for ligne in lignes for cellule in ligne]
    assert len(toutes) > 10
    nombre = re.compile(r"[-+]?\d+(,\d+)?")
    return [
        c for c in toutes if c.lstrip("\u00a0 ")[:1] in set("=+-@\t\r\n＝＋－＠") - {""} and not nombre.fullmatch(c)
    ]


@pytest.mark.parametrize(("page", "parametres"), [e for e in ECRANS if e[0] != "sources"], ids=str)
def test_ce_qui_se_telecharge_n_a_pas_de_formule(ecrans, page, parametres, monkeypatch):
    """Chaque fichier que l'écran offre, ouvert comme un tableur l'ouvrirait."""
    offerts: dict[str, bytes] = {}
    import streamlit as st

    vrai = st.delta_generator.DeltaGenerator.download_button

    def garder(self, label, data=None, file_name=None, *arguments, **options):
        octets = data() if callable(data) else data
        octets = octets.encode() if isinstance(octets, str) else octets
        offerts[str(file_name)] = octets.read() if hasattr(octets, "read") else octets
        return vrai(self, label, data, file_name, *arguments, **options)

    monkeypatch.setattr(st.delta_generator.DeltaGenerator, "download_button", garder)
    monkeypatch.setattr(st, "download_button", lambda *a, **k: garder(st._main, *a, **k))
    ouvrir(None if page == "accueil" else page, **parametres)
    for nom, octets in offerts.items():
        assert not re.search(r'[<>:"/\\|?*\x00-\x1f]|\.\.', nom), nom
        if nom.endswith(".csv"):
            assert executables(octets) == [], nom
        elif nom.endswith(".xlsx"):
            sans_formule(octets)
