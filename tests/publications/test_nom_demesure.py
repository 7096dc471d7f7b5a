"""Un nom de plus de 255 signes : tous les documents se font, et le nom y est entier."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path

import docx
import openpyxl
import pytest
from pptx import Presentation

from indicators.analyse.portrait import dresser
from indicators.base.base import Base
from indicators.base.construction import construire
from indicators.publications.atlas import atlas_pdf
from indicators.publications.classeur import classeur_xlsx
from indicators.publications.diaporama import diaporama_pptx
from indicators.publications.fiche import fiche_pdf
from indicators.publications.seance import preparer
from indicators.suivi.documents import ecrit

JOUR = date(2026, 11, 21)
NOM = " – ".join(["La Gare et les cités voisines"] * 12)


@pytest.fixture
def longue(dossier: Path):
    for nom in ("territoires.csv",):
        chemin = dossier / nom
        dit = chemin.read_text("utf-8-sig")
        for ancien in ("La Gare;La Gare", "CA des Essais;Essais"):
            assert ancien in dit
            dit = dit.replace(ancien, f"{ancien[:5]} {NOM};{ancien[:5]} {NOM}")
        chemin.write_text(dit, "utf-8-sig")
    base = Base(construire(dossier))
    yield base
    base.fermer()


def test_chaque_document_se_fait_et_son_titre_tient(longue: Base):
    vue = dresser(longue, "QP001001")
    assert len(vue.territoire.nom) > 255 and len(vue.territoire.nom_court) > 255
    diaporama = Presentation(io.BytesIO(diaporama_pptx(preparer(longue, vue), jour=JOUR)))
    classeur = openpyxl.load_workbook(io.BytesIO(classeur_xlsx(vue, longue.catalogue)))
    redige = docx.Document(io.BytesIO(ecrit.docx(ecrit.Ecrit(f"Relevé — {NOM}", "", (), ""), JOUR)))
    for titre in (diaporama.core_properties.title, classeur.properties.title, redige.core_properties.title):
        assert len(titre) <= 255 and titre.endswith("…")
    assert any(vue.territoire.nom in f.text_frame.text for p in diaporama.slides for f in p.shapes if f.has_text_frame)
    assert fiche_pdf(longue, vue, JOUR).startswith(b"%PDF")
    assert atlas_pdf(longue, "EPCI200000001", lambda *_: None).startswith(b"%PDF")
