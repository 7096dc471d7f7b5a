"""Un mot d'aide où un terme paraît : une fois par écran, là où c'est une phrase ; un texte par sorte de dessin."""

from __future__ import annotations

import re
from html import unescape

import pytest
from ecrans import ADRESSES, blocs, ouvrir

from indicators.base import methode
from indicators.base.base import Base
from indicators.base.exploration import FACETTES
from indicators.recit.dessins.lecture import LECTURES
from indicators.recit.exploration import LIBELLES_FACETTES
from indicators.recit.phrases import typographie
from pages.commun import mots
from pages.commun.affichage import en_clair
from pages.commun.choix import EXPLIQUES
from pages.commun.mots import FORMES, cle, commencer, expliquer, formes
from pages.ecrans import PAR_CODE
from pages.vues.sources.guide import guide

MOT = re.compile(r'<button type="button" class="mot" popovertarget="([^"]+)">([^<]+)</button>')


@pytest.fixture
def lexique(trois: Base, monkeypatch: pytest.MonkeyPatch) -> Base:
    monkeypatch.setattr(mots, "en_service", lambda: trois)
    commencer()
    return trois


def test_chaque_forme_est_celle_d_un_terme_du_glossaire(trois: Base):
    termes = {t.terme: t for t in methode.glossaire(trois)}
    assert set(FORMES) <= set(termes)
    assert {"QPV", "IPS", "NEET"} <= set(formes(termes))
    assert len({cle(t) for t in termes}) == len(termes)


def test_un_mot_garde_ce_qui_le_touche(lexique: Base):
    rendu = expliquer("<p>Couvert par le secret statistique (QPV), et l’IPS d’ailleurs.</p>")
    tenus = re.findall(r'<span class="tenu">([^<]*)<button[^>]*>([^<]*)</button>([^<]*)</span>', rendu)
    assert tenus == [("(", "QPV", "),"), ("l’", "IPS", "")]
    assert re.sub(r"<[^>]+>", "", rendu.partition('<div class="oq mots">')[0]) == (
        "Couvert par le secret statistique (QPV), et l’IPS d’ailleurs."
    )


@pytest.mark.parametrize(
    ("phrase", "terme"),
    [
        ("Les 3 QPV connus", "QPV"),
        ("L’IPS des écoles", "IPS"),
        ("année non dite, sans jugement", "Sans jugement"),
        ("Couverts par le secret statistique", "Secret statistique"),
        ("une rupture en 2012", "Rupture"),
        ("dans la bande « proche »", "Bande de proximité"),
        ("Niveau de vie médian", "Niveau de vie"),
        ("Jeunes ni en emploi ni scolarisés", "NEET"),
    ],
)
def test_le_mot_ouvre_sa_definition(lexique: Base, phrase: str, terme: str):
    rendu = expliquer(f"<p>{phrase}</p>")
    trouve = MOT.search(rendu)
    assert trouve and trouve[1] == cle(terme)
    definition = next(t.definition for t in methode.glossaire(lexique) if t.terme == terme)
    assert f'<div popover id="{cle(terme)}"' in rendu
    assert typographie(definition) in unescape(rendu)
    # La phrase se lit telle quelle : ôter les boutons, et ce qui les tient à leur apostrophe, la rend.
    assert re.sub(r"</?span[^>]*>", "", MOT.sub(r"\2", rendu)).startswith(f"<p>{phrase}</p>")


def test_une_fois_par_ecran_et_de_nouveau_a_l_ecran_suivant(lexique: Base):
    bloc = "<p>QPV, puis QPV</p>"
    assert len(MOT.findall(expliquer(bloc))) == 1
    assert expliquer(bloc) == bloc
    commencer()
    assert len(MOT.findall(expliquer(bloc))) == 1


@pytest.mark.parametrize(
    "bloc",
    [
        "<h1>Les QPV</h1>",
        '<p><a href="x">les QPV</a></p>',
        "<details><summary>QPV</summary><div>QPV</div></details>",
        "<svg><text>QPV</text></svg>",
        '<p><span class="sr">QPV</span></p>',
        "<blockquote>les QPV</blockquote>",
        "<p>les QPVX, le secrétaire, un représentant, rupturé</p>",
        '<p title="QPV">rien</p>',
    ],
)
def test_ni_titre_ni_lien_ni_dessin_ni_citation_ni_autre_mot(lexique: Base, bloc: str):
    assert expliquer(bloc) == bloc


def test_apres_un_element_ferme_la_phrase_reprend(lexique: Base):
    assert MOT.findall(expliquer("<h2>QPV</h2><p>a<br>les <b>QPV</b></p>")) == [("mot-qpv", "QPV")]


def test_hors_d_un_ecran_rien_n_est_touche(lexique: Base):
    del mots._ecran.dits
    assert expliquer("<p>QPV</p>") == "<p>QPV</p>"


def test_une_liste_explique_ses_termes_d_apres_le_meme_glossaire(trois: Base):
    """Une liste courte, ceux de tous ses choix ; une longue, ceux de ce que l'on y choisit."""
    definitions = {t.terme: t.definition for t in methode.glossaire(trois)}
    neet = ouvrir("comparer", groupe="EPCI200042190-COMMUNES", indicateur="part_neet_15_24").selectbox(
        key="choix_indicateur"
    )
    assert len(neet.options) > EXPLIQUES
    assert neet.help == f"**NEET.** {en_clair(typographie(definitions['NEET']))}"
    explorer = ouvrir("explorer", agglomeration="EPCI200042190")
    aides = {liste.label: liste.help for liste in explorer.multiselect}
    assert all(f"**{terme}.**" in aides["Statut du chiffre"] for terme in ("Secret statistique", "Non disponible"))
    assert not aides["Agglomération"]
    assert set(aides) == {LIBELLES_FACETTES[facette] for facette in FACETTES}


DESSIN = re.compile(r'<svg[^>]*class="dq|class="dc-toile"')


@pytest.mark.parametrize("adresse", ADRESSES)
def test_a_chaque_ecran_un_mot_une_fois_et_chaque_dessin_se_lit(adresse: str):
    chemin, _, choix = adresse[1:].partition("?")
    essai = ouvrir(chemin or None, **dict(c.split("=") for c in choix.split("&") if c))
    html = " ".join(blocs(essai))
    codes = [code for code, _ in MOT.findall(html)]
    assert len(codes) == len(set(codes))
    assert sorted(codes) == sorted(re.findall(r'<div popover id="([^"]+)"', html))
    combien = html.count('<details class="comment">')
    if DESSIN.search(html) or essai.get("plotly_chart"):
        assert combien >= 1, "un dessin que rien n’apprend à lire"
    lus = re.findall(r"<p><b>([^<]+)\.</b>", "".join(re.findall(r'<details class="comment">.*?</details>', html)))
    assert len(lus) == len(set(lus)), "une sorte de dessin expliquée deux fois"
    assert PAR_CODE[chemin or "accueil"].titre


def test_le_guide_apprend_toutes_les_sortes_de_dessins(trois: Base):
    page = guide(methode.glossaire(trois))
    assert all(f"<dt>{lecture.nom}</dt>" in page for lecture in LECTURES.values())
