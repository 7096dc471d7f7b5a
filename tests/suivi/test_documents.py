"""Les documents du suivi : le relevé de décisions, la diapositive d'ouverture, le point pour le comité."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import docx
import openpyxl
import pytest
from lecteurs import texte as texte_pdf
from pptx import Presentation

from indicators.analyse.portrait import Portrait, dresser
from indicators.base.base import Base
from indicators.base.construction import assurer
from indicators.base.engagements import engagements
from indicators.suivi import actions, seances, socle
from indicators.suivi import engagements as dits
from indicators.suivi.documents import ecrit, point, releve
from indicators.suivi.documents.action import action as documents_action
from indicators.suivi.documents.priorites import priorites
from indicators.suivi.magasin import Magasin
from indicators.suivi.seances import EtatDecision, SaisieDecision
from indicators.suivi.socle import TITRES, SaisieSocle, SectionDuSocle
from tests.suivi.conftest import ANIMATRICE

JOUR = date(2026, 11, 28)
CODE = "EPCI200042190"


@pytest.fixture(scope="module")
def vraie() -> Iterator[Base]:
    base = Base(assurer().chemin)
    yield base
    base.fermer()


@pytest.fixture(scope="module")
def vue(vraie: Base) -> Portrait:
    return dresser(vraie, CODE)


def seance_passee(magasin: Magasin, vue: Portrait) -> None:
    montres = [
        replace(c, valeur=c.valeur + 1, periode="2015") if n == 0 and c.valeur is not None else c
        for n, c in enumerate(releve.chiffres_montres(vue))
    ]
    seances.ecrire_seance(
        magasin, ANIMATRICE, "mars", "Comité de mars", CODE, date(2026, 3, 12), 0, chiffres=montres, publiee=True
    )
    for n, (texte, etat, echeance) in enumerate((
        ("Ouvrir <b>un</b> ordinateur ; & former.", EtatDecision.FAITE, date(2026, 6, 1)),
        ("=Nommer un référent", EtatDecision.A_FAIRE, JOUR - timedelta(days=2)),
        ("Présenter un plan", EtatDecision.EN_COURS, JOUR),
    )):  # fmt: skip
        dite = SaisieDecision(
            texte, "directrice du CCAS", echeance, etat, indicateur=vue.lignes[0].indicateur.indicateur
        )
        seances.decider(magasin, ANIMATRICE, "mars", f"d{n}", dite, 0, rang=n)
    seances.noter(magasin, ANIMATRICE, "mars", "apercu", "Première ligne\nSeconde ligne", 0)


def test_la_diapositive_d_ouverture_dit_ce_qui_est_devenu(magasin_sqlite: Magasin, vue: Portrait) -> None:
    seance_passee(magasin_sqlite, vue)
    depuis = seances.depuis_la_derniere(magasin_sqlite, CODE, JOUR)
    assert depuis is not None
    d = releve.diapositive(depuis, vue, JOUR)
    assert d.titre == ("Depuis la dernière séance\u00a0: une décision tenue, une en cours ou à faire, une en retard")
    tableau, changes = d.blocs
    assert tableau.lignes[0] == (
        "=Nommer un référent", "directrice du CCAS", "26/11/2026", "à faire, en retard de 2\u00a0jours",
    )  # fmt: skip
    premiere = vue.lignes[0]
    assert len(changes.items) == 1 and changes.items[0].startswith(premiere.indicateur.libelle_court)
    assert changes.items[0].endswith("(2015).")


def test_rien_de_nouveau_se_dit(magasin_sqlite: Magasin, vue: Portrait) -> None:
    assert releve.changements(releve.chiffres_montres(vue), vue) == []
    assert releve.compte([], JOUR) == "aucune décision"


def test_le_releve_en_pdf_et_en_docx(magasin_sqlite: Magasin, vraie: Base, vue: Portrait) -> None:
    seance_passee(magasin_sqlite, vue)
    (seance,) = seances.seances(magasin_sqlite, CODE)
    fait = releve.releve(
        seance, vue.territoire, seances.decisions(magasin_sqlite, "mars"), seances.notes(magasin_sqlite, "mars"),
        {"apercu": "En un coup d’œil"}, None, vraie.catalogue, {}, JOUR,
    )  # fmt: skip
    lu = texte_pdf(ecrit.pdf(fait, JOUR))
    for mot in ("Relevé de décisions", "12 mars 2026", "Ouvrir <b>un</b> ordinateur", "en retard de 2 jours",
                "En un coup d’œil", "Seconde ligne"):  # fmt: skip
        assert mot in lu
    document = docx.Document(io.BytesIO(ecrit.docx(fait, JOUR)))
    (tableau, *_) = document.tables
    assert [c.text for c in tableau.rows[0].cells] == ["N°", "Décision", "En charge", "Échéance", "État"]
    assert [r.cells[4].text for r in tableau.rows[1:]] == ["faite", "à faire, en retard de 2\u00a0jours", "en cours"]
    assert next(p.text for p in document.paragraphs if p.style.name == "Heading 1") == "Décisions"
    assert document.core_properties.language == "fr-FR"


def test_le_point_pour_le_comite(magasin_sqlite: Magasin, vraie: Base) -> None:
    tous = engagements(vraie)[:20]
    dite = dits.Saisie(dits.Etat.REALISE, 3.0, "cités", JOUR, "=fait", "https://exemple.fr")
    dits.ecrire_point(magasin_sqlite, ANIMATRICE, tous[0], 2026, dite, 0)
    situations = dits.situations(tous, dits.points(magasin_sqlite), JOUR)
    noms = {e.id: "Nord" for e in tous}
    feuille = openpyxl.load_workbook(io.BytesIO(point.classeur(tous, situations, noms))).active
    lignes = [[c.value for c in ligne] for ligne in feuille.iter_rows()]
    assert len(lignes) == 1 + 20
    par_colonne = dict(zip(lignes[0], lignes[1], strict=True))
    assert (par_colonne["état"], par_colonne["valeur atteinte"], par_colonne["commentaire"]) == ("réalisé", 3, "=fait")
    assert feuille.cell(2, 1 + lignes[0].index("commentaire")).data_type == "s", "un texte, non une formule"
    octets = point.diaporama(tous, situations, "Aucun filtre.", vraie.territoire("DEP59"), JOUR)
    titres = [f.text_frame.text for p in Presentation(io.BytesIO(octets)).slides for f in p.shapes if f.has_text_frame]
    assert any("Sur 20 engagements" in t for t in titres)


def test_les_priorites_d_une_commune_disent_une_fois_ce_qui_manque(magasin_sqlite: Magasin, vraie: Base) -> None:
    commune = dresser(vraie, "COM62048")
    indicateur = commune.tete[0].indicateur.indicateur
    socle.retenir(magasin_sqlite, ANIMATRICE, "COM62048", indicateur, SaisieSocle(0, 24.5, 2018), 0)
    socle.rediger(magasin_sqlite, ANIMATRICE, "COM62048", SectionDuSocle.PRIORITES, "Aller vers.\nSe soigner.", 0)
    fait = priorites(
        vraie, commune, socle.sections(magasin_sqlite, "COM62048"), socle.socle(magasin_sqlite, "COM62048"), [], [], {},
        JOUR,
    )  # fmt: skip
    par_titre = {r.titre: r for r in fait.rubriques}
    assert par_titre[TITRES[SectionDuSocle.PRIORITES]].paragraphes == ("Aller vers.", "Se soigner.")
    assert par_titre[TITRES[SectionDuSocle.PILOTAGE]].paragraphes == ("À compléter.",)
    assert par_titre["Carte de la commune et de ses périmètres"].dessin.startswith("<svg")
    (ligne,) = par_titre["Socle d’indicateurs-clés de suivi"].lignes
    assert (ligne[1], ligne[3]) == ("24,5\u00a0% (2018)", "À compléter.")
    assert all(list(r.paragraphes).count("À compléter.") <= 1 for r in fait.rubriques)
    document = docx.Document(io.BytesIO(ecrit.docx(fait, JOUR)))
    titres = [p.text for p in document.paragraphs if p.style.name == "Heading 1"]
    assert titres == [r.titre for r in fait.rubriques]
    assert len(document.inline_shapes) == 1
    assert "Priorités communales — Auchel" in texte_pdf(ecrit.pdf(fait, JOUR))


def test_une_action_sur_une_page(magasin_sqlite: Magasin, vue: Portrait) -> None:
    premiere = vue.lignes[0].indicateur
    dite = actions.SaisieAction("Aller vers", "sante", CODE, "Voir un médecin", indicateurs=(premiere.indicateur,))
    actions.ecrire_action(magasin_sqlite, ANIMATRICE, "a1", dite, 0)
    actions.ecrire_etape(magasin_sqlite, ANIMATRICE, "a1", "e1", "Repérer", 0, echeance=JOUR - timedelta(days=1))
    lu = texte_pdf(ecrit.pdf(documents_action(actions.actions(magasin_sqlite)[0], vue, "Santé", JOUR), JOUR))
    for mot in ("Aller vers", "Voir un médecin", premiere.libelle[:20], "à venir, en retard", "À compléter."):
        assert mot in lu
