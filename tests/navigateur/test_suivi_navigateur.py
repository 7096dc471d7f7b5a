"""Le suivi dans un vrai navigateur : un partenaire au téléphone, une décision gardée, deux mains sur un état."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from serveurs import streamlit
from sqlalchemy import URL

from indicators.suivi import acces, engagements, evaluation, seances
from indicators.suivi.auteurs import Role
from indicators.suivi.engagements import Etat
from indicators.suivi.magasin import Magasin

pytestmark = pytest.mark.navigateur
CODE = "EPCI246200364"


@pytest.fixture(scope="module")
def locales(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("locales")


@pytest.fixture(scope="module")
def magasin(locales: Path) -> Iterator[Magasin]:
    ouvert = Magasin.ouvrir(URL.create("sqlite", database=str(locales / "suivi.sqlite")))
    yield ouvert
    ouvert.fermer()


@pytest.fixture(scope="module")
def suivi(magasin: Magasin, locales: Path, servir: Callable[..., AbstractContextManager[str]]) -> Iterator[str]:
    """Un serveur dont le suivi est commencé."""
    with servir(OBSERVATOIRE_DONNEES_LOCALES=str(locales), OBSERVATOIRE_SUIVI="") as adresse:
        yield adresse


@pytest.fixture(scope="module")
def animatrice(magasin: Magasin) -> str:
    return acces.inviter(magasin, Role.ANIMATEUR, "CA des Essais", "animatrice")[1]


@contextmanager
def visiteur(navigateur: Browser, adresse: str, jeton: str = "", largeur: int = 1280) -> Iterator[Page]:
    contexte: BrowserContext = navigateur.new_context(
        base_url=adresse, locale="fr-FR", viewport={"width": largeur, "height": 900}, is_mobile=largeur < 500
    )
    page = contexte.new_page()
    page.set_default_timeout(30_000)
    expect.set_options(timeout=30_000)
    if jeton:
        page.goto(f"/suivi?invitation={jeton}")
        expect(page.get_by_text("Vous écrivez comme")).to_be_visible()
        assert jeton not in page.url, "le jeton ne reste pas dans l'adresse"
    yield page
    contexte.close()


def enregistre(page: Page) -> None:
    expect(page.get_by_text(re.compile("^Enregistré")).first).to_be_visible()


def test_un_partenaire_au_telephone_met_a_jour_trois_engagements(
    navigateur: Browser, suivi: str, magasin: Magasin
) -> None:
    _, jeton = acces.inviter(magasin, Role.PARTENAIRE, "Partenord Habitat", "référente", ["partenord-habitat"])
    with visiteur(navigateur, suivi, jeton, largeur=390) as page:
        expect(page.get_by_text("0 engagement sur 6 mis à jour cette année.")).to_be_visible()
        for n, (etat, mot) in enumerate(
            ((Etat.REALISE, "réalisé"), (Etat.EN_COURS, "en cours"), (Etat.ENGAGE, "engagé")), 1
        ):
            pastille = page.get_by_role("radio", name=mot, exact=True)
            expect(pastille).to_have_count(1)  # le temps d'un passage, Streamlit garde aussi celle d'avant
            pastille.click()
            pluriel = "s" if n > 1 else ""
            expect(page.get_by_text(f"{n} engagement{pluriel} sur 6 mis à jour cette année.")).to_be_visible()
            assert etat in {p.saisie.etat for p in engagements.points(magasin)}
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "rien ne déborde au téléphone"
    points = engagements.points(magasin)
    assert sorted(p.saisie.etat for p in points) == sorted([Etat.REALISE, Etat.EN_COURS, Etat.ENGAGE])
    assert all(p.trace.organisation == "Partenord Habitat" and p.a_valider for p in points)


def test_une_decision_survit_au_rechargement_a_un_autre_navigateur_et_se_dit_en_retard_trois_mois_apres(
    navigateur: Browser, suivi: str, magasin: Magasin, animatrice: str, locales: Path, tmp_path: Path
) -> None:
    texte = "Ouvrir une permanence d’accès aux droits."
    with visiteur(navigateur, suivi, animatrice) as page:
        page.goto(f"/seance?territoire={CODE}")
        page.get_by_label("Décision", exact=True).press_sequentially(texte)
        enregistre(page)
        page.reload()
        expect(page.get_by_label("Décision", exact=True)).to_have_value(texte)
    with visiteur(navigateur, suivi, animatrice) as page:
        page.goto(f"/seance?territoire={CODE}")
        expect(page.get_by_label("Décision", exact=True)).to_have_value(texte)

    (seance,) = seances.seances(magasin, CODE, publiees=False)
    (decision,) = seances.decisions(magasin, seance.id)
    auteur = acces.reconnaitre(magasin, animatrice, "essai")
    dite = seances.SaisieDecision(texte, "directrice du CCAS", datetime.now(UTC).date() + timedelta(days=30))
    seances.decider(magasin, auteur, seance.id, decision.id, dite, decision.trace.version)

    variables = {"OBSERVATOIRE_DONNEES_LOCALES": str(locales), "ESSAI_JOURS_PLUS_TARD": "92"}
    with (
        streamlit(tmp_path / "journal.txt", "tests/navigateur/plus_tard.py", **variables) as (_, port),
        visiteur(navigateur, f"http://127.0.0.1:{port}", animatrice) as page,
    ):
        page.goto(f"/seance?territoire={CODE}&diapo=depuis")
        expect(page.locator(".diapo .message")).to_contain_text("une décision en retard")
        expect(page.locator(".diapo")).to_contain_text("directrice du CCAS")
        page.goto(f"/suivi?sujet=seances&territoire={CODE}")
        expect(page.get_by_text("en retard").first).to_be_visible()


def test_une_note_tapee_avant_son_champ_s_enregistre_entiere(
    navigateur: Browser, suivi: str, magasin: Magasin, animatrice: str
) -> None:
    with visiteur(navigateur, suivi, animatrice) as page:
        page.goto(f"/seance?territoire={CODE}&diapo=theme-emploi")
        expect(page.locator(".touches[data-pret]")).to_be_visible()
        page.keyboard.press("ArrowRight")
        page.keyboard.press("n")
        page.keyboard.type("note prise avant son champ")
        enregistre(page)
    (seance,) = seances.seances(magasin, CODE, publiees=False)
    notes = {cle: note.texte for cle, note in seances.notes(magasin, seance.id).items()}
    assert "theme-emploi" not in notes and "note prise avant son champ" in notes.values()


def test_un_questionnaire_rendu_devient_une_serie(
    navigateur: Browser, suivi: str, magasin: Magasin, animatrice: str, tmp_path: Path
) -> None:
    with visiteur(navigateur, suivi, animatrice) as page:
        page.goto(f"/suivi?sujet=evaluation&territoire={CODE}")
        annee = date.today().year
        for rang, an in enumerate(range(annee - 2, annee + 1)):
            page.get_by_role("radio", name=str(an), exact=True).click()
            page.get_by_text(f"Répondre pour {an}").click()
            with page.expect_download() as attendu:
                page.get_by_role("button", name=re.compile(f"Questionnaire {an}")).click()
            livre = openpyxl.load_workbook(io.BytesIO(Path(attendu.value.path()).read_bytes()))
            feuille = livre["Questionnaire"]
            places = {case.value: case.column for case in feuille[1]}
            lignes = [r for r in range(2, feuille.max_row + 1) if str(feuille.cell(r, 1).value).startswith("call-pre")]
            assert len(lignes) == 14
            for r in lignes:
                feuille.cell(r, places["valeur"]).value = f"{20 + rang},5 %"
                feuille.cell(r, places["unité"]).value = "%"
            rempli = tmp_path / f"rempli-{an}.xlsx"
            livre.save(rempli)
            page.locator("input[type=file]").set_input_files(rempli)
            page.get_by_role("button", name=f"Enregistrer ces 14 réponses de {an}").click()
            expect(page.get_by_text(re.compile(rf"En {an}, sur 161 indicateurs\s: 14 répondus"))).to_be_visible()
            # Deux réponses se lisent en toutes lettres ; la troisième en fait une courbe.
            expect(page.locator(".s-courbe svg")).to_have_count(14 if rang == 2 else 0)
    lues = evaluation.valeurs(magasin, territoire=CODE)
    assert [v.reponse.valeur for v in lues if v.indicateur == "call-pre-01"] == [20.5, 21.5, 22.5]


def test_deux_personnes_sur_le_meme_etat_la_seconde_est_prevenue(
    navigateur: Browser, suivi: str, magasin: Magasin, animatrice: str
) -> None:
    ou = "/suivi?engagement=etat59-01"
    with visiteur(navigateur, suivi, animatrice) as une, visiteur(navigateur, suivi, animatrice) as autre:
        for page in (une, autre):
            page.goto(ou)
            expect(page.get_by_role("radio", name="abandonné", exact=True)).to_be_visible()
        une.get_by_role("radio", name="réalisé", exact=True).click()
        enregistre(une)
        autre.get_by_role("radio", name="abandonné", exact=True).click()
        expect(autre.get_by_text("Rien n’a été remplacé")).to_be_visible()
    (point,) = engagements.points(magasin, "etat59-01")
    assert point.saisie.etat is Etat.REALISE


def test_un_lien_inconnu_se_dit_et_tout_se_lit(navigateur: Browser, suivi: str) -> None:
    with visiteur(navigateur, suivi) as page:
        page.goto(f"/suivi?invitation={'x' * 43}")
        expect(page.get_by_text("Ce lien n’est pas reconnu")).to_be_visible()
        expect(page.get_by_text(re.compile("187 engagements")).first).to_be_visible()
